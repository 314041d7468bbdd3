/* Turns an optical depth into a residual range. A particle that starts at R lives until its table of optical
 * depths, tau(R) = integral of the macroscopic cross section over the range that is left, has fallen by
 * an exponential variate. tau is known along the whole range, so that the place of the event is
 * known at birth, exactly however steps are cut, and a step has only to stop there. (The path to a residual
 * range fluctuates by straggling, one percent; the chance to get there changes by its square.) */
#include "phys/attenuation.h"

#include "phys/rng.h"

enum { BISECTIONS = 40 };            /* of a segment's place, to 1e-12 */

#define NEVER (-1.0)

/* The place in a segment at which a rising cubic has the value y, which it takes there. */
static double
place_in(const double *c, double y)
{
	double low = 0.0, high = 1.0;

	for (int k = 0; k < BISECTIONS; k++) {
		double t = 0.5 * (low + high);

		if (c[0] + t * (c[1] + t * (c[2] + t * c[3])) < y)
			low = t;
		else
			high = t;
	}
	return low;
}

/* The range below `from` at which a table that rises has the value y, which it exceeds there; 0 when it does
 * not fall to it above `lowest`. */
static double
range_at(const struct lut *l, double y, double lowest, double from)
{
	unsigned low = (unsigned)lut_find(lowest).segment, high = (unsigned)lut_find(from).segment;

	if (!(lut_at(l, lut_find(lowest)) < y))
		return 0.0;
	while (low < high) {
		unsigned middle = (low + high + 1) / 2;

		if (l->c[4 * middle] < y)
			low = middle;
		else
			high = middle - 1;
	}
	return lut_knot(low) + (lut_knot(low + 1) - lut_knot(low)) * place_in(l->c + 4 * low, y);
}

void
attenuation_enter(struct flock *b, int i, const struct medium *to)
{
	double range = b->range_g_cm2[i], event = 0.0;

	b->range_end_g_cm2[i] = to->cutoff_g_cm2;
	if (!(range > to->cutoff_g_cm2))
		return;
	b->optical_end[i] += lut_at(&to->lut->optical_depth, lut_find(range));
	if (b->optical_end[i] > 0.0)
		event = range_at(&to->lut->optical_depth, b->optical_end[i], to->cutoff_g_cm2, range);
	if (event > to->cutoff_g_cm2)
		b->range_end_g_cm2[i] = event < range ? event : range;
}

void
attenuation_leave(struct flock *b, int i, const struct medium *from)
{
	double range = b->range_g_cm2[i];

	if (range > from->cutoff_g_cm2)
		b->optical_end[i] -= lut_at(&from->lut->optical_depth, lut_find(range));
}

void
attenuation_begin(struct flock *b, int i, const struct physics *ph)
{
	b->optical_end[i] = NEVER;
	if (ph->transport.nuclear != NUCLEAR_OFF) {
		struct rng_block r = rng_draw(ph->seed, b->history[i], b->draw[i]++, lane_stream(b, i));

		b->optical_end[i] = fm_log(rng_uniform32(r.word[0]));
	}
	attenuation_enter(b, i, lane_medium(b, i, ph));
}
