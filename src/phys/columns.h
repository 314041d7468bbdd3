/* Flies lanes that go towards higher depths, most of them in one column of voxels: what they leave there are
 * neighbours in memory. Part of the kernel; the bits are those of fly_faces(). */
#ifndef PHYS_COLUMNS_H
#define PHYS_COLUMNS_H

#include "phys/deposit.h"

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

/* Lanes that fly towards higher depths in the grid. In columns of voxels, whose depths are neighbours in memory, what
 * they leave is added by squares: as many faces as a vector has 64-bit numbers. */
struct columns {
	unsigned staying, crossing;      /* bits: of those in one column over the step, and the others */
	unsigned secondaries;            /* of both; and where their groups' bins are: */
	int64_t *of_group[VEC_LANES];
	int least, most;                 /* faces that a lane passes */
	int32_t n[VEC_LANES] VEC_ALIGNED;        /* that each passes */
	int32_t voxel[VEC_LANES] VEC_ALIGNED;    /* first one, of those that stay */
};

/* Most voxels of a lane that are sure to be in two blocks, wherever the first one is. */
enum { COLUMNS_MARKED = (1 << SCORE_BLOCK_SHIFT) + 1 };

/* Which lanes of the mask, of which each passes n faces, do so in columns. Not those that leave the grid, nor where
 * squares, which are as long as the lane that passes most needs, would reach beyond the voxels, or from a group's
 * depths to those of the one after the next (no lane is of the last group); and of those whose energy is steep only
 * the ones that pass one face. */
VEC_INLINE vm
columns_which(const struct pass *p, const struct leg *l, const struct group *g, const struct step *o,
    const struct extent across[2], vi n, vm mask)
{
	const struct lattice *grid = &p->ph->lattice;
	const struct lanes *s = &g->lanes;
	vm in = vm_and(vm_and(mask, vi_eq(s->course, vi_set(TOWARDS_DEPTH))), vi_lt(vi_set(0), n));
	vi most, last;

	in = vm_without(in, vm_and(fly_steep(s, o), vi_lt(vi_set(1), n)));
	in = vm_and(in, vm_and(vf_le(vf_set(0.0f), s->face), vf_lt(l->end, vf_set((float)grid->n[2]))));
	in = vm_and(in, vm_and(extent_is_within(across[0], grid->n[0]), extent_is_within(across[1], grid->n[1])));
	most = vi_set(vi_highest(vi_sel(in, n, vi_set(0))));
	last = vi_of(s->face) + most;
	in = vm_without(in, vm_and(vm_from_bits(g->secondaries), vi_lt(vi_set(2 * p->group_stride - VEC_SQUARE), last)));
	last = vi_sum(lattice_column(grid, vf_floor(across[0].high), vf_floor(across[1].high)), last);
	return vm_without(in, vi_lt(vi_set((int32_t)p->layout->n_voxels - VEC_SQUARE), last));
}

/* Marks the strips of a lane's voxels, `mark` being those from its first block's on; most are marked already. */
VEC_INLINE void
columns_mark_lane(unsigned char *strips, uint32_t mark)
{
	uint32_t behind = mark >> 8;
	unsigned char *next = strips + (behind != 0);      /* there may be none */

	if (__builtin_expect(((mark & 0xff & ~(uint32_t)*strips) | (behind & ~(uint32_t)*next)) != 0, 0)) {
		*strips |= (unsigned char)mark;
		*next |= (unsigned char)behind;
	}
}

/* The same of any number of voxels. */
static __attribute__((noinline)) void
columns_mark_long(unsigned char *strips, int32_t first, int32_t n)
{
	for (int32_t strip = first >> SCORE_STRIP_SHIFT; strip <= (first + n - 1) >> SCORE_STRIP_SHIFT; strip++)
		score_mark(strips, (size_t)strip << SCORE_STRIP_SHIFT);
}

/* Marks the strips of lanes that stay. */
VEC_INLINE void
columns_mark(const struct columns *v, unsigned char *all)
{
	int32_t block[VEC_LANES] VEC_ALIGNED, mark[VEC_LANES] VEC_ALIGNED;
	vi voxel = *(const vi *)v->voxel, first = voxel >> SCORE_STRIP_SHIFT;
	vi last = vi_sum(voxel, *(const vi *)v->n - 1) >> SCORE_STRIP_SHIFT;
	vi strip = first & (SCORE_BLOCK_STRIPS - 1);

	vi_store(block, voxel >> SCORE_BLOCK_SHIFT);
	vi_store(mark, (vi)(((2u << ((vu)(last - first) & 15u)) - 1u) << (vu)strip));
	for (unsigned bits = v->staying; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		if (__builtin_expect(v->n[i] > COLUMNS_MARKED, 0))
			columns_mark_long(all, v->voxel[i], v->n[i]);
		else
			columns_mark_lane(all + block[i], (uint32_t)mark[i]);
	}
}

