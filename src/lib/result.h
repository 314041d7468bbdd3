/* The files of a result, of a run as of a merge. */
#ifndef LIB_RESULT_H
#define LIB_RESULT_H

#include "lib/report.h"

/* Checks the balance, derives the figures of the report and writes all files into the run's directory;
 * of a shard the integers and the report alone. report.json goes first and comes last: where it is, all is.
 * ERR_INTERNAL, ERR_OUTPUT, ERR_SYSTEM. */
int result_write(struct report *rp, struct err *e);

#endif
