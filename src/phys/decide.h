/* Decides the condensed-history step of every lane: how long it is, what it takes, where it bends and by
 * how much. Part of the kernel. */
#ifndef PHYS_DECIDE_H
#define PHYS_DECIDE_H

#include "phys/lanes.h"
#include "phys/scattering.h"
#include "phys/vmath.h"

/* Lanes that have ended, and steps of no length, go on by so little that nothing divides 0 by 0. */
#define SHORTEST_g_cm2 1e-7f

/* A step may be longer than its part of the residual range by so many times the range of the cutoff, or by the same
 * part of the reach, whichever is more: by default a 48th of the range at birth, so that not half of all steps are
 * within the last hundredth of the way, where little is left to be scattered and straggled. Against steps of 1 % of
 * the residual range R80 of protons (20 to 150 MeV), helium and carbon ions is within 0.01 mm and the peak within
 * 0.2 %; twice as much of the reach gains nothing. */
#define LEAST_OF_CUTOFF 20.0f

#define FAR_cm 1e30f
#define FLAT 1e-12f                  /* a component of the direction that is none */

/* One block of 128 random bits serves a step: 31 bits for each of two radii, 16 and 20 for their angles, 8
 * for the hinge, 8 for the point of deposit, 12 for the chance of a straggling kick. */
VEC_INLINE void
decide_draw(const struct physics *ph, const struct lanes *s, struct step *o)
{
	const vu counter[4] = {s->history_low, s->history_high, s->draw, s->number};

	vu_draw(ph->seed, counter, o->word);
}

VEC_INLINE void
decide_numbers(struct step *o)
{
	const vu *word = o->word;

	o->scatter_radius2 = vf_radius2(word[0]);
	vf_sincos_turns(vf_uniform(word[1], 16), &o->sin_azimuth, &o->cos_azimuth);
	o->hinge = vf_uniform(word[1] << 16, 8);
	o->point = vf_uniform(word[1] << 24, 8);
	o->straggle.radius2 = vf_radius2(word[2]);
	o->straggle.uniform = vf_uniform31(word[2]);
	vf_sincos_turns(vf_uniform(word[3], 20), &o->straggle.sine, &o->straggle.cosine);
	o->straggle.chance = (vi)(word[3] & 4095);
}

/* Straight on from a position to the edge of the layer or the phantom, and the axis of that. */
VEC_INLINE vf
decide_to_edge(const struct physics *ph, const struct lanes *s, const vf position_cm[3], const vf direction[3],
    vf *axis)
{
	vf nearest = vf_set(FAR_cm);

	*axis = vf_set(0.0f);
	for (int k = 0; k < 3; k++) {
		vf low = k == 2 ? s->low_cm : vf_set((float)ph->phantom_low_cm[k]);
		vf high = k == 2 ? s->high_cm : vf_set((float)ph->phantom_high_cm[k]);
		vf d = vf_sel(vf_lt(vf_abs(direction[k]), vf_set(FLAT)), vf_set(FLAT), direction[k]);
		vf to = (vf_sel(vf_lt(d, vf_set(0.0f)), low, high) - position_cm[k]) / d;

		*axis = vf_sel(vf_lt(to, nearest), vf_set((float)k), *axis);
		nearest = vf_min(to, nearest);
	}
	return vf_max(nearest, vf_set(0.0f));
}

/* Which lanes have an edge within reach, whichever way they go. */
VEC_INLINE vm
decide_is_near(const struct physics *ph, const struct lanes *s, vf reach_cm)
{
	vf room = vf_min(s->position_cm[2] - s->low_cm, s->high_cm - s->position_cm[2]);

	for (int k = 0; k < 2; k++) {
		room = vf_min(room, s->position_cm[k] - (float)ph->phantom_low_cm[k]);
		room = vf_min(room, (float)ph->phantom_high_cm[k] - s->position_cm[k]);
	}
	return vf_le(room, reach_cm);
}

/* How far each step goes: no further than the edge, and not past the end of the range. */
VEC_INLINE void
decide_length(const struct physics *ph, const struct lanes *s, vm alive, struct step *o)
{
	vf left = s->range_g_cm2 - s->range_end_g_cm2;
	const float part = (float)ph->transport.range_fraction;
	vf length = part * s->range_g_cm2 + vf_max(LEAST_OF_CUTOFF * s->cutoff_g_cm2, part * s->reach_g_cm2);

	length = vf_min(length, vf_min(s->step_max_g_cm2, s->reach_g_cm2));
	o->is_last = ph->transport.has_energy_loss ? vm_and(alive, vf_le(left, length)) : vm_none();
	length = vf_sel(o->is_last, left, length);
	o->is_cut = vm_none();
	o->is_near = vm_and(alive, decide_is_near(ph, s, length * s->per_density));
	if (__builtin_expect(vm_any(o->is_near), 0)) {
		vf unused, edge = decide_to_edge(ph, s, s->position_cm, s->direction, &unused) * s->density_g_cm3;

		o->is_cut = vf_lt(edge, length);
		o->is_last = vm_without(o->is_last, o->is_cut);
		length = vf_min(edge, length);
	}
	length = vf_sel(alive, length, vf_set(0.0f));
	o->length_g_cm2 = vf_max(length, vf_set(SHORTEST_g_cm2));
}

