/* Particles that left the phantom while a run goes on: each process appends those of the ranges that it has done to a
 * file of its own, DIR/leaving.N.spool, a block for each range. A block that a death has cut is followed by none; a
 * range that is done twice has two blocks of the same bytes. leaving_file.h picks from them. */
#ifndef IO_LEAVING_SPOOL_H
#define IO_LEAVING_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/leaving.h"

/* Which block it is. */
struct leaving_key {
	uint64_t plan;             /* leaving_plan_key() */
	uint64_t range;
	uint32_t n_histories;      /* of the range, those left out included */
	uint32_t n_particles;
	uint64_t left_out;         /* leaving_left_out_key() of what was left out of the range */
};

uint64_t leaving_plan_key(const char *plan_text);

/* Of ascending history numbers, one after the other from a key of 0 on. */
uint64_t leaving_left_out_key(uint64_t key, uint64_t history);

/* A new file for this process, in an open directory; -1: ERR_OUTPUT. */
int leaving_spool_create(int dir_fd, struct err *e);

/* Appends the block of a range, sorted; key.n_particles is set here. ERR_OUTPUT. */
int leaving_spool_write(int fd, struct leaving_key key, const struct leaving_list *l, struct err *e);

/* All blocks written so far will outlive the machine. ERR_OUTPUT. */
int leaving_spool_sync(const char *dir, struct err *e);

/* Calls `found` for each whole block of an open file, with the place of its particles; stops where something is cut or
 * damaged. -1: what `found` returned. */
int leaving_spool_visit(int fd, int (*found)(void *ctx, const struct leaving_key *key, int64_t at, struct err *e),
    void *ctx, struct err *e);

/* Calls `found` with the name of each such file in the directory. -1: what `found` returned, or ERR_OUTPUT. */
int leaving_spool_list(const char *dir, int (*found)(void *ctx, const char *dir, const char *name, struct err *e),
    void *ctx, struct err *e);

/* Removes all of them. ERR_OUTPUT. */
int leaving_spool_remove(const char *dir, struct err *e);

#endif
