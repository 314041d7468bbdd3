/* The entire exponential integral: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 5.1. */
#include "phys/exponential_integral.h"

#include "phys/fmath.h"

#define EULER_GAMMA 0.5772156649015329
#define SERIES_MAX 8.0
#define SERIES_TERMS 48          /* the next one is below 1e-17 of the sum at SERIES_MAX */
#define FRACTION_DEPTH 40        /* what is left out is below 1e-16 of Ein at SERIES_MAX */
#define E1_MAX 60.0              /* E1 is below 1e-27 beyond */

/* e^-x sum of H_n x^n/n!, H_n = 1 + 1/2 + ... + 1/n: all terms have one sign, so that none cancels. */
static double
series(double x)
{
	double power = 1.0, harmonic = 0.0, sum = 0.0;

	for (int n = 1; n <= SERIES_TERMS; n++) {
		power *= x / n;
		harmonic += 1.0 / n;
		sum += power * harmonic;
	}
	return fm_exp(-x) * sum;
}

/* E1(x) by its continued fraction, 5.1.22, from the depth upwards. */
static double
E1(double x)
{
	double below = x;

	for (int n = FRACTION_DEPTH; n >= 1; n--)
		below = x + n / (1.0 + n / below);
	return fm_exp(-x) / below;
}

double
exponential_integral_ein(double x)
{
	if (x <= SERIES_MAX)
		return series(x);
	return fm_log(x) + EULER_GAMMA + (x < E1_MAX ? E1(x) : 0.0);
}
