/* A user's table of electronic stopping powers: two columns, or what NIST PSTAR and ASTAR print. */
#ifndef IO_STOPPING_FILE_H
#define IO_STOPPING_FILE_H

#include "base/err.h"
#include "io/diagnostic.h"
#include "model/ion.h"
#include "model/plan.h"

#define STOPPING_FILE_BYTES_MAX ((size_t)16 << 20)
#define STOPPING_POINTS_MIN 4
#define STOPPING_POINTS_MAX 100000

/* Reads the table for `ion` (which turns MeV/u into MeV) in matter of the given density (which turns
 * keV/um into MeV cm2/g). t->file gets the path as it is given here. The caller frees the table with
 * stopping_table_free, which is safe after an error too. Returns -1 with ERR_INPUT when the file
 * cannot be read or its text has errors; those are in d. */
int stopping_file_read(struct stopping_table *t, const char *path, const struct ion *ion,
    double density_g_cm3, struct diagnostics *d, struct err *e);

/* The same from memory; `name` stands for the path. */
int stopping_file_parse(struct stopping_table *t, const struct text_file *f, const struct ion *ion,
    double density_g_cm3, struct diagnostics *d, struct err *e);

#endif
