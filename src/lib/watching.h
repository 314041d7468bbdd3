/* What the farm tells while it runs, and to whom it is passed on. */
#ifndef LIB_WATCHING_H
#define LIB_WATCHING_H

#include "lib/run.h"

/* `watch` refers to r, and has to live as long as the farm runs. */
void watching_init(struct farm_watch *watch, struct run *r);

/* The result is about to be written: that may take its time, in which nothing else is done. */
void watching_writes(const struct run *r);

/* The last word in status.json: "complete", "stopped by SIGTERM". */
void watching_end(struct run *r, const char *state, uint64_t histories_done);

/* Of a run that ended without a last word, but with all of its result. */
void watching_complete(const char *dir, uint64_t histories_done);

#endif