/* The lanes of the mask that pass faces up to `to` in columns. */
VEC_INLINE vm
columns_find(struct columns *v, const struct pass *p, const struct leg *l, struct group *g, const struct step *o,
    vf to, vm mask)
{
	const struct lattice *grid = &p->ph->lattice;
	const struct lanes *s = &g->lanes;
	const struct extent across[2] = {
		extent_of(l, s->deposit_at, l->at_b, l->along_b),
		extent_of(l, s->deposit_at, l->at_c, l->along_c),
	};
	vi n = vi_of(to - s->face);
	vm in = columns_which(p, l, g, o, across, n, mask);
	vm staying = vm_and(in, vm_and(extent_is_one(across[0]), extent_is_one(across[1])));

	n = vi_sel(in, n, vi_set(0));
	v->most = vi_highest(n);
	v->least = -vi_highest(-n);
	vi_store(v->n, n);
	vi_store(v->voxel, vi_sum(lattice_column(grid, vf_floor(across[0].low), vf_floor(across[1].low)),
	    vi_of(s->face)));
	v->staying = vm_bits(staying);
	columns_mark(v, p->score->strips);
	v->crossing = vm_bits(vm_without(in, staying));
	v->secondaries = vm_bits(in) & g->secondaries;
	for (unsigned bits = v->secondaries; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		v->of_group[i] = p->of_group[GROUP_DOSE] + s->group[i] * p->group_stride + (int)s->face[i];
	}
	return in;
}

/* Adds what lanes leave that stay in one column, whose voxels are neighbours in memory, and secondaries to their
 * groups, of which the depths are: squares of faces by lanes are turned, and added lane by lane. */
static __attribute__((noinline)) void
columns_add(int64_t *bins, vl (*lost)[2], const struct columns *v, int done, int n)
{
	int64_t nowhere[FALL_FACES] = {0};
	int64_t *to[VEC_LANES], *to_group[VEC_LANES];

	for (int i = 0; i < VEC_LANES; i++) {
		to[i] = v->staying >> i & 1 ? bins + v->voxel[i] + done : nowhere;
		to_group[i] = v->secondaries >> i & 1 ? v->of_group[i] + done : nowhere;
	}
	for (int k = 0; k < n; k += VEC_SQUARE)
		for (int half = 0; half < 2; half++) {
			vl a[VEC_SQUARE];

			for (int j = 0; j < VEC_SQUARE; j++)
				a[j] = lost[k + j][half];
			vl_transpose(a);
			for (int i = 0; i < VEC_SQUARE; i++)
				vl_add_to(to[half * VEC_SQUARE + i] + k, a[i]);
			if (v->secondaries != 0)
				for (int i = 0; i < VEC_SQUARE; i++)
					vl_add_to(to_group[half * VEC_SQUARE + i] + k, a[i]);
		}
}

/* Notes what lanes leave that cross columns, before `face` and the n - 1 faces after it; `back` is how far before
 * the first one. */
VEC_INLINE void
columns_note_crossing(const struct pass *p, struct group *g, const struct leg *l, vl (*lost)[2], vm crossing, vf to,
    vf point, vf face, vf back, int n)
{
	const struct lattice *grid = &p->ph->lattice;
	struct deposits *d = &g->deposits;
	vi cell = vi_of(face) - 1;
	int noted, first;

	deposits_make_room(p, d, n * VEC_LANES);
	noted = first = d->n;
	for (int k = 0; k < n; k++) {
		vf gone = face - back - l->start;
		vi voxel = vi_sum(lattice_column(grid, vf_floor(l->at_b + gone * l->along_b),
		    vf_floor(l->at_c + gone * l->along_c)), cell);

		noted = deposits_note(d, noted, vm_and(crossing, vf_le(face, to)), voxel, lost[k]);
		face += 1.0f;
		cell += 1;
		back = point;
	}
	d->n = noted;
	if (g->secondaries != 0)
		deposits_expect(p->score->bins, d, first);
}

/* What is lost up to n faces, `sure` of which all lanes pass; zeros up to a whole number of squares. */
VEC_INLINE int
columns_fall(const struct pass *p, const struct lanes *s, vl (*lost)[2], struct fall *f,
    const struct step *o, const struct leg *l, vf face, vf to, int sure, int n)
{
	vm passing = vf_le(face, to);
	vf part = (face - l->start) * l->per_voxel;
	int k = 1;

	fall_to(f, fly_energy(p, s, o, vm_and(passing, fly_steep(s, o)), part), passing, lost[0]);
	fall_set_out(f, o->energy_q, part, l->per_voxel);
	for (; k < sure; k++)
		fall_on(f, lost[k]);
	for (; k < n; k++)
		fall_some_on(f, vf_le(face + (float)k, to), lost[k]);
	for (; k % VEC_SQUARE != 0; k++)
		lost[k][0] = lost[k][1] = (vl){0};
	return k;
}

/* Deposits at all faces up to `to`. */
VEC_INLINE void
columns_fly(const struct columns *v, const struct pass *p, struct group *g, const struct step *o,
    const struct leg *l, struct tallying *t, vf to)
{
	vl lost[FALL_FACES][2];
	vf face = g->lanes.face + 1.0f, back = o->point * (face - g->lanes.deposit_at);

	for (int done = 0; done < v->most; done += FALL_FACES) {
		int n = v->most - done < FALL_FACES ? v->most - done : FALL_FACES;
		int sure = v->least - done < n ? v->least - done : n;
		int whole = columns_fall(p, &g->lanes, lost, &t->fall, o, l, face, to, sure, n);

		if (v->crossing != 0)
			columns_note_crossing(p, g, l, lost, vm_from_bits(v->crossing), to, o->point, face, back, n);
		columns_add(p->score->bins, lost, v, done, whole);
		face += (float)n;
		back = o->point;
	}
}

#endif
