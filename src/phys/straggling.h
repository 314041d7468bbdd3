/* Energy-loss straggling: the moments of the loss in a layer, and two variates that have them.
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
 * cut; the fourth is not matched (the tail of a single thin step is longer in truth), and the density of
 * one step is not Vavilov's: in 1 mm of water, at 150 MeV, up to 30 % of its maximum off, at the rise.
 * The sharper skewness of a still thinner step comes from acting rarely: with probability p a
 * kick of variance 1/p and skewness s sqrt p has the same three moments.
 *
 * A kick of mean 0 gives back some of the loss. Below 0.15 mm of water (protons of 150 MeV), which
 * only steps cut short by a boundary are, it would give back more than the step takes. There the
 * step is what it is in nature: a small steady loss, and with probability p one hard collision,
 *     y = K J - p E(J),   J like 1/W^2 from w to 8 w,
 * from one uniform number. p and w follow from the variance and the skewness, so that the first three
 * cumulants are proportional to the length and a path has them however thinly it is cut, with nothing
 * to be carried from step to step or from one material into the next. The steady loss that is left is
 * positive from a stopping number of 1.4 on, which the mean is of the loss in units of 2 xi'.
 * Both variates are straight arithmetic on a step's three moments: a vector kernel computes both and
 * selects by straggling_is_thin, or skips the second when no lane asks for it. */
#ifndef PHYS_STRAGGLING_H
#define PHYS_STRAGGLING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/units.h"
#include "phys/fmath.h"

#define STRAGGLING_SKEWNESS_MAX 2.7    /* of one kick; below 2 sqrt 2, where nothing is left of a */
#define STRAGGLING_LOWEST_KICK 1.4     /* b + 4 a there: what a kick gives back but for 4 sigma */

/* J in units of its mean: lowest over highest value, ln(1/that), E(J^2) and E(J^3). */
#define STRAGGLING_JUMP_LEAST 0.125
#define STRAGGLING_JUMP_LOG 2.0794415416798357
#define STRAGGLING_JUMP_SECOND \
	((1.0 - STRAGGLING_JUMP_LEAST) * (1.0 - STRAGGLING_JUMP_LEAST) \
	/ (STRAGGLING_JUMP_LEAST * STRAGGLING_JUMP_LOG * STRAGGLING_JUMP_LOG))
#define STRAGGLING_JUMP_THIRD \
	(STRAGGLING_JUMP_SECOND * (1.0 - STRAGGLING_JUMP_LEAST * STRAGGLING_JUMP_LEAST) \
	/ (2.0 * STRAGGLING_JUMP_LEAST * STRAGGLING_JUMP_LOG))
#define STRAGGLING_JUMP_CHANCE_MAX 0.5

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

/* Is a step of `mean` with standard deviation `sigma` and `skewness` of the wanted loss (same unit as
 * the mean) too thin for a kick? One as rare as the skewness wants would give back more than the mean. */
static inline bool
straggling_is_thin(double mean, double sigma, double skewness)
{
	double by_skewness = STRAGGLING_SKEWNESS_MAX / skewness;
	double by_mean = STRAGGLING_LOWEST_KICK * sigma / mean;

	return by_mean > (by_skewness < 1.0 ? by_skewness : 1.0);
}

/* How often a kick comes, in 1/4096ths so that it is drawn exactly. */
static inline int32_t
straggling_frequency(double skewness)
{
	double by_skewness = STRAGGLING_SKEWNESS_MAX / skewness;
	double p = by_skewness * by_skewness;

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

/* The probability p of the collision in a thin step. With E(J) = 1, c = E(J^2) and d = E(J^3),
 *     skewness = (d - 3 c p + 2 p^2) / (sqrt p (c - p)^(3/2))
 * is solved from its limit for small p, with the slope there and two more iterations: the third moment
 * is met within 0.2 % up to p = 0.35, 1 % up to 0.45. */
static inline double
straggling_chance(double skewness)
{
	const double c = STRAGGLING_JUMP_SECOND, d = STRAGGLING_JUMP_THIRD;
	double rare = d * d / (c * c * c * skewness * skewness);
	double p = rare / (1.0 + (6.0 * c / d - 3.0 / c) * rare);

	for (int k = 0; k < 2; k++) {
		double above = 1.0 - (3.0 * c - 2.0 * p) * p / d, below = 1.0 - p / c;

		p = rare * above * above / (below * below * below);
		p = p < STRAGGLING_JUMP_CHANCE_MAX ? p : STRAGGLING_JUMP_CHANCE_MAX;
	}
	return p;
}

/* What a thin step loses beyond its mean, in the mean's unit, from a uniform number. Where even the
 * steady loss would be negative, below a stopping number of 1.4, the variance is given up in part. */
static inline double
straggling_jump(double mean, double sigma, double skewness, double uniform)
{
	const double least = STRAGGLING_JUMP_LEAST;
	double p = straggling_chance(skewness);
	double height = sigma / __builtin_sqrt(p * (STRAGGLING_JUMP_SECOND - p));
	double most = mean / p;
	double jump = (1.0 - least) / (STRAGGLING_JUMP_LOG * (least + (1.0 - least) * uniform / p));

	height = height < most ? height : most;
	return height * ((uniform < p ? jump : 0.0) - p);
}

#endif
