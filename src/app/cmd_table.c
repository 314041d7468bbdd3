/* ionfarm table: stopping power and range of an ion in a material, or its cross sections. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/command.h"
#include "app/failure.h"
#include "app/nuclear_table.h"
#include "io/quantity.h"
#include "lib/exit_status.h"
#include "model/ion.h"
#include "model/material.h"
#include "phys/stopping.h"

enum { OPT_ENERGIES, OPT_I, OPT_NUCLEAR };

static const struct option_row options[] = {
	[OPT_ENERGIES] = {'e', "energies", "LIST", "energies in MeV/u, separated by commas"},
	[OPT_I] = {'I', "mean-excitation-energy", "EV", "in eV, instead of the material's own"},
	[OPT_NUCLEAR] = {0, "nuclear", NULL, "cross sections of nuclear interactions, in their place"},
	{0, NULL, NULL, NULL}
};

enum { ENERGIES_MAX = 1000 };

#define NUCLEAR_MIN_MeV_u 1.0   /* below it nearly all of them are 0 */

/* 1, 1.5, 2, 3, ... of each decade of the model's range of validity. */
static const double mantissas[] = {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};

struct table_options {
	int n;
	double energy_MeV_u[ENERGIES_MAX];
	double I_eV;                  /* 0: the material's */
	bool is_nuclear;
};

static int
parse_number(double *x, const char *text, char **end, const char *option, struct err *e)
{
	*x = strtod(text, end);
	if (*end == text || !(*x > 0.0 && *x < 1e6))
		return err_set(e, ERR_USAGE, "%s: '%.60s' is not a positive number", option, text);
	return 0;
}

static int
parse_energies(struct table_options *o, const char *text, struct err *e)
{
	char *end;

	for (;;) {
		if (o->n == ENERGIES_MAX)
			return err_set(e, ERR_USAGE, "--energies: at most %d", ENERGIES_MAX);
		if (parse_number(&o->energy_MeV_u[o->n], text, &end, "--energies", e) != 0)
			return -1;
		o->n++;
		if (*end == '\0')
			return 0;
		if (*end != ',')
			return err_set(e, ERR_USAGE, "--energies: a comma is expected at '%.60s'", end);
		text = end + 1;
	}
}

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct table_options *o = ctx;
	char *end;

	if (row == OPT_ENERGIES)
		return parse_energies(o, argument, e);
	if (row == OPT_NUCLEAR) {
		o->is_nuclear = true;
		return 0;
	}
	if (parse_number(&o->I_eV, argument, &end, "--mean-excitation-energy", e) != 0)
		return -1;
	return *end == '\0' ? 0 : err_set(e, ERR_USAGE,
	    "--mean-excitation-energy: '%.60s' is not a number of eV", argument);
}

static void
default_energies(struct table_options *o)
{
	for (double decade = o->is_nuclear ? NUCLEAR_MIN_MeV_u : STOPPING_MIN_MeV_u; decade < 999.0; decade *= 10.0)
		for (size_t i = 0; i < sizeof mantissas / sizeof mantissas[0]; i++)
			o->energy_MeV_u[o->n++] = mantissas[i] * decade;
	o->energy_MeV_u[o->n++] = 1000.0;
}

static int
check_energies(const struct table_options *o, struct err *e)
{
	for (int i = 0; i < o->n; i++) {
		double E = o->energy_MeV_u[i];

		if (E < STOPPING_MIN_MeV_u * (1.0 - 1e-12) || E > STOPPING_MAX_MeV_u * (1.0 + 1e-12))
			return err_set(e, ERR_USAGE, "--energies: %g MeV/u is outside %g to %g MeV/u", E,
			    STOPPING_MIN_MeV_u, STOPPING_MAX_MeV_u);
	}
	return 0;
}

static int
print_row(const struct ionfarm_stopping *s, double energy_MeV_u, struct err *e)
{
	struct ionfarm_error *error;
	double electronic, nuclear, range_g_cm2;

	if (ionfarm_stopping_at(s, energy_MeV_u, &electronic, &nuclear, &range_g_cm2, &error) != 0)
		return failure(error, e);
	printf("%-10.6g %13.6e %13.6e %13.6e %13.6e\n", energy_MeV_u, electronic, nuclear,
	    electronic + nuclear, range_g_cm2);
	return 0;
}

static void
print_header(const struct ionfarm_matter *m)
{
	printf("# %s (Z = %d, A = %d, mass %.4f MeV) in %s, %.6g g/cm3, I = %.6g eV\n", m->ion,
	    m->Z, m->A, m->mass_MeV, m->material, m->density_g_cm3, m->I_eV);
	printf("# energy is kinetic, per nucleon (total / A)\n");
	printf("# MeV/u    electronic    nuclear       total MeV cm2/g  CSDA g/cm2\n");
}

static int
print_stopping(const struct table_options *o, const char *ion, const char *material, struct err *e)
{
	struct ionfarm_error *error;
	struct ionfarm_stopping *s = ionfarm_stopping_new(ion, material, o->I_eV, &error);
	int status = 0;

	if (s == NULL)
		return failure(error, e);
	print_header(ionfarm_stopping_matter(s));
	for (int i = 0; i < o->n && status == 0; i++)
		status = print_row(s, o->energy_MeV_u[i], e);
	ionfarm_stopping_free(s);
	return status;
}

static int
print_nuclear(const struct table_options *o, const char *ion_name, const char *material, struct err *e)
{
	struct material m;
	struct ion ion;

	if (ion_parse(&ion, ion_name, e) != 0 || material_by_name(&m, material, e) != 0)
		return -1;
	if (o->I_eV > 0.0)
		return err_set(e, ERR_USAGE,
		    "--nuclear: a mean excitation energy is none of its matters");
	nuclear_table_header(&ion, &m);
	for (int i = 0; i < o->n; i++)
		nuclear_table_row(&ion, &m, o->energy_MeV_u[i]);
	return 0;
}

static int
cmd_table(int argc, char **argv, struct err *e)
{
	struct table_options o = {0};
	int first, status;

	if (options_parse(options, argc, argv, set_option, &o, &first, e) != 0)
		return -1;
	if (argc - first != 2)
		return err_set(e, ERR_USAGE, "table takes an ion and a material");
	if (o.n == 0)
		default_energies(&o);
	if (check_energies(&o, e) != 0)
		return -1;
	status = (o.is_nuclear ? print_nuclear : print_stopping)(&o, argv[first], argv[first + 1], e);
	return status == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_table = {
	"table", "ION MATERIAL", "prints stopping power and range, or cross sections", options, cmd_table
};
