/* particles.csv: what is scored against depth, by the particles that left it. */
#ifndef IO_PARTICLES_CSV_H
#define IO_PARTICLES_CSV_H

#include "base/err.h"
#include "model/tally.h"

/* Replaces the file; removes one of an earlier run when this tally is not split. Errors: ERR_OUTPUT. */
int particles_csv_write(const char *dir, const struct tally *t, struct err *e);

#endif
