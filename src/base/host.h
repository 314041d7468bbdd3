/* Where and when the program runs, for the provenance of a result. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

struct host {
	char name[72], machine[72], system[72], release[72];
	char utc[24];              /* 2026-01-31T12:00:00Z */
};

void host_describe(struct host *h);

/* Seconds of a clock that only goes forward. */
double host_seconds(void);

/* The time of day: seconds since 1970, UTC. It may be set, so it is for telling alone. */
double host_utc_seconds(void);

/* Whether a line can be written there without a wait for its reader. What fails need not be waited for. */
bool host_can_write(int fd);

/* Puts /dev/null where standard input, output or error is closed, for reading only, so that to write
 * there still fails: else the next file to be opened would receive the messages. -1 when it cannot. */
int host_occupy_standard_files(void);

#endif
