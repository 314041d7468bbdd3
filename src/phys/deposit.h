/* What lanes lose on their way along a chord, and the voxels that it is left in. Part of the kernel. */
#ifndef PHYS_DEPOSIT_H
#define PHYS_DEPOSIT_H

#include "phys/bend.h"
#include "phys/scoring.h"

/* The first voxel of the column at x and y, which may be any numbers of lanes that are not there. */
VEC_INLINE vi
lattice_column(const struct lattice *g, vf x, vf y)
{
	return (vi)((vu)vi_of(x) * (uint32_t)g->stride[0] + (vu)vi_of(y) * (uint32_t)g->stride[1]);
}

/* The chords of steps along their courses, in voxels; b and c are the two axes across. */
struct leg {
	vm is_x, is_y;           /* the axis of the course; else z */
	vi flip;                 /* ones where it goes backwards */
	vf start, end, per_voxel;        /* along the course; part of the step for each voxel */
	vf at_b, along_b;                /* at the start; for each voxel of the course */
	vf at_c, along_c;
};

VEC_INLINE void
leg_set_axes(struct leg *l, vi course)
{
	vi axis = course >> 1;

	l->is_x = vi_eq(axis, vi_set(0));
	l->is_y = vi_eq(axis, vi_set(1));
	l->flip = -(course & 1);
}

/* Of what there is for each axis, that along the course and those across it. */
VEC_INLINE vf
leg_a(const struct leg *l, const vf of[3])
{
	return vf_sel(l->is_x, of[0], vf_sel(l->is_y, of[1], of[2]));
}

VEC_INLINE vf
leg_b(const struct leg *l, const vf of[3])
{
	return vf_sel(l->is_x, of[1], of[0]);
}

VEC_INLINE vf
leg_c(const struct leg *l, const vf of[3])
{
	return vf_sel(vm_or(l->is_x, l->is_y), of[2], of[1]);
}

/* Forwards along the course, or back to the coordinate. */
VEC_INLINE vf
leg_flip(const struct leg *l, vf along)
{
	return (vf)((vi)along ^ (l->flip & INT32_MIN));
}

/* Across its course a chord advances by no more than along it, however short it is. */
VEC_INLINE vf
leg_limit(vf along)
{
	return vf_max(vf_min(along, vf_set(1.0f)), vf_set(-1.0f));
}

VEC_INLINE void
leg_aim(struct leg *l, const struct lattice *g, const struct lanes *s, const struct step *o)
{
	vf from[3], to[3], way[3];

	for (int k = 0; k < 3; k++) {
		from[k] = (s->position_cm[k] - g->origin_cm[k]) * g->per_cm[k];
		to[k] = (o->end_cm[k] - g->origin_cm[k]) * g->per_cm[k];
		way[k] = (o->end_cm[k] - s->position_cm[k]) * g->per_cm[k];
	}
	leg_set_axes(l, s->course);
	l->start = leg_flip(l, leg_a(l, from));
	l->end = leg_flip(l, leg_a(l, to));
	l->per_voxel = 1.0f / vf_max(l->end - l->start, vf_set(1e-20f));
	l->at_b = leg_b(l, from);
	l->along_b = leg_limit(leg_b(l, way) * l->per_voxel);
	l->at_c = leg_c(l, from);
	l->along_c = leg_limit(leg_c(l, way) * l->per_voxel);
}

/* The way that lanes have come, up to where they are, by their direction. */
VEC_INLINE void
leg_come(struct leg *l, const struct lattice *g, const struct lanes *s)
{
	vf from[3], way[3], speed;

	for (int k = 0; k < 3; k++) {
		from[k] = (s->position_cm[k] - g->origin_cm[k]) * g->per_cm[k];
		way[k] = s->direction[k] * g->per_cm[k];
	}
	leg_set_axes(l, s->course);
	speed = vf_max(leg_flip(l, leg_a(l, way)), vf_set(1e-20f));
	l->start = l->end = leg_flip(l, leg_a(l, from));
	l->per_voxel = vf_set(0.0f);
	l->at_b = leg_b(l, from);
	l->along_b = leg_limit(leg_b(l, way) / speed);
	l->at_c = leg_c(l, from);
	l->along_c = leg_limit(leg_c(l, way) / speed);
}

/* Energies at one face after the other. From equally spaced faces on a cubic they follow by differences, which
 * are whole quanta: over so few faces as are taken together their rounding comes to some 100 quanta at most, which the
 * first deposit after these makes good. */
enum { FALL_FACES = 32 };
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

