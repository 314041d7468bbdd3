/* The farm with real forks: the same sums whatever the workers do or suffer.
 * Compiled with FARM_FAILPOINTS, like the farm's sources it is linked with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_work.h"
#include "farm/cgroup.h"
#include "farm/failpoint.h"
#include "farm/spawn.h"

#define LIMIT_ms 20000

/* Shared with the workers; each test starts with it zeroed. */
struct stage {
	const char *failpoint;
	_Atomic int passes_left;      /* the worker that counts it to 0 dies */
	int n_more;                   /* and as many that come by next */
	_Atomic int n_begun;
	_Atomic int n_armed, n_arm_max;
	int pipe_end;
	uint64_t signal_in_range;
	int signal;
	_Atomic int n_files[8];
	char death[512];
	int n_at_work, n_at_work_max;
	_Atomic int n_notes, n_handed_out, n_done, n_lost, n_finished_commits, n_statuses,
	    n_searches;
};

static struct stage *stage;
static pid_t test_pid;

void
farm_failpoint(const char *name)
{
	int left;

	if (getpid() == test_pid || stage->failpoint == NULL || strcmp(name, stage->failpoint) != 0)
		return;
	left = --stage->passes_left;
	if (left <= 0 && left >= -stage->n_more)
		raise(SIGKILL);
}

static void
on_death(void *ctx, const struct farm_death *d)
{
	(void)ctx;
	stage->n_finished_commits += d->commit_finished;
	snprintf(stage->death, sizeof stage->death, "%s", d->text);
}

static void
on_range(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker)
{
	(void)ctx;
	(void)r;
	(void)worker;
	stage->n_handed_out += kind == RANGE_HANDED_OUT;
	stage->n_done += kind == RANGE_DONE;
	stage->n_lost += kind == RANGE_LOST;
}

static void
on_range_counted(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker)
{
	on_range(ctx, kind, r, worker);
	stage->n_at_work += kind == RANGE_HANDED_OUT ? 1 : -1;
	stage->n_at_work_max = stage->n_at_work > stage->n_at_work_max ? stage->n_at_work : stage->n_at_work_max;
}

static void
on_status(void *ctx, const struct farm_status *s)
{
	(void)ctx;
	(void)s;
	stage->n_statuses++;
}

static void
on_note(void *ctx, const char *text)
{
	(void)ctx;
	stage->n_notes += strstr(text, "worker") != NULL;
	stage->n_searches += strstr(text, "is searched") != NULL;
}

static const struct farm_watch watch = {
	.note = on_note,
	.death = on_death, .range = on_range, .status = on_status, .interval_ms = 1,
};

static int
setup(void **state)
{
	(void)state;
	memset(stage, 0, sizeof *stage);
	return 0;
}

static struct farm_result
run_serial_from(const struct farm_start *start, const struct farm_job *job)
{
	struct farm_options o = { .is_serial = true, .start = start };
	struct farm_result r;
	struct err e;

	if (farm_run(job, &o, &r, &e) == -1)
		fail_msg("%s", e.text);
	return r;
}

static struct farm_result
run_serial(const struct farm_job *job)
{
	return run_serial_from(NULL, job);
}

static struct farm_result
run_farm(const struct farm_job *job, int n_workers, bool is_slab_shared)
{
	struct farm_options o = { .n_workers = n_workers, .is_slab_shared = is_slab_shared,
	    .watch = &watch };
	struct farm_result r;
	struct err e;

	if (farm_run(job, &o, &r, &e) == -1)
		fail_msg("%s", e.text);
	return r;
}

/* Expects the farm to give what the serial run of the plain work gives. */
static void
expect_same(const struct farm_job *job, int n_workers, bool is_slab_shared)
{
	struct farm_job plain = fake_job(job->n_items, job->cut.first);
	struct farm_result a, b;

	plain.cut = job->cut;
	a = run_serial(&plain);
	b = run_farm(job, n_workers, is_slab_shared);
	assert_int_equal(b.n_items_done, job->n_items);
	assert_int_equal(b.n_left_out, 0);
	assert_true(is_same_result(&a, &b));
	farm_result_free(&a);
	farm_result_free(&b);
}

