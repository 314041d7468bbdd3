/* The particles that left the phantom, as an MCPL file: DIR/leaving.mcpl, in the order of the ranges. A blob in its
 * head says how many each range has, so that a run can be extended and parts can be merged. */
#ifndef IO_LEAVING_FILE_H
#define IO_LEAVING_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/cut.h"
#include "base/err.h"
#include "io/leaving_spool.h"
#include "model/stretches.h"

#define LEAVING_FILE_NAME "leaving.mcpl"

/* Where the particles of ranges are. */
struct leaving_block {
	struct leaving_key key;
	int source;
	int64_t at;
};

struct leaving_index {
	uint64_t plan;                     /* only blocks of this plan are looked at */
	size_t n, room;
	struct leaving_block *block;       /* sorted by leaving_index_ready() */
	int n_sources;
	char **path;                       /* of each source */
};

/* Which ranges there must be. */
struct leaving_wanted {
	const struct stretches *ranges;
	uint64_t histories;                /* of the whole run: the last range may be shorter */
	struct cut cut;
	size_t n_left_out;
	const uint64_t *left_out;          /* ascending */
};

/* Adds what a directory holds: its leaving.mcpl and its spools, as far as they are there and whole. ERR_INPUT: what
 * is there is no such file, or of another plan; ERR_SYSTEM. In any case leaving_index_free. */
int leaving_index_add(struct leaving_index *x, const char *dir, struct err *e);
void leaving_index_free(struct leaving_index *x);

/* ERR_INPUT, naming the first range of those wanted that is missing. */
int leaving_index_check(struct leaving_index *x, const struct leaving_wanted *w, struct err *e);

/* Writes DIR/leaving.mcpl, which may be among the sources. `plan_hash` goes into a comment. ERR_INPUT: a range is
 * missing or cannot be read; ERR_OUTPUT. */
int leaving_file_write(const char *dir, struct leaving_index *x, const struct leaving_wanted *w,
    const char *plan_hash, struct err *e);

#endif
