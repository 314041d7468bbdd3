/* Encodes and decodes the head of tally.bin. */
#include "io/tally_format.h"

#include <endian.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "model/ion_data.h"

uint64_t
le64_get(const unsigned char *from)
{
	uint64_t x;

	memcpy(&x, from, sizeof x);
	return le64toh(x);
}

void
le64_put(unsigned char *to, uint64_t x)
{
	x = htole64(x);
	memcpy(to, &x, sizeof x);
}

uint32_t
le32_get(const unsigned char *from)
{
	uint32_t x;

	memcpy(&x, from, sizeof x);
	return le32toh(x);
}

void
le32_put(unsigned char *to, uint32_t x)
{
	x = htole32(x);
	memcpy(to, &x, sizeof x);
}

double
le64_get_double(const unsigned char *from)
{
	uint64_t bits = le64_get(from);
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

void
le64_put_double(unsigned char *to, double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	le64_put(to, bits);
}

size_t
tally_n_blocks(const struct tally_layout *l)
{
	return l->n_bins / TALLY_BLOCK_BINS + (l->n_bins % TALLY_BLOCK_BINS != 0);
}

size_t
tally_bitmap_bytes(const struct tally_layout *l)
{
	size_t n_blocks = tally_n_blocks(l);

	return (n_blocks / 64 + (n_blocks % 64 != 0)) * 8;
}

bool
tally_count_is_possible(tally_count n)
{
	const tally_count limit = (tally_count)1 << 120;

	return n > -limit && n < limit;
}

size_t
tally_padding(uint64_t plan_bytes)
{
	return (size_t)(-plan_bytes & 7);
}

size_t
tally_n_radii(const struct tally_layout *l)
{
	return l->grid.kind == GRID_CYLINDRICAL ? (size_t)l->grid.n[AXIS_X] + 1 : 0;
}

void
tally_block_encode(unsigned char to[TALLY_SUM_BLOCK_BYTES], const int64_t *sum,
    const tally_square *square, size_t n_bins)
{
	unsigned char *squares = to + TALLY_BLOCK_BINS * 8;

	memset(to, 0, TALLY_SUM_BLOCK_BYTES);
	for (size_t i = 0; i < n_bins; i++) {
		le64_put(to + 8 * i, (uint64_t)sum[i]);
		le64_put(squares + 16 * i, (uint64_t)square[i]);
		le64_put(squares + 16 * i + 8, (uint64_t)(square[i] >> 64));
	}
}

void
tally_block_decode(const unsigned char from[TALLY_SUM_BLOCK_BYTES], int64_t *sum,
    tally_square *square, size_t n_bins)
{
	const unsigned char *squares = from + TALLY_BLOCK_BINS * 8;

	for (size_t i = 0; i < n_bins; i++) {
		sum[i] = (int64_t)le64_get(from + 8 * i);
		square[i] = (tally_square)le64_get(squares + 16 * i + 8) << 64 | le64_get(squares + 16 * i);
	}
}

/* The fields in their order. The same list writes and reads, so that the two cannot disagree. */
struct cursor {
	unsigned char *at;
	bool is_reading;
};

static void
field_u64(struct cursor *c, uint64_t *x)
{
	if (c->is_reading)
		*x = le64_get(c->at);
	else
		le64_put(c->at, *x);
	c->at += 8;
}

static void
field_u32(struct cursor *c, uint32_t *x)
{
	uint32_t bytes = htole32(*x);

	if (c->is_reading) {
		memcpy(&bytes, c->at, sizeof bytes);
		*x = le32toh(bytes);
	} else {
		memcpy(c->at, &bytes, sizeof bytes);
	}
	c->at += 4;
}

static void
field_double(struct cursor *c, double *x)
{
	if (c->is_reading)
		*x = le64_get_double(c->at);
	else
		le64_put_double(c->at, *x);
	c->at += 8;
}

static void
field_count(struct cursor *c, tally_count *n)
{
	uint64_t low = (uint64_t)*n, high = (uint64_t)((tally_square)*n >> 64);

	field_u64(c, &low);
	field_u64(c, &high);
	*n = (tally_count)((tally_square)high << 64 | low);
}

static void
field_text(struct cursor *c, char *text, size_t n)
{
	if (c->is_reading)
		memcpy(text, c->at, n);
	else
		memcpy(c->at, text, n);
	c->at += n;
}

/* The header with every number as wide as it is in the file. */
struct raw_header {
	char magic[8];
	uint32_t version, header_bytes;
	char hash[TALLY_HASH_DIGITS];
	uint64_t plan_bytes;
	uint64_t n_bins;
	uint32_t n[N_AXES];
	uint32_t n_axis_columns;
	uint64_t axis_column[4];
	double origin_cm[N_AXES], voxel_cm[N_AXES], delivered_primaries;
	uint64_t n_ranges;
	uint32_t range_histories, n_remainder;
	uint32_t n_channels, block_bins;
	tally_count channel[N_CHANNELS], remainder_channel[N_CHANNELS];
	uint64_t n_left_out;
	uint32_t kind, n_scores;
	uint32_t n_groups, has_yields;
	uint64_t full_histories;
	uint32_t range_doublings, zero;
};

static void
visit_fields(struct cursor *c, struct raw_header *r)
{
	field_text(c, r->magic, sizeof r->magic);
	field_u32(c, &r->version);
	field_u32(c, &r->header_bytes);
	field_text(c, r->hash, sizeof r->hash);
	field_u64(c, &r->plan_bytes);
	field_u64(c, &r->n_bins);
	for (int i = 0; i < N_AXES; i++)
		field_u32(c, &r->n[i]);
	field_u32(c, &r->n_axis_columns);
	for (int i = 0; i < 4; i++)
		field_u64(c, &r->axis_column[i]);
	for (int i = 0; i < N_AXES; i++)
		field_double(c, &r->origin_cm[i]);
	for (int i = 0; i < N_AXES; i++)
		field_double(c, &r->voxel_cm[i]);
	field_double(c, &r->delivered_primaries);
	field_u64(c, &r->n_ranges);
	field_u32(c, &r->range_histories);
	field_u32(c, &r->n_remainder);
	field_u32(c, &r->n_channels);
	field_u32(c, &r->block_bins);
	for (int i = 0; i < N_CHANNELS; i++)
		field_count(c, &r->channel[i]);
	for (int i = 0; i < N_CHANNELS; i++)
		field_count(c, &r->remainder_channel[i]);
	field_u64(c, &r->n_left_out);
	field_u32(c, &r->kind);
	field_u32(c, &r->n_scores);
	field_u32(c, &r->n_groups);
	field_u32(c, &r->has_yields);
	field_u64(c, &r->full_histories);
	field_u32(c, &r->range_doublings);
	field_u32(c, &r->zero);
}

void
tally_header_encode(unsigned char to[TALLY_HEADER_BYTES], const struct tally_header *h)
{
	const struct tally *t = &h->tally;
	const struct tally_layout *l = &t->layout;
	struct cursor c = { to, false };
	struct raw_header r = {
		.version = h->has_carries ? TALLY_VERSION_CARRIES : TALLY_VERSION, .header_bytes = TALLY_HEADER_BYTES,
		.plan_bytes = h->plan_bytes, .n_bins = l->n_bins,
		.n_axis_columns = (uint32_t)l->n_axis_columns,
		.delivered_primaries = l->delivered_primaries,
		.n_ranges = t->n_ranges, .full_histories = t->full_histories,
		.range_histories = t->cut.first, .range_doublings = t->cut.doublings,
		.n_remainder = t->n_remainder,
		.n_channels = N_CHANNELS, .block_bins = TALLY_BLOCK_BINS,
		.n_left_out = t->n_left_out,
		.kind = (uint32_t)l->grid.kind, .n_scores = (uint32_t)l->n_scores,
		.n_groups = (uint32_t)l->n_groups, .has_yields = l->has_yields,
	};

	memcpy(r.magic, TALLY_MAGIC, sizeof r.magic);
	memcpy(r.hash, h->hash, sizeof r.hash);
	for (int i = 0; i < N_AXES; i++)
		r.n[i] = (uint32_t)l->grid.n[i];
	for (int i = 0; i < l->n_axis_columns; i++)
		r.axis_column[i] = l->axis_column[i];
	memcpy(r.origin_cm, l->grid.origin_cm, sizeof r.origin_cm);
	for (int i = l->grid.kind == GRID_CYLINDRICAL ? AXIS_Z : AXIS_X; i < N_AXES; i++)
		r.voxel_cm[i] = l->grid.voxel_cm[i];
	memcpy(r.channel, t->channel, sizeof r.channel);
	memcpy(r.remainder_channel, t->remainder_channel, sizeof r.remainder_channel);
	visit_fields(&c, &r);
}

static int
damaged(struct err *e, const char *path, const char *what)
{
	return err_set(e, ERR_INPUT, "%s: damaged tally file: %s", path, what);
}

static int
check_identity(const struct raw_header *r, const char *path, struct err *e)
{
	if (memcmp(r->magic, TALLY_MAGIC, sizeof r->magic) != 0)
		return err_set(e, ERR_INPUT, "%s: not a tally file: it does not begin with \"%s\"",
		    path, TALLY_MAGIC);
	if (r->version != TALLY_VERSION && r->version != TALLY_VERSION_CARRIES)
		return err_set(e, ERR_INPUT, "%s: tally file of version %" PRIu32
		    ", this program reads versions %d and %d", path, r->version, TALLY_VERSION, TALLY_VERSION_CARRIES);
	if (r->header_bytes != TALLY_HEADER_BYTES || r->n_channels != N_CHANNELS ||
	    r->block_bins != TALLY_BLOCK_BINS)
		return damaged(e, path, "its constants are not those of its version");
	for (size_t i = 0; i < sizeof r->hash; i++)
		if (strchr("0123456789abcdef", r->hash[i]) == NULL || r->hash[i] == '\0')
			return damaged(e, path, "the plan's hash is not hexadecimal");
	return 0;
}

static bool
is_positive(double x)
{
	return isfinite(x) && x > 0;
}

/* Rings have no size in x and y: the file holds zeros there. */
static bool
is_size(const struct raw_header *r, int axis)
{
	if (r->kind == GRID_CYLINDRICAL && axis != AXIS_Z)
		return r->voxel_cm[axis] == 0 && !signbit(r->voxel_cm[axis]);
	return is_positive(r->voxel_cm[axis]);
}

static int
check_grid(const struct raw_header *r, const char *path, struct err *e)
{
	bool is_cylinder = r->kind == GRID_CYLINDRICAL;

	if (!is_cylinder && r->kind != GRID_CARTESIAN)
		return damaged(e, path, "the grid is of an unknown kind");
	for (int i = 0; i < N_AXES; i++) {
		if (r->n[i] == 0 || r->n[i] > INT_MAX)
			return damaged(e, path, "the grid has an impossible number of voxels");
		if (!is_size(r, i) || !isfinite(r->origin_cm[i]))
			return damaged(e, path, "the grid has an impossible size");
	}
	if (is_cylinder && (r->n[AXIS_X] > GRID_RADII_MAX || r->n[AXIS_Y] != 1))
		return damaged(e, path, "the grid has an impossible number of rings");
	return 0;
}

static int
check_scores(const struct raw_header *r, const char *path, struct err *e)
{
	if (r->n_scores < 1 || r->n_scores > N_SCORES || r->n_scores == SCORE_LET + 1)
		return damaged(e, path, "it holds an impossible number of scores");
	if (r->n_groups > NUCLIDE_Z_MAX + 2 || r->n_groups == 2 || r->has_yields > 1)
		return damaged(e, path, "it is split by an impossible number of groups");
	if (!isfinite(r->delivered_primaries) || r->delivered_primaries < 0)
		return damaged(e, path, "the number of delivered primaries is impossible");
	return 0;
}

static int
check_columns(const struct raw_header *r, const struct tally_layout *l, const char *path, struct err *e)
{
	if (r->n_axis_columns > 4 || r->n_axis_columns == 3)
		return damaged(e, path, "the axis has an impossible number of columns");
	for (uint32_t i = 0; i < 4; i++) {
		bool is_used = i < r->n_axis_columns;

		if (is_used && (r->axis_column[i] >= l->n_voxels || r->axis_column[i] % l->n_depths != 0))
			return damaged(e, path, "a column of the axis is not in the grid");
		if (!is_used && r->axis_column[i] != 0)
			return damaged(e, path, "an unused column of the axis is not zero");
	}
	if (r->kind == GRID_CYLINDRICAL && (r->n_axis_columns != 1 || r->axis_column[0] != 0))
		return damaged(e, path, "a column of the axis is not the innermost ring");
	return 0;
}

static int
check_counters(const struct raw_header *r, const char *path, struct err *e)
{
	for (int i = 0; i < N_CHANNELS; i++)
		if (!tally_count_is_possible(r->channel[i]) || !tally_count_is_possible(r->remainder_channel[i]))
			return damaged(e, path, "an impossible counter");
	return 0;
}

/* That so many ranges have so many histories is checked where it is known which. */
static int
check_ranges(const struct raw_header *r, const char *path, struct err *e)
{
	struct cut cut = { r->range_histories, r->range_doublings };
	uint64_t histories;

	if (!cut_is_possible(cut) || r->zero != 0 || r->n_remainder >= cut_largest(cut) || r->n_ranges > cut_end(cut) ||
	    __builtin_add_overflow(r->full_histories, (uint64_t)r->n_remainder, &histories))
		return damaged(e, path, "impossible numbers of ranges and histories");
	if (r->n_left_out > histories)
		return damaged(e, path, "more histories are left out than there are");
	for (int i = 0; i < N_CHANNELS; i++)
		if (r->n_remainder == 0 && r->remainder_channel[i] != 0)
			return damaged(e, path, "a shorter range that is not there has been counted");
	return 0;
}

static int
set_layout(struct tally_layout *l, const struct raw_header *r, const char *path, struct err *e)
{
	*l = (struct tally_layout){
		.grid.kind = (enum grid_kind)r->kind,
		.delivered_primaries = r->delivered_primaries,
		.n_scores = (int)r->n_scores,
		.n_groups = (int)r->n_groups,
		.has_yields = r->has_yields == 1,
		.n_axis_columns = (int)r->n_axis_columns,
	};
	memcpy(l->grid.origin_cm, r->origin_cm, sizeof r->origin_cm);
	memcpy(l->grid.voxel_cm, r->voxel_cm, sizeof r->voxel_cm);
	for (int i = 0; i < N_AXES; i++)
		l->grid.n[i] = (int)r->n[i];
	if (tally_layout_count(l) != 0 || l->n_bins > SIZE_MAX / sizeof(tally_square))
		return damaged(e, path, "the grid has more voxels than any memory");
	if (l->n_bins != r->n_bins)
		return damaged(e, path, "the number of bins is not that of the grid");
	if (check_columns(r, l, path, e) != 0)
		return -1;
	for (int i = 0; i < l->n_axis_columns; i++)
		l->axis_column[i] = (size_t)r->axis_column[i];
	return 0;
}

int
tally_header_decode(struct tally_header *h, const unsigned char from[TALLY_HEADER_BYTES],
    const char *path, struct err *e)
{
	unsigned char bytes[TALLY_HEADER_BYTES];
	struct cursor c = { bytes, true };
	struct raw_header r = { 0 };
	struct tally *t = &h->tally;

	memcpy(bytes, from, sizeof bytes);
	visit_fields(&c, &r);
	*t = (struct tally){
		.n_ranges = r.n_ranges,
		.full_histories = r.full_histories,
		.cut = { r.range_histories, r.range_doublings },
		.n_remainder = r.n_remainder,
		.n_left_out = r.n_left_out,
	};
	if (check_identity(&r, path, e) != 0 || check_grid(&r, path, e) != 0 ||
	    check_scores(&r, path, e) != 0 || check_ranges(&r, path, e) != 0 ||
	    check_counters(&r, path, e) != 0 || set_layout(&t->layout, &r, path, e) != 0)
		return -1;
	memcpy(h->hash, r.hash, sizeof h->hash);
	h->plan_bytes = r.plan_bytes;
	h->has_carries = r.version == TALLY_VERSION_CARRIES;
	memcpy(t->channel, r.channel, sizeof t->channel);
	memcpy(t->remainder_channel, r.remainder_channel, sizeof t->remainder_channel);
	return 0;
}