static void
expect_error(const struct farm_job *job, const struct farm_options *o, enum err_kind kind,
    const char *text)
{
	struct farm_result r;
	struct err e;

	assert_int_equal(farm_run(job, o, &r, &e), -1);
	assert_int_equal(e.kind, kind);
	if (strstr(e.text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, e.text);
}

/* Of five workers, never more than two have a range, unless one of these has died, which is told later. */
static void
no_more_workers_than_wanted_work_at_once(void **state)
{
	struct farm_job job = fake_job(1000, 10);
	struct farm_watch counting = { .range = on_range_counted };
	struct farm_options o = { .n_workers = 5, .n_at_once = 2, .watch = &counting };
	struct farm_result a = run_serial(&job), b;
	struct err e;

	(void)state;
	for (int has_deaths = 0; has_deaths < 2; has_deaths++) {
		if (has_deaths) {
			assert_int_equal(stage->n_at_work_max, 2);
			stage->failpoint = "worker.computed";
			stage->passes_left = 20;
			stage->n_more = 3;
		}
		if (farm_run(&job, &o, &b, &e) == -1)
			fail_msg("%s", e.text);
		assert_true(is_same_result(&a, &b));
		assert_int_equal(stage->n_lost, has_deaths ? 4 : 0);
		assert_int_equal(stage->n_at_work, 0);
		farm_result_free(&b);
	}
	farm_result_free(&a);
}

static void
serial_run_gives_the_sums_of_the_work(void **state)
{
	struct farm_job job = fake_job(1037, 10);
	struct farm_result r = run_serial(&job);
	struct farm_tally t = { .bins = calloc(FAKE_BINS, sizeof *t.bins),
	    .strips = calloc(FAKE_BINS, 1) };
	struct farm_range all = { .count = 1037 };
	uint64_t heartbeat = 0;
	struct err e;

	(void)state;
	t.heartbeat = &heartbeat;
	fake_run(NULL, &all, &t, &e);
	for (size_t i = 0; i < FAKE_BINS; i++)
		assert_int_equal(r.sum[i] + r.remainder[i], t.bins[i]);
	assert_true(r.counters[0] == 1037 && r.counters[1] == t.counters[1]);
	assert_true(r.counters[2] == -104);
	assert_int_equal(r.n_ranges, 103);
	assert_int_equal(r.n_remainder, 7);
	free(t.bins);
	free(t.strips);
	farm_result_free(&r);
}

static void
sums_do_not_depend_on_workers_or_slabs(void **state)
{
	static const int n_workers[] = { 1, 2, 3, 7, 16 };
	struct farm_job job = fake_job(1037, 10);

	(void)state;
	for (size_t i = 0; i < sizeof n_workers / sizeof *n_workers; i++) {
		expect_same(&job, n_workers[i], false);
		expect_same(&job, n_workers[i], true);
	}
	assert_int_equal(stage->n_done, 10 * 104);
	assert_int_equal(stage->n_handed_out, 10 * 104);
}

/* Ranges of 5, 10, 20 and 40 items, and a shorter one. */
static void
growing_ranges_give_the_sums_of_ranges_that_are_alike(void **state)
{
	struct farm_job job = fake_job(5 * 256 + 40 * 7 + 13, 5);
	struct farm_result alike = run_serial(&job), grown;

	(void)state;
	job.cut.doublings = 3;
	expect_same(&job, 5, false);
	expect_same(&job, 2, true);
	grown = run_serial(&job);
	for (size_t i = 0; i < FAKE_BINS; i++)
		assert_int_equal(alike.sum[i] + alike.remainder[i], grown.sum[i] + grown.remainder[i]);
	assert_int_equal(grown.n_ranges, 128 + 7);
	assert_int_equal(grown.n_full_items, job.n_items - 13);
	assert_int_equal(grown.n_remainder, 13);
	assert_true(grown.counters[0] == alike.counters[0] && grown.counters[1] == alike.counters[1]);
	farm_result_free(&alike);
	farm_result_free(&grown);
}

static void
small_jobs_are_done_whole(void **state)
{
	static const uint64_t n_items[] = { 0, 1, 9, 10, 11, 20 };
	struct farm_job job;

	(void)state;
	for (size_t i = 0; i < sizeof n_items / sizeof *n_items; i++) {
		job = fake_job(n_items[i], 10);
		expect_same(&job, 5, false);
		expect_same(&job, 5, true);
	}
}

static void
expect_same_with_death_at(const char *name, int pass, bool is_slab_shared)
{
	struct farm_job job = fake_job(205, 10);

	job.cut.doublings = 3;
	memset(stage, 0, sizeof *stage);
	stage->failpoint = name;
	stage->passes_left = pass;
	expect_same(&job, 3, is_slab_shared);
	if (stage->passes_left > 0)
		fail_msg("nobody died at %s, pass %d", name, pass);
}

static void
a_death_at_any_step_changes_no_bit(void **state)
{
	static const char *const names[] = {
		"worker.open", "worker.computed", "commit.start", "commit.fill", "commit.filled",
		"commit.logged", "commit.replay", "commit.replayed", "commit.unit",
		"commit.committed", "commit.finished", "worker.told", "commit.clear",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (int pass = 1; pass < 12; pass += 5) {
			expect_same_with_death_at(names[i], pass, false);
			expect_same_with_death_at(names[i], pass, true);
		}
}

static void
a_death_while_it_waits_for_the_slab_changes_no_bit(void **state)
{
	(void)state;
	for (int pass = 1; pass < 10; pass += 2) {
		expect_same_with_death_at("worker.asked", pass, true);
		expect_same_with_death_at("worker.granted", pass, true);
	}
}

static void
a_death_in_a_commit_does_not_repeat_its_range(void **state)
{
	(void)state;
	expect_same_with_death_at("commit.logged", 5, false);
	assert_int_equal(stage->n_finished_commits, 1);
	assert_int_equal(stage->n_lost, 0);
	assert_int_equal(stage->n_handed_out, 21);
	assert_non_null(strstr(stage->death, "SIGKILL"));
	expect_same_with_death_at("worker.computed", 5, false);
	assert_int_equal(stage->n_finished_commits, 0);
	assert_int_equal(stage->n_lost, 1);
	assert_int_equal(stage->n_handed_out, 22);
}

/* More often than a range may be lost before it is searched, and as often as the run lets pass. */
static void
a_range_is_not_to_blame_before_it_has_begun(void **state)
{
	struct farm_job job = fake_job(205, 10);

	(void)state;
	stage->failpoint = "worker.received";
	stage->passes_left = 3;
	stage->n_more = FARM_DEATHS_MIN - 2;
	expect_same(&job, 1, false);
	assert_int_equal(stage->n_lost, FARM_DEATHS_MIN - 1);
	assert_int_equal(stage->n_searches, 0);
}

/* Ends this process after 2 to 32 ms of processor time, at random: at most n_arm_max of them. */
static int
arm(void *ctx, struct err *e)
{
	struct itimerval t = { { 0, 0 }, { 0, 0 } };
	int n = stage->n_armed++;

	(void)ctx;
	(void)e;
	t.it_value.tv_usec = 2000 + (int)(fake_hash((uint64_t)n + 1) % 30000);
	if (n < stage->n_arm_max)
		setitimer(ITIMER_PROF, &t, NULL);
	return 0;
}

/* Takes 10 us of processor time for each item, whatever the machine. */
static int
run_slowly(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	struct timespec from, now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000 + now.tv_nsec - from.tv_nsec < r->count * 10000l);
	return fake_run(ctx, r, t, e);
}

/* Where the processor is slow to a new process, workers die early, and an attempt at a range that was lost fails
 * often: chance may then kill a single item as often as it takes to leave it out. That must be the only
 * difference. */
static void
expect_same_but_for_what_is_left_out(const struct farm_job *job, int n_workers, bool is_slab_shared)
{
	struct farm_job plain = fake_job(job->n_items, job->cut.first);
	struct farm_result b = run_farm(job, n_workers, is_slab_shared), a;
	struct farm_start start = { .progress = { .n_left_out = b.n_left_out,
	    .left_out = b.left_out } };

	a = run_serial_from(&start, &plain);
	assert_in_range(b.n_left_out, 0, 2);
	assert_int_equal(b.n_items_done, job->n_items);
	assert_true(is_same_result(&a, &b));
	farm_result_free(&a);
	farm_result_free(&b);
}

static void
random_deaths_change_no_bit(void **state)
{
	struct farm_job job = fake_job(20005, 10);

	(void)state;
	job.begin = arm;
	job.run = run_slowly;
	for (int is_shared = 0; is_shared < 2; is_shared++) {
		stage->n_armed = 0;
		stage->n_arm_max = 60;
		expect_same_but_for_what_is_left_out(&job, 4, is_shared);
		assert_true(stage->n_armed > 10);
	}
}

static int
exit_at_begin(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	stage->n_begun++;
	_exit(1);
}

static void
workers_that_cannot_begin_end_the_run(void **state)
{
	struct farm_job job = fake_job(1000, 10);
	struct farm_options o = { .n_workers = 4, .watch = &watch };

	(void)state;
	job.begin = exit_at_begin;
	expect_error(&job, &o, ERR_DEATHS, "status 1");
	assert_in_range(stage->n_begun, 12, 20);
}

static int
crash_in_range_5(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	if (r->index == 5)
		raise(SIGTRAP);
	return fake_run(ctx, r, t, e);
}

static void
a_range_whose_items_all_kill_ends_the_run_and_is_named(void **state)
{
	struct farm_job job = fake_job(400000, 40);
	struct farm_options o = { .n_workers = 2, .watch = &watch };

	(void)state;
	job.run = crash_in_range_5;
	expect_error(&job, &o, ERR_DEATHS, "range 5, items 200 to 239");
	/* and perhaps the range that the other worker had in hand at the end */
	assert_in_range(stage->n_lost, FARM_ATTEMPTS_MAX + FARM_LEFT_OUT_MAX,
	    FARM_ATTEMPTS_MAX + FARM_LEFT_OUT_MAX + 1);
	assert_non_null(strstr(stage->death, "SIGTRAP"));
}

static int
report_at_begin(void *ctx, struct err *e)
{
	(void)ctx;
	return err_set(e, ERR_INPUT, "no table %d", 7);
}

static int
report_in_range_5(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	if (r->index == 5)
		return err_set(e, ERR_OUTPUT, "disk full at %d", 5);
	return fake_run(ctx, r, t, e);
}

static void
what_a_worker_reports_ends_the_run(void **state)
{
	struct farm_job at_begin = fake_job(1000, 10), in_range = at_begin;
	struct farm_options o = { .n_workers = 3, .watch = &watch };

	(void)state;
	at_begin.begin = report_at_begin;
	in_range.run = report_in_range_5;
	for (int serial = 0; serial < 2; serial++) {
		o.is_serial = serial;
		expect_error(&at_begin, &o, ERR_INPUT, "no table 7");
		expect_error(&in_range, &o, ERR_OUTPUT, "disk full at 5");
	}
}

static int
run_huge(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	(void)ctx;
	(void)r;
	(void)e;
	fake_add(t, 77, INT64_MAX / 4 * 3);
	return 0;
}

static void
overflow_ends_the_run(void **state)
{
	struct farm_job job = fake_job(100, 10);
	struct farm_options o = { .n_workers = 1 };

	(void)state;
	job.run = run_huge;
	expect_error(&job, &o, ERR_INTERNAL, "overflow");
	o.is_serial = true;
	expect_error(&job, &o, ERR_INTERNAL, "overflow");
}

/* Signals the supervisor from within a range; then, as a worker, dies once in that range. */
static int
run_and_signal(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	int signal = stage->signal;

	if (r->index == stage->signal_in_range && signal != 0) {
		stage->signal = 0;
		kill(test_pid, signal);
		if (getpid() != test_pid)
			raise(SIGKILL);
	}
	return fake_run(ctx, r, t, e);
}

static void
expect_gapless_prefix(struct farm_result *r, int signal)
{
	struct farm_job plain = fake_job(r->n_items_done, 10);
	struct farm_result whole = run_serial(&plain);

	assert_true(r->was_stopped);
	assert_int_equal(r->stop_signal, signal);
	assert_true(r->n_items_done >= 380 && r->n_items_done < 100005);
	assert_int_equal(r->n_items_done % 10, 0);
	assert_null(r->remainder);
	assert_true(is_same_result(r, &whole));
	farm_result_free(&whole);
	farm_result_free(r);
}

static void
a_signal_leaves_a_gapless_prefix(void **state)
{
	struct farm_job job = fake_job(100005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_and_signal;
	stage->signal_in_range = 37;
	for (int i = 0; i < 6; i++) {
		stage->signal = i % 2 == 0 ? SIGTERM : SIGINT;
		r = i < 2 ? run_serial(&job) : run_farm(&job, 4, i < 4);
		expect_gapless_prefix(&r, i % 2 == 0 ? SIGTERM : SIGINT);
	}
}

static void
dispositions_are_given_back(void **state)
{
	struct farm_job job = fake_job(100, 10);
	struct farm_result r;
	struct sigaction a;

	(void)state;
	signal(SIGTERM, SIG_IGN);
	r = run_farm(&job, 2, false);
	farm_result_free(&r);
	sigaction(SIGTERM, NULL, &a);
	assert_ptr_equal(a.sa_handler, SIG_IGN);
	r = run_serial(&job);
	farm_result_free(&r);
	sigaction(SIGTERM, NULL, &a);
	assert_ptr_equal(a.sa_handler, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
}

/* Stops that come between the end of a run and the last use of its result; how the process ends. */
static int
end_of_one_that_is_stopped(int n_stops, bool is_serial)
{
	struct farm_job job = fake_job(100, 10);
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct farm_result r = is_serial ? run_serial(&job) : run_farm(&job, 2, false);

		while (n_stops-- > 0)
			raise(n_stops % 2 == 0 ? SIGTERM : SIGINT);
		farm_result_free(&r);
		_exit(17);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
a_result_in_hand_outlives_two_stops_and_no_third(void **state)
{
	int status;

	(void)state;
	for (int is_serial = 0; is_serial < 2; is_serial++) {
		for (int n = 0; n < 3; n++) {
			status = end_of_one_that_is_stopped(n, is_serial);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 17);
		}
		status = end_of_one_that_is_stopped(3, is_serial);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	}
}

/* Tells the test that a worker is there, and stays. */
static int
run_for_ever(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	char byte = 1;

	(void)ctx;
	(void)r;
	(void)t;
	(void)e;
	if (write(stage->pipe_end, &byte, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* A supervisor in a child of its own; returns when each of the workers has said that it is there. */
static pid_t
start_farm_for_ever(int n_workers, int *read_end)
{
	struct farm_job job = fake_job(1000, 10);
	struct farm_options o = { .n_workers = n_workers };
	struct farm_result r;
	struct err e;
	int ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	stage->pipe_end = ends[1];
	job.run = run_for_ever;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		_exit(farm_run(&job, &o, &r, &e) == 0 ? 0 : 1);
	}
	close(ends[1]);
	for (int i = 0; i < n_workers; i++)
		assert_int_equal(read(ends[0], &byte, 1), 1);
	*read_end = ends[0];
	return pid;
}

static void
expect_eof(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	assert_int_equal(poll(&p, 1, LIMIT_ms), 1);
	assert_int_equal(read(fd, &byte, 1), 0);
	close(fd);
}

/* The workers hold the pipe's only other ends. */
static void
workers_die_with_the_supervisor(void **state)
{
	int read_end, status;
	pid_t pid;

	(void)state;
	pid = start_farm_for_ever(3, &read_end);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	expect_eof(read_end);
}

static void
the_second_signal_ends_the_run_at_once(void **state)
{
	int read_end, status;
	pid_t pid;

	(void)state;
	pid = start_farm_for_ever(3, &read_end);
	kill(pid, SIGTERM);
	kill(pid, SIGINT);
	expect_eof(read_end);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
take_any_child(int signum)
{
	(void)signum;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

/* A worker dies, and is known to be dead, whatever the program does with the status of its children. */
static void
deaths_are_seen_whatever_sigchld_does(void **state)
{
	static void (*const handler[])(int) = { SIG_IGN, take_any_child };
	static const char *const cause[] = { "SIGKILL", "" };
	struct sigaction now;

	(void)state;
	for (int i = 0; i < 2; i++) {
		signal(SIGCHLD, handler[i]);
		expect_same_with_death_at("worker.computed", 5, false);
		assert_non_null(strstr(stage->death, cause[i]));
		assert_int_equal(stage->n_lost, 1);
		sigaction(SIGCHLD, NULL, &now);
		assert_true(now.sa_handler == handler[i]);
	}
	signal(SIGCHLD, SIG_DFL);
}

static int
hang_up_first(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	if (stage->n_begun++ == 0)
		close_range(3, ~0U, 0);
	return 0;
}

/* A worker that closes its socket is found out by the EOF, though it lives, and though others
 * were forked after it. */
static void
a_worker_that_hangs_up_is_replaced(void **state)
{
	struct farm_job job = fake_job(1000, 10);

	(void)state;
	job.begin = hang_up_first;
	expect_same(&job, 3, false);
	assert_true(stage->n_begun >= 4);
}

/* The first one to come by stops, as under a debugger or a dead file server. */
static int
run_and_stop(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	if (stage->n_begun++ == 0)
		raise(SIGSTOP);
	return fake_run(ctx, r, t, e);
}

static void
a_worker_that_is_stopped_is_replaced(void **state)
{
	struct farm_job job = fake_job(1000, 10), plain = job;
	struct farm_safety safety = { .hang_timeout_s = 0.3 };
	struct farm_options o = { .n_workers = 2, .watch = &watch, .safety = &safety };
	struct farm_result a = run_serial(&plain), b;
	struct err e;

	(void)state;
	job.run = run_and_stop;
	assert_int_equal(farm_run(&job, &o, &b, &e), 0);
	assert_true(is_same_result(&a, &b));
	assert_true(b.n_deaths >= 1);
	assert_non_null(strstr(stage->death, "it hung (no sign of life for 0.3 s, state T"));
	farm_result_free(&a);
	farm_result_free(&b);
}

static int
n_leaked(void)
{
	DIR *d = opendir("/dev/shm");
	struct dirent *entry;
	char prefix[32];
	int n = 0;

	snprintf(prefix, sizeof prefix, "farm-%ld-", (long)getpid());
	while (d != NULL && (entry = readdir(d)) != NULL)
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	if (d != NULL)
		closedir(d);
	return n;
}

static int
n_open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += dup2(fd, fd) == fd;
	return n;
}

static int
count_files(void *ctx, struct err *e)
{
	(void)ctx;
	(void)e;
	stage->n_files[stage->n_begun++ % 8] = n_open_files();
	return 0;
}

/* Else the death of the supervisor would be no EOF. */
static void
a_worker_holds_no_end_of_the_others(void **state)
{
	struct farm_job job = fake_job(1000, 10);

	(void)state;
	job.begin = count_files;
	expect_same(&job, 8, false);
	for (int i = 1; i < 8; i++)
		assert_int_equal(stage->n_files[i], stage->n_files[0]);
}

static void
nothing_is_left_behind(void **state)
{
	struct farm_job job = fake_job(1037, 10);
	int n_files;

	(void)state;
	expect_same(&job, 3, false);
	n_files = n_open_files();
	expect_same(&job, 3, true);
	assert_int_equal(n_open_files(), n_files);
	assert_int_equal(n_leaked(), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* In a process of its own, which has descriptors for some of the workers only. */
static int
run_with_few_files(void)
{
	struct rlimit few = { (rlim_t)n_open_files() + 14, (rlim_t)n_open_files() + 14 };
	struct farm_job job = fake_job(1037, 10);
	struct farm_options farm = { .n_workers = 8, .watch = &watch };
	struct farm_options serial = { .is_serial = true };
	struct farm_result a, b;
	struct err e;

	if (farm_run(&job, &serial, &a, &e) == -1 || setrlimit(RLIMIT_NOFILE, &few) == -1)
		return 1;
	if (farm_run(&job, &farm, &b, &e) == -1)
		return 2;
	return is_same_result(&a, &b) ? 0 : 3;
}

static volatile sig_atomic_t n_heard;

static void
hear(int signum)
{
	(void)signum;
	n_heard++;
}

static void
a_deaf_farm_leaves_signals_to_the_program(void **state)
{
	struct farm_options o = { .n_workers = 3, .is_deaf = true };
	struct farm_job job = fake_job(2005, 10);
	struct farm_result r;
	struct err e;

	(void)state;
	job.run = run_and_signal;
	stage->signal_in_range = 37;
	signal(SIGTERM, hear);
	n_heard = 0;
	for (int i = 0; i < 2; i++) {
		o.is_serial = i == 1;
		stage->signal = SIGTERM;
		assert_int_equal(farm_run(&job, &o, &r, &e), 0);
		assert_false(r.was_stopped);
		raise(SIGTERM);
		assert_int_equal(n_heard, 2 * (i + 1));
		farm_result_free(&r);
	}
	signal(SIGTERM, SIG_DFL);
}

static bool
want_stop(void *ctx)
{
	(void)ctx;
	return stage->n_done >= 40;
}

static void
a_farm_stops_when_asked_to(void **state)
{
	struct farm_safety safety = { .is_stop_wanted = want_stop };
	struct farm_options o = { .n_workers = 3, .watch = &watch, .safety = &safety };
	struct farm_job job = fake_job(10000005, 10);
	struct farm_result r;
	struct err e;

	(void)state;
	job.run = run_slowly;
	for (int i = 0; i < 2; i++) {
		o.is_serial = i == 1;
		stage->n_done = 0;
		assert_int_equal(farm_run(&job, &o, &r, &e), 0);
		assert_int_equal(r.stop_cause, STOP_REQUEST);
		expect_gapless_prefix(&r, 0);
	}
}

/* Ends when the other end of its pipe is closed. */
static void *
wait_for_end(void *pipe_end)
{
	char byte;

	return read(*(int *)pipe_end, &byte, 1) == 0 ? NULL : pipe_end;
}

static void
threads_are_counted(void **state)
{
	pthread_t thread;
	int ends[2], before = farm_threads();

	(void)state;
	assert_true(before >= 1);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_end, &ends[0]), 0);
	assert_int_equal(farm_threads(), before + 1);
	close(ends[1]);
	pthread_join(thread, NULL);
	close(ends[0]);
}

static void
workers_that_cannot_be_forked_are_done_without(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(run_with_few_files());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(stage->n_notes >= 1);
}

static void
more_memory_than_there_is_is_refused(void **state)
{
	struct farm_job job = fake_job(100, 10);
	struct farm_options o = { .n_workers = 8 };

	(void)state;
	job.n_bins = (size_t)1 << 38;
	expect_error(&job, &o, ERR_SYSTEM, "MiB");
}

static void
senseless_options_are_refused(void **state)
{
	struct farm_job job = fake_job(100, 10), empty = fake_job(100, 0);
	struct farm_options none = { .n_workers = 0 }, many = { .n_workers = 2000 };

	(void)state;
	expect_error(&job, &none, ERR_USAGE, "0 workers");
	expect_error(&job, &many, ERR_USAGE, "2000 workers");
	none.n_workers = 1;
	expect_error(&empty, &none, ERR_USAGE, "at least one item");
}

static void
status_is_told_in_between(void **state)
{
	struct farm_job job = fake_job(3000, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	r = run_farm(&job, 2, false);
	farm_result_free(&r);
	assert_true(stage->n_statuses > 0);
}

static void
cgroup_paths_are_found_by_controller(void **state)
{
	static const char *text = "12:memory:/m\n3:cpu,cpuacct:/c/d\n1:name=systemd:/s\n0::/v2\n";
	char path[64];

	(void)state;
	assert_true(cgroup_path(text, "memory", path, sizeof path));
	assert_string_equal(path, "/m");
	assert_true(cgroup_path(text, "cpu", path, sizeof path));
	assert_string_equal(path, "/c/d");
	assert_true(cgroup_path(text, "", path, sizeof path));
	assert_string_equal(path, "/v2");
	assert_false(cgroup_path(text, "pids", path, sizeof path));
	assert_false(cgroup_path(text, "cpu", path, 3));
	assert_false(cgroup_path("garbage\n", "", path, sizeof path));
}

static void
cgroup_limits_are_read(void **state)
{
	static const char *events = "low 0\noom 4\noom_kill 3\noom_group_kill 9\n";

	(void)state;
	assert_true(cgroup_cpu_max("150000 100000\n") == 1.5);
	assert_true(cgroup_cpu_max("max 100000\n") == 0);
	assert_true(cgroup_cpu_quota("250000\n", "100000\n") == 2.5);
	assert_true(cgroup_cpu_quota("-1\n", "100000\n") == 0);
	assert_true(cgroup_bytes("max\n") == UINT64_MAX);
	assert_int_equal(cgroup_bytes("1073741824\n"), 1073741824);
	assert_int_equal(cgroup_field(events, "oom_kill"), 3);
	assert_int_equal(cgroup_field(events, "high"), -1);
}

static void
there_is_at_least_one_processor(void **state)
{
	(void)state;
	assert_in_range(farm_processors(), 1, FARM_WORKERS_MAX);
}

static void
a_program_is_run_where_told(void **state)
{
	static char sh[] = "sh", c[] = "-c", test[] = "test \"$(pwd)\" = / && exit 7";
	static char stop[] = "kill -9 $$", none[] = "/no/such/program";
	char *ok[] = { sh, c, test, NULL }, *killed[] = { sh, c, stop, NULL };
	char *missing[] = { none, NULL };
	struct err e;
	int status;

	(void)state;
	assert_int_equal(spawn_wait(ok, "/", &status, &e), 0);
	assert_int_equal(status, 7);
	assert_int_equal(spawn_wait(killed, NULL, &status, &e), 0);
	assert_int_equal(status, 128 + SIGKILL);
	assert_int_equal(spawn_wait(missing, NULL, &status, &e), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(serial_run_gives_the_sums_of_the_work, setup),
		cmocka_unit_test_setup(no_more_workers_than_wanted_work_at_once, setup),
		cmocka_unit_test_setup(sums_do_not_depend_on_workers_or_slabs, setup),
		cmocka_unit_test_setup(growing_ranges_give_the_sums_of_ranges_that_are_alike, setup),
		cmocka_unit_test_setup(small_jobs_are_done_whole, setup),
		cmocka_unit_test_setup(a_death_at_any_step_changes_no_bit, setup),
		cmocka_unit_test_setup(a_death_while_it_waits_for_the_slab_changes_no_bit, setup),
		cmocka_unit_test_setup(a_death_in_a_commit_does_not_repeat_its_range, setup),
		cmocka_unit_test_setup(a_range_is_not_to_blame_before_it_has_begun, setup),
		cmocka_unit_test_setup(random_deaths_change_no_bit, setup),
		cmocka_unit_test_setup(workers_that_cannot_begin_end_the_run, setup),
		cmocka_unit_test_setup(a_range_whose_items_all_kill_ends_the_run_and_is_named, setup),
		cmocka_unit_test_setup(what_a_worker_reports_ends_the_run, setup),
		cmocka_unit_test_setup(overflow_ends_the_run, setup),
		cmocka_unit_test_setup(a_signal_leaves_a_gapless_prefix, setup),
		cmocka_unit_test_setup(a_result_in_hand_outlives_two_stops_and_no_third, setup),
		cmocka_unit_test_setup(dispositions_are_given_back, setup),
		cmocka_unit_test_setup(workers_die_with_the_supervisor, setup),
		cmocka_unit_test_setup(the_second_signal_ends_the_run_at_once, setup),
		cmocka_unit_test_setup(deaths_are_seen_whatever_sigchld_does, setup),
		cmocka_unit_test_setup(a_worker_that_hangs_up_is_replaced, setup),
		cmocka_unit_test_setup(a_worker_that_is_stopped_is_replaced, setup),
		cmocka_unit_test_setup(a_worker_holds_no_end_of_the_others, setup),
		cmocka_unit_test_setup(nothing_is_left_behind, setup),
		cmocka_unit_test_setup(a_deaf_farm_leaves_signals_to_the_program, setup),
		cmocka_unit_test_setup(a_farm_stops_when_asked_to, setup),
		cmocka_unit_test(threads_are_counted),
		cmocka_unit_test_setup(workers_that_cannot_be_forked_are_done_without, setup),
		cmocka_unit_test_setup(more_memory_than_there_is_is_refused, setup),
		cmocka_unit_test_setup(senseless_options_are_refused, setup),
		cmocka_unit_test_setup(status_is_told_in_between, setup),
		cmocka_unit_test(cgroup_paths_are_found_by_controller),
		cmocka_unit_test(cgroup_limits_are_read),
		cmocka_unit_test(there_is_at_least_one_processor),
		cmocka_unit_test(a_program_is_run_where_told),
	};

	test_pid = getpid();
	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
