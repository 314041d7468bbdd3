/* Sets of ranges: what is added in any order is the same set, and what lacks is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "model/stretches.h"

enum { N = 300 };

static void
add(struct stretches *s, uint64_t first, uint64_t end)
{
	struct err e;

	assert_int_equal(stretches_add(s, (struct stretch){ first, end }, &e), 0);
}

/* A number below n; the sequence is always the same. */
static uint64_t
random_below(uint64_t *state, uint64_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % n;
}

static void
expect_set(const struct stretches *s, const unsigned char is_in[N + 1])
{
	uint64_t count = 0;

	for (uint64_t i = 0; i < N; i++) {
		assert_int_equal(stretches_have(s, i), is_in[i]);
		count += is_in[i];
	}
	assert_int_equal(stretches_count(s), count);
	for (size_t i = 0; i < s->n; i++) {
		assert_true(s->stretch[i].first < s->stretch[i].end);
		assert_true(i == 0 || s->stretch[i - 1].end < s->stretch[i].first);
	}
}

static void
expect_gaps(const struct stretches *s, const unsigned char is_in[N + 1])
{
	uint64_t at = 0;
	struct stretch gap;

	while (stretches_next_gap(s, at, N, &gap)) {
		for (; at < gap.first; at++)
			assert_true(is_in[at]);
		for (; at < gap.end; at++)
			assert_false(is_in[at]);
	}
	for (; at < N; at++)
		assert_true(is_in[at]);
}

/* What is taken already is said to be. */
static void
add_if_free(struct stretches *s, unsigned char is_in[N + 1], uint64_t first, uint64_t end)
{
	struct stretch common;
	bool is_free = memchr(is_in + first, 1, end - first) == NULL;

	assert_int_equal(stretches_meet(s, (struct stretch){ first, end }, &common), !is_free);
	if (is_free) {
		add(s, first, end);
		memset(is_in + first, 1, end - first);
	} else {
		assert_true(is_in[common.first] && is_in[common.end - 1]);
		assert_true(common.first >= first && common.end <= end && common.first < common.end);
	}
}

static void
any_order_gives_the_set(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		unsigned char is_in[N + 1] = { 0 };
		struct stretches s = { 0 };

		for (int i = 0; i < 40; i++) {
			uint64_t first = random_below(&seed, N), n = 1 + random_below(&seed, 12);

			add_if_free(&s, is_in, first, first + n < N ? first + n : N);
		}
		expect_set(&s, is_in);
		expect_gaps(&s, is_in);
		stretches_free(&s);
	}
}

static void
neighbours_become_one(void **state)
{
	struct stretches s = { 0 }, t = { 0 };

	(void)state;
	add(&s, 10, 20);
	add(&s, 30, 40);
	add(&s, 0, 10);
	assert_int_equal(s.n, 2);
	add(&s, 20, 30);
	assert_int_equal(s.n, 1);
	add(&t, 0, 40);
	assert_true(stretches_are_equal(&s, &t));
	add(&t, 50, 50);
	assert_true(stretches_are_equal(&s, &t));
	stretches_free(&s);
	assert_false(stretches_are_equal(&s, &t));
	stretches_free(&t);
}

static void
the_text_names_the_first_stretches(void **state)
{
	char text[STRETCHES_TEXT_BYTES];
	struct stretches s = { 0 };

	(void)state;
	assert_string_equal(stretches_text(&s, text), "none");
	add(&s, 7, 8);
	add(&s, 0, 4);
	assert_string_equal(stretches_text(&s, text), "0 to 3, 7");
	for (uint64_t i = 10; i < 20; i += 2)
		add(&s, i, i + 1);
	assert_string_equal(stretches_text(&s, text), "0 to 3, 7, 10 and 4 more stretches");
	stretches_free(&s);
	add(&s, UINT64_MAX - 9, UINT64_MAX - 7);
	assert_string_equal(stretches_text(&s, text), "18446744073709551606 to 18446744073709551607");
	stretches_free(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_set),
		cmocka_unit_test(neighbours_become_one),
		cmocka_unit_test(the_text_names_the_first_stretches),
	};

	return cmocka_run_group_tests_name("stretches", tests, NULL, NULL);
}
