/* Carries histories, as many at a time as a vector has lanes, from birth to death. This file is compiled once for
 * each width of vectors; no lane knows of its neighbours, so that the bits are the same.
 *
 * Each pass takes every lane through one condensed-history step, by the list of effects in pass_step(). The
 * state is the residual range. Over a step it falls along a straight line, from R to R less the step and its
 * straggling; the energy is tallied at the faces of voxels, and a deposit is the difference of two quantised
 * energies, so that a history's deposits add up to what it lost. A lane that ends stands still until it is
 * given the next particle: a secondary, or the next history of the range. The particles of a history fly in
 * any order, as their random numbers know of none. */
#include "phys/kernel.h"

#include <stddef.h>
#include <string.h>

#include "phys/bend.h"
#include "phys/birth.h"
#include "phys/decide.h"
#include "phys/event.h"
#include "phys/fly.h"
#include "phys/pool.h"
#include "phys/tail.h"

enum {
	GROUPS = 2,                      /* of lanes, in turn */
	STEPS_MAX = 100000000            /* of one history: beyond it, it does not end */
};

#define ALL_LANES ((1u << VEC_LANES) - 1)

/* How far ahead of a step's face what lies behind it is sure to be met, in voxels of a course. */
#define JUST_INSIDE 1e-3f

struct batch_lanes {
	struct group group[GROUPS];
	struct step step[GROUPS];
	struct lanes born;               /* but not yet in a group: from `next` to n */
	unsigned missed, stuck;          /* of these, bits */
	int next, n;
	bool has_failed;                 /* why, is in: */
	struct err *err;
	struct outcome outcome;
	struct pool pool;
};

static void
record_state(const struct lanes *s, int i, const struct pass *p, enum fate fate)
{
	struct final_state *f;

	if (p->score->states == NULL || s->number[i] != 0)
		return;
	f = &p->score->states[lanes_history(s, i) - p->first];
	f->history = lanes_history(s, i);
	for (int k = 0; k < 3; k++) {
		f->position_cm[k] = (double)s->position_cm[k][i];
		f->direction[k] = (double)s->direction[k][i];
	}
	f->energy_MeV = (double)s->tallied_q[i] / QUANTA_PER_MeV;
	f->steps = (uint32_t)s->steps[i];
	f->fate = fate;
}

static void
record_leaving(const struct lanes *s, int i, const struct pass *p)
{
	const struct ion *ion = &p->ph->species[s->species[i]];
	struct leaving l = {
		.history = lanes_history(s, i), .number = s->number[i], .Z = (int16_t)ion->Z, .A = (int16_t)ion->A,
		.energy_MeV = (double)s->tallied_q[i] / QUANTA_PER_MeV,
	};

	for (int k = 0; k < 3; k++) {
		l.position_cm[k] = (double)s->position_cm[k][i];
		l.direction[k] = (double)s->direction[k][i];
	}
	leaving_add(p->score->leaving, &l);
}

/* The voxel just ahead of lane i, where it is, and its depth; false outside of the grid. */
static bool
rest_voxel(const struct pass *p, const struct lanes *s, int i, int32_t *voxel, int32_t *depth)
{
	const struct lattice *l = &p->ph->lattice;
	struct leg leg;
	vf at[3], along;
	vi cell, found, found_depth;
	vm inside;

	leg_set_axes(&leg, l, s->course[i]);
	for (int k = 0; k < 3; k++)
		at[k] = (s->position_cm[k] - l->origin_cm[k]) * l->per_cm[k];
	along = vf_max((leg.sign < 0 ? -at[leg.a] : at[leg.a]) + JUST_INSIDE, s->face);
	cell = vi_of(vf_floor(along));
	inside = fly_voxel(l, &leg, along, at[leg.b], at[leg.c], leg.sign < 0 ? (vi)~cell : cell, ANYHOW, &found,
	    &found_depth);
	*voxel = found[i];
	*depth = found_depth[i];
	return vm_bits(inside) >> i & 1;
}

/* Tallies energy that stays where lane i is. */
static void
score_deposit(const struct pass *p, const struct lanes *s, int i, int tally_group, int64_t quanta)
{
	int32_t voxel, depth;
	bool is_inside = rest_voxel(p, s, i, &voxel, &depth);

	p->score->channel[is_inside ? ENERGY_DEPOSITED : ENERGY_OUTSIDE] += quanta;
	if (is_inside)
		scoring_add_dose(p, tally_group, voxel, depth, quanta);
}

