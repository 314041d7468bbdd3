/* A material: composition by weight, density, mean excitation energy. */
#ifndef MODEL_MATERIAL_H
#define MODEL_MATERIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/element.h"

#define MATERIAL_ELEMENTS_MAX 24
#define MATERIAL_NAME_MAX 64
#define MATERIAL_I_MIN_eV 10.0
#define MATERIAL_I_MAX_eV 2000.0

struct material {
	char name[MATERIAL_NAME_MAX];
	bool is_gas;
	double density_g_cm3;
	double I_eV;                      /* in use */
	int n_elements;
	struct { int Z; double weight; } element[MATERIAL_ELEMENTS_MAX];  /* weights add up to 1 */
	/* Parameters and the I they were made for; a different I_eV rescales them. */
	struct density_effect density_effect;
	double density_effect_I_eV;
};

/* Published fit of the electronic stopping power of a compound at low energy, ICRU 49 (1993). */
struct compound_fit {
	const char *material;
	double c[5];
	double molar_mass_g_mol;          /* of the formula unit */
	double energy_max_MeV;            /* total kinetic energy of the proton or of He-4 */
};

/* By name from the built-in list (water, pmma, ...) or an element's symbol ("Al") or English
 * name ("aluminium"); case does not count, nor do '-', ' ' and '_' differ. Unknown: ERR_INPUT
 * naming the nearest. */
int material_by_name(struct material *m, const char *name, struct err *e);

/* From a composition: weights are normalised (their sum must be within 1 % of 1). I_eV <= 0 means
 * the Bragg rule with ICRU 37 in-compound values. Errors: ERR_INPUT with the value and its limits. */
int material_from_composition(struct material *m, const char *name, double density_g_cm3,
    double I_eV, bool is_gas, int n, const int *Z, const double *weight, struct err *e);

/* Another mean excitation energy; ERR_INPUT outside MATERIAL_I_MIN_eV..MATERIAL_I_MAX_eV. */
int material_set_I(struct material *m, double I_eV, struct err *e);

double material_Z_over_A(const struct material *m);            /* sum w Z/A, mol/g */
double material_scattering_length_g_cm2(const struct material *m);  /* X_S, Gottschalk 2010 */
double material_radiation_length_g_cm2(const struct material *m);   /* X_0, Tsai 1974 */

/* The fit that holds for this composition and state, or NULL. A built-in material has only that of
 * its own name: polypropylene is not polyethylene, though both are CH2, nor carbon graphite. */
const struct compound_fit *material_proton_fit(const struct material *m);
const struct compound_fit *material_helium_fit(const struct material *m);

/* The built-in names, in order; NULL past the end. */
const char *material_name(size_t index);

#endif
