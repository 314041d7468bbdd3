/* Items that kill are found by bisection, and left out by pieces; a hang is told from a pause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "farm/hang.h"
#include "farm/milestone.h"
#include "farm/poison.h"

/* Searches as the supervisor does, with one item that kills; returns the number of deaths. */
static unsigned
search(const struct farm_range *range, uint64_t culprit, uint64_t *item, enum bisection_end *end)
{
	struct farm_range probe;
	struct poison p;
	unsigned n_deaths = 0;
	bool is_dead;
	struct err e;

	assert_int_equal(poison_init(&p, NULL, 1, &e), 0);
	poison_suspect(&p, range);
	do {
		assert_true(poison_probe(&p, range, &probe));
		is_dead = culprit >= probe.first && culprit < probe.first + probe.count;
		n_deaths += is_dead;
		*end = poison_probed(&p, range->index, is_dead, item);
	} while (*end == BISECTION_GOES_ON);
	assert_false(poison_probe(&p, range, &probe));
	poison_free(&p);
	return n_deaths;
}

static void
the_item_that_kills_is_found_wherever_it_is(void **state)
{
	struct farm_range range = { .index = 3, .first = 300 };
	enum bisection_end end;
	uint64_t item;

	(void)state;
	for (range.count = 1; range.count < 70; range.count++)
		for (uint64_t culprit = 300; culprit < 300 + range.count; culprit++) {
			assert_in_range(search(&range, culprit, &item, &end), 3, 3 + 7);
			assert_int_equal(end, BISECTION_FOUND);
			assert_int_equal(item, culprit);
		}
}

static void
no_item_is_blamed_when_none_kills(void **state)
{
	struct farm_range range = { .index = 3, .first = 300, .count = 37 };
	enum bisection_end end;
	uint64_t item;

	(void)state;
	assert_int_equal(search(&range, 299, &item, &end), 0);
	assert_int_equal(end, BISECTION_FAILED);
}

/* One that dies whatever it is given. */
static void
no_item_is_left_out_twice(void **state)
{
	struct farm_range range = { .index = 3, .first = 300, .count = 8 };
	struct poison p;
	enum bisection_end end;
	struct err e;
	uint64_t item;

	(void)state;
	assert_int_equal(poison_init(&p, NULL, 1, &e), 0);
	for (int search = 0; search < 2; search++) {
		poison_suspect(&p, &range);
		do
			end = poison_probed(&p, 3, true, &item);
		while (end == BISECTION_GOES_ON);
		assert_int_equal(item, 300);
		assert_int_equal(end, search == 0 ? BISECTION_FOUND : BISECTION_FAILED);
		if (end == BISECTION_FOUND)
			poison_leave_out(&p, item);
	}
	assert_int_equal(p.n_left_out, 1);
	poison_free(&p);
}

/* One that is killed by chance, once. */
static void
a_stray_kill_costs_no_item(void **state)
{
	struct farm_range range = { .index = 3, .first = 300, .count = 1 };
	struct poison p;
	struct err e;
	uint64_t item;

	(void)state;
	assert_int_equal(poison_init(&p, NULL, 1, &e), 0);
	poison_suspect(&p, &range);
	assert_int_equal(poison_probed(&p, 3, true, &item), BISECTION_GOES_ON);
	assert_int_equal(poison_probed(&p, 3, true, &item), BISECTION_GOES_ON);
	assert_int_equal(poison_probed(&p, 3, false, &item), BISECTION_FAILED);
	poison_free(&p);
}

static uint64_t
sum_of_pieces(const struct gaps *c, const struct farm_range *range, int *n_pieces, int *n_last)
{
	struct farm_range piece;
	uint64_t from = range->first, sum = 0;

	*n_pieces = *n_last = 0;
	while (gaps_next_piece(c, range, from, &piece)) {
		for (uint64_t i = 0; i < piece.count; i++)
			sum += piece.first + i;
		from = piece.first + piece.count;
		*n_pieces += 1;
		*n_last += !piece.has_more;
	}
	return sum;
}

static void
pieces_hold_all_items_but_the_gaps(void **state)
{
	static const struct { struct gaps gaps; uint64_t sum; int n_pieces; } rows[] = {
		{ { 0 }, 100 + 101 + 102 + 103, 1 },
		{ { 1, { 100 } }, 101 + 102 + 103, 1 },
		{ { 1, { 103 } }, 100 + 101 + 102, 1 },
		{ { 2, { 100, 102 } }, 101 + 103, 2 },
		{ { 2, { 101, 102 } }, 100 + 103, 2 },
		{ { 4, { 100, 101, 102, 103 } }, 0, 0 },
	};
	struct farm_range range = { .index = 1, .first = 100, .count = 4 };
	int n_pieces, n_last;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(sum_of_pieces(&rows[i].gaps, &range, &n_pieces, &n_last),
		    rows[i].sum);
		assert_int_equal(n_pieces, rows[i].n_pieces);
		assert_int_equal(n_last, rows[i].n_pieces > 0);
	}
}

