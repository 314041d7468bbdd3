/* Carries histories, as many at a time as a vector has lanes, from birth to death. This file is compiled once for
 * each width of vectors; no lane knows of its neighbours, so that the bits are the same.
 *
 * Each pass takes every lane through one condensed-history step, by the list of effects in pass_step(). The
 * state is the residual range. Over a step it falls along a straight line, from R to R less the step and its
 * straggling; the energy is tallied at the faces of voxels, and a deposit is the difference of two quantised
 * energies, so that a history's deposits add up to what it lost. A lane that ends stands still until it is
 * given the next history of the range. */
#include "phys/kernel.h"

#include <string.h>

#include "phys/bend.h"
#include "phys/birth.h"
#include "phys/decide.h"
#include "phys/fly.h"
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
	unsigned missed;                 /* of these, bits */
	int next, n;
};

static uint64_t
history_of(const struct lanes *s, int i)
{
	return (uint64_t)s->history_high[i] << 32 | s->history_low[i];
}

static void
record_state(const struct lanes *s, int i, const struct pass *p, enum fate fate)
{
	struct final_state *f;

	if (p->score->states == NULL)
		return;
	f = &p->score->states[history_of(s, i) - p->first];
	f->history = history_of(s, i);
	for (int k = 0; k < 3; k++) {
		f->position_cm[k] = (double)s->position_cm[k][i];
		f->direction[k] = (double)s->direction[k][i];
	}
	f->energy_MeV = (double)s->tallied_q[i] / QUANTA_PER_MeV;
	f->steps = (uint32_t)s->steps[i];
	f->fate = fate;
}

/* A history begins; false when it misses the phantom and is over already. */
static bool
begin(const struct batch_lanes *b, int i, const struct pass *p)
{
	const struct lanes *s = &b->born;
	int64_t quanta = s->tallied_q[i];

	p->score->channel[ENERGY_SOURCE] += quanta;
	p->score->channel[COUNT_HISTORIES]++;
	if (!(b->missed >> i & 1))
		return true;
	p->score->channel[ENERGY_ESCAPED] += quanta;
	p->score->channel[COUNT_MISSED]++;
	record_state(s, i, p, FATE_MISSED);
	return false;
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
			b->missed = birth(p->ph, p->next, &b->born);
			b->n = left < VEC_LANES ? (int)left : VEC_LANES;
			b->next = 0;
			p->next += (unsigned)b->n;
		}
		if (begin(b, b->next++, p))
			return b->next - 1;
	}
}

/* Gives the lanes of a group that have ended the next histories, once all have: lanes that began together
 * stay together, take steps of one length and pass as many faces. */
static void
refill(struct batch_lanes *b, struct group *g, struct pass *p)
{
	if (g->alive != 0)
		return;
	for (int i = 0; i < VEC_LANES; i++) {
		int born = next_born(b, p);

		if (born < 0)
			return;
		lanes_move(&g->lanes, i, &b->born, born);
		g->alive |= 1u << i;
	}
}

/* The voxel just ahead of lane i, where it stops; false outside of the grid. */
static bool
rest_voxel(const struct pass *p, struct group *g, int i, int32_t *voxel)
{
	const struct lattice *l = &p->ph->lattice;
	struct lanes *s = &g->lanes;
	struct leg leg;
	vf at[3], along;
	vi cell, found;
	vm inside;

	leg_set_axes(&leg, l, s->course[i]);
	for (int k = 0; k < 3; k++)
		at[k] = (s->position_cm[k] - l->origin_cm[k]) * l->per_cm[k];
	along = vf_max((leg.sign < 0 ? -at[leg.a] : at[leg.a]) + JUST_INSIDE, s->face);
	cell = vi_of(vf_floor(along));
	inside = fly_voxel(l, &leg, along, at[leg.b], at[leg.c], leg.sign < 0 ? (vi)~cell : cell, ANYHOW, &found);
	*voxel = found[i];
	return vm_bits(inside) >> i & 1;
}

