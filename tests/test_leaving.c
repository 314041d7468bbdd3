/* Particles that leave are kept once each, whatever was cut, done twice or left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/leaving_file.h"
#include "io/mcpl.h"
#include "scratch.h"

enum { HISTORIES = 95, RANGE_HISTORIES = 10 };       /* ten ranges, the last of 5 */

static const char plan[] = "plan: of this test\n";

/* Of each history of the range as many particles as its last digit says, backwards. */
static void
fill(struct leaving_list *l, uint64_t range, uint64_t from, uint64_t end)
{
	leaving_clear(l);
	for (uint64_t h = end; h-- > from; )
		for (uint32_t number = (uint32_t)(h % 10); number-- > 0; )
			leaving_add(l, &(struct leaving){ .history = h, .number = number, .Z = 1, .A = 1,
			    .energy_MeV = (double)h + number / 16.0, .position_cm = { (double)range, 0.0, 1.0 },
			    .direction = { 0.0, 0.0, 1.0 } });
	leaving_sort(l);
}

static uint32_t
histories_of(uint64_t range)
{
	return range == HISTORIES / RANGE_HISTORIES ? HISTORIES % RANGE_HISTORIES : RANGE_HISTORIES;
}

static void
write_block(int fd, uint64_t range)
{
	struct leaving_key key = { .plan = leaving_plan_key(plan), .range = range, .n_histories = histories_of(range) };
	struct leaving_list l = { 0 };
	struct err e;

	fill(&l, range, range * RANGE_HISTORIES, range * RANGE_HISTORIES + key.n_histories);
	assert_int_equal(leaving_spool_write(fd, key, &l, &e), 0);
	leaving_free(&l);
}

static int
open_spool(void)
{
	int dir_fd = open(scratch.dir, O_RDONLY | O_DIRECTORY);
	struct err e;
	int fd = leaving_spool_create(dir_fd, &e);

	assert_true(fd >= 0);
	close(dir_fd);
	return fd;
}

static void
write_spool(void)
{
	int fd = open_spool();

	for (uint64_t range = 0; range < 10; range++)
		write_block(fd, range);
	close(fd);
}

static struct stretch all = { 0, 10 };
static const struct stretches whole = { 1, &all };
static const struct leaving_wanted wanted = {
	.ranges = &whole, .histories = HISTORIES, .cut.first = RANGE_HISTORIES,
};

static int
write_file(const struct leaving_wanted *w, struct err *e)
{
	struct leaving_index x = { .plan = leaving_plan_key(plan) };
	int status = leaving_index_add(&x, scratch.dir, e);

	if (status == 0)
		status = leaving_file_write(scratch.dir, &x, w, "0123", e);
	leaving_index_free(&x);
	return status;
}

static char *
written(const struct leaving_wanted *w, size_t *n)
{
	struct err e;

	if (write_file(w, &e) != 0)
		fail_msg("%s", e.text);
	return scratch_read(&scratch, LEAVING_FILE_NAME, n);
}

/* Each particle of the histories wanted once, in order. */
static void
assert_particles(uint64_t histories)
{
	struct mcpl_particle p;
	struct mcpl_file f;
	struct err e;
	char path[256];

	assert_int_equal(mcpl_open(&f, scratch_path(&scratch, LEAVING_FILE_NAME, path), NULL, &e), 0);
	for (uint64_t h = 0; h < histories; h++)
		for (uint64_t number = 0; number < h % 10; number++) {
			assert_int_equal(mcpl_next(&f, &p, &e), 1);
			assert_true(p.energy_MeV == (double)h + (double)number / 16.0);
		}
	assert_int_equal(mcpl_next(&f, &p, &e), 0);
	mcpl_close(&f);
}

static void
a_list_is_sorted_by_history_and_number(void **state)
{
	struct leaving_list l = { 0 };

	(void)state;
	fill(&l, 0, 0, 3000);
	assert_int_equal(l.n, 300 * 45);
	for (size_t i = 1; i < l.n; i++)
		assert_true(l.particle[i - 1].history < l.particle[i].history ||
		    (l.particle[i - 1].history == l.particle[i].history && l.particle[i - 1].number < l.particle[i].number));
	leaving_free(&l);
	leaving_sort(&l);
	assert_int_equal(l.n, 0);
}

static void
two_with_one_number_have_one_order(void **state)
{
	const struct leaving a = { .history = 5, .number = 7, .Z = 1, .A = 1, .energy_MeV = 2.0 };
	const struct leaving b = { .history = 5, .number = 7, .Z = 1, .A = 1, .energy_MeV = 3.0 };
	struct leaving_list l = { 0 }, m = { 0 };

	(void)state;
	leaving_add(&l, &a);
	leaving_add(&l, &b);
	leaving_add(&m, &b);
	leaving_add(&m, &a);
	leaving_sort(&l);
	leaving_sort(&m);
	assert_memory_equal(l.particle, m.particle, 2 * sizeof a);
	leaving_free(&l);
	leaving_free(&m);
}

static void
the_file_does_not_depend_on_who_did_which_range(void **state)
{
	size_t n, n_other;
	char *one, *other;
	int spool[3];

	(void)state;
	write_spool();
	one = written(&wanted, &n);
	assert_particles(HISTORIES);
	scratch_remove(&scratch);
	scratch_make(&scratch);
	for (int i = 0; i < 3; i++)
		spool[i] = open_spool();
	for (uint64_t range = 10; range-- > 0; ) {
		write_block(spool[range % 3], range);
		write_block(spool[(range + 1) % 3], range);          /* done again after a death */
	}
	for (int i = 0; i < 3; i++)
		close(spool[i]);
	other = written(&wanted, &n_other);
	assert_int_equal(n, n_other);
	assert_memory_equal(one, other, n);
	free(one);
	free(other);
}

