/* The Lindhard-Sorensen correction, summed over the phase shifts of the Coulomb-Dirac waves. */
#include "phys/lindhard.h"

#include "base/units.h"
#include "phys/fmath.h"

#define WAVES 60               /* the rest of the sum falls as 1/k^2 and is added in closed form */
#define GAMMA_SHIFT 8          /* Stirling's series is used at x + 8 */

/* arg Gamma(x + i y), x > 0, modulo 2 pi. */
static double
arg_gamma(double x, double y)
{
	double re = 1.0, im = 0.0, big = x + GAMMA_SHIFT, r2, angle, a, b;

	for (int j = 0; j < GAMMA_SHIFT; j++) {      /* product of (x + j + i y) */
		double next = re * (x + j) - im * y;

		im = re * y + im * (x + j);
		re = next;
	}
	r2 = big * big + y * y;
	angle = fm_atan2(y, big);
	/* Im[1/(12 z) - 1/(360 z^3) + 1/(1260 z^5)], 1/z = a - i b */
	a = big / r2;
	b = y / r2;
	return 0.5 * y * fm_log(r2) + (big - 0.5) * angle - y
	    - b / 12.0 + b * (3.0 * a * a - b * b) / 360.0
	    - b * (5.0 * a * a * a * a - 10.0 * a * a * b * b + b * b * b * b) / 1260.0
	    - fm_atan2(im, re);
}

/* The shifts are known, and needed, modulo pi only. */
static double
sine_squared(double angle)
{
	double sine, cosine;

	fm_sincos_turns(angle / (2.0 * PI), &sine, &cosine);
	return sine * sine;
}

/* Phase shifts of kappa = k (above) and kappa = -k (below). */
static void
phase_shifts(double z, double eta, double gamma, int k, double *above, double *below)
{
	double charge = z * FINE_STRUCTURE;
	double s = fm_sqrt((double)k * k - charge * charge);
	double spin = eta / gamma;
	double common = -arg_gamma(s + 1.0, eta) + 0.5 * fm_atan2(eta, s);

	*above = common + 0.5 * fm_atan2(-spin, k) + 0.5 * PI * (k - s);
	*below = common + 0.5 * fm_atan2(-spin, -k) + 0.5 * PI * (k - 1 - s);
}

double
lindhard_correction(double z, double beta, double gamma)
{
	double eta = z * FINE_STRUCTURE / beta, sum = 0.0, term = 0.0;
	double above_before = 0.0, above, below, above_next, below_next;

	phase_shifts(z, eta, gamma, 1, &above, &below);
	for (int k = 1; k <= WAVES; k++) {
		phase_shifts(z, eta, gamma, k + 1, &above_next, &below_next);
		term = k / (eta * eta)
		    * ((k - 1.0) / (2.0 * k - 1.0) * sine_squared(above - above_before)
		    + (k + 1.0) / (2.0 * k + 1.0) * sine_squared(below - below_next))
		    + k / (4.0 * k * k - 1.0) / (gamma * gamma * k * k + eta * eta) - 1.0 / k;
		sum += term;
		above_before = above;
		above = above_next;
		below = below_next;
	}
	return 0.5 * beta * beta + sum + term * WAVES;
}
