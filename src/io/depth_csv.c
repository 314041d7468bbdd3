/* Writes what is scored against depth as comma-separated values. */
#include "io/depth_csv.h"

#include "io/csv.h"
#include "io/output_units.h"

static void
put_header(struct file *f, int n_scores)
{
	file_printf(f, "depth_mm,idd_MeV_cm2_g,idd_error_MeV_cm2_g,dose_axis_Gy,dose_axis_error_Gy");
	if (n_scores > SCORE_LENGTH)
		file_printf(f, ",fluence,fluence_error");
	if (n_scores > SCORE_LET2)
		file_printf(f, ",let_t_keV_um,let_d_keV_um,let_t_axis_keV_um,let_d_axis_keV_um");
	file_printf(f, "\n");
}

static void
put_dose(struct file *f, const struct tally *t, size_t iz, char after)
{
	const struct tally_layout *l = &t->layout;
	double idd = tally_idd_per_MeV(l, (int)iz), axis = tally_axis_dose_per_MeV(l, (int)iz);

	csv_number(f, tally_centre_cm(l, AXIS_Z, (int)iz) * MM_PER_CM, ',');
	csv_number(f, tally_mean_MeV(t, l->first_depth[SCORE_DOSE] + iz) * idd, ',');
	csv_number(f, tally_error_MeV(t, l->first_depth[SCORE_DOSE] + iz) * idd, ',');
	csv_number(f, tally_mean_MeV(t, l->first_axis + iz) * axis, ',');
	csv_number(f, tally_error_MeV(t, l->first_axis + iz) * axis, after);
}

static void
put_let(struct file *f, const struct tally_let *let, char after)
{
	csv_number(f, tally_let_t_MeV_cm(let) * keV_um_PER_MeV_cm, ',');
	csv_number(f, tally_let_d_MeV_cm(let) * keV_um_PER_MeV_cm, after);
}

static void
put_row(struct file *f, const struct tally *t, size_t iz)
{
	struct tally_let all = { 0 }, axis = { 0 };
	int n_scores = t->layout.n_scores;

	put_dose(f, t, iz, n_scores > SCORE_LENGTH ? ',' : '\n');
	if (n_scores <= SCORE_LENGTH)
		return;
	csv_number(f, tally_depth_fluence(t, iz), ',');
	csv_number(f, tally_depth_fluence_error(t, iz), n_scores > SCORE_LET2 ? ',' : '\n');
	if (n_scores <= SCORE_LET2)
		return;
	tally_let_add(&all, t, t->layout.first_depth, iz);
	tally_let_axis(&axis, t, iz);
	put_let(f, &all, ',');
	put_let(f, &axis, '\n');
}

int
depth_csv_write(const char *dir, const struct tally *t, struct err *e)
{
	struct file f;

	if (file_create(&f, dir, "depth.csv", e) != 0)
		return -1;
	put_header(&f, t->layout.n_scores);
	for (size_t iz = 0; iz < t->layout.n_depths; iz++)
		put_row(&f, t, iz);
	return file_commit(&f, e);
}