static void
a_block_that_is_cut_or_damaged_does_not_count(void **state)
{
	size_t n;
	struct err e;
	char *bytes;
	int fd;

	(void)state;
	write_spool();
	bytes = scratch_read(&scratch, "leaving.0.spool", &n);
	for (size_t cut = 1; cut < n; cut += 61) {
		scratch_write(&scratch, "leaving.0.spool", bytes, n - cut);
		assert_int_equal(write_file(&wanted, &e), -1);
		assert_non_null(strstr(e.text, "the particles that left in range "));
	}
	bytes[n - 100] ^= 1;
	scratch_write(&scratch, "leaving.0.spool", bytes, n);
	assert_int_equal(write_file(&wanted, &e), -1);
	assert_non_null(strstr(e.text, "range 9 are missing"));
	assert_false(scratch_has(&scratch, LEAVING_FILE_NAME));
	fd = open_spool();
	write_block(fd, 9);                                          /* done again after the machine has died */
	close(fd);
	assert_int_equal(write_file(&wanted, &e), 0);
	assert_particles(HISTORIES);
	free(bytes);
}

static void
files_of_another_plan_or_of_none_are_refused(void **state)
{
	struct leaving_index x = { .plan = leaving_plan_key("another") };
	struct err e;

	(void)state;
	write_spool();
	assert_int_equal(write_file(&wanted, &e), 0);
	assert_int_equal(leaving_spool_remove(scratch.dir, &e), 0);
	assert_int_equal(scratch_count(&scratch), 1);
	assert_int_equal(write_file(&wanted, &e), 0);                /* from the file itself */
	assert_particles(HISTORIES);
	assert_int_equal(leaving_index_add(&x, scratch.dir, &e), -1);
	assert_non_null(strstr(e.text, "is of another plan"));
	leaving_index_free(&x);
	scratch_write(&scratch, LEAVING_FILE_NAME, "MCPL", 4);
	assert_int_equal(write_file(&wanted, &e), -1);
	assert_non_null(strstr(e.text, "no MCPL file"));
}

/* A finished file has the ranges that are full; the shorter one is replaced. */
static void
a_run_can_be_extended_from_its_file(void **state)
{
	struct stretch more = { 0, 12 };
	const struct stretches longer = { 1, &more };
	struct leaving_wanted w = wanted;
	struct leaving_list l = { 0 };
	struct err e;
	int fd;

	(void)state;
	write_spool();
	assert_int_equal(write_file(&wanted, &e), 0);
	assert_int_equal(leaving_spool_remove(scratch.dir, &e), 0);
	w.ranges = &longer;
	w.histories = 120;
	fd = open_spool();
	for (uint64_t range = 9; range < 12; range++) {
		struct leaving_key key = { .plan = leaving_plan_key(plan), .range = range, .n_histories = RANGE_HISTORIES };

		if (range == 10)
			assert_int_equal(write_file(&w, &e), -1);
		fill(&l, range, range * 10, range * 10 + 10);
		assert_int_equal(leaving_spool_write(fd, key, &l, &e), 0);
	}
	close(fd);
	assert_int_equal(write_file(&w, &e), 0);
	assert_particles(120);
	leaving_free(&l);
}

/* Range 3 with history 35 left out; range 4 without any history at all. */
static void
the_block_with_the_right_histories_left_out_is_taken(void **state)
{
	static const uint64_t left_out[] = { 35, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49 };
	struct leaving_key key = { .plan = leaving_plan_key(plan), .range = 3, .n_histories = RANGE_HISTORIES };
	struct leaving_wanted w = wanted;
	struct leaving_list l = { 0 };
	struct mcpl_file f;
	struct err e;
	char path[256];
	int fd = open_spool();

	(void)state;
	w.left_out = left_out;
	w.n_left_out = sizeof left_out / sizeof left_out[0];
	for (uint64_t range = 0; range < 10; range++)
		if (range != 4)
			write_block(fd, range);
	assert_int_equal(write_file(&w, &e), -1);
	key.left_out = leaving_left_out_key(0, 35);
	fill(&l, 3, 30, 35);
	assert_int_equal(leaving_spool_write(fd, key, &l, &e), 0);
	close(fd);
	assert_int_equal(write_file(&w, &e), 0);
	assert_int_equal(mcpl_open(&f, scratch_path(&scratch, LEAVING_FILE_NAME, path), NULL, &e), 0);
	assert_int_equal(f.head.n_particles, 45 * 7 + 10 + 10);      /* 7 whole ranges, 0 to 4, and 0 to 4 of the last */
	mcpl_close(&f);
	leaving_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch(a_list_is_sorted_by_history_and_number),
		in_scratch(two_with_one_number_have_one_order),
		in_scratch(the_file_does_not_depend_on_who_did_which_range),
		in_scratch(a_block_that_is_cut_or_damaged_does_not_count),
		in_scratch(files_of_another_plan_or_of_none_are_refused),
		in_scratch(a_run_can_be_extended_from_its_file),
		in_scratch(the_block_with_the_right_histories_left_out_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
