/* Writes tally.bin. */
#include "io/tally_file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "io/file.h"
#include "io/part_head.h"
#include "io/tally_format.h"

/* The file, and the checksum of what has gone into it. */
struct sink {
	struct file file;
	XXH3_state_t *hash;
};

static void
sink_put(struct sink *s, const void *data, size_t n)
{
	XXH3_64bits_update(s->hash, data, n);
	file_write(&s->file, data, n);
}

static size_t
block_end(const struct tally *t, size_t block)
{
	size_t end = (block + 1) * TALLY_BLOCK_BINS;

	return end < t->layout.n_bins ? end : t->layout.n_bins;
}

static bool
has_sums(const struct tally *t, size_t block)
{
	for (size_t bin = block * TALLY_BLOCK_BINS; bin < block_end(t, block); bin++)
		if (t->sum[bin] != 0 || t->square[bin] != 0)
			return true;
	return false;
}

static bool
has_remainder(const struct tally *t, size_t block)
{
	for (size_t bin = block * TALLY_BLOCK_BINS; bin < block_end(t, block); bin++)
		if (t->remainder[bin] != 0)
			return true;
	return false;
}

static void
put_sums(struct sink *s, const struct tally *t, size_t block)
{
	unsigned char bytes[TALLY_SUM_BLOCK_BYTES];
	size_t first = block * TALLY_BLOCK_BINS;

	tally_block_encode(bytes, t->sum + first, t->square + first, block_end(t, block) - first);
	sink_put(s, bytes, sizeof bytes);
}

static void
put_remainder(struct sink *s, const struct tally *t, size_t block)
{
	unsigned char bytes[TALLY_REMAINDER_BLOCK_BYTES] = { 0 };
	unsigned char *to = bytes;

	for (size_t bin = block * TALLY_BLOCK_BINS; bin < block_end(t, block); bin++, to += 8)
		le64_put(to, (uint64_t)t->remainder[bin]);
	sink_put(s, bytes, sizeof bytes);
}

static bool
has_carry(const struct tally *t, size_t block)
{
	for (size_t bin = block * TALLY_BLOCK_BINS; bin < block_end(t, block); bin++)
		if (t->carry[bin] != 0)
			return true;
	return false;
}

/* Of the tally: there may be an array of zeros. */
static bool
has_carries(const struct tally *t)
{
	for (size_t block = 0; t->carry != NULL && block < tally_n_blocks(&t->layout); block++)
		if ((t->touched == NULL || t->touched[block] != 0) && has_carry(t, block))
			return true;
	return false;
}

static void
put_carry(struct sink *s, const struct tally *t, size_t block)
{
	unsigned char bytes[TALLY_CARRY_BLOCK_BYTES] = { 0 };
	unsigned char *to = bytes;

	for (size_t bin = block * TALLY_BLOCK_BINS; bin < block_end(t, block); bin++, to += 4)
		le32_put(to, (uint32_t)t->carry[bin]);
	sink_put(s, bytes, sizeof bytes);
}

/* One of the sections of the body. */
struct section {
	bool (*is_there)(const struct tally *t, size_t block);
	void (*put)(struct sink *s, const struct tally *t, size_t block);
};

static const struct section sums = { has_sums, put_sums };
static const struct section remainders = { has_remainder, put_remainder };
static const struct section carries = { has_carry, put_carry };

static void
put_bitmap(struct sink *s, const struct tally *t, const struct section *section, unsigned char *bitmap)
{
	memset(bitmap, 0, tally_bitmap_bytes(&t->layout));
	for (size_t block = 0; block < tally_n_blocks(&t->layout); block++)
		if ((t->touched == NULL || t->touched[block] != 0) && section->is_there(t, block))
			bitmap[block / 8] |= (unsigned char)(1u << block % 8);
	sink_put(s, bitmap, tally_bitmap_bytes(&t->layout));
}

static void
put_blocks(struct sink *s, const struct tally *t, const struct section *section, const unsigned char *bitmap)
{
	for (size_t block = 0; block < tally_n_blocks(&t->layout); block++)
		if (bitmap[block / 8] >> block % 8 & 1)
			section->put(s, t, block);
}

static void
put_section(struct sink *s, const struct tally *t, const struct section *section, unsigned char *bitmap)
{
	put_bitmap(s, t, section, bitmap);
	put_blocks(s, t, section, bitmap);
}

static void
put_body(struct sink *s, const struct tally *t, unsigned char *bitmap)
{
	put_section(s, t, &sums, bitmap);
	if (t->n_remainder > 0)
		put_section(s, t, &remainders, bitmap);
	if (has_carries(t))
		put_section(s, t, &carries, bitmap);
}

static void
put_part(struct sink *s, const struct part *p)
{
	unsigned char head[PART_HEAD_BYTES], stretch[PART_STRETCH_BYTES];

	part_head_encode(head, p);
	sink_put(s, head, sizeof head);
	for (size_t i = 0; i < p->ranges.n; i++) {
		part_stretch_encode(stretch, p->ranges.stretch[i]);
		sink_put(s, stretch, sizeof stretch);
	}
}

static void
put_head(struct sink *s, const struct tally *t, const char *plan_text, const char *hash)
{
	static const char zeros[8];
	struct tally_header header = {
		.plan_bytes = strlen(plan_text), .has_carries = has_carries(t), .tally = *t,
	};
	unsigned char bytes[TALLY_HEADER_BYTES];

	memcpy(header.hash, hash, sizeof header.hash);
	tally_header_encode(bytes, &header);
	sink_put(s, bytes, sizeof bytes);
	sink_put(s, plan_text, (size_t)header.plan_bytes);
	sink_put(s, zeros, tally_padding(header.plan_bytes));
}

static void
put_left_out(struct sink *s, const struct tally *t)
{
	unsigned char bytes[8];

	for (uint64_t i = 0; i < t->n_left_out; i++) {
		le64_put(bytes, t->left_out[i]);
		sink_put(s, bytes, sizeof bytes);
	}
}

static void
put_doubles(struct sink *s, size_t n, const double *x)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < n; i++) {
		le64_put_double(bytes, x[i]);
		sink_put(s, bytes, sizeof bytes);
	}
}

static int
write_file(const char *dir, struct sink *s, const struct tally *t, const char *plan_text, const char *hash,
    unsigned char *bitmap, struct err *e)
{
	unsigned char checksum[TALLY_CHECKSUM_BYTES];

	if (file_create(&s->file, dir, t->part != NULL ? PART_FILE_NAME : "tally.bin", e) != 0)
		return -1;
	XXH3_64bits_reset(s->hash);
	if (t->part != NULL)
		put_part(s, t->part);
	put_head(s, t, plan_text, hash);
	put_left_out(s, t);
	put_doubles(s, t->layout.n_depths, t->layout.density_g_cm3);
	put_doubles(s, tally_n_radii(&t->layout), t->layout.grid.radius_cm);
	put_body(s, t, bitmap);
	le64_put(checksum, XXH3_64bits_digest(s->hash));
	file_write(&s->file, checksum, sizeof checksum);
	return file_commit(&s->file, e);
}

int
tally_file_write(const char *dir, const struct tally *t, const char *plan_text, const char *hash,
    struct err *e)
{
	struct sink s = { .hash = XXH3_createState() };
	unsigned char *bitmap = malloc(tally_bitmap_bytes(&t->layout));
	int status;

	if (s.hash == NULL || bitmap == NULL)
		status = err_sys(e, "memory to write tally.bin");
	else
		status = write_file(dir, &s, t, plan_text, hash, bitmap, e);
	free(bitmap);
	XXH3_freeState(s.hash);
	return status;
}
