/* Flies every lane along its step from face to face and tallies there. Part of the kernel.
 *
 * A step is flown along its chord. The chord has a course, the axis along which it meets the faces of voxels most
 * often, and a lane tallies whenever it passes a face across it: all that it has lost since the last
 * deposit, at a point of the way between, drawn at random. What is expected in a voxel is what a track cut at
 * all its faces would leave there; along the course the cut is exact. */
#ifndef PHYS_FLY_H
#define PHYS_FLY_H

#include "phys/columns.h"

/* Deposits at the faces from the one after the last up to `to`, of any course. */
VEC_INLINE void
fly_faces(const struct pass *p, struct group *g, const struct step *o, const struct leg *l, struct tallying *t,
    vf to, enum manner manner)
{
	const vf point = o->point;
	const vi onwards = l->flip | 1;
	vf face = g->lanes.face + 1.0f, back = point * (face - g->lanes.deposit_at);
	vi cell = vi_of(g->lanes.face) ^ l->flip;
	vm passing = vf_le(face, to), steep = vm_and(passing, fly_steep(&g->lanes, o));
	vl lost[2], more[2];

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
		cell += onwards;
		back = point;
		passing = vf_le(face, to);
	}
}

/* Deposits at the end of the step, behind all faces, where lanes keep that energy. */
VEC_INLINE void
fly_to_end(const struct pass *p, struct group *g, const struct step *o, const struct leg *l, struct tallying *t,
    vf energy_q, vm to_end, enum manner manner)
{
	struct lanes *s = &g->lanes;
	vf along = l->end - o->point * (l->end - s->deposit_at);
	vi cell = vi_of(vf_max(vf_floor(along), s->face)) ^ l->flip;
	vl lost[2];

	fall_to(&t->fall, energy_q, to_end, lost);
	fly_deposit(p, g, l, t, to_end, lost, vf_set(1.0f), along, cell, manner);
	s->deposit_at = vf_sel(to_end, l->end, s->deposit_at);
}

/* The faces of a step in the way that suits each lane. */
VEC_INLINE void
fly_somehow(const struct pass *p, struct group *g, const struct step *o, const struct leg *l,
    struct tallying *t, vf to, vm mask)
{
	vf face = g->lanes.face;
	struct columns columns;
	vm in_columns = columns_find(&columns, p, l, g, o, to, mask);

	if ((columns.staying | columns.crossing) != 0)
		columns_fly(&columns, p, g, o, l, t, vf_sel(in_columns, to, face));
	fly_faces(p, g, o, l, t, vf_sel(in_columns, face, to), DOSE);
}

/* Lanes whose course changes deposit where they are, before they set out on the new one: back along the way
 * that they came, as far as the last deposit at most. */
static __attribute__((noinline)) void
fly_turn(const struct pass *p, struct group *g, const struct step *o, vm turned, vi course)
{
	struct lanes *s = &g->lanes;
	struct tallying t;
	struct leg l;

	/* a step that has come a voxel to here, to be flown from its end */
	leg_come(&l, &p->ph->lattice, s);
	t = tallying_begin(g);
	if (p->layout->n_scores > SCORE_LENGTH)
		scoring_begin_at_end(&t.track, s);
	fly_to_end(p, g, o, &l, &t, s->energy_q, turned, ANYHOW);
	if (p->layout->n_scores > SCORE_LENGTH)
		scoring_end(&t.track, s, turned);
	tallying_end(&t, g);
	lanes_set_out(s, &p->ph->lattice, turned, course);
}

/* What a lane keeps at the end of its step: one that has come to the end of its range leaves the rest there, too. */
VEC_INLINE vf
fly_energy_left(const struct lanes *s, const struct step *o)
{
	vm stops = vm_and(o->is_last, vf_le(s->range_end_g_cm2, s->cutoff_g_cm2));

	return vf_sel(stops, vf_set(0.0f), o->end_energy_q);
}

/* Those that pass no face deposit at the end of the step, as do those that end there. */
VEC_INLINE void
fly(const struct pass *p, struct group *g, const struct step *o, bool is_plain)
{
	struct lanes *s = &g->lanes;
	bool has_track = !is_plain && p->layout->n_scores > SCORE_LENGTH;
	vm alive = vm_from_bits(g->alive), turned, to_end;
	vf way[3], to;
	vi course;
	struct leg l;
	struct tallying t;

	for (int k = 0; k < 3; k++)
		way[k] = o->end_cm[k] - s->position_cm[k];
	course = lanes_course(&p->ph->lattice, way);
	turned = vm_without(alive, vi_eq(course, s->course));
	if (__builtin_expect(vm_any(turned), 0))
		fly_turn(p, g, o, turned, course);
	t = tallying_begin(g);
	leg_aim(&l, &p->ph->lattice, s, o);
	to = vf_sel(alive, vf_max(vf_floor(l.end), s->face), s->face);
	to_end = vm_and(alive, vm_or(vf_le(to, s->face), vm_or(o->is_last, o->is_out)));
	if (has_track)
		scoring_begin(&t.track, p->ph, s, o, fly_steep(s, o));
	if (is_plain)
		fly_somehow(p, g, o, &l, &t, to, alive);
	else
		fly_faces(p, g, o, &l, &t, to, ANYHOW);
	s->deposit_at = vf_sel(vf_lt(s->face, to), to, s->deposit_at);
	s->face = to;
	if (vm_any(to_end))
		fly_to_end(p, g, o, &l, &t, fly_energy_left(s, o), to_end, is_plain ? DOSE : ANYHOW);
	if (has_track)
		scoring_end(&t.track, s, alive);
	tallying_end(&t, g);
}

#endif
