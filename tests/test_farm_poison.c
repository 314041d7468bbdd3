/* With real forks: items that kill or hang their workers are left out, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_save.h"

#define BAD_MAX 4

struct stage {
	struct fake_store store;
	int n_bad;
	uint64_t bad[BAD_MAX];
	enum { DYING, HANGING, FAILING } way;
	_Atomic int n_flaky;             /* deaths of range 7 that are no item's fault */
	_Atomic int n_deaths, n_probe_deaths, n_done, n_lost, n_searches, n_hints;
	char death[512];
};

static struct stage *stage;

static int
setup(void **state)
{
	(void)state;
	memset(stage, 0, sizeof *stage);
	return 0;
}

static void
on_death(void *ctx, const struct farm_death *d)
{
	(void)ctx;
	stage->n_deaths++;
	stage->n_probe_deaths += d->is_probe;
	snprintf(stage->death, sizeof stage->death, "%s", d->text);
}

static void
on_range(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker)
{
	(void)ctx;
	(void)r;
	(void)worker;
	stage->n_done += kind == RANGE_DONE;
	stage->n_lost += kind == RANGE_LOST;
}

static void
on_note(void *ctx, const char *text)
{
	(void)ctx;
	stage->n_searches += strstr(text, "is searched") != NULL;
	stage->n_hints += strstr(text, "with workers, it would be") != NULL;
}

static const struct farm_watch watch = { .death = on_death, .range = on_range, .note = on_note };

static bool
is_bad(uint64_t item)
{
	for (int i = 0; i < stage->n_bad; i++)
		if (stage->bad[i] == item)
			return true;
	return false;
}

/* Half a piece is done before its bad item, as in life. */
static int
run_or_die(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	struct farm_range one = *r;

	if (r->index == 7 && r->count == 10 && --stage->n_flaky >= 0)
		raise(SIGKILL);
	for (one.first = r->first; one.first < r->first + r->count; one.first++) {
		one.count = 1;
		one.has_more = r->has_more || one.first + 1 < r->first + r->count;
		fake_run(ctx, &one, t, e);
		if (is_bad(one.first) && stage->way == FAILING)
			return err_set(e, ERR_INTERNAL, "item %d cannot be done", (int)one.first);
		while (is_bad(one.first) && stage->way == HANGING)
			pause();
		if (is_bad(one.first))
			raise(SIGKILL);
	}
	return 0;
}

/* The same without the bad items, in pieces. */
static int
run_without(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	struct farm_range one = *r;

	for (one.first = r->first; one.first < r->first + r->count; one.first++) {
		one.count = 1;
		one.has_more = one.first + 1 < r->first + r->count;
		if (!is_bad(one.first))
			fake_run(ctx, &one, t, e);
		else if (!one.has_more)
			t->counters[2]--;
	}
	return 0;
}

static struct farm_result
run(const struct farm_job *job, struct farm_options o)
{
	struct farm_result r;
	struct err e;

	o.watch = &watch;
	if (farm_run(job, &o, &r, &e) == -1)
		fail_msg("%s", e.text);
	return r;
}

static void
expect_all_but(uint64_t n_items, int n_workers, const struct farm_start *start, double hang_s)
{
	struct farm_safety safety = { .hang_timeout_s = hang_s };
	struct farm_job with = fake_job(n_items, 10), without;
	struct farm_result a, b;

	with.cut.doublings = 3;
	without = with;
	with.run = run_or_die;
	without.run = run_without;
	a = run(&with, (struct farm_options){ .n_workers = n_workers, .start = start,
	    .safety = &safety, .is_slab_shared = n_workers == 2 });
	b = run(&without, (struct farm_options){ .is_serial = true });
	assert_int_equal(a.n_left_out, stage->n_bad);
	for (int i = 0; i < stage->n_bad; i++)
		assert_int_equal(a.left_out[i], stage->bad[i]);
	assert_false(a.was_stopped);
	assert_true(is_same_result(&a, &b));
	farm_result_free(&a);
	farm_result_free(&b);
}

static void
expect_left_out(int n_bad, uint64_t first, uint64_t second)
{
	stage->n_bad = n_bad;
	stage->bad[0] = first;
	stage->bad[1] = second;
	for (int n_workers = 1; n_workers < 4; n_workers++)
		expect_all_but(1037, n_workers, NULL, 0);
}

static void
an_item_that_kills_is_left_out(void **state)
{
	(void)state;
	expect_left_out(1, 453, 0);
	assert_int_equal(stage->n_lost, 3 * FARM_ATTEMPTS_MAX);
	assert_true(stage->n_probe_deaths >= 3 * FARM_ATTEMPTS_MAX);
	assert_int_equal(stage->n_done, 3 * 84 + 3 * 84);
	assert_non_null(strstr(stage->death, "in the search of range 45, items 453 to 453"));
	assert_non_null(strstr(stage->death, "MiB in memory"));
}

static void
first_and_last_items_are_left_out(void **state)
{
	(void)state;
	expect_left_out(2, 0, 1036);
	expect_left_out(2, 450, 459);
}

static void
two_items_of_one_range_are_left_out(void **state)
{
	(void)state;
	expect_left_out(2, 453, 454);
	expect_left_out(2, 451, 458);
	expect_left_out(2, 1030, 1035);
}

static void
an_item_that_hangs_is_left_out(void **state)
{
	(void)state;
	stage->n_bad = 1;
	stage->bad[0] = 453;
	stage->way = HANGING;
	expect_all_but(1037, 2, NULL, 0.1);
	assert_non_null(strstr(stage->death, "it hung (no sign of life for 0.1 s, state"));
}

