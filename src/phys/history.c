/* Carries a batch of histories, structure of arrays, from birth to death. Each pass of the loop
 * takes every lane to its next event: the hinge or the end of its condensed-history step, the
 * face of a voxel, the edge of the phantom, a nucleus. No lane waits for another: when its particle ends, it
 * goes on with the secondaries of its history, then with the next history of the range.
 *
 * The state is the residual range. Over a step it falls along a straight line, from R to R less
 * the step and its straggling; the energy is looked up only where it is tallied, at the faces of
 * voxels, and a deposit is the difference of two quantised energies, so that a history's deposits
 * add up to what it lost. */
#include "phys/history.h"

#include <stdlib.h>

#include "base/units.h"
#include "phys/attenuation.h"
#include "phys/event.h"
#include "phys/flight.h"
#include "phys/lanes.h"
#include "phys/particle.h"
#include "phys/scoring.h"
#include "phys/source.h"
#include "phys/step.h"

enum { STEPS_MAX = 100000000 };      /* of one history: beyond it, it does not end */

#define RANGE_MARGIN (1.0 + 1e-6)    /* of the tables' rounding */
#define BEND_TOLERANCE 0.05          /* of the way to the boundary, that a bend makes longer */

struct batch *
batch_new(void)
{
	return calloc(1, sizeof(struct batch));
}

void
batch_free(struct batch *b)
{
	free(b);
}

static void
record_state(const struct batch *b, int i, const struct pass *p, double energy_MeV, enum fate fate)
{
	struct final_state *s;

	if (p->score->states == NULL || !lane_is_primary(b, i))
		return;
	s = &p->score->states[b->history[i] - p->first];
	s->history = b->history[i];
	for (int k = 0; k < 3; k++) {
		s->position_cm[k] = b->position_cm[k][i];
		s->direction[k] = b->direction[k][i];
	}
	s->energy_MeV = energy_MeV;
	s->steps = b->steps[i];
	s->fate = fate;
}

static void
record_leaving(const struct batch *b, int i, const struct pass *p)
{
	const struct ion *ion = &p->ph->species[b->species[i]];
	struct leaving l = {
		.history = b->history[i], .number = b->number[i], .Z = (int16_t)ion->Z, .A = (int16_t)ion->A,
		.energy_MeV = (double)b->energy_q[i] / QUANTA_PER_MeV,
	};

	for (int k = 0; k < 3; k++) {
		l.position_cm[k] = b->position_cm[k][i];
		l.direction[k] = b->direction[k][i];
	}
	leaving_add(p->score->leaving, &l);
}

static const struct {
	enum fate fate;
	enum channel count;
} end_of[] = {
	[STOPPED] = { FATE_STOPPED, COUNT_STOPPED },
	[ESCAPED] = { FATE_ESCAPED, COUNT_ESCAPED },
	[REACTED] = { FATE_REACTED, COUNT_REACTED },
};

/* The energy of one that reacted has been shared out. */
static void
death(struct batch *b, int i, const struct pass *p)
{
	int64_t *channel = p->score->channel;
	enum event end = b->event[i];

	if (end != REACTED)
		score_track(b, i, p);
	record_state(b, i, p, (double)b->energy_q[i] / QUANTA_PER_MeV, end_of[end].fate);
	channel[COUNT_STEPS] += b->steps[i];
	channel[end_of[end].count] += lane_is_primary(b, i);
	if (end == STOPPED)
		score_rest(b, i, p);
	else if (end == ESCAPED)
		channel[ENERGY_ESCAPED] += b->energy_q[i];
	if (end == ESCAPED && p->score->leaving != NULL)
		record_leaving(b, i, p);
}

/* Puts a primary into lane i, `way_cm` on along its direction, with the energy that the tables know
 * for its range: deposits then telescope from there. One that would not step, as a phase space may have them, is at
 * its end already. */
static void
place(struct batch *b, int i, const struct physics *ph, const struct primary *primary, double way_cm)
{
	const struct medium *m;
	double range, energy_MeV;
	bool is_at_end;

	for (int k = 0; k < 3; k++) {
		b->position_cm[k][i] = primary->position_cm[k] + way_cm * primary->direction[k];
		b->direction[k][i] = primary->direction[k];
	}
	flight_locate(b, i, ph);
	b->species[i] = primary->species;
	b->number[i] = 0;
	b->n_particles[i] = 1;
	b->n_waiting[i] = 0;
	m = lane_medium(b, i, ph);
	range = range_g_cm2(&m->range, primary->energy_MeV);
	is_at_end = !(range > m->cutoff_g_cm2 * RANGE_MARGIN);
	range = is_at_end ? m->cutoff_g_cm2 : range;             /* no table goes lower */
	energy_MeV = is_at_end ? primary->energy_MeV : lut_at(&m->energy_MeV, lut_find(range));
	particle_start(b, i, ph, (int64_t)(energy_MeV * QUANTA_PER_MeV), range, primary->draws);
	if (is_at_end)
		b->event[i] = STOPPED;
}

