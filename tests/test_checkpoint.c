/* io/checkpoint: what was written is read back; what was damaged is refused, and the one before serves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "io/checkpoint.h"
#include "io/checkpoint_format.h"
#include "io/tally_format.h"
#include "sample_tally.h"
#include "scratch.h"

enum { HEAD = CHECKPOINT_HEAD_BYTES, FIRST_FIELD = 40 };

static const uint64_t beyond[] = { 9, 12, 77 }, left_out[] = { 3, 70 };

static struct sample sample;
static struct checkpoint content;
static struct checkpoint_bins bins;
static struct checkpoint_file cf;
static struct err e, fault;
static char path[256];

static struct {
	int64_t sum[SAMPLE_BINS];
	tally_square square[SAMPLE_BINS];
	unsigned char touched[SAMPLE_BLOCKS];
} loaded;

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	memset(&loaded, 0, sizeof loaded);
	scratch_set_up(state);
	scratch_path(&scratch, CHECKPOINT_NAME, path);
	sample_init(&sample, 9, 0);
	content = (struct checkpoint){
		.histories = 1000, .cut.first = 7, .n_prefix = 8, .n_beyond = 3, .beyond = beyond,
		.n_left_out = 2, .left_out = left_out, .n_bins = SAMPLE_BINS,
	};
	memcpy(content.channel, sample.tally.channel, sizeof content.channel);
	content.channel[COUNT_STEPS] = -((tally_count)1 << 100) - 3;
	bins = (struct checkpoint_bins){ sample.sum, sample.square, sample.touched };
	return 0;
}

static void
write_sample(void)
{
	if (checkpoint_write(scratch.dir, &content, &bins, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e) != 0)
		fail_msg("%s", e.text);
}

static char *
written(size_t *n)
{
	char *bytes;

	write_sample();
	bytes = scratch_read(&scratch, CHECKPOINT_NAME, n);
	assert_non_null(bytes);
	return bytes;
}

static int
load(void)
{
	memset(&loaded, 0, sizeof loaded);
	return checkpoint_load(&cf, loaded.sum, loaded.square, loaded.touched, &e);
}

static void
expect_sample(void)
{
	assert_int_equal(load(), 0);
	assert_memory_equal(loaded.sum, sample.sum, sample.tally.layout.n_bins * sizeof sample.sum[0]);
	assert_memory_equal(loaded.square, sample.square, sample.tally.layout.n_bins * sizeof sample.square[0]);
	assert_memory_equal(loaded.touched, sample.touched,
	    (sample.tally.layout.n_bins + TALLY_BLOCK_BINS - 1) / TALLY_BLOCK_BINS);
}

static void
what_was_written_is_read_back(void **state)
{
	(void)state;
	content.first_range = 8;
	write_sample();
	assert_int_equal(checkpoint_open(&cf, path, &e), 0);
	assert_int_equal(cf.head.first_range, 8);
	assert_string_equal(cf.plan_text, SAMPLE_PLAN_TEXT);
	assert_string_equal(cf.hash, SAMPLE_HASH);
	assert_true(cf.head.histories == 1000 && cf.head.cut.first == 7 && cf.head.n_prefix == 8);
	assert_int_equal(cf.head.n_beyond, 3);
	assert_memory_equal(cf.head.beyond, beyond, sizeof beyond);
	assert_int_equal(cf.head.n_left_out, 2);
	assert_memory_equal(cf.head.left_out, left_out, sizeof left_out);
	assert_memory_equal(cf.head.channel, content.channel, sizeof content.channel);
	expect_sample();
	checkpoint_close(&cf);
}

static void
an_empty_one_is_read_back(void **state)
{
	static const unsigned char untouched[SAMPLE_BLOCKS];

	(void)state;
	content = (struct checkpoint){ .histories = 5, .cut.first = 7, .n_bins = SAMPLE_BINS };
	bins.touched = untouched;
	write_sample();
	assert_int_equal(checkpoint_open(&cf, path, &e), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(loaded.sum[100], 0);
	checkpoint_close(&cf);
}

static void
untouched_blocks_are_not_read_nor_written(void **state)
{
	(void)state;
	sample.touched[2] = 0;
	write_sample();
	assert_int_equal(checkpoint_open(&cf, path, &e), 0);
	assert_int_equal(load(), 0);
	assert_int_equal(loaded.touched[2], 0);
	assert_int_equal(loaded.sum[2 * TALLY_BLOCK_BINS], 0);
	assert_true(loaded.sum[3 * TALLY_BLOCK_BINS] == sample.sum[3 * TALLY_BLOCK_BINS]);
	checkpoint_close(&cf);
}

static void
the_one_before_is_kept(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 3; n++) {
		content.n_prefix = n;
		write_sample();
		assert_int_equal(checkpoint_open(&cf, path, &e), 0);
		assert_int_equal(cf.head.n_prefix, n);
		checkpoint_close(&cf);
		if (n == 1)
			continue;
		assert_int_equal(checkpoint_open(&cf, scratch_path(&scratch, CHECKPOINT_OLD_NAME, path), &e), 0);
		assert_int_equal(cf.head.n_prefix, n - 1);
		checkpoint_close(&cf);
		scratch_path(&scratch, CHECKPOINT_NAME, path);
	}
	assert_int_equal(scratch_count(&scratch), 2);
}

/* As after a kill between the two renames. */
static void
two_names_of_one_file_are_told_apart_again(void **state)
{
	char old[256];

	(void)state;
	content.n_prefix = 1;
	write_sample();
	assert_int_equal(link(path, scratch_path(&scratch, CHECKPOINT_OLD_NAME, old)), 0);
	content.n_prefix = 2;
	write_sample();
	assert_int_equal(scratch_count(&scratch), 2);
	assert_int_equal(checkpoint_open(&cf, old, &e), 0);
	assert_int_equal(cf.head.n_prefix, 1);
	checkpoint_close(&cf);
}

