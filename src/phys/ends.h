/* What becomes of lanes at the end of a step that was not an ordinary one: the next layer, a nuclear event, the end.
 * Part of the kernel. */
#ifndef PHYS_ENDS_H
#define PHYS_ENDS_H

#include "phys/batch.h"
#include "phys/rest.h"

static const enum channel count_of[] = {
	[FATE_STOPPED] = COUNT_STOPPED, [FATE_ESCAPED] = COUNT_ESCAPED, [FATE_REACTED] = COUNT_REACTED,
};

/* The energy of one that reacted has been shared out; one that has left all had that of the cutoff in the end. */
static void
die(const struct pass *p, struct group *g, int i, enum fate fate)
{
	const struct lanes *s = &g->lanes;
	int64_t *channel = p->score->channel;
	bool has_left_all = fate == FATE_STOPPED && s->tallied_q[i] == 0;

	record_state(s, i, p, fate, has_left_all ? scoring_nearest((double)s->energy_q[i]) : s->tallied_q[i]);
	channel[COUNT_STEPS] += s->steps[i];
	channel[count_of[fate]] += s->number[i] == 0;
	if (fate == FATE_STOPPED)
		score_rest(p, s, i);
	else if (fate == FATE_ESCAPED)
		channel[ENERGY_ESCAPED] += s->tallied_q[i];
	if (fate == FATE_ESCAPED && p->score->leaving != NULL)
		record_leaving(s, i, p);
	g->alive &= ~(1u << i);
}

/* Where lane i meets the edge of its layer, or of the phantom. */
static float
edge_cm(const struct physics *ph, const struct lanes *s, int i, int axis, bool is_up)
{
	if (axis == 2)
		return is_up ? s->high_cm[i] : s->low_cm[i];
	return (float)(is_up ? ph->phantom_high_cm[axis] : ph->phantom_low_cm[axis]);
}

/* Lane i is at the edge of its layer: into the next one, with the energy that it has, or out. */
static void
cross(const struct pass *p, struct group *g, const struct step *o, int i)
{
	const struct physics *ph = p->ph;
	struct lanes *s = &g->lanes;
	int axis = (int)o->exit_axis[i], row = s->first_row[i];
	bool is_up = s->direction[axis][i] > 0.0f;
	int next = s->layer[i] + (is_up ? 1 : -1);

	s->position_cm[axis][i] = edge_cm(ph, s, i, axis, is_up);
	if (axis != 2 || next < 0 || next >= ph->n_layers) {
		die(p, g, i, FATE_ESCAPED);
		return;
	}
	lanes_set_layer(s, ph, i, next);
	if (s->first_row[i] == row)
		return;
	if (ph->transport.nuclear != NUCLEAR_OFF)
		s->optical_end[i] -= attenuation_depth(&ph->optical_depth[row], s->range_g_cm2[i]);
	s->range_g_cm2[i] = birth_range(ph, s->species[i], next, s->energy_q[i] * (float)(1.0 / QUANTA_PER_MeV));
	s->range_end_g_cm2[i] = s->cutoff_g_cm2[i];
	if (!(s->range_g_cm2[i] > s->cutoff_g_cm2[i])) {
		s->range_g_cm2[i] = s->cutoff_g_cm2[i];
		die(p, g, i, FATE_STOPPED);
	} else if (ph->transport.nuclear != NUCLEAR_OFF) {
		birth_set_end(ph, s, i);
	}
}

/* What an event at lane i set in flight waits, or leaves its energy there, if it would not step. */
static int
release(struct batch_lanes *b, const struct pass *p, const struct group *g, int i, const struct offspring *f)
{
	const struct lanes *s = &g->lanes;
	struct waiting w = {
		.range_g_cm2 = birth_range(p->ph, f->species, s->layer[i], (float)((double)f->energy_q / QUANTA_PER_MeV)),
		.layer = s->layer[i],
		.species = f->species,
		.number = f->particle,
		.history = lanes_history(s, i),
		.energy_q = f->energy_q,
	};

	if (!(w.range_g_cm2 > 0.0f)) {
		score_deposit(p, &g->lanes, i, p->ph->species[f->species].Z, f->energy_q);
		return 0;
	}
	for (int k = 0; k < 3; k++) {
		w.position_cm[k] = s->position_cm[k][i];
		w.direction[k] = f->direction[k];
	}
	p->score->channel[COUNT_SECONDARIES]++;
	return pool_put(&b->pool, &w, b->err);
}

