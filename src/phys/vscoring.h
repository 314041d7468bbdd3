/* What a lane leaves in the bins beside its energy: its track; and where rings are. Part of the kernel. */
#ifndef PHYS_VSCORING_H
#define PHYS_VSCORING_H

#include "phys/vlanes.h"

/* The track along a step: cubics of the part of it that is done, and their values at the last deposit. */
struct track {
	vf cubic[3][4];          /* length, cm; integral of LET, MeV; of its square, MeV2/cm */
	vf scored[3];
};

/* The voxel in rings at a point whose coordinates are along the axis a and the two others. */
VEC_INLINE vm
scoring_ring_voxel(const struct lattice *g, int a, vf along, vf across_b, vf across_c, vi cell, vi *voxel)
{
	vf x = a == 0 ? along : across_b, y = a == 0 ? across_b : a == 1 ? along : across_c;
	vi z = a == 2 ? cell : vi_of(vf_floor(across_c));
	vf r = vf_sqrt(x * x + y * y);
	vi ring = {0};

	for (int i = 0; i < VEC_LANES; i++) {
		int low = 0, high = g->n_rings;

		while (low < high) {
			int middle = (low + high) / 2;

			if (r[i] < g->ring_edge[middle + 1])
				high = middle;
			else
				low = middle + 1;
		}
		ring[i] = low;
	}
	*voxel = ring * g->stride[0] + z;
	return vm_and(vu_lt(ring, vi_set(g->n_rings)), vu_lt(z, vi_set(g->n[2])));
}

/* LET at its ends and in its middle make a parabola, whose integral is wanted. */
VEC_INLINE void
scoring_integral(vf cubic[4], vf length, vf first, vf middle, vf last)
{
	cubic[0] = vf_set(0.0f);
	cubic[1] = length * first;
	cubic[2] = length * 0.5f * (4.0f * middle - 3.0f * first - last);
	cubic[3] = length * (2.0f / 3.0f) * (first + last - 2.0f * middle);
}

VEC_INLINE vf
scoring_let(const struct physics *ph, const struct lanes *s, vf range_g_cm2)
{
	vf c[4], t;
	vi line = lanes_row(s, range_g_cm2, &t);

	LANES_LOOK_UP(ph->row, let_MeV_cm, line, c);
	return lanes_cubic(c, t);
}

VEC_INLINE void
scoring_begin(struct track *t, const struct physics *ph, const struct lanes *s, const struct step *o)
{
	vf length = o->before_cm + o->after_cm;
	vf first = scoring_let(ph, s, s->range_g_cm2);
	vf middle = scoring_let(ph, s, 0.5f * (s->range_g_cm2 + o->end_range_g_cm2));
	vf last = scoring_let(ph, s, o->end_range_g_cm2);

	t->cubic[0][0] = t->cubic[0][2] = t->cubic[0][3] = vf_set(0.0f);
	t->cubic[0][1] = length;
	scoring_integral(t->cubic[1], length, first, middle, last);
	scoring_integral(t->cubic[2], length, first * first, middle * middle, last * last);
	t->scored[0] = -s->path_cm;
	t->scored[1] = -s->let_MeV;
	t->scored[2] = -s->let2_MeV2_cm;
}

/* At the end of a step already. */
VEC_INLINE void
scoring_begin_at_end(struct track *t, const struct lanes *s)
{
	for (int k = 0; k < 3; k++)
		for (int i = 0; i < 4; i++)
			t->cubic[k][i] = vf_set(0.0f);
	t->scored[0] = -s->path_cm;
	t->scored[1] = -s->let_MeV;
	t->scored[2] = -s->let2_MeV2_cm;
}

static inline void
scoring_add(const struct pass *p, enum score_kind kind, int32_t voxel, double quanta)
{
	size_t bin = p->layout->first_voxel[kind] + (size_t)voxel;

	p->score->touched[bin >> SCORE_BLOCK_SHIFT] = 1;
	p->score->bins[bin] += (int64_t)fm_floor(quanta + 0.5);
}

static inline void
scoring_add_track(const struct pass *p, int32_t voxel, double length_cm, double let_MeV, double let2_MeV2_cm)
{
	scoring_add(p, SCORE_LENGTH, voxel, length_cm * LENGTH_QUANTA_PER_cm);
	if (p->layout->n_scores <= SCORE_LET)
		return;
	scoring_add(p, SCORE_LET, voxel, let_MeV * LET_QUANTA_PER_MeV);
	scoring_add(p, SCORE_LET2, voxel, let2_MeV2_cm * LET2_QUANTA_PER_MeV2_cm);
}

/* The track since the last deposit, of the lanes of `mask`; tallied if they are `inside`. */
VEC_INLINE void
scoring_track(const struct pass *p, struct track *t, vf part, vm mask, vm inside, vi voxel)
{
	vf amount[3];

	for (int k = 0; k < 3; k++) {
		vf now = lanes_cubic(t->cubic[k], part);

		amount[k] = vf_max(now - t->scored[k], vf_set(0.0f));
		t->scored[k] = vf_sel(mask, now, t->scored[k]);
	}
	for (unsigned bits = vm_bits(inside); bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		scoring_add_track(p, voxel[i], (double)amount[0][i], (double)amount[1][i], (double)amount[2][i]);
	}
}

VEC_INLINE void
scoring_end(const struct track *t, struct lanes *s, vm mask)
{
	vf *left[3] = {&s->path_cm, &s->let_MeV, &s->let2_MeV2_cm};

	for (int k = 0; k < 3; k++)
		*left[k] = vf_sel(mask, lanes_cubic(t->cubic[k], vf_set(1.0f)) - t->scored[k], *left[k]);
}

#endif
