/* Writes gnuplot scripts, and the numbers they draw, for a tally. */
#include "io/plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/file.h"
#include "model/curve.h"
#include "model/gauss.h"

#define MM_PER_CM 10.0

/* The colour map spans this many decades below the highest dose. */
#define SLICE_DECADES 4

/* The profile shows this many sigma on each side. */
#define PROFILE_SIGMAS 6

const char *const plot_scripts[] = { "depth.gp", "slice.gp", "profile.gp", NULL };

/* What the pictures show. The slice and the profile run through the voxels nearest to the axis, or
 * through the middle of the grid when the axis misses it. */
struct view {
	const struct tally *tally;
	const char *title;
	char dir[1024];                  /* DIR/plot */
	struct file file;
	int axis_x, axis_y, peak_z;
	struct curve_features curve;     /* of the integral depth dose */
	struct gauss gauss;              /* area in Gy cm */
};

static double
mm(double cm)
{
	return cm * MM_PER_CM;
}

static double
centre_mm(const struct view *v, int axis, int index)
{
	return mm(tally_centre_cm(&v->tally->layout, axis, index));
}

static double
dose_Gy(const struct view *v, int ix, int iy, int iz)
{
	const struct tally_layout *l = &v->tally->layout;

	return tally_mean_MeV(v->tally, grid_index(&l->grid, ix, iy, iz)) * tally_dose_per_MeV(l);
}

/* Text between single quotes: gnuplot doubles a quote, and could not survive a line feed. */
static void
put_quoted(struct file *f, const char *text)
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
static void
put_prologue(struct view *v)
{
	struct file *f = &v->file;

	file_printf(f, "# Run in this directory: gnuplot depth.gp slice.gp profile.gp\n"
	    "reset\nset encoding utf8\nset datafile missing 'nan'\n"
	    "set border lw 1.5\nset tics out nomirror\nset grid lt 1 lw 0.5 lc rgb '#d8d8d8'\n");
	file_printf(f, "set title ");
	put_quoted(f, v->title);
	file_printf(f, " noenhanced\n");
}

/* `draw` is one gnuplot command; both terminals run it. */
static void
put_epilogue(struct view *v, const char *name, const char *draw)
{
	static const char *const terminals[][2] = {
		{ "svg", "svg size 800,540 dynamic enhanced font 'sans,19' background rgb 'white'" },
		{ "png", "pngcairo size 1600,1080 enhanced font 'sans,27' linewidth 2 background rgb 'white'" },
	};

	for (size_t i = 0; i < 2; i++)
		file_printf(&v->file, "set terminal %s\nset output '%s.%s'\n%s\nunset output\n",
		    terminals[i][1], name, terminals[i][0], draw);
}

