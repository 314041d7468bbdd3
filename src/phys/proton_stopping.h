/* Electronic stopping power of protons: Bethe's formula joined to the low-energy fits of ICRU 49. */
#ifndef PHYS_PROTON_STOPPING_H
#define PHYS_PROTON_STOPPING_H

#include <stdbool.h>

#include "phys/target.h"

/* A cubic in ln S(ln T) between two energies. */
struct junction {
	double x0, x1, y0, y1, slope0, slope1;
};

/* A compound with its own low-energy fit: that, then a junction, then Bethe. */
struct fitted_compound {
	double c[5];
	double molar_mass_g_mol;
	double energy_max_MeV;
	struct junction junction;
};

enum proton_model { PROTON_ELEMENT, PROTON_FITTED, PROTON_BRAGG };

struct proton_curve {
	enum proton_model model;
	struct target target;
	double residual[MATERIAL_ELEMENTS_MAX];   /* of each element, in L, where its fit ends */
	struct fitted_compound fitted;            /* of the material; of water in watery tissue */
	double water_fraction;                    /* taken out of the Bragg sum; 0 for none */
	double bragg_scale;
};

void proton_curve_init(struct proton_curve *c, const struct material *m);

/* MeV cm2/g at the proton's kinetic energy. */
double proton_curve_stopping(const struct proton_curve *c, double energy_MeV);

/* One element as part of a compound, its residual known. MeV cm2/g. */
double proton_element_stopping(int Z, double residual, double energy_MeV);

double junction_stopping(const struct junction *j, double energy_MeV);

/* Joins two curves by value and slope; each is asked near its own end only. */
typedef double (*stopping_function)(const void *curve, double energy_MeV);
void junction_init(struct junction *j, stopping_function low, double low_MeV,
    stopping_function high, double high_MeV, const void *curve);

#endif
