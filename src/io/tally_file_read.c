/* Reads tally.bin, and believes nothing in it before it has been checked. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "io/part_head.h"
#include "io/tally_format.h"
#include "io/tally_read.h"

static int
read_header(struct sealed *s, struct tally_header *h, struct err *e)
{
	unsigned char bytes[TALLY_HEADER_BYTES];

	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	return tally_header_decode(h, bytes, s->path, e);
}

static int
read_plan_text(struct sealed *s, struct tally_file *tf, uint64_t n, struct err *e)
{
	unsigned char padding[8] = { 0 };

	if (n > s->left)
		return sealed_damaged(s, e, "the plan's text is longer than the file");
	tf->plan_text = malloc((size_t)n + 1);
	if (tf->plan_text == NULL)
		return err_sys(e, "memory for the plan of %s", s->path);
	if (sealed_take(s, tf->plan_text, n, e) != 0 || sealed_take(s, padding, tally_padding(n), e) != 0)
		return -1;
	tf->plan_text[n] = '\0';
	if (strlen(tf->plan_text) != n)
		return sealed_damaged(s, e, "the plan's text holds a zero");
	return le64_get(padding) == 0 ? 0 : sealed_damaged(s, e, "the padding is not zero");
}

static bool
is_in_tally(const struct tally_file *tf, uint64_t history)
{
	const struct tally *t = &tf->tally;

	if (t->part != NULL)
		return history < t->part->histories && stretches_have(&t->part->ranges, cut_range(t->cut, history));
	return history < tally_extent(t);
}

/* Ascending numbers of histories that are in the tally. */
static int
read_left_out(struct sealed *s, struct tally_file *tf, struct err *e)
{
	uint64_t n = tf->tally.n_left_out;
	unsigned char bytes[8];

	if (n > s->left / sizeof bytes)
		return sealed_damaged(s, e, "it is too short for the histories left out");
	tf->left_out = calloc((size_t)n + 1, sizeof *tf->left_out);
	if (tf->left_out == NULL)
		return err_sys(e, "memory for the histories left out of %s", s->path);
	for (uint64_t i = 0; i < n; i++) {
		if (sealed_take(s, bytes, sizeof bytes, e) != 0)
			return -1;
		tf->left_out[i] = le64_get(bytes);
		if (!is_in_tally(tf, tf->left_out[i]) || (i > 0 && tf->left_out[i] <= tf->left_out[i - 1]))
			return sealed_damaged(s, e, "the histories left out are not in order");
	}
	tf->tally.left_out = tf->left_out;
	return 0;
}

static int
take_doubles(struct sealed *s, size_t n, double *to, struct err *e)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < n; i++) {
		if (sealed_take(s, bytes, sizeof bytes, e) != 0)
			return -1;
		to[i] = le64_get_double(bytes);
	}
	return 0;
}

static int
read_densities(struct sealed *s, struct tally_layout *l, struct err *e)
{
	if (l->n_depths > s->left / 8)
		return sealed_damaged(s, e, "it is too short for its grid");
	l->density_g_cm3 = calloc(l->n_depths, sizeof *l->density_g_cm3);
	if (l->density_g_cm3 == NULL)
		return err_sys(e, "memory for the densities of %s", s->path);
	if (take_doubles(s, l->n_depths, l->density_g_cm3, e) != 0)
		return -1;
	for (size_t iz = 0; iz < l->n_depths; iz++)
		if (!isfinite(l->density_g_cm3[iz]) || l->density_g_cm3[iz] <= 0)
			return sealed_damaged(s, e, "a density is not positive");
	return 0;
}

static int
read_radii(struct sealed *s, struct grid *g, size_t n, struct err *e)
{
	if (take_doubles(s, n, g->radius_cm, e) != 0)
		return -1;
	if (n > 0 && (g->radius_cm[0] != 0 || signbit(g->radius_cm[0])))
		return sealed_damaged(s, e, "the radii of the rings do not begin with 0");
	for (size_t i = 1; i < n; i++)
		if (!isfinite(g->radius_cm[i]) || g->radius_cm[i] <= g->radius_cm[i - 1])
			return sealed_damaged(s, e, "the radii of the rings do not ascend");
	return 0;
}

