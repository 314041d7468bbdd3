/* Finds what the pictures show, and writes what their scripts have in common. */
#include "io/plot_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/output_units.h"

double
view_mm(double cm)
{
	return cm * MM_PER_CM;
}

double
view_centre_mm(const struct view *v, int axis, int index)
{
	return view_mm(tally_centre_cm(&v->tally->layout, axis, index));
}

/* Through sums of voxels, 0 may have become 1e-15. */
double
view_axis_y_mm(const struct view *v)
{
	return round(view_centre_mm(v, AXIS_Y, v->axis_y) * 1e6) / 1e6 + 0.0;
}

double
view_dose_Gy(const struct view *v, int ix, int iz)
{
	return tally_dose_Gy(v->tally, grid_index(&v->tally->layout.grid, ix, v->axis_y, iz));
}

double
view_idd(const struct view *v, int iz)
{
	const struct tally_layout *l = &v->tally->layout;
	size_t bin = l->first_depth[SCORE_DOSE] + (size_t)iz;

	return tally_mean_MeV(v->tally, bin) * tally_idd_per_MeV(l, iz);
}

static double
highest_in_row(const struct view *v, int ix)
{
	double highest = 0;

	for (int iz = 0; iz < v->tally->layout.grid.n[AXIS_Z]; iz++)
		highest = fmax(highest, view_dose_Gy(v, ix, iz));
	return highest;
}

double
view_highest_Gy(const struct view *v)
{
	double highest = 0;

	for (int ix = 0; ix < v->tally->layout.grid.n[AXIS_X]; ix++)
		highest = fmax(highest, highest_in_row(v, ix));
	return highest;
}

int
view_outermost_ring(const struct view *v, double dose_Gy)
{
	int ring = v->tally->layout.grid.n[AXIS_X] - 1;

	while (ring > 0 && highest_in_row(v, ring) < dose_Gy)
		ring--;
	return ring;
}

/* M. Okabe and K. Ito, Color Universal Design (2008): told apart by the colour-blind; of unlike brightness
 * also in print. */
const char *
view_colour(size_t i)
{
	static const char *const colours[VIEW_COLOURS] = {
		"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000",
	};

	return colours[i % VIEW_COLOURS];
}

/* Text between single quotes: gnuplot doubles a quote, and could not survive a line feed. */
void
view_put_quoted(struct file *f, const char *text)
{
	file_write(f, "'", 1);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			file_write(f, "''", 2);
		else
			file_write(f, (unsigned char)*text < ' ' ? " " : text, 1);
	file_write(f, "'", 1);
}

/* Half a page wide is 84 mm; the text is still 7 pt there. */
void
view_put_prologue(struct view *v, const char *name)
{
	struct file *f = &v->file;

	file_printf(f, "# Run in this directory: gnuplot %s.gp\n"
	    "reset\nset encoding utf8\nset datafile missing 'nan'\n"
	    "set border lw 1.5\nset tics out nomirror\nset grid lt 1 lw 0.5 lc rgb '#d8d8d8'\n", name);
	file_printf(f, "set title ");
	view_put_quoted(f, v->title);
	file_printf(f, " noenhanced\n");
}

void
view_put_epilogue(struct view *v, const char *name, const char *draw)
{
	static const char *const terminals[][2] = {
		{ "svg", "svg size 800,540 dynamic enhanced font 'sans,19' background rgb 'white'" },
		{ "png", "pngcairo size 1600,1080 enhanced font 'sans,27' linewidth 2 background rgb 'white'" },
	};

	for (size_t i = 0; i < 2; i++)
		file_printf(&v->file, "set terminal %s\nset output '%s.%s'\n%s\nunset output\n",
		    terminals[i][1], name, terminals[i][0], draw);
}

/* The power of 1000 at or below x, as a power of ten. */
static int
thousands(double x)
{
	return x > 0 ? 3 * (int)floor(log10(x) / 3) : 0;
}

void
view_put_dose_scale(struct view *v, double highest_Gy)
{
	int exponent = thousands(highest_Gy);

	file_printf(&v->file, "scale = 1e%d\n", -exponent);
	if (exponent == 0)
		file_printf(&v->file, "set ylabel 'dose (%s)'\n", v->dose_unit);
	else
		file_printf(&v->file, "set ylabel 'dose (10^{%d} %s)'\n", exponent, v->dose_unit);
}

/* The voxel row and column that hold the axis. */
static void
find_axis(struct view *v)
{
	const struct tally_layout *l = &v->tally->layout;
	const int *n = l->grid.n;
	int column;

	v->axis_x = n[AXIS_X] / 2;
	v->axis_y = n[AXIS_Y] / 2;
	if (l->n_axis_columns == 0)
		return;
	column = (int)(l->axis_column[0] / l->n_depths);
	v->axis_x = column / n[AXIS_Y];
	v->axis_y = column % n[AXIS_Y];
}

static void
analyse_depths(struct view *v, double *depth_cm, double *idd)
{
	int n = v->tally->layout.grid.n[AXIS_Z];

	v->peak_z = 0;
	for (int iz = 0; iz < n; iz++) {
		depth_cm[iz] = tally_centre_cm(&v->tally->layout, AXIS_Z, iz);
		idd[iz] = view_idd(v, iz);
		if (idd[iz] > idd[v->peak_z])
			v->peak_z = iz;
	}
	curve_analyse(&v->curve, (size_t)n, depth_cm, idd);
}

/* Bins of unequal width are not for the fit. */
static void
fit_profile(struct view *v, double *x_cm, double *dose)
{
	const struct tally_layout *l = &v->tally->layout;
	int n = l->grid.kind == GRID_CARTESIAN ? l->grid.n[AXIS_X] : 0;

	for (int ix = 0; ix < n; ix++) {
		x_cm[ix] = tally_centre_cm(l, AXIS_X, ix);
		dose[ix] = view_dose_Gy(v, ix, v->peak_z);
	}
	gauss_fit(&v->gauss, (size_t)n, x_cm, dose);
}

/* As 2.5×10^{9}, in gnuplot's markup. */
static void
name_unit(struct view *v)
{
	double primaries = v->tally->layout.delivered_primaries;
	double exponent = primaries >= 1e4 ? floor(log10(primaries)) : 0;
	double mantissa = primaries / pow(10, exponent);

	if (primaries <= 0)
		snprintf(v->dose_unit, sizeof v->dose_unit, "Gy per primary");
	else if (exponent == 0)
		snprintf(v->dose_unit, sizeof v->dose_unit, "Gy for %.6g primaries", primaries);
	else
		snprintf(v->dose_unit, sizeof v->dose_unit, "Gy for %.6g×10^{%.0f} primaries", mantissa, exponent);
}

int
view_analyse(struct view *v, const struct tally *t, const char *title, struct err *e)
{
	const int *n = t->layout.grid.n;
	size_t longest = (size_t)(n[AXIS_X] > n[AXIS_Z] ? n[AXIS_X] : n[AXIS_Z]);
	double *work = calloc(2 * longest, sizeof *work);

	if (work == NULL)
		return err_sys(e, "memory for the plots");
	*v = (struct view){ .tally = t, .title = title };
	name_unit(v);
	find_axis(v);
	analyse_depths(v, work, work + longest);
	fit_profile(v, work, work + longest);
	free(work);
	return 0;
}
