/* Goes on with what an earlier run left in the directory, whatever it is. */
#ifndef LIB_GO_ON_H
#define LIB_GO_ON_H

#include "lib/run.h"
#include "lib/run_options.h"

/* The directory is locked. Nothing there: starts anew. A complete result: says so. Else resumes. Returns
 * the exit status, or -1 with the record. */
int go_on(struct run *r, const struct run_options *o, double began_s, struct err *e);

#endif
