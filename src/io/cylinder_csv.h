/* What is scored in rings, as a table: cylinder.csv. */
#ifndef IO_CYLINDER_CSV_H
#define IO_CYLINDER_CSV_H

#include "base/err.h"
#include "model/tally.h"

/* DIR/cylinder.csv of a cylindrical grid: a header line, then a row per ring and depth, depth fastest:
 * r_low_mm, r_high_mm, depth_mm (centre), dose_Gy, dose_error_Gy; if scored, fluence_cm2; if scored,
 * let_t_keV_um and let_d_keV_um. The dose is per primary or for the delivered ones, the fluence per
 * primary. "nan" where there is no value, as in depth.csv. */
int cylinder_csv_write(const char *dir, const struct tally *t, struct err *e);

#endif
