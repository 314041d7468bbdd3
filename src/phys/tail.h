/* Adds the rare large angles beyond the Gaussian core, theta^-3 up to the nuclear form factor. Part of the
 * kernel; their random numbers are those of substreams 1, 2, ... of the particle at the step's draw. */
#ifndef PHYS_TAIL_H
#define PHYS_TAIL_H

#include "phys/decide.h"
#include "phys/rng.h"

#define TAIL_MAX 16u           /* single scatters in a step: their mean is below 0.1 */

/* How many single scatters into the tail, from a uniform number: Poisson, by inversion. */
static inline unsigned
tail_count(double mean, double uniform)
{
	double term = fm_exp(-mean), sum = term;
	unsigned n = 0;

	while (uniform > sum && n < TAIL_MAX) {
		term *= mean / ++n;
		sum += term;
	}
	return n;
}

static inline struct rng_block
tail_draw(const struct physics *ph, const struct lanes *s, int i, unsigned substream)
{
	return rng_draw(ph->seed, rng_substream(lanes_history(s, i), substream), s->draw[i], s->number[i]);
}

/* Scatters lane i so often; 1/theta^2 is uniform between `least` and `most`. */
static inline void
tail_scatter(const struct physics *ph, const struct lanes *s, struct step *o, int i, unsigned n, double least,
    double most)
{
	double x = (double)o->theta_rad[i] * (double)o->cos_azimuth[i];
	double y = (double)o->theta_rad[i] * (double)o->sin_azimuth[i];
	double theta, sine, cosine;

	for (unsigned k = 0; k < n; k++) {
		struct rng_block r = tail_draw(ph, s, i, 2 + k);

		theta = 1.0 / fm_sqrt(least + (most - least) * rng_uniform32(r.word[0]));
		fm_sincos_turns(rng_uniform32(r.word[1]), &sine, &cosine);
		x += theta * cosine;
		y += theta * sine;
	}
	theta = fm_sqrt(x * x + y * y);
	o->theta_rad[i] = (float)theta;
	o->cos_azimuth[i] = theta > 0.0 ? (float)(x / theta) : 1.0f;
	o->sin_azimuth[i] = theta > 0.0 ? (float)(y / theta) : 0.0f;
}

static inline void
tail_lane(const struct physics *ph, const struct lanes *s, struct step *o, int i, double pv)
{
	const struct medium *m = physics_medium(ph, s->species[i], s->layer[i]);
	double energy = (double)s->energy_q[i] / QUANTA_PER_MeV;
	double pc = fm_sqrt(energy * (energy + 2.0 * m->mass_MeV));
	double end = HBAR_C_MeV_fm / (pc * m->nuclear_radius_fm);
	double most = 1.0 / (SINGLE_SCATTERING_CORE * SINGLE_SCATTERING_CORE * (double)s->core_rad2[i]);
	double least = 1.0 / (end * end);
	double mean = m->single_scattering * (double)o->length_g_cm2[i] / (pv * pv) * (most - least);
	unsigned n;

	if (most <= least)
		return;
	n = tail_count(mean, rng_uniform32(tail_draw(ph, s, i, 1).word[0]));
	if (n > 0)
		tail_scatter(ph, s, o, i, n, least, most);
}

/* `bits` are the lanes that scatter. */
static void
tail(const struct physics *ph, const struct lanes *s, struct step *o, unsigned bits, vf pv)
{
	for (; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		if (s->core_rad2[i] > 0.0f)
			tail_lane(ph, s, o, i, (double)pv[i]);
	}
}

#endif
