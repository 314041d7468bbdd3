/* The pictures of results, drawn by gnuplot. */
#ifndef APP_PICTURES_H
#define APP_PICTURES_H

#include <stddef.h>

#include "base/err.h"
#include "io/plot.h"
#include "io/tally_file.h"

enum { PICTURES_MAX = 16 };

struct pictures {
	double depth_mm[PLOT_DEPTHS_MAX];     /* of lateral profiles that are wanted too */
	size_t n_depths;
	const char *script[PICTURES_MAX];     /* what was drawn */
	size_t n;
};

/* As result_read; errors name the directory. */
int pictures_read(struct tally_file *tf, const char *dir, struct err *e);

/* Draws all of one result, or the comparison of several in the first one's directory, and fills `script`.
 * ERR_SYSTEM: gnuplot is not installed; ERR_OUTPUT, ERR_INPUT, ERR_USAGE. */
int pictures_draw(struct pictures *p, const char *dir, const struct tally *t, struct err *e);
int pictures_compare(struct pictures *p, const char *dir, const struct plot_result *results, size_t n, struct err *e);

#endif
