/* The histories in flight: a lane each, a vector of lanes for each thing that one carries. Internal to the
 * kernel, and as wide as the processor's registers. */
#ifndef PHYS_LANES_H
#define PHYS_LANES_H

#include <stddef.h>

#include "base/units.h"
#include "phys/fmath.h"
#include "phys/history.h"
#include "phys/kernel.h"
#include "phys/kick.h"
#include "phys/physics.h"
#include "phys/vec.h"

/* Of 32 bits each, so that a lane can be moved without knowing what is in it. */
struct lanes {
	vf position_cm[3], direction[3];
	vf range_g_cm2;
	vf range_end_g_cm2;       /* where it stops, or reacts before */
	vf optical_end;           /* the optical depth at which it reacts; below 0: it does not */
	vf energy_q;              /* at that range */
	vf slope;                 /* its derivative there, quanta per g/cm2 */
	vf path_cm;               /* since then, */
	vf let_MeV, let2_MeV2_cm; /* and the integrals of LET and its square over it */
	vi course;                /* twice the axis along which faces are met (x, y, z), + 1 when backwards */
	vf face;                  /* the last one passed, counted along the course, */
	vf deposit_at;            /* and where the last deposit was */
	vf per_pv_birth;          /* 1/MeV */
	vf reach_g_cm2;           /* of the longest step, by its range at birth or after an elastic collision */
	vf core_rad2;             /* variance of the projected angle since birth */
	/* of the species and the layer */
	vf density_g_cm3, per_density, cutoff_g_cm2, step_max_g_cm2, scattering_MeV2, per_mass;
	vf low_cm, high_cm;
	vi species, layer, first_row;
	vi group;                 /* of the tally: GROUP_PRIMARIES or the charge number */
	vu history_low, history_high;
	vu number;                /* of the particle in its history; the primary is 0 */
	vu draw;
	vi steps;
	int64_t tallied_q[VEC_LANES] VEC_ALIGNED;    /* energy at the last deposit; the one thing of 64 bits */
};

/* What a step of every lane is, from its decision to its end. */
struct step {
	vu word[4];
	vf scatter_radius2, cos_azimuth, sin_azimuth;     /* random numbers */
	struct kick_numbers straggle;
	vf hinge;                 /* uniform in (0, 1): where on the step the bend is */
	vf point;                 /* and where between two faces a deposit falls */
	vf length_g_cm2, loss_g_cm2;
	vf pv_MeV;                /* in its middle */
	vf theta_rad;
	vf before_cm, after_cm;   /* the bend */
	vf direction[3];          /* after it */
	vf end_cm[3];
	vf end_range_g_cm2, end_energy_q, end_slope;
	vf energy_q[4];           /* cubic in the part of the step that is done */
	vm is_last, is_out, is_near, is_cut;
	vf exit_axis;
};

enum { TOWARDS_DEPTH = 4 };       /* the course along z */

enum { DEPOSITS = 768 };

/* Waits to be added to the bins: those of secondaries the processor has at hand by then. */
struct deposits {
	int n;
	int32_t voxel[DEPOSITS];
	int64_t quanta[DEPOSITS];
};

struct group {
	struct lanes lanes;
	unsigned alive;           /* bits */
	unsigned secondaries;     /* of those */
	struct deposits deposits;
	vl deposited[2];          /* quanta of each lane, in the grid or beside it */
};

static inline uint64_t
lanes_history(const struct lanes *s, int i)
{
	return (uint64_t)s->history_high[i] << 32 | s->history_low[i];
}

/* A lane moves. */
static inline void
lanes_move(struct lanes *to, int i, const struct lanes *from, int j)
{
	typedef uint32_t word __attribute__((may_alias));
	word *a = (word *)to + i;
	const word *b = (const word *)from + j;

	for (size_t n = 0; n < offsetof(struct lanes, tallied_q) / sizeof(vf); n++)
		a[n * VEC_LANES] = b[n * VEC_LANES];
	to->tallied_q[i] = from->tallied_q[j];
}

/* Where R falls in the tables, as their line, and how far into it. */
VEC_INLINE vi
lanes_row(const struct lanes *s, vf range_g_cm2, vf *t)
{
	vi bits = (vi)range_g_cm2;

	*t = (vf)(((bits & 0x7ffff) << 4) | 0x3f800000) - 1.0f;
	return (bits >> CUBIC_SHIFT) - CUBIC_FIRST(RANGE_LOWEST_EXPONENT) + s->first_row;
}

/* The four numbers of each lane's line that begin at `first` of its first. */
#define LANES_LOOK_UP(row, member, line, columns) \
	vf_rows((const float *)(const void *)&(row)->member, line, (int)(sizeof *(row) / sizeof(float)), columns)

VEC_INLINE vf
lanes_cubic(const vf c[4], vf t)
{
	return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}

/* A segment is the 16th part of a power of two wide: the inverse of that, by its exponent. */
VEC_INLINE vf
lanes_per_width(vf range_g_cm2)
{
	return (vf)(0x7f000000u - (((vu)range_g_cm2 & 0x7f800000u) - (4u << 23)));
}

/* A curve of the tables at R, by the one of the first line, and its slope. */
VEC_INLINE void
lanes_curve(const struct lanes *s, const struct cubic *curve, vf range_g_cm2, vf *value, vf *slope)
{
	vf c[4], t;
	vi line = lanes_row(s, range_g_cm2, &t);

	vf_rows(curve->c, line, (int)(sizeof(struct row) / sizeof(float)), c);
	*value = lanes_cubic(c, t);
	*slope = (c[1] + t * (2.0f * c[2] + t * (3.0f * c[3]))) * lanes_per_width(range_g_cm2);
}

VEC_INLINE void
lanes_energy(const struct lanes *s, const struct row *row, vf range_g_cm2, vf *energy_q, vf *slope)
{
	lanes_curve(s, &row->energy_q, range_g_cm2, energy_q, slope);
}

/* Along which axis a way meets faces most often, and which way. */
VEC_INLINE vi
lanes_course(const struct lattice *l, const vf way[3])
{
	vf x = way[0] * l->per_cm[0], y = way[1] * l->per_cm[1], z = way[2] * l->per_cm[2];
	vm is_x = vf_lt(vf_max(vf_abs(y), vf_abs(z)), vf_abs(x));
	vm is_y = vf_lt(vf_abs(z), vf_abs(y));
	vi axis = vi_sel(is_x, vi_set(0), vi_sel(is_y, vi_set(2), vi_set(4)));
	vf along = vf_sel(is_x, x, vf_sel(is_y, y, z));

	return axis + (vi)((vu)along >> 31);
}

/* The coordinate along a course, in voxels, of a position. */
VEC_INLINE vf
lanes_along(const struct lattice *l, const vf position_cm[3], vi course)
{
	vf at[3];
	vi axis = course >> 1;
	vf along;

	for (int k = 0; k < 3; k++)
		at[k] = (position_cm[k] - l->origin_cm[k]) * l->per_cm[k];
	along = vf_sel(vi_eq(axis, vi_set(0)), at[0], vf_sel(vi_eq(axis, vi_set(1)), at[1], at[2]));
	return (vf)((vi)along ^ (course << 31));
}

/* Sets out on a course, from where the lanes of the mask are. */
VEC_INLINE void
lanes_set_out(struct lanes *s, const struct lattice *l, vm mask, vi course)
{
	vf along = lanes_along(l, s->position_cm, course);

	s->course = vi_sel(mask, course, s->course);
	s->face = vf_sel(mask, vf_floor(along), s->face);
	s->deposit_at = vf_sel(mask, along, s->deposit_at);
}

#endif
