/* io/tally_sum and parts on disk: whatever is added in whatever order is what one run would have written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "io/part_head.h"
#include "io/tally_file.h"
#include "io/tally_format.h"
#include "sample_tally.h"
#include "scratch.h"

enum { N_RANGES = SAMPLE_RANGES + 1, PARTS_MAX = N_RANGES };

static struct sample sample;
static struct err e;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	return scratch_set_up(state);
}

static void
add(struct part *p, uint64_t first, uint64_t end)
{
	assert_int_equal(stretches_add(&p->ranges, (struct stretch){ first, end }, &e), 0);
}

/* Writes a part as DIR/NAME; `name` has no slash. */
static void
write_part(const char *name, const struct part *p)
{
	char from[300], to[300];

	sample_init_part(&sample, p);
	if (tally_file_write(scratch.dir, &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e) != 0)
		fail_msg("%s", e.text);
	snprintf(from, sizeof from, "%s/" PART_FILE_NAME, scratch.dir);
	snprintf(to, sizeof to, "%s/%s", scratch.dir, name);
	assert_int_equal(rename(from, to), 0);
}

static void
write_ranges(const char *name, uint64_t first, uint64_t end)
{
	struct part p = { .histories = SAMPLE_HISTORIES, .shard = { 2, 3 } };

	add(&p, first, end);
	write_part(name, &p);
	stretches_free(&p.ranges);
}

static void
start(struct tally_file *sum, const char *name)
{
	struct tally_file head;
	char path[256];

	assert_int_equal(tally_file_read_head(&head, scratch_path(&scratch, name, path), &e), 0);
	assert_null(head.tally.sum);
	assert_int_equal(tally_file_start_sum(sum, &head, &e), 0);
	tally_file_free(&head);
}

static int
add_file(struct tally_file *sum, const char *name)
{
	char path[256];

	return tally_file_add(sum, scratch_path(&scratch, name, path), &e);
}

/* Merged files take the name of the last part. */
static void
write_sum(const struct tally_file *sum, const char *name)
{
	char from[300], to[256];

	assert_int_equal(tally_file_write(scratch.dir, &sum->tally, sum->plan_text, sum->hash, &e), 0);
	snprintf(from, sizeof from, "%s/" PART_FILE_NAME, scratch.dir);
	assert_int_equal(rename(from, scratch_path(&scratch, name, to)), 0);
}

static void
expect_whole(struct tally_file *sum)
{
	size_t n, n_whole;
	char *bytes, *whole;

	assert_true(part_is_whole(&sum->part, sum->tally.cut));
	sum->tally.part = NULL;
	assert_int_equal(tally_check_balance(&sum->tally, &e), 0);
	assert_int_equal(tally_file_write(scratch.dir, &sum->tally, sum->plan_text, sum->hash, &e), 0);
	bytes = scratch_read(&scratch, "tally.bin", &n);
	sample_init(&sample, SAMPLE_RANGES, SAMPLE_REMAINDER);
	assert_int_equal(tally_file_write(scratch.dir, &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), 0);
	whole = scratch_read(&scratch, "tally.bin", &n_whole);
	assert_int_equal(n, n_whole);
	assert_memory_equal(bytes, whole, n);
	free(bytes);
	free(whole);
}

static void
any_order_gives_the_whole(void **state)
{
	static const int order[][N_RANGES] = {
		{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 }, { 4, 9, 0, 7, 2, 5, 1, 8, 3, 6 },
	};
	char name[16];

	(void)state;
	for (int i = 0; i < N_RANGES; i++) {
		snprintf(name, sizeof name, "%d", i);
		write_ranges(name, (uint64_t)i, (uint64_t)i + 1);
	}
	for (size_t k = 0; k < sizeof order / sizeof order[0]; k++) {
		struct tally_file sum;

		start(&sum, "3");
		for (int i = 0; i < N_RANGES; i++) {
			snprintf(name, sizeof name, "%d", order[k][i]);
			if (add_file(&sum, name) != 0)
				fail_msg("%s", e.text);
		}
		expect_whole(&sum);
		tally_file_free(&sum);
	}
}

/* ((a + c) + (d + b)): each in brackets is a part of its own, with gaps. */
static void
sums_of_sums_give_the_whole(void **state)
{
	struct tally_file ac, db, sum, read;
	char path[256];

	(void)state;
	write_ranges("a", 0, 2);
	write_ranges("b", 2, 3);
	write_ranges("c", 3, 7);
	write_ranges("d", 7, 10);
	start(&ac, "a");
	assert_int_equal(add_file(&ac, "a") | add_file(&ac, "c"), 0);
	write_sum(&ac, "ac");
	start(&db, "d");
	assert_int_equal(add_file(&db, "d") | add_file(&db, "b"), 0);
	write_sum(&db, "db");
	assert_int_equal(tally_file_read_part(&read, scratch_path(&scratch, "ac", path), &e), 0);
	assert_true(stretches_are_equal(&read.part.ranges, &ac.part.ranges) && read.part.ranges.n == 2);
	assert_true(read.part.shard.count == 0 && read.part.histories == SAMPLE_HISTORIES);
	assert_int_equal(tally_check_balance(&read.tally, &e), 0);
	start(&sum, "db");
	assert_int_equal(add_file(&sum, "db") | add_file(&sum, "ac"), 0);
	expect_whole(&sum);
	tally_file_free(&ac);
	tally_file_free(&db);
	tally_file_free(&sum);
	tally_file_free(&read);
}

