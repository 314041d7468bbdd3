/* What a lane leaves in the bins beside its energy: its track; and where rings are. Part of the kernel. */
#ifndef PHYS_SCORING_H
#define PHYS_SCORING_H

#include "phys/lanes.h"

/* The track along a step: cubics of the part of it that is done, and their values at the last deposit. Where the
 * energy is steep, the integrals are those of the tables. */
struct track {
	vf cubic[3][4];          /* length, cm; integral of LET, MeV; of its square, MeV2/cm */
	vf scored[3];
	vm steep;
	vf range_g_cm2, end_range_g_cm2, loss_g_cm2;
	vf stretch;              /* length of the step over its loss, */
	vf at_start[2];          /* and the integrals there */
};

/* The voxel in rings at a point, x and y in voxels. */
VEC_INLINE vm
scoring_ring_voxel(const struct lattice *g, vf x, vf y, vi z, vi *voxel, vi *depth)
{
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
	*depth = z;
	return vm_and(vu_lt(ring, vi_set(g->n_rings)), vu_lt(z, vi_set(g->n[2])));
}

/* Steps that lose less than that part of the range have LET on a straight line: differences of integrals would be
 * rounding. */
#define SCORING_FLAT 1e-3f

VEC_INLINE const struct cubic *
scoring_integral(const struct row *row, int k)
{
	return k == 0 ? &row->let_MeV : &row->let2_MeV2_cm;
}

/* The integrals of LET follow from the residual range alone; straggling spreads the loss of range evenly. */
VEC_INLINE void
scoring_begin(struct track *t, const struct physics *ph, const struct lanes *s, const struct step *o, vm steep)
{
	vf length_cm = o->before_cm + o->after_cm, length_g_cm2 = length_cm * s->density_g_cm3;
	vm is_flat = vf_lt(o->loss_g_cm2, SCORING_FLAT * s->range_g_cm2);

	*t = (struct track){
		.cubic[0][1] = length_cm, .steep = steep, .range_g_cm2 = s->range_g_cm2,
		.end_range_g_cm2 = o->end_range_g_cm2, .loss_g_cm2 = o->loss_g_cm2,
		.stretch = length_g_cm2 / vf_max(o->loss_g_cm2, vf_set(1e-20f)),
		.scored = {-s->path_cm, -s->let_MeV, -s->let2_MeV2_cm},
	};
	for (int k = 0; k < 2; k++) {
		vf end, first, last, rise;

		lanes_curve(s, scoring_integral(ph->row, k), s->range_g_cm2, &t->at_start[k], &first);
		lanes_curve(s, scoring_integral(ph->row, k), o->end_range_g_cm2, &end, &last);
		first *= length_g_cm2;
		last *= length_g_cm2;
		rise = vf_sel(is_flat, 0.5f * (first + last), t->stretch * (t->at_start[k] - end));
		t->cubic[1 + k][1] = first;
		t->cubic[1 + k][2] = 3.0f * rise - 2.0f * first - last;
		t->cubic[1 + k][3] = first + last - 2.0f * rise;
	}
}

/* The integrals when a part of the step is done. */
VEC_INLINE void
scoring_values(const struct track *t, const struct lanes *s, const struct row *row, vf part, vf now[3])
{
	vf range = t->range_g_cm2 - part * t->loss_g_cm2, there, unused;

	for (int k = 0; k < 3; k++)
		now[k] = lanes_cubic(t->cubic[k], part);
	if (__builtin_expect(!vm_any(t->steep), 1))
		return;
	range = vf_min(vf_max(range, t->end_range_g_cm2), t->range_g_cm2);       /* the part of others may be any number */
	for (int k = 0; k < 2; k++) {
		lanes_curve(s, scoring_integral(row, k), range, &there, &unused);
		now[1 + k] = vf_sel(t->steep, t->stretch * (t->at_start[k] - there), now[1 + k]);
	}
}

/* At the end of a step already. */
VEC_INLINE void
scoring_begin_at_end(struct track *t, const struct lanes *s)
{
	*t = (struct track){.scored = {-s->path_cm, -s->let_MeV, -s->let2_MeV2_cm}};
}

static inline void
scoring_add(const struct pass *p, enum score_kind kind, int32_t voxel, int64_t quanta)
{
	size_t bin = p->layout->first_voxel[kind] + (size_t)voxel;

	score_mark(p->score->strips, bin);
	p->score->bins[bin] += quanta;
}

static inline void
scoring_add_to_group(const struct pass *p, enum group_score score, int group, int32_t depth, int64_t quanta)
{
	if (p->of_group[score] != NULL)
		p->of_group[score][group * p->group_stride + depth] += quanta;
}

/* A deposit of a group; the primaries' are what is left of all, in the end. */
static inline void
scoring_add_dose(const struct pass *p, int group, int32_t voxel, int32_t depth, int64_t quanta)
{
	scoring_add(p, SCORE_DOSE, voxel, quanta);
	if (group != GROUP_PRIMARIES)
		scoring_add_to_group(p, GROUP_DOSE, group, depth, quanta);
}

static inline int64_t
scoring_nearest(double quanta)
{
	return (int64_t)fm_floor(quanta + 0.5);
}