static void
expect_refusal(const char *bytes, size_t n)
{
	scratch_write(&scratch, CHECKPOINT_NAME, bytes, n);
	memset(&e, 0, sizeof e);
	assert_int_equal(checkpoint_open(&cf, path, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_memory_equal(e.text, path, strlen(path));
	assert_null(cf.reader);
}

static void
every_cut_is_noticed(void **state)
{
	size_t n;
	char *bytes = written(&n);

	(void)state;
	for (size_t length = 0; length < n; length++)
		expect_refusal(bytes, length);
	free(bytes);
}

static void
every_flipped_bit_of_the_head_is_noticed(void **state)
{
	size_t n;
	char *bytes = written(&n);

	(void)state;
	for (size_t bit = 0; bit < HEAD * 8; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		expect_refusal(bytes, n);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	free(bytes);
}

static void
every_changed_byte_is_noticed(void **state)
{
	size_t n;
	char *bytes = written(&n);
	uint64_t random = 12345;

	(void)state;
	for (size_t at = HEAD; at < n; at++) {
		char was = bytes[at];

		random = random * 6364136223846793005u + 1442695040888963407u;
		bytes[at] ^= (char)(1 + (random >> 33) % 255);
		expect_refusal(bytes, n);
		bytes[at] = was;
	}
	free(bytes);
}

/* As a forger would: the checksum fits. */
static void
seal(char *bytes, size_t n)
{
	le64_put((unsigned char *)bytes + n - 8, XXH3_64bits(bytes, n - 8));
}

/* Opened and loaded as a run would; 0 if all of it was believed. */
static int
read_all(const char *bytes, size_t n)
{
	int status;

	scratch_write(&scratch, CHECKPOINT_NAME, bytes, n);
	if (checkpoint_open(&cf, path, &e) != 0)
		return -1;
	status = cf.head.n_bins == SAMPLE_BINS ? load() : -1;
	checkpoint_close(&cf);
	return status;
}

static void
a_forged_file_does_no_harm(void **state)
{
	size_t n;
	char *bytes = written(&n), *forged = malloc(n);

	(void)state;
	for (size_t at = 0; at < n - 8; at++)
		for (int bit = 0; bit < 8; bit += 7) {
			memcpy(forged, bytes, n);
			forged[at] ^= (char)(1 << bit);
			seal(forged, n);
			if (read_all(forged, n) != 0)
				assert_int_equal(e.kind, ERR_INPUT);
		}
	free(forged);
	free(bytes);
}

static void
every_sealed_cut_is_noticed(void **state)
{
	size_t n;
	char *bytes = written(&n), *cut = malloc(n);

	(void)state;
	for (size_t length = HEAD + 8; length < n; length++) {
		memcpy(cut, bytes, length);
		seal(cut, length);
		assert_int_equal(read_all(cut, length), -1);
		assert_int_equal(e.kind, ERR_INPUT);
	}
	free(cut);
	free(bytes);
}

struct forgery {
	enum checkpoint_field field;
	uint64_t value;
	const char *fault;
};

static void
each_lie_in_the_head_is_named(void **state)
{
	static const struct forgery list[] = {
		{ FIELD_VERSION, 2, "version 2" }, { FIELD_PLAN_BYTES, UINT64_MAX, "holds a zero" },
		{ FIELD_RANGE_HISTORIES, 0, "impossible" }, { FIELD_RANGE_HISTORIES, 1ull << 32, "impossible" },
		{ FIELD_PREFIX, UINT64_MAX / 2, "impossible" }, { FIELD_PREFIX, 10, "not in order" },
		{ FIELD_BEYOND, UINT64_MAX, "any memory" }, { FIELD_BEYOND, UINT64_MAX / 32, "not in order" },
		{ FIELD_LEFT_OUT, UINT64_MAX / 32, "too short" }, { FIELD_BINS, 0, "any memory" },
		{ FIELD_BINS, UINT64_MAX / 16, "any memory" }, { FIELD_COUNTERS, 10, "constants" },
		{ FIELD_BLOCK_BINS, 32, "constants" }, { FIELD_FIRST_RANGE, 9, "impossible" },
		{ FIELD_RANGE_DOUBLINGS, 4, "impossible" }, { FIELD_RANGE_DOUBLINGS, 1ull << 32, "impossible" },
	};
	size_t n;
	char *bytes = written(&n), *forged = malloc(n);

	(void)state;
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		memcpy(forged, bytes, n);
		le64_put((unsigned char *)forged + FIRST_FIELD + 8 * list[i].field, list[i].value);
		seal(forged, n);
		expect_refusal(forged, n);
		if (strstr(e.text, list[i].fault) == NULL && list[i].field != FIELD_LEFT_OUT)
			fail_msg("field %d: %s", list[i].field, e.text);
	}
	free(forged);
	free(bytes);
}

/* A head with a body of our own. */
static size_t
forge(char *to, const void *body, size_t n_body)
{
	size_t n, packed;
	char *bytes = written(&n);

	memcpy(to, bytes, HEAD);
	free(bytes);
	packed = ZSTD_compress(to + HEAD, 60000, body, n_body, 1);
	assert_false(ZSTD_isError(packed));
	seal(to, HEAD + packed + 8);
	return HEAD + packed + 8;
}

static void
lies_in_the_body_are_named(void **state)
{
	static char forged[70000], body[20000];
	size_t text = strlen(SAMPLE_PLAN_TEXT), blocks = text + 5 * 8 + N_CHANNELS * 16;
	unsigned char *numbers = (unsigned char *)body + text;

	(void)state;
	memcpy(body, SAMPLE_PLAN_TEXT, text);
	for (int i = 0; i < 3; i++)
		le64_put(numbers + 8 * i, beyond[i]);
	le64_put(numbers + 24, 3);
	le64_put(numbers + 32, 3);
	expect_refusal(forged, forge(forged, body, blocks + 8));
	assert_non_null(strstr(e.text, "not in order"));
	le64_put(numbers + 32, 4);
	le64_put((unsigned char *)body + blocks, SAMPLE_BLOCKS);
	assert_int_equal(read_all(forged, forge(forged, body, blocks + 8 + TALLY_SUM_BLOCK_BYTES)), -1);
	assert_non_null(strstr(e.text, "blocks are not in order"));
	le64_put((unsigned char *)body + blocks, CHECKPOINT_NO_BLOCK);
	assert_int_equal(read_all(forged, forge(forged, body, blocks + 9)), -1);
	assert_non_null(strstr(e.text, "too long"));
	assert_int_equal(read_all(forged, forge(forged, body, blocks + 8)), 0);
}

static void
the_one_before_serves_when_the_newest_is_damaged(void **state)
{
	size_t n;
	char *bytes;

	(void)state;
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), CHECKPOINT_NONE);
	content.n_prefix = 1;
	write_sample();
	content.n_prefix = 2;
	bytes = written(&n);
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), CHECKPOINT_NEWEST);
	assert_int_equal(cf.head.n_prefix, 2);
	checkpoint_close(&cf);
	scratch_write(&scratch, CHECKPOINT_NAME, bytes, n - 1);
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), CHECKPOINT_BEFORE);
	assert_int_equal(cf.head.n_prefix, 1);
	assert_non_null(strstr(fault.text, "checksum"));
	expect_sample();
	checkpoint_close(&cf);
	free(bytes);
}

