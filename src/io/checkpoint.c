/* Writes checkpoints. */
#include "io/checkpoint.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "io/checkpoint_format.h"
#include "io/file.h"
#include "io/sealed.h"
#include "io/tally_format.h"

enum { LEVEL = 1 };   /* higher ones gain little on tallies and cost the processor that computes */

/* From numbers to the file: collected, compressed, summed, written. */
struct sink {
	struct file file;
	XXH3_state_t *hash;
	ZSTD_CCtx *zstd;
	bool has_failed;             /* to compress */
	size_t n;
	unsigned char plain[1 << 16], packed[1 << 16];
};

static void
put_plain(struct sink *s, const void *data, size_t n)
{
	XXH3_64bits_update(s->hash, data, n);
	file_write(&s->file, data, n);
}

static void
compress(struct sink *s, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = { s->plain, s->n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { s->packed, sizeof s->packed, 0 };

		left = ZSTD_compressStream2(s->zstd, &out, &in, end);
		if (ZSTD_isError(left)) {
			s->has_failed = true;
			break;
		}
		put_plain(s, s->packed, out.pos);
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	s->n = 0;
}

static void
put(struct sink *s, const void *data, size_t n)
{
	const unsigned char *from = data;

	while (n > 0 && !s->has_failed) {
		size_t part = sizeof s->plain - s->n < n ? sizeof s->plain - s->n : n;

		memcpy(s->plain + s->n, from, part);
		s->n += part;
		from += part;
		n -= part;
		if (s->n == sizeof s->plain)
			compress(s, ZSTD_e_continue);
	}
}

static void
put_u64(struct sink *s, uint64_t x)
{
	unsigned char bytes[8];

	le64_put(bytes, x);
	put(s, bytes, sizeof bytes);
}

static void
put_head(struct sink *s, const struct checkpoint *c, const char *plan_text, const char *hash)
{
	const uint64_t field[N_FIELDS] = {
		[FIELD_VERSION] = CHECKPOINT_VERSION,
		[FIELD_PLAN_BYTES] = strlen(plan_text),
		[FIELD_HISTORIES] = c->histories,
		[FIELD_RANGE_HISTORIES] = c->cut.first,
		[FIELD_PREFIX] = c->n_prefix,
		[FIELD_BEYOND] = c->n_beyond,
		[FIELD_LEFT_OUT] = c->n_left_out,
		[FIELD_BINS] = c->n_bins,
		[FIELD_COUNTERS] = N_CHANNELS,
		[FIELD_BLOCK_BINS] = TALLY_BLOCK_BINS,
		[FIELD_FIRST_RANGE] = c->first_range,
		[FIELD_RANGE_DOUBLINGS] = c->cut.doublings,
	};
	unsigned char bytes[CHECKPOINT_HEAD_BYTES], *to = bytes + 8 + TALLY_HASH_DIGITS;

	memcpy(bytes, CHECKPOINT_MAGIC, 8);
	memcpy(bytes + 8, hash, TALLY_HASH_DIGITS);
	for (int i = 0; i < N_FIELDS; i++, to += 8)
		le64_put(to, field[i]);
	put_plain(s, bytes, sizeof bytes);
}

static void
put_counters(struct sink *s, const tally_count channel[N_CHANNELS])
{
	for (int i = 0; i < N_CHANNELS; i++) {
		put_u64(s, (uint64_t)channel[i]);
		put_u64(s, (uint64_t)((tally_square)channel[i] >> 64));
	}
}

static void
put_block(struct sink *s, const struct checkpoint *c, const struct checkpoint_bins *bins, size_t block)
{
	size_t first = block * TALLY_BLOCK_BINS, left = c->n_bins - first;
	unsigned char bytes[TALLY_SUM_BLOCK_BYTES];

	tally_block_encode(bytes, bins->sum + first, bins->square + first,
	    left < TALLY_BLOCK_BINS ? left : TALLY_BLOCK_BINS);
	put_u64(s, block);
	put(s, bytes, sizeof bytes);
}

static void
put_body(struct sink *s, const struct checkpoint *c, const struct checkpoint_bins *bins, const char *plan_text)
{
	put(s, plan_text, strlen(plan_text));
	for (size_t i = 0; i < c->n_beyond; i++)
		put_u64(s, c->beyond[i]);
	for (size_t i = 0; i < c->n_left_out; i++)
		put_u64(s, c->left_out[i]);
	put_counters(s, c->channel);
	for (size_t block = 0; block * TALLY_BLOCK_BINS < c->n_bins; block++)
		if (bins->touched[block] != 0)
			put_block(s, c, bins, block);
	put_u64(s, CHECKPOINT_NO_BLOCK);
	compress(s, ZSTD_e_end);
}

static int
finish(struct sink *s, struct err *e)
{
	unsigned char checksum[SEALED_CHECKSUM_BYTES];

	if (s->has_failed) {
		file_abort(&s->file);
		return err_set(e, ERR_SYSTEM, "no memory to compress a checkpoint");
	}
	le64_put(checksum, XXH3_64bits_digest(s->hash));
	file_write(&s->file, checksum, sizeof checksum);
	return file_commit_keeping(&s->file, CHECKPOINT_OLD_NAME, e);
}

static bool
is_ascending(const uint64_t *x, size_t n, uint64_t least)
{
	for (size_t i = 0; i < n; i++) {
		if (x[i] < least)
			return false;
		least = x[i] + 1;
	}
	return true;
}

/* What its reader would refuse must not push out what it would take. */
static int
check_order(const struct checkpoint *c, struct err *e)
{
	if (is_ascending(c->beyond, c->n_beyond, c->n_prefix) && is_ascending(c->left_out, c->n_left_out, 0))
		return 0;
	return err_set(e, ERR_INTERNAL, "a checkpoint's ranges or histories are not in order");
}

static int
write_file(const char *dir, struct sink *s, const struct checkpoint *c, const struct checkpoint_bins *bins,
    const char *plan_text, const char *hash, struct err *e)
{
	ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_windowLog, CHECKPOINT_WINDOW_LOG);
	XXH3_64bits_reset(s->hash);
	if (file_create(&s->file, dir, CHECKPOINT_NAME, e) != 0)
		return -1;
	put_head(s, c, plan_text, hash);
	put_body(s, c, bins, plan_text);
	return finish(s, e);
}

