/* Writes the plot of lateral profiles at chosen depths. */
#include <math.h>

#include "io/plot_view.h"

/* Shown is where the dose is above this part of the highest. */
#define LEAST_DOSE 1e-3

/* The layer of voxels that holds a depth; -1: none. */
static int
layer_at(const struct view *v, double depth_mm)
{
	const struct grid *g = &v->tally->layout.grid;
	double at = floor((depth_mm - view_mm(g->origin_cm[AXIS_Z])) / view_mm(g->voxel_cm[AXIS_Z]));

	return at >= 0 && at < g->n[AXIS_Z] ? (int)at : -1;
}

static int
find_layers(const struct view *v, const double *depth_mm, size_t n, int *layer, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;
	double from_mm = view_mm(g->origin_cm[AXIS_Z]);

	for (size_t i = 0; i < n; i++)
		if ((layer[i] = layer_at(v, depth_mm[i])) < 0)
			return err_set(e, ERR_USAGE, "a depth of %.6g mm is outside the grid, %.6g to %.6g mm", depth_mm[i],
			    from_mm, from_mm + g->n[AXIS_Z] * view_mm(g->voxel_cm[AXIS_Z]));
	return 0;
}

static int
write_data(struct view *v, const int *layer, size_t n, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;

	if (file_create(&v->file, v->dir, "profiles.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# %s_mm", g->kind == GRID_CARTESIAN ? "x" : "r");
	for (size_t i = 0; i < n; i++)
		file_printf(&v->file, " dose_Gy_at_%.6g_mm dose_error_Gy", view_centre_mm(v, AXIS_Z, layer[i]));
	file_printf(&v->file, "\n");
	for (int ix = 0; ix < g->n[AXIS_X]; ix++) {
		file_printf(&v->file, "%.9g", view_centre_mm(v, AXIS_X, ix));
		for (size_t i = 0; i < n; i++) {
			double error = tally_dose_error_Gy(v->tally, grid_index(g, ix, v->axis_y, layer[i]));

			file_printf(&v->file, " %.9g %.9g", view_dose_Gy(v, ix, layer[i]), isnan(error) ? 0.0 : error);
		}
		file_printf(&v->file, "\n");
	}
	return file_commit(&v->file, e);
}

static double
highest_at(const struct view *v, int ix, const int *layer, size_t n)
{
	double highest = 0;

	for (size_t i = 0; i < n; i++)
		highest = fmax(highest, view_dose_Gy(v, ix, layer[i]));
	return highest;
}

/* Returns the highest dose. */
static double
put_range(struct view *v, const int *layer, size_t n)
{
	bool is_ring = v->tally->layout.grid.kind == GRID_CYLINDRICAL;
	int first = 0, last = v->tally->layout.grid.n[AXIS_X] - 1;
	double highest = 0;

	for (int ix = 0; ix <= last; ix++)
		highest = fmax(highest, highest_at(v, ix, layer, n));
	while (first < last && highest_at(v, first, layer, n) < LEAST_DOSE * highest)
		first++;
	while (last > first && highest_at(v, last, layer, n) < LEAST_DOSE * highest)
		last--;
	if (first < last)
		file_printf(&v->file, "set xrange [%.9g:%.9g]\n", is_ring ? 0 : view_centre_mm(v, AXIS_X, first),
		    view_centre_mm(v, AXIS_X, last));
	return highest;
}

static void
put_curves(struct view *v, const int *layer, size_t n)
{
	file_printf(&v->file, "array depth[%zu]\narray colour[%zu]\n", n, n);
	for (size_t i = 0; i < n; i++)
		file_printf(&v->file, "depth[%zu] = %#.9g\ncolour[%zu] = '%s'\n", i + 1,
		    view_centre_mm(v, AXIS_Z, layer[i]), i + 1, view_colour(i));
	file_printf(&v->file, "n = %zu\n", n);
}

int
plot_profiles_write(struct view *v, const double *depth_mm, size_t n, struct err *e)
{
	static const char draw[] =
	    "plot for [i=1:n] 'profiles.dat' using 1:(scale*column(2*i)):(scale*column(2*i+1)) with yerrorlines "
	    "lw 2 pt i ps 0.6 lc rgb colour[i] title sprintf('%.6g mm', depth[i])";
	bool is_ring = v->tally->layout.grid.kind == GRID_CYLINDRICAL;
	int layer[PLOT_DEPTHS_MAX];

	if (find_layers(v, depth_mm, n, layer, e) != 0 || write_data(v, layer, n, e) != 0 ||
	    file_create(&v->file, v->dir, PLOT_PROFILES, e) != 0)
		return -1;
	view_put_prologue(v, "profiles");
	put_curves(v, layer, n);
	view_put_dose_scale(v, put_range(v, layer, n));
	file_printf(&v->file, "set xlabel '%s'\nset rmargin 3\nset yrange [0:*]\nset bars small\n"
	    "set key top right title 'depth'\n", is_ring ? "distance from the axis (mm)" : "x (mm)");
	if (!is_ring)
		file_printf(&v->file, "set label 'y = %.4g mm' at graph 0.03,0.94\n", view_axis_y_mm(v));
	view_put_epilogue(v, "profiles", draw);
	return file_commit(&v->file, e);
}
