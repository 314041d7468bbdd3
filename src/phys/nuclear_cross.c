/* How often an ion meets the nuclei of an element or a material. */
#include "phys/nuclear_cross.h"

#include "base/units.h"
#include "phys/glauber.h"
#include "phys/nucleus.h"
#include "phys/proton_cross.h"

#define cm2_PER_mb 1e-27

/* What is measured of 4He over Glauber's, in bands of energy; constant outside of the nodes, straight between.
 * Means of 70 to 130 MeV/u (10 values) and of 160 to 220 (7), weighted, on C, CH2, H2O, SiO2 and Si, with
 * errors of 0.03: Horst et al., PRC 96 (2017) 024624 and 99 (2019) 014603; de Vries et al., EXFOR C3107. At
 * 790 MeV/u, on C: Tanihata et al., EXFOR E2011. */
static const struct node {
	double energy_MeV_u, factor;
} helium_4[] = {
	{ 120.0, 1.035 }, { 200.0, 1.10 }, { 790.0, 1.02 }
};

enum { N_NODES = sizeof helium_4 / sizeof *helium_4 };

static double
helium_4_factor(double energy_MeV_u)
{
	const struct node *n = helium_4;
	double part;

	while (n < helium_4 + N_NODES - 2 && energy_MeV_u > n[1].energy_MeV_u)
		n++;
	part = (energy_MeV_u - n->energy_MeV_u) / (n[1].energy_MeV_u - n->energy_MeV_u);
	part = part < 0.0 ? 0.0 : part > 1.0 ? 1.0 : part;
	return n->factor + part * (n[1].factor - n->factor);
}

double
nuclear_sigma_mb(const struct ion *ion, int target_Z, enum nuclear_process process,
    double energy_MeV)
{
	if (ion->A == 1)
		return process == NUCLEAR_ELASTIC ? proton_elastic_mb(target_Z, energy_MeV)
		    : proton_nonelastic_mb(target_Z, energy_MeV);
	if (process == NUCLEAR_ELASTIC)
		return 0.0;
	return (ion->Z == 2 && ion->A == 4 ? helium_4_factor(energy_MeV / ion->A) : 1.0)
	    * glauber_reaction_mb(ion->Z, ion->A, target_Z, nucleus_of_element(target_Z), energy_MeV / ion->A);
}

double
nuclear_sigma_cm2_g(const struct ion *ion, int target_Z, enum nuclear_process process,
    double energy_MeV)
{
	return nuclear_sigma_mb(ion, target_Z, process, energy_MeV)
	    * (cm2_PER_mb * AVOGADRO / element_by_Z(target_Z)->A_g_mol);
}

double
nuclear_material_cm2_g(const struct ion *ion, const struct material *m,
    enum nuclear_process process, double energy_MeV)
{
	double sum = 0.0;

	for (int i = 0; i < m->n_elements; i++)
		sum += m->element[i].weight
		    * nuclear_sigma_cm2_g(ion, m->element[i].Z, process, energy_MeV);
	return sum;
}