/* What the step takes from the range, and where that is at its end. */
VEC_INLINE void
decide_loss(const struct physics *ph, const struct lanes *s, vm alive, vf variance_per, vf half_root_per,
    struct step *o)
{
	vf length = o->length_g_cm2, left = s->range_g_cm2 - s->range_end_g_cm2;
	vf loss = length;
	vm is_over;

	if (!ph->transport.has_energy_loss) {
		o->loss_g_cm2 = vf_set(0.0f);
		return;
	}
	if (ph->transport.has_straggling)
		loss = vf_sel(o->is_last, loss, loss + kick(&o->straggle, length, variance_per * length,
		    half_root_per * vf_cbrt(length)));
	loss = vf_max(loss, vf_set(0.0f));       /* a kick beyond 4 sigma gives no energy back */
	is_over = vm_and(alive, vf_le(left, loss));
	if (__builtin_expect(vm_any(is_over), 0)) {
		vf part = vf_sel(vm_without(is_over, o->is_last), left / loss, vf_set(1.0f));

		o->length_g_cm2 = length * part;
		loss = vf_sel(is_over, left, loss);
		o->is_last = vm_or(o->is_last, is_over);
	}
	o->loss_g_cm2 = vf_sel(alive, loss, vf_set(0.0f));
}

/* Over a first step 1 - q^2 grows in proportion to the way from 0 on, and the mean of its log10 is by this less
 * than that in the middle: (1 - ln 2) / ln 10. Over the second it is 0.008. */
#define FIRST_STEP 0.13326f

/* Scattering power grows over a step, as the particle slows down and the build-up goes on, so that its bends lie
 * rather in the second half: with density 1 + lean (2 x - 1), to first order. It is half of the logarithmic
 * slope of 1/(pv)^2 and f; `slope` is that of log pv by R, times the length. Uniform hinges would make the
 * lateral spread depend on the step: for steps of 2 cm by 1 % at half of the range of protons. */
VEC_INLINE void
decide_lean(struct step *o, vf slope, vf q, vf rest, vf f, vf of_rest)
{
	vf build_up = (float)FM_INV_LN10 * of_rest * (q * q) / vf_max(rest * f, vf_set(1e-3f));
	vf lean = vf_min(slope * (1.0f + build_up), vf_set(1.0f));

	o->hinge += lean * (o->hinge * (1.0f - o->hinge));
}

/* The angle of the bend. Without energy loss nothing tells how far a particle has come, and the
 * scattering power is the local one, f = 1. `pv_slope` is the derivative of pv by R. */
VEC_INLINE void
decide_angle(const struct physics *ph, struct lanes *s, vm alive, vf log10_pv, vf pv_slope, struct step *o)
{
	vf q = o->pv_MeV * s->per_pv_birth;
	vf rest = vf_max(1.0f - q * q, vf_set((float)SCATTERING_LOG_FLOOR));
	vf log10_rest = vf_log(rest) * (float)FM_INV_LN10
	    - vf_sel(vi_eq(s->steps, vi_set(0)), vf_set(FIRST_STEP), vf_set(0.0f));
	vf of_rest = 0.1975f - 0.0098f * log10_pv;
	vf f = 0.5244f + 0.2320f * log10_pv + log10_rest * of_rest;
	vf per_pv = 1.0f / o->pv_MeV;
	vf variance;

	f = vf_max(f, vf_set(0.0f));
	if (ph->transport.has_energy_loss)
		decide_lean(o, o->length_g_cm2 * pv_slope * per_pv, q, rest, f, of_rest);
	else
		f = vf_set(1.0f);
	variance = s->scattering_MeV2 * (per_pv * per_pv) * f * o->length_g_cm2;
	variance = vf_sel(alive, variance, vf_set(0.0f));
	if (!ph->transport.has_scattering)
		variance = vf_set(0.0f);
	s->core_rad2 += variance;
	o->theta_rad = vf_sqrt(variance * o->scatter_radius2);
}

VEC_INLINE void
decide(const struct physics *ph, struct lanes *s, vm alive, struct step *o)
{
	vf middle, t, scatter[4], straggle[4];
	vi line;

	decide_length(ph, s, alive, o);
	middle = s->range_g_cm2 - 0.5f * o->length_g_cm2;
	line = lanes_row(s, middle, &t);
	LANES_LOOK_UP(ph->row, pv_MeV, line, scatter);
	LANES_LOOK_UP(ph->row, range_variance, line, straggle);
	decide_loss(ph, s, alive, straggle[0] + t * straggle[1], straggle[2] + t * straggle[3], o);
	o->pv_MeV = scatter[0] + t * scatter[1];
	decide_angle(ph, s, alive, scatter[2] + t * scatter[3], scatter[1] * lanes_per_width(middle), o);
}

#endif
