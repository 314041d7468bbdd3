/* Samples primaries of a pencil beam. */
#include "phys/source.h"

#include "phys/fmath.h"
#include "phys/rng.h"
#include "phys/rotation.h"

/* Gaussian energy spread. A draw that would start at or below the cutoff is drawn again, so the
 * spectrum is cut there and nowhere bent. */
static double
sample_energy_MeV(const struct physics *ph, uint64_t history, uint32_t *draws)
{
	const struct beam *b = &ph->beam;
	double energy_MeV, g, unused;

	do {
		struct rng_block r = rng_draw(ph->seed, history, (*draws)++, 0);

		rng_normals(rng_uniform32(r.word[0]), rng_uniform32(r.word[1]), &g, &unused);
		energy_MeV = b->energy_MeV * (1.0 + b->energy_spread * g);
	} while (energy_MeV <= ph->energy_min_MeV);
	return energy_MeV;
}

void
source_primary(const struct physics *ph, uint64_t history, struct primary *p)
{
	const struct beam *b = &ph->beam;
	struct rng_block r = rng_draw(ph->seed, history, 0, 0);
	double gx, gy, gu, gv;

	rng_normals(rng_uniform32(r.word[0]), rng_uniform32(r.word[1]), &gx, &gy);
	rng_normals(rng_uniform32(r.word[2]), rng_uniform32(r.word[3]), &gu, &gv);
	for (int i = 0; i < 3; i++) {
		p->position_cm[i] = b->position_cm[i]
		    + b->spot_size_cm * (gx * ph->beam_e[i] + gy * ph->beam_f[i]);
		p->direction[i] = b->direction[i];
	}
	rotation_deflect(p->direction, b->divergence_rad * gu, b->divergence_rad * gv);
	p->draws = 1;
	p->energy_MeV = sample_energy_MeV(ph, history, &p->draws);
}

double
source_distance_to_phantom_cm(const struct physics *ph, const struct primary *p)
{
	double enter = 0.0, leave = 1e300;

	for (int i = 0; i < 3; i++) {
		double d = p->direction[i], x = p->position_cm[i];
		double low = ph->phantom_low_cm[i] - x, high = ph->phantom_high_cm[i] - x;
		double near, far;

		if (fm_abs(d) < ROTATION_FLAT) {
			if (low > 0.0 || high < 0.0)
				return -1.0;
			continue;
		}
		near = (d > 0.0 ? low : high) / d;
		far = (d > 0.0 ? high : low) / d;
		enter = near > enter ? near : enter;
		leave = far < leave ? far : leave;
	}
	return enter < leave ? enter : -1.0;
}
