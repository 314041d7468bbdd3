/* Writes what is scored in rings as comma-separated values. */
#include "io/cylinder_csv.h"

#include "io/csv.h"
#include "io/output_units.h"

static void
put_header(struct file *f, int n_scores)
{
	file_printf(f, "r_low_mm,r_high_mm,depth_mm,dose_Gy,dose_error_Gy");
	if (n_scores > SCORE_LENGTH)
		file_printf(f, ",fluence_cm2");
	if (n_scores > SCORE_LET2)
		file_printf(f, ",let_t_keV_um,let_d_keV_um");
	file_printf(f, "\n");
}

static void
put_place(struct file *f, const struct tally_layout *l, int ring, int iz)
{
	csv_number(f, l->grid.radius_cm[ring] * MM_PER_CM, ',');
	csv_number(f, l->grid.radius_cm[ring + 1] * MM_PER_CM, ',');
	csv_number(f, tally_centre_cm(l, AXIS_Z, iz) * MM_PER_CM, ',');
}

static void
put_scores(struct file *f, const struct tally *t, size_t bin)
{
	struct tally_let let = { 0 };
	int n_scores = t->layout.n_scores;

	csv_number(f, tally_dose_Gy(t, bin), ',');
	csv_number(f, tally_dose_error_Gy(t, bin), n_scores > SCORE_LENGTH ? ',' : '\n');
	if (n_scores <= SCORE_LENGTH)
		return;
	csv_number(f, tally_fluence_cm2(t, bin), n_scores > SCORE_LET2 ? ',' : '\n');
	if (n_scores <= SCORE_LET2)
		return;
	tally_let_add(&let, t, t->layout.first_voxel, bin);
	csv_number(f, tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm, ',');
	csv_number(f, tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm, '\n');
}

int
cylinder_csv_write(const char *dir, const struct tally *t, struct err *e)
{
	const struct grid *g = &t->layout.grid;
	struct file f;

	if (file_create(&f, dir, "cylinder.csv", e) != 0)
		return -1;
	put_header(&f, t->layout.n_scores);
	for (int ring = 0; ring < g->n[AXIS_X]; ring++)
		for (int iz = 0; iz < g->n[AXIS_Z]; iz++) {
			put_place(&f, &t->layout, ring, iz);
			put_scores(&f, t, grid_index(g, ring, 0, iz));
		}
	return file_commit(&f, e);
}
