/* io/tally_file: what was written is read back; what was damaged is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/tally_file.h"
#include "io/tally_format.h"
#include "sample_tally.h"
#include "scratch.h"

static struct sample sample;
static struct tally_file tf;
static struct err e;
static char path[256];

static int
set_up(void **state)
{
	memset(&e, 0, sizeof e);
	scratch_set_up(state);
	scratch_path(&scratch, "tally.bin", path);
	sample_init(&sample, 9, 4);
	return 0;
}

static char *
write_sample(size_t *n)
{
	char *bytes;

	assert_int_equal(tally_file_write(scratch.dir, &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), 0);
	bytes = scratch_read(&scratch, "tally.bin", n);
	assert_non_null(bytes);
	return bytes;
}

/* In every byte, but for the densities' place in memory. */
static void
expect_equal_layouts(const struct tally_layout *a, const struct tally_layout *b)
{
	struct tally_layout moved = *a;

	assert_memory_equal(a->density_g_cm3, b->density_g_cm3, SAMPLE_NZ * sizeof *a->density_g_cm3);
	moved.density_g_cm3 = b->density_g_cm3;
	assert_memory_equal(&moved, b, sizeof *b);
}

static void
expect_equal_to_sample(void)
{
	const struct tally *a = &tf.tally, *b = &sample.tally;

	assert_int_equal(a->layout.n_bins, b->layout.n_bins);
	assert_memory_equal(tf.sum, sample.sum, b->layout.n_bins * sizeof *tf.sum);
	assert_memory_equal(tf.square, sample.square, b->layout.n_bins * sizeof *tf.square);
	expect_equal_layouts(&a->layout, &b->layout);
	assert_memory_equal(a->channel, b->channel, sizeof a->channel);
	assert_true(a->n_ranges == b->n_ranges && a->full_histories == b->full_histories &&
	    cut_is_equal(a->cut, b->cut));
	assert_memory_equal(a->remainder_channel, b->remainder_channel, sizeof a->remainder_channel);
	assert_int_equal(a->n_remainder, b->n_remainder);
	assert_int_equal(a->n_left_out, 2);
	assert_memory_equal(tf.left_out, sample.left_out, sizeof sample.left_out);
	assert_string_equal(tf.plan_text, SAMPLE_PLAN_TEXT);
	assert_string_equal(tf.hash, SAMPLE_HASH);
}

static void
what_was_written_is_read_back(void **state)
{
	size_t n;

	(void)state;
	sample.tally.channel[COUNT_STEPS] = -((tally_count)1 << 100) - 3;
	free(write_sample(&n));
	assert_int_equal(tally_file_read(&tf, path, &e), 0);
	expect_equal_to_sample();
	assert_memory_equal(tf.remainder, sample.remainder, SAMPLE_BINS * sizeof *tf.remainder);
	assert_memory_equal(tf.touched, sample.touched, SAMPLE_BINS / TALLY_BLOCK_BINS);
	tally_file_free(&tf);
}

static void
all_scores_of_both_grids_are_read_back(void **state)
{
	size_t n;

	(void)state;
	for (int kind = GRID_CARTESIAN; kind <= GRID_CYLINDRICAL; kind++) {
		sample_init_full(&sample, (enum grid_kind)kind);
		sample.tally.layout.delivered_primaries = 2.5e9;
		free(write_sample(&n));
		assert_int_equal(tally_file_read(&tf, path, &e), 0);
		expect_equal_to_sample();
		assert_int_equal(tally_check_balance(&tf.tally, &e), 0);
		tally_file_free(&tf);
	}
}

static void
without_a_remainder_there_is_none(void **state)
{
	size_t n;

	(void)state;
	sample_init(&sample, 9, 0);
	free(write_sample(&n));
	assert_int_equal(tally_file_read(&tf, path, &e), 0);
	expect_equal_to_sample();
	assert_null(tf.tally.remainder);
	tally_file_free(&tf);
}

static void
empty_blocks_take_no_room(void **state)
{
	size_t n;
	/* 320 bins in 5 blocks, of which the first is empty */
	size_t text = (sizeof SAMPLE_PLAN_TEXT - 1 + 7) / 8 * 8;

	(void)state;
	free(write_sample(&n));
	assert_int_equal(n, TALLY_HEADER_BYTES + text + 16 + 40 * 8 + 8 + 4 * 64 * 24 + 8 + 4 * 64 * 8 + 8);
}