/* Starts history p->next in lane i; false when it misses the phantom or does not step, and is over already. */
static bool
birth(struct batch *b, int i, struct pass *p)
{
	struct primary primary;
	double distance_cm;

	source_primary(p->ph, p->next, &primary);
	distance_cm = source_distance_to_phantom_cm(p->ph, &primary);
	b->history[i] = p->next++;
	place(b, i, p->ph, &primary, distance_cm > 0.0 ? distance_cm : 0.0);
	p->score->channel[ENERGY_SOURCE] += b->energy_q[i];
	p->score->channel[COUNT_HISTORIES]++;
	if (distance_cm < 0.0) {
		p->score->channel[ENERGY_ESCAPED] += b->energy_q[i];
		p->score->channel[COUNT_MISSED]++;
		record_state(b, i, p, (double)b->energy_q[i] / QUANTA_PER_MeV, FATE_MISSED);
		return false;
	}
	if (b->event[i] == STOPPED) {
		death(b, i, p);
		return false;
	}
	attenuation_begin(b, i, p->ph);
	flight_aim(b, i, p->ph);
	return true;
}

/* Decides the next step of every lane that is at the end of one. */
static void
begin_steps(struct batch *b, const struct physics *ph)
{
	struct steps *s = &b->steps_begun;
	int lane[LANES];

	s->n = 0;
	for (int i = 0; i < b->n; i++) {
		if (b->event[i] != STEP_BEGINS)
			continue;
		lane[s->n] = i;
		s->history[s->n] = b->history[i];
		s->stream[s->n] = lane_stream(b, i);
		s->draw[s->n] = b->draw[i]++;
		s->medium[s->n] = lane_medium(b, i, ph);
		s->range_g_cm2[s->n] = b->range_g_cm2[i];
		s->range_end_g_cm2[s->n] = b->range_end_g_cm2[i];
		s->to_boundary_cm[s->n] = b->to_exit_cm[i];
		s->core_rad2[s->n] = b->core_rad2[i];
		s->pv_birth_MeV[s->n++] = b->pv_birth_MeV[i];
	}
	steps_decide(s, ph);
	for (int j = 0; j < s->n; j++) {
		int i = lane[j];

		b->to_event_cm[i] = s->hinge_cm[j];
		b->after_hinge_cm[i] = s->after_hinge_cm[j];
		b->range_loss_g_cm3[i] = s->range_loss_g_cm3[j];
		b->is_to_boundary[i] = s->is_to_boundary[j];
		b->core_rad2[i] = s->core_rad2[j];
		b->tilt_rad[0][i] = s->tilt_rad[0][j];
		b->tilt_rad[1][i] = s->tilt_rad[1][j];
		b->event[i] = TO_HINGE;
		b->steps[i]++;
	}
}

/* A step that was to end at the boundary does so after its bend, too, unless that has turned it away
 * from it: else a step of next to nothing would follow. */
static void
end_at_boundary(struct batch *b, int i)
{
	if (b->to_exit_cm[i] <= b->to_event_cm[i] * (1.0 + BEND_TOLERANCE))
		b->to_event_cm[i] = b->to_exit_cm[i];
}

/* Bends every lane that is at its hinge. */
static void
bend(struct batch *b, const struct physics *ph)
{
	struct bends *t = &b->bends;
	int lane[LANES];

	t->n = 0;
	for (int i = 0; i < b->n; i++) {
		if (b->event[i] != AT_HINGE)
			continue;
		lane[t->n] = i;
		for (int k = 0; k < 3; k++)
			t->direction[k][t->n] = b->direction[k][i];
		t->tilt_rad[0][t->n] = b->tilt_rad[0][i];
		t->tilt_rad[1][t->n++] = b->tilt_rad[1][i];
		b->to_event_cm[i] = b->after_hinge_cm[i];
		b->event[i] = TO_END;
	}
	if (!ph->transport.has_scattering)
		return;
	bends_apply(t);
	for (int j = 0; j < t->n; j++) {
		for (int k = 0; k < 3; k++)
			b->direction[k][lane[j]] = t->direction[k][j];
		flight_aim(b, lane[j], ph);
		if (b->is_to_boundary[lane[j]])
			end_at_boundary(b, lane[j]);
	}
}

