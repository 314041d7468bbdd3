/* Energy-loss straggling: the moments of the loss in a thin layer, and a variate that has them.
 *
 * Collisions with free electrons, d2N/dx dW = xi' / W^2 (1 - beta^2 W / W_max) up to W_max, with
 * xi' = (K/2)(Z/A) z*^2 / beta^2, give the central moments per g/cm2
 *     second  xi' W_max   (1   - beta^2 / 2)         (Bohr, with the relativistic end point)
 *     third   xi' W_max^2 (1/2 - beta^2 / 3)
 * so the loss in 1 mm of water is skewed (by 1.7 for protons of 150 MeV).
 *
 * The variate is a normal one plus a chi-square of one degree of freedom: with standard normals g, h,
 *     y = a g + b (h^2 - 1),  a^2 + 2 b^2 = 1,  8 b^3 = skewness
 * has mean 0, variance 1 and any skewness up to 2 sqrt 2, from two normals and no rejection; like
 * Vavilov's density it rises as a Gaussian and falls with a tail. (The same with g = h reaches further
 * down, but has a spike at its lower edge.)
 * Cumulants add, so after many steps the first three are those of the whole path however it was
 * cut; the fourth is not matched (the tail of a single thin step is longer in truth).
 * The sharper skewness of a still thinner step comes from acting rarely: with probability p a
 * kick of variance 1/p and skewness s sqrt p has the same three moments. */
#ifndef PHYS_STRAGGLING_H
#define PHYS_STRAGGLING_H

#include <stdint.h>

#include "base/units.h"
#include "phys/fmath.h"

#define STRAGGLING_SKEWNESS_MAX 2.7    /* of one kick; below 2 sqrt 2, where nothing is left of a */
#define STRAGGLING_LOWEST_KICK 1.4     /* b + 4 a there: what a kick gives back but for 4 sigma */

/* Effective charge of the projectile (Barkas). */
static inline double
straggling_charge(int z, double beta)
{
	return z * (1.0 - fm_exp(-125.0 * beta * fm_pow(z, -2.0 / 3.0)));
}

/* Largest energy that a projectile of mass M can give to an electron, MeV. */
static inline double
straggling_w_max_MeV(double beta2, double gamma, double mass_MeV)
{
	double ratio = ELECTRON_MASS_MeV / mass_MeV;

	return 2.0 * ELECTRON_MASS_MeV * beta2 * gamma * gamma
	    / (1.0 + 2.0 * gamma * ratio + ratio * ratio);
}

/* Second (MeV2) and third (MeV3) central moment of the loss per g/cm2. Z_over_A in mol/g. */
static inline void
straggling_moments(int z, double mass_MeV, double energy_MeV, double Z_over_A,
    double *second, double *third)
{
	double gamma = 1.0 + energy_MeV / mass_MeV;
	double beta2 = 1.0 - 1.0 / (gamma * gamma);
	double w = straggling_w_max_MeV(beta2, gamma, mass_MeV);
	double charge = straggling_charge(z, __builtin_sqrt(beta2));
	double xi = 0.5 * BETHE_K_MeV_cm2_mol * Z_over_A * charge * charge / beta2;

	*second = xi * w * (1.0 - beta2 / 2.0);
	*third = xi * w * w * (0.5 - beta2 / 3.0);
}

/* The sigma that a step can have when no loss is to be negative: below some 70 um of water for protons
 * of 150 MeV, which only steps cut short by a boundary have, the variance is given up in part. */
static inline double
straggling_sigma(double mean, double sigma)
{
	double most = mean / STRAGGLING_LOWEST_KICK;

	return sigma < most ? sigma : most;
}

/* How often a kick comes in a step of `mean` with standard deviation `sigma` and `skewness` of
 * the wanted loss (same unit as the mean), in 1/4096ths so that it is drawn exactly. Rare enough
 * for the skewness, yet so frequent that a kick does not take more than the mean, which would be a
 * negative loss. Where both cannot be had, below 0.2 mm of water, skewness is given up. */
static inline int32_t
straggling_frequency(double mean, double sigma, double skewness)
{
	double by_skewness = STRAGGLING_SKEWNESS_MAX / skewness;
	double by_mean = STRAGGLING_LOWEST_KICK * sigma / mean;
	double p = by_skewness * by_skewness;

	if (p < by_mean * by_mean)
		p = by_mean * by_mean;
	return p < 1.0 ? (int32_t)(p * 4096.0) + 1 : 4096;
}

/* The kick itself, in units of sigma: mean 0 (over all steps, also those without a kick).
 * `chance` is uniform in 0..4095, g and h are standard normals. */
static inline double
straggling_kick(double skewness, int32_t frequency, int32_t chance, double g, double h)
{
	double p = (double)frequency / 4096.0;
	double root = __builtin_sqrt(p);
	double s = skewness * root;
	double b = 0.5 * fm_exp(fm_log(s < STRAGGLING_SKEWNESS_MAX ? s : STRAGGLING_SKEWNESS_MAX)
	    * (1.0 / 3.0));
	double a = __builtin_sqrt(1.0 - 2.0 * b * b);

	return chance < frequency ? (a * g + b * (h * h - 1.0)) / root : 0.0;
}

#endif
