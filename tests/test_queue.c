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
	struct farm_job job = { .n_items = n_items, .items_per_range = items_per_range };
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
		cmocka_unit_test(a_lost_range_goes_out_first_and_lowest),
		cmocka_unit_test(no_more_ranges_are_open_than_workers),
		cmocka_unit_test(prefix_ends_at_the_lowest_open_range),
		cmocka_unit_test(a_stopped_queue_gives_lost_ranges_only),
		cmocka_unit_test(fewer_items_than_a_range_are_one_remainder),
		cmocka_unit_test(no_items_are_finished_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
