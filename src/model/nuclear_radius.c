/* Root-mean-square charge radii: Wilson, Townsend et al., Transport methods and interactions for space
 * radiations, NASA Reference Publication 1257 (1991). One radius for each mass number: isobars differ by
 * less than what the cross sections notice. */
#include "model/nuclear_radius.h"

const double nuclear_radius_fm[NUCLEAR_RADIUS_A_MAX + 1] = {
	0.0, 0.85, 2.095, 1.976, 1.671, 0.0, 2.57, 2.41, 0.0,
	2.519, 2.45, 2.42, 2.471, 2.44, 2.58, 2.611, 2.73, 2.662,
	2.727, 2.9, 3.04, 2.867, 2.969, 2.94, 3.075, 3.11, 3.06,
};
