/* The signals while a result is written: the third stop ends the process, as it does while the farm runs. */
#ifndef FARM_HOLD_H
#define FARM_HOLD_H

#include <signal.h>
#include <stdbool.h>

#define HOLD_SIGNALS 2      /* SIGINT, SIGTERM */

struct hold {
	bool is_blocked, is_open;
	sigset_t mask;
	struct sigaction old[HOLD_SIGNALS];
};

/* No stop is delivered from now on: called before the farm's own handlers go. */
void hold_block(struct hold *h);

/* What came meanwhile is delivered: to a handler that counts, after the n_stops that came before; or as
 * before the farm. The former needs one hold_close. */
void hold_open(struct hold *h, int n_stops);
void hold_cancel(struct hold *h);
void hold_close(struct hold *h);

#endif
