/* Where the step of every lane goes: its bend, its end, and the energy on the way. Part of the kernel. */
#ifndef PHYS_BEND_H
#define PHYS_BEND_H

#include "phys/decide.h"

#define BEND_TOLERANCE 0.05f     /* of the way to the edge, that a bend makes longer */

/* Turns d by the polar angle theta, the azimuth in its frame (see rotation.h): exact, and of unit length
 * again, by one step of Newton's. */
VEC_INLINE void
bend_direction(vf d[3], vf theta_rad, vf cos_azimuth, vf sin_azimuth)
{
	vf sine, cosine, sign, a, b, u, v, x, y, z, norm;

	vf_sincos_turns(theta_rad * 0.15915494f, &sine, &cosine);
	sign = (vf)(((vi)d[2] & INT32_MIN) | 0x3f800000);
	a = -1.0f / (sign + d[2]);
	b = d[0] * d[1] * a;
	u = sine * cos_azimuth;
	v = sine * sin_azimuth;
	x = cosine * d[0] + (u * (1.0f + sign * d[0] * d[0] * a) + v * b);
	y = cosine * d[1] + (u * (sign * b) + v * (sign + d[1] * d[1] * a));
	z = cosine * d[2] - (u * (sign * d[0]) + v * d[1]);
	norm = 1.5f - 0.5f * (x * x + y * y + z * z);
	d[0] = x * norm;
	d[1] = y * norm;
	d[2] = z * norm;
}

/* Ends steps at the edge where the bend leads beyond it; and there, too, where the step was cut to end
 * there and the bend falls a little short of it: else a step of next to nothing would follow. */
VEC_INLINE void
bend_end_at_edge(const struct physics *ph, const struct lanes *s, const vf hinge_cm[3], struct step *o)
{
	vf cm = o->before_cm + o->after_cm;
	vf to = decide_to_edge(ph, s, hinge_cm, o->direction, &o->exit_axis);
	vf allowed = o->after_cm + vf_sel(o->is_cut, BEND_TOLERANCE * cm, vf_set(0.0f));
	vf loss = vf_min(o->loss_g_cm2 * ((o->before_cm + to) / cm), s->range_g_cm2 - s->range_end_g_cm2);

	o->is_out = vm_and(o->is_near, vf_le(to, allowed));
	o->after_cm = vf_sel(o->is_out, to, o->after_cm);
	o->loss_g_cm2 = vf_sel(o->is_out, loss, o->loss_g_cm2);
	o->is_last = vm_without(o->is_last, o->is_out);
}

/* The energy along the step: a cubic through both ends, as straggling spreads the loss of range evenly. */
VEC_INLINE void
bend_energy(const struct physics *ph, const struct lanes *s, struct step *o)
{
	vf first = -o->loss_g_cm2 * s->slope, last, rise;

	o->end_range_g_cm2 = vf_sel(o->is_last, s->range_end_g_cm2, s->range_g_cm2 - o->loss_g_cm2);
	lanes_energy(s, ph->row, o->end_range_g_cm2, &o->end_energy_q, &o->end_slope);
	last = -o->loss_g_cm2 * o->end_slope;
	rise = o->end_energy_q - s->energy_q;
	o->energy_q[0] = s->energy_q;
	o->energy_q[1] = first;
	o->energy_q[2] = 3.0f * rise - 2.0f * first - last;
	o->energy_q[3] = first + last - 2.0f * rise;
}

VEC_INLINE void
bend(const struct physics *ph, const struct lanes *s, struct step *o)
{
	vf cm = o->length_g_cm2 * s->per_density, hinge_cm[3];

	for (int k = 0; k < 3; k++)
		o->direction[k] = s->direction[k];
	if (ph->transport.has_scattering)
		bend_direction(o->direction, o->theta_rad, o->cos_azimuth, o->sin_azimuth);
	o->before_cm = o->hinge * cm;
	o->after_cm = cm - o->before_cm;
	o->is_out = vm_none();
	for (int k = 0; k < 3; k++)
		hinge_cm[k] = s->position_cm[k] + o->before_cm * s->direction[k];
	if (__builtin_expect(vm_any(o->is_near), 0))
		bend_end_at_edge(ph, s, hinge_cm, o);
	for (int k = 0; k < 3; k++)
		o->end_cm[k] = hinge_cm[k] + o->after_cm * o->direction[k];
	bend_energy(ph, s, o);
}

#endif
