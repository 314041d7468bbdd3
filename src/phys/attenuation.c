/* Turns an optical depth into a residual range. A particle that starts at R lives until its table of optical
 * depths, tau(R) = integral of the macroscopic cross section over the range that is left, has fallen by
 * an exponential variate. tau is known along the whole range, so that the place of the event is
 * known at birth, exactly however steps are cut, and a step has only to stop there. (The path to a residual
 * range fluctuates by straggling, one percent; the chance to get there changes by its square.) */
#include "phys/attenuation.h"

enum { ITERATIONS = 3 };             /* of Newton's, from the straight line: to the last bits of a float */

/* The place in a segment at which a rising cubic has the value y. */
static float
place_in(const float *c, float y)
{
	float rise = c[1] + c[2] + c[3], t = rise > 0.0f ? (y - c[0]) / rise : 0.0f;

	for (int k = 0; k < ITERATIONS; k++) {
		float slope = c[1] + t * (2.0f * c[2] + t * 3.0f * c[3]);

		if (slope > 0.0f)
			t -= (c[0] - y + t * (c[1] + t * (c[2] + t * c[3]))) / slope;
		t = t > 0.0f ? t < 1.0f ? t : 1.0f : 0.0f;
	}
	return t;
}

float
attenuation_range(const struct cubic *table, float depth, float lowest_g_cm2, float range_g_cm2)
{
	int32_t low = cubic_find(lowest_g_cm2, RANGE_LOWEST_EXPONENT).segment;
	int32_t high = cubic_find(range_g_cm2, RANGE_LOWEST_EXPONENT).segment;
	float from, to, range;

	while (low < high) {
		int32_t middle = (low + high + 1) / 2;

		if (table[middle].c[0] < depth)
			low = middle;
		else
			high = middle - 1;
	}
	from = (float)cubic_knot(low, RANGE_LOWEST_EXPONENT);
	to = (float)cubic_knot(low + 1, RANGE_LOWEST_EXPONENT);
	range = from + (to - from) * place_in(table[low].c, depth);
	range = range < range_g_cm2 ? range : range_g_cm2;
	return range > lowest_g_cm2 ? range : lowest_g_cm2;
}