/* Tallies all that lane i has left, where it stopped. */
static void
score_rest(const struct pass *p, const struct lanes *s, int i)
{
	const struct medium *m = physics_medium(p->ph, s->species[i], s->layer[i]);
	const double track[3] = {m->rest_cm, m->rest_let_MeV, m->rest_let2_MeV2_cm};
	int32_t voxel, depth;

	score_deposit(p, s, i, s->group[i], s->tallied_q[i]);
	if (p->layout->n_scores > SCORE_LENGTH && rest_voxel(p, s, i, &voxel, &depth))
		scoring_add_track(p, s->group[i], voxel, depth, track);
}

/* A history begins; false when it misses the phantom, or would not step, and is over already. */
static bool
begin(const struct batch_lanes *b, int i, const struct pass *p)
{
	const struct lanes *s = &b->born;
	int64_t quanta = s->tallied_q[i];

	p->score->channel[ENERGY_SOURCE] += quanta;
	p->score->channel[COUNT_HISTORIES]++;
	if (b->missed >> i & 1) {
		p->score->channel[ENERGY_ESCAPED] += quanta;
		p->score->channel[COUNT_MISSED]++;
		record_state(s, i, p, FATE_MISSED);
		return false;
	}
	if (b->stuck >> i & 1) {
		p->score->channel[COUNT_STOPPED]++;
		record_state(s, i, p, FATE_STOPPED);
		score_rest(p, s, i);
		return false;
	}
	return true;
}

/* The next history that meets the phantom, as a lane of `born`; -1 when the range is used up. */
static int
next_born(struct batch_lanes *b, struct pass *p)
{
	for (;;) {
		if (b->next == b->n) {
			uint64_t left = p->end - p->next;

			if (left == 0)
				return -1;
			birth(p->ph, p->next, &b->born, &b->missed, &b->stuck);
			b->n = left < VEC_LANES ? (int)left : VEC_LANES;
			b->next = 0;
			p->next += (unsigned)b->n;
			if (p->score->progress != NULL)
				++*p->score->progress;
		}
		if (begin(b, b->next++, p))
			return b->next - 1;
	}
}

/* Fills the lanes of a group from `lane` on with secondaries; the result: the lanes that it filled, as bits. */
static unsigned
refill_secondaries(struct batch_lanes *b, struct group *g, const struct pass *p, int kind, int lane)
{
	unsigned filled = 0;

	for (; lane < VEC_LANES && kind >= 0; kind = pool_longest(&b->pool))
		for (; lane < VEC_LANES && b->pool.n[kind] > 0; lane++) {
			struct waiting w = pool_take(&b->pool, kind);

			birth_resume(p->ph, &g->lanes, lane, &w);
			filled |= 1u << lane;
		}
	if (filled != 0)
		birth_start(p->ph, &g->lanes, vm_from_bits(filled));
	g->secondaries |= filled;
	return filled;
}

/* Gives the lanes of a group that have ended the next particles, once all have: lanes that began together
 * stay together, take steps of one length and pass as many faces. Secondaries of a kind go before the next
 * histories when they fill all lanes; those that are left go last. */
static void
refill(struct batch_lanes *b, struct group *g, struct pass *p)
{
	int kind, lane = 0, born;

	if (g->alive != 0)
		return;
	g->secondaries = 0;
	kind = pool_fullest(&b->pool, VEC_LANES);
	if (kind < 0) {
		for (; lane < VEC_LANES && (born = next_born(b, p)) >= 0; lane++)
			lanes_move(&g->lanes, lane, &b->born, born);
		g->alive = (unsigned)((UINT64_C(1) << lane) - 1);
		kind = pool_longest(&b->pool);
	}
	g->alive |= refill_secondaries(b, g, p, kind, lane);
}

static const enum channel count_of[] = {
	[FATE_STOPPED] = COUNT_STOPPED, [FATE_ESCAPED] = COUNT_ESCAPED, [FATE_REACTED] = COUNT_REACTED,
};

