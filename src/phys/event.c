/* Lets nuclear events happen. */
#include "phys/event.h"

#include "base/units.h"
#include "phys/attenuation.h"
#include "phys/flight.h"
#include "phys/nuclear.h"
#include "phys/particle.h"
#include "phys/scoring.h"

enum {
	DRAWS_MAX = 100,
	ROUNDING_QUANTA = 4              /* of the sums of an event's energies */
};

#define RANGE_MARGIN (1.0 + 1e-6)      /* of the tables' rounding */

/* What ends where it was born, of a particle that is not followed: below the cutoff it would not have stepped. */
static bool
is_followed(const struct flock *b, int i, const struct physics *ph, int species, int64_t energy_q)
{
	const struct medium *m = physics_medium(ph, species, b->layer[i]);

	return range_g_cm2(&m->range, (double)energy_q / QUANTA_PER_MeV) > m->cutoff_g_cm2 * RANGE_MARGIN;
}

/* A product flies from where lane i is, or leaves its energy there. */
static int
release(struct flock *b, int i, const struct pass *p, const struct product *product, int64_t energy_q,
    struct err *e)
{
	int species = physics_species(p->ph, product->Z, product->A);

	if (species < 0)
		return err_set(e, ERR_INTERNAL, "history %llu: a reaction set free Z = %d, A = %d, which has no table",
		    (unsigned long long)b->history[i], product->Z, product->A);
	if (!is_followed(b, i, p->ph, species, energy_q)) {
		score_deposit(b, i, p, product->Z, energy_q);
		return 0;
	}
	p->score->channel[COUNT_SECONDARIES]++;
	return particle_wait(b, i, species, energy_q, product->direction, e);
}

/* Lane i itself flies on, as the first product. */
static void
fly_on(struct flock *b, int i, const struct physics *ph, const struct product *product, int64_t energy_q)
{
	const struct medium *m = lane_medium(b, i, ph);

	for (int k = 0; k < 3; k++)
		b->direction[k][i] = product->direction[k];
	b->energy_q[i] = energy_q;
	b->range_g_cm2[i] = range_g_cm2(&m->range, (double)energy_q / QUANTA_PER_MeV);
	b->range_scored_g_cm2[i] = b->range_g_cm2[i];
	if (!is_followed(b, i, ph, b->species[i], energy_q)) {
		b->range_g_cm2[i] = m->cutoff_g_cm2;
		b->event[i] = STOPPED;
		return;
	}
	attenuation_begin(b, i, ph);
	flight_aim(b, i, ph);
	b->event[i] = STEP_BEGINS;
}

static int64_t
quanta(double energy_MeV)
{
	return (int64_t)fm_floor(energy_MeV * QUANTA_PER_MeV);
}

/* Books the whole energy of lane i, of which the neutrals take the rest. */
static int
share_out(struct flock *b, int i, const struct pass *p, const struct nuclear_event *n, struct err *e)
{
	const struct reaction *r = &n->reaction;
	int64_t *channel = p->score->channel;
	int64_t local = quanta(r->local_MeV), binding = quanta(r->binding_MeV);
	int64_t rest = b->energy_q[i] - local - binding;

	for (int k = n->is_elastic; k < r->n; k++) {
		int64_t energy_q = quanta(r->product[k].energy_MeV);

		rest -= energy_q;
		if (release(b, i, p, &r->product[k], energy_q, e) != 0)
			return -1;
	}
	if (rest < -ROUNDING_QUANTA)
		return err_set(e, ERR_INTERNAL, "history %llu: a nuclear event sets free %lld quanta more than it had",
		    (unsigned long long)b->history[i], (long long)-rest);
	score_deposit(b, i, p, tally_group_local(p->layout), local);
	channel[ENERGY_BINDING] += binding;
	channel[COUNT_NEUTRONS] += r->n_neutrons;
	if (n->is_elastic)
		fly_on(b, i, p->ph, &r->product[0], rest);
	else
		channel[ENERGY_NEUTRAL] += rest;
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

/* An event with a product of more energy than the tables hold is drawn again. Where no process is left, rounding has let one happen: the
 * particle flies on as it was. */
static int
sample(struct nuclear_event *n, const struct flock *b, int i, const struct physics *ph, const double direction[3],
    struct rng_sequence *random)
{
	const struct ion *ion = &ph->species[b->species[i]];
	double energy_MeV = (double)b->energy_q[i] / QUANTA_PER_MeV;

	for (int k = 0; k < DRAWS_MAX; k++) {
		*n = (struct nuclear_event){0};
		if (!nuclear_event(n, &ph->fragmentation, ion, &ph->nuclei[ph->material[b->layer[i]]], energy_MeV,
		    direction, random)) {
			n->is_elastic = true;
			n->reaction.n = 1;
			n->reaction.product[0] = (struct product){ion->Z, ion->A, energy_MeV,
			    {direction[0], direction[1], direction[2]}};
		}
		if (is_tabulated(ph, &n->reaction))
			return 0;
	}
	return -1;
}

int
event_happens(struct flock *b, int i, const struct pass *p, struct err *e)
{
	const struct physics *ph = p->ph;
	double direction[3] = {b->direction[0][i], b->direction[1][i], b->direction[2][i]};
	struct rng_sequence random = rng_sequence(ph->seed, b->history[i], b->draw[i],
	    lane_stream(b, i) + STREAM_OF_EVENTS);
	struct nuclear_event n;

	score_track(b, i, p);
	if (ph->transport.nuclear == NUCLEAR_ATTENUATION) {
		p->score->channel[ENERGY_NEUTRAL] += b->energy_q[i];
		p->score->channel[COUNT_NONELASTIC]++;
		b->event[i] = REACTED;
		return 0;
	}
	if (sample(&n, b, i, ph, direction, &random) != 0)
		return err_set(e, ERR_INTERNAL, "history %llu: a nuclear event has products beyond the tables in %d draws",
		    (unsigned long long)b->history[i], DRAWS_MAX);
	b->draw[i] = random.draw;
	p->score->channel[n.is_elastic ? COUNT_ELASTIC : COUNT_NONELASTIC]++;
	if (!n.is_elastic)
		b->event[i] = REACTED;
	return share_out(b, i, p, &n, e);
}
