/* Reads checkpoints, and believes nothing in them before it has been checked. */
#include "io/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "io/checkpoint_format.h"
#include "io/sealed.h"
#include "io/tally_format.h"

enum { GROWTH = 4096 };   /* bytes or numbers that are asked for before there is proof of more */

struct checkpoint_reader {
	struct sealed source;
	char path[4200];
	ZSTD_DCtx *zstd;
	ZSTD_inBuffer in;
	bool is_over;                /* the compressed frame has ended */
	unsigned char packed[1 << 16];
};

static int
refill(struct checkpoint_reader *r, struct err *e)
{
	uint64_t left = r->source.left;
	size_t n = left < sizeof r->packed ? (size_t)left : sizeof r->packed;

	if (n == 0)
		return sealed_damaged(&r->source, e, "its body ends too soon");
	r->in = (ZSTD_inBuffer){ r->packed, n, 0 };
	return sealed_take(&r->source, r->packed, n, e);
}

/* The next n bytes of the body. */
static int
take(struct checkpoint_reader *r, void *to, size_t n, struct err *e)
{
	ZSTD_outBuffer out = { to, n, 0 };

	while (out.pos < n) {
		size_t before = out.pos, status;

		if (r->is_over)
			return sealed_damaged(&r->source, e, "its body is too short");
		status = ZSTD_decompressStream(r->zstd, &out, &r->in);
		if (ZSTD_isError(status))
			return sealed_damaged(&r->source, e, "its body cannot be decompressed");
		r->is_over = status == 0;
		if (out.pos == before && r->in.pos == r->in.size && !r->is_over && refill(r, e) != 0)
			return -1;
	}
	return 0;
}

static int
take_u64(struct checkpoint_reader *r, uint64_t *x, struct err *e)
{
	unsigned char bytes[8];

	if (take(r, bytes, sizeof bytes, e) != 0)
		return -1;
	*x = le64_get(bytes);
	return 0;
}

/* The text grows as it comes, whatever length the head claims. */
static int
read_plan_text(struct checkpoint_file *f, uint64_t n, struct err *e)
{
	struct checkpoint_reader *r = f->reader;

	for (uint64_t done = 0; done < n || f->plan_text == NULL; ) {
		size_t part = n - done < GROWTH ? (size_t)(n - done) : GROWTH;
		char *grown = realloc(f->plan_text, (size_t)done + part + 1);

		if (grown == NULL)
			return err_sys(e, "memory for the plan of %s", r->path);
		f->plan_text = grown;
		if (take(r, grown + done, part, e) != 0)
			return -1;
		if (memchr(grown + done, '\0', part) != NULL)
			return sealed_damaged(&r->source, e, "the plan's text holds a zero");
		done += part;
		grown[done] = '\0';
	}
	return 0;
}

/* n numbers, ascending, each from `least` on and below `end`. */
static int
read_numbers(struct checkpoint_reader *r, uint64_t **numbers, size_t n, uint64_t least, uint64_t end,
    struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t *to;

		if (i % GROWTH == 0) {
			uint64_t *grown = realloc(*numbers, (i + GROWTH) * sizeof *grown);

			if (grown == NULL)
				return err_sys(e, "memory to read %s", r->path);
			*numbers = grown;
		}
		to = *numbers + i;
		if (take_u64(r, to, e) != 0)
			return -1;
		if (*to < least || *to >= end)
			return sealed_damaged(&r->source, e, "its ranges or histories are not in order");
		least = *to + 1;
	}
	return 0;
}

static int
read_counters(struct checkpoint_reader *r, tally_count channel[N_CHANNELS], struct err *e)
{
	for (int i = 0; i < N_CHANNELS; i++) {
		uint64_t low, high;

		if (take_u64(r, &low, e) != 0 || take_u64(r, &high, e) != 0)
			return -1;
		channel[i] = (tally_count)((tally_square)high << 64 | low);
		if (!tally_count_is_possible(channel[i]))
			return sealed_damaged(&r->source, e, "an impossible counter");
	}
	return 0;
}

