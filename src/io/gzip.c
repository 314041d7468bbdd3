/* Compresses what goes into a file. */
#include "io/gzip.h"

#include <stdint.h>
#include <string.h>

#define GZIP_WINDOW_BITS (15 + 16)   /* the largest window; 16: the head and tail of gzip */
#define LEVEL 6
#define MEMORY_LEVEL 8

int
gzip_start(struct gzip *z, struct file *file, struct err *e)
{
	memset(z, 0, sizeof *z);
	z->file = file;
	if (deflateInit2(&z->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return err_set(e, ERR_SYSTEM, "no memory to compress %s", file->path);
	return 0;
}

static void
compress_input(struct gzip *z, int flush)
{
	unsigned char out[16384];

	do {
		z->stream.next_out = out;
		z->stream.avail_out = sizeof out;
		deflate(&z->stream, flush);
		file_write(z->file, out, sizeof out - z->stream.avail_out);
	} while (z->stream.avail_out == 0);
}

/* zlib counts in 32 bits. */
void
gzip_write(struct gzip *z, const void *data, size_t n)
{
	const unsigned char *from = data;

	while (n > 0) {
		size_t now = n < UINT32_MAX ? n : UINT32_MAX;

		z->stream.next_in = (z_const Bytef *)(uintptr_t)from;
		z->stream.avail_in = (uInt)now;
		compress_input(z, Z_NO_FLUSH);
		from += now;
		n -= now;
	}
}

void
gzip_end(struct gzip *z)
{
	compress_input(z, Z_FINISH);
	deflateEnd(&z->stream);
}
