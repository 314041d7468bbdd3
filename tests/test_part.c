/* Parts of a run in ranges that grow: shards hold each range once, and a part knows its histories, gaps or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/part.h"

static const struct cut alike = { 10, 0 }, growing = { 10, 3 };

static void
expect_shards(uint32_t count, uint64_t histories, struct cut cut)
{
	uint64_t end = 0, least = UINT64_MAX;

	for (struct shard s = { 1, count }; s.number <= count; s.number++) {
		struct stretch block = shard_ranges(s, histories, cut);

		assert_int_equal(block.first, end);
		assert_true(block.end >= block.first);
		if (block.end - block.first < least)
			least = block.end - block.first;
		end = block.end;
	}
	assert_int_equal(end, cut_n_ranges(cut, histories));
	assert_int_equal(shards_have_ranges(count, histories, cut), least > 0);
}

static void
shards_hold_each_range_once(void **state)
{
	static const uint64_t histories[] = { 1, 9, 10, 640, 641, 2559, 2560, 2640, 5005, 123457, 1000000000000000 };

	(void)state;
	for (size_t i = 0; i < sizeof histories / sizeof *histories; i++)
		for (uint32_t count = 1; count < 200; count += 1 + count / 3) {
			expect_shards(count, histories[i], alike);
			expect_shards(count, histories[i], growing);
		}
}

/* The sums over ranges one by one. */
static void
expect_part(struct part *p, struct cut cut)
{
	uint64_t n_full = 0, histories = 0, rest = 0;

	for (uint64_t range = 0; range < cut_n_ranges(cut, p->histories); range++) {
		uint64_t first = cut_item(cut, range), end = first + cut_size(cut, range);

		if (!stretches_have(&p->ranges, range))
			continue;
		if (end <= p->histories) {
			n_full++;
			histories += end - first;
		} else {
			rest = p->histories - first;
		}
	}
	assert_int_equal(part_n_full(p, cut), n_full);
	assert_int_equal(part_full_histories(p, cut), histories);
	assert_int_equal(part_n_remainder(p, cut), rest);
}

static void
a_part_with_gaps_knows_its_histories(void **state)
{
	static const struct stretch all[] = { { 0, 3 }, { 60, 70 }, { 95, 97 }, { 120, 131 }, { 140, 159 } };
	const uint64_t histories = 2560 + 80 * 30 + 13;       /* ranges 0 to 157, and 158 with 13 */
	struct err e;

	(void)state;
	for (unsigned which = 0; which < 32; which++) {
		struct part p = { .histories = histories };

		for (size_t i = 0; i < 5; i++)
			if (which >> i & 1)
				assert_int_equal(stretches_add(&p.ranges, all[i], &e), 0);
		expect_part(&p, growing);
		assert_false(part_is_whole(&p, growing));
		stretches_free(&p.ranges);
	}
}

static void
the_whole_is_known(void **state)
{
	struct part p = { .histories = 2560 + 80 * 30 + 13 };
	struct err e;

	(void)state;
	assert_int_equal(stretches_add(&p.ranges, (struct stretch){ 0, 159 }, &e), 0);
	assert_true(part_is_whole(&p, growing));
	assert_false(part_is_whole(&p, alike));
	expect_part(&p, growing);
	stretches_free(&p.ranges);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shards_hold_each_range_once),
		cmocka_unit_test(a_part_with_gaps_knows_its_histories),
		cmocka_unit_test(the_whole_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
