/* Carries a batch of histories, structure of arrays, from birth to death. Each pass of the loop
 * takes every lane to its next event: the hinge or the end of its condensed-history step, the
 * face of a voxel, the edge of the phantom. No lane waits for another: one that ends is
 * replaced by the next history of the range.
 *
 * The state is the residual range. Over a step it falls along a straight line, from R to R less
 * the step and its straggling; the energy is looked up only where it is tallied, at the faces of
 * voxels, and a deposit is the difference of two quantised energies, so that a history's deposits
 * add up to what it lost. */
#include "phys/history.h"

#include <stdlib.h>

#include "base/units.h"
#include "phys/fmath.h"
#include "phys/rotation.h"
#include "phys/scattering.h"
#include "phys/source.h"
#include "phys/step.h"

enum {
	LANES = STEP_LANES,
	STEPS_MAX = 100000000        /* of one history: beyond it, it does not end */
};

/* What a lane does next, or has just met. */
enum event { STEP_BEGINS, TO_HINGE, AT_HINGE, TO_END, STOPPED, ESCAPED };

struct batch {
	int n;                               /* lanes in use: 0..n-1 */
	double position_cm[3][LANES];
	double direction[3][LANES];
	double to_face_cm[3][LANES];         /* along the direction, to the voxel's next face */
	double face_pitch_cm[3][LANES];      /* and from face to face */
	double to_exit_cm[LANES];            /* to the edge of the phantom */
	double to_event_cm[LANES];           /* to the hinge or the end of the step */
	double after_hinge_cm[LANES];
	double range_g_cm2[LANES];
	double range_loss_g_cm3[LANES];      /* of residual range, per cm of this step */
	double tilt_rad[2][LANES];           /* projected deflections at the hinge */
	double pv_birth_MeV[LANES];
	int64_t energy_q[LANES];             /* at the last deposit */
	int32_t voxel[3][LANES];
	uint64_t history[LANES];
	uint32_t draw[LANES];
	uint32_t steps[LANES];
	enum event event[LANES];
	struct steps steps_begun;            /* workspace of begin_steps */
	struct bends bends;                  /* workspace of bend */
};

/* Everything a pass needs to know beside the lanes. */
struct pass {
	const struct physics *ph;
	const struct tally_layout *layout;
	struct score *score;
	uint64_t first, next, end;           /* histories of the range */
};

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

static int64_t
quantise(double energy_MeV)
{
	return (int64_t)(energy_MeV * QUANTA_PER_MeV);
}

static double
inverse(double d)
{
	if (fm_abs(d) < ROTATION_FLAT)
		return d < 0.0 ? -1.0 / ROTATION_FLAT : 1.0 / ROTATION_FLAT;
	return 1.0 / d;
}

/* Distances from where the lane is, along where it goes. */
static void
aim(struct batch *b, int i, const struct physics *ph)
{
	double exit_cm = 1e300;

	for (int k = 0; k < 3; k++) {
		double inv = inverse(b->direction[k][i]), x = b->position_cm[k][i];
		int forward = inv > 0.0;
		double face = ph->grid.origin_cm[k]
		    + (double)(b->voxel[k][i] + forward) * ph->grid.voxel_cm[k];
		double edge = ((forward ? ph->phantom_high_cm[k] : ph->phantom_low_cm[k]) - x) * inv;

		b->to_face_cm[k][i] = (face - x) * inv;
		b->face_pitch_cm[k][i] = ph->grid.voxel_cm[k] * fm_abs(inv);
		exit_cm = edge < exit_cm ? edge : exit_cm;
	}
	b->to_exit_cm[i] = exit_cm;
}