/* Lane i itself flies on after an event; false when it stops there. */
static bool
fly_on(const struct pass *p, struct group *g, int i, const struct offspring *f)
{
	struct lanes *s = &g->lanes;
	float range = birth_range(p->ph, s->species[i], s->layer[i], (float)((double)f->energy_q / QUANTA_PER_MeV));

	s->tallied_q[i] = f->energy_q;
	for (int k = 0; k < 3; k++)
		s->direction[k][i] = f->direction[k];
	if (!(range > 0.0f)) {
		s->range_g_cm2[i] = s->cutoff_g_cm2[i];
		return false;
	}
	s->range_g_cm2[i] = range;
	s->reach_g_cm2[i] = REACH_OF_RANGE * range;
	birth_attenuate(p->ph, s, vm_from_bits(1u << i));
	return true;
}

static int
share_out(struct batch_lanes *b, const struct pass *p, struct group *g, int i, const struct outcome *o)
{
	int64_t *channel = p->score->channel;

	for (int k = o->is_elastic; k < o->n; k++)
		if (release(b, p, g, i, &o->offspring[k]) != 0)
			return -1;
	if (o->local_q != 0)
		score_deposit(p, &g->lanes, i, tally_group_local(p->layout), o->local_q);
	channel[o->is_elastic ? COUNT_ELASTIC : COUNT_NONELASTIC] += !o->is_none;
	channel[ENERGY_BINDING] += o->binding_q;
	channel[ENERGY_NEUTRAL] += o->neutral_q;
	channel[COUNT_NEUTRONS] += o->n_neutrons;
	return 0;
}

/* Lane i has met a nucleus. */
static int
react(struct batch_lanes *b, const struct pass *p, struct group *g, int i)
{
	struct lanes *s = &g->lanes;
	struct outcome *o = &b->outcome;
	const struct encounter x = {
		.history = lanes_history(s, i),
		.particle = s->number[i],
		.draw = s->draw[i],
		.species = s->species[i],
		.layer = s->layer[i],
		.range_g_cm2 = s->range_g_cm2[i],
		.energy_q = s->tallied_q[i],
		.direction = {(double)s->direction[0][i], (double)s->direction[1][i], (double)s->direction[2][i]},
	};

	if (event_sample(o, p->ph, &x, b->err) != 0 || share_out(b, p, g, i, o) != 0)
		return -1;
	s->draw[i] = o->draw;
	if (!o->is_elastic)
		die(p, g, i, FATE_REACTED);
	else if (!fly_on(p, g, i, &o->offspring[0]))
		die(p, g, i, FATE_STOPPED);
	return 0;
}

/* Lanes at an edge go on into the next layer or out; those at the end of their range have stopped, or react. */
static void
meet_edges_and_ends(struct batch_lanes *b, const struct pass *p, struct group *g, const struct step *o)
{
	unsigned out = vm_bits(o->is_out), ended = vm_bits(o->is_last);
	struct lanes *s = &g->lanes;

	for (unsigned bits = out; bits != 0; bits &= bits - 1)
		cross(p, g, o, __builtin_ctz(bits));
	for (; ended != 0; ended &= ended - 1) {
		int i = __builtin_ctz(ended);

		if (!(s->range_end_g_cm2[i] > s->cutoff_g_cm2[i]))
			die(p, g, i, FATE_STOPPED);
		else if (react(b, p, g, i) != 0)
			b->has_failed = true;
	}
	lanes_energy(s, p->ph->row, s->range_g_cm2, &s->energy_q, &s->slope);
}

#endif
