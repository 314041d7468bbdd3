/* Smooth functions as cubics, found by the bits of the argument alone: 16 segments to the octave, so that
 * the spacing follows the argument without a logarithm. Single precision, as the lanes have it. */
#ifndef PHYS_CUBIC_H
#define PHYS_CUBIC_H

#include <stdint.h>
#include <string.h>

enum {
	CUBIC_PER_OCTAVE = 16,
	RANGE_LOWEST_EXPONENT = -18,     /* 2^-18 g/cm2: 38 nm of water */
	RANGE_OCTAVES = 30,              /* up to 2^12 g/cm2 */
	RANGE_SEGMENTS = RANGE_OCTAVES * CUBIC_PER_OCTAVE,
	ENERGY_LOWEST_EXPONENT = -10,    /* 2^-10 MeV */
	ENERGY_OCTAVES = 28,             /* up to 2^18 MeV */
	ENERGY_SEGMENTS = ENERGY_OCTAVES * CUBIC_PER_OCTAVE
};

/* The bits of the smallest x of the first segment, shifted to a number of segments. */
#define CUBIC_FIRST(lowest_exponent) ((127 + (lowest_exponent)) * CUBIC_PER_OCTAVE)
enum { CUBIC_SHIFT = 19 };             /* 23 bits of mantissa, 4 of which count segments */

/* f(x) = c[0] + t (c[1] + t (c[2] + t c[3])), t in [0, 1) across the segment. */
struct cubic {
	float c[4];
};

/* Where x falls: the segment and the place in it. */
struct cubic_place {
	int32_t segment;
	float t;
};

static inline float
cubic_float(uint32_t bits)
{
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static inline struct cubic_place
cubic_find(float x, int lowest_exponent)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return (struct cubic_place){
		.segment = (int32_t)(bits >> CUBIC_SHIFT) - CUBIC_FIRST(lowest_exponent),
		.t = cubic_float((bits & 0x7ffff) << 4 | 0x3f800000) - 1.0f,
	};
}

static inline float
cubic_at(const struct cubic *f, float t)
{
	return f->c[0] + t * (f->c[1] + t * (f->c[2] + t * f->c[3]));
}

/* The smallest x of a segment. */
static inline double
cubic_knot(int32_t segment, int lowest_exponent)
{
	return (double)cubic_float((uint32_t)(segment + CUBIC_FIRST(lowest_exponent)) << CUBIC_SHIFT);
}

#endif
