/* Writes the plot of the lateral profile at the peak, along x. */
#include <math.h>
#include <stdio.h>

#include "io/plot_view.h"

/* The profile shows this many sigma on each side. */
#define PROFILE_SIGMAS 6

static int
write_data(struct view *v, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;

	if (file_create(&v->file, v->dir, "profile.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# x_mm dose_Gy dose_error_Gy\n");
	for (int ix = 0; ix < g->n[AXIS_X]; ix++) {
		double error = tally_dose_error_Gy(v->tally, grid_index(g, ix, v->axis_y, v->peak_z));

		file_printf(&v->file, "%.9g %.9g %.9g\n", view_centre_mm(v, AXIS_X, ix),
		    view_dose_Gy(v, ix, v->peak_z), isnan(error) ? 0.0 : error);
	}
	return file_commit(&v->file, e);
}

/* The fitted curve as the bins see it, the mean over a bin; and a range of x that shows it. */
static void
put_gauss(struct view *v)
{
	const struct gauss *g = &v->gauss;
	const struct tally_layout *l = &v->tally->layout;
	double reach_cm = PROFILE_SIGMAS * g->sigma_cm;
	double from_mm = view_centre_mm(v, AXIS_X, 0), to_mm = view_centre_mm(v, AXIS_X, l->grid.n[AXIS_X] - 1);

	file_printf(&v->file, "area = %#.9g\ncentre = %#.9g\nsigma = %#.9g\nbin = %#.9g\n"
	    "upto(x) = norm((x - centre) / sigma)\n"
	    "mean(x) = area / bin * (upto(x + 0.5 * bin) - upto(x - 0.5 * bin))\n"
	    "set samples 1000\nset xrange [%.9g:%.9g]\n", view_mm(g->area), view_mm(g->centre_cm),
	    view_mm(g->sigma_cm), view_mm(l->grid.voxel_cm[AXIS_X]),
	    fmax(from_mm, view_mm(g->centre_cm - reach_cm)),
	    fmin(to_mm, view_mm(g->centre_cm + reach_cm)));
}

int
plot_profile_write(struct view *v, struct err *e)
{
	static const char points[] = "plot 'profile.dat' using 1:(scale*$2):(scale*$3) "
	    "with yerrorbars pt 7 ps 1 lc rgb '#08519c' title 'scored'";
	char draw[400];

	if (write_data(v, e) != 0 || file_create(&v->file, v->dir, "profile.gp", e) != 0)
		return -1;
	view_put_prologue(v, "profile");
	view_put_dose_scale(v, view_dose_Gy(v, v->axis_x, v->peak_z));
	file_printf(&v->file, "set xlabel 'x (mm)'\nset rmargin 3\nset yrange [0:*]\n"
	    "set offsets 0,0,graph 0.3,0\nset key top right\nset bars small\n");
	file_printf(&v->file, "set label \"depth %.2f mm\\ny = %.4g mm\" at graph 0.03,0.93\n",
	    view_centre_mm(v, AXIS_Z, v->peak_z), view_axis_y_mm(v));
	snprintf(draw, sizeof draw, "%s", points);
	if (isfinite(v->gauss.sigma_cm)) {
		put_gauss(v);
		snprintf(draw, sizeof draw, "%s, \\\n  scale*mean(x) with lines lw 2 lc rgb '#d95f02' "
		    "title 'Gaussian, σ = %.3g mm'", points, view_mm(v->gauss.sigma_cm));
	}
	view_put_epilogue(v, "profile", draw);
	return file_commit(&v->file, e);
}
