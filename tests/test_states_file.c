/* io/states_file: rows at their place, whoever writes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/states_file.h"
#include "scratch.h"

#define NAME "final_states.npy"

static struct err e;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	return scratch_set_up(state);
}

static struct final_state
made_up(uint64_t history)
{
	double h = (double)history;

	return (struct final_state){
		.history = history,
		.position_cm = { 0.1 * h, -0.2 * h, 12.5 },
		.direction = { 0, 0.6, 0.8 },
		.energy_MeV = 2.385 + h,
		.steps = (uint32_t)(3 * history),
		.fate = FATE_ESCAPED,
	};
}

static void
write_rows(int fd, uint64_t first, size_t count)
{
	struct final_state rows[16];

	for (size_t i = 0; i < count; i++)
		rows[i] = made_up(first + i);
	assert_int_equal(states_write(fd, first, rows, count, &e), 0);
}

static void
expect_rows(uint64_t n_rows)
{
	size_t n;
	char *bytes = scratch_read(&scratch, NAME, &n);

	assert_non_null(bytes);
	assert_int_equal(n, 512 + n_rows * 72);
	for (uint64_t i = 0; i < n_rows; i++) {
		struct final_state row = made_up(i);

		assert_memory_equal(bytes + 512 + 72 * i, &row, sizeof row);
	}
	free(bytes);
}

static void
rows_in_any_order_give_one_file(void **state)
{
	int fd = states_create(scratch.dir, 40, &e);

	(void)state;
	assert_true(fd >= 0);
	write_rows(fd, 20, 10);
	write_rows(fd, 0, 16);
	write_rows(fd, 16, 4);
	write_rows(fd, 5, 9);
	assert_int_equal(states_finish(fd, 30, &e), 0);
	close(fd);
	expect_rows(30);
}

static void
the_header_is_that_of_numpy(void **state)
{
	static const char start[] = "\x93NUMPY\x01\x00\xf6\x01{'descr': [('history', '<u8'), ";
	int fd = states_create(scratch.dir, 3, &e);
	size_t n;
	char *bytes;

	(void)state;
	write_rows(fd, 0, 3);
	assert_int_equal(states_finish(fd, 3, &e), 0);
	close(fd);
	bytes = scratch_read(&scratch, NAME, &n);
	assert_memory_equal(bytes, start, sizeof start - 1);
	assert_int_equal(bytes[511], '\n');
	bytes[512] = '\0';
	assert_non_null(strstr(bytes + 10, "('fate', '<u4')], 'fortran_order': False, 'shape': (3,), }   "));
	free(bytes);
}

static void
an_unfinished_file_has_no_rows(void **state)
{
	int fd = states_create(scratch.dir, 10, &e);
	size_t n;
	char *bytes;

	(void)state;
	write_rows(fd, 0, 10);
	close(fd);
	bytes = scratch_read(&scratch, NAME, &n);
	assert_non_null(strstr(bytes + 10, "'shape': (0,)"));
	free(bytes);
}

static void
a_forked_worker_writes_its_own_rows(void **state)
{
	int fd = states_create(scratch.dir, 20, &e), status;
	struct final_state row = made_up(1);
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(states_write(fd, 1, &row, 1, &e) == 0 ? 0 : 1);
	write_rows(fd, 0, 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(states_finish(fd, 2, &e), 0);
	close(fd);
	expect_rows(2);
}

static void
the_largest_count_fits_into_the_header(void **state)
{
	int fd = states_create(scratch.dir, 0, &e);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(states_finish(fd, UINT64_MAX / 2, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_int_equal(states_finish(fd, 0, &e), 0);
	close(fd);
	expect_rows(0);
}

/* The limit on the size of files stands in for a full disk. */
static void
a_disk_too_small_is_noticed_before_the_run(void **state)
{
	struct rlimit before, small;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){ 10000, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(states_create(scratch.dir, 1000, &e), -1);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_non_null(strstr(e.text, NAME));
	assert_int_equal(scratch_count(&scratch), 0);
}

static void
failures_are_output_errors(void **state)
{
	struct final_state row = made_up(0);

	(void)state;
	assert_int_equal(states_create("./no/such", 1, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	e.kind = ERR_NONE;
	assert_int_equal(states_write(-1, 0, &row, 1, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	e.kind = ERR_NONE;
	assert_int_equal(states_finish(-1, 0, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(rows_in_any_order_give_one_file, set_up),
		in_scratch_after(the_header_is_that_of_numpy, set_up),
		in_scratch_after(an_unfinished_file_has_no_rows, set_up),
		in_scratch_after(a_forked_worker_writes_its_own_rows, set_up),
		in_scratch_after(the_largest_count_fits_into_the_header, set_up),
		in_scratch_after(a_disk_too_small_is_noticed_before_the_run, set_up),
		in_scratch_after(failures_are_output_errors, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
