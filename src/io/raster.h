/* The voxels of a field in the order of images: x fastest, then y, then z. */
#ifndef IO_RASTER_H
#define IO_RASTER_H

#include <stdbool.h>

#include "base/err.h"
#include "io/field.h"

/* Where bytes go; a failure is kept there. */
struct raster_sink {
	void (*put)(void *to, const void *data, size_t n);
	void *to;
	bool is_big_endian;
};

/* Bytes that writing takes. */
size_t raster_memory(const struct grid *g);

/* 32-bit floats. ERR_SYSTEM: no memory for some planes. */
int raster_write(const struct raster_sink *sink, const struct field *field, const struct tally *t, struct err *e);

#endif