/* The energy of one that reacted has been shared out. */
static void
die(const struct pass *p, struct group *g, int i, enum fate fate)
{
	const struct lanes *s = &g->lanes;
	int64_t *channel = p->score->channel;

	record_state(s, i, p, fate);
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

/* Lane i is at the edge of its layer: into the next one, with the energy that it has, or out. */
static void
cross(const struct pass *p, struct group *g, const struct step *o, int i)
{
	const struct physics *ph = p->ph;
	struct lanes *s = &g->lanes;
	int axis = (int)o->exit_axis[i], row = s->first_row[i];
	bool is_up = s->direction[axis][i] > 0.0f;
	int next = s->layer[i] + (is_up ? 1 : -1);

	if (axis == 2)
		s->position_cm[2][i] = is_up ? s->high_cm[i] : s->low_cm[i];
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

/* Takes the lanes to the end of their step, where the next begins. */
VEC_INLINE void
arrive(struct batch_lanes *b, const struct pass *p, struct group *g, const struct step *o)
{
	struct lanes *s = &g->lanes;

	for (int k = 0; k < 3; k++) {
		s->position_cm[k] = o->end_cm[k];
		s->direction[k] = o->direction[k];
	}
	s->range_g_cm2 = o->end_range_g_cm2;
	s->energy_q = o->end_energy_q;
	s->slope = o->end_slope;
	s->draw += 1u;
	s->steps += 1;
	if (__builtin_expect(vm_any(vm_or(o->is_out, o->is_last)), 0))
		meet_edges_and_ends(b, p, g, o);
}

/* One step of every lane. */
VEC_INLINE void
pass_step(const struct pass *p, struct batch_lanes *b, bool is_plain)
{
	const struct physics *ph = p->ph;

	for (int n = 0; n < GROUPS; n++)
		decide_draw(ph, &b->group[n].lanes, &b->step[n]);
	for (int n = 0; n < GROUPS; n++)
		decide_numbers(&b->step[n]);
	for (int n = 0; n < GROUPS; n++)
		decide(ph, &b->group[n].lanes, vm_from_bits(b->group[n].alive), &b->step[n]);
	if (ph->transport.has_scattering && ph->transport.has_single_scattering)
		for (int n = 0; n < GROUPS; n++)
			tail(ph, &b->group[n].lanes, &b->step[n], b->group[n].alive,
			    b->step[n].pv_MeV);
	for (int n = 0; n < GROUPS; n++)
		bend(ph, &b->group[n].lanes, &b->step[n]);
	for (int n = 0; n < GROUPS; n++) {
		fly(p, &b->group[n], &b->step[n], is_plain);
		if (p->of_group[GROUP_YIELD] != NULL)
			scoring_yields(p, &b->group[n].lanes, &b->step[n], vm_from_bits(b->group[n].alive));
		arrive(b, p, &b->group[n], &b->step[n]);
	}
}

static int
check_steps(const struct group *g, struct err *e)
{
	vm too_many = vm_and(vm_from_bits(g->alive), vi_lt(vi_set(STEPS_MAX - 1), g->lanes.steps));
	int i;

	if (!vm_any(too_many))
		return 0;
	i = __builtin_ctz(vm_bits(too_many));
	return err_set(e, ERR_INTERNAL, "history %llu does not end: %d steps",
	    (unsigned long long)lanes_history(&g->lanes, i), (int)g->lanes.steps[i]);
}

/* Lanes without a history are those of some primary, that stand still. */
static void
prepare(struct batch_lanes *b, const struct pass *p, struct err *e)
{
	size_t n_voxels = p->layout->n_voxels;

	memset(b, 0, offsetof(struct batch_lanes, pool));
	b->err = e;
	pool_clear(&b->pool);
	for (int n = 0; n < GROUPS; n++) {
		struct group *g = &b->group[n];

		birth(p->ph, p->first, &g->lanes, &b->missed, &b->stuck);
		g->block = vi_set(-1);
		for (int i = 0; i < VEC_LANES; i++)
			g->voxel[i] = (size_t)i < n_voxels ? i : 0;
	}
}

static void
add_deposited(const struct batch_lanes *b, int64_t *channel)
{
	for (int n = 0; n < GROUPS; n++)
		for (int i = 0; i < VEC_LANES / 2; i++)
			channel[ENERGY_DEPOSITED] += b->group[n].deposited[0][i] + b->group[n].deposited[1][i];
}

VEC_INLINE int
carry_all(struct batch_lanes *b, struct pass *p, bool is_plain)
{
	while (!b->has_failed) {
		unsigned any = 0;

		for (int n = 0; n < GROUPS; n++) {
			refill(b, &b->group[n], p);
			any |= b->group[n].alive;
			if (check_steps(&b->group[n], b->err) != 0)
				return -1;
		}
		if (any == 0)
			return 0;
		pass_step(p, b, is_plain);
	}
	return -1;
}

static int
carry(void *batch, struct pass *p, struct err *e)
{
	struct batch_lanes *b = batch;
	int status;

	prepare(b, p, e);
	if (p->layout->n_scores == SCORE_DOSE + 1 && p->ph->lattice.n_rings == 0)
		status = carry_all(b, p, true);
	else
		status = carry_all(b, p, false);
	add_deposited(b, p->score->channel);
	return status;
}

#if defined KERNEL_V4
const struct kernel kernel_v4 = {"v4", sizeof(struct batch_lanes), carry};
#elif defined KERNEL_V3
const struct kernel kernel_v3 = {"v3", sizeof(struct batch_lanes), carry};
#else
const struct kernel kernel_base = {"base", sizeof(struct batch_lanes), carry};
#endif
