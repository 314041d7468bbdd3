/* Flies every lane along its step from face to face and tallies there. Part of the kernel.
 *
 * A step is flown along its chord. The chord has a course, the axis along which it meets the faces of voxels most
 * often, and a lane tallies whenever it passes a face across it: all that it has lost since the last
 * deposit, at a point of the way between, drawn at random. What is expected in a voxel is what a track cut at
 * all its faces would leave there; along the course the cut is exact. */
#ifndef PHYS_FLY_H
#define PHYS_FLY_H

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

/* Deposits at the faces from the one after the last up to `to`. */
VEC_INLINE void
fly_faces(const struct pass *p, struct group *g, const struct step *o, const struct leg *l, struct tallying *t,
    vf to, enum manner manner)
{
	const vf point = o->point;
	vf face = g->lanes.face + 1.0f, back = point * (face - g->lanes.deposit_at);
	vi cell = vi_of(g->lanes.face);
	vm passing = vf_le(face, to), steep = vm_and(passing, fly_steep(&g->lanes, o));
	vl lost[2], more[2];

	cell = l->sign > 0 ? cell : (vi)~cell;
	for (int k = 0; vm_any(passing); k++) {
		vf part = (face - l->start) * l->per_voxel;

		if (k % FALL_FACES == 0) {
			fall_to(&t->fall, fly_energy(p, &g->lanes, o, steep, part), passing, lost);
			fall_set_out(&t->fall, o->energy_q, part, l->per_voxel);
		} else {
			fall_some_on(&t->fall, vm_without(passing, steep), lost);
		}
		if (__builtin_expect(k % FALL_FACES != 0 && vm_any(vm_and(steep, passing)), 0)) {
			fall_to(&t->fall, fly_energy(p, &g->lanes, o, steep, part), vm_and(steep, passing), more);
			lost[0] += more[0];
			lost[1] += more[1];
		}
		fly_deposit(p, g, l, t, passing, lost, part, face - back, cell, manner);
		face += 1.0f;
		cell += l->sign;
		back = point;
		passing = vf_le(face, to);
	}
}

/* Deposits at the end of the step, behind all faces. */
VEC_INLINE void
fly_to_end(const struct pass *p, struct group *g, const struct step *o, const struct leg *l, struct tallying *t,
    vm to_end, enum manner manner)
{
	struct lanes *s = &g->lanes;
	vf along = l->end - o->point * (l->end - s->deposit_at);
	vi cell = vi_of(vf_max(vf_floor(along), s->face));
	vl lost[2];

	fall_to(&t->fall, o->end_energy_q, to_end, lost);
	fly_deposit(p, g, l, t, to_end, lost, vf_set(1.0f), along, l->sign > 0 ? cell : (vi)~cell, manner);
	s->deposit_at = vf_sel(to_end, l->end, s->deposit_at);
}

/* From where to where the way from the last deposit to the end of the step leads across one axis, and a little
 * more, so that the rounding of no point between leads out. */
struct extent {
	vf low, high;
};

VEC_INLINE struct extent
extent_of(const struct leg *l, vf from, vf at, vf along)
{
	const float margin = 1e-3f;
	vf first = at + (from - l->start) * along, last = at + (l->end - l->start) * along;

	return (struct extent){.low = vf_min(first, last) - margin, .high = vf_max(first, last) + margin};
}

VEC_INLINE vm
extent_is_within(struct extent x, int n)
{
	return vm_and(vf_le(vf_set(0.0f), x.low), vf_lt(x.high, vf_set((float)n)));
}

VEC_INLINE vm
extent_is_one(struct extent x)
{
	return vf_le(vf_floor(x.high), vf_floor(x.low));
}

/* Are the lanes of the mask in the grid over all the step? */
VEC_INLINE bool
fly_is_inside(const struct lattice *g, const struct lanes *s, const struct leg *l, const struct extent across[2],
    vm mask)
{
	vm is_inside = vm_and(vf_le(vf_set(0.0f), s->face), vf_lt(l->end, vf_set((float)g->n[l->a])));

	is_inside = vm_and(is_inside, extent_is_within(across[0], g->n[l->b]));
	is_inside = vm_and(is_inside, extent_is_within(across[1], g->n[l->c]));
	return !vm_any(vm_without(mask, is_inside));
}

