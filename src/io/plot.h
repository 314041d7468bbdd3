/* Pictures of a result: what gnuplot needs to draw them. */
#ifndef IO_PLOT_H
#define IO_PLOT_H

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

#endif
