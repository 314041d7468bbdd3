/* Flies lanes from event to event. The indices of voxel and layer say where a lane is; positions on a
 * face are as exact as arithmetic lets them be, and a lane that is a rounding error before a face
 * crosses it in the next flight, of no length. */
#include "phys/flight.h"

#include "phys/attenuation.h"
#include "phys/fmath.h"
#include "phys/rotation.h"
#include "phys/scoring.h"

#define FAR_cm 1e300
#define COINCIDENT_cm 1e-9             /* a layer's end and a voxel's face nearer than this are one */

static double
inverse(double d)
{
	if (fm_abs(d) < ROTATION_FLAT)
		return d < 0.0 ? -1.0 / ROTATION_FLAT : 1.0 / ROTATION_FLAT;
	return 1.0 / d;
}

/* The ring that holds a distance from the axis; the number of rings when it is beyond. */
static int32_t
ring_of(const struct grid *g, double r)
{
	int32_t low = 0, high = g->n[AXIS_X];

	while (low < high) {
		int32_t middle = (low + high) / 2;

		if (r < g->radius_cm[middle + 1])
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static int32_t
layer_of(const struct physics *ph, double z)
{
	int32_t layer = 0;

	while (layer < ph->n_layers - 1 && z >= ph->boundary_cm[layer + 1])
		layer++;
	return layer;
}

void
flight_locate(struct flock *b, int i, const struct physics *ph)
{
	const struct grid *g = &ph->scoring.grid;

	b->layer[i] = layer_of(ph, b->position_cm[AXIS_Z][i]);
	for (int k = 0; k < 3; k++)
		b->voxel[k][i] = (int32_t)fm_floor((b->position_cm[k][i] - g->origin_cm[k])
		    / g->voxel_cm[k]);
	if (g->kind == GRID_CYLINDRICAL) {
		double x = b->position_cm[AXIS_X][i] - g->origin_cm[AXIS_X];
		double y = b->position_cm[AXIS_Y][i] - g->origin_cm[AXIS_Y];

		b->voxel[AXIS_X][i] = ring_of(g, fm_sqrt(x * x + y * y));
		b->voxel[AXIS_Y][i] = 0;
	}
}

/* Which way along an axis a lane goes: forward also when it does not move along it. */
static bool
is_forward(double d)
{
	return inverse(d) > 0.0;
}

/* A face that rounding has put behind the lane is met at once: never backwards, where a direction
 * across it would make of the last bit a long way. */
static double
ahead(double distance)
{
	return distance > 0.0 ? distance : 0.0;
}

static void
aim_at_plane(struct flock *b, int i, int k, const struct grid *g)
{
	double inv = inverse(b->direction[k][i]);
	double face = g->origin_cm[k] + (double)(b->voxel[k][i] + (inv > 0.0)) * g->voxel_cm[k];

	b->to_face_cm[k][i] = ahead((face - b->position_cm[k][i]) * inv);
	b->face_pitch_cm[k][i] = g->voxel_cm[k] * fm_abs(inv);
}

/* The distance to the ring's inner or outer cylinder: x^2 + y^2 = R^2 along the line. The inner one is
 * met only inwards, so a lane that has just left it does not meet it again. */
static void
aim_at_ring(struct flock *b, int i, const struct grid *g)
{
	double u = b->direction[AXIS_X][i], v = b->direction[AXIS_Y][i];
	double x = b->position_cm[AXIS_X][i] - g->origin_cm[AXIS_X];
	double y = b->position_cm[AXIS_Y][i] - g->origin_cm[AXIS_Y];
	double a = u * u + v * v, half_b = x * u + y * v, r2 = x * x + y * y;
	int32_t ring = b->voxel[AXIS_X][i];
	double to_face = FAR_cm;

	b->to_face_cm[AXIS_Y][i] = FAR_cm;
	b->ring_step[i] = 1;
	if (a > ROTATION_FLAT && ring < g->n[AXIS_X]) {
		double outer = g->radius_cm[ring + 1];
		double d = half_b * half_b - a * (r2 - outer * outer);

		to_face = (fm_sqrt(d > 0.0 ? d : 0.0) - half_b) / a;
	}
	if (a > ROTATION_FLAT && ring > 0 && half_b < 0.0) {
		double inner = g->radius_cm[ring];
		double d = half_b * half_b - a * (r2 - inner * inner);

		if (d > 0.0) {
			to_face = (-half_b - fm_sqrt(d)) / a;
			b->ring_step[i] = -1;
		}
	}
	b->to_face_cm[AXIS_X][i] = ahead(to_face);
}

static void
aim_at_edges(struct flock *b, int i, const struct physics *ph)
{
	double to_exit = FAR_cm;

	for (int k = 0; k < 3; k++) {
		double inv = inverse(b->direction[k][i]);
		double low = k == AXIS_Z ? ph->boundary_cm[b->layer[i]] : ph->phantom_low_cm[k];
		double high = k == AXIS_Z ? ph->boundary_cm[b->layer[i] + 1] : ph->phantom_high_cm[k];
		double edge = ahead(((inv > 0.0 ? high : low) - b->position_cm[k][i]) * inv);

		b->exit_axis[i] = edge < to_exit ? k : b->exit_axis[i];
		to_exit = edge < to_exit ? edge : to_exit;
	}
	b->to_exit_cm[i] = to_exit;
}

void
flight_aim(struct flock *b, int i, const struct physics *ph)
{
	const struct grid *g = &ph->scoring.grid;

	if (g->kind == GRID_CYLINDRICAL) {
		aim_at_ring(b, i, g);
	} else {
		aim_at_plane(b, i, AXIS_X, g);
		aim_at_plane(b, i, AXIS_Y, g);
	}
	aim_at_plane(b, i, AXIS_Z, g);
	aim_at_edges(b, i, ph);
}

static void
cross_face(struct flock *b, int i, int axis, const struct grid *g)
{
	if (g->kind == GRID_CYLINDRICAL && axis == AXIS_X) {
		b->voxel[AXIS_X][i] += b->ring_step[i];
		aim_at_ring(b, i, g);
		return;
	}
	b->voxel[axis][i] += is_forward(b->direction[axis][i]) ? 1 : -1;
	b->to_face_cm[axis][i] = b->face_pitch_cm[axis][i];
}

/* Whether the end of the layer is the voxel's face as well. */
static bool
is_at_face(const struct flock *b, int i)
{
	return b->exit_axis[i] == AXIS_Z && b->to_face_cm[AXIS_Z][i] < COINCIDENT_cm;
}

/* Lane i is at the end of its layer: into the next one, with the energy that it has, or out. One that flies
 * on crosses the face, if there is one, in its next flight. */
static void
leave_layer(struct flock *b, int i, const struct pass *p)
{
	const struct physics *ph = p->ph;
	int32_t next = b->layer[i] + (is_forward(b->direction[AXIS_Z][i]) ? 1 : -1);
	const struct medium *from = lane_medium(b, i, ph), *to;
	double energy;

	b->event[i] = ESCAPED;
	if (b->exit_axis[i] != AXIS_Z || next < 0 || next >= ph->n_layers) {
		if (is_at_face(b, i))
			score_passage(b, i, p);
		return;
	}
	b->layer[i] = next;
	to = lane_medium(b, i, ph);
	if (to != from) {
		energy = lut_at(&from->lut->energy_MeV, lut_find(b->range_g_cm2[i]));
		attenuation_leave(b, i, from);
		b->range_g_cm2[i] = range_g_cm2(&to->range, energy);
		attenuation_enter(b, i, to);
	}
	b->event[i] = STEP_BEGINS;
	if (!(b->range_g_cm2[i] > to->cutoff_g_cm2)) {
		b->range_g_cm2[i] = to->cutoff_g_cm2;            /* no table goes lower */
		b->event[i] = STOPPED;
		if (is_at_face(b, i)) {                          /* what is left is the new voxel's */
			score_passage(b, i, p);
			cross_face(b, i, AXIS_Z, &ph->scoring.grid);
		}
	}
	b->range_scored_g_cm2[i] = b->range_g_cm2[i];
	aim_at_edges(b, i, ph);
}

/* At the end of a step: on to the next one, a nuclear event, or the end of the range. Written so that a
 * NaN ends. */
static enum event
after_step(const struct flock *b, int i, const struct physics *ph)
{
	if (b->range_g_cm2[i] > b->range_end_g_cm2[i] * (1.0 + 1e-9))
		return STEP_BEGINS;
	return b->range_end_g_cm2[i] > lane_medium(b, i, ph)->cutoff_g_cm2 ? REACTS : STOPPED;
}

static void
move(struct flock *b, int i, double l)
{
	for (int k = 0; k < 3; k++) {
		b->position_cm[k][i] += l * b->direction[k][i];
		b->to_face_cm[k][i] -= l;
	}
	b->to_event_cm[i] -= l;
	b->path_cm[i] += l;
	b->range_g_cm2[i] -= l * b->range_loss_g_cm3[i];
}

void
flight_advance(struct flock *b, int i, const struct pass *p)
{
	int axis = 0;
	double face, l;

	for (int k = 1; k < 3; k++)
		axis = b->to_face_cm[k][i] < b->to_face_cm[axis][i] ? k : axis;
	face = b->to_face_cm[axis][i];
	l = face < b->to_event_cm[i] ? face : b->to_event_cm[i];
	l = l < b->to_exit_cm[i] ? l : b->to_exit_cm[i];
	move(b, i, l);
	if (l == b->to_exit_cm[i]) {
		score_track(b, i, p);
		leave_layer(b, i, p);
		return;
	}
	b->to_exit_cm[i] -= l;
	if (l == face) {
		score_track(b, i, p);
		if (axis == AXIS_Z)
			score_passage(b, i, p);
		cross_face(b, i, axis, &p->ph->scoring.grid);
		score_expect(b, i, p);
	}
	if (b->to_event_cm[i] <= 0.0)
		b->event[i] = b->event[i] == TO_HINGE ? AT_HINGE : after_step(b, i, p->ph);
}
