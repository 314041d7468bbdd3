/* Writes what is scored against depth, by particles, as comma-separated values. */
#include "io/particles_csv.h"

#include "io/csv.h"
#include "io/output_units.h"
#include "io/rundir.h"

static void
put_names(struct file *f, const struct tally_layout *l, const char *group)
{
	if (tally_group_has(l, GROUP_DOSE))
		file_printf(f, ",%s_idd_MeV_cm2_g,%s_idd_error_MeV_cm2_g", group, group);
	if (tally_group_has(l, GROUP_LENGTH))
		file_printf(f, ",%s_fluence,%s_fluence_error", group, group);
	if (tally_group_has(l, GROUP_LET2))
		file_printf(f, ",%s_let_t_keV_um,%s_let_d_keV_um", group, group);
	if (tally_group_has(l, GROUP_YIELD))
		file_printf(f, ",%s_yield,%s_yield_error", group, group);
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

	if (tally_group_has(l, GROUP_DOSE)) {
		size_t bin = tally_group_first(l, group, GROUP_DOSE) + iz;
		double idd = tally_idd_per_MeV(l, (int)iz);

		put(f, tally_mean_MeV(t, bin) * idd);
		put(f, tally_error_MeV(t, bin) * idd);
	}
	if (tally_group_has(l, GROUP_LENGTH)) {
		put(f, tally_group_fluence(t, group, iz));
		put(f, tally_group_fluence_error(t, group, iz));
	}
	if (tally_group_has(l, GROUP_LET2)) {
		tally_let_group(&let, t, group, iz);
		put(f, tally_let_t_MeV_cm(&let) * keV_um_PER_MeV_cm);
		put(f, tally_let_d_MeV_cm(&let) * keV_um_PER_MeV_cm);
	}
	if (tally_group_has(l, GROUP_YIELD)) {
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
		put_names(&f, l, tally_group_name(l, g));
	for (size_t iz = 0; iz < l->n_depths; iz++) {
		file_printf(&f, "\n");
		csv_last(&f, tally_centre_cm(l, AXIS_Z, (int)iz) * MM_PER_CM);
		for (int g = 0; g < l->n_groups; g++)
			put_group(&f, t, g, iz);
	}
	file_printf(&f, "\n");
	return file_commit(&f, e);
}