static int
check_identity(const struct sealed *s, const unsigned char *bytes, uint64_t version, struct err *e)
{
	if (memcmp(bytes, CHECKPOINT_MAGIC, 8) != 0)
		return err_set(e, ERR_INPUT, "%s: not a checkpoint: it does not begin with \"%s\"", s->path,
		    CHECKPOINT_MAGIC);
	if (version != CHECKPOINT_VERSION)
		return err_set(e, ERR_INPUT, "%s: checkpoint of version %" PRIu64 ", this program reads version %d",
		    s->path, version, CHECKPOINT_VERSION);
	for (int i = 0; i < TALLY_HASH_DIGITS; i++)
		if (bytes[8 + i] == 0 || strchr("0123456789abcdef", bytes[8 + i]) == NULL)
			return sealed_damaged(s, e, "the plan's hash is not hexadecimal");
	return 0;
}

static int
check_fields(const struct sealed *s, const uint64_t field[N_FIELDS], struct err *e)
{
	uint64_t first = field[FIELD_RANGE_HISTORIES], doublings = field[FIELD_RANGE_DOUBLINGS];
	struct cut cut = { (uint32_t)first, (uint32_t)doublings };

	if (field[FIELD_COUNTERS] != N_CHANNELS || field[FIELD_BLOCK_BINS] != TALLY_BLOCK_BINS)
		return sealed_damaged(s, e, "its constants are not those of its version");
	if (first > UINT32_MAX || doublings > UINT32_MAX || !cut_is_possible(cut) ||
	    field[FIELD_PREFIX] > cut_end(cut) || field[FIELD_FIRST_RANGE] > field[FIELD_PREFIX])
		return sealed_damaged(s, e, "impossible numbers of ranges and histories");
	if (field[FIELD_BINS] == 0 || field[FIELD_BINS] > SIZE_MAX / sizeof(tally_square) - TALLY_BLOCK_BINS)
		return sealed_damaged(s, e, "more bins than any memory holds");
	if (field[FIELD_BEYOND] > SIZE_MAX / 16 || field[FIELD_LEFT_OUT] > SIZE_MAX / 16)
		return sealed_damaged(s, e, "more ranges or histories than any memory holds");
	return 0;
}

static int
read_head(struct checkpoint_file *f, uint64_t field[N_FIELDS], struct err *e)
{
	unsigned char bytes[CHECKPOINT_HEAD_BYTES];
	struct sealed *s = &f->reader->source;

	if (sealed_take(s, bytes, sizeof bytes, e) != 0)
		return -1;
	for (int i = 0; i < N_FIELDS; i++)
		field[i] = le64_get(bytes + 8 + TALLY_HASH_DIGITS + 8 * i);
	if (check_identity(s, bytes, field[FIELD_VERSION], e) != 0 || check_fields(s, field, e) != 0)
		return -1;
	memcpy(f->hash, bytes + 8, TALLY_HASH_DIGITS);
	return 0;
}

/* The head goes first only for the sake of its messages; it counts once the checksum fits. */
static int
read_start(struct checkpoint_file *f, struct err *e)
{
	struct checkpoint *c = &f->head;
	struct checkpoint_reader *r = f->reader;
	uint64_t field[N_FIELDS];

	if (read_head(f, field, e) != 0 || sealed_check(&r->source, e) != 0 || read_head(f, field, e) != 0)
		return -1;
	*c = (struct checkpoint){
		.histories = field[FIELD_HISTORIES],
		.cut = { (uint32_t)field[FIELD_RANGE_HISTORIES], (uint32_t)field[FIELD_RANGE_DOUBLINGS] },
		.first_range = field[FIELD_FIRST_RANGE],
		.n_prefix = field[FIELD_PREFIX],
		.n_beyond = (size_t)field[FIELD_BEYOND],
		.n_left_out = (size_t)field[FIELD_LEFT_OUT],
		.n_bins = (size_t)field[FIELD_BINS],
	};
	if (read_plan_text(f, field[FIELD_PLAN_BYTES], e) != 0 ||
	    read_numbers(r, &f->beyond, c->n_beyond, c->n_prefix, cut_end(c->cut), e) != 0 ||
	    read_numbers(r, &f->left_out, c->n_left_out, 0, UINT64_MAX, e) != 0 ||
	    read_counters(r, c->channel, e) != 0)
		return -1;
	c->beyond = f->beyond;
	c->left_out = f->left_out;
	return 0;
}