static void
expect_not_added(const char *first, const char *name, enum err_kind kind, const char *text)
{
	struct tally_file sum;

	start(&sum, first);
	assert_int_equal(add_file(&sum, first), 0);
	assert_int_equal(add_file(&sum, name), -1);
	assert_int_equal(e.kind, kind);
	if (strstr(e.text, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, e.text);
	tally_file_free(&sum);
}

static void
what_does_not_belong_is_not_added(void **state)
{
	struct part p = { .histories = SAMPLE_HISTORIES + 7 };
	char path[256];

	(void)state;
	write_ranges("a", 0, 4);
	write_ranges("b", 3, 5);
	expect_not_added("a", "b", ERR_INPUT, "another part has too");
	add(&p, 4, 5);
	write_part("c", &p);
	expect_not_added("a", "c", ERR_INPUT, "another number of histories");
	p.histories = SAMPLE_HISTORIES;
	sample_init_part(&sample, &p);
	assert_int_equal(tally_file_write(scratch.dir, &sample.tally, "ion: C-12\nenergy: 1 MeV\n", SAMPLE_HASH, &e), 0);
	expect_not_added("a", PART_FILE_NAME, ERR_INPUT, "another plan");
	sample_init(&sample, 2, 0);
	assert_int_equal(tally_file_write(scratch.dir, &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), 0);
	expect_not_added("a", "tally.bin", ERR_INPUT, "not a part of a run");
	expect_not_added("a", "nothing", ERR_INPUT, scratch_path(&scratch, "nothing", path));
	stretches_free(&p.ranges);
}

/* A part of one range, with so much in bin 100, and its negative in bin 201. */
static void
write_large(const char *name, uint64_t range, int64_t quanta, tally_square square)
{
	struct part p = { .histories = SAMPLE_HISTORIES };
	char from[300], to[256];

	add(&p, range, range + 1);
	sample_init_part(&sample, &p);
	sample.sum[100] = quanta;
	sample.sum[201] = -quanta;
	sample.square[100] = sample.square[201] = square;
	assert_int_equal(tally_file_write(scratch.dir, &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), 0);
	snprintf(from, sizeof from, "%s/" PART_FILE_NAME, scratch.dir);
	assert_int_equal(rename(from, scratch_path(&scratch, name, to)), 0);
	stretches_free(&p.ranges);
}

static void
sum_files(const char *result, int n, const char *const *name)
{
	struct tally_file sum;

	start(&sum, name[0]);
	for (int i = 0; i < n; i++)
		if (add_file(&sum, name[i]) != 0)
			fail_msg("%s", e.text);
	write_sum(&sum, result);
	tally_file_free(&sum);
}

static void
expect_same_file(const char *a, const char *b)
{
	size_t n_a, n_b;
	char *bytes_a = scratch_read(&scratch, a, &n_a), *bytes_b = scratch_read(&scratch, b, &n_b);

	assert_int_equal(n_a, n_b);
	assert_memory_equal(bytes_a, bytes_b, n_a);
	free(bytes_a);
	free(bytes_b);
}

/* Whatever the order, and in sums of sums that have carries themselves. */
static void
sums_beyond_64_bits_are_exact(void **state)
{
	static const char *const ab[] = { "a", "b" }, *const cd[] = { "c", "d" }, *const pairs[] = { "cd", "ab" },
	    *const all[] = { "d", "a", "c", "b" };
	struct tally_file tf;
	char path[256], text[48];

	(void)state;
	for (int i = 0; i < 4; i++)
		write_large(all[i], (uint64_t)i, INT64_MAX - i, (tally_square)1 << 125);
	sum_files("ab", 2, ab);
	sum_files("cd", 2, cd);
	sum_files("tree", 2, pairs);
	sum_files("row", 4, all);
	expect_same_file("tree", "row");
	assert_int_equal(tally_file_read_part(&tf, scratch_path(&scratch, "tree", path), &e), 0);
	assert_string_equal(tally_count_text(tally_quanta(&tf.tally, 100), text), "36893488147419103222");
	assert_string_equal(tally_count_text(tally_quanta(&tf.tally, 201), text), "-36893488147419103222");
	assert_int_equal(tf.tally.carry[101], 0);
	tally_file_free(&tf);
}

/* What comes back below the bound is as if it had never been above it. */
static void
a_carry_that_is_gone_leaves_no_trace(void **state)
{
	static const char *const up[] = { "a", "b", "c", "d" }, *const level[] = { "a", "c", "b", "d" };
	struct tally_file sum;

	(void)state;
	for (int i = 0; i < 4; i++)
		write_large(up[i], (uint64_t)i, i < 2 ? INT64_MAX : -INT64_MAX, 1);
	start(&sum, "a");
	assert_int_equal(add_file(&sum, "a") | add_file(&sum, "b"), 0);
	assert_int_equal(sum.carry[100], 1);
	tally_file_free(&sum);
	sum_files("up", 4, up);
	sum_files("level", 4, level);
	expect_same_file("up", "level");
}

static void
an_overflow_is_an_error(void **state)
{
	(void)state;
	write_ranges("a", 0, 1);
	write_large("b", 1, 1, ~(tally_square)0);
	expect_not_added("a", "b", ERR_INTERNAL, "a sum in bins 64 to 127 overflows");
}

/* In each byte of the file, one after the other. */
static void
damage_anywhere_is_noticed(void **state)
{
	struct tally_file sum, head;
	char *bytes, path[256];
	size_t n;

	(void)state;
	write_ranges("a", 0, 2);
	write_ranges("b", 4, 10);
	bytes = scratch_read(&scratch, "b", &n);
	scratch_path(&scratch, "b", path);
	for (size_t at = 0; at < n; at += at < 700 ? 1 : 23) {
		bytes[at] ^= 0x10;
		scratch_write(&scratch, "b", bytes, n);
		start(&sum, "a");
		assert_int_equal(tally_file_add(&sum, path, &e), -1);
		assert_in_set(e.kind, ((const uintmax_t[]){ ERR_INPUT, ERR_INTERNAL }), 2);
		assert_int_equal(tally_file_check_part(path, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_int_equal(tally_file_read_part(&head, path, &e), -1);
		tally_file_free(&sum);
		bytes[at] ^= 0x10;
	}
	scratch_write(&scratch, "b", bytes, n);
	assert_int_equal(tally_file_check_part(path, &e), 0);
	free(bytes);
}

/* Sealed anew after each change, so that only its sense can give it away. */
static void
a_head_without_sense_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
		const char *fault;
	} forgeries[] = {
		{ 0, 0, "not a part of a run" }, { 8, 7, "version 7" }, { 12, 41, "constants" },
		{ 16, 0, "no histories" }, { 16, 7 * 9, "beyond the end" }, { 16, 7 * 9 + 3, "as many histories" },
		{ 24, 4, "impossible shard" }, { 24, 0, "impossible shard" }, { 28, SHARD_COUNT_MAX + 1, "impossible shard" },
		{ 32, 1u << 30, "too short for its stretches" }, { 40, 10, "not in order" }, { 40, 3, "as many histories" },
	};
	struct tally_file tf;
	char *bytes, *forged, path[256];
	size_t n;

	(void)state;
	write_ranges("a", 4, 10);
	scratch_path(&scratch, "a", path);
	bytes = scratch_read(&scratch, "a", &n);
	forged = malloc(n);
	for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
		memcpy(forged, bytes, n);
		memcpy(forged + forgeries[i].at, &forgeries[i].value, 4);
		le64_put((unsigned char *)forged + n - 8, XXH3_64bits(forged, n - 8));
		scratch_write(&scratch, "a", forged, n);
		assert_int_equal(tally_file_read_part(&tf, path, &e), -1);
		assert_int_equal(e.kind, ERR_INPUT);
		if (strstr(e.text, forgeries[i].fault) == NULL)
			fail_msg("%zu: \"%s\" is not in \"%s\"", i, forgeries[i].fault, e.text);
	}
	free(forged);
	free(bytes);
}

static void
a_part_is_never_taken_for_a_result(void **state)
{
	struct tally_file tf;
	char path[256];

	(void)state;
	write_ranges("tally.bin", 0, 10);
	assert_int_equal(tally_file_read(&tf, scratch_path(&scratch, "tally.bin", path), &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		in_scratch_after(any_order_gives_the_whole, set_up),
		in_scratch_after(sums_of_sums_give_the_whole, set_up),
		in_scratch_after(what_does_not_belong_is_not_added, set_up),
		in_scratch_after(sums_beyond_64_bits_are_exact, set_up),
		in_scratch_after(a_carry_that_is_gone_leaves_no_trace, set_up),
		in_scratch_after(an_overflow_is_an_error, set_up),
		in_scratch_after(damage_anywhere_is_noticed, set_up),
		in_scratch_after(a_head_without_sense_is_refused, set_up),
		in_scratch_after(a_part_is_never_taken_for_a_result, set_up),
	};

	return cmocka_run_group_tests_name("tally sum", tests, NULL, NULL);
}