static void
record_state(const struct batch *b, int i, const struct pass *p, double energy_MeV, enum fate fate)
{
	struct final_state *s;

	if (p->score->states == NULL)
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

/* Starts history p->next in lane i; false when it misses the phantom and is over already. */
static bool
birth(struct batch *b, int i, struct pass *p)
{
	const struct physics *ph = p->ph;
	const struct medium *m = &ph->medium;
	struct primary primary;
	double distance_cm, energy_MeV;

	source_primary(ph, p->next, &primary);
	distance_cm = source_distance_to_phantom_cm(ph, &primary);
	b->history[i] = p->next++;
	b->draw[i] = primary.draws;
	b->steps[i] = 0;
	b->range_g_cm2[i] = range_g_cm2(&ph->range, primary.energy_MeV);
	energy_MeV = lut_at(&m->energy_MeV, lut_find(b->range_g_cm2[i]));
	b->energy_q[i] = quantise(energy_MeV);
	b->pv_birth_MeV[i] = scattering_pv_MeV(energy_MeV, ph->beam.ion.mass_MeV);
	b->event[i] = STEP_BEGINS;
	for (int k = 0; k < 3; k++) {
		double x = primary.position_cm[k] + (distance_cm > 0.0 ? distance_cm : 0.0)
		    * primary.direction[k];

		b->position_cm[k][i] = x;
		b->direction[k][i] = primary.direction[k];
		b->voxel[k][i] = (int32_t)fm_floor((x - ph->grid.origin_cm[k]) / ph->grid.voxel_cm[k]);
	}
	p->score->channel[ENERGY_SOURCE] += b->energy_q[i];
	p->score->channel[COUNT_HISTORIES]++;
	if (distance_cm < 0.0) {
		p->score->channel[ENERGY_ESCAPED] += b->energy_q[i];
		p->score->channel[COUNT_MISSED]++;
		record_state(b, i, p, energy_MeV, FATE_MISSED);
		return false;
	}
	aim(b, i, ph);
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
		s->draw[s->n] = b->draw[i]++;
		s->range_g_cm2[s->n] = b->range_g_cm2[i];
		s->pv_birth_MeV[s->n++] = b->pv_birth_MeV[i];
	}
	steps_decide(s, ph);
	for (int j = 0; j < s->n; j++) {
		int i = lane[j];

		b->to_event_cm[i] = s->hinge_cm[j];
		b->after_hinge_cm[i] = s->after_hinge_cm[j];
		b->range_loss_g_cm3[i] = s->range_loss_g_cm3[j];
		b->tilt_rad[0][i] = s->tilt_rad[0][j];
		b->tilt_rad[1][i] = s->tilt_rad[1][j];
		b->event[i] = TO_HINGE;
		b->steps[i]++;
	}
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
		aim(b, lane[j], ph);
	}
}

static void
deposit(const struct batch *b, int i, const struct pass *p, int64_t quanta)
{
	const struct grid *g = &p->ph->grid;
	size_t bin;

	for (int k = 0; k < 3; k++)
		if ((uint32_t)b->voxel[k][i] >= (uint32_t)g->n[k]) {
			p->score->channel[ENERGY_OUTSIDE] += quanta;
			return;
		}
	bin = grid_index(g, b->voxel[0][i], b->voxel[1][i], b->voxel[2][i]);
	p->score->touched[bin >> SCORE_BLOCK_SHIFT] = 1;
	p->score->bins[bin] += quanta;
	p->score->channel[ENERGY_DEPOSITED] += quanta;
}

/* Tallies what lane i has lost since the last deposit, in the voxel that it is in. */
static void
deposit_loss(struct batch *b, int i, const struct pass *p)
{
	int64_t now = quantise(lut_at(&p->ph->medium.energy_MeV, lut_find(b->range_g_cm2[i])));

	if (now > b->energy_q[i])                /* rounding, one quantum at most */
		now = b->energy_q[i];
	deposit(b, i, p, b->energy_q[i] - now);
	b->energy_q[i] = now;
}

/* At the end of a step: on to the next one, or the end of the range. Written so that a NaN ends. */
static enum event
after_step(const struct batch *b, int i, const struct physics *ph)
{
	bool goes_on = b->range_g_cm2[i] > ph->medium.cutoff_g_cm2 * (1.0 + 1e-9);

	return goes_on ? STEP_BEGINS : STOPPED;
}

