/* io/ranges_log, io/status_file, io/dir_lock: what a run leaves for those who come after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/dir_lock.h"
#include "io/ranges_log.h"
#include "io/status_file.h"
#include "scratch.h"

static struct err e, doubt;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	return scratch_set_up(state);
}

static size_t
attempts(const char *text, uint64_t *first)
{
	uint64_t *ranges;
	size_t n;

	scratch_write(&scratch, "ranges.log", text, strlen(text));
	assert_int_equal(ranges_log_attempts(scratch.dir, &ranges, &n, &e), 0);
	if (n > 0)
		*first = ranges[0];
	free(ranges);
	return n;
}

static void
what_was_handed_out_and_not_done_is_an_attempt(void **state)
{
	uint64_t first = 0;

	(void)state;
	assert_int_equal(attempts("", &first), 0);
	assert_int_equal(attempts("out range=7 first=1 count=1 worker=0\n", &first), 1);
	assert_int_equal(first, 7);
	assert_int_equal(attempts("out range=7 f\ndone range=7 f\n", &first), 0);
	assert_int_equal(attempts("out range=7 f\nlost range=7 f\nout range=7 f\n", &first), 2);
	assert_int_equal(attempts("out range=7 f\ndone range=7 f\nout range=7 f\n", &first), 1);
	assert_int_equal(attempts("out range=7 f\nout range=8 f\ndone range=7 f\n", &first), 1);
	assert_int_equal(first, 8);
}

static void
after_an_end_in_order_nothing_is_to_blame(void **state)
{
	uint64_t first = 0;

	(void)state;
	assert_int_equal(attempts("out range=7 f\nend stopped\n", &first), 0);
	assert_int_equal(attempts("out range=7 f\nend stopped\nout range=9 f\n", &first), 1);
	assert_int_equal(first, 9);
}

static void
what_is_no_line_of_ours_is_passed_over(void **state)
{
	uint64_t first = 0;

	(void)state;
	assert_int_equal(attempts("out range=\nout range=x\nout range=7\n\n\nout range=-", &first), 1);
	assert_int_equal(attempts("out range=99999999999999999999999 f\n", &first), 1);
	assert_true(attempts("out range=1 f\nout rang", &first) == 1 && first == 1);
}

static void
a_flood_of_ranges_is_cut_off(void **state)
{
	char *text = malloc(1 << 20);
	uint64_t first = 0;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 20000; i++)
		n += (size_t)sprintf(text + n, "out range=%d f\n", i);
	assert_int_equal(attempts(text, &first), 4096);
	free(text);
}

static void
a_log_goes_on_on_a_line_of_its_own(void **state)
{
	struct ranges_log l;
	double at[2];
	int length = 0;
	char *text;
	size_t n;

	(void)state;
	assert_int_equal(ranges_log_open(&l, scratch.dir, false, &e), 0);
	ranges_log_write(&l, "out range=%d", 1);
	assert_int_equal(write(l.fd, "cut", 3), 3);
	ranges_log_close(&l);
	assert_int_equal(ranges_log_open(&l, scratch.dir, true, &e), 0);
	ranges_log_write(&l, "done");
	ranges_log_close(&l);
	text = scratch_read(&scratch, "ranges.log", &n);
	assert_int_equal(sscanf(text, "out range=1 at=%lf\ncut\ndone at=%lf\n%n", &at[0], &at[1], &length), 2);
	assert_int_equal(length, n);
	assert_true(at[0] > 1.7e9 && at[1] >= at[0]);
	free(text);
}

/* The next line must not be read as the end of one that a full disk has cut. */
static void
a_line_after_one_that_was_cut_stands_alone(void **state)
{
	struct rlimit old, small = { 38, RLIM_INFINITY };     /* a whole line and 8 bytes */
	struct ranges_log l;
	int length = 0;
	double at[2];
	char *text;
	size_t n;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	assert_int_equal(ranges_log_open(&l, scratch.dir, false, &e), 0);
	ranges_log_write(&l, "out range=%d", 1);
	setrlimit(RLIMIT_FSIZE, &small);
	ranges_log_write(&l, "out range=%d", 23);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_not_equal(l.error, 0);
	ranges_log_write(&l, "out range=%d", 4);
	ranges_log_close(&l);
	text = scratch_read(&scratch, "ranges.log", &n);
	assert_int_equal(sscanf(text, "out range=1 at=%lf\nout rang\nout range=4 at=%lf\n%n", &at[0], &at[1], &length), 2);
	assert_int_equal(length, n);
	free(text);
}

