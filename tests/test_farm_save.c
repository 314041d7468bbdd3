/* Runs that are saved, stopped, killed and resumed end with the bits of an undisturbed one.
 * Compiled with FARM_FAILPOINTS, like the farm's sources it is linked with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_save.h"
#include "farm/failpoint.h"

/* Shared with all processes; each test starts with it zeroed. */
struct stage {
	struct fake_store store;
	const char *failpoint;
	_Atomic int passes_left;
	bool is_for_ever;                /* from the last pass on, each kills */
	bool is_minute_lost;             /* the last pass does not kill, but a minute is over after it */
	_Atomic int n_minutes;           /* that were lost */
	_Atomic int n_good, n_bad, n_asked, n_done, n_slept;
	_Atomic int signal;              /* sent by the worker that has range signal_in */
	uint64_t signal_in;
	uint32_t doublings;              /* of the cut of job_of */
	int pipe_end;
	char text[512];
};

static struct stage *stage;
static pid_t test_pid;

/* In the place of the C library's, for the event loop as well: a clock on which minutes pass in which no process
 * did anything. */
int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int r = (int)syscall(SYS_clock_gettime, clock, t);

	if (r == 0 && (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE) && stage != NULL)
		t->tv_sec += 61 * stage->n_minutes;
	return r;
}

static void
lose_a_minute(void)
{
	const struct timespec looks = { 2, 500000000 };

	stage->n_minutes++;
	nanosleep(&looks, NULL);
}

void
farm_failpoint(const char *name)
{
	if (stage->is_minute_lost && strcmp(name, stage->failpoint) == 0) {
		if (--stage->passes_left == 0)
			lose_a_minute();
		return;
	}
	if (getpid() != test_pid && stage->failpoint != NULL &&
	    strcmp(name, stage->failpoint) == 0 && (--stage->passes_left == 0 ||
	    (stage->is_for_ever && stage->passes_left < 0)))
		raise(SIGKILL);
}

static int
setup(void **state)
{
	(void)state;
	memset(stage, 0, sizeof *stage);
	return 0;
}

static void
on_saved(void *ctx, bool is_good, const char *text)
{
	(void)ctx;
	stage->n_good += is_good;
	stage->n_bad += !is_good;
	if (!is_good)
		snprintf(stage->text, sizeof stage->text, "%s", text);
}

static void
on_asked(void *ctx, const struct farm_status *s)
{
	(void)ctx;
	stage->n_asked += s->items_total > 0;
}

static void
on_range(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker)
{
	(void)ctx;
	(void)r;
	(void)worker;
	stage->n_done += kind == RANGE_DONE;
}

static const struct farm_watch watch = { .saved = on_saved, .asked = on_asked, .range = on_range };

static struct farm_safety
safety_of(double interval_s)
{
	return (struct farm_safety){ .save = fake_save, .save_interval_s = interval_s,
	    .ctx = &stage->store };
}

static struct farm_result
run(const struct farm_job *job, int n_workers, const struct farm_safety *safety,
    const struct farm_start *start)
{
	struct farm_options o = { .n_workers = n_workers, .is_serial = n_workers == 0,
	    .is_slab_shared = n_workers % 2 == 0, .watch = &watch, .safety = safety,
	    .start = start };
	struct farm_result r;
	struct err e;

	if (farm_run(job, &o, &r, &e) == -1)
		fail_msg("%s", e.text);
	return r;
}

static struct farm_job
job_of(uint64_t n_items)
{
	struct farm_job job = fake_job(n_items, 10);

	job.cut.doublings = stage->doublings;
	return job;
}

/* Frees the result. */
static void
expect_plain(struct farm_result *r, uint64_t n_items)
{
	struct farm_job plain = job_of(n_items);
	struct farm_result whole = run(&plain, 0, NULL, NULL);

	assert_int_equal(r->n_items_done, n_items);
	assert_true(r->is_gapless);
	assert_true(is_same_result(r, &whole));
	farm_result_free(&whole);
	farm_result_free(r);
}