/* Down to an energy, where a lane of the mask deposits; never up, by a rounding. */
VEC_INLINE void
fall_to(struct fall *f, vf energy_q, vm mask, vl lost[2])
{
	vl energy[2];

	fall_nearest(energy_q, energy);
	for (int h = 0; h < 2; h++) {
		vl less = vl_sub(f->quanta[h], energy[h]);

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
	struct track track;
};

VEC_INLINE struct tallying
tallying_begin(const struct group *g)
{
	struct tallying t = {0};

	for (int h = 0; h < 2; h++)
		t.fall.quanta[h] = ((const vl *)g->lanes.tallied_q)[h];
	return t;
}

VEC_INLINE void
tallying_end(const struct tallying *t, struct group *g)
{
	vl *tallied_q = (vl *)g->lanes.tallied_q;

	for (int h = 0; h < 2; h++) {
		g->deposited[h] += tallied_q[h] - t->fall.quanta[h];
		tallied_q[h] = t->fall.quanta[h];
	}
}

/* Adds to the voxels what waits for it. */
static __attribute__((noinline)) void
deposits_add(const struct range_score *score, struct deposits *d)
{
	for (int k = 0; k < d->n; k++) {
		size_t voxel = (uint32_t)d->voxel[k];

		score_mark(score->strips, voxel);
		score->bins[voxel] += d->quanta[k];
	}
	d->n = 0;
}

_Static_assert(FALL_FACES * VEC_LANES <= DEPOSITS && FALL_FACES % VEC_SQUARE == 0, "what is noted at once has room");

/* Makes room for n more. */
VEC_INLINE void
deposits_make_room(const struct pass *p, struct deposits *d, int n)
{
	if (d->n > DEPOSITS - n)
		deposits_add(p->score, d);
}

/* Notes as number n and those after it what lanes of the mask lost, and the voxels that they are in; how many then
 * there are. */
VEC_INLINE int
deposits_note(struct deposits *d, int n, vm mask, vi voxel, const vl lost[2])
{
	vi_compress(d->voxel + n, mask, voxel);
	return n + vl_compress(d->quanta + n, mask, lost);
}

/* Has the voxels at hand, from the deposit `first` on, when they are added to: secondaries spread over all the grid. */
static inline void
deposits_expect(const int64_t *bins, const struct deposits *d, int first)
{
	for (int k = first; k < d->n; k++)
		__builtin_prefetch(&bins[d->voxel[k]], 1);
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

/* The voxels at a point, their depths, and which of them there are. `cell` is the coordinate's along the course. */
VEC_INLINE vm
fly_voxel(const struct lattice *g, const struct leg *l, vf along, vf across_b, vf across_c, vi cell,
    enum manner manner, vi *voxel, vi *depth)
{
	vi b, c, cell_xyz[3];
	vm inside = vm_first(VEC_LANES);

	if (manner == ANYHOW && g->n_rings > 0) {
		along = leg_flip(l, along);
		return scoring_ring_voxel(g, vf_sel(l->is_x, along, across_b),
		    vf_sel(l->is_x, across_b, vf_sel(l->is_y, along, across_c)),
		    vi_sel(vm_or(l->is_x, l->is_y), vi_of(vf_floor(across_c)), cell), voxel, depth);
	}
	b = vi_of(vf_floor(across_b));
	c = vi_of(vf_floor(across_c));
	cell_xyz[0] = vi_sel(l->is_x, cell, b);
	cell_xyz[1] = vi_sel(l->is_x, b, vi_sel(l->is_y, cell, c));
	cell_xyz[2] = vi_sel(vm_or(l->is_x, l->is_y), c, cell);
	for (int k = 0; k < 3; k++)
		inside = vm_and(inside, vu_lt(cell_xyz[k], vi_set(g->n[k])));
	*voxel = (vi)((vu)cell_xyz[0] * (uint32_t)g->stride[0] + (vu)cell_xyz[1] * (uint32_t)g->stride[1]
	    + (vu)cell_xyz[2]);
	*depth = cell_xyz[2];
	return inside;
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
	struct deposits *d = &g->deposits;
	vi voxel, depth;
	unsigned secondaries;
	int noted;
	vm inside = fly_voxel(&p->ph->lattice, l, along, l->at_b + gone * l->along_b, l->at_c + gone * l->along_c,
	    cell, manner, &voxel, &depth);

	inside = vm_and(mask, inside);
	if (__builtin_expect(vm_any(vm_without(mask, inside)), 0))
		fly_take_outside(p, vm_bits(vm_without(mask, inside)), lost);
	deposits_make_room(p, d, VEC_LANES);
	noted = d->n;
	d->n = deposits_note(d, noted, inside, voxel, lost);
	if (g->secondaries != 0)
		deposits_expect(p->score->bins, d, noted);
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
