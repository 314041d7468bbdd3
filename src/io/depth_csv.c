/* Writes the depth dose as comma-separated values. */
#include "io/depth_csv.h"

#include <math.h>

#include "io/file.h"

#define MM_PER_CM 10.0

/* printf may put a sign before a NaN, and machines differ in that. */
static void
put_number(struct file *f, double x, char after)
{
	if (isnan(x))
		file_printf(f, "nan%c", after);
	else
		file_printf(f, "%.9g%c", x, after);
}

static void
put_row(struct file *f, const struct tally *t, size_t iz)
{
	const struct tally_layout *l = &t->layout;
	double idd = tally_idd_per_MeV(l), axis = tally_axis_dose_per_MeV(l);

	put_number(f, tally_centre_cm(l, AXIS_Z, (int)iz) * MM_PER_CM, ',');
	put_number(f, tally_mean_MeV(t, l->first_idd + iz) * idd, ',');
	put_number(f, tally_error_MeV(t, l->first_idd + iz) * idd, ',');
	put_number(f, tally_mean_MeV(t, l->first_axis + iz) * axis, ',');
	put_number(f, tally_error_MeV(t, l->first_axis + iz) * axis, '\n');
}

int
depth_csv_write(const char *dir, const struct tally *t, struct err *e)
{
	struct file f;

	if (file_create(&f, dir, "depth.csv", e) != 0)
		return -1;
	file_printf(&f, "depth_mm,idd_MeV_cm2_g,idd_error_MeV_cm2_g,dose_axis_Gy,dose_axis_error_Gy\n");
	for (size_t iz = 0; iz < t->layout.n_depths; iz++)
		put_row(&f, t, iz);
	return file_commit(&f, e);
}
