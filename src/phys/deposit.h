/* What lanes lose on their way along a chord, and the voxels that it is left in. Part of the kernel. */
#ifndef PHYS_DEPOSIT_H
#define PHYS_DEPOSIT_H

#include "phys/bend.h"
#include "phys/scoring.h"

/* The chord of a step along one course, in voxels; b and c are the two axes across. */
struct leg {
	int a, b, c, sign;
	vf start, end, per_voxel;        /* along the course; part of the step for each voxel */
	vf at_b, along_b;                /* at the start; for each voxel of the course */
	vf at_c, along_c;
	vi stride_a, stride_b, stride_c;
};

VEC_INLINE void
leg_set_axes(struct leg *l, const struct lattice *g, int course)
{
	l->a = course >> 1;
	l->b = l->a == 0 ? 1 : 0;
	l->c = l->a == 2 ? 1 : 2;
	l->sign = course & 1 ? -1 : 1;
	l->stride_a = vi_set(g->stride[l->a]);
	l->stride_b = vi_set(g->stride[l->b]);
	l->stride_c = vi_set(g->stride[l->c]);
}

/* Across its course a chord advances by no more than along it, however short it is. */
VEC_INLINE vf
leg_limit(vf along)
{
	return vf_max(vf_min(along, vf_set(1.0f)), vf_set(-1.0f));
}

VEC_INLINE void
leg_aim(struct leg *l, const struct lattice *g, const struct lanes *s, const struct step *o, int course)
{
	float per_cm;

	leg_set_axes(l, g, course);
	per_cm = (float)l->sign * g->per_cm[l->a];
	l->start = (s->position_cm[l->a] - g->origin_cm[l->a]) * per_cm;
	l->end = (o->end_cm[l->a] - g->origin_cm[l->a]) * per_cm;
	l->per_voxel = 1.0f / vf_max(l->end - l->start, vf_set(1e-20f));
	l->at_b = (s->position_cm[l->b] - g->origin_cm[l->b]) * g->per_cm[l->b];
	l->along_b = leg_limit((o->end_cm[l->b] - s->position_cm[l->b]) * g->per_cm[l->b] * l->per_voxel);
	l->at_c = (s->position_cm[l->c] - g->origin_cm[l->c]) * g->per_cm[l->c];
	l->along_c = leg_limit((o->end_cm[l->c] - s->position_cm[l->c]) * g->per_cm[l->c] * l->per_voxel);
}

/* The way that lanes have come, up to where they are, by their direction. */
VEC_INLINE void
leg_come(struct leg *l, const struct lattice *g, const struct lanes *s)
{
	float per_cm = (float)l->sign * g->per_cm[l->a];
	vf speed = vf_max(s->direction[l->a] * per_cm, vf_set(1e-20f));
	vf speed_b = s->direction[l->b] * g->per_cm[l->b], speed_c = s->direction[l->c] * g->per_cm[l->c];

	l->start = l->end = (s->position_cm[l->a] - g->origin_cm[l->a]) * per_cm;
	l->per_voxel = vf_set(0.0f);
	l->at_b = (s->position_cm[l->b] - g->origin_cm[l->b]) * g->per_cm[l->b];
	l->along_b = leg_limit(speed_b / speed);
	l->at_c = (s->position_cm[l->c] - g->origin_cm[l->c]) * g->per_cm[l->c];
	l->along_c = leg_limit(speed_c / speed);
}

/* Energies at one face after the other. From equally spaced faces on a cubic they follow by differences, which
 * are whole quanta: over so few faces as are taken together their rounding comes to some 100 quanta at most, which the
 * first deposit after these makes good. */
enum { FALL_FACES = DEPOSITS };
struct fall {
	vl quanta[2];            /* energy at the last deposit; in halves of the lanes, as all of these */
	vl first[2], second[2], third[2];    /* what is lost at the next face, and its differences */
};

VEC_INLINE void
fall_nearest(vf a, vl quanta[2])
{
	vd low, high;

	vd_of(a, &low, &high);
	quanta[0] = vl_nearest(low);
	quanta[1] = vl_nearest(high);
}

VEC_INLINE void
fall_begin(struct fall *f, const struct lanes *s)
{
	for (int h = 0; h < 2; h++)
		f->quanta[h] = ((const vl *)s->tallied_q)[h];
}

/* Down to an energy, where a lane of the mask deposits; never up, by a rounding. */
VEC_INLINE void
fall_to(struct fall *f, vf energy_q, vm mask, vl lost[2])
{
	vl energy[2];

	fall_nearest(energy_q, energy);
	for (int h = 0; h < 2; h++) {
		vl less = f->quanta[h] - energy[h];

		lost[h] = vl_keep(mask, h, less & ~(less >> 63));
		f->quanta[h] -= lost[h];
	}
}

