/* The histories in flight, structure of arrays: a lane each, with all that it carries. Internal to
 * history, flight and scoring. */
#ifndef PHYS_LANES_H
#define PHYS_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "phys/history.h"
#include "phys/physics.h"
#include "phys/step.h"

enum { LANES = STEP_LANES };

/* What a lane does next, or has just met. */
enum event { STEP_BEGINS, TO_HINGE, AT_HINGE, TO_END, STOPPED, ESCAPED };

struct batch {
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
	uint32_t draw[LANES];
	uint32_t steps[LANES];
	enum event event[LANES];
	struct steps steps_begun;            /* workspaces */
	struct bends bends;
};

/* Everything a pass needs to know beside the lanes. */
struct pass {
	const struct physics *ph;
	const struct tally_layout *layout;
	struct range_score *score;
	uint64_t first, next, end;           /* histories of the range */
};

static inline const struct medium *
lane_medium(const struct batch *b, int i, const struct physics *ph)
{
	return &ph->medium[b->layer[i]];
}

#endif
