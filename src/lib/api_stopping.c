/* Public stopping powers. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/api_error.h"
#include "lib/c_locale.h"
#include "model/ion.h"
#include "model/material.h"
#include "phys/range.h"
#include "phys/stopping.h"

struct ionfarm_stopping {
	struct ionfarm_matter matter;
	struct range_table table;
};

_Static_assert(sizeof ((struct ionfarm_matter *)0)->ion >= sizeof ((struct ion *)0)->name &&
    sizeof ((struct ionfarm_matter *)0)->material >= MATERIAL_NAME_MAX, "a name may be cut off");

static void
describe(struct ionfarm_matter *to, const struct ion *ion, const struct material *m)
{
	snprintf(to->ion, sizeof to->ion, "%s", ion->name);
	snprintf(to->material, sizeof to->material, "%s", m->name);
	to->Z = ion->Z;
	to->A = ion->A;
	to->mass_MeV = ion->mass_MeV;
	to->density_g_cm3 = m->density_g_cm3;
	to->I_eV = m->I_eV;
}

static int
build(struct ionfarm_stopping *s, const char *ion_name, const char *material_name, double I_eV, struct err *e)
{
	struct material m;
	struct stopping stopping;
	struct ion ion;

	if (!(I_eV >= 0.0))
		return err_set(e, ERR_USAGE, "a mean excitation energy of %g eV is none", I_eV);
	if (ion_parse(&ion, ion_name, e) != 0 || material_by_name(&m, material_name, e) != 0)
		return -1;
	if (I_eV > 0.0 && material_set_I(&m, I_eV, e) != 0)
		return -1;
	if (stopping_init(&stopping, &ion, &m, e) != 0)
		return -1;
	range_build(&s->table, &stopping);
	describe(&s->matter, &ion, &m);
	return 0;
}

struct ionfarm_stopping *
ionfarm_stopping_new(const char *ion, const char *material, double I_eV, struct ionfarm_error **error)
{
	struct ionfarm_stopping *s;
	struct c_locale locale;
	struct err e;
	int status = -1;

	error_clear(error);
	if (ion == NULL || material == NULL) {
		error_null(error);
		return NULL;
	}
	s = calloc(1, sizeof *s);
	if (s == NULL) {
		err_sys(&e, "memory for a stopping power");
	} else if (c_locale_begin(&locale, &e) == 0) {
		status = build(s, ion, material, I_eV, &e);
		c_locale_end(&locale);
	}
	if (status == 0)
		return s;
	error_give(error, &e, NULL);
	free(s);
	return NULL;
}

const struct ionfarm_matter *
ionfarm_stopping_matter(const struct ionfarm_stopping *stopping)
{
	return &stopping->matter;
}

static int
check(const struct ionfarm_stopping *s, double energy_MeV_u, struct err *e)
{
	struct c_locale locale;

	if (range_check_energy(&s->table, energy_MeV_u * s->matter.A, e) == 0)
		return 0;
	if (c_locale_begin(&locale, e) != 0)
		return -1;
	err_set(e, ERR_USAGE, "%g MeV/u is outside %g to %g MeV/u", energy_MeV_u, STOPPING_MIN_MeV_u, STOPPING_MAX_MeV_u);
	c_locale_end(&locale);
	return -1;
}

int
ionfarm_stopping_at(const struct ionfarm_stopping *stopping, double energy_MeV_u, double *electronic_MeV_cm2_g,
    double *nuclear_MeV_cm2_g, double *range, struct ionfarm_error **error)
{
	double energy_MeV, electronic, nuclear;
	struct err e;

	error_clear(error);
	if (stopping == NULL)
		return error_null(error);
	if (check(stopping, energy_MeV_u, &e) != 0)
		return error_give(error, &e, NULL);
	energy_MeV = energy_MeV_u * stopping->matter.A;
	range_stopping(&stopping->table, energy_MeV, &electronic, &nuclear);
	if (electronic_MeV_cm2_g != NULL)
		*electronic_MeV_cm2_g = electronic;
	if (nuclear_MeV_cm2_g != NULL)
		*nuclear_MeV_cm2_g = nuclear;
	if (range != NULL)
		*range = range_g_cm2(&stopping->table, energy_MeV);
	return 0;
}

void
ionfarm_stopping_free(struct ionfarm_stopping *stopping)
{
	free(stopping);
}