/* Lanes that fly towards higher depths, all in the grid, most of them in one column over the step. */
struct columns {
	unsigned staying, crossing;      /* bits */
	unsigned secondaries;            /* of both; and where their groups' bins are: */
	int64_t *of_group[VEC_LANES];
	int least, most;                 /* faces that a lane passes */
	int32_t n[VEC_LANES] VEC_ALIGNED;        /* that each passes */
	int32_t voxel[VEC_LANES] VEC_ALIGNED;    /* first one, of those that stay */
};

/* False where the adding of whole squares would leave the voxels, at their end, or a group's depths and the next
 * group's: no lane is of the last group. */
VEC_INLINE bool
columns_find(struct columns *v, const struct pass *p, const struct leg *l, struct tallying *t,
    const struct group *g, const struct extent across[2], vf to, vm mask)
{
	const struct lanes *s = &g->lanes;
	vi n = vi_of(to - s->face), first, last;
	vm some = vm_and(mask, vi_lt(vi_set(0), n));
	vm staying = vm_and(some, vm_and(extent_is_one(across[0]), extent_is_one(across[1]))), moved;

	n = vi_sel(some, n, vi_set(0));
	v->most = vi_highest(n);
	v->least = -vi_highest(-n);
	first = vi_of(s->face) + vi_of(vf_floor(across[0].low)) * l->stride_b
	    + vi_of(vf_floor(across[1].low)) * l->stride_c;
	if (vm_any(vm_and(staying, vi_lt(vi_set((int32_t)p->layout->n_voxels - VEC_SQUARE - v->most), first))) ||
	    (g->secondaries != 0 && p->group_stride < VEC_SQUARE))
		return false;
	vi_store(v->n, n);
	vi_store(v->voxel, first);
	last = (first + n - 1) >> SCORE_BLOCK_SHIFT;
	moved = vm_without(staying, vm_and(vi_eq(first >> SCORE_BLOCK_SHIFT, t->block), vi_eq(last, t->block)));
	if (__builtin_expect(vm_any(moved), 0)) {
		t->block = vi_sel(moved, last, t->block);
		fly_touch(p->score->touched, vm_bits(moved), v->voxel, v->n);
	}
	v->staying = vm_bits(staying);
	v->crossing = vm_bits(vm_without(some, staying));
	v->secondaries = vm_bits(some) & g->secondaries;
	for (unsigned bits = v->secondaries; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		v->of_group[i] = p->of_group[GROUP_DOSE] + s->group[i] * p->group_stride + (int)s->face[i];
	}
	return true;
}

/* Adds lanes that stay in one column, whose voxels are neighbours in memory, and secondaries to their groups, of
 * which the depths are: squares of faces by lanes are turned, and added lane by lane. */
static __attribute__((noinline)) void
columns_add(int64_t *bins, const struct deposits *d, const struct columns *v, int done, int n)
{
	int64_t nowhere[DEPOSITS] = {0};
	int64_t *to[VEC_LANES], *to_group[VEC_LANES];

	for (int i = 0; i < VEC_LANES; i++) {
		to[i] = v->staying >> i & 1 ? bins + v->voxel[i] + done : nowhere;
		to_group[i] = v->secondaries >> i & 1 ? v->of_group[i] + done : nowhere;
	}
	for (int k = 0; k < n; k += VEC_SQUARE)
		for (int half = 0; half < 2; half++) {
			vl a[VEC_SQUARE];

			for (int j = 0; j < VEC_SQUARE; j++)
				a[j] = ((const vl *)d->quanta[k + j])[half];
			vl_transpose(a);
			for (int i = 0; i < VEC_SQUARE; i++)
				vl_add_to(to[half * VEC_SQUARE + i] + k, a[i]);
			if (v->secondaries != 0)
				for (int i = 0; i < VEC_SQUARE; i++)
					vl_add_to(to_group[half * VEC_SQUARE + i] + k, a[i]);
		}
}

/* Adds the others, face by face. */
static __attribute__((noinline)) void
columns_add_crossing(const struct range_score *score, const struct deposits *d, const struct columns *v, int done)
{
	for (unsigned bits = v->crossing; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		for (int k = 0; k < DEPOSITS && k < v->n[i] - done; k++) {
			score->touched[d->voxel[k][i] >> SCORE_BLOCK_SHIFT] = 1;
			score->bins[d->voxel[k][i]] += d->quanta[k][i];
		}
	}
}

