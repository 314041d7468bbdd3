/* A step by its parts: where the time of a run goes. */
#ifndef APP_BENCH_PARTS_H
#define APP_BENCH_PARTS_H

#include "lib/run.h"

extern const char *const bench_part_names[N_HISTORY_PARTS];

/* Nanoseconds of a step, by a serial run with a clock that is read after each part; what the clock takes itself is
 * not counted. Between ranges are sums over depth, commits with their statistics, and hand-out. */
int bench_parts(struct run *r, double ns_per_step[N_HISTORY_PARTS], struct err *e);

#endif
