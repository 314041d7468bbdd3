/* The tables behind model/material.c. */
#ifndef MODEL_MATERIAL_DATA_H
#define MODEL_MATERIAL_DATA_H

#include "model/material.h"

struct material_record {
	const char *name;
	bool is_gas;
	double density_g_cm3;
	double I_eV;
	double density_effect_I_eV;
	struct density_effect density_effect;
	int n_elements;
	struct { int Z; double weight; } element[MATERIAL_ELEMENTS_MAX];
};

struct material_alias {
	const char *alias, *name;
};

/* Each ends with a NULL name. */
extern const struct material_record material_data[];
extern const struct compound_fit material_proton_fits[];
extern const struct compound_fit material_helium_fits[];
extern const struct material_alias material_aliases[];

#endif
