/* A phase space as the source: particles from an MCPL file. */
#ifndef IO_PHASE_SPACE_FILE_H
#define IO_PHASE_SPACE_FILE_H

#include "base/err.h"
#include "model/plan.h"

/* Reads the ions of a file into s, whose shift_cm and skips_others say how. On success the caller frees s->particle
 * and s->ion. -1: ERR_INPUT, what is wrong with the file; ERR_SYSTEM, no memory; then there is nothing to free. */
int phase_space_read(struct phase_space *s, const char *path, struct err *e);

#endif
