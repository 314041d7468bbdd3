/* Smooth functions of the residual range as cubics, found by the bits of the argument alone:
 * 16 segments to the octave, so that the spacing follows the range without a logarithm. */
#ifndef PHYS_LUT_H
#define PHYS_LUT_H

#include <stdint.h>

#include "phys/fmath.h"

enum {
	LUT_LOWEST_EXPONENT = -18,  /* 2^-18 g/cm2: 38 nm of water */
	LUT_OCTAVES = 30,           /* up to 2^12 g/cm2 */
	LUT_PER_OCTAVE = 16,
	LUT_SEGMENTS = LUT_OCTAVES * LUT_PER_OCTAVE
};

/* f(x) = c0 + t (c1 + t (c2 + t c3)), t in [0, 1) across the segment. */
struct lut {
	double c[LUT_SEGMENTS * 4];
};

/* Where x falls: the segment and the place in it. x in [2^-18, 2^12). */
struct lut_place {
	uint64_t segment;
	double t;
};

static inline struct lut_place
lut_find(double x)
{
	const uint64_t lowest = (uint64_t)(1023 + LUT_LOWEST_EXPONENT) << 4;
	const uint64_t one = UINT64_C(1023) << 52;
	struct lut_place p;
	uint64_t bits = fm_bits(x);

	p.segment = (bits >> 48) - lowest;
	p.t = fm_from_bits(one | (bits & UINT64_C(0x0000ffffffffffff)) << 4) - 1.0;
	return p;
}

static inline double
lut_at(const struct lut *l, struct lut_place p)
{
	const double *c = l->c + 4 * p.segment;

	return c[0] + p.t * (c[1] + p.t * (c[2] + p.t * c[3]));
}

/* The smallest x of a segment. */
static inline double
lut_knot(unsigned segment)
{
	return fm_from_bits(((uint64_t)(1023 + LUT_LOWEST_EXPONENT) << 52) + ((uint64_t)segment << 48));
}

/* The cubic through values and slopes (per unit of x) at both ends of a segment. */
static inline void
lut_set(struct lut *l, unsigned segment, double f0, double slope0, double f1, double slope1)
{
	double h = lut_knot(segment + 1) - lut_knot(segment);
	double d0 = h * slope0, d1 = h * slope1, rise = f1 - f0;
	double *c = l->c + 4 * segment;

	c[0] = f0;
	c[1] = d0;
	c[2] = 3.0 * rise - 2.0 * d0 - d1;
	c[3] = d0 + d1 - 2.0 * rise;
}

#endif
