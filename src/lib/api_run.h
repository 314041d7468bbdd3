/* What the beginning of a run and its resumption share. */
#ifndef LIB_API_RUN_H
#define LIB_API_RUN_H

#include "lib/api_options.h"
#include "lib/run.h"

/* The options as they are carried out; those of NULL are the default ones. ERR_USAGE: two exclude each other, or
 * workers must not be forked from a process like this. */
int settle_options(struct run_options *settled, const struct ionfarm_options *options, struct err *e);

/* As dir_lock, whose doubt the listener is told. */
int lock_directory(const char *dir, const struct listener *l, struct err *e);

/* The run is in the directory that was locked from now on. */
void enter_directory(struct run *r, const struct run_options *o, const char *dir, int lock);

#endif
