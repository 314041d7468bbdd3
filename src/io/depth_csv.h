/* The depth dose as a table: depth.csv. */
#ifndef IO_DEPTH_CSV_H
#define IO_DEPTH_CSV_H

#include "base/err.h"
#include "model/tally.h"

/* DIR/depth.csv: a header line, then a row per depth bin: depth_mm (centre), idd_MeV_cm2_g,
 * idd_error_MeV_cm2_g, dose_axis_Gy, dose_axis_error_Gy; per primary, errors are standard errors.
 * "nan" where there is no value: errors of fewer than two full ranges, an axis outside the grid. */
int depth_csv_write(const char *dir, const struct tally *t, struct err *e);

#endif
