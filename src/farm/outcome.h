/* How far a run came. */
#ifndef FARM_OUTCOME_H
#define FARM_OUTCOME_H

#include "farm/farm.h"
#include "farm/hold.h"
#include "farm/poison.h"

struct outcome {
	uint64_t n_ranges_done;   /* their end, without gaps, the shorter last one included */
	bool is_gapless;          /* no whole range beyond them is done */
	enum farm_stop_cause stop_cause;
	int stop_signal;          /* 0: none came */
	int n_stops;              /* that came */
	struct hold hold;         /* blocked once the farm listens no more */
	uint64_t n_deaths;
	size_t n_left_out;
	uint64_t left_out[POISON_LEFT_OUT_MAX];
};

#endif
