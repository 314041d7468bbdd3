/* Starts primaries: sampled from pencil beams, or as a phase space has them. */
#include "phys/source.h"

#include "phys/fmath.h"
#include "phys/rng.h"
#include "phys/rotation.h"

/* The spot whose share holds `where`, a random number of 64 bits. */
static const struct source *
choose_spot(const struct physics *ph, uint64_t where)
{
	int low = 0, high = ph->n_sources - 1;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (where < ph->source[middle].share)
			high = middle;
		else
			low = middle + 1;
	}
	return &ph->source[low];
}

/* Gaussian energy spread, from a block of random numbers and, if need be, those after it: a draw that
 * would start at or below the cutoff is drawn again, so the spectrum is cut there and nowhere bent. */
static double
sample_energy_MeV(const struct physics *ph, const struct spot *s, uint64_t history,
    struct rng_block r, uint32_t *draws)
{
	double energy_MeV, g, unused;

	for (;;) {
		rng_normals(rng_uniform32(r.word[0]), rng_uniform32(r.word[1]), &g, &unused);
		energy_MeV = s->energy_MeV * (1.0 + s->energy_spread * g);
		if (energy_MeV > ph->energy_min_MeV)
			return energy_MeV;
		r = rng_draw(ph->seed, history, (*draws)++, 0);
	}
}

/* History i starts as particle i; where there are more, the particles come again in their order. */
static void
take_particle(const struct physics *ph, uint64_t history, struct primary *p)
{
	const struct phase_particle *from = &ph->particle[history % ph->n_particles];

	for (int i = 0; i < 3; i++) {
		p->position_cm[i] = from->position_cm[i];
		p->direction[i] = from->direction[i];
	}
	p->energy_MeV = from->energy_MeV;
	p->species = (int)from->ion;
	p->draws = 0;
}

static void
sample_spot(const struct physics *ph, uint64_t history, struct primary *p)
{
	struct rng_block r = rng_draw(ph->seed, history, 0, 0);
	struct rng_block second = rng_draw(ph->seed, history, 1, 0);
	const struct source *s = choose_spot(ph, (uint64_t)second.word[2] << 32 | second.word[3]);
	double gx, gy, gu, gv;

	p->species = 0;
	p->draws = 2;
	rng_normals(rng_uniform32(r.word[0]), rng_uniform32(r.word[1]), &gx, &gy);
	rng_normals(rng_uniform32(r.word[2]), rng_uniform32(r.word[3]), &gu, &gv);
	for (int i = 0; i < 3; i++) {
		p->position_cm[i] = s->spot.position_cm[i] + gx * s->spot.size_cm[0] * s->e[i]
		    + gy * s->spot.size_cm[1] * s->f[i];
		p->direction[i] = s->spot.direction[i];
	}
	rotation_deflect(p->direction, s->spot.divergence_rad * gu, s->spot.divergence_rad * gv);
	p->energy_MeV = sample_energy_MeV(ph, &s->spot, history, second, &p->draws);
}

void
source_primary(const struct physics *ph, uint64_t history, struct primary *p)
{
	if (ph->n_particles > 0)
		take_particle(ph, history, p);
	else
		sample_spot(ph, history, p);
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
