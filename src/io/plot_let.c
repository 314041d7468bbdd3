/* Writes the plot of the LET against depth, before the depth dose. */
#include <math.h>

#include "io/csv.h"
#include "io/output_units.h"
#include "io/plot_view.h"

/* Behind this part of the highest fluence a handful of stragglers decides, and the curve ends. */
#define LEAST_FLUENCE 1e-3

/* Returns the highest fluence. */
static double
put_data(struct view *v)
{
	const struct tally *t = v->tally;
	double highest = 0;

	file_printf(&v->file, "# depth_mm let_t_keV_um let_d_keV_um fluence idd_MeV_cm2_g\n");
	for (size_t iz = 0; iz < t->layout.n_depths; iz++) {
		struct tally_let let = { 0 };
		double fluence = tally_depth_fluence(t, iz);

		tally_let_add(&let, t, t->layout.first_depth, iz);
		highest = fmax(highest, fluence);
		csv_number(&v->file, view_centre_mm(v, AXIS_Z, (int)iz), ' ');
		csv_number(&v->file, tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm, ' ');
		csv_number(&v->file, tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm, ' ');
		csv_number(&v->file, fluence, ' ');
		csv_number(&v->file, view_idd(v, (int)iz), '\n');
	}
	return highest;
}

static int
write_script(struct view *v, double highest, struct err *e)
{
	static const char draw[] =
	    "plot 'let.dat' using 1:5 axes x1y2 with filledcurves y=0 lc rgb '#e4e4e4' "
	    "title 'integral depth dose', \\\n"
	    "  '' using 1:($4 >= least ? $2 : NaN) with lines lw 2 lc rgb '#08519c' "
	    "title 'LET_t, mean over track length', \\\n"
	    "  '' using 1:($4 >= least ? $3 : NaN) with lines lw 2 lc rgb '#d95f02' "
	    "title 'LET_d, mean over dose'";

	if (file_create(&v->file, v->dir, "let.gp", e) != 0)
		return -1;
	view_put_prologue(v, "let");
	file_printf(&v->file, "set xlabel 'depth (mm)'\nset ylabel 'LET of the primaries (keV/µm)'\n"
	    "set rmargin 3\nset yrange [0:*]\nset y2range [0:*]\nset key top left reverse Left\n"
	    "# Beyond this fluence, a thousandth of the highest, a few stragglers decide.\n"
	    "least = %.9g\n", highest * LEAST_FLUENCE);
	view_put_epilogue(v, "let", draw);
	return file_commit(&v->file, e);
}

int
plot_let_write(struct view *v, struct err *e)
{
	double highest;

	if (file_create(&v->file, v->dir, "let.dat", e) != 0)
		return -1;
	highest = put_data(v);
	if (file_commit(&v->file, e) != 0)
		return -1;
	return write_script(v, highest, e);
}
