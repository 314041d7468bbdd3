/* Writes the plot of the integral depth dose. */
#include <math.h>

#include "io/csv.h"
#include "io/plot_view.h"

static int
write_data(struct view *v, struct err *e)
{
	const struct tally_layout *l = &v->tally->layout;

	if (file_create(&v->file, v->dir, "depth.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# depth_mm idd_MeV_cm2_g idd_error_MeV_cm2_g\n");
	for (int iz = 0; iz < l->grid.n[AXIS_Z]; iz++) {
		size_t bin = l->first_depth[SCORE_DOSE] + (size_t)iz;

		csv_number(&v->file, view_centre_mm(v, AXIS_Z, iz), ' ');
		csv_number(&v->file, view_idd(v, iz), ' ');
		csv_number(&v->file, tally_error_MeV(v->tally, bin) * tally_idd_per_MeV(l, iz), '\n');
	}
	return file_commit(&v->file, e);
}

int
plot_depth_write(struct view *v, struct err *e)
{
	static const char draw[] =
	    "plot 'depth.dat' using 1:($2-$3):($2+$3) with filledcurves lc rgb '#9ecae1' "
	    "title '± 1 standard error', \\\n"
	    "  '' using 1:2 with lines lw 2 lc rgb '#08519c' title 'integral depth dose'";

	if (write_data(v, e) != 0 || file_create(&v->file, v->dir, "depth.gp", e) != 0)
		return -1;
	view_put_prologue(v, "depth");
	file_printf(&v->file, "set xlabel 'depth (mm)'\n"
	    "set ylabel 'integral depth dose (MeV cm^2/g per primary)'\n"
	    "set rmargin 3\nset yrange [0:*]\nset key top left reverse Left\n");
	if (isfinite(v->curve.R80_cm))
		file_printf(&v->file, "set label \"peak %.2f mm\\nR_{80} %.2f mm\" at graph 0.03,0.72\n",
		    view_mm(v->curve.peak_cm), view_mm(v->curve.R80_cm));
	view_put_epilogue(v, "depth", draw);
	return file_commit(&v->file, e);
}
