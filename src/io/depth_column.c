/* Tells what is told against depth. */
#include "io/depth_column.h"

#include "io/output_units.h"

static double
depth_mm(const struct tally *t, size_t iz)
{
	return tally_centre_cm(&t->layout, AXIS_Z, (int)iz) * MM_PER_CM;
}

static double
idd(const struct tally *t, size_t iz)
{
	return tally_mean_MeV(t, t->layout.first_depth[SCORE_DOSE] + iz) * tally_idd_per_MeV(&t->layout, (int)iz);
}

static double
idd_error(const struct tally *t, size_t iz)
{
	return tally_error_MeV(t, t->layout.first_depth[SCORE_DOSE] + iz) * tally_idd_per_MeV(&t->layout, (int)iz);
}

static double
dose_axis(const struct tally *t, size_t iz)
{
	return tally_mean_MeV(t, t->layout.first_axis + iz) * tally_axis_dose_per_MeV(&t->layout, (int)iz);
}

static double
dose_axis_error(const struct tally *t, size_t iz)
{
	return tally_error_MeV(t, t->layout.first_axis + iz) * tally_axis_dose_per_MeV(&t->layout, (int)iz);
}

static struct tally_let
let_of_all(const struct tally *t, size_t iz)
{
	struct tally_let let = { 0 };

	tally_let_add(&let, t, t->layout.first_depth, iz);
	return let;
}

static struct tally_let
let_on_axis(const struct tally *t, size_t iz)
{
	struct tally_let let = { 0 };

	tally_let_axis(&let, t, iz);
	return let;
}

static double
let_t(const struct tally *t, size_t iz)
{
	struct tally_let let = let_of_all(t, iz);

	return tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm;
}

static double
let_d(const struct tally *t, size_t iz)
{
	struct tally_let let = let_of_all(t, iz);

	return tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm;
}

static double
let_t_axis(const struct tally *t, size_t iz)
{
	struct tally_let let = let_on_axis(t, iz);

	return tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm;
}

static double
let_d_axis(const struct tally *t, size_t iz)
{
	struct tally_let let = let_on_axis(t, iz);

	return tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm;
}

static const struct depth_column columns[] = {
	{ "depth_mm", SCORE_DOSE, depth_mm },
	{ "idd_MeV_cm2_g", SCORE_DOSE, idd },
	{ "idd_error_MeV_cm2_g", SCORE_DOSE, idd_error },
	{ "dose_axis_Gy", SCORE_DOSE, dose_axis },
	{ "dose_axis_error_Gy", SCORE_DOSE, dose_axis_error },
	{ "fluence", SCORE_LENGTH, tally_depth_fluence },
	{ "fluence_error", SCORE_LENGTH, tally_depth_fluence_error },
	{ "let_t_keV_um", SCORE_LET2, let_t },
	{ "let_d_keV_um", SCORE_LET2, let_d },
	{ "let_t_axis_keV_um", SCORE_LET2, let_t_axis },
	{ "let_d_axis_keV_um", SCORE_LET2, let_d_axis },
};

const struct depth_column *
depth_column_at(size_t index)
{
	return index < sizeof columns / sizeof columns[0] ? &columns[index] : NULL;
}

bool
depth_column_is_scored(const struct depth_column *c, const struct tally_layout *l)
{
	return l->n_scores > (int)c->needs;
}
