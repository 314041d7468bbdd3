/* Samples nuclear events, and counts their energy in quanta. */
#include "phys/event.h"

#include "base/units.h"
#include "phys/nuclear.h"

enum {
	DRAWS_MAX = 100,
	ROUNDING_QUANTA = 4              /* of the sums of an event's energies */
};

/* Numbers of the particles of a history are scattered over 32 bits, by the particle that they come from and the
 * event on its way: so they depend on no order in which a history's particles are carried. (Two of 20 have the
 * same one, and the same random numbers, in one of 2e7 histories.) The mixing is that of splitmix64 (Steele et
 * al., OOPSLA 2014). */
static uint32_t
number_of(const struct encounter *x, int product)
{
	uint64_t z = ((uint64_t)x->particle << 32 | x->draw) + (uint64_t)(product + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	z = (z ^ z >> 31) >> 32;
	return z == 0 ? 1 : (uint32_t)z;       /* 0 is the primary */
}

static int64_t
quanta(double energy_MeV)
{
	return (int64_t)fm_floor(energy_MeV * QUANTA_PER_MeV);
}

static int
add_offspring(struct outcome *o, const struct physics *ph, const struct encounter *x, const struct product *p,
    struct err *e)
{
	struct offspring *f = &o->offspring[o->n];

	f->species = physics_species(ph, p->Z, p->A);
	if (f->species < 0)
		return err_set(e, ERR_INTERNAL, "history %llu: a reaction set free Z = %d, A = %d, which has no table",
		    (unsigned long long)x->history, p->Z, p->A);
	f->particle = o->is_elastic && o->n == 0 ? x->particle : number_of(x, o->n);
	f->energy_q = quanta(p->energy_MeV);
	for (int k = 0; k < 3; k++)
		f->direction[k] = (float)p->direction[k];
	o->n++;
	return 0;
}

/* What rounding leaves is the particle's own that flies on, else it counts as neutral. */
static int
share_out(struct outcome *o, const struct physics *ph, const struct encounter *x, const struct reaction *r,
    struct err *e)
{
	int64_t rest;

	o->local_q = quanta(r->local_MeV);
	o->binding_q = quanta(r->binding_MeV);
	o->n_neutrons = r->n_neutrons;
	rest = x->energy_q - o->local_q - o->binding_q;
	for (int k = 0; k < r->n; k++) {
		if (add_offspring(o, ph, x, &r->product[k], e) != 0)
			return -1;
		if (k > 0 || !o->is_elastic)
			rest -= o->offspring[k].energy_q;
	}
	if (rest < -ROUNDING_QUANTA)
		return err_set(e, ERR_INTERNAL, "history %llu: a nuclear event sets free %lld quanta more than it had",
		    (unsigned long long)x->history, (long long)-rest);
	if (o->is_elastic)
		o->offspring[0].energy_q = rest;
	else
		o->neutral_q = rest;
	return 0;
}

static bool
is_tabulated(const struct physics *ph, const struct reaction *r)
{
	for (int k = 0; k < r->n; k++) {
		int species = physics_species(ph, r->product[k].Z, r->product[k].A);

		if (species >= 0 && r->product[k].energy_MeV > physics_medium(ph, species, 0)->energy_max_MeV)
			return false;
	}
	return true;
}

/* By its part of all rates there, a straight line between the knots; -1: none. What there is not at the lower
 * one is left out: it may have a threshold between. */
static int
choose(const struct physics *ph, const struct encounter *x, double uniform)
{
	struct cubic_place at = cubic_find(x->range_g_cm2, RANGE_LOWEST_EXPONENT);
	const float *low = physics_rates(ph, x->species, x->layer, at.segment), *high = low + ph->n_channels;
	float sum = 0.0f, rest;
	int last = -1;

	for (int k = 0; k < ph->n_channels; k++)
		sum += low[k] > 0.0f ? low[k] + at.t * (high[k] - low[k]) : 0.0f;
	rest = (float)uniform * sum;
	for (int k = 0; k < ph->n_channels; k++) {
		if (!(low[k] > 0.0f))
			continue;
		last = k;
		rest -= low[k] + at.t * (high[k] - low[k]);
		if (rest < 0.0f)
			break;
	}
	return last;
}

/* An event with a product of more energy than the tables hold is drawn again. Where there is no channel, rounding
 * has let one happen: the particle flies on as it was. */
static int
sample(struct nuclear_event *n, const struct physics *ph, const struct encounter *x, struct rng_sequence *random,
    bool *is_none)
{
	const struct ion *ion = &ph->species[x->species];
	double energy_MeV = (double)x->energy_q / QUANTA_PER_MeV;

	for (int k = 0; k < DRAWS_MAX; k++) {
		int channel = choose(ph, x, rng_next(random));

		*n = (struct nuclear_event){0};
		*is_none = channel < 0;
		if (*is_none) {
			n->is_elastic = true;
			n->reaction.n = 1;
			n->reaction.product[0] = (struct product){ion->Z, ion->A, energy_MeV,
			    {x->direction[0], x->direction[1], x->direction[2]}};
			return 0;
		}
		nuclear_event(n, &ph->fragmentation, ion, &ph->nuclei[ph->material[x->layer]], channel, energy_MeV,
		    x->direction, random);
		if (is_tabulated(ph, &n->reaction))
			return 0;
	}
	return -1;
}

int
event_sample(struct outcome *o, const struct physics *ph, const struct encounter *x, struct err *e)
{
	struct rng_sequence random = rng_sequence(ph->seed, rng_substream(x->history, RNG_EVENTS), x->draw, x->particle);
	struct nuclear_event n;

	*o = (struct outcome){.draw = x->draw};
	if (ph->transport.nuclear == NUCLEAR_ATTENUATION) {
		o->neutral_q = x->energy_q;
		return 0;
	}
	if (sample(&n, ph, x, &random, &o->is_none) != 0)
		return err_set(e, ERR_INTERNAL, "history %llu: a nuclear event has products beyond the tables in %d draws",
		    (unsigned long long)x->history, DRAWS_MAX);
	o->is_elastic = n.is_elastic;
	o->draw = random.draw;
	return share_out(o, ph, x, &n.reaction, e);
}