/* A track of a group, with its LET weighted by length once and twice. */
static inline void
scoring_add_track(const struct pass *p, int group, int32_t voxel, int32_t depth, const double track[3])
{
	int64_t length = scoring_nearest(track[0] * LENGTH_QUANTA_PER_cm);
	int64_t let = scoring_nearest(track[1] * LET_QUANTA_PER_MeV);
	int64_t let2 = scoring_nearest(track[2] * LET2_QUANTA_PER_MeV2_cm);
	bool is_of_all = p->layout->n_scores > SCORE_LENGTH_ALL;

	scoring_add_to_group(p, GROUP_LENGTH, group, depth, length);
	scoring_add_to_group(p, GROUP_LET, group, depth, let);
	scoring_add_to_group(p, GROUP_LET2, group, depth, let2);
	if (is_of_all)
		scoring_add(p, SCORE_LENGTH_ALL, voxel, length);
	if (group == GROUP_PRIMARIES)
		scoring_add(p, SCORE_LENGTH, voxel, length);
	if (p->layout->n_scores > SCORE_LET2 && (is_of_all || group == GROUP_PRIMARIES)) {
		scoring_add(p, SCORE_LET, voxel, let);
		scoring_add(p, SCORE_LET2, voxel, let2);
	}
}

/* The track since the last deposit, of the lanes of `mask`; tallied if they are `inside`. */
VEC_INLINE void
scoring_track(const struct pass *p, const struct lanes *s, struct track *t, vf part, vm mask, vm inside,
    vi voxel, vi depth)
{
	vf now[3], amount[3];

	scoring_values(t, s, p->ph->row, part, now);
	for (int k = 0; k < 3; k++) {
		amount[k] = vf_max(now[k] - t->scored[k], vf_set(0.0f));
		t->scored[k] = vf_sel(mask, now[k], t->scored[k]);
	}
	for (unsigned bits = vm_bits(inside); bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);
		const double track[3] = {(double)amount[0][i], (double)amount[1][i], (double)amount[2][i]};

		scoring_add_track(p, s->group[i], voxel[i], depth[i], track);
	}
}

VEC_INLINE void
scoring_end(const struct track *t, struct lanes *s, vm mask)
{
	vf *left[3] = {&s->path_cm, &s->let_MeV, &s->let2_MeV2_cm};

	for (int k = 0; k < 3; k++)
		*left[k] = vf_sel(mask, lanes_cubic(t->cubic[k], vf_set(1.0f)) - t->scored[k], *left[k]);
}

/* Faces of depth bins below a point, along z: one that a lane is a thousandth of a bin before counts as passed,
 * so that rounding at the end of the phantom does not matter. */
VEC_INLINE vi
scoring_faces(const struct lattice *g, vf z_cm)
{
	return vi_of(vf_floor((z_cm - g->origin_cm[2]) * g->per_cm[2] + 1e-3f));
}

/* Is a point in the grid, across z? */
static inline bool
scoring_is_across(const struct lattice *g, float x_cm, float y_cm)
{
	float x = (x_cm - g->origin_cm[0]) * g->per_cm[0], y = (y_cm - g->origin_cm[1]) * g->per_cm[1];

	if (g->n_rings > 0)
		return x * x + y * y < g->ring_edge[g->n_rings] * g->ring_edge[g->n_rings];
	return x >= 0.0f && x < (float)g->n[0] && y >= 0.0f && y < (float)g->n[1];
}

/* Counts lane i at each depth bin that it leaves over its step. */
static inline void
scoring_passages(const struct pass *p, const struct lanes *s, const struct step *o, int i, int from, int to)
{
	const struct lattice *g = &p->ph->lattice;
	float start = (s->position_cm[2][i] - g->origin_cm[2]) * g->per_cm[2];
	float per_bin = 1.0f / ((o->end_cm[2][i] - s->position_cm[2][i]) * g->per_cm[2]);

	for (int face = from + 1; face <= to; face++) {
		float part = ((float)face - start) * per_bin;
		float x = s->position_cm[0][i] + part * (o->end_cm[0][i] - s->position_cm[0][i]);
		float y = s->position_cm[1][i] + part * (o->end_cm[1][i] - s->position_cm[1][i]);

		if (face >= 1 && face <= g->n[2] && scoring_is_across(g, x, y))
			scoring_add_to_group(p, GROUP_YIELD, s->group[i], face - 1, 1);
	}
}

/* Yields: of the lanes of the mask, those whose chord is near to the z axis. */
VEC_INLINE void
scoring_yields(const struct pass *p, const struct lanes *s, const struct step *o, vm mask)
{
	vf x = o->end_cm[0] - s->position_cm[0], y = o->end_cm[1] - s->position_cm[1];
	vf z = o->end_cm[2] - s->position_cm[2], length = vf_sqrt(x * x + y * y + z * z);
	vi from = scoring_faces(&p->ph->lattice, s->position_cm[2]), to = scoring_faces(&p->ph->lattice, o->end_cm[2]);
	vm forward = vm_and(mask, vm_and(vi_lt(from, to), vf_le((float)p->ph->yield_cosine * length, z)));

	for (unsigned bits = vm_bits(forward); bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		scoring_passages(p, s, o, i, from[i], to[i]);
	}
}

#endif
