/* How far a run came. */
#ifndef FARM_OUTCOME_H
#define FARM_OUTCOME_H

#include <stdint.h>

struct outcome {
	uint64_t n_ranges_done;   /* from 0, without gaps, the shorter last one included */
	int stop_signal;          /* 0: none came */
	uint64_t n_deaths;
};

#endif