/* From a face on, where a part of the step is done; d is that between faces, e the energy over the part. */
VEC_INLINE void
fall_set_out(struct fall *f, const vf e[4], vf part, vf d)
{
	vf first = -d * (e[1] + e[2] * (2.0f * part + d) + e[3] * (3.0f * part * (part + d) + d * d));

	fall_nearest(vf_max(first, vf_set(0.0f)), f->first);
	fall_nearest(-2.0f * d * d * (e[2] + 3.0f * e[3] * (part + d)), f->second);
	fall_nearest(-6.0f * e[3] * d * d * d, f->third);
}

/* To the next face: of all lanes, */
VEC_INLINE void
fall_on(struct fall *f, vl lost[2])
{
	for (int h = 0; h < 2; h++) {
		lost[h] = f->first[h];
		f->quanta[h] = vl_sub(f->quanta[h], lost[h]);
		f->first[h] = vl_add(f->first[h], f->second[h]);
		f->second[h] = vl_add(f->second[h], f->third[h]);
	}
}

/* and of those that pass it. */
VEC_INLINE void
fall_some_on(struct fall *f, vm passing, vl lost[2])
{
	for (int h = 0; h < 2; h++) {
		lost[h] = vl_keep(passing, h, f->first[h]);
		f->quanta[h] = vl_sub(f->quanta[h], lost[h]);
		f->first[h] = vl_add(f->first[h], f->second[h]);
		f->second[h] = vl_add(f->second[h], f->third[h]);
	}
}

/* What is carried from deposit to deposit. */
struct tallying {
	struct fall fall;
	vi voxel, block;         /* of the last deposit */
	int n;                   /* deposits that wait */
	struct track track;
};

/* Adds to the voxels what waits for it. Apart from the arithmetic, because the processor is then not held up
 * between a vector and its lanes. */
static __attribute__((noinline)) void
fly_add(int64_t *bins, const struct deposits *d, int n)
{
	for (int k = 0; k < n; k++)
		for (int i = 0; i < VEC_LANES; i++)
			bins[d->voxel[k][i]] += d->quanta[k][i];
}

/* Where the group's last deposits left off, */
VEC_INLINE struct tallying
tallying_begin(const struct group *g)
{
	struct tallying t = {.voxel = g->voxel, .block = g->block};

	fall_begin(&t.fall, &g->lanes);
	return t;
}

/* and back to the group, once nothing waits any more. */
VEC_INLINE void
tallying_end(const struct tallying *t, const struct pass *p, struct group *g)
{
	vl *tallied = (vl *)g->lanes.tallied_q;

	if (t->n > 0)
		fly_add(p->score->bins, &g->deposits, t->n);
	g->voxel = t->voxel;
	g->block = t->block;
	for (int h = 0; h < 2; h++) {
		g->deposited[h] += tallied[h] - t->fall.quanta[h];
		tallied[h] = t->fall.quanta[h];
	}
}

/* Marks the blocks of n[i] voxels from voxel[i] on; of one, without n. */
static __attribute__((noinline)) void
fly_touch(unsigned char *touched, unsigned bits, const int32_t *voxel, const int32_t *n)
{
	for (; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);
		int32_t last = n != NULL ? voxel[i] + n[i] - 1 : voxel[i];

		for (int32_t at = voxel[i] >> SCORE_BLOCK_SHIFT; at <= last >> SCORE_BLOCK_SHIFT; at++)
			touched[at] = 1;
	}
}

/* Notes what lanes lost and the voxels that they are in. A lane that has nothing to add adds it to where it
 * added last, which costs less than to ask. */
VEC_INLINE void
fly_note(const struct pass *p, struct deposits *d, struct tallying *t, vm inside, const vl lost[2])
{
	vi block = t->voxel >> SCORE_BLOCK_SHIFT;
	vm moved = vm_without(inside, vi_eq(block, t->block));
	int n = t->n;

	*(vi *)d->voxel[n] = t->voxel;
	((vl *)d->quanta[n])[0] = lost[0];
	((vl *)d->quanta[n])[1] = lost[1];
	if (__builtin_expect(vm_any(moved), 0)) {
		t->block = vi_sel(moved, block, t->block);
		fly_touch(p->score->touched, vm_bits(moved), d->voxel[n], NULL);
	}
	if (++t->n == DEPOSITS) {
		fly_add(p->score->bins, d, DEPOSITS);
		t->n = 0;
	}
}