/* A new bitmap of which at least the length is as it must be; *bitmap is freed by the caller. */
static int
read_bitmap(struct sealed *s, const struct tally_layout *l, unsigned char **bitmap, struct err *e)
{
	size_t n = tally_bitmap_bytes(l);

	if (n > s->left)
		return sealed_damaged(s, e, "it is too short for its grid");
	*bitmap = malloc(n);
	if (*bitmap == NULL)
		return err_sys(e, "memory for the blocks of %s", s->path);
	if (sealed_take(s, *bitmap, n, e) != 0)
		return -1;
	for (size_t block = tally_n_blocks(l); block < n * 8; block++)
		if ((*bitmap)[block / 8] >> block % 8 & 1)
			return sealed_damaged(s, e, "it holds blocks beyond its grid");
	return 0;
}

static int
overflowed(const struct sealed *s, size_t block, struct err *e)
{
	return err_set(e, ERR_INTERNAL, "%s: a sum in bins %zu to %zu overflows", s->path, block * TALLY_BLOCK_BINS,
	    (block + 1) * TALLY_BLOCK_BINS - 1);
}

/* Adds to a carry, of which there are none before the first. */
static int
carry_on(const struct sealed *s, struct tally_file *tf, size_t bin, int32_t by, struct err *e)
{
	if (tf->carry == NULL)
		tf->tally.carry = tf->carry = calloc(tf->tally.layout.n_bins, sizeof *tf->carry);
	if (tf->carry == NULL)
		return err_sys(e, "memory for the carries of %s", s->path);
	if (__builtin_add_overflow(tf->carry[bin], by, &tf->carry[bin]))
		return overflowed(s, bin / TALLY_BLOCK_BINS, e);
	return 0;
}

/* Blocks are added to what is there. */
static int
take_sums(struct sealed *s, struct tally_file *tf, size_t block, size_t n_bins, struct err *e)
{
	unsigned char bytes[TALLY_SUM_BLOCK_BYTES];
	int64_t *to = tf->sum + block * TALLY_BLOCK_BINS, sum[TALLY_BLOCK_BINS];
	tally_square *to_square = tf->square + block * TALLY_BLOCK_BINS, square[TALLY_BLOCK_BINS];
	bool is_over = false;

	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	tally_block_decode(bytes, sum, square, n_bins);
	for (size_t i = 0; i < n_bins; i++) {
		if (__builtin_add_overflow(to[i], sum[i], &to[i]) &&
		    carry_on(s, tf, block * TALLY_BLOCK_BINS + i, sum[i] < 0 ? -1 : 1, e) != 0)
			return -1;
		is_over |= __builtin_add_overflow(to_square[i], square[i], &to_square[i]);
	}
	return is_over ? overflowed(s, block, e) : 0;
}

static int
take_remainder(struct sealed *s, struct tally_file *tf, size_t block, size_t n_bins, struct err *e)
{
	unsigned char bytes[TALLY_REMAINDER_BLOCK_BYTES];
	int64_t *to = tf->remainder + block * TALLY_BLOCK_BINS;
	bool is_over = false;

	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	for (size_t i = 0; i < n_bins; i++)
		is_over |= __builtin_add_overflow(to[i], (int64_t)le64_get(bytes + 8 * i), &to[i]);
	return is_over ? overflowed(s, block, e) : 0;
}

static int
take_carries(struct sealed *s, struct tally_file *tf, size_t block, size_t n_bins, struct err *e)
{
	unsigned char bytes[TALLY_CARRY_BLOCK_BYTES];

	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	for (size_t i = 0; i < n_bins; i++)
		if (carry_on(s, tf, block * TALLY_BLOCK_BINS + i, (int32_t)le32_get(bytes + 4 * i), e) != 0)
			return -1;
	return 0;
}

