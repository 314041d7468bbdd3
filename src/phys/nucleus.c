/* Nuclei as the interactions see them. */
#include "phys/nucleus.h"

#include "model/element.h"
#include "model/nuclear_radius.h"
#include "phys/fmath.h"

/* Of nuclei without a measured radius: a line through those that have one (own fit: within 0.21 fm of
 * them for A >= 12). */
#define RADIUS_SLOPE_fm  0.84
#define RADIUS_OFFSET_fm 0.55

int
nucleus_of_element(int Z)
{
	return (int)(element_by_Z(Z)->A_g_mol + 0.5);
}

double
nucleus_radius_fm(int A)
{
	if (A <= NUCLEAR_RADIUS_A_MAX && nuclear_radius_fm[A] > 0.0)
		return nuclear_radius_fm[A];
	return RADIUS_SLOPE_fm * fm_pow(A, 1.0 / 3.0) + RADIUS_OFFSET_fm;
}
