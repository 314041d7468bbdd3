/* The steps of reading a tally, for those who do more with it than keep it. */
#ifndef IO_TALLY_READ_H
#define IO_TALLY_READ_H

#include <stdbool.h>

#include "io/sealed.h"
#include "io/tally_file.h"

/* A tally.bin, or a part. */
int tally_read_open(struct sealed *s, const char *path, bool is_part, struct err *e);

/* All that stands before the bins; *tf is empty before. */
int tally_read_head(struct sealed *s, struct tally_file *tf, bool is_part, struct err *e);

/* Zeroed arrays for the bins of the layout, which cost nothing where nothing is read into them. */
int tally_read_allocate(struct tally_file *tf, bool has_remainder, const char *path, struct err *e);

/* Adds the bins that follow in the file, which has this head, to the arrays of `to`, which has the same layout. */
int tally_read_arrays(struct sealed *s, struct tally_file *to, const struct tally_file *head, struct err *e);

#endif