static void
when_both_are_damaged_both_are_named_and_left_alone(void **state)
{
	(void)state;
	scratch_write(&scratch, CHECKPOINT_NAME, "x", 1);
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), -1);
	scratch_write(&scratch, CHECKPOINT_OLD_NAME, "y", 1);
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "/checkpoint: "));
	assert_non_null(strstr(e.text, "/checkpoint.old: "));
	assert_int_equal(scratch_count(&scratch), 2);
}

static void
a_damaged_one_put_aside_does_not_push_out_the_good_one(void **state)
{
	char old[256];

	(void)state;
	content.n_prefix = 1;
	write_sample();
	assert_int_equal(rename(path, scratch_path(&scratch, CHECKPOINT_OLD_NAME, old)), 0);
	scratch_write(&scratch, CHECKPOINT_NAME, "x", 1);
	assert_int_equal(checkpoint_put_aside(scratch.dir, &e), 0);
	content.n_prefix = 2;
	write_sample();
	assert_int_equal(checkpoint_open(&cf, old, &e), 0);
	assert_int_equal(cf.head.n_prefix, 1);
	checkpoint_close(&cf);
	assert_int_equal(checkpoint_remove(scratch.dir, &e), 0);
	assert_int_equal(scratch_count(&scratch), 0);
}