static void
resume_and_expect(uint64_t n_items, int n_workers)
{
	struct farm_start start = fake_start(&stage->store);
	struct farm_safety safety = safety_of(0);
	struct farm_job job = job_of(n_items);
	struct farm_result r = run(&job, n_workers, &safety, &start);

	expect_plain(&r, n_items);
}

/* Takes 100 us of processor time, whatever the machine. */
static int
run_slowly(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	struct timespec from, now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000 + now.tv_nsec - from.tv_nsec < 100000);
	return fake_run(ctx, r, t, e);
}

static void
saving_changes_no_bit(void **state)
{
	static const int n_workers[] = { 0, 1, 2, 3, 8 };
	struct farm_safety safety = safety_of(0.003);
	struct farm_job job = fake_job(2005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	for (size_t i = 0; i < sizeof n_workers / sizeof *n_workers; i++) {
		stage->n_good = 0;
		r = run(&job, n_workers[i], &safety, NULL);
		expect_plain(&r, 2005);
		assert_true(stage->n_good > 0);
		assert_int_equal(stage->n_good + stage->n_bad, stage->store.n_saved);
		stage->store.n_saved = 0;
		resume_and_expect(2005, 3);
	}
	assert_int_equal(stage->n_bad, 0);
}

/* One range sleeps until the run is ended by two signals, which come when others are far ahead. */
static int
run_with_a_gap(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	if (r->index == 5)
		for (;;)
			pause();
	if (r->index == 40) {
		kill(test_pid, SIGTERM);
		kill(test_pid, SIGINT);
	}
	return fake_run(ctx, r, t, e);
}

static void
the_second_signal_saves_what_is_done_beyond_a_gap(void **state)
{
	static const int n_workers[] = { 0, 1, 2, 5 };
	struct farm_safety safety = safety_of(0);
	struct farm_job job = fake_job(100005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_with_a_gap;
	for (int is_odd = 0; is_odd < 2; is_odd++) {
		r = run(&job, 4 + is_odd, &safety, NULL);
		assert_false(r.is_gapless);
		assert_true(r.was_stopped && r.stop_cause == STOP_SIGNAL);
		assert_true(r.n_ranges <= 5);     /* a worker may not have got to run an earlier one */
		assert_null(r.sum);
		farm_result_free(&r);
		assert_true(stage->store.checkpoint[stage->store.valid].n_beyond >= 30);
		for (size_t i = 0; i < sizeof n_workers / sizeof *n_workers; i++)
			resume_and_expect(1003, n_workers[i]);
	}
}

static int
run_and_signal(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	int signum = stage->signal;

	if (r->index >= stage->signal_in && signum != 0 &&
	    atomic_compare_exchange_strong(&stage->signal, &signum, 0))
		kill(test_pid, signum);
	return run_slowly(ctx, r, t, e);
}

/* The gaps below what is done already are filled before the run ends. */
static void
a_signal_to_a_resumed_run_leaves_no_gap(void **state)
{
	struct farm_safety safety = safety_of(0);
	struct farm_job job = fake_job(100005, 10);
	struct farm_start start;
	struct farm_result r;

	(void)state;
	job.run = run_with_a_gap;
	r = run(&job, 4, &safety, NULL);
	farm_result_free(&r);
	start = fake_start(&stage->store);
	stage->signal = SIGTERM;
	job.run = run_and_signal;
	r = run(&job, 1, &safety, &start);
	assert_true(r.was_stopped && r.stop_signal == SIGTERM);
	assert_in_range(r.n_ranges, 36, 9999);
	expect_plain(&r, r.n_items_done);
}

static void
a_stopped_run_is_saved_and_resumed(void **state)
{
	static const int n_workers[] = { 0, 1, 3, 4 };
	struct farm_safety safety = safety_of(0);
	struct farm_job job = fake_job(100005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_and_signal;
	for (size_t i = 0; i < sizeof n_workers / sizeof *n_workers; i++) {
		stage->signal = i % 2 == 0 ? SIGTERM : SIGINT;
		stage->signal_in = 20 + i;
		r = run(&job, n_workers[i], &safety, NULL);
		assert_true(r.was_stopped && r.n_items_done >= 200);
		assert_int_equal(stage->n_good, i + 1);
		expect_plain(&r, r.n_items_done);
		resume_and_expect(3007, n_workers[3 - i]);
	}
}

static void
an_ended_run_can_be_extended(void **state)
{
	static const uint64_t longer[] = { 1037, 1039, 1040, 1041, 2009 };
	struct farm_job job;
	struct farm_result r;

	(void)state;
	for (stage->doublings = 0; stage->doublings <= CUT_DOUBLINGS_MAX; stage->doublings += CUT_DOUBLINGS_MAX) {
		job = job_of(1037);
		r = run(&job, 3, NULL, NULL);
		assert_true(r.remainder_counters[0] == (stage->doublings == 0 ? 7 : 17));
		fake_keep_result(&stage->store, &r);
		expect_plain(&r, 1037);
		for (size_t i = 0; i < sizeof longer / sizeof *longer; i++)
			for (int n_workers = 0; n_workers < 4; n_workers++)
				resume_and_expect(longer[i], n_workers);
	}
}

/* Ranges of four sizes are in hand at the saves, and done beyond the prefix. */
static void
a_run_of_growing_ranges_goes_on_from_any_save(void **state)
{
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job;
	struct farm_result r;

	(void)state;
	stage->doublings = 3;
	job = job_of(4013);
	job.run = run_slowly;
	for (int n_workers = 2; n_workers < 6; n_workers++) {
		stage->store.n_saved = 0;
		r = run(&job, n_workers, &safety, NULL);
		expect_plain(&r, 4013);
		assert_true(stage->store.n_saved > 0);
		resume_and_expect(4013, 3);
	}
}

static void
a_start_that_does_not_fit_is_refused(void **state)
{
	static const uint64_t beyond[] = { 7, 6 };
	struct farm_start start = { .progress = { .n_prefix = 100 } };
	struct farm_options o = { .n_workers = 1, .start = &start };
	struct farm_job job = fake_job(999, 10);
	struct farm_result r;
	struct err e;

	(void)state;
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	start.progress = (struct farm_progress){ .n_prefix = 3, .n_beyond = 2, .beyond = beyond };
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

static int
load_nothing(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched,
    farm_count *counters, struct err *e)
{
	(void)ctx;
	(void)sum;
	(void)square;
	(void)touched;
	(void)counters;
	return err_set(e, ERR_INPUT, "damaged");
}

static void
a_load_that_fails_ends_the_run(void **state)
{
	struct farm_start start = { .load = load_nothing };
	struct farm_options o = { .n_workers = 1, .start = &start };
	struct farm_job job = fake_job(999, 10);
	struct farm_result r;
	struct err e;

	(void)state;
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_string_equal(e.text, "damaged");
}

static void
a_death_while_saving_changes_no_bit(void **state)
{
	static const char *const names[] = { "worker.open", "worker.computed", "worker.asked",
	    "worker.granted", "commit.logged", "commit.replayed", "worker.told", "commit.clear" };
	struct farm_safety safety = safety_of(0.001);
	struct farm_job job = fake_job(1005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (int n_workers = 3; n_workers < 5; n_workers++) {
			stage->failpoint = names[i];
			stage->passes_left = 20;
			r = run(&job, n_workers, &safety, NULL);
			assert_true(stage->passes_left <= 0);
			expect_plain(&r, 1005);
			resume_and_expect(1005, 2);
		}
	assert_int_equal(stage->n_bad, 0);
}

static void
a_scribe_that_dies_is_told_and_changes_no_bit(void **state)
{
	static const char *const names[] = { "scribe.start", "scribe.folded", "scribe.done" };
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job = fake_job(3005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	for (int i = 0; i < 3; i++) {
		stage->failpoint = names[i];
		stage->passes_left = 2;
		r = run(&job, 3 + i % 2, &safety, NULL);
		expect_plain(&r, 3005);
		assert_int_equal(stage->n_bad, i + 1);
		assert_non_null(strstr(stage->text, "killed by signal 9"));
	}
}

/* As when both are stopped for a minute. Until the scribe goes on, its supervisor has time to look after it. */
static void
a_scribe_is_not_to_blame_for_a_lost_minute(void **state)
{
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job = fake_job(3005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	stage->failpoint = "scribe.start";
	stage->is_minute_lost = true;
	stage->passes_left = 2;
	r = run(&job, 3, &safety, NULL);
	assert_int_equal(stage->n_minutes, 1);
	assert_int_equal(stage->n_bad, 0);
	assert_true(r.seconds > 61 && r.n_deaths == 0);
	expect_plain(&r, 3005);
}

static int
fail_to_save(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	(void)ctx;
	(void)s;
	return err_set(e, ERR_OUTPUT, "disk full");
}

static void
a_save_that_fails_does_not_end_the_run(void **state)
{
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job = fake_job(1005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_slowly;
	safety.save = fail_to_save;
	for (int n_workers = 0; n_workers < 3; n_workers++) {
		stage->n_bad = 0;
		r = run(&job, n_workers, &safety, NULL);
		expect_plain(&r, 1005);
		assert_true(stage->n_bad > 0);
		assert_string_equal(stage->text, "disk full");
	}
}

static void
hangup_saves_and_user_signal_shows(void **state)
{
	struct farm_safety safety = safety_of(0);
	struct farm_job job = fake_job(3005, 10);
	struct farm_result r;

	(void)state;
	job.run = run_and_signal;
	for (int n_workers = 0; n_workers < 3; n_workers++) {
		stage->n_good = stage->n_asked = 0;
		stage->signal = SIGHUP;
		r = run(&job, n_workers, &safety, NULL);
		expect_plain(&r, 3005);
		assert_int_equal(stage->n_good, 1);
		stage->signal = SIGUSR1;
		r = run(&job, n_workers, &safety, NULL);
		expect_plain(&r, 3005);
		assert_int_equal(stage->n_asked, 1);
	}
}

static void
a_time_limit_ends_the_run_with_a_save(void **state)
{
	struct farm_safety safety = safety_of(0);
	struct farm_job job = fake_job(1000000005, 10);
	struct farm_result r;

	(void)state;
	safety.time_limit_s = 0.02;
	for (int n_workers = 0; n_workers < 4; n_workers++) {
		r = run(&job, n_workers, &safety, NULL);
		assert_true(r.was_stopped && r.stop_cause == STOP_TIME_LIMIT);
		assert_int_equal(r.stop_signal, 0);
		assert_int_equal(stage->n_good, n_workers + 1);
		expect_plain(&r, r.n_items_done);
	}
}

/* From 26 ranges on: so the milestone at 31. */
static bool
is_enough(void *ctx, const struct farm_snapshot *s)
{
	(void)ctx;
	return s->counters[0] >= 260 && s->progress.n_beyond == 0;
}

static void
milestones_stop_at_the_same_range_for_any_workers(void **state)
{
	static const int n_workers[] = { 0, 1, 3, 7, 2 };
	struct farm_safety safety = safety_of(0.001);
	struct farm_job job = fake_job(100005, 10);
	struct farm_start start;
	struct farm_result r;

	(void)state;
	safety.is_enough = is_enough;
	for (size_t i = 0; i < sizeof n_workers / sizeof *n_workers; i++) {
		r = run(&job, n_workers[i], &safety, NULL);
		assert_int_equal(r.stop_cause, STOP_IS_ENOUGH);
		expect_plain(&r, 310);
		start = fake_start(&stage->store);
		r = run(&job, n_workers[i], &safety, &start);
		expect_plain(&r, 310);
	}
}

static void
milestones_are_asked_again_when_the_scribe_dies(void **state)
{
	struct farm_safety safety = { .is_enough = is_enough };
	struct farm_job job = fake_job(100005, 10);
	struct farm_result r;

	(void)state;
	stage->failpoint = "scribe.folded";
	stage->passes_left = 2;
	r = run(&job, 3, &safety, NULL);
	assert_true(stage->passes_left < 0);
	expect_plain(&r, 310);
}

static int
die_in_range_50(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	if (r->index == 50)
		raise(SIGKILL);
	return fake_run(ctx, r, t, e);
}

static void
a_run_that_gives_up_is_saved(void **state)
{
	struct farm_safety safety = safety_of(0);
	struct farm_options o = { .n_workers = 3, .watch = &watch, .safety = &safety };
	struct farm_job job = fake_job(1005, 10);
	struct farm_result r;
	struct err e;

	(void)state;
	safety.is_strict = true;
	job.run = die_in_range_50;
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_int_equal(e.kind, ERR_DEATHS);
	assert_int_equal(r.stop_cause, STOP_DEATHS);
	assert_non_null(strstr(e.text, "item 500 of range 50"));
	assert_int_equal(stage->n_good, 1);
	assert_true(stage->store.checkpoint[stage->store.valid].n_prefix == 50);
	resume_and_expect(1005, 2);
}

/* Of the same item, again and again, since they die of anything. */
static void
what_dying_workers_leave_can_be_resumed(void **state)
{
	struct farm_safety safety = safety_of(0.002);
	struct farm_options o = { .n_workers = 2, .watch = &watch, .safety = &safety };
	struct farm_job job = fake_job(1005, 10);
	struct farm_start start;
	struct farm_result r;
	struct err e;

	(void)state;
	stage->failpoint = "worker.open";
	stage->passes_left = 40;
	stage->is_for_ever = true;
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_int_equal(e.kind, ERR_DEATHS);
	assert_int_equal(stage->n_bad, 0);
	assert_true(stage->n_good > 0);
	stage->failpoint = NULL;
	start = fake_start(&stage->store);
	r = run(&job, 2, &safety, &start);
	assert_int_equal(r.n_items_done, 1005);
	farm_result_free(&r);
}

/* The supervisor is killed at some range; its run is taken up by another. */
static pid_t
start_supervisor(struct farm_job *job, const struct farm_start *start)
{
	struct farm_safety safety = safety_of(0.001);
	struct farm_options o = { .n_workers = 3, .safety = &safety, .start = start,
	    .watch = &watch };
	struct farm_result r;
	struct err e;
	pid_t pid = fork();

	if (pid == 0)
		_exit(farm_run(job, &o, &r, &e) == 0 ? 0 : 1);
	return pid;
}

static void
a_killed_supervisor_loses_nothing_that_was_saved(void **state)
{
	struct farm_job job = fake_job(2005, 10);
	struct farm_start start;
	int status, n_killed = 0;
	pid_t pid;

	(void)state;
	job.run = run_slowly;
	for (int i = 0; i < 20; i++) {
		start = fake_start(&stage->store);
		pid = start_supervisor(&job, &start);
		usleep((useconds_t)(1000 + fake_hash((uint64_t)i + 1) % 9000));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		n_killed += WIFSIGNALED(status);
	}
	assert_true(n_killed > 0);
	assert_int_equal(stage->n_bad, 0);
	resume_and_expect(2005, 2);
}

static int
n_open_files(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += dup2(fd, fd) == fd;
	return n;
}

/* In a process of its own, whose descriptors the workers use up. */
static int
run_with_few_files(void)
{
	struct rlimit few = { (rlim_t)n_open_files() + 14, (rlim_t)n_open_files() + 14 };
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job = fake_job(1005, 10);
	struct farm_result r;

	job.run = run_slowly;
	if (setrlimit(RLIMIT_NOFILE, &few) == -1)
		return 1;
	r = run(&job, 8, &safety, NULL);
	return r.n_items_done == 1005 && r.counters[0] == 1005 ? 0 : 2;
}

static void
a_scribe_that_cannot_be_forked_is_told(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(run_with_few_files());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(stage->n_bad > 0);
	assert_non_null(strstr(stage->text, "Too many open files"));
}

static void
saving_leaves_nothing_behind(void **state)
{
	struct farm_safety safety = safety_of(0.002);
	struct farm_job job = fake_job(1005, 10);
	struct farm_result r;
	int n_files;

	(void)state;
	job.run = run_slowly;
	r = run(&job, 3, &safety, NULL);
	farm_result_free(&r);
	n_files = n_open_files();
	r = run(&job, 3, &safety, NULL);
	farm_result_free(&r);
	assert_int_equal(n_open_files(), n_files);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* Tells that it is there, and stays. */
static int
save_for_ever(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	char byte = 1;

	(void)ctx;
	(void)s;
	(void)e;
	if (write(stage->pipe_end, &byte, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void
the_third_signal_ends_the_process(void **state)
{
	struct farm_safety safety = { .save = save_for_ever };
	struct farm_options o = { .n_workers = 2, .safety = &safety };
	struct farm_job job = fake_job(1000000000, 10);
	struct farm_result r;
	int ends[2], status;
	struct err e;
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stage->pipe_end = ends[1];
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		test_pid = getpid();
		job.run = run_and_signal;
		stage->signal = SIGTERM;
		_exit(farm_run(&job, &o, &r, &e));
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	kill(pid, SIGTERM);
	while (waitpid(pid, &status, WNOHANG) == 0)
		kill(pid, SIGINT);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(saving_changes_no_bit, setup),
		cmocka_unit_test_setup(the_second_signal_saves_what_is_done_beyond_a_gap, setup),
		cmocka_unit_test_setup(a_signal_to_a_resumed_run_leaves_no_gap, setup),
		cmocka_unit_test_setup(a_stopped_run_is_saved_and_resumed, setup),
		cmocka_unit_test_setup(an_ended_run_can_be_extended, setup),
		cmocka_unit_test_setup(a_run_of_growing_ranges_goes_on_from_any_save, setup),
		cmocka_unit_test_setup(a_start_that_does_not_fit_is_refused, setup),
		cmocka_unit_test_setup(a_load_that_fails_ends_the_run, setup),
		cmocka_unit_test_setup(a_death_while_saving_changes_no_bit, setup),
		cmocka_unit_test_setup(a_scribe_is_not_to_blame_for_a_lost_minute, setup),
		cmocka_unit_test_setup(a_scribe_that_dies_is_told_and_changes_no_bit, setup),
		cmocka_unit_test_setup(a_save_that_fails_does_not_end_the_run, setup),
		cmocka_unit_test_setup(hangup_saves_and_user_signal_shows, setup),
		cmocka_unit_test_setup(a_time_limit_ends_the_run_with_a_save, setup),
		cmocka_unit_test_setup(milestones_stop_at_the_same_range_for_any_workers, setup),
		cmocka_unit_test_setup(milestones_are_asked_again_when_the_scribe_dies, setup),
		cmocka_unit_test_setup(a_run_that_gives_up_is_saved, setup),
		cmocka_unit_test_setup(what_dying_workers_leave_can_be_resumed, setup),
		cmocka_unit_test_setup(a_killed_supervisor_loses_nothing_that_was_saved, setup),
		cmocka_unit_test_setup(a_scribe_that_cannot_be_forked_is_told, setup),
		cmocka_unit_test_setup(saving_leaves_nothing_behind, setup),
		cmocka_unit_test_setup(the_third_signal_ends_the_process, setup),
	};

	test_pid = getpid();
	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