int
checkpoint_write(const char *dir, const struct checkpoint *c, const struct checkpoint_bins *bins,
    const char *plan_text, const char *hash, struct err *e)
{
	struct sink *s;
	int status = -1;

	if (check_order(c, e) != 0)
		return -1;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return err_sys(e, "memory to write a checkpoint");
	s->hash = XXH3_createState();
	s->zstd = ZSTD_createCCtx();
	if (s->hash == NULL || s->zstd == NULL)
		err_set(e, ERR_SYSTEM, "no memory to write a checkpoint");
	else
		status = write_file(dir, s, c, bins, plan_text, hash, e);
	ZSTD_freeCCtx(s->zstd);
	XXH3_freeState(s->hash);
	free(s);
	return status;
}

uint64_t
checkpoint_histories(const struct checkpoint *c)
{
	uint64_t histories = cut_item(c->cut, c->n_prefix) - cut_item(c->cut, c->first_range);

	for (size_t i = 0; i < c->n_beyond; i++)
		histories += cut_size(c->cut, c->beyond[i]);
	return histories;
}

static int
failed(struct err *e, const char *what, const char *path)
{
	return err_set(e, ERR_OUTPUT, "%s %s: %s", what, path, strerror(errno));
}

int
checkpoint_put_aside(const char *dir, struct err *e)
{
	char from[4200], to[4200];

	snprintf(from, sizeof from, "%s/" CHECKPOINT_NAME, dir);
	snprintf(to, sizeof to, "%s/" CHECKPOINT_DAMAGED_NAME, dir);
	return rename(from, to) == 0 || errno == ENOENT ? 0 : failed(e, "cannot rename", from);
}

int
checkpoint_remove(const char *dir, struct err *e)
{
	static const char *const names[] = {
		"." CHECKPOINT_NAME ".tmp", "." CHECKPOINT_OLD_NAME ".tmp",   /* of a writer that was killed */
		CHECKPOINT_DAMAGED_NAME, CHECKPOINT_OLD_NAME, CHECKPOINT_NAME,
	};
	char path[4200];

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			return failed(e, "cannot remove", path);
	}
	return 0;
}
