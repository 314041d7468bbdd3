/* What a proton sets free in a nonelastic event, in the mean. */
#ifndef PHYS_PROTON_YIELDS_H
#define PHYS_PROTON_YIELDS_H

/* Numbers per event and mean energies of one particle; of the recoil, the mean energy itself. */
struct proton_yields {
	double cascade_protons, cascade_power;
	double deuterons, deuteron_MeV;
	double evaporated_protons, barrier_MeV;            /* energy above the barrier: two exponentials */
	double alphas, alpha_MeV;
	double recoil_MeV;
	double left_MeV;             /* of the energy, after cascade protons and deuterons */
};

#define PROTON_EVAPORATION_MeV 3.5      /* of one exponential */

/* A cascade proton has CASCADE_SHARE u^cascade_power of the energy that there is beyond the first levels of
 * carbon and oxygen, in which it leaves the nucleus at least, with u uniform. */
#define PROTON_CASCADE_LEVEL_MeV 4.0
#define PROTON_CASCADE_SHARE 0.95

/* On the nucleus of the natural element Z, 2..92, at T > PROTON_THRESHOLD_MeV. */
struct proton_yields proton_yields(int Z, double energy_MeV);

#endif
