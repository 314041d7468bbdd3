/* Fuzzes the reader of checkpoints. With the first byte odd, the rest of the input is the body before it is
 * compressed, so that the fuzzer need not learn zstd. */
#include "fuzz_seal.h"

#include <zstd.h>

#include "io/checkpoint.h"
#include "io/checkpoint_format.h"

enum { BINS_MAX = 1 << 16 };

static void
load(struct checkpoint_file *f)
{
	size_t n = f->head.n_bins, n_blocks = (n + TALLY_BLOCK_BINS - 1) / TALLY_BLOCK_BINS;
	int64_t *sum = calloc(n, sizeof *sum);
	tally_square *square = calloc(n, sizeof *square);
	unsigned char *touched = calloc(n_blocks, 1);
	struct err e = {0};

	if (sum != NULL && square != NULL && touched != NULL)
		checkpoint_load(f, sum, square, touched, &e);
	free(sum);
	free(square);
	free(touched);
}

static void
read_path(const char *path)
{
	struct checkpoint_file f;
	struct err e = {0};

	if (checkpoint_open(&f, path, &e) != 0)
		return;
	if (f.head.n_bins <= BINS_MAX)
		load(&f);
	checkpoint_close(&f);
}

/* Head and body as given, body compressed, sealed. */
static void
read_packed(const uint8_t *data, size_t n)
{
	size_t room = ZSTD_compressBound(n), packed;
	uint8_t *file = malloc(CHECKPOINT_HEAD_BYTES + room + 8);

	if (file == NULL)
		abort();
	memcpy(file, data, CHECKPOINT_HEAD_BYTES);
	packed = ZSTD_compress(file + CHECKPOINT_HEAD_BYTES, room, data + CHECKPOINT_HEAD_BYTES,
	    n - CHECKPOINT_HEAD_BYTES, 1);
	n = CHECKPOINT_HEAD_BYTES + packed;
	le64_put(file + n, XXH3_64bits(file, n));
	read_path(fuzz_file(file, n + 8));
	free(file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n > CHECKPOINT_HEAD_BYTES && data[0] % 2 == 1)
		read_packed(data + 1, n - 1 < CHECKPOINT_HEAD_BYTES ? CHECKPOINT_HEAD_BYTES : n - 1);
	else if (n > 0)
		read_path(fuzz_sealed_file(data + 1, n - 1));
	return 0;
}
