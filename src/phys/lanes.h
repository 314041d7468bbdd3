/* The histories in flight, structure of arrays: a lane each, with all that it carries. Internal to
 * reacting, flight and scoring. */
#ifndef PHYS_LANES_H
#define PHYS_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "phys/pass.h"
#include "phys/physics.h"
#include "phys/step.h"

enum { LANES = STEP_LANES, WAITING_MAX = 128 };

/* What a lane does next, or has just met. */
enum event { STEP_BEGINS, TO_HINGE, AT_HINGE, TO_END, REACTS, STOPPED, ESCAPED, REACTED };

/* A secondary that waits for its lane, where it was born. */
struct waiting {
	double position_cm[3], direction[3];
	int64_t energy_q;
	int32_t voxel[3], layer, species;
	uint32_t number;
};

/* A lane carries its history from the primary to the last secondary, one after the other. */
struct flock {
	int n;                               /* lanes in use: 0..n-1 */
	double position_cm[3][LANES];
	double direction[3][LANES];
	double to_face_cm[3][LANES];         /* along the direction, to the voxel's next face */
	double face_pitch_cm[3][LANES];      /* and from face to face, where they are planes */
	double to_exit_cm[LANES];            /* to the end of the layer */
	int32_t exit_axis[LANES];
	double to_event_cm[LANES];           /* to the hinge or the end of the step */
	double after_hinge_cm[LANES];
	bool is_to_boundary[LANES];          /* the step is meant to end at the layer's end */
	double range_g_cm2[LANES];
	double range_end_g_cm2[LANES];       /* where it stops, or reacts before */
	double optical_end[LANES];           /* the optical depth at which it reacts; below 0: it does not */
	double range_loss_g_cm3[LANES];      /* of residual range, per cm of this step */
	double tilt_rad[2][LANES];           /* projected deflections at the hinge */
	double pv_birth_MeV[LANES];
	double core_rad2[LANES];             /* variance of the projected angle since birth */
	int64_t energy_q[LANES];             /* these three: at the last deposit */
	double range_scored_g_cm2[LANES];
	double path_cm[LANES];               /* since then */
	int32_t voxel[3][LANES];
	int32_t ring_step[LANES];            /* +-1: which ring is behind to_face_cm[AXIS_X] */
	int32_t layer[LANES];
	uint64_t history[LANES];
	int32_t species[LANES];
	uint32_t number[LANES];              /* of the particle in its history; the primary is 0 */
	uint32_t n_particles[LANES];         /* of the history so far */
	uint32_t draw[LANES];
	uint32_t steps[LANES];
	enum event event[LANES];
	int32_t n_waiting[LANES];
	struct waiting waiting[LANES][WAITING_MAX];
	struct steps steps_begun;            /* workspaces */
	struct bends bends;
};

static inline const struct medium *
lane_medium(const struct flock *b, int i, const struct physics *ph)
{
	return physics_medium(ph, b->species[i], b->layer[i]);
}

static inline bool
lane_is_primary(const struct flock *b, int i)
{
	return b->number[i] == 0;
}

/* Random numbers: each particle of a history has 256 streams. Steps draw from the first, the tail of
 * single scattering from the next ones, nuclear events from the last. */
enum { STREAMS_OF_A_PARTICLE = 256, STREAM_OF_EVENTS = 255, PARTICLES_MAX = 1 << 24 };

static inline uint32_t
lane_stream(const struct flock *b, int i)
{
	return b->number[i] * STREAMS_OF_A_PARTICLE;
}

#endif
