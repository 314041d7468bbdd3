/* The bytes of an MCPL file. */
#include "io/mcpl.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#define PDG_NUCLEUS 1000000000   /* and 10 L + ... : 10LZZZAAAI, L strange quarks, I the level */

_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "numbers are written as they stand in memory");

int32_t
pdg_of_ion(int Z, int A)
{
	return Z == 1 && A == 1 ? PDG_PROTON : PDG_NUCLEUS + Z * 10000 + A * 10;
}

bool
pdg_is_ion(int32_t code, int *Z, int *A)
{
	*Z = *A = 1;
	if (code == PDG_PROTON)
		return true;
	if (code < PDG_NUCLEUS || code >= PDG_NUCLEUS + 10000000 || code % 10 != 0)
		return false;
	*Z = code / 10000 % 1000;
	*A = code / 10 % 1000;
	return *Z > 0 && *A >= *Z;
}

static unsigned char *
put(unsigned char *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

static unsigned char *
put_u32(unsigned char *to, uint32_t x)
{
	return put(to, &x, sizeof x);
}

static unsigned char *
put_double(unsigned char *to, double x)
{
	return put(to, &x, sizeof x);
}

void
mcpl_put_head(unsigned char to[MCPL_HEAD_BYTES + 8], uint64_t n_particles, uint32_t n_comments, uint32_t n_blobs)
{
	to = put(to, "MCPL003L", 8);
	to = put(to, &n_particles, sizeof n_particles);
	to = put_u32(to, n_comments);
	to = put_u32(to, n_blobs);
	to = put_u32(to, 0);                     /* no flags of the user's */
	to = put_u32(to, 0);                     /* no polarisation */
	to = put_u32(to, 0);                     /* doubles */
	to = put_u32(to, 0);                     /* each particle has its code */
	to = put_u32(to, MCPL_LEAVING_BYTES);
	to = put_u32(to, 1);                     /* all have one weight, */
	put_double(to, 1.0);                     /* which is 1 */
}

/* Of a unit vector two numbers and a sign, such that the largest component, which is lost to rounding least, is the
 * one that is left to be found from the others. Where z is not the largest, its inverse takes the place of that one,
 * and is told by being more than 1. */
static void
pack_direction(const double d[3], double packed[2], double *sign)
{
	double x = fabs(d[0]), y = fabs(d[1]), z = fabs(d[2]);
	double inverse = d[2] == 0.0 ? (double)INFINITY : 1.0 / d[2];

	packed[0] = d[0];
	packed[1] = d[1];
	*sign = d[2];
	if (z >= x && z >= y)
		return;
	if (x >= y) {
		packed[0] = inverse;
		*sign = d[0];
	} else {
		packed[1] = inverse;
		*sign = d[1];
	}
}

void
mcpl_put_leaving(unsigned char to[MCPL_LEAVING_BYTES], const struct leaving *p)
{
	int32_t code = pdg_of_ion(p->Z, p->A);
	double packed[2], sign;

	pack_direction(p->direction, packed, &sign);
	for (int k = 0; k < 3; k++)
		to = put_double(to, p->position_cm[k]);
	to = put_double(to, packed[0]);
	to = put_double(to, packed[1]);
	to = put_double(to, copysign(p->energy_MeV, sign));
	to = put_double(to, 0.0);                /* its time, which nobody knows */
	put(to, &code, sizeof code);
}