/* Is the last death that of the search which found this item alone? */
static bool
tells_of_one(int range, int item)
{
	char search[100], reason[100];

	snprintf(search, sizeof search, "reported an error, in the search of range %d, items %d to %d", range, item, item);
	snprintf(reason, sizeof reason, ": item %d cannot be done", item);
	return strstr(stage->death, search) != NULL && strstr(stage->death, reason) != NULL;
}

static void
an_item_that_cannot_be_done_is_left_out(void **state)
{
	(void)state;
	stage->way = FAILING;
	expect_left_out(2, 453, 1036);
	assert_int_equal(stage->n_deaths - stage->n_probe_deaths, 3 * 2 * FARM_ATTEMPTS_MAX);
	/* whichever was found last */
	assert_true(tells_of_one(45, 453) || tells_of_one(83, 1036));
}

static void
expect_end(struct farm_options o, enum err_kind kind, const char *text)
{
	struct farm_job job = fake_job(1037, 10);
	struct farm_result r;
	struct err e;

	job.run = run_or_die;
	o.watch = &watch;
	assert_int_equal(farm_run(&job, &o, &r, &e), -1);
	assert_int_equal(e.kind, kind);
	if (strstr(e.text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, e.text);
}

static void
an_item_that_cannot_be_done_ends_a_strict_run_and_a_serial_one(void **state)
{
	struct farm_safety strict = { .is_strict = true };

	(void)state;
	stage->way = FAILING;
	stage->n_bad = 1;
	stage->bad[0] = 453;
	expect_end((struct farm_options){ .n_workers = 2, .safety = &strict }, ERR_DEATHS,
	    "item 453 cannot be done: item 453 of range 45 has killed 3 workers");
	expect_end((struct farm_options){ .is_serial = true }, ERR_INTERNAL, "item 453 cannot be done");
	assert_int_equal(stage->n_hints, 1);
}

static void
a_range_that_dies_by_chance_loses_nothing(void **state)
{
	(void)state;
	stage->n_flaky = 6;
	expect_all_but(1037, 2, NULL, 0);
	assert_int_equal(stage->n_deaths, 6);
	assert_int_equal(stage->n_searches, 4);
	assert_int_equal(stage->n_probe_deaths, 0);
}

static void
a_range_that_always_dies_by_chance_ends_the_run(void **state)
{
	(void)state;
	stage->n_flaky = 1000;
	expect_end((struct farm_options){ .n_workers = 2 }, ERR_DEATHS,
	    "range 7, items 70 to 79, has cost 10 workers");
}

static void
attempts_of_earlier_runs_count(void **state)
{
	static const uint64_t attempted[] = { 45, 3, 45, 45, 9, 9, 12, 45 };
	struct farm_start start = { .n_attempts = 8, .attempted = attempted };

	(void)state;
	stage->n_bad = 1;
	stage->bad[0] = 453;
	expect_all_but(1037, 2, &start, 0);
	assert_int_equal(stage->n_lost, 0);
	assert_int_equal(stage->n_searches, 1);
	assert_int_equal(stage->n_deaths, stage->n_probe_deaths);
}

static void
what_an_earlier_run_left_out_stays_out(void **state)
{
	static const uint64_t left_out[] = { 15, 453 };
	struct farm_start start = { .progress = { .n_left_out = 2, .left_out = left_out } };

	(void)state;
	stage->n_bad = 2;
	memcpy(stage->bad, left_out, sizeof left_out);
	expect_all_but(1037, 3, &start, 0);
	assert_int_equal(stage->n_deaths, 0);
}

/* Saves each item left out with the rest, and a run that is stopped takes them along. */
static int
save_and_check(void *ctx, const struct farm_snapshot *s, struct err *e)
{
	return fake_save(ctx, s, e);
}

static bool
is_enough(void *ctx, const struct farm_snapshot *s)
{
	(void)ctx;
	return s->progress.n_prefix > 50;
}

static void
items_left_out_are_saved(void **state)
{
	struct farm_safety safety = { .save = save_and_check, .is_enough = is_enough,
	    .ctx = &stage->store };
	struct farm_job job = fake_job(10005, 10);
	struct farm_start start;
	struct farm_result r;

	(void)state;
	stage->n_bad = 2;
	stage->bad[0] = 453;
	stage->bad[1] = 1002;
	job.run = run_or_die;
	job.cut.doublings = 3;
	r = run(&job, (struct farm_options){ .n_workers = 2, .safety = &safety });
	assert_int_equal(r.stop_cause, STOP_IS_ENOUGH);
	assert_int_equal(r.n_left_out, 1);
	farm_result_free(&r);
	start = fake_start(&stage->store);
	assert_int_equal(start.progress.n_left_out, 1);
	expect_all_but(1037, 3, &start, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_item_that_kills_is_left_out, setup),
		cmocka_unit_test_setup(first_and_last_items_are_left_out, setup),
		cmocka_unit_test_setup(two_items_of_one_range_are_left_out, setup),
		cmocka_unit_test_setup(an_item_that_hangs_is_left_out, setup),
		cmocka_unit_test_setup(an_item_that_cannot_be_done_is_left_out, setup),
		cmocka_unit_test_setup(an_item_that_cannot_be_done_ends_a_strict_run_and_a_serial_one, setup),
		cmocka_unit_test_setup(a_range_that_dies_by_chance_loses_nothing, setup),
		cmocka_unit_test_setup(a_range_that_always_dies_by_chance_ends_the_run, setup),
		cmocka_unit_test_setup(attempts_of_earlier_runs_count, setup),
		cmocka_unit_test_setup(what_an_earlier_run_left_out_stays_out, setup),
		cmocka_unit_test_setup(items_left_out_are_saved, setup),
	};

	stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
