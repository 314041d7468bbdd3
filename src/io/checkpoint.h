/* Where a run stands, on disk: all that was committed, so that another process can go on from it. The bytes of
 * the file are described in ionfarm-result(5). */
#ifndef IO_CHECKPOINT_H
#define IO_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/tally.h"

#define CHECKPOINT_NAME "checkpoint"
#define CHECKPOINT_OLD_NAME "checkpoint.old"          /* the one before */
#define CHECKPOINT_DAMAGED_NAME "checkpoint.damaged"  /* put aside by a run that went on from the one before */

/* Full ranges only: a last, shorter one is computed again. */
struct checkpoint {
	uint64_t histories;             /* that the run was asked for */
	struct cut cut;
	uint64_t first_range;           /* of the part that is computed; 0: of the whole run */
	uint64_t n_prefix;              /* ranges [first_range, n_prefix) are done */
	size_t n_beyond;
	const uint64_t *beyond;         /* and these, ascending */
	size_t n_left_out;
	const uint64_t *left_out;       /* histories, ascending */
	size_t n_bins;
	tally_count channel[N_CHANNELS];
};

/* Histories that it holds. */
uint64_t checkpoint_histories(const struct checkpoint *c);

/* The arrays of bins; `touched` has a byte for each block of TALLY_BLOCK_BINS, 0: all zero. */
struct checkpoint_bins {
	const int64_t *sum;
	const tally_square *square;
	const unsigned char *touched;
};

/* Writes DIR/checkpoint; the one that was there becomes DIR/checkpoint.old. At each moment a whole one has one
 * of the two names. Takes memory for a block, not for the bins. ERR_OUTPUT, ERR_SYSTEM; then what was there
 * before is as it was. */
int checkpoint_write(const char *dir, const struct checkpoint *c, const struct checkpoint_bins *bins,
    const char *plan_text, const char *hash, struct err *e);

/* A checkpoint that was opened: the head has been read, the bins have not. */
struct checkpoint_file {
	struct checkpoint head;
	char hash[33];
	char *plan_text;
	uint64_t *beyond, *left_out;    /* head refers to them */
	struct checkpoint_reader *reader;
};

/* Returns -1 with nothing to close: ERR_INPUT, naming path and fault, unless it is a whole, unharmed
 * checkpoint of this version; ERR_SYSTEM. */
int checkpoint_open(struct checkpoint_file *f, const char *path, struct err *e);
void checkpoint_close(struct checkpoint_file *f);

/* Reads the bins into zeroed arrays of head.n_bins, once. */
int checkpoint_load(struct checkpoint_file *f, int64_t *sum, tally_square *square, unsigned char *touched,
    struct err *e);

enum checkpoint_found { CHECKPOINT_NONE, CHECKPOINT_NEWEST, CHECKPOINT_BEFORE };

/* Opens the newest good one of the directory. CHECKPOINT_BEFORE: the newest is damaged, and `fault` says how.
 * -1: all that are there are damaged (ERR_INPUT, with both faults), or ERR_SYSTEM. */
int checkpoint_find(struct checkpoint_file *f, const char *dir, struct err *fault, struct err *e);

/* Gives a damaged newest one another name, before it would become the one before. ERR_OUTPUT. */
int checkpoint_put_aside(const char *dir, struct err *e);

/* Removes them all, the newest last. ERR_OUTPUT. */
int checkpoint_remove(const char *dir, struct err *e);

#endif