static int
read_blocks(struct sealed *s, struct tally_file *tf, const unsigned char *bitmap,
    int (*take_block)(struct sealed *, struct tally_file *, size_t, size_t, struct err *), struct err *e)
{
	const struct tally_layout *l = &tf->tally.layout;

	for (size_t block = 0; block < tally_n_blocks(l); block++) {
		size_t left = l->n_bins - block * TALLY_BLOCK_BINS;

		if ((bitmap[block / 8] >> block % 8 & 1) == 0)
			continue;
		tf->touched[block] = 1;
		if (take_block(s, tf, block, left < TALLY_BLOCK_BINS ? left : TALLY_BLOCK_BINS, e) != 0)
			return -1;
	}
	return 0;
}

static int
read_section(struct sealed *s, struct tally_file *tf,
    int (*take_block)(struct sealed *, struct tally_file *, size_t, size_t, struct err *), struct err *e)
{
	unsigned char *bitmap = NULL;
	int status = read_bitmap(s, &tf->tally.layout, &bitmap, e);

	if (status == 0)
		status = read_blocks(s, tf, bitmap, take_block, e);
	free(bitmap);
	return status;
}

int
tally_read_allocate(struct tally_file *tf, bool has_remainder, const char *path, struct err *e)
{
	const struct tally_layout *l = &tf->tally.layout;

	tf->sum = calloc(l->n_bins, sizeof *tf->sum);
	tf->square = calloc(l->n_bins, sizeof *tf->square);
	tf->remainder = has_remainder ? calloc(l->n_bins, sizeof *tf->remainder) : NULL;
	tf->touched = calloc(tally_n_blocks(l), 1);
	if (tf->sum == NULL || tf->square == NULL || tf->touched == NULL ||
	    (has_remainder && tf->remainder == NULL))
		return err_sys(e, "memory for the %zu bins of %s", l->n_bins, path);
	tf->tally.sum = tf->sum;
	tf->tally.square = tf->square;
	tf->tally.remainder = tf->remainder;
	tf->tally.touched = tf->touched;
	return 0;
}

static int
allocate(const struct sealed *s, struct tally_file *tf, struct err *e)
{
	if (tally_bitmap_bytes(&tf->tally.layout) > s->left)
		return sealed_damaged(s, e, "it is too short for its grid");
	return tally_read_allocate(tf, tf->tally.n_remainder > 0, s->path, e);
}

static int
check_whole(const struct sealed *s, const struct tally *t, struct err *e)
{
	if (t->full_histories == cut_item(t->cut, t->n_ranges) && t->n_remainder < cut_size(t->cut, t->n_ranges))
		return 0;
	return sealed_damaged(s, e, "it has not as many histories as its ranges");
}

/* What the part says of itself must be what its tally says. */
static int
check_part(const struct sealed *s, const struct part *p, const struct tally *t, struct err *e)
{
	const struct stretches *r = &p->ranges;
	uint64_t n_ranges;

	if (p->histories == 0)
		return sealed_damaged(s, e, "it is part of a run of no histories");
	n_ranges = cut_n_ranges(t->cut, p->histories);
	if (r->n > 0 && r->stretch[r->n - 1].end > n_ranges)
		return sealed_damaged(s, e, "it has ranges beyond the end of its run");
	if (part_n_full(p, t->cut) != t->n_ranges || part_full_histories(p, t->cut) != t->full_histories ||
	    part_n_remainder(p, t->cut) != t->n_remainder)
		return sealed_damaged(s, e, "it has not as many histories as its ranges");
	return 0;
}