/* The voxels of n deposits, before `face` and the faces after it. */
VEC_INLINE void
columns_note_voxels(struct deposits *d, const struct leg *l, vf point, vf face, vf back, int n)
{
	vi cell = vi_of(face) - 1;

	for (int k = 0; k < n; k++) {
		vf gone = face - back - l->start;

		*(vi *)d->voxel[k] = cell + vi_of(vf_floor(l->at_b + gone * l->along_b)) * l->stride_b
		    + vi_of(vf_floor(l->at_c + gone * l->along_c)) * l->stride_c;
		face += 1.0f;
		cell += 1;
		back = point;
	}
}

/* Has those at hand when the others have been added: secondaries spread over all of the grid. */
static inline void
columns_expect(const int64_t *bins, const struct deposits *d, unsigned crossing, int n)
{
	for (unsigned bits = crossing; bits != 0; bits &= bits - 1)
		for (int k = 0; k < n; k += 2)
			__builtin_prefetch(&bins[d->voxel[k][__builtin_ctz(bits)]], 1);
}

VEC_INLINE void
columns_note(struct deposits *d, int k, const vl lost[2])
{
	((vl *)d->quanta[k])[0] = lost[0];
	((vl *)d->quanta[k])[1] = lost[1];
}

/* What is lost up to n faces, `sure` of which all lanes pass; zeros up to a whole number of squares. */
VEC_INLINE int
columns_note_lost(const struct pass *p, const struct lanes *s, struct deposits *d, struct fall *f,
    const struct step *o, const struct leg *l, vf face, vf to, int sure, int n)
{
	vm passing = vf_le(face, to);
	vf part = (face - l->start) * l->per_voxel;
	int k = 1;
	vl lost[2];

	fall_to(f, fly_energy(p, s, o, vm_and(passing, fly_steep(s, o)), part), passing, lost);
	fall_set_out(f, o->energy_q, part, l->per_voxel);
	columns_note(d, 0, lost);
	for (; k < sure; k++) {
		fall_on(f, lost);
		columns_note(d, k, lost);
	}
	for (; k < n; k++) {
		fall_some_on(f, vf_le(face + (float)k, to), lost);
		columns_note(d, k, lost);
	}
	lost[0] = lost[1] = (vl){0};
	for (; k % VEC_SQUARE != 0; k++)
		columns_note(d, k, lost);
	return k;
}

/* Deposits at all faces up to `to`. */
VEC_INLINE void
columns_fly(const struct columns *v, const struct pass *p, struct group *g, const struct step *o,
    const struct leg *l, struct tallying *t, vf to)
{
	struct deposits *d = &g->deposits;
	struct fall fall = t->fall;
	vf face = g->lanes.face + 1.0f, back = o->point * (face - g->lanes.deposit_at);

	for (int done = 0; done < v->most; done += FALL_FACES) {
		int n = v->most - done < FALL_FACES ? v->most - done : FALL_FACES;
		int sure = v->least - done < n ? v->least - done : n;

		int whole = columns_note_lost(p, &g->lanes, d, &fall, o, l, face, to, sure, n);

		if (v->crossing != 0) {
			columns_note_voxels(d, l, o->point, face, back, n);
			columns_expect(p->score->bins, d, v->crossing, n);
		}
		columns_add(p->score->bins, d, v, done, whole);
		columns_add_crossing(p->score, d, v, done);
		face += (float)n;
		back = o->point;
	}
	t->fall = fall;
}

/* The faces of a step in the way that suits it: columns know steep lanes that pass one face, at most. */
VEC_INLINE void
fly_somehow(const struct pass *p, struct group *g, const struct step *o, const struct leg *l,
    struct tallying *t, vf to, vm mask)
{
	const struct lanes *s = &g->lanes;
	const struct extent across[2] = {
		extent_of(l, s->deposit_at, l->at_b, l->along_b),
		extent_of(l, s->deposit_at, l->at_c, l->along_c),
	};
	vm steep_more = vm_and(vm_and(mask, fly_steep(s, o)), vf_lt(s->face + 1.5f, to));
	struct columns columns;

	if (!vm_any(steep_more) && l->a == 2 && l->sign > 0 && fly_is_inside(&p->ph->lattice, s, l, across, mask) &&
	    columns_find(&columns, p, l, t, g, across, to, mask))
		columns_fly(&columns, p, g, o, l, t, to);
	else
		fly_faces(p, g, o, l, t, to, DOSE);
}

/* The lanes of one course. Those that pass no face deposit at the end of the step, as do those that end
 * there. */
