/* Writes the colour map of the dose in a plane along the axis. */
#include <math.h>
#include <stdio.h>

#include "io/plot_view.h"

static const double isodoses_percent[] = { 90, 50, 20, 5, 1 };
#define N_ISODOSES (sizeof isodoses_percent / sizeof isodoses_percent[0])

/* Rings of any width are drawn in rows of equal height, so many on each side of the axis. */
#define RING_ROWS 400

/* Rows of equal height, from the lowest one up. */
struct rows {
	int n;
	double from_cm, pitch_cm;
	double highest_Gy;
};

static void
set_rows(struct rows *r, const struct view *v)
{
	const struct grid *g = &v->tally->layout.grid;
	double reach_cm;

	r->highest_Gy = view_highest_Gy(v);
	if (g->kind == GRID_CARTESIAN) {
		r->n = g->n[AXIS_X];
		r->from_cm = g->origin_cm[AXIS_X];
		r->pitch_cm = g->voxel_cm[AXIS_X];
		return;
	}
	reach_cm = g->radius_cm[view_outermost_ring(v, r->highest_Gy * pow(10, -PLOT_DECADES)) + 1];
	r->n = 2 * RING_ROWS;
	r->from_cm = -reach_cm;
	r->pitch_cm = reach_cm / RING_ROWS;
}

/* The voxel or ring whose dose a row shows. */
static int
x_of_row(const struct rows *r, const struct grid *g, int row)
{
	double radius_cm = fabs(r->from_cm + (row + 0.5) * r->pitch_cm);
	int ring = 0;

	if (g->kind == GRID_CARTESIAN)
		return row;
	while (ring + 1 < g->n[AXIS_X] && radius_cm >= g->radius_cm[ring + 1])
		ring++;
	return ring;
}

/* Rows, each a run of z: floats in the machine's byte order, as gnuplot expects them. */
static int
write_data(struct view *v, const struct rows *r, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;

	if (file_create(&v->file, v->dir, "slice.f32", e) != 0)
		return -1;
	for (int row = 0; row < r->n; row++) {
		int ix = x_of_row(r, g, row);

		for (int iz = 0; iz < g->n[AXIS_Z]; iz++) {
			float dose = (float)view_dose_Gy(v, ix, iz);

			file_write(&v->file, &dose, sizeof dose);
		}
	}
	return file_commit(&v->file, e);
}

/* Viridis: S. van der Walt, N. Smith, matplotlib 1.5 (2015), at nine equal steps. */
static void
put_palette(struct file *f)
{
	file_printf(f, "set palette defined (0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', "
	    "4 '#21918c', 5 '#28ae80', 6 '#5ec962', 7 '#addc30', 8 '#fde725')\n");
}

static void
put_ranges(struct view *v, const struct rows *r)
{
	const struct grid *g = &v->tally->layout.grid;
	double z_cm = g->origin_cm[AXIS_Z], highest = r->highest_Gy > 0 ? r->highest_Gy : 1;

	file_printf(&v->file, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", view_mm(z_cm),
	    view_mm(z_cm + g->n[AXIS_Z] * g->voxel_cm[AXIS_Z]), view_mm(r->from_cm),
	    view_mm(r->from_cm + r->n * r->pitch_cm));
	file_printf(&v->file, "lowest = %.9g\nset cbrange [lowest:%.9g]\n",
	    highest * pow(10, -PLOT_DECADES), highest);
}

static void
put_labels(struct view *v)
{
	if (v->tally->layout.grid.kind == GRID_CYLINDRICAL)
		file_printf(&v->file, "set ylabel 'distance from the axis (mm), mirrored'\n");
	else
		file_printf(&v->file, "set ylabel 'x (mm), at y = %.4g mm'\n",
		    view_axis_y_mm(v));
	file_printf(&v->file, "set xlabel 'depth (mm)'\nset cblabel 'dose (%s)' offset 1,0\nset logscale cb\n"
	    "set format cb '10^{%%L}'\nunset grid\nset rmargin at screen 0.79\n", v->dose_unit);
}

/* Isodose lines, in percent of the highest dose in the plane; found by gnuplot. */
static void
put_isodoses(struct view *v, const struct rows *r, const char *data)
{
	double highest = r->highest_Gy > 0 ? r->highest_Gy : 1;

	file_printf(&v->file, "highest = %.9g\npercents = '90 50 20 5 1'\n"
	    "set contour base\nunset surface\nset cntrparam levels discrete ", highest);
	for (size_t i = 0; i < N_ISODOSES; i++)
		file_printf(&v->file, "%s%.9g", i == 0 ? "" : ", ", highest * isodoses_percent[i] / 100);
	file_printf(&v->file, "\nset table $isodoses\nsplot %s,0) using 1\nunset table\nunset contour\nset surface\n"
	    "is(z, i) = abs(z / highest * 100 / word(percents, i) - 1) < 1e-4\n", data);
	file_printf(&v->file, "set key above horizontal reverse Left samplen 2 width 2\n"
	    "set style line 1 lw 2 lc rgb '#000000' dt 1\nset style line 2 lw 2 lc rgb '#d55e00' dt 1\n"
	    "set style line 3 lw 2 lc rgb '#cc79a7' dt 1\nset style line 4 lw 2 lc rgb '#e69f00' dt 2\n"
	    "set style line 5 lw 2 lc rgb '#a0a0a0' dt 2\n");
}

static int
write_script(struct view *v, const struct rows *r, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;
	char draw[600], data[300];

	if (file_create(&v->file, v->dir, "slice.gp", e) != 0)
		return -1;
	view_put_prologue(v, "slice");
	put_palette(&v->file);
	put_ranges(v, r);
	put_labels(v);
	file_printf(&v->file, "# Where there is less than the lowest colour, the lowest colour.\n");
	snprintf(data, sizeof data, "'slice.f32' binary array=(%d,%d) format='%%float32' dx=%.9g dy=%.9g "
	    "origin=(%.9g,%.9g", g->n[AXIS_Z], r->n, view_mm(g->voxel_cm[AXIS_Z]),
	    view_mm(r->pitch_cm), view_centre_mm(v, AXIS_Z, 0), view_mm(r->from_cm + 0.5 * r->pitch_cm));
	put_isodoses(v, r, data);
	snprintf(draw, sizeof draw, "plot %s) \\\n  using ($1 > lowest ? $1 : lowest) with image notitle, \\\n"
	    "  for [i=1:words(percents)] $isodoses using 1:(is($3, i) ? $2 : NaN) with lines ls i "
	    "title word(percents, i).' %%'", data);
	view_put_epilogue(v, "slice", draw);
	return file_commit(&v->file, e);
}

int
plot_slice_write(struct view *v, struct err *e)
{
	struct rows rows;

	set_rows(&rows, v);
	return write_data(v, &rows, e) == 0 ? write_script(v, &rows, e) : -1;
}
