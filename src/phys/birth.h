/* Births: primaries of as many histories as there are lanes, from their numbers; and secondaries that waited. Part
 * of the kernel.
 *
 * With spots, the first block of random numbers of a history has its place and direction, the second its energy and
 * spot; those of the steps follow. */
#ifndef PHYS_BIRTH_H
#define PHYS_BIRTH_H

#include "phys/attenuation.h"
#include "phys/bend.h"
#include "phys/pool.h"

/* The longest step, as a part of the range at birth. A step is flown along its chord, which widens the beam where
 * it has not come much further than a step: at 3 tenths of the range by 0.1 %. */
#define REACH_OF_RANGE (1.0f / 12.0f)

/* The spot whose share holds `where`, a random number of 64 bits. */
static inline const struct source *
birth_spot(const struct physics *ph, uint64_t where)
{
	int low = 0, high = ph->n_sources - 1;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (where < ph->source[middle].share)
			high = middle;
		else
			low = middle + 1;
	}
	return &ph->source[low];
}

/* Spots as vectors: a lane each. */
struct spots {
	vf position_cm[3], direction[3], e[3], f[3], size_cm[2], divergence_rad, energy_MeV, energy_spread;
};

static void
birth_spots(const struct physics *ph, vu high, vu low, struct spots *v)
{
	for (int i = 0; i < VEC_LANES; i++) {
		const struct source *s = birth_spot(ph, (uint64_t)high[i] << 32 | low[i]);

		for (int k = 0; k < 3; k++) {
			v->position_cm[k][i] = (float)s->spot.position_cm[k];
			v->direction[k][i] = (float)s->spot.direction[k];
			v->e[k][i] = (float)s->e[k];
			v->f[k][i] = (float)s->f[k];
		}
		v->size_cm[0][i] = (float)s->spot.size_cm[0];
		v->size_cm[1][i] = (float)s->spot.size_cm[1];
		v->divergence_rad[i] = (float)s->spot.divergence_rad;
		v->energy_MeV[i] = (float)s->spot.energy_MeV;
		v->energy_spread[i] = (float)s->spot.energy_spread;
	}
}

VEC_INLINE void
birth_draw(const struct physics *ph, struct lanes *s, vu word[4])
{
	const vu counter[4] = {s->history_low, s->history_high, s->draw, s->number};

	vu_draw(ph->seed, counter, word);
}

/* Gaussian energy spread: a draw that would start at or below the cutoff is drawn again, so the spectrum
 * is cut there and nowhere bent. */
VEC_INLINE vf
birth_energy(const struct physics *ph, struct lanes *s, const struct spots *spot, vu word[4])
{
	vf lowest = vf_set((float)ph->energy_min_MeV), energy = vf_set(0.0f);
	vm todo = vm_first(VEC_LANES);

	for (;;) {
		vf r = vf_sqrt(vf_radius2(word[0])), sine, cosine;

		vf_sincos_turns(vf_uniform(word[1], 22), &sine, &cosine);
		energy = vf_sel(todo, spot->energy_MeV + spot->energy_MeV * spot->energy_spread * (r * cosine), energy);
		todo = vf_le(energy, lowest);
		if (!vm_any(todo))
			return energy;
		birth_draw(ph, s, word);
		s->draw = (vu)vi_sel(todo, (vi)(s->draw + 1u), (vi)s->draw);
	}
}

VEC_INLINE void
birth_place(struct lanes *s, const struct spots *spot, const vu word[4])
{
	vf r = vf_sqrt(vf_radius2(word[0])), x, y, tilt, sine, cosine;

	vf_sincos_turns(vf_uniform(word[1], 22), &y, &x);
	x *= r * spot->size_cm[0];
	y *= r * spot->size_cm[1];
	for (int k = 0; k < 3; k++) {
		s->position_cm[k] = spot->position_cm[k] + (x * spot->e[k] + y * spot->f[k]);
		s->direction[k] = spot->direction[k];
	}
	tilt = spot->divergence_rad * vf_sqrt(vf_radius2(word[2]));
	vf_sincos_turns(vf_uniform(word[3], 22), &sine, &cosine);
	if (vm_any(vf_lt(vf_set(0.0f), tilt)))
		bend_direction(s->direction, tilt, cosine, sine);
}

