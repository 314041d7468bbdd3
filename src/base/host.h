/* Where and when the program runs, for the provenance of a result. */
#ifndef BASE_HOST_H
#define BASE_HOST_H

struct host {
	char name[72], machine[72], system[72], release[72];
	char utc[24];              /* 2026-01-31T12:00:00Z */
};

void host_describe(struct host *h);

/* Seconds of a clock that only goes forward. */
double host_seconds(void);

#endif
