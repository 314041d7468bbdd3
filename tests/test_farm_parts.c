/* A job that begins at a range of its own: parts of a job add up to the whole, whatever ends them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_save.h"

enum { N_ITEMS = 2037, PER_RANGE = 10, N_RANGES = 204 };

/* What is added up: the integers of a result, in memory of its own. */
struct total {
	uint64_t n_items, n_ranges;
	uint32_t n_remainder;
	int64_t sum[FAKE_BINS], remainder[FAKE_BINS];
	farm_square square[FAKE_BINS];
	farm_count counters[FAKE_COUNTERS];
};

/* Shared with the workers and with the child that saves. */
struct stage {
	struct fake_checkpoint saved;
	uint64_t first_range;
	_Atomic int signal;
	uint64_t signal_in;
};

static struct stage *stage;
static pid_t test_pid;

static void
add(struct total *t, const struct farm_result *r)
{
	t->n_items += r->n_items_done;
	t->n_ranges += r->n_ranges;
	t->n_remainder += r->n_remainder;
	for (size_t i = 0; i < FAKE_BINS; i++) {
		bool is_touched = r->touched[i / FARM_BLOCK_BINS] != 0;

		t->sum[i] += is_touched ? r->sum[i] : 0;
		t->square[i] += is_touched ? r->square[i] : 0;
		t->remainder[i] += r->remainder != NULL ? r->remainder[i] : 0;
	}
	for (size_t i = 0; i < FAKE_COUNTERS; i++)
		t->counters[i] += r->counters[i];
}

/* The ranges [first, end) of the whole. */
static struct farm_job
part(uint64_t first, uint64_t end)
{
	struct farm_job job = fake_job(end == N_RANGES ? N_ITEMS : end * PER_RANGE, PER_RANGE);

	job.first_range = first;
	return job;
}

static void
run(const struct farm_job *job, int n_workers, const struct farm_safety *safety,
    const struct farm_start *start, struct farm_result *r)
{
	struct farm_options o = {
		.n_workers = n_workers, .is_serial = n_workers == 0, .safety = safety, .start = start,
	};
	struct err e;

	if (farm_run(job, &o, r, &e) == -1)
		fail_msg("%s", e.text);
}

static void
run_and_add(struct total *t, const struct farm_job *job, int n_workers)
{
	struct farm_result r;

	run(job, n_workers, NULL, NULL, &r);
	assert_false(r.was_stopped);
	assert_int_equal(r.n_items_done, job->n_items - job->first_range * PER_RANGE);
	add(t, &r);
	farm_result_free(&r);
}

static void
expect_whole(const struct total *t)
{
	struct total *whole = calloc(1, sizeof *whole);
	struct farm_job job = part(0, N_RANGES);

	assert_non_null(whole);
	run_and_add(whole, &job, 0);
	assert_int_equal(whole->n_remainder, N_ITEMS % PER_RANGE);
	assert_memory_equal(whole, t, sizeof *whole);
	free(whole);
}

static void
parts_add_up_to_the_whole(void **state)
{
	static const uint64_t cut[][5] = { { 0, 1, 100, 203, 204 }, { 0, 0, 0, 77, 204 }, { 0, 16, 17, 18, 204 } };
	static const int n_workers[] = { 0, 1, 3 };
	struct total *t;

	(void)state;
	for (size_t i = 0; i < sizeof cut / sizeof cut[0]; i++)
		for (size_t w = 0; w < sizeof n_workers / sizeof *n_workers; w++) {
			t = calloc(1, sizeof *t);
			assert_non_null(t);
			for (int k = 0; k < 4; k++) {
				struct farm_job job = part(cut[i][k], cut[i][k + 1]);

				run_and_add(t, &job, n_workers[w]);
			}
			expect_whole(t);
			free(t);
		}
}

