/* Writes what is scored against depth, by particles, as comma-separated values. */
#include "io/particles_csv.h"

#include "io/csv.h"
#include "io/output_units.h"
#include "io/rundir.h"

/* Whether a group has columns of a score: what stops at birth has no tracks, and passes no depth. */
static bool
has_columns(const struct tally_layout *l, int group, enum group_score score)
{
	bool flies = l->n_groups == 1 || group != tally_group_local(l);

	return tally_group_has(l, score) && (flies || score == GROUP_DOSE);
}

static void
put_names(struct file *f, const struct tally_layout *l, int group)
{
	const char *name = tally_group_name(l, group);

	if (has_columns(l, group, GROUP_DOSE))
		file_printf(f, ",%s_idd_MeV_cm2_g,%s_idd_error_MeV_cm2_g", name, name);
	if (has_columns(l, group, GROUP_LENGTH))
		file_printf(f, ",%s_fluence,%s_fluence_error", name, name);
	if (has_columns(l, group, GROUP_LET2))
		file_printf(f, ",%s_let_t_keV_um,%s_let_d_keV_um", name, name);
	if (has_columns(l, group, GROUP_YIELD))
		file_printf(f, ",%s_yield,%s_yield_error", name, name);
}

static void
put(struct file *f, double x)
{
	file_printf(f, ",");
	csv_last(f, x);
}

static void
put_group(struct file *f, const struct tally *t, int group, size_t iz)
{
	const struct tally_layout *l = &t->layout;
	struct tally_let let = { 0 };

	if (has_columns(l, group, GROUP_DOSE)) {
		size_t bin = tally_group_first(l, group, GROUP_DOSE) + iz;
		double idd = tally_idd_per_MeV(l, (int)iz);

		put(f, tally_mean_MeV(t, bin) * idd);
		put(f, tally_error_MeV(t, bin) * idd);
	}
	if (has_columns(l, group, GROUP_LENGTH)) {
		put(f, tally_group_fluence(t, group, iz));
		put(f, tally_group_fluence_error(t, group, iz));
	}
	if (has_columns(l, group, GROUP_LET2)) {
		tally_let_group(&let, t, group, iz);
		put(f, tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm);
		put(f, tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm);
	}
	if (has_columns(l, group, GROUP_YIELD)) {
		size_t bin = tally_group_first(l, group, GROUP_YIELD) + iz;

		put(f, tally_mean_quanta(t, bin));
		put(f, tally_error_quanta(t, bin));
	}
}

int
particles_csv_write(const char *dir, const struct tally *t, struct err *e)
{
	const struct tally_layout *l = &t->layout;
	struct file f;

	if (l->n_groups == 0)
		return rundir_remove(dir, "particles.csv", e);
	if (file_create(&f, dir, "particles.csv", e) != 0)
		return -1;
	file_printf(&f, "depth_mm");
	for (int g = 0; g < l->n_groups; g++)
		put_names(&f, l, g);
	for (size_t iz = 0; iz < l->n_depths; iz++) {
		file_printf(&f, "\n");
		csv_last(&f, tally_centre_cm(l, AXIS_Z, (int)iz) * MM_PER_CM);
		for (int g = 0; g < l->n_groups; g++)
			put_group(&f, t, g, iz);
	}
	file_printf(&f, "\n");
	return file_commit(&f, e);
}
