/* Reads what a directory holds as a result: of a whole run, or a part of one. */
#ifndef LIB_RESULT_READ_H
#define LIB_RESULT_READ_H

#include "base/err.h"
#include "io/rundir.h"
#include "io/tally_file.h"
#include "model/stretches.h"

enum { RESULT_TITLE_BYTES = RUNDIR_LENGTH_MAX + STRETCHES_TEXT_BYTES + 64 };

/* DIR/part.bin where it is, else DIR/tally.bin, as tally_file_read. ERR_USAGE: the name is too long. */
int result_read(struct tally_file *tf, const char *dir, struct err *e);

/* "tally.bin", or what a part is in. */
const char *result_file_name(const struct tally *t);

/* The directory; of a part, what it has of the run, too. Returns `title`. */
char *result_title(const struct tally *t, const char *dir, char title[RESULT_TITLE_BYTES]);

#endif