static void
items_left_out_are_limited(void **state)
{
	struct farm_range range = { .index = 0, .first = 0, .count = 100 };
	struct farm_range other = { .index = 1, .first = 100, .count = 100 };
	struct poison p;
	struct err e;

	(void)state;
	assert_int_equal(poison_init(&p, NULL, 1, &e), 0);
	for (uint64_t i = 0; i < FARM_LEFT_OUT_MAX; i++) {
		assert_int_equal(poison_check(&p, &range, &e), 0);
		poison_leave_out(&p, 99 - i);
	}
	assert_int_equal(p.left_out[0], 100 - FARM_LEFT_OUT_MAX);
	assert_int_equal(poison_check(&p, &range, &e), -1);
	assert_int_equal(e.kind, ERR_DEATHS);
	assert_int_equal(poison_check(&p, &other, &e), 0);
	for (uint64_t i = FARM_LEFT_OUT_MAX; i < FARM_LEFT_OUT_ALL_MAX; i++)
		poison_leave_out(&p, 1000 + i);
	assert_int_equal(poison_check(&p, &other, &e), -1);
	poison_free(&p);
}

static void
a_worker_without_heartbeat_becomes_silent(void **state)
{
	struct hang h = { 0 };

	(void)state;
	assert_true(hang_look(&h, true, 1, 0.5) == 0);
	assert_true(hang_look(&h, true, 1, 0.5) == 0.5);
	assert_true(hang_look(&h, true, 1, 0.5) == 1);
	assert_true(hang_look(&h, true, 2, 0.5) == 0);
	assert_true(hang_look(&h, true, 2, 0.5) == 0.5);
	assert_true(hang_look(&h, false, 2, 0.5) == 0);
}

static void
a_supervisor_that_slept_holds_it_against_nobody(void **state)
{
	(void)state;
	assert_true(hang_awake_s(1.0, 1) == 1.0);
	assert_true(hang_awake_s(1.5, 1) == 1.5);
	assert_true(hang_awake_s(2.5, 1) == 1);
	assert_true(hang_awake_s(1e6, 1) == 1);
}

static void
where_a_process_stands_is_described(void **state)
{
	char text[200];

	(void)state;
	hang_describe(getpid(), text, sizeof text);
	assert_non_null(strstr(text, "state R"));
	hang_describe(0x7fffffff, text, sizeof text);
	assert_non_null(strstr(text, "state ?"));
}

static void
milestones_grow_by_a_quarter(void **state)
{
	const struct cut alike = { 7, 0 }, growing = { 7, 3 };
	uint64_t n, next;

	(void)state;
	assert_int_equal(milestone_from(alike, 0), 16);
	assert_int_equal(milestone_from(alike, 16), 16);
	assert_int_equal(milestone_from(alike, 17), 20);
	assert_int_equal(milestone_from(alike, 26), 31);
	assert_int_equal(milestone_from(alike, UINT64_MAX), UINT64_MAX);
	assert_int_equal(milestone_from(growing, 26), 31);
	assert_int_equal(milestone_from(growing, UINT64_MAX), UINT64_MAX);
	for (n = 16; n < 100000; n = next) {
		double ratio;

		next = milestone_from(growing, n + 1);
		ratio = (double)cut_item(growing, next) / (double)cut_item(growing, n);
		assert_true(next > n && ratio > 1.18 && ratio <= 1.25);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_item_that_kills_is_found_wherever_it_is),
		cmocka_unit_test(no_item_is_blamed_when_none_kills),
		cmocka_unit_test(a_stray_kill_costs_no_item),
		cmocka_unit_test(no_item_is_left_out_twice),
		cmocka_unit_test(pieces_hold_all_items_but_the_gaps),
		cmocka_unit_test(items_left_out_are_limited),
		cmocka_unit_test(a_worker_without_heartbeat_becomes_silent),
		cmocka_unit_test(a_supervisor_that_slept_holds_it_against_nobody),
		cmocka_unit_test(where_a_process_stands_is_described),
		cmocka_unit_test(milestones_grow_by_a_quarter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