/* Takes the lanes to where they meet the phantom; those that do not are the result, as bits. */
VEC_INLINE unsigned
birth_enter(const struct physics *ph, struct lanes *s)
{
	vf enter = vf_set(0.0f), leave = vf_set(FAR_cm);

	for (int k = 0; k < 3; k++) {
		vf to_low = (float)ph->phantom_low_cm[k] - s->position_cm[k];
		vf to_high = (float)ph->phantom_high_cm[k] - s->position_cm[k];
		vm is_flat = vf_lt(vf_abs(s->direction[k]), vf_set(FLAT));
		vf d = vf_sel(is_flat, vf_set(FLAT), s->direction[k]);
		vm is_beside = vm_or(vf_lt(vf_set(0.0f), to_low), vf_lt(to_high, vf_set(0.0f)));
		vf near = vf_min(to_low / d, to_high / d), far = vf_max(to_low / d, to_high / d);

		near = vf_sel(is_flat, vf_sel(is_beside, vf_set(FAR_cm), vf_set(0.0f)), near);
		far = vf_sel(is_flat, vf_set(FAR_cm), far);
		enter = vf_max(enter, near);
		leave = vf_min(leave, far);
	}
	for (int k = 0; k < 3; k++) {
		vf x = s->position_cm[k] + enter * s->direction[k];

		x = vf_max(x, vf_set((float)ph->phantom_low_cm[k]));
		x = vf_min(x, vf_set((float)ph->phantom_high_cm[k]));
		s->position_cm[k] = vf_sel(vf_lt(enter, leave), x, s->position_cm[k]);
	}
	return ~vm_bits(vf_lt(enter, leave)) & ((1u << VEC_LANES) - 1);
}

/* What a lane has of its species and its layer. */
static inline void
lanes_set_layer(struct lanes *s, const struct physics *ph, int i, int layer)
{
	const struct medium *m = physics_medium(ph, s->species[i], layer);

	s->layer[i] = layer;
	s->first_row[i] = physics_table(ph, s->species[i], layer) * RANGE_SEGMENTS;
	s->density_g_cm3[i] = (float)m->density_g_cm3;
	s->per_density[i] = (float)(1.0 / m->density_g_cm3);
	s->cutoff_g_cm2[i] = (float)m->cutoff_g_cm2;
	s->step_max_g_cm2[i] = (float)m->step_max_g_cm2;
	s->scattering_MeV2[i] = (float)m->scattering_MeV2;
	s->per_mass[i] = (float)(1.0 / m->mass_MeV);
	s->low_cm[i] = (float)ph->boundary_cm[layer];
	s->high_cm[i] = (float)ph->boundary_cm[layer + 1];
}

/* The layer at z; on a boundary, the one that lies in front. */
static inline int
birth_layer(const struct physics *ph, float z, float direction)
{
	int layer = 0;

	while (layer < ph->n_layers - 1 && (direction < 0.0f ? z > (float)ph->boundary_cm[layer + 1]
	    : z >= (float)ph->boundary_cm[layer + 1]))
		layer++;
	return layer;
}

/* The residual range of an energy; 0 below the cutoff. */
static inline float
birth_range(const struct physics *ph, int species, int layer, float energy_MeV)
{
	const struct medium *m = physics_medium(ph, species, layer);
	struct cubic_place at;
	float range;

	if (!(energy_MeV > (float)m->cutoff_MeV))
		return 0.0f;
	at = cubic_find(energy_MeV, ENERGY_LOWEST_EXPONENT);
	range = cubic_at(&ph->range_g_cm2[physics_table(ph, species, layer) * ENERGY_SEGMENTS + at.segment], at.t);
	return range > (float)m->cutoff_g_cm2 ? range : 0.0f;
}

/* Lane i enters a material, where its optical depth ends at a residual range. */
static inline void
birth_set_end(const struct physics *ph, struct lanes *s, int i)
{
	const struct cubic *depth = &ph->optical_depth[s->first_row[i]];

	s->range_end_g_cm2[i] = s->cutoff_g_cm2[i];
	s->optical_end[i] += attenuation_depth(depth, s->range_g_cm2[i]);
	if (s->optical_end[i] > 0.0f)
		s->range_end_g_cm2[i] = attenuation_range(depth, s->optical_end[i], s->cutoff_g_cm2[i],
		    s->range_g_cm2[i]);
}

/* The lanes of the mask start, or go on after an event: how far each comes, at most. */
VEC_INLINE void
birth_attenuate(const struct physics *ph, struct lanes *s, vm mask)
{
	vu word[4];

	s->range_end_g_cm2 = vf_sel(mask, s->cutoff_g_cm2, s->range_end_g_cm2);
	if (ph->transport.nuclear == NUCLEAR_OFF)
		return;
	birth_draw(ph, s, word);
	s->draw = (vu)vi_sel(mask, (vi)(s->draw + 1u), (vi)s->draw);
	s->optical_end = vf_sel(mask, vf_log(vf_uniform31(word[0])), s->optical_end);
	for (unsigned bits = vm_bits(mask); bits != 0; bits &= bits - 1)
		birth_set_end(ph, s, __builtin_ctz(bits));
}

/* The lanes of the mask have all of a particle at its place of birth but what follows from its species, range and
 * direction. */