/* Fills lane i with the next particle of its history, else with the next history that meets the phantom;
 * false when the range is used up. */
static bool
refill(struct batch *b, int i, struct pass *p)
{
	if (i < b->n && particle_resume(b, i, p->ph)) {
		attenuation_begin(b, i, p->ph);
		flight_aim(b, i, p->ph);
		return true;
	}
	while (p->next < p->end)
		if (birth(b, i, p))
			return true;
	return false;
}

static void
move_lane(struct batch *b, int from, int to)
{
	for (int k = 0; k < 3; k++) {
		b->position_cm[k][to] = b->position_cm[k][from];
		b->direction[k][to] = b->direction[k][from];
		b->to_face_cm[k][to] = b->to_face_cm[k][from];
		b->face_pitch_cm[k][to] = b->face_pitch_cm[k][from];
		b->voxel[k][to] = b->voxel[k][from];
	}
	b->ring_step[to] = b->ring_step[from];
	b->layer[to] = b->layer[from];
	b->to_exit_cm[to] = b->to_exit_cm[from];
	b->exit_axis[to] = b->exit_axis[from];
	b->to_event_cm[to] = b->to_event_cm[from];
	b->after_hinge_cm[to] = b->after_hinge_cm[from];
	b->is_to_boundary[to] = b->is_to_boundary[from];
	b->range_g_cm2[to] = b->range_g_cm2[from];
	b->range_end_g_cm2[to] = b->range_end_g_cm2[from];
	b->optical_end[to] = b->optical_end[from];
	b->range_scored_g_cm2[to] = b->range_scored_g_cm2[from];
	b->range_loss_g_cm3[to] = b->range_loss_g_cm3[from];
	b->tilt_rad[0][to] = b->tilt_rad[0][from];
	b->tilt_rad[1][to] = b->tilt_rad[1][from];
	b->pv_birth_MeV[to] = b->pv_birth_MeV[from];
	b->core_rad2[to] = b->core_rad2[from];
	b->energy_q[to] = b->energy_q[from];
	b->path_cm[to] = b->path_cm[from];
	b->history[to] = b->history[from];
	b->species[to] = b->species[from];
	b->number[to] = b->number[from];
	b->n_particles[to] = b->n_particles[from];
	b->draw[to] = b->draw[from];
	b->steps[to] = b->steps[from];
	b->event[to] = b->event[from];
	b->n_waiting[to] = b->n_waiting[from];
	for (int k = 0; k < b->n_waiting[from]; k++)
		b->waiting[to][k] = b->waiting[from][k];
}

static int
react(struct batch *b, const struct pass *p, struct err *e)
{
	for (int i = 0; i < b->n; i++)
		if (b->event[i] == REACTS && event_happens(b, i, p, e) != 0)
			return -1;
	return 0;
}

/* Ends the lanes whose particle is at its end, and fills them again. */
static int
bury(struct batch *b, struct pass *p, struct err *e)
{
	for (int i = b->n - 1; i >= 0; i--) {
		if (b->steps[i] >= STEPS_MAX)
			return err_set(e, ERR_INTERNAL, "history %llu does not end: %u steps",
			    (unsigned long long)b->history[i], b->steps[i]);
		if (b->event[i] < STOPPED)
			continue;
		death(b, i, p);
		if (!refill(b, i, p) && i != --b->n)
			move_lane(b, b->n, i);
	}
	return 0;
}

int
history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e)
{
	struct pass p = {ph, layout, score, first, first, first + count};

	for (b->n = 0; b->n < LANES && refill(b, b->n, &p);)
		b->n++;
	while (b->n > 0) {
		begin_steps(b, ph);
		for (int i = 0; i < b->n; i++)
			flight_advance(b, i, &p);
		bend(b, ph);
		if (react(b, &p, e) != 0 || bury(b, &p, e) != 0)
			return -1;
	}
	return 0;
}

void
history_complete(const struct tally_layout *layout, struct range_score *score)
{
	score_complete(layout, score);
}

int
history_run(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e)
{
	if (history_carry(b, ph, layout, first, count, score, e) != 0)
		return -1;
	history_complete(layout, score);
	return 0;
}
