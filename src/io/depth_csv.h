/* What is scored against depth, as a table: depth.csv. */
#ifndef IO_DEPTH_CSV_H
#define IO_DEPTH_CSV_H

#include "base/err.h"
#include "model/tally.h"

/* DIR/depth.csv: a header line, then a row per depth bin: depth_mm (centre), idd_MeV_cm2_g,
 * idd_error_MeV_cm2_g, dose_axis_Gy, dose_axis_error_Gy; if scored, fluence and fluence_error; if
 * scored, let_t_keV_um and let_d_keV_um over the grid's lateral extent, let_t_axis_keV_um and
 * let_d_axis_keV_um on the axis. The dose is per primary or for the delivered ones, all else per
 * primary; errors are standard errors. "nan" where there is no value: errors of fewer than two full
 * ranges, an axis outside the grid, the LET where no primary came. */
int depth_csv_write(const char *dir, const struct tally *t, struct err *e);

#endif
