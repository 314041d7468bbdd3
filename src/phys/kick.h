/* Energy-loss straggling as lanes draw it: two variates that have the moments of straggling.h. Part of the
 * kernel.
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
 * positive from a stopping number of 1.4 on, which the mean is of the loss in units of 2 xi'. */
#ifndef PHYS_KICK_H
#define PHYS_KICK_H

#include "phys/vmath.h"

#define KICK_SKEWNESS_MAX 2.7f         /* of one kick; below 2 sqrt 2, where nothing is left of a */
#define KICK_LOWEST 1.4f               /* b + 4 a there: what a kick gives back but for 4 sigma */

/* J in units of its mean: lowest over highest value, ln(1/that), E(J^2) and E(J^3). */
#define KICK_JUMP_LEAST 0.125
#define KICK_JUMP_LOG 2.0794415416798357
#define KICK_JUMP_SECOND \
	((1.0 - KICK_JUMP_LEAST) * (1.0 - KICK_JUMP_LEAST) / (KICK_JUMP_LEAST * KICK_JUMP_LOG * KICK_JUMP_LOG))
#define KICK_JUMP_THIRD \
	(KICK_JUMP_SECOND * (1.0 - KICK_JUMP_LEAST * KICK_JUMP_LEAST) / (2.0 * KICK_JUMP_LEAST * KICK_JUMP_LOG))
#define KICK_JUMP_CHANCE_MAX 0.5f

/* The random numbers of a kick: a pair of normals, by the square of their radius and their azimuth, a number in
 * 0..4095; and, in place of the radius, a uniform number. */
struct kick_numbers {
	vf radius2, cosine, sine, uniform;
	vi chance;
};

/* a g + b (h^2 - 1), of a variance and b in the unit of its root: for skewness up to KICK_SKEWNESS_MAX. */
VEC_INLINE vf
kick_common(const struct kick_numbers *r, vf variance, vf b)
{
	vf a = vf_sqrt((variance - 2.0f * b * b) * r->radius2);

	return a * r->cosine + b * (r->radius2 * r->sine * r->sine - 1.0f);
}

/* Is a step of `mean` with standard deviation `sigma` and `skewness` of the wanted loss (same unit as
 * the mean) too thin for a kick? One as rare as the skewness wants would give back more than the mean. */
VEC_INLINE vm
kick_is_thin(vf mean, vf sigma, vf skewness)
{
	return vf_lt(vf_min(KICK_SKEWNESS_MAX / skewness, vf_set(1.0f)), KICK_LOWEST * sigma / mean);
}

/* A kick as rare as the skewness wants it, in units of sigma: mean 0 (over all steps, also those without
 * one). How often it comes is in 1/4096ths, so that it is drawn exactly. */
VEC_INLINE vf
kick_rare(const struct kick_numbers *r, vf skewness)
{
	vf by_skewness = KICK_SKEWNESS_MAX / skewness;
	vf p = vf_min(by_skewness * by_skewness, vf_set(1.0f));
	vi frequency = vi_sel(vf_lt(p, vf_set(1.0f)), vi_of(p * 4096.0f) + 1, vi_set(4096));
	vf root = vf_sqrt(vf_of(frequency) * (1.0f / 4096.0f));
	vf b = 0.5f * vf_cbrt(vf_min(skewness * root, vf_set(KICK_SKEWNESS_MAX)));

	return vf_sel(vi_lt(r->chance, frequency), kick_common(r, vf_set(1.0f), b) / root, vf_set(0.0f));
}

/* The probability p of the collision in a thin step. With E(J) = 1, c = E(J^2) and d = E(J^3),
 *     skewness = (d - 3 c p + 2 p^2) / (sqrt p (c - p)^(3/2))
 * is solved from its limit for small p, with the slope there and two more iterations: the third moment
 * is met within 0.2 % up to p = 0.35, 1 % up to 0.45. */
VEC_INLINE vf
kick_jump_chance(vf skewness)
{
	const float c = (float)KICK_JUMP_SECOND, d = (float)KICK_JUMP_THIRD;
	vf rare = (d * d / (c * c * c)) / (skewness * skewness);
	vf p = rare / (1.0f + (6.0f * c / d - 3.0f / c) * rare);

	for (int k = 0; k < 2; k++) {
		vf above = 1.0f - (3.0f * c - 2.0f * p) * p * (1.0f / d), below = 1.0f - p * (1.0f / c);

		p = rare * above * above / (below * below * below);
		p = vf_min(p, vf_set(KICK_JUMP_CHANCE_MAX));
	}
	return p;
}

/* What a thin step loses beyond its mean, in the mean's unit. Where even the steady loss would be
 * negative, below a stopping number of 1.4, the variance is given up in part. */
VEC_INLINE vf
kick_jump(const struct kick_numbers *r, vf mean, vf sigma, vf skewness)
{
	const float least = (float)KICK_JUMP_LEAST, rest = 1.0f - least;
	vf p = kick_jump_chance(skewness);
	vf height = vf_min(sigma / vf_sqrt(p * ((float)KICK_JUMP_SECOND - p)), mean / p);
	vf jump = rest / ((float)KICK_JUMP_LOG * (least + rest * r->uniform / p));

	return height * (vf_sel(vf_lt(r->uniform, p), jump, vf_set(0.0f)) - p);
}

/* Where kick_common does not do. */
static __attribute__((noinline, unused)) vf
kick_special(const struct kick_numbers *r, vf mean, vf sigma, vf skewness)
{
	return vf_sel(kick_is_thin(mean, sigma, skewness), kick_jump(r, mean, sigma, skewness),
	    sigma * kick_rare(r, skewness));
}

/* What straggling adds to a step of `mean` with this variance; b is half of the cube root of the third
 * moment. */
VEC_INLINE vf
kick(const struct kick_numbers *r, vf mean, vf variance, vf b)
{
	const float most = 0.9694f;          /* 2 b^2 of variance 1 and skewness KICK_SKEWNESS_MAX */
	vf added = kick_common(r, variance, b);
	vm is_special = vm_or(vf_lt(most * variance, 2.0f * b * b),
	    vf_lt(mean * mean, (KICK_LOWEST * KICK_LOWEST) * variance));

	if (__builtin_expect(vm_any(is_special), 0)) {
		vf sigma = vf_sqrt(variance), part = b / sigma;

		added = vf_sel(is_special, kick_special(r, mean, sigma, 8.0f * part * part * part), added);
	}
	return added;
}

#endif
