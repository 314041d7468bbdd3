/* Writes the plot of the radial profile at the peak: the dose in rings. */
#include <math.h>

#include "io/plot_view.h"

static int
write_data(struct view *v, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;

	if (file_create(&v->file, v->dir, "profile.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# r_mm dose_Gy dose_error_Gy r_low_mm r_high_mm\n");
	for (int ring = 0; ring < g->n[AXIS_X]; ring++) {
		double error = tally_dose_error_Gy(v->tally, grid_index(g, ring, 0, v->peak_z));

		file_printf(&v->file, "%.9g %.9g %.9g %.9g %.9g\n", view_centre_mm(v, AXIS_X, ring),
		    view_dose_Gy(v, ring, v->peak_z), isnan(error) ? 0.0 : error,
		    view_mm(g->radius_cm[ring]), view_mm(g->radius_cm[ring + 1]));
	}
	return file_commit(&v->file, e);
}

/* A factor of two above the highest value, and out to the last ring that is not below the lowest. */
static void
put_ranges(struct view *v)
{
	const struct grid *g = &v->tally->layout.grid;
	double highest = 0, lowest;
	int ring = g->n[AXIS_X] - 1;

	for (int i = 0; i < g->n[AXIS_X]; i++)
		highest = fmax(highest, view_dose_Gy(v, i, v->peak_z));
	highest = highest > 0 ? highest : 1;
	lowest = highest * pow(10, -PLOT_DECADES);
	while (ring > 0 && view_dose_Gy(v, ring, v->peak_z) < lowest)
		ring--;
	file_printf(&v->file, "lowest = %.9g\nset yrange [lowest:%.9g]\nset xrange [0:%.9g]\n",
	    lowest, 2 * highest, view_mm(g->radius_cm[ring + 1]));
}

int
plot_rings_write(struct view *v, struct err *e)
{
	static const char draw[] =
	    "plot 'profile.dat' using 1:2:4:5:($2-$3 > lowest ? $2-$3 : lowest):($2+$3) "
	    "with xyerrorbars pt 7 ps 0.7 lc rgb '#08519c' title 'scored, with the width of the ring'";

	if (write_data(v, e) != 0 || file_create(&v->file, v->dir, "profile.gp", e) != 0)
		return -1;
	view_put_prologue(v, "profile");
	put_ranges(v);
	file_printf(&v->file, "set xlabel 'distance from the axis (mm)'\nset ylabel 'dose (%s)'\n"
	    "set logscale y\nset format y '10^{%%L}'\nset rmargin 3\nset key top right\nset bars 0\n"
	    "set label \"depth %.2f mm\" at graph 0.03,0.06\n", v->dose_unit,
	    view_centre_mm(v, AXIS_Z, v->peak_z));
	view_put_epilogue(v, "profile", draw);
	return file_commit(&v->file, e);
}
