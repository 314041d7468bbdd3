/* The queue hands out each range once, lost ones again, and knows its gapless prefix. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "farm/queue.h"

static struct queue
queue_of(uint64_t n_items, uint32_t items_per_range, int n_workers)
{
	struct farm_job job = { .n_items = n_items, .cut.first = items_per_range };
	struct queue q;
	struct err e;

	assert_int_equal(queue_init(&q, &job, NULL, n_workers, &e), 0);
	return q;
}

static uint64_t
take(struct queue *q)
{
	struct farm_range r;

	return queue_take(q, &r) ? r.index : UINT64_MAX;
}

static void
ranges_cover_all_items_without_overlap(void **state)
{
	struct queue q = queue_of(1037, 10, 1);
	struct farm_range r;
	uint64_t next = 0;

	(void)state;
	while (queue_take(&q, &r)) {
		assert_int_equal(r.first, next);
		assert_int_equal(r.is_remainder, r.index == 103);
		next += r.count;
		queue_done(&q, r.index);
	}
	assert_int_equal(next, 1037);
	assert_true(queue_is_finished(&q));
	queue_free(&q);
}

static void
growing_ranges_are_counted_by_their_items(void **state)
{
	static const uint64_t early[] = { 130, 132 };
	struct farm_start start = { .progress = { .n_prefix = 60, .n_beyond = 2, .beyond = early } };
	struct farm_job job = { .first_range = 50, .n_items = 2560 + 5 * 80 + 7, .cut = { 10, 3 } };
	struct farm_range r;
	struct queue q;
	struct err e;

	(void)state;
	assert_int_equal(queue_init(&q, &job, &start, 3, &e), 0);
	assert_int_equal(queue_items_total(&q), job.n_items - 500);
	assert_int_equal(queue_items_done(&q), 100 + 2 * 80);
	for (uint64_t index = 60; index < 70; index++) {
		assert_true(queue_take(&q, &r));
		assert_int_equal(r.index, index);
		assert_int_equal(r.count << r.shift, 80);
		if (index != 65)
			queue_done(&q, index);
	}
	assert_int_equal(queue_items_done(&q), 100 + 2 * 80 + 4 * 10 + 5 * 20);
	while (queue_take(&q, &r))
		if (!r.is_remainder)
			queue_done(&q, r.index);
	assert_true(r.is_remainder && r.index == 133);
	assert_int_equal(r.count, 7);
	assert_int_equal(queue_items_done(&q), queue_items_total(&q) - 20 - 7);
	queue_done(&q, 65);
	queue_done(&q, 133);
	assert_int_equal(queue_items_done(&q), queue_items_total(&q));
	queue_free(&q);
}

static void
a_lost_range_goes_out_first_and_lowest(void **state)
{
	struct queue q = queue_of(100, 10, 3);

	(void)state;
	assert_int_equal(take(&q), 0);
	assert_int_equal(take(&q), 1);
	assert_int_equal(take(&q), 2);
	assert_int_equal(queue_lost(&q, 2), 1);
	assert_int_equal(queue_lost(&q, 0), 1);
	assert_int_equal(take(&q), 0);
	assert_int_equal(take(&q), 2);
	assert_int_equal(queue_lost(&q, 2), 2);
	queue_free(&q);
}

static void
no_more_ranges_are_open_than_workers(void **state)
{
	struct queue q = queue_of(100, 10, 2);

	(void)state;
	take(&q);
	take(&q);
	assert_int_equal(take(&q), UINT64_MAX);
	queue_done(&q, 0);
	assert_int_equal(take(&q), 2);
	queue_free(&q);
}

static void
prefix_ends_at_the_lowest_open_range(void **state)
{
	struct queue q = queue_of(100, 10, 3);

	(void)state;
	for (uint64_t i = 0; i < 3; i++)
		assert_int_equal(take(&q), i);
	queue_done(&q, 2);
	assert_int_equal(queue_prefix(&q), 0);
	queue_done(&q, 0);
	assert_int_equal(queue_prefix(&q), 1);
	queue_done(&q, 1);
	assert_int_equal(queue_prefix(&q), 3);
	queue_free(&q);
}

static void
a_stopped_queue_gives_lost_ranges_only(void **state)
{
	struct queue q = queue_of(100, 10, 2);

	(void)state;
	take(&q);
	take(&q);
	queue_stop(&q);
	queue_lost(&q, 0);
	queue_done(&q, 1);
	assert_false(queue_is_finished(&q));
	assert_int_equal(take(&q), 0);
	queue_done(&q, 0);
	assert_true(queue_is_finished(&q));
	assert_int_equal(queue_prefix(&q), 2);
	assert_int_equal(take(&q), UINT64_MAX);
	queue_free(&q);
}

static void
fewer_items_than_a_range_are_one_remainder(void **state)
{
	struct queue q = queue_of(7, 10, 2);
	struct farm_range r;

	(void)state;
	assert_true(queue_take(&q, &r));
	assert_true(r.is_remainder);
	assert_int_equal(r.count, 7);
	assert_false(queue_take(&q, &r));
	queue_free(&q);
}

static void
no_items_are_finished_at_once(void **state)
{
	struct queue q = queue_of(0, 10, 2);

	(void)state;
	assert_true(queue_is_finished(&q));
	queue_free(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_cover_all_items_without_overlap),
		cmocka_unit_test(growing_ranges_are_counted_by_their_items),
		cmocka_unit_test(a_lost_range_goes_out_first_and_lowest),
		cmocka_unit_test(no_more_ranges_are_open_than_workers),
		cmocka_unit_test(prefix_ends_at_the_lowest_open_range),
		cmocka_unit_test(a_stopped_queue_gives_lost_ranges_only),
		cmocka_unit_test(fewer_items_than_a_range_are_one_remainder),
		cmocka_unit_test(no_items_are_finished_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