/* Flies lane i straight to whatever comes first, and deals with faces and edges. */
static void
fly(struct batch *b, int i, const struct pass *p)
{
	int axis = 0;
	double face, l;

	for (int k = 1; k < 3; k++)
		axis = b->to_face_cm[k][i] < b->to_face_cm[axis][i] ? k : axis;
	face = b->to_face_cm[axis][i];
	l = face < b->to_event_cm[i] ? face : b->to_event_cm[i];
	l = l < b->to_exit_cm[i] ? l : b->to_exit_cm[i];
	for (int k = 0; k < 3; k++) {
		b->position_cm[k][i] += l * b->direction[k][i];
		b->to_face_cm[k][i] -= l;
	}
	b->to_event_cm[i] -= l;
	b->range_g_cm2[i] -= l * b->range_loss_g_cm3[i];
	if (l == b->to_exit_cm[i]) {
		deposit_loss(b, i, p);
		b->event[i] = ESCAPED;
		return;
	}
	b->to_exit_cm[i] -= l;
	if (l == face) {
		deposit_loss(b, i, p);
		b->voxel[axis][i] += b->direction[axis][i] < 0.0 ? -1 : 1;
		b->to_face_cm[axis][i] = b->face_pitch_cm[axis][i];
	}
	if (b->to_event_cm[i] <= 0.0)
		b->event[i] = b->event[i] == TO_HINGE ? AT_HINGE : after_step(b, i, p->ph);
}

static void
death(struct batch *b, int i, const struct pass *p)
{
	int64_t *channel = p->score->channel;
	double energy_MeV = (double)b->energy_q[i] / QUANTA_PER_MeV;

	channel[COUNT_STEPS] += b->steps[i];
	if (b->event[i] == STOPPED) {
		channel[COUNT_STOPPED]++;
		deposit(b, i, p, b->energy_q[i]);
		record_state(b, i, p, energy_MeV, FATE_STOPPED);
	} else {
		channel[COUNT_ESCAPED]++;
		channel[ENERGY_ESCAPED] += b->energy_q[i];
		record_state(b, i, p, energy_MeV, FATE_ESCAPED);
	}
}

/* Fills lane i with the next history that meets the phantom; false when the range is used up. */
static bool
refill(struct batch *b, int i, struct pass *p)
{
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
	b->to_exit_cm[to] = b->to_exit_cm[from];
	b->to_event_cm[to] = b->to_event_cm[from];
	b->after_hinge_cm[to] = b->after_hinge_cm[from];
	b->range_g_cm2[to] = b->range_g_cm2[from];
	b->range_loss_g_cm3[to] = b->range_loss_g_cm3[from];
	b->tilt_rad[0][to] = b->tilt_rad[0][from];
	b->tilt_rad[1][to] = b->tilt_rad[1][from];
	b->pv_birth_MeV[to] = b->pv_birth_MeV[from];
	b->energy_q[to] = b->energy_q[from];
	b->history[to] = b->history[from];
	b->draw[to] = b->draw[from];
	b->steps[to] = b->steps[from];
	b->event[to] = b->event[from];
}

/* Ends the lanes whose history is over, and fills them again. */
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

/* Integral depth dose and dose on the axis of the range, from its voxels. */
void
history_complete(const struct tally_layout *l, struct score *s)
{
	size_t n_blocks = (l->n_voxels + 63) >> SCORE_BLOCK_SHIFT;

	for (size_t block = 0; block < n_blocks; block++) {
		size_t bin = block << SCORE_BLOCK_SHIFT;
		size_t end = bin + 64 < l->n_voxels ? bin + 64 : l->n_voxels;
		size_t depth = bin % l->n_depths;

		if (!s->touched[block])
			continue;
		for (; bin < end; bin++) {
			s->bins[l->first_idd + depth] += s->bins[bin];
			depth = depth + 1 < l->n_depths ? depth + 1 : 0;
		}
	}
	for (int c = 0; c < l->n_axis_columns; c++)
		for (size_t depth = 0; depth < l->n_depths; depth++)
			s->bins[l->first_axis + depth] += s->bins[l->axis_column[c] + depth];
	for (size_t block = l->first_idd >> SCORE_BLOCK_SHIFT; block <= (l->n_bins - 1) >> SCORE_BLOCK_SHIFT;
	    block++)
		s->touched[block] = 1;
}

int
history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct score *score, struct err *e)
{
	struct pass p = {ph, layout, score, first, first, first + count};

	for (b->n = 0; b->n < LANES && refill(b, b->n, &p);)
		b->n++;
	while (b->n > 0) {
		begin_steps(b, ph);
		for (int i = 0; i < b->n; i++)
			fly(b, i, &p);
		bend(b, ph);
		if (bury(b, &p, e) != 0)
			return -1;
	}
	return 0;
}

int
history_run(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct score *score, struct err *e)
{
	if (history_carry(b, ph, layout, first, count, score, e) != 0)
		return -1;
	history_complete(layout, score);
	return 0;
}