static int
write_depth_data(struct view *v, struct err *e)
{
	const struct tally *t = v->tally;
	double scale = tally_idd_per_MeV(&t->layout);

	if (file_create(&v->file, v->dir, "depth.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# depth_mm idd_MeV_cm2_g idd_error_MeV_cm2_g\n");
	for (size_t iz = 0; iz < t->layout.n_depths; iz++) {
		double error = tally_error_MeV(t, t->layout.first_idd + iz) * scale;

		file_printf(&v->file, "%.9g %.9g ", centre_mm(v, AXIS_Z, (int)iz),
		    tally_mean_MeV(t, t->layout.first_idd + iz) * scale);
		if (isnan(error))
			file_printf(&v->file, "nan\n");
		else
			file_printf(&v->file, "%.9g\n", error);
	}
	return file_commit(&v->file, e);
}

static int
write_depth_script(struct view *v, struct err *e)
{
	static const char draw[] =
	    "plot 'depth.dat' using 1:($2-$3):($2+$3) with filledcurves lc rgb '#9ecae1' "
	    "title '± 1 standard error', \\\n"
	    "  '' using 1:2 with lines lw 2 lc rgb '#08519c' title 'integral depth dose'";

	if (file_create(&v->file, v->dir, "depth.gp", e) != 0)
		return -1;
	put_prologue(v);
	file_printf(&v->file, "set xlabel 'depth (mm)'\n"
	    "set ylabel 'integral depth dose (MeV cm^2/g per primary)'\n"
	    "set rmargin 3\nset yrange [0:*]\nset key top left reverse Left\n");
	if (isfinite(v->curve.R80_cm))
		file_printf(&v->file, "set label \"peak %.2f mm\\nR_{80} %.2f mm\" at graph 0.03,0.72\n",
		    mm(v->curve.peak_cm), mm(v->curve.R80_cm));
	put_epilogue(v, "depth", draw);
	return file_commit(&v->file, e);
}

/* Rows of x, each a run of z: floats in the machine's byte order, as gnuplot expects them. */
static double
put_slice(struct view *v)
{
	const struct grid *g = &v->tally->layout.grid;
	double highest = 0;

	for (int ix = 0; ix < g->n[AXIS_X]; ix++)
		for (int iz = 0; iz < g->n[AXIS_Z]; iz++) {
			double dose = dose_Gy(v, ix, v->axis_y, iz);
			float rounded = (float)dose;

			highest = fmax(highest, dose);
			file_write(&v->file, &rounded, sizeof rounded);
		}
	return highest;
}

/* Viridis: S. van der Walt, N. Smith, matplotlib 1.5 (2015), at nine equal steps. */
static void
put_palette(struct file *f)
{
	file_printf(f, "set palette defined (0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', "
	    "4 '#21918c', 5 '#28ae80', 6 '#5ec962', 7 '#addc30', 8 '#fde725')\n");
}

static void
put_slice_ranges(struct view *v, double highest)
{
	const struct grid *g = &v->tally->layout.grid;
	const int axes[2] = { AXIS_Z, AXIS_X };

	for (int i = 0; i < 2; i++) {
		double from_cm = g->origin_cm[axes[i]];

		file_printf(&v->file, "set %crange [%.9g:%.9g]\n", "xy"[i], mm(from_cm),
		    mm(from_cm + g->n[axes[i]] * g->voxel_cm[axes[i]]));
	}
	file_printf(&v->file, "lowest = %.9g\nset cbrange [lowest:%.9g]\n",
	    highest * pow(10, -SLICE_DECADES), highest);
}

static int
write_slice_script(struct view *v, double highest, struct err *e)
{
	const struct grid *g = &v->tally->layout.grid;
	char draw[400];

	if (file_create(&v->file, v->dir, "slice.gp", e) != 0)
		return -1;
	put_prologue(v);
	put_palette(&v->file);
	put_slice_ranges(v, highest);
	file_printf(&v->file, "set xlabel 'depth (mm)'\nset ylabel 'x (mm), at y = %.4g mm'\n"
	    "set cblabel 'dose (Gy per primary)'\nset logscale cb\nset format cb '10^{%%L}'\n"
	    "unset grid\nset rmargin at screen 0.79\n",
	    centre_mm(v, AXIS_Y, v->axis_y));
	file_printf(&v->file, "# Where there is less than the lowest colour, the lowest colour.\n");
	snprintf(draw, sizeof draw, "plot 'slice.f32' binary array=(%d,%d) format='%%float32' "
	    "origin=(%.9g,%.9g) dx=%.9g dy=%.9g \\\n  using ($1 > lowest ? $1 : lowest) with image notitle",
	    g->n[AXIS_Z], g->n[AXIS_X], centre_mm(v, AXIS_Z, 0), centre_mm(v, AXIS_X, 0),
	    mm(g->voxel_cm[AXIS_Z]), mm(g->voxel_cm[AXIS_X]));
	put_epilogue(v, "slice", draw);
	return file_commit(&v->file, e);
}

static int
write_slice(struct view *v, struct err *e)
{
	double highest;

	if (file_create(&v->file, v->dir, "slice.f32", e) != 0)
		return -1;
	highest = put_slice(v);
	if (file_commit(&v->file, e) != 0)
		return -1;
	return write_slice_script(v, highest > 0 ? highest : 1, e);
}

static int
write_profile_data(struct view *v, struct err *e)
{
	const struct tally_layout *l = &v->tally->layout;

	if (file_create(&v->file, v->dir, "profile.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# x_mm dose_Gy dose_error_Gy\n");
	for (int ix = 0; ix < l->grid.n[AXIS_X]; ix++) {
		size_t bin = grid_index(&l->grid, ix, v->axis_y, v->peak_z);
		double error = tally_error_MeV(v->tally, bin) * tally_dose_per_MeV(l);

		file_printf(&v->file, "%.9g %.9g %.9g\n", centre_mm(v, AXIS_X, ix),
		    dose_Gy(v, ix, v->axis_y, v->peak_z), isnan(error) ? 0.0 : error);
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
	double from_mm = centre_mm(v, AXIS_X, 0), to_mm = centre_mm(v, AXIS_X, l->grid.n[AXIS_X] - 1);

	file_printf(&v->file, "area = %#.9g\ncentre = %#.9g\nsigma = %#.9g\nbin = %#.9g\n"
	    "upto(x) = norm((x - centre) / sigma)\n"
	    "mean(x) = area / bin * (upto(x + 0.5 * bin) - upto(x - 0.5 * bin))\n"
	    "set samples 1000\nset xrange [%.9g:%.9g]\n", mm(g->area), mm(g->centre_cm),
	    mm(g->sigma_cm), mm(l->grid.voxel_cm[AXIS_X]), fmax(from_mm, mm(g->centre_cm - reach_cm)),
	    fmin(to_mm, mm(g->centre_cm + reach_cm)));
}

/* The power of 1000 at or below x, as a power of ten. */
static int
thousands(double x)
{
	return x > 0 ? 3 * (int)floor(log10(x) / 3) : 0;
}

static int
write_profile_script(struct view *v, struct err *e)
{
	static const char points[] = "plot 'profile.dat' using 1:(scale*$2):(scale*$3) "
	    "with yerrorbars pt 7 ps 1 lc rgb '#08519c' title 'scored'";
	int exponent = thousands(dose_Gy(v, v->axis_x, v->axis_y, v->peak_z));
	char draw[400];

	if (file_create(&v->file, v->dir, "profile.gp", e) != 0)
		return -1;
	put_prologue(v);
	file_printf(&v->file, "set xlabel 'x (mm)'\nset ylabel 'dose (10^{%d} Gy per primary)'\n"
	    "scale = 1e%d\nset rmargin 3\nset yrange [0:*]\nset offsets 0,0,graph 0.3,0\n"
	    "set key top right\nset bars small\n", exponent, -exponent);
	file_printf(&v->file, "set label \"depth %.2f mm\\ny = %.4g mm\" at graph 0.03,0.93\n",
	    centre_mm(v, AXIS_Z, v->peak_z), centre_mm(v, AXIS_Y, v->axis_y));
	snprintf(draw, sizeof draw, "%s", points);
	if (isfinite(v->gauss.sigma_cm)) {
		put_gauss(v);
		snprintf(draw, sizeof draw, "%s, \\\n  scale*mean(x) with lines lw 2 lc rgb '#d95f02' "
		    "title 'Gaussian, σ = %.3g mm'", points, mm(v->gauss.sigma_cm));
	}
	put_epilogue(v, "profile", draw);
	return file_commit(&v->file, e);
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
	const struct tally *t = v->tally;
	size_t n = t->layout.n_depths;

	v->peak_z = 0;
	for (size_t iz = 0; iz < n; iz++) {
		depth_cm[iz] = tally_centre_cm(&t->layout, AXIS_Z, (int)iz);
		idd[iz] = tally_mean_MeV(t, t->layout.first_idd + iz) * tally_idd_per_MeV(&t->layout);
		if (idd[iz] > idd[v->peak_z])
			v->peak_z = (int)iz;
	}
	curve_analyse(&v->curve, n, depth_cm, idd);
}

static void
fit_profile(struct view *v, double *x_cm, double *dose)
{
	const struct tally_layout *l = &v->tally->layout;
	int n = l->grid.n[AXIS_X];

	for (int ix = 0; ix < n; ix++) {
		x_cm[ix] = tally_centre_cm(l, AXIS_X, ix);
		dose[ix] = dose_Gy(v, ix, v->axis_y, v->peak_z);
	}
	gauss_fit(&v->gauss, (size_t)n, x_cm, dose);
}

static int
analyse(struct view *v, struct err *e)
{
	const int *n = v->tally->layout.grid.n;
	size_t longest = (size_t)(n[AXIS_X] > n[AXIS_Z] ? n[AXIS_X] : n[AXIS_Z]);
	double *work = calloc(2 * longest, sizeof *work);

	if (work == NULL)
		return err_sys(e, "memory for the plots");
	find_axis(v);
	analyse_depths(v, work, work + longest);
	fit_profile(v, work, work + longest);
	free(work);
	return 0;
}

static int
make_directory(struct view *v, const char *dir, struct err *e)
{
	if (snprintf(v->dir, sizeof v->dir, "%s/" PLOT_DIRECTORY, dir) >= (int)sizeof v->dir)
		return err_set(e, ERR_OUTPUT, "create %s/" PLOT_DIRECTORY ": %s", dir, strerror(ENAMETOOLONG));
	if (mkdir(v->dir, 0755) != 0 && errno != EEXIST)
		return err_set(e, ERR_OUTPUT, "create %s: %s", v->dir, strerror(errno));
	return 0;
}

int
plot_write(const char *dir, const char *title, const struct tally *t, struct err *e)
{
	struct view v = { .tally = t, .title = title };

	if (tally_histories(t) == 0)
		return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to plot", dir);
	if (analyse(&v, e) != 0 || make_directory(&v, dir, e) != 0 ||
	    write_depth_data(&v, e) != 0 || write_depth_script(&v, e) != 0 ||
	    write_slice(&v, e) != 0 ||
	    write_profile_data(&v, e) != 0 || write_profile_script(&v, e) != 0)
		return -1;
	return 0;
}
