/* Writes the plot of the depth doses of several results, and of their differences to the first. */
#include <math.h>
#include <stdio.h>

#include "io/csv.h"
#include "io/plot_view.h"

struct point {
	double value, error;
};

static double
depth_mm(const struct tally *t, int iz)
{
	return view_mm(tally_centre_cm(&t->layout, AXIS_Z, iz));
}

static struct point
idd_at(const struct tally *t, int iz)
{
	size_t bin = t->layout.first_depth[SCORE_DOSE] + (size_t)iz;
	double idd = tally_idd_per_MeV(&t->layout, iz);

	return (struct point){ tally_mean_MeV(t, bin) * idd, tally_error_MeV(t, bin) * idd };
}

/* Between the centres of two bins on a straight line; NaN beyond the first and the last. */
static struct point
idd_between(const struct tally *t, double at_mm)
{
	const struct grid *g = &t->layout.grid;
	double place = (at_mm - depth_mm(t, 0)) / view_mm(g->voxel_cm[AXIS_Z]);
	double low = floor(place + 1e-6), part = fmax(place - low, 0);
	struct point a, b;

	if (low < 0 || low > g->n[AXIS_Z] - 1 || (low == g->n[AXIS_Z] - 1 && part > 1e-6))
		return (struct point){ NAN, NAN };
	a = idd_at(t, (int)low);
	if (part < 1e-6)
		return a;
	b = idd_at(t, (int)low + 1);
	return (struct point){ (1 - part) * a.value + part * b.value, hypot((1 - part) * a.error, part * b.error) };
}

/* The errors of two results are independent; that of the first to itself is 0, and so is what is unknown:
 * gnuplot warns of a band without any point. */
static void
put_row(struct view *v, const struct tally *t, int iz, double peak)
{
	struct point here = idd_at(t, iz), first = idd_between(v->tally, depth_mm(t, iz));
	double error = t == v->tally ? 0 : hypot(here.error, first.error);

	csv_number(&v->file, depth_mm(t, iz), ' ');
	csv_number(&v->file, here.value, ' ');
	csv_number(&v->file, here.error, ' ');
	csv_number(&v->file, 100 * (here.value - first.value) / peak, ' ');
	csv_number(&v->file, isnan(error) ? 0 : 100 * error / peak, '\n');
}

static int
write_data(struct view *v, const struct plot_result *results, size_t n, struct err *e)
{
	double peak = view_idd(v, v->peak_z);
	char name[32];

	for (size_t i = 0; i < n; i++) {
		const struct tally *t = results[i].tally;

		snprintf(name, sizeof name, "compare_%zu.dat", i + 1);
		if (file_create(&v->file, v->dir, name, e) != 0)
			return -1;
		file_printf(&v->file, "# depth_mm idd_MeV_cm2_g idd_error_MeV_cm2_g difference_percent_of_peak error\n");
		for (int iz = 0; iz < t->layout.grid.n[AXIS_Z]; iz++)
			put_row(v, t, iz, peak);
		if (file_commit(&v->file, e) != 0)
			return -1;
	}
	return 0;
}

static void
put_names(struct view *v, const struct plot_result *results, size_t n)
{
	file_printf(&v->file, "n = %zu\narray name[n]\narray colour[n]\n", n);
	for (size_t i = 0; i < n; i++) {
		file_printf(&v->file, "colour[%zu] = '%s'\nname[%zu] = ", i + 1, view_colour(i), i + 1);
		view_put_quoted(&v->file, results[i].name);
		file_printf(&v->file, "\n");
	}
}

int
plot_compare_write(struct view *v, const struct plot_result *results, size_t n, struct err *e)
{
	static const char draw[] =
	    "set multiplot\n"
	    "set tmargin at screen 0.95\nset bmargin at screen 0.46\nset format x ''\nset xlabel\n"
	    "set ylabel \"integral depth dose\\n(MeV cm^2/g per primary)\"\nset yrange [0:*]\n"
	    "plot for [i=1:n] file(i) using 1:2 with lines lw 2.5 dt i lc rgb colour[i] title name[i] noenhanced\n"
	    "set tmargin at screen 0.43\nset bmargin at screen 0.16\nset format x '%g'\nset xlabel 'depth (mm)'\n"
	    "set ylabel \"difference\\n(% of the peak)\"\nset yrange [*:*]\n"
	    "plot for [i=2:n] file(i) using 1:($4-$5):($4+$5) with filledcurves fs transparent solid 0.3 "
	    "lc rgb colour[i] notitle, \\\n"
	    "  for [i=2:n] file(i) using 1:4 with lines lw 2 lc rgb colour[i] notitle, \\\n"
	    "  0 with lines lw 2.5 lc rgb colour[1] notitle\n"
	    "unset multiplot";

	double from_mm = INFINITY, to_mm = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		const struct tally *t = results[i].tally;

		from_mm = fmin(from_mm, depth_mm(t, 0));
		to_mm = fmax(to_mm, depth_mm(t, t->layout.grid.n[AXIS_Z] - 1));
	}
	v->title = "";
	if (write_data(v, results, n, e) != 0 || file_create(&v->file, v->dir, PLOT_COMPARE, e) != 0)
		return -1;
	view_put_prologue(v, "compare");
	put_names(v, results, n);
	file_printf(&v->file, "unset title\nfile(i) = sprintf('compare_%%d.dat', i)\n"
	    "set lmargin at screen 0.16\nset rmargin at screen 0.97\nset key top left reverse Left\n"
	    "set xrange [%.9g:%.9g]\n"
	    "# The bands are one standard error of the difference.\n", from_mm, to_mm);
	view_put_epilogue(v, "compare", draw);
	return file_commit(&v->file, e);
}
