/* Directions: an orthonormal frame about one, and its deflection by two projected angles. */
#ifndef PHYS_ROTATION_H
#define PHYS_ROTATION_H

#include "base/units.h"
#include "phys/fmath.h"

/* Below this a component of a direction counts as none: 1/d stays finite. */
#define ROTATION_FLAT 1e-30

/* Two unit vectors e, f that complete d to a frame, without a special direction where it fails
 * (Duff et al., J. Comput. Graph. Tech. 6 (2017) 1). */
static inline void
rotation_frame(const double d[3], double e[3], double f[3])
{
	double sign = d[2] >= 0.0 ? 1.0 : -1.0;
	double a = -1.0 / (sign + d[2]);
	double b = d[0] * d[1] * a;

	e[0] = 1.0 + sign * d[0] * d[0] * a;
	e[1] = sign * b;
	e[2] = -sign * d[0];
	f[0] = b;
	f[1] = sign + d[1] * d[1] * a;
	f[2] = -d[1];
}

/* Turns d by the polar angle sqrt(tx^2 + ty^2) towards (tx, ty) in its frame; exact, and of unit
 * length again. */
static inline void
rotation_deflect(double d[3], double tx, double ty)
{
	double e[3], f[3], s, c, norm;
	double theta = __builtin_sqrt(tx * tx + ty * ty);

	double per_theta = 1.0 / (theta > ROTATION_FLAT ? theta : ROTATION_FLAT);

	fm_sincos_turns(theta * (1.0 / (2.0 * PI)), &s, &c);
	rotation_frame(d, e, f);
	s *= per_theta;
	for (int i = 0; i < 3; i++)
		d[i] = c * d[i] + s * (tx * e[i] + ty * f[i]);
	norm = 1.0 / __builtin_sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
	for (int i = 0; i < 3; i++)
		d[i] *= norm;
}

#endif
