/* Electronic stopping power of helium: from that of protons, joined to the fits of ICRU 49. */
#ifndef PHYS_HELIUM_STOPPING_H
#define PHYS_HELIUM_STOPPING_H

#include "phys/proton_stopping.h"

/* Energies are those of He-4, total, MeV; He-3 is asked at the same velocity. */
struct helium_curve {
	bool is_bragg;                            /* else one fit: an element or a compound */
	double join_MeV;                          /* the formula above this */
	struct fitted_compound fitted;
	struct junction element[MATERIAL_ELEMENTS_MAX];
	double bragg_scale;
};

void helium_curve_init(struct helium_curve *h, const struct proton_curve *p,
    const struct material *m);

/* MeV cm2/g at the kinetic energy of He-4. */
double helium_curve_stopping(const struct helium_curve *h, const struct proton_curve *p,
    double energy_MeV);

#endif
