/* phys/pool: secondaries that wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "phys/pool.h"

static struct pool *pool;

static int
set_up(void **state)
{
	(void)state;
	pool = malloc(sizeof *pool);
	if (pool == NULL)
		return -1;
	pool_clear(pool);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(pool);
	return 0;
}

static void
put(float range_g_cm2, uint32_t number)
{
	struct waiting w = {.range_g_cm2 = range_g_cm2, .number = number, .history = 7};
	struct err e = {0};

	assert_int_equal(pool_put(pool, &w, &e), 0);
}

static void
none_waits_in_an_empty_pool(void **state)
{
	(void)state;

	assert_int_equal(pool_fullest(pool, 1), -1);
	assert_int_equal(pool_longest(pool), -1);
}

static void
those_of_one_octave_are_of_a_kind(void **state)
{
	int kind;
	(void)state;

	put(4.0f, 1);
	put(7.99f, 2);
	put(8.0f, 3);
	kind = pool_fullest(pool, 2);
	assert_true(kind >= 0);
	assert_int_equal(pool->n[kind], 2);
	assert_int_equal(pool_fullest(pool, 3), -1);
	assert_int_equal(pool_longest(pool), kind + 1);
	assert_int_equal(pool_take(pool, kind).number, 2);
	assert_int_equal(pool_take(pool, kind).number, 1);
	assert_int_equal(pool_take(pool, kind + 1).number, 3);
	assert_int_equal(pool_longest(pool), -1);
}

static void
what_is_shorter_or_longer_than_all_kinds_is_of_the_ends(void **state)
{
	(void)state;

	put(1e-9f, 1);
	put(1e6f, 2);
	assert_int_equal(pool_longest(pool), POOL_KINDS - 1);
	assert_int_equal(pool_take(pool, POOL_KINDS - 1).number, 2);
	assert_int_equal(pool_longest(pool), 0);
	assert_int_equal(pool_take(pool, 0).number, 1);
}

/* Each that goes in comes out once, whatever the order, and places are used again. */
static void
each_comes_out_once(void **state)
{
	unsigned char *seen = calloc(3 * POOL_SIZE, 1);
	uint32_t n_put = 0, n_taken = 0;
	(void)state;

	assert_non_null(seen);
	while (n_put < 3 * POOL_SIZE || n_taken < n_put) {
		int kind = pool_longest(pool);
		bool is_full = n_put - n_taken == POOL_SIZE;

		if (n_put < 3 * POOL_SIZE && !is_full && n_put % 5 != n_taken % 3) {
			put((float)(1 + n_put % 100) * 0.01f, n_put);
			n_put++;
			continue;
		}
		if (kind < 0) {
			put(0.5f, n_put++);
			continue;
		}
		seen[pool_take(pool, kind).number]++;
		n_taken++;
	}
	for (uint32_t i = 0; i < n_put; i++)
		assert_int_equal(seen[i], 1);
	free(seen);
}

static void
too_many_are_an_error_that_names_the_history(void **state)
{
	struct waiting w = {.range_g_cm2 = 1.0f, .history = 4711};
	struct err e = {0};
	(void)state;

	for (uint32_t i = 0; i < POOL_SIZE; i++)
		put((float)(i + 1), i);
	assert_int_equal(pool_put(pool, &w, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "history 4711"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(none_waits_in_an_empty_pool, set_up, tear_down),
		cmocka_unit_test_setup_teardown(those_of_one_octave_are_of_a_kind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_shorter_or_longer_than_all_kinds_is_of_the_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_comes_out_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_many_are_an_error_that_names_the_history, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