/* Tallies all that lane i has left, where it stopped. */
static void
score_rest(const struct pass *p, struct group *g, int i)
{
	const struct medium *m = physics_medium(p->ph, 0, g->lanes.layer[i]);
	int64_t quanta = g->lanes.tallied_q[i];
	int32_t voxel;

	if (!rest_voxel(p, g, i, &voxel)) {
		p->score->channel[ENERGY_OUTSIDE] += quanta;
		return;
	}
	p->score->channel[ENERGY_DEPOSITED] += quanta;
	p->score->bins[voxel] += quanta;
	p->score->touched[voxel >> SCORE_BLOCK_SHIFT] = 1;
	if (p->layout->n_scores > SCORE_LENGTH)
		scoring_add_track(p, voxel, m->rest_cm, m->rest_let_MeV, m->rest_let2_MeV2_cm);
}

static void
die(const struct pass *p, struct group *g, int i, enum fate fate)
{
	int64_t *channel = p->score->channel;

	record_state(&g->lanes, i, p, fate);
	channel[COUNT_STEPS] += g->lanes.steps[i];
	channel[fate == FATE_STOPPED ? COUNT_STOPPED : COUNT_ESCAPED]++;
	if (fate == FATE_STOPPED)
		score_rest(p, g, i);
	else
		channel[ENERGY_ESCAPED] += g->lanes.tallied_q[i];
	g->alive &= ~(1u << i);
}

/* Lane i is at the edge of its layer: into the next one, with the energy that it has, or out. */
static void
cross(const struct pass *p, struct group *g, const struct step *o, int i)
{
	const struct physics *ph = p->ph;
	struct lanes *s = &g->lanes;
	int axis = (int)o->exit_axis[i];
	bool is_up = s->direction[axis][i] > 0.0f;
	int next = s->layer[i] + (is_up ? 1 : -1);

	if (axis == 2)
		s->position_cm[2][i] = is_up ? s->high_cm[i] : s->low_cm[i];
	if (axis != 2 || next < 0 || next >= ph->n_layers) {
		die(p, g, i, FATE_ESCAPED);
		return;
	}
	lanes_set_layer(s, ph, i, next);
	s->range_g_cm2[i] = birth_range(ph, next, s->energy_q[i] * (float)(1.0 / QUANTA_PER_MeV));
	if (!(s->range_g_cm2[i] > s->cutoff_g_cm2[i])) {
		s->range_g_cm2[i] = s->cutoff_g_cm2[i];
		die(p, g, i, FATE_STOPPED);
	}
}

/* Lanes at an edge go on into the next layer or out, and those that have stopped are buried. */
static void
meet_edges_and_ends(const struct pass *p, struct group *g, const struct step *o)
{
	unsigned out = vm_bits(o->is_out), ended = vm_bits(o->is_last);
	vf energy_q;

	if (out != 0) {
		for (unsigned bits = out; bits != 0; bits &= bits - 1)
			cross(p, g, o, __builtin_ctz(bits));
		lanes_energy(&g->lanes, p->ph->row, g->lanes.range_g_cm2, &energy_q, &g->lanes.slope);
	}
	for (; ended != 0; ended &= ended - 1)
		die(p, g, __builtin_ctz(ended), FATE_STOPPED);
}

/* Takes the lanes to the end of their step, where the next begins. */
VEC_INLINE void
arrive(const struct pass *p, struct group *g, const struct step *o)
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
		meet_edges_and_ends(p, g, o);
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
		arrive(p, &b->group[n], &b->step[n]);
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
	    (unsigned long long)history_of(&g->lanes, i), (int)g->lanes.steps[i]);
}

/* Lanes without a history are those of some primary, that stand still. */
static void
prepare(struct batch_lanes *b, const struct pass *p)
{
	size_t n_voxels = p->layout->n_voxels;

	memset(b, 0, sizeof *b);
	for (int n = 0; n < GROUPS; n++) {
		struct group *g = &b->group[n];

		birth(p->ph, p->first, &g->lanes);
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
carry_all(struct batch_lanes *b, struct pass *p, bool is_plain, struct err *e)
{
	for (;;) {
		unsigned any = 0;

		for (int n = 0; n < GROUPS; n++) {
			refill(b, &b->group[n], p);
			any |= b->group[n].alive;
			if (check_steps(&b->group[n], e) != 0)
				return -1;
		}
		if (any == 0)
			return 0;
		pass_step(p, b, is_plain);
	}
}

static int
carry(void *batch, struct pass *p, struct err *e)
{
	struct batch_lanes *b = batch;
	int status;

	prepare(b, p);
	if (p->layout->n_scores == SCORE_DOSE + 1 && p->ph->lattice.n_rings == 0)
		status = carry_all(b, p, true, e);
	else
		status = carry_all(b, p, false, e);
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
