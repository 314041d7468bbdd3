/* The layout of a checkpoint, which its writer and its reader share. */
#ifndef IO_CHECKPOINT_FORMAT_H
#define IO_CHECKPOINT_FORMAT_H

#include <stdint.h>

#define CHECKPOINT_MAGIC "IONCHECK"
#define CHECKPOINT_VERSION 3

/* The head: magic, then u64 each. A body compressed by zstd follows, then the checksum. */
enum checkpoint_field {
	FIELD_VERSION,
	FIELD_PLAN_BYTES,
	FIELD_HISTORIES,
	FIELD_RANGE_HISTORIES,
	FIELD_PREFIX,
	FIELD_BEYOND,
	FIELD_LEFT_OUT,
	FIELD_BINS,
	FIELD_COUNTERS,
	FIELD_BLOCK_BINS,
	FIELD_FIRST_RANGE,
	FIELD_RANGE_DOUBLINGS,
	N_FIELDS
};

#define CHECKPOINT_HEAD_BYTES (8 + 32 + 8 * N_FIELDS)   /* magic, hash of the plan, fields */

/* The body: the plan's text; the ranges beyond, the histories left out, u64 each; the counters, i128;
 * for each block with a number in it its index, u64, and its bins as in tally.bin; this in place of an
 * index, at the end: */
#define CHECKPOINT_NO_BLOCK UINT64_MAX

#define CHECKPOINT_WINDOW_LOG 20   /* of zstd, which bounds the memory of both sides */

#endif
