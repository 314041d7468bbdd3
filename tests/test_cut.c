/* The cut into ranges: no item is lost or counted twice, sizes depend on a range's number alone, and squares of all
 * sizes have one unit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cut.h"

static const struct cut alike = { 10, 0 }, growing = { 10, 3 };

static void
ranges_follow_each_other(void **state)
{
	static const struct cut cuts[] = { { 10, 0 }, { 10, 1 }, { 7, 2 }, { 10000, 3 }, { 1, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct cut c = cuts[i];
		uint64_t item = 0;

		for (uint64_t range = 0; range < 300; range++) {
			assert_int_equal(cut_item(c, range), item);
			assert_int_equal(cut_range(c, item), range);
			item += cut_size(c, range);
			assert_int_equal(cut_range(c, item - 1), range);
			assert_int_equal((uint64_t)cut_size(c, range) << cut_shift(c, range), cut_largest(c));
			assert_int_equal(cut_largest_of(c, item), cut_size(c, range));
		}
	}
}

static void
sizes_double_after_64_ranges_and_then_after_32(void **state)
{
	static const struct { uint64_t range; uint32_t size; uint64_t item; } rows[] = {
		{ 0, 10, 0 }, { 63, 10, 630 }, { 64, 20, 640 }, { 95, 20, 1260 }, { 96, 40, 1280 }, { 127, 40, 2520 },
		{ 128, 80, 2560 }, { 1000128, 80, 80002560 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(cut_size(growing, rows[i].range), rows[i].size);
		assert_int_equal(cut_item(growing, rows[i].range), rows[i].item);
		assert_int_equal(cut_size(alike, rows[i].range), 10);
	}
}

static void
all_items_are_in_full_ranges_or_in_the_rest(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 4000; n++) {
		uint64_t n_full = cut_n_full(growing, n);

		assert_int_equal(cut_item(growing, n_full) + cut_n_rest(growing, n), n);
		assert_true(cut_n_rest(growing, n) < cut_size(growing, n_full));
		assert_int_equal(cut_n_ranges(growing, n), n_full + (cut_n_rest(growing, n) > 0));
	}
	assert_int_equal(cut_n_ranges(alike, 1037), 104);
	assert_int_equal(cut_n_rest(alike, 1037), 7);
	assert_int_equal(cut_largest_of(growing, 0), 10);
	assert_int_equal(cut_largest_of(growing, 640), 10);
	assert_int_equal(cut_largest_of(growing, 641), 20);
}

static void
the_last_range_ends_below_2_to_the_64(void **state)
{
	uint64_t end = cut_end(growing);

	(void)state;
	assert_true(cut_item(growing, end) > cut_item(growing, end - 1));
	assert_true(UINT64_MAX - cut_item(growing, end) < 80);
	assert_int_equal(cut_end((struct cut){ 1, 0 }), UINT64_MAX);
}

static void
impossible_cuts_are_told(void **state)
{
	(void)state;
	assert_true(cut_is_possible(alike) && cut_is_possible(growing));
	assert_false(cut_is_possible((struct cut){ 0, 0 }));
	assert_false(cut_is_possible((struct cut){ 10, CUT_DOUBLINGS_MAX + 1 }));
	assert_false(cut_is_possible((struct cut){ (uint32_t)1 << 31, 1 }));
	assert_false(cut_is_equal(alike, growing));
	assert_false(cut_is_equal(alike, (struct cut){ 11, 0 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_follow_each_other),
		cmocka_unit_test(sizes_double_after_64_ranges_and_then_after_32),
		cmocka_unit_test(all_items_are_in_full_ranges_or_in_the_rest),
		cmocka_unit_test(the_last_range_ends_below_2_to_the_64),
		cmocka_unit_test(impossible_cuts_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