static int
start(struct checkpoint_reader *r, const char *path, struct err *e)
{
	snprintf(r->path, sizeof r->path, "%s", path);
	r->zstd = ZSTD_createDCtx();
	if (r->zstd == NULL)
		return err_set(e, ERR_SYSTEM, "no memory to read %s", path);
	ZSTD_DCtx_setParameter(r->zstd, ZSTD_d_windowLogMax, CHECKPOINT_WINDOW_LOG);
	return sealed_open(&r->source, r->path, "checkpoint", CHECKPOINT_HEAD_BYTES + SEALED_CHECKSUM_BYTES, e);
}

void
checkpoint_close(struct checkpoint_file *f)
{
	if (f->reader != NULL) {
		if (f->reader->source.stream != NULL)
			sealed_close(&f->reader->source);
		ZSTD_freeDCtx(f->reader->zstd);
	}
	free(f->reader);
	free(f->plan_text);
	free(f->beyond);
	free(f->left_out);
	*f = (struct checkpoint_file){ .reader = NULL };
}

int
checkpoint_open(struct checkpoint_file *f, const char *path, struct err *e)
{
	*f = (struct checkpoint_file){ .reader = calloc(1, sizeof *f->reader) };
	if (f->reader == NULL)
		return err_sys(e, "memory to read %s", path);
	if (start(f->reader, path, e) == 0 && read_start(f, e) == 0)
		return 0;
	checkpoint_close(f);
	return -1;
}

static int
load_block(struct checkpoint_file *f, size_t block, int64_t *sum, tally_square *square, struct err *e)
{
	unsigned char bytes[TALLY_SUM_BLOCK_BYTES];
	size_t first = block * TALLY_BLOCK_BINS, left = f->head.n_bins - first;

	if (take(f->reader, bytes, sizeof bytes, e) != 0)
		return -1;
	tally_block_decode(bytes, sum + first, square + first, left < TALLY_BLOCK_BINS ? left : TALLY_BLOCK_BINS);
	return 0;
}

/* Nothing but the end of the frame may follow the last block. */
static int
check_end(struct checkpoint_reader *r, struct err *e)
{
	while (!r->is_over) {
		unsigned char more;
		ZSTD_outBuffer out = { &more, 1, 0 };
		size_t status = ZSTD_decompressStream(r->zstd, &out, &r->in);

		if (ZSTD_isError(status) || out.pos > 0)
			return sealed_damaged(&r->source, e, "its body is too long");
		r->is_over = status == 0;
		if (!r->is_over && r->in.pos == r->in.size && refill(r, e) != 0)
			return -1;
	}
	if (r->in.pos != r->in.size || r->source.left > 0)
		return sealed_damaged(&r->source, e, "bytes follow its body");
	return 0;
}

int
checkpoint_load(struct checkpoint_file *f, int64_t *sum, tally_square *square, unsigned char *touched,
    struct err *e)
{
	uint64_t next = 0, block;

	for (;;) {
		if (take_u64(f->reader, &block, e) != 0)
			return -1;
		if (block == CHECKPOINT_NO_BLOCK)
			return check_end(f->reader, e);
		if (block < next || block > (f->head.n_bins - 1) / TALLY_BLOCK_BINS)
			return sealed_damaged(&f->reader->source, e, "its blocks are not in order");
		next = block + 1;
		touched[block] = 1;
		if (load_block(f, (size_t)block, sum, square, e) != 0)
			return -1;
	}
}

static int
both_damaged(const struct err *newest, const struct err *before, struct err *e)
{
	return err_set(e, ERR_INPUT, "no checkpoint that is there can be used: %.800s; %.800s", newest->text,
	    before->text);
}

int
checkpoint_find(struct checkpoint_file *f, const char *dir, struct err *fault, struct err *e)
{
	char newest[4200], before[4200];
	struct err second;
	bool is_there;

	snprintf(newest, sizeof newest, "%s/" CHECKPOINT_NAME, dir);
	snprintf(before, sizeof before, "%s/" CHECKPOINT_OLD_NAME, dir);
	is_there = access(newest, F_OK) == 0;
	if (is_there && checkpoint_open(f, newest, fault) == 0)
		return CHECKPOINT_NEWEST;
	if (access(before, F_OK) != 0) {
		if (is_there)
			*e = *fault;
		return is_there ? -1 : CHECKPOINT_NONE;
	}
	if (checkpoint_open(f, before, &second) == 0)
		return is_there ? CHECKPOINT_BEFORE : CHECKPOINT_NEWEST;
	if (!is_there) {
		*e = second;
		return -1;
	}
	return both_damaged(fault, &second, e);
}