VEC_INLINE void
birth_start(const struct physics *ph, struct lanes *s, vm mask)
{
	vf energy_MeV, pv;

	lanes_energy(s, ph->row, s->range_g_cm2, &s->energy_q, &s->slope);
	energy_MeV = s->energy_q * (float)(1.0 / QUANTA_PER_MeV);
	pv = energy_MeV * s->per_mass;
	pv = energy_MeV * (pv + 2.0f) / (pv + 1.0f);
	s->per_pv_birth = vf_sel(mask, 1.0f / pv, s->per_pv_birth);
	s->reach_g_cm2 = vf_sel(mask, REACH_OF_RANGE * s->range_g_cm2, s->reach_g_cm2);
	s->path_cm = vf_sel(mask, vf_set(0.0f), s->path_cm);
	s->let_MeV = vf_sel(mask, vf_set(0.0f), s->let_MeV);
	s->let2_MeV2_cm = vf_sel(mask, vf_set(0.0f), s->let2_MeV2_cm);
	s->core_rad2 = vf_sel(mask, vf_set(0.0f), s->core_rad2);
	s->steps = vi_sel(mask, vi_set(0), s->steps);
	birth_attenuate(ph, s, mask);
	lanes_set_out(s, &ph->lattice, mask, lanes_course(&ph->lattice, s->direction));
}

/* A secondary, in lane i; birth_start() does the rest. */
static inline void
birth_resume(const struct physics *ph, struct lanes *s, int i, const struct waiting *w)
{
	for (int k = 0; k < 3; k++) {
		s->position_cm[k][i] = w->position_cm[k];
		s->direction[k][i] = w->direction[k];
	}
	s->history_low[i] = (uint32_t)w->history;
	s->history_high[i] = (uint32_t)(w->history >> 32);
	s->number[i] = w->number;
	s->draw[i] = 0;
	s->species[i] = w->species;
	s->group[i] = ph->species[w->species].Z;
	s->range_g_cm2[i] = w->range_g_cm2;
	s->tallied_q[i] = w->energy_q;
	lanes_set_layer(s, ph, i, w->layer);
}

/* Sampled from the spots; the result: their energies. */
VEC_INLINE vf
birth_sample(const struct physics *ph, struct lanes *s)
{
	struct spots spot;
	vu place[4], word[4];

	birth_draw(ph, s, place);
	s->draw += 1u;
	birth_draw(ph, s, word);
	s->draw += 1u;
	birth_spots(ph, word[2], word[3], &spot);
	birth_place(s, &spot, place);
	return birth_energy(ph, s, &spot, word);
}

/* As a phase space has them: history i starts as particle i; where there are more histories, the particles come
 * again in their order. */
static vf
birth_take(const struct physics *ph, uint64_t first, struct lanes *s)
{
	vf energy_MeV = vf_set(0.0f);

	for (int i = 0; i < VEC_LANES; i++) {
		const struct phase_particle *from = &ph->particle[(first + (unsigned)i) % ph->n_particles];

		for (int k = 0; k < 3; k++) {
			s->position_cm[k][i] = (float)from->position_cm[k];
			s->direction[k][i] = (float)from->direction[k];
		}
		s->species[i] = (int32_t)from->ion;
		energy_MeV[i] = (float)from->energy_MeV;
	}
	return energy_MeV;
}

/* Primaries, a lane each; as bits, those that miss the phantom, and those that would not step. */
struct born {
	struct lanes lanes;
	unsigned missed, stuck;
};

/* Where it is, lane i would step; else it has no way to go. */
static inline bool
birth_set_range(const struct physics *ph, struct lanes *s, int i, float energy_MeV)
{
	int layer = birth_layer(ph, s->position_cm[2][i], s->direction[2][i]);
	float range = birth_range(ph, s->species[i], layer, energy_MeV);

	lanes_set_layer(s, ph, i, layer);
	s->range_g_cm2[i] = range > 0.0f ? range : s->cutoff_g_cm2[i];
	return range > 0.0f;
}

/* What the tables have at its range is the energy of a primary; those that would not step have their own. */
VEC_INLINE void
birth_set_energy(struct born *b, vf energy_MeV)
{
	vd energy[2];

	vd_of(b->lanes.energy_q, &energy[0], &energy[1]);
	for (int h = 0; h < 2; h++)
		((vl *)b->lanes.tallied_q)[h] = vl_nearest(energy[h]);
	for (unsigned bits = b->stuck; bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		b->lanes.tallied_q[i] = (int64_t)((double)energy_MeV[i] * QUANTA_PER_MeV);
	}
}

/* Those of the histories first, first + 1, ... */
static void
birth(const struct physics *ph, uint64_t first, struct born *b)
{
	struct lanes *s = &b->lanes;
	vf energy_MeV;

	for (int i = 0; i < VEC_LANES; i++) {
		s->history_low[i] = (uint32_t)(first + (unsigned)i);
		s->history_high[i] = (uint32_t)((first + (unsigned)i) >> 32);
	}
	s->number = s->draw = (vu){0};
	s->species = s->group = vi_set(0);
	energy_MeV = ph->n_particles > 0 ? birth_take(ph, first, s) : birth_sample(ph, s);
	b->missed = birth_enter(ph, s);
	b->stuck = 0;
	for (int i = 0; i < VEC_LANES; i++)
		if (!birth_set_range(ph, s, i, energy_MeV[i]))
			b->stuck |= 1u << i;
	birth_start(ph, s, vm_first(VEC_LANES));
	birth_set_energy(b, energy_MeV);
}

#endif
