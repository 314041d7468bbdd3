/* From the prepared run to its result in the directory. */
#ifndef LIB_COMPUTE_H
#define LIB_COMPUTE_H

#include "lib/resume.h"
#include "lib/run.h"
#include "lib/run_options.h"

/* Opens what the run writes to, computes from `resume` (NULL: from nothing) on, and writes the result. The
 * directory is claimed and locked; `began_s` is when the program began. Returns the exit status,
 * or -1 with the record. */
int compute(struct run *r, const struct run_options *o, struct resume *resume, double began_s, struct err *e);

#endif
