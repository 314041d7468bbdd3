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
#include "phys/decide.h"
#include "phys/ends.h"
#include "phys/fly.h"
#include "phys/refill.h"
#include "phys/tail.h"

enum { STEPS_MAX = 100000000 };         /* of one history: beyond it, it does not end */

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

VEC_INLINE void
part_done(const struct pass *p, enum history_part part)
{
	if (__builtin_expect(p->score->watch != NULL, 0))
		p->score->watch->part_done(p->score->watch->ctx, part);
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
	part_done(p, PART_RANDOM);
	for (int n = 0; n < GROUPS; n++)
		decide(ph, &b->group[n].lanes, vm_from_bits(b->group[n].alive), &b->step[n]);
	part_done(p, PART_STEP);
	if (ph->transport.has_scattering && ph->transport.has_single_scattering)
		for (int n = 0; n < GROUPS; n++)
			tail(ph, &b->group[n].lanes, &b->step[n], b->group[n].alive,
			    b->step[n].pv_MeV);
	for (int n = 0; n < GROUPS; n++)
		bend(ph, &b->group[n].lanes, &b->step[n]);
	part_done(p, PART_BEND);
	for (int n = 0; n < GROUPS; n++) {
		fly(p, &b->group[n], &b->step[n], is_plain);
		if (p->of_group[GROUP_YIELD] != NULL)
			scoring_yields(p, &b->group[n].lanes, &b->step[n], vm_from_bits(b->group[n].alive));
		part_done(p, PART_TALLY);
		arrive(b, p, &b->group[n], &b->step[n]);
		part_done(p, PART_END);
	}
}

/* What cannot be, of the lanes of a group: that one goes on for ever, or has lost more than it had. */
static int
check_lanes(const struct group *g, struct err *e)
{
	vm too_many = vm_and(vm_from_bits(g->alive), vi_lt(vi_set(STEPS_MAX - 1), g->lanes.steps));
	const vl *left_q = (const vl *)g->lanes.tallied_q;
	unsigned negative = vl_negative(left_q[0], left_q[1]), wrong = vm_bits(too_many) | negative;
	unsigned long long history;
	int i;

	if (__builtin_expect(wrong == 0, 1))
		return 0;
	i = __builtin_ctz(wrong);
	history = lanes_history(&g->lanes, i);
	if (negative >> i & 1)
		return err_set(e, ERR_INTERNAL, "history %llu has lost more energy than it had, after %d steps", history,
		    (int)g->lanes.steps[i]);
	return err_set(e, ERR_INTERNAL, "history %llu does not end: %d steps", history, (int)g->lanes.steps[i]);
}

/* Lanes without a history are those of some primary, that stand still. */
static void
prepare(struct batch_lanes *b, const struct pass *p, struct err *e)
{
	memset(b, 0, offsetof(struct batch_lanes, pool));
	b->err = e;
	pool_clear(&b->pool);
	birth(p->ph, p->first, &b->born);
	for (int n = 0; n < GROUPS; n++)
		b->group[n].lanes = b->born.lanes;
}

/* What is left to be added when the last lane has ended. */
static void
finish(struct batch_lanes *b, const struct pass *p)
{
	for (int n = 0; n < GROUPS; n++) {
		deposits_add(p->score, &b->group[n].deposits);
		for (int i = 0; i < VEC_LANES / 2; i++)
			p->score->channel[ENERGY_DEPOSITED] += b->group[n].deposited[0][i] + b->group[n].deposited[1][i];
	}
}

VEC_INLINE int
carry_all(struct batch_lanes *b, struct pass *p, bool is_plain)
{
	while (!b->has_failed) {
		unsigned any = 0;

		for (int n = 0; n < GROUPS; n++) {
			if (check_lanes(&b->group[n], b->err) != 0)
				return -1;
			refill(b, &b->group[n], p);
			any |= b->group[n].alive;
		}
		part_done(p, PART_BIRTH);
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

	part_done(p, PART_BETWEEN);
	prepare(b, p, e);
	if (p->layout->n_scores == SCORE_DOSE + 1 && p->ph->lattice.n_rings == 0)
		status = carry_all(b, p, true);
	else
		status = carry_all(b, p, false);
	finish(b, p);
	return status;
}

#if defined KERNEL_V4
const struct kernel kernel_v4 = {"v4", sizeof(struct batch_lanes), carry};
#elif defined KERNEL_V3
const struct kernel kernel_v3 = {"v3", sizeof(struct batch_lanes), carry};
#else
const struct kernel kernel_base = {"base", sizeof(struct batch_lanes), carry};
#endif