static void
what_cannot_be_written_leaves_the_one_before(void **state)
{
	(void)state;
	write_sample();
	assert_int_equal(mkdir(scratch_path(&scratch, ".checkpoint.tmp", path), 0777), 0);
	assert_int_equal(checkpoint_write(scratch.dir, &content, &bins, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
	assert_int_equal(checkpoint_find(&cf, scratch.dir, &fault, &e), CHECKPOINT_NEWEST);
	checkpoint_close(&cf);
	assert_int_equal(checkpoint_write("./no/such", &content, &bins, "", SAMPLE_HASH, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

static void
what_would_be_refused_is_not_written(void **state)
{
	static const uint64_t twice[] = { 3, 3 }, low[] = { 7, 9, 12 };

	(void)state;
	write_sample();
	content.left_out = twice;
	assert_int_equal(checkpoint_write(scratch.dir, &content, &bins, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), -1);
	content.left_out = left_out;
	content.beyond = low;
	assert_int_equal(checkpoint_write(scratch.dir, &content, &bins, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_int_equal(scratch_count(&scratch), 1);
	assert_int_equal(checkpoint_open(&cf, path, &e), 0);
	checkpoint_close(&cf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(what_was_written_is_read_back, set_up),
		in_scratch_after(an_empty_one_is_read_back, set_up),
		in_scratch_after(untouched_blocks_are_not_read_nor_written, set_up),
		in_scratch_after(the_one_before_is_kept, set_up),
		in_scratch_after(two_names_of_one_file_are_told_apart_again, set_up),
		in_scratch_after(every_cut_is_noticed, set_up),
		in_scratch_after(every_flipped_bit_of_the_head_is_noticed, set_up),
		in_scratch_after(every_changed_byte_is_noticed, set_up),
		in_scratch_after(a_forged_file_does_no_harm, set_up),
		in_scratch_after(every_sealed_cut_is_noticed, set_up),
		in_scratch_after(each_lie_in_the_head_is_named, set_up),
		in_scratch_after(lies_in_the_body_are_named, set_up),
		in_scratch_after(the_one_before_serves_when_the_newest_is_damaged, set_up),
		in_scratch_after(when_both_are_damaged_both_are_named_and_left_alone, set_up),
		in_scratch_after(a_damaged_one_put_aside_does_not_push_out_the_good_one, set_up),
		in_scratch_after(what_would_be_refused_is_not_written, set_up),
		in_scratch_after(what_cannot_be_written_leaves_the_one_before, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