VEC_INLINE void
fly_along(const struct pass *p, struct group *g, const struct step *o, vm mask, int course, bool is_plain)
{
	struct lanes *s = &g->lanes;
	struct leg l;
	struct tallying t = {.voxel = g->voxel, .block = g->block};
	bool has_track = !is_plain && p->layout->n_scores > SCORE_LENGTH;
	vf to;
	vm to_end;

	fall_begin(&t.fall, s);
	leg_aim(&l, &p->ph->lattice, s, o, course);
	to = vf_sel(mask, vf_max(vf_floor(l.end), s->face), s->face);
	to_end = vm_and(mask, vm_or(vf_le(to, s->face), vm_or(o->is_last, o->is_out)));
	if (has_track)
		scoring_begin(&t.track, p->ph, s, o);
	if (is_plain)
		fly_somehow(p, g, o, &l, &t, to, mask);
	else
		fly_faces(p, g, o, &l, &t, to, ANYHOW);
	s->deposit_at = vf_sel(vf_lt(s->face, to), to, s->deposit_at);
	s->face = to;
	if (vm_any(to_end))
		fly_to_end(p, g, o, &l, &t, to_end, is_plain ? DOSE : ANYHOW);
	if (has_track)
		scoring_end(&t.track, s, mask);
	if (t.n > 0)
		fly_add(p->score->bins, &g->deposits, t.n);
	g->voxel = t.voxel;
	g->block = t.block;
	for (int h = 0; h < 2; h++) {
		g->deposited[h] += ((vl *)s->tallied_q)[h] - t.fall.quanta[h];
		((vl *)s->tallied_q)[h] = t.fall.quanta[h];
	}
}

/* Lanes whose course changes deposit where they are, before they set out on the new one: back along the way
 * that they came, as far as the last deposit at most. */
static __attribute__((noinline)) void
fly_turn(const struct pass *p, struct group *g, const struct step *o, vm turned, vi course)
{
	struct lanes *s = &g->lanes;
	struct step here = *o;
	unsigned todo = vm_bits(turned);

	/* a step that has come a voxel to here, to be flown from its end */
	here.end_energy_q = s->energy_q;
	here.is_last = turned;
	for (int k = 0; k < 3; k++)
		here.end_cm[k] = s->position_cm[k];
	while (todo != 0) {
		int old = s->course[__builtin_ctz(todo)];
		vm mask = vm_and(vm_from_bits(todo), vi_eq(s->course, vi_set(old)));
		struct tallying t = {.voxel = g->voxel, .block = g->block};
		struct leg l;

		leg_set_axes(&l, &p->ph->lattice, old);
		leg_come(&l, &p->ph->lattice, s);
		fall_begin(&t.fall, s);
		if (p->layout->n_scores > SCORE_LENGTH)
			scoring_begin_at_end(&t.track, s);
		fly_to_end(p, g, &here, &l, &t, mask, ANYHOW);
		if (p->layout->n_scores > SCORE_LENGTH)
			scoring_end(&t.track, s, mask);
		fly_add(p->score->bins, &g->deposits, t.n);
		g->voxel = t.voxel;
		g->block = t.block;
		for (int h = 0; h < 2; h++) {
			g->deposited[h] += ((vl *)s->tallied_q)[h] - t.fall.quanta[h];
			((vl *)s->tallied_q)[h] = t.fall.quanta[h];
		}
		todo &= ~vm_bits(mask);
	}
	lanes_set_out(s, &p->ph->lattice, turned, course);
}

/* Course after course, of which there is one, mostly. */
VEC_INLINE void
fly(const struct pass *p, struct group *g, const struct step *o, bool is_plain)
{
	struct lanes *s = &g->lanes;
	unsigned todo = g->alive;
	vf way[3];
	vi course;
	vm turned;

	for (int k = 0; k < 3; k++)
		way[k] = o->end_cm[k] - s->position_cm[k];
	course = lanes_course(&p->ph->lattice, way);
	turned = vm_without(vm_from_bits(g->alive), vi_eq(course, s->course));
	if (__builtin_expect(vm_any(turned), 0))
		fly_turn(p, g, o, turned, course);
	while (todo != 0) {
		int first = s->course[__builtin_ctz(todo)];
		vm mask = vm_and(vm_from_bits(todo), vi_eq(s->course, vi_set(first)));

		fly_along(p, g, o, mask, first, is_plain);
		todo &= ~vm_bits(mask);
	}
}

#endif
