/* The directory of a run: claimed before the run starts, so that nothing is lost after it. */
#ifndef IO_RUNDIR_H
#define IO_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "io/text_file.h"

#define RUNDIR_LENGTH_MAX 4000   /* of its name */

/* "DIR/job.yaml", ".out" -> "job.out", in the current directory. -1 if it does not fit. */
int rundir_default(char *buf, size_t n, const char *job_path, const char *ending, struct err *e);

/* Creates the directory, or takes an existing one as it is. ERR_OUTPUT. */
int rundir_make(const char *dir, struct err *e);

/* Whether a file of that name is in it. */
bool rundir_has(const char *dir, const char *name);

/* ERR_INPUT when it holds what a run leaves; one that is not there holds nothing. */
int rundir_check_empty(const char *dir, struct err *e);

/* Whether both names are of one directory. */
bool rundir_is_same(const char *dir_a, const char *dir_b);

enum rundir_claim { RUNDIR_IF_EMPTY, RUNDIR_REPLACE, RUNDIR_GO_ON };

/* Looks for what earlier runs left in it: an error (ERR_INPUT), removed, or kept. Leaves a copy of the
 * job there, which shows that it can be written. */
int rundir_claim(const char *dir, const struct text_file *job, enum rundir_claim how, struct err *e);

/* ERR_OUTPUT; that there is no such file is none. */
int rundir_remove(const char *dir, const char *name, struct err *e);

#endif