static int
save(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	struct stage *to = ctx;
	struct fake_checkpoint *c = &to->saved;

	if (s->counters[0] != (farm_count)(s->progress.n_prefix - to->first_range + s->progress.n_beyond) * PER_RANGE)
		return err_set(e, ERR_OUTPUT, "a snapshot is wrong");
	c->n_prefix = s->progress.n_prefix;
	c->n_beyond = s->progress.n_beyond;
	memcpy(c->beyond, s->progress.beyond, c->n_beyond * sizeof *c->beyond);
	fake_copy_blocks(c, s->sum, s->square, s->touched);
	memcpy(c->counters, s->counters, sizeof c->counters);
	return 0;
}

static int
load(void *ctx, int64_t *sum, farm_square *square, unsigned char *touched, farm_count *counters,
    struct err *e)
{
	const struct fake_checkpoint *c = &((struct stage *)ctx)->saved;

	(void)e;
	memcpy(sum, c->sum, sizeof c->sum);
	memcpy(square, c->square, sizeof c->square);
	memcpy(touched, c->touched, sizeof c->touched);
	memcpy(counters, c->counters, sizeof c->counters);
	return 0;
}

static int
run_and_signal(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	int signum = stage->signal;

	if (r->index >= stage->signal_in && signum != 0 &&
	    atomic_compare_exchange_strong(&stage->signal, &signum, 0)) {
		kill(test_pid, signum);
		usleep(10000);         /* so that the ranges do not end before the signal comes */
	}
	return fake_run(ctx, r, t, e);
}

/* From range 50 on, to some range beyond 90; then on from there. */
static void
a_part_that_was_stopped_goes_on(void **state)
{
	static const int n_workers[] = { 0, 1, 3 };
	struct farm_safety safety = { .save = save, .ctx = stage };

	(void)state;
	for (size_t w = 0; w < sizeof n_workers / sizeof *n_workers; w++) {
		struct farm_job first = part(0, 50), second = part(50, N_RANGES);
		struct total *t = calloc(1, sizeof *t);
		struct farm_start start = { .load = load, .ctx = stage };
		struct farm_result r;

		assert_non_null(t);
		stage->first_range = 50;
		stage->signal = SIGTERM;
		stage->signal_in = 90;
		second.run = run_and_signal;
		run(&second, n_workers[w], &safety, NULL, &r);
		assert_true(r.was_stopped && r.is_gapless);
		assert_in_range(r.n_ranges, 30, N_RANGES - 50 - 1);
		assert_int_equal(stage->saved.n_prefix, 50 + r.n_ranges);
		farm_result_free(&r);
		start.progress = (struct farm_progress){ .n_prefix = stage->saved.n_prefix,
		    .n_beyond = stage->saved.n_beyond, .beyond = stage->saved.beyond };
		run_and_add(t, &first, n_workers[w]);
		run(&second, n_workers[w], &safety, &start, &r);
		add(t, &r);
		farm_result_free(&r);
		expect_whole(t);
		free(t);
	}
}

static void
expect_refused(const struct farm_job *job, const struct farm_start *start, enum err_kind kind)
{
	struct farm_options o = { .n_workers = 1, .start = start };
	struct farm_result r;
	struct err e;

	assert_int_equal(farm_run(job, &o, &r, &e), -1);
	assert_int_equal(e.kind, kind);
}

static void
what_lies_outside_the_part_is_refused(void **state)
{
	struct farm_job beyond = part(N_RANGES + 1, N_RANGES), middle = part(50, 60);
	struct farm_start below = { .progress.n_prefix = 49 }, above = { .progress.n_prefix = 61 };

	(void)state;
	expect_refused(&beyond, NULL, ERR_USAGE);
	expect_refused(&middle, &below, ERR_INPUT);
	expect_refused(&middle, &above, ERR_INPUT);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_add_up_to_the_whole),
		cmocka_unit_test(a_part_that_was_stopped_goes_on),
		cmocka_unit_test(what_lies_outside_the_part_is_refused),
	};

	test_pid = getpid();
	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 99;
	alarm(120);
	return cmocka_run_group_tests_name("farm parts", tests, NULL, NULL);
}
