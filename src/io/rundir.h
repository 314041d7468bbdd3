/* The directory of a run: claimed before the run starts, so that nothing is lost after it. */
#ifndef IO_RUNDIR_H
#define IO_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/* "DIR/job.yaml" -> "job.out", in the current directory. -1 if it does not fit. */
int rundir_default(char *buf, size_t n, const char *job_path, struct err *e);

/* Creates the directory or takes an existing one. Results in it are an error (ERR_USAGE), or with
 * is_forced removed. Leaves a copy of the job file there, which shows that it can be written. */
int rundir_claim(const char *dir, const char *job_path, bool is_forced, struct err *e);

/* A log in the directory, line by line on its way to the disk. NULL: ERR_OUTPUT. Closing tells of
 * any write that failed, and leaves NULL. */
FILE *rundir_open_log(const char *dir, const char *name, struct err *e);
int rundir_close_log(FILE **log, const char *dir, const char *name, struct err *e);

#endif