static int
read_start(struct sealed *s, struct tally_file *tf, bool is_part, struct err *e)
{
	struct tally_header h;

	stretches_free(&tf->part.ranges);
	if ((is_part && part_head_read(s, &tf->part, e) != 0) || read_header(s, &h, e) != 0)
		return -1;
	tf->tally = h.tally;
	tf->plan_bytes = h.plan_bytes;
	tf->has_carries = h.has_carries;
	memcpy(tf->hash, h.hash, sizeof h.hash);
	if ((is_part ? check_part(s, &tf->part, &tf->tally, e) : check_whole(s, &tf->tally, e)) != 0)
		return -1;
	tf->tally.part = is_part ? &tf->part : NULL;
	return 0;
}

int
tally_read_head(struct sealed *s, struct tally_file *tf, bool is_part, struct err *e)
{
	struct tally_layout *l = &tf->tally.layout;

	if (read_start(s, tf, is_part, e) != 0 || read_plan_text(s, tf, tf->plan_bytes, e) != 0 ||
	    read_left_out(s, tf, e) != 0 || read_densities(s, l, e) != 0)
		return -1;
	return read_radii(s, &l->grid, tally_n_radii(l), e);
}

int
tally_read_arrays(struct sealed *s, struct tally_file *to, const struct tally_file *head, struct err *e)
{
	if (read_section(s, to, take_sums, e) != 0 ||
	    (head->tally.n_remainder > 0 && read_section(s, to, take_remainder, e) != 0))
		return -1;
	return head->has_carries ? read_section(s, to, take_carries, e) : 0;
}

/* The start goes first only for the sake of its messages; it counts once the checksum fits. */
static int
read_source(struct sealed *s, struct tally_file *tf, bool is_part, struct err *e)
{
	if (read_start(s, tf, is_part, e) != 0 || sealed_check(s, e) != 0 || tally_read_head(s, tf, is_part, e) != 0 ||
	    allocate(s, tf, e) != 0 || tally_read_arrays(s, tf, tf, e) != 0)
		return -1;
	return s->left == 0 ? 0 : err_set(e, ERR_INPUT, "%s: damaged %s: %" PRIu64 " bytes too long", s->path,
	    s->what, s->left);
}

void
tally_file_free(struct tally_file *tf)
{
	free(tf->plan_text);
	free(tf->sum);
	free(tf->square);
	free(tf->remainder);
	free(tf->carry);
	free(tf->touched);
	free(tf->left_out);
	stretches_free(&tf->part.ranges);
	tally_layout_free(&tf->tally.layout);
	*tf = (struct tally_file){ 0 };
}

int
tally_read_open(struct sealed *s, const char *path, bool is_part, struct err *e)
{
	return sealed_open(s, path, is_part ? "part" : "tally file",
	    (is_part ? PART_HEAD_BYTES : 0) + TALLY_HEADER_BYTES + TALLY_CHECKSUM_BYTES, e);
}

/* Reads the file of either kind by one of the functions above. */
static int
read_file(struct tally_file *tf, const char *path, bool is_part,
    int (*read)(struct sealed *, struct tally_file *, bool, struct err *), struct err *e)
{
	struct sealed s;
	int status;

	*tf = (struct tally_file){ 0 };
	if (tally_read_open(&s, path, is_part, e) != 0)
		return -1;
	status = read(&s, tf, is_part, e);
	sealed_close(&s);
	if (status != 0)
		tally_file_free(tf);
	return status;
}

int
tally_file_read(struct tally_file *tf, const char *path, struct err *e)
{
	return read_file(tf, path, false, read_source, e);
}

int
tally_file_read_part(struct tally_file *tf, const char *path, struct err *e)
{
	return read_file(tf, path, true, read_source, e);
}

int
tally_file_read_head(struct tally_file *tf, const char *path, struct err *e)
{
	return read_file(tf, path, true, tally_read_head, e);
}

int
tally_file_check_part(const char *path, struct err *e)
{
	struct sealed s;
	int status;

	if (tally_read_open(&s, path, true, e) != 0)
		return -1;
	status = sealed_check(&s, e);
	sealed_close(&s);
	return status;
}
