/* The head of part.bin, which says what part of which run it holds; what follows is as in tally.bin. */
#ifndef IO_PART_HEAD_H
#define IO_PART_HEAD_H

#include <stddef.h>

#include "base/err.h"
#include "io/sealed.h"
#include "model/part.h"

#define PART_MAGIC "IONPART"        /* and the zero that ends it */
#define PART_VERSION 1
#define PART_HEAD_BYTES 40          /* without the stretches */
#define PART_STRETCH_BYTES 16

/* `to` has room for PART_HEAD_BYTES. */
void part_head_encode(unsigned char *to, const struct part *p);
void part_stretch_encode(unsigned char to[PART_STRETCH_BYTES], struct stretch x);

/* Reads all of it from the start of the file. On success p->ranges is to be freed. ERR_INPUT with the path,
 * ERR_SYSTEM. */
int part_head_read(struct sealed *s, struct part *p, struct err *e);

#endif
