/* What a lane leaves where it is: energy that goes no further, and how it ended. Part of the kernel. */
#ifndef PHYS_REST_H
#define PHYS_REST_H

#include "phys/deposit.h"

/* How far ahead of a step's face what lies behind it is sure to be met, in voxels of a course. */
#define JUST_INSIDE 1e-3f

static void
record_state(const struct lanes *s, int i, const struct pass *p, enum fate fate, int64_t energy_q)
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
	f->energy_MeV = (double)energy_q / QUANTA_PER_MeV;
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

	leg_set_axes(&leg, s->course);
	for (int k = 0; k < 3; k++)
		at[k] = (s->position_cm[k] - l->origin_cm[k]) * l->per_cm[k];
	along = vf_max(leg_flip(&leg, leg_a(&leg, at)) + JUST_INSIDE, s->face);
	cell = vi_of(vf_floor(along)) ^ leg.flip;
	inside = fly_voxel(l, &leg, along, leg_b(&leg, at), leg_c(&leg, at), cell, ANYHOW, &found, &found_depth);
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

/* Tallies what lane i has left, where it stopped: its track below the cutoff, and the energy of that unless its last
 * step has left it already. */
static void
score_rest(const struct pass *p, const struct lanes *s, int i)
{
	const struct medium *m = physics_medium(p->ph, s->species[i], s->layer[i]);
	const double track[3] = {m->rest_cm, m->rest_let_MeV, m->rest_let2_MeV2_cm};
	int32_t voxel, depth;

	if (s->tallied_q[i] != 0)
		score_deposit(p, s, i, s->group[i], s->tallied_q[i]);
	if (p->layout->n_scores > SCORE_LENGTH && rest_voxel(p, s, i, &voxel, &depth))
		scoring_add_track(p, s->group[i], voxel, depth, track);
}

#endif
