/* A user's list of spots: a text of columns, one spot a line. */
#ifndef IO_SPOT_FILE_H
#define IO_SPOT_FILE_H

#include <stdbool.h>

#include "base/err.h"
#include "io/diagnostic.h"
#include "model/plan.h"

#define SPOT_FILE_BYTES_MAX ((size_t)256 << 20)
#define SPOTS_MAX 1000000

/* Fills spot and n_spots of b, whose ion is known. What the file has no column for is that of `preset`,
 * whose energy is 0 where there is none. b->file gets the path as it is given here. The caller frees
 * spot and file, also after an error. Returns -1 with ERR_INPUT when the file cannot be read or its
 * text has errors; those are in d. */
int spot_file_read(struct beam *b, const char *path, const struct spot *preset,
    struct diagnostics *d, struct err *e);

/* The same from memory, without b->file. */
int spot_file_parse(struct beam *b, const struct text_file *f, const struct spot *preset,
    struct diagnostics *d, struct err *e);

/* Scales a vector to a unit vector. What is one already stays as it is, to the bit. False: too short. */
bool spot_set_direction(double direction[N_AXES], const double vector[N_AXES]);

#endif
