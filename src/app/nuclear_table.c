/* Prints the cross sections of an ion in a material: those of a g/cm2, and of a nucleus of each element. */
#include "app/nuclear_table.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "phys/nuclear_cross.h"

static const char *
symbol(const struct material *m, int i)
{
	return element_by_Z(m->element[i].Z)->symbol;
}

static bool
is_elastic_known(const struct ion *ion)
{
	return ion->A == 1;
}

void
nuclear_table_header(const struct ion *ion, const struct material *m)
{
	printf("# nuclear interactions of %s (Z = %d, A = %d) in %s, %.6g g/cm3\n", ion->name, ion->Z,
	    ion->A, m->name, m->density_g_cm3);
	printf("# energy is kinetic, per nucleon (total / A); free path between two reactions; mb per nucleus\n");
	printf("# MeV/u    elastic       reaction cm2/g  free path cm");
	for (int i = 0; i < m->n_elements; i++) {
		if (is_elastic_known(ion))
			printf("  %s elastic mb", symbol(m, i));
		printf("  %s reaction mb", symbol(m, i));
	}
	printf("\n");
}

static void
print_element(const struct ion *ion, int Z, double energy_MeV)
{
	if (is_elastic_known(ion))
		printf(" %13.6e", nuclear_sigma_mb(ion, Z, NUCLEAR_ELASTIC, energy_MeV));
	printf(" %13.6e", nuclear_sigma_mb(ion, Z, NUCLEAR_NONELASTIC, energy_MeV));
}

void
nuclear_table_row(const struct ion *ion, const struct material *m, double energy_MeV_u)
{
	double energy_MeV = energy_MeV_u * ion->A;
	double elastic = nuclear_material_cm2_g(ion, m, NUCLEAR_ELASTIC, energy_MeV);
	double reaction = nuclear_material_cm2_g(ion, m, NUCLEAR_NONELASTIC, energy_MeV);

	printf("%-10.6g %13.6e %13.6e ", energy_MeV_u, elastic, reaction);
	printf("%13.6e", reaction > 0.0 ? 1.0 / (reaction * m->density_g_cm3) : INFINITY);
	for (int i = 0; i < m->n_elements; i++)
		print_element(ion, m->element[i].Z, energy_MeV);
	printf("\n");
}