static void
touched_makes_no_difference_to_the_bytes(void **state)
{
	size_t n[2];
	char *bytes[2];

	(void)state;
	bytes[0] = write_sample(&n[0]);
	memset(sample.touched, 1, sizeof sample.touched);
	bytes[1] = write_sample(&n[1]);
	assert_int_equal(n[0], n[1]);
	assert_memory_equal(bytes[0], bytes[1], n[0]);
	free(bytes[1]);
	sample.tally.touched = NULL;
	bytes[1] = write_sample(&n[1]);
	assert_memory_equal(bytes[0], bytes[1], n[0]);
	free(bytes[0]);
	free(bytes[1]);
}

static void
what_is_read_writes_the_same_bytes(void **state)
{
	size_t n, n_again;
	char *bytes = write_sample(&n), *again;

	(void)state;
	assert_int_equal(tally_file_read(&tf, path, &e), 0);
	assert_int_equal(tally_file_write(scratch.dir, &tf.tally, tf.plan_text, tf.hash, &e), 0);
	again = scratch_read(&scratch, "tally.bin", &n_again);
	assert_int_equal(n, n_again);
	assert_memory_equal(bytes, again, n);
	tally_file_free(&tf);
	free(bytes);
	free(again);
}

static void
expect_refusal(const char *bytes, size_t n)
{
	scratch_write(&scratch, "tally.bin", bytes, n);
	memset(&e, 0, sizeof e);
	assert_int_equal(tally_file_read(&tf, path, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_memory_equal(e.text, path, strlen(path));
	assert_null(tf.sum);
}

/* As a forger would: the checksum fits. */
static void
seal(char *bytes, size_t n)
{
	le64_put((unsigned char *)bytes + n - 8, XXH3_64bits(bytes, n - 8));
}

static void
every_cut_is_noticed(void **state)
{
	size_t n;
	char *bytes = write_sample(&n);

	(void)state;
	for (size_t length = 0; length < n; length++)
		expect_refusal(bytes, length);
	free(bytes);
}

static void
every_cut_is_noticed_even_if_the_checksum_fits(void **state)
{
	size_t n;
	char *bytes = write_sample(&n);
	char *cut = malloc(n);

	(void)state;
	for (size_t length = 736; length < n; length++) {
		memcpy(cut, bytes, length);
		seal(cut, length);
		expect_refusal(cut, length);
	}
	free(cut);
	free(bytes);
}

static void
every_cut_of_rings_and_scores_is_noticed(void **state)
{
	size_t n;
	char *bytes, *cut;

	(void)state;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	bytes = write_sample(&n);
	cut = malloc(n);
	for (size_t length = 736; length < n; length++) {
		memcpy(cut, bytes, length);
		seal(cut, length);
		expect_refusal(cut, length);
	}
	free(cut);
	free(bytes);
}

static void
bytes_too_many_are_noticed_even_if_the_checksum_fits(void **state)
{
	size_t n;
	char *bytes = write_sample(&n);
	char *longer = calloc(n + 8, 1);

	(void)state;
	memcpy(longer, bytes, n);
	expect_refusal(longer, n + 1);
	seal(longer, n + 8);
	expect_refusal(longer, n + 8);
	assert_non_null(strstr(e.text, "8 bytes too long"));
	free(longer);
	free(bytes);
}

static void
every_flipped_bit_of_the_head_is_noticed(void **state)
{
	size_t n;
	char *bytes = write_sample(&n);

	(void)state;
	for (size_t bit = 0; bit < (TALLY_HEADER_BYTES + 32) * 8; bit++) {
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
	char *bytes = write_sample(&n);
	uint64_t random = 12345;

	(void)state;
	for (size_t at = 0; at < n; at++) {
		char was = bytes[at];

		random = random * 6364136223846793005u + 1442695040888963407u;
		bytes[at] ^= (char)(1 + (random >> 33) % 255);
		expect_refusal(bytes, n);
		bytes[at] = was;
	}
	assert_int_equal((scratch_write(&scratch, "tally.bin", bytes, n), tally_file_read(&tf, path, &e)), 0);
	tally_file_free(&tf);
	free(bytes);
}

/* A sealed file with any byte of the head changed is either refused or free of harm to read. */
static void
a_forged_head_does_no_harm(void **state)
{
	size_t n, n_read = 0;
	char *bytes = write_sample(&n);

	(void)state;
	for (size_t at = 0; at < TALLY_HEADER_BYTES; at++)
		for (int bit = 0; bit < 8; bit += 7) {
			bytes[at] ^= (char)(1 << bit);
			seal(bytes, n);
			scratch_write(&scratch, "tally.bin", bytes, n);
			if (tally_file_read(&tf, path, &e) == 0) {
				n_read++;
				tally_file_free(&tf);
			} else {
				assert_int_equal(e.kind, ERR_INPUT);
			}
			bytes[at] ^= (char)(1 << bit);
		}
	assert_true(n_read > 0);
	free(bytes);
}

struct forgery {
	size_t at;
	uint32_t value;
	const char *fault;
};

/* Puts each value into the sample's file, with those at 1108 and 156 the four bytes before to zero. */
static void
expect_faults(const struct forgery *list, size_t n_faults)
{
	size_t n;
	char *bytes = write_sample(&n), *forged = malloc(n);

	for (size_t i = 0; i < n_faults; i++) {
		memcpy(forged, bytes, n);
		memcpy(forged + list[i].at, &list[i].value, sizeof list[i].value);
		if (list[i].at == 1108 || list[i].at == 156)
			memset(forged + list[i].at - 4, 0, 4);
		seal(forged, n);
		expect_refusal(forged, n);
		if (strstr(e.text, list[i].fault) == NULL)
			fail_msg("offset %zu: %s", list[i].at, e.text);
	}
	free(forged);
	free(bytes);
}

static void
each_lie_in_the_head_is_named(void **state)
{
	static const struct forgery list[] = {
		{ 0, 0, "not a tally file" }, { 8, 4, "version 4" }, { 12, 300, "constants" },
		{ 16, 0x41414141, "hexadecimal" }, { 48, 0xfffffff0, "longer than the file" },
		{ 56, 321, "number of bins" }, { 64, 0, "number of voxels" },
		{ 64, 0x80000000, "number of voxels" }, { 76, 3, "columns" }, { 80, 81, "column" },
		{ 104, 1, "unused column" }, { 116, 0x7ff00000, "impossible size" },
		{ 140, 0xbff00000, "impossible size" }, { 164, 0xbff00000, "delivered" },
		{ 164, 0x7ff00000, "delivered" },
		{ 172, 0xffffffff, "ranges" }, { 176, 0, "ranges" }, { 180, 7, "ranges" },
		{ 728, 139, "ranges" }, { 728, 133, "ranges" }, { 728, 147, "ranges" }, { 732, 1, "ranges" },
		{ 736, 4, "ranges" }, { 740, 1, "ranges" },
		{ 184, 10, "constants" }, { 188, 32, "constants" }, { 744, 0, "holds a zero" },
		{ 772, 0x090a, "padding" },
		{ 704, 68, "more histories are left out" }, { 704, 67, "not in order" },
		{ 776, 5, "not in order" }, { 784, 67, "not in order" },
		{ 712, 2, "unknown kind" }, { 712, 1, "impossible size" }, { 716, 0, "scores" },
		{ 716, 3, "scores" }, { 716, 6, "scores" }, { 716, 2, "number of bins" },
		{ 720, 2, "groups" }, { 720, 29, "groups" }, { 720, 1, "number of bins" }, { 724, 2, "groups" },
		{ 796, 0xbff00000, "density" }, { 804, 0x7ff80000, "density" }, { 1108, 0, "density" },
		{ 1112, 0xffffffff, "beyond its grid" },
	};

	(void)state;
	expect_faults(list, sizeof list / sizeof list[0]);
}

/* What a part could have, whose ranges are not the first ones. */
static void
histories_of_other_ranges_are_refused(void **state)
{
	size_t n;
	char *bytes = write_sample(&n);

	(void)state;
	le64_put((unsigned char *)bytes + 728, sample.tally.full_histories + 7);
	bytes[736] = 1;
	seal(bytes, n);
	expect_refusal(bytes, n);
	if (strstr(e.text, "as many histories as its ranges") == NULL)
		fail_msg("%s", e.text);
	free(bytes);
}

/* The three rings' edges are behind the densities, at 1112. */
static void
each_lie_about_rings_is_named(void **state)
{
	static const struct forgery list[] = {
		{ 64, 513, "number of rings" }, { 68, 2, "number of rings" }, { 72, 41, "number of bins" },
		{ 76, 0, "innermost ring" }, { 80, 40, "innermost ring" },
		{ 136, 1, "impossible size" }, { 148, 0x80000000, "impossible size" }, { 156, 0, "impossible size" },
		{ 1116, 0x3ff00000, "do not begin with 0" }, { 1116, 0x80000000, "do not begin with 0" },
		{ 1124, 0x80000000, "do not ascend" }, { 1124, 0x3ff00000, "do not ascend" },
		{ 1140, 0x7ff00000, "do not ascend" },
	};

	(void)state;
	sample_init_full(&sample, GRID_CYLINDRICAL);
	expect_faults(list, sizeof list / sizeof list[0]);
}

/* Four groups with five scores each; without yields they are four, and without groups none. */
static void
each_lie_about_groups_is_named(void **state)
{
	static const struct forgery list[] = {
		{ 716, 4, "number of bins" }, { 720, 0, "number of bins" }, { 720, 1, "number of bins" },
		{ 720, 2, "groups" }, { 720, 3, "number of bins" }, { 720, 28, "number of bins" },
		{ 720, 29, "groups" }, { 720, 0xffffffff, "groups" },
		{ 724, 0, "number of bins" }, { 724, 2, "groups" }, { 724, 0x100, "groups" },
	};

	(void)state;
	for (int kind = GRID_CARTESIAN; kind <= GRID_CYLINDRICAL; kind++) {
		sample_init_full(&sample, (enum grid_kind)kind);
		expect_faults(list, sizeof list / sizeof list[0]);
	}
}

static void
a_grid_beyond_the_file_is_refused_before_memory_is_asked_for(void **state)
{
	const uint32_t edge = 60000;
	size_t n;
	char *bytes = write_sample(&n);

	(void)state;
	memcpy(bytes + 64, &edge, 4);
	memcpy(bytes + 68, &edge, 4);
	memcpy(bytes + 72, &edge, 4);
	le64_put((unsigned char *)bytes + 56, (uint64_t)edge * edge * edge + 2 * edge);
	memset(bytes + 76, 0, 36);
	seal(bytes, n);
	expect_refusal(bytes, n);
	assert_non_null(strstr(e.text, "too short for its grid"));
	free(bytes);
}

static void
what_is_no_file_is_refused(void **state)
{
	(void)state;
	assert_int_equal(tally_file_read(&tf, path, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(tally_file_read(&tf, path, &e), -1);
	assert_non_null(strstr(e.text, "not a regular file"));
	assert_int_equal(tally_file_read(&tf, scratch.dir, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
a_missing_directory_is_an_output_error(void **state)
{
	(void)state;
	assert_int_equal(tally_file_write("./no/such", &sample.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), -1);
	assert_int_equal(e.kind, ERR_OUTPUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(what_was_written_is_read_back, set_up),
		in_scratch_after(all_scores_of_both_grids_are_read_back, set_up),
		in_scratch_after(without_a_remainder_there_is_none, set_up),
		in_scratch_after(empty_blocks_take_no_room, set_up),
		in_scratch_after(touched_makes_no_difference_to_the_bytes, set_up),
		in_scratch_after(what_is_read_writes_the_same_bytes, set_up),
		in_scratch_after(every_cut_is_noticed, set_up),
		in_scratch_after(every_cut_is_noticed_even_if_the_checksum_fits, set_up),
		in_scratch_after(every_cut_of_rings_and_scores_is_noticed, set_up),
		in_scratch_after(bytes_too_many_are_noticed_even_if_the_checksum_fits, set_up),
		in_scratch_after(every_flipped_bit_of_the_head_is_noticed, set_up),
		in_scratch_after(every_changed_byte_is_noticed, set_up),
		in_scratch_after(a_forged_head_does_no_harm, set_up),
		in_scratch_after(each_lie_in_the_head_is_named, set_up),
		in_scratch_after(histories_of_other_ranges_are_refused, set_up),
		in_scratch_after(each_lie_about_rings_is_named, set_up),
		in_scratch_after(each_lie_about_groups_is_named, set_up),
		in_scratch_after(a_grid_beyond_the_file_is_refused_before_memory_is_asked_for, set_up),
		in_scratch_after(what_is_no_file_is_refused, set_up),
		in_scratch_after(a_missing_directory_is_an_output_error, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
