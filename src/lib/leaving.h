/* Keeps the particles that leave the phantom: those of each range in a spool, in the end all in one file. */
#ifndef LIB_LEAVING_H
#define LIB_LEAVING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "farm/farm.h"
#include "model/leaving.h"
#include "model/plan.h"
#include "model/tally.h"

struct leaving_writer {
	int dir_fd;                  /* where the spools are, also when it gets another name; -1: none are wanted */
	uint64_t plan_key;
	/* The rest is of the process that carries histories: */
	int fd;                      /* its spool; -1: there is none */
	struct leaving_list list;    /* of the range in hand */
	bool is_amid;                /* a piece of the range in hand is done, */
	uint64_t next;               /* up to this history */
	uint64_t left_out;           /* leaving_left_out_key() so far */
};

/* Before the workers are forked; then in each of them. ERR_OUTPUT. */
int leaving_writer_open(struct leaving_writer *w, const char *dir, const char *plan_text, struct err *e);
int leaving_writer_begin(struct leaving_writer *w, struct err *e);
void leaving_writer_close(struct leaving_writer *w);

/* Around each piece of a range. With the last one its block is written, before the range can be committed. */
void leaving_before(struct leaving_writer *w, const struct plan *p, const struct farm_range *piece);
int leaving_after(struct leaving_writer *w, const struct plan *p, const struct farm_range *piece, struct err *e);

struct run;

/* Whether the directory has the particles of all ranges that an earlier run has done. ERR_INPUT. */
int leaving_check(const struct run *r, const struct farm_progress *done, struct err *e);

/* Writes leaving.mcpl into r->dir, of the ranges of a tally, from what the n directories hold: that of the run, or
 * the parts that were merged. */
int leaving_write(const struct run *r, const struct tally *t, const char *const *dirs, size_t n, struct err *e);

#endif