/* Of the lanes in the mask what they lost counts as outside of the grid, and is no longer to be added. */
static __attribute__((noinline)) void
fly_outside(int64_t *channel, unsigned mask, int64_t quanta[VEC_LANES])
{
	for (; mask != 0; mask &= mask - 1) {
		int i = __builtin_ctz(mask);

		channel[ENERGY_OUTSIDE] += quanta[i];
		channel[ENERGY_DEPOSITED] -= quanta[i];
		quanta[i] = 0;
	}
}

VEC_INLINE void
fly_take_outside(const struct pass *p, unsigned mask, vl lost[2])
{
	int64_t quanta[VEC_LANES] VEC_ALIGNED;

	vl_store(quanta, lost[0], lost[1]);
	fly_outside(p->score->channel, mask, quanta);
	lost[0] = ((vl *)quanta)[0];
	lost[1] = ((vl *)quanta)[1];
}

/* What is tallied: known beforehand, it costs nothing to ask. */
enum manner {
	ANYHOW,                  /* in rings, or tracks: whatever the job asks for */
	DOSE                     /* the dose in boxes */
};

/* The voxels at a point, their depths, and which of them there are. `cell` counts along the course. */
VEC_INLINE vm
fly_voxel(const struct lattice *g, const struct leg *l, vf along, vf across_b, vf across_c, vi cell,
    enum manner manner, vi *voxel, vi *depth)
{
	vi b, c;

	if (manner == ANYHOW && g->n_rings > 0)
		return scoring_ring_voxel(g, l->a, l->sign < 0 ? -along : along, across_b, across_c, cell, voxel, depth);
	b = vi_of(vf_floor(across_b));
	c = vi_of(vf_floor(across_c));
	*voxel = cell * l->stride_a + b * l->stride_b + c * l->stride_c;
	*depth = l->a == 2 ? cell : c;
	return vm_and(vu_lt(cell, vi_set(g->n[l->a])),
	    vm_and(vu_lt(b, vi_set(g->n[l->b])), vu_lt(c, vi_set(g->n[l->c]))));
}

/* Of the secondaries in the mask, what is lost is their groups' as well. */
static __attribute__((noinline)) void
fly_to_groups(const struct pass *p, const struct lanes *s, unsigned mask, vi depth, const vl lost[2])
{
	int64_t quanta[VEC_LANES] VEC_ALIGNED;

	vl_store(quanta, lost[0], lost[1]);
	for (; mask != 0; mask &= mask - 1) {
		int i = __builtin_ctz(mask);

		p->of_group[GROUP_DOSE][s->group[i] * p->group_stride + depth[i]] += quanta[i];
	}
}

/* Lanes of the mask deposit what they lost at `along` in `cell`, a part of the step being done. */
VEC_INLINE void
fly_deposit(const struct pass *p, struct group *g, const struct leg *l, struct tallying *t, vm mask,
    vl lost[2], vf part, vf along, vi cell, enum manner manner)
{
	vf gone = along - l->start;
	vi voxel, depth;
	unsigned secondaries;
	vm inside = fly_voxel(&p->ph->lattice, l, along, l->at_b + gone * l->along_b, l->at_c + gone * l->along_c,
	    cell, manner, &voxel, &depth);

	inside = vm_and(mask, inside);
	if (__builtin_expect(vm_any(vm_without(mask, inside)), 0))
		fly_take_outside(p, vm_bits(vm_without(mask, inside)), lost);
	t->voxel = vi_sel(inside, voxel, t->voxel);
	fly_note(p, &g->deposits, t, inside, lost);
	secondaries = vm_bits(inside) & g->secondaries;
	if (__builtin_expect(secondaries != 0, 0))
		fly_to_groups(p, &g->lanes, secondaries, depth, lost);
	if (manner == ANYHOW && p->layout->n_scores > SCORE_LENGTH)
		scoring_track(p, &g->lanes, &t->track, part, mask, inside, voxel, depth);
}

/* The lanes whose range falls to less than half in this step: there the energy is no cubic any more. */
VEC_INLINE vm
fly_steep(const struct lanes *s, const struct step *o)
{
	return vf_lt(2.0f * o->end_range_g_cm2, s->range_g_cm2);
}

/* The energy when a part of the step is done. */
VEC_INLINE vf
fly_energy(const struct pass *p, const struct lanes *s, const struct step *o, vm steep, vf part)
{
	vf energy_q = lanes_cubic(o->energy_q, part), range = s->range_g_cm2 - part * o->loss_g_cm2, exact_q, unused;

	if (__builtin_expect(!vm_any(steep), 1))
		return energy_q;
	range = vf_min(vf_max(range, o->end_range_g_cm2), s->range_g_cm2);       /* the part of others may be any number */
	lanes_energy(s, p->ph->row, range, &exact_q, &unused);
	return vf_sel(steep, exact_q, energy_q);
}

#endif
