/* How often an ion meets the nuclei of an element or a material. */
#include "phys/nuclear_cross.h"

#include "base/units.h"
#include "phys/glauber.h"
#include "phys/nucleus.h"
#include "phys/proton_cross.h"

#define cm2_PER_mb 1e-27

/* Measured cross sections of He-4 are above Glauber's: by 2 % on C, 5 % on O, 3 % on Si in one selection, by
 * 9 % on C in another (Horst et al., PRC 99 (2019) 014603 and those before). Tissue is oxygen. */
#define HELIUM_4_FACTOR 1.05

double
nuclear_sigma_mb(const struct ion *ion, int target_Z, enum nuclear_process process,
    double energy_MeV)
{
	if (ion->A == 1)
		return process == NUCLEAR_ELASTIC ? proton_elastic_mb(target_Z, energy_MeV)
		    : proton_nonelastic_mb(target_Z, energy_MeV);
	if (process == NUCLEAR_ELASTIC)
		return 0.0;
	return (ion->Z == 2 && ion->A == 4 ? HELIUM_4_FACTOR : 1.0)
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
