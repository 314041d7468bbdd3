/* How the primary of one history ended; the record of final_states.npy. */
#ifndef MODEL_FINAL_STATE_H
#define MODEL_FINAL_STATE_H

#include <stdint.h>

enum fate { FATE_STOPPED, FATE_ESCAPED, FATE_MISSED, FATE_LEFT_OUT, FATE_REACTED };

struct final_state {
	uint64_t history;
	double position_cm[3];
	double direction[3];       /* unit vector */
	double energy_MeV;         /* at the end: deposited there if stopped, carried off if escaped, before it reacted */
	uint32_t steps;
	uint32_t fate;             /* enum fate */
};

#endif
