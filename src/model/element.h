/* Data of the chemical elements, Z = 1 to 92, as the physics needs them. */
#ifndef MODEL_ELEMENT_H
#define MODEL_ELEMENT_H

#include <stdbool.h>

#define ELEMENT_Z_MAX 92

/* Sternheimer, Berger, Seltzer, At. Data Nucl. Data Tables 30 (1984) 261. */
struct density_effect {
	bool is_known;
	double Cbar, X0, X1, a, m, delta0;
};

struct element {
	int Z;
	const char *symbol;
	const char *name;            /* English, lower case */
	double A_g_mol;
	double density_g_cm3;
	double I_eV;                 /* ICRU 37/49 */
	struct density_effect density_effect;
	bool has_shell;              /* k_Z of the shell correction fitted for this Z */
	double shell_k;
	double proton_fit[5];        /* A1..A5, ICRU 49 low-energy fit */
	double helium_fit[5];        /* a1..a5 */
};

extern const struct element element_data[ELEMENT_Z_MAX];   /* [Z - 1] */

/* NULL when there is none. Symbols are case-sensitive ("Co" is not "CO"). */
const struct element *element_by_Z(int Z);
const struct element *element_by_symbol(const char *symbol);

#endif
