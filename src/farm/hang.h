/* The hang watch: tells a worker that makes progress from one that stands still. */
#ifndef FARM_HANG_H
#define FARM_HANG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct hang {
	uint64_t heartbeat;        /* when last looked at */
	double silent_s;           /* since it last rose, as far as the supervisor was awake */
};

/* The time that counts between two looks meant to be tick_s apart: a look that came much later
 * found the supervisor stopped or the machine asleep, and the workers perhaps with it. */
double hang_awake_s(double elapsed_s, double tick_s);

/* One look; returns how long there has been no progress. Without work there is nothing to miss. */
double hang_look(struct hang *h, bool has_work, uint64_t heartbeat, double awake_s);

/* Where a process stands, in words, from /proc: its state, the kernel function and the system call
 * that it waits in. */
void hang_describe(pid_t pid, char *text, size_t size);

#endif
