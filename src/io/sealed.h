/* A binary file that ends in the XXH3 64-bit hash of all before it: read from the start, byte by byte counted. */
#ifndef IO_SEALED_H
#define IO_SEALED_H

#include <stdint.h>
#include <stdio.h>

#include <xxhash.h>

#include "base/err.h"

#define SEALED_CHECKSUM_BYTES 8

struct sealed {
	FILE *stream;
	const char *path, *what;   /* what the file is, for messages: "tally file" */
	uint64_t size;             /* of the file */
	uint64_t left;             /* bytes before the checksum that are not read yet */
	XXH3_state_t *along;       /* the hash of what was taken; NULL: nobody wants it */
};

/* Opens a regular file of at least min_bytes. -1: ERR_INPUT with the path, or ERR_SYSTEM. */
int sealed_open(struct sealed *s, const char *path, const char *what, uint64_t min_bytes, struct err *e);
void sealed_close(struct sealed *s);

/* Reads all, compares the checksum, and goes back to the start. */
int sealed_check(struct sealed *s, struct err *e);

/* For a file that is read but once: from here on what is taken is hashed; at the end, when nothing is left,
 * the checksum is compared. Until then nothing that was read is to be believed. */
int sealed_hash_along(struct sealed *s, struct err *e);
int sealed_end(struct sealed *s, struct err *e);

/* The next n bytes; the caller has room for them only if `left` says that they are there. */
int sealed_take(struct sealed *s, void *to, uint64_t n, struct err *e);

/* ERR_INPUT: "PATH: damaged WHAT: fault". */
int sealed_damaged(const struct sealed *s, struct err *e, const char *fault);

#endif
