/* The table of nuclides behind model/ion.c. */
#ifndef MODEL_ION_DATA_H
#define MODEL_ION_DATA_H

#define NUCLIDE_Z_MAX 26

struct nuclide {
	int Z, A;
	double mass_excess_keV;   /* of the neutral atom */
};

extern const struct nuclide nuclide_data[];             /* ends with Z = 0 */
extern const int nuclide_common_A[NUCLIDE_Z_MAX + 1];   /* by Z */

#endif