struct seen {
	int n;
	struct ranges_event event[8];
};

static void
see(void *ctx, const struct ranges_event *event)
{
	struct seen *s = ctx;

	if (s->n < 8)
		s->event[s->n] = *event;
	s->n++;
}

static void
events_are_shown_with_their_times(void **state)
{
	static const char text[] = "out range=3 first=30 count=10 worker=5 at=1700000000.125\n"
	    "done range=3 first=30 count=10 worker=5\nnonsense at=1\nouter at=2\n"
	    "death worker=5 pid=9 killed at=7 or so at=1700000001.000\n"
	    "accuracy histories=40 error=0.0125 at=1700000002.000\nend complete at=1700000003.500\n";
	struct seen s = { 0 };

	(void)state;
	scratch_write(&scratch, "ranges.log", text, strlen(text));
	assert_int_equal(ranges_log_visit(scratch.dir, see, &s, &e), 0);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.event[0].kind, RANGES_EVENT_OUT);
	assert_true(s.event[0].at_s == 1700000000.125 && s.event[0].worker == 5 && s.event[0].histories == 10);
	assert_int_equal(s.event[1].kind, RANGES_EVENT_DEATH);
	assert_true(s.event[1].at_s == 1700000001);
	assert_int_equal(s.event[2].kind, RANGES_EVENT_ACCURACY);
	assert_true(s.event[2].histories == 40 && s.event[2].error == 0.0125);
	assert_int_equal(s.event[3].kind, RANGES_EVENT_BREAK);
}

static void
a_log_does_not_follow_a_link(void **state)
{
	struct ranges_log l;
	char path[256];

	(void)state;
	scratch_write(&scratch, "victim", "x", 1);
	assert_int_equal(symlink("victim", scratch_path(&scratch, "ranges.log", path)), 0);
	assert_int_equal(ranges_log_open(&l, scratch.dir, true, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_int_equal(ranges_log_open(&l, scratch.dir, false, &e), 0);
	ranges_log_write(&l, "line");
	ranges_log_close(&l);
	assert_int_equal(access(path, F_OK), 0);
	free(scratch_read(&scratch, "victim", &(size_t){0}));
}

static void
the_status_is_read_back(void **state)
{
	static const char hostile[] = "\"state\": \"\033[2J\", \"pid\": -1";
	struct run_status s = { .state = "running", .pid = 12, .host = "a host", .histories_done = 1ull << 60,
	    .histories_asked = 7, .deaths = 3, .last_checkpoint = "2026-01-31T12:00:00Z" }, back;

	(void)state;
	assert_int_equal(status_file_write(scratch.dir, &s, &e), 0);
	assert_int_equal(status_file_read(&back, scratch.dir, &e), 0);
	assert_string_equal(back.state, s.state);
	assert_string_equal(back.host, s.host);
	assert_string_equal(back.last_checkpoint, s.last_checkpoint);
	assert_true(back.histories_done == s.histories_done && back.pid == 12 && back.deaths == 3);
	scratch_write(&scratch, "status.json", hostile, sizeof hostile - 1);
	assert_int_equal(status_file_read(&back, scratch.dir, &e), 0);
	assert_string_equal(back.state, "?[2J");
	assert_int_equal(back.pid, 0);
}

/* This process has it: it cannot be refused to itself, but others can ask. */
static void
a_directory_without_a_lock_is_nobodys(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(dir_lock_owner(scratch.dir), 0);
	fd = dir_lock(scratch.dir, &doubt, &e);
	assert_true(fd >= 0 && doubt.kind == ERR_NONE);
	close(fd);
	assert_int_equal(dir_lock_owner(scratch.dir), 0);
	assert_int_equal(dir_lock("./no/such", &doubt, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(what_was_handed_out_and_not_done_is_an_attempt, set_up),
		in_scratch_after(after_an_end_in_order_nothing_is_to_blame, set_up),
		in_scratch_after(what_is_no_line_of_ours_is_passed_over, set_up),
		in_scratch_after(a_flood_of_ranges_is_cut_off, set_up),
		in_scratch_after(a_log_goes_on_on_a_line_of_its_own, set_up),
		in_scratch_after(a_line_after_one_that_was_cut_stands_alone, set_up),
		in_scratch_after(events_are_shown_with_their_times, set_up),
		in_scratch_after(a_log_does_not_follow_a_link, set_up),
		in_scratch_after(the_status_is_read_back, set_up),
		in_scratch_after(a_directory_without_a_lock_is_nobodys, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
