/* Pictures of a result: what gnuplot needs to draw them. */
#ifndef IO_PLOT_H
#define IO_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/tally.h"

#define PLOT_DIRECTORY "plot"

/* The scripts for a tally, ended by NULL. Run in DIR/plot, each draws its name with .svg and .png:
 * depth.gp the depth dose with its standard error, slice.gp a colour map of the dose along the axis,
 * profile.gp the lateral profile at the peak, with a Gaussian or in rings; let.gp, if scored, the LET
 * against depth. */
const char *const *plot_scripts(const struct tally_layout *l);

/* Writes the scripts and their data into DIR/plot, which is made if it is not there. `title` stands above
 * each picture. ERR_INPUT when nothing was scored, ERR_OUTPUT, ERR_SYSTEM. */
int plot_write(const char *dir, const char *title, const struct tally *t, struct err *e);

/* The further pictures, each a script that draws its name. */
#define PLOT_PROFILES "profiles.gp"         /* lateral profiles at chosen depths */
#define PLOT_COMPARE "compare.gp"           /* depth doses of several results, and their differences */
#define PLOT_WORKERS "workers.gp"           /* workers and their rate against time */
#define PLOT_CONVERGENCE "convergence.gp"   /* the error against the number of histories */

enum { PLOT_DEPTHS_MAX = 7, PLOT_RESULTS_MAX = 7 };

/* At the n depths, up to PLOT_DEPTHS_MAX. ERR_USAGE: one is outside the grid. */
int plot_add_profiles(const char *dir, const char *title, const struct tally *t, const double *depth_mm, size_t n,
    struct err *e);

struct plot_result {
	const char *name;
	const struct tally *tally;
};

/* Of up to PLOT_RESULTS_MAX results; the differences are to the first. ERR_INPUT: nothing was scored. */
int plot_add_compare(const char *dir, const struct plot_result *results, size_t n, struct err *e);

/* How the run went, as far as its ranges.log tells: has[0] of PLOT_WORKERS, has[1] of PLOT_CONVERGENCE. */
int plot_add_run(const char *dir, const char *title, const struct tally *t, bool has[2], struct err *e);

#endif
