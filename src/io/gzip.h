/* Writes a part of a file compressed, as gzip does. */
#ifndef IO_GZIP_H
#define IO_GZIP_H

#include <stddef.h>
#include <zlib.h>

#include "base/err.h"
#include "io/file.h"

struct gzip {
	struct file *file;
	z_stream stream;
};

/* One member without name or time, so that the same data give the same bytes. ERR_SYSTEM, with nothing
 * to end. */
int gzip_start(struct gzip *z, struct file *file, struct err *e);
void gzip_write(struct gzip *z, const void *data, size_t n);
void gzip_end(struct gzip *z);

#endif
