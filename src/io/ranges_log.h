/* ranges.log: a line for each range that is handed out or ends, so that attempts are counted even when the
 * whole run dies of them. */
#ifndef IO_RANGES_LOG_H
#define IO_RANGES_LOG_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct ranges_log {
	int fd;                    /* -1: closed; lines are dropped */
	int error;                 /* errno of the last line that could not be written, 0: none */
};

/* DIR/ranges.log anew, or at its end when it goes on. ERR_OUTPUT. */
int ranges_log_open(struct ranges_log *l, const char *dir, bool goes_on, struct err *e);

/* One line and the time of day behind it, handed to the system at once: it outlives this process, and after
 * ranges_log_sync the machine. A failure is kept in `error`, and the lines that follow are tried again. */
void ranges_log_write(struct ranges_log *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ranges_log_sync(const struct ranges_log *l);
void ranges_log_close(struct ranges_log *l);

/* The line that says that nothing handed out before it died of itself. */
#define RANGES_LOG_END "end"

/* Ranges that were handed out and not done since, in new memory, each as often as it was tried; those
 * before the last RANGES_LOG_END do not count. No file: none. Lines that are no such lines are passed over.
 * ERR_INPUT when it cannot be read, ERR_SYSTEM. */
int ranges_log_attempts(const char *dir, uint64_t **ranges, size_t *n, struct err *e);

enum ranges_event_kind {
	RANGES_EVENT_OUT, RANGES_EVENT_DONE, RANGES_EVENT_LOST,   /* a range */
	RANGES_EVENT_DEATH,      /* of a worker */
	RANGES_EVENT_ACCURACY,
	RANGES_EVENT_BREAK,      /* a process ended in order, or another one goes on */
};

#define RANGES_WORKERS_MAX 1024

struct ranges_event {
	enum ranges_event_kind kind;
	double at_s;             /* since 1970, UTC */
	int worker;              /* below RANGES_WORKERS_MAX */
	double histories;        /* of the range; of all ranges done, of an accuracy */
	double error;            /* of an accuracy: tally_mean_relative_error */
};

/* Shows each event of the log that has a time, in order; what is no event is passed over. No file: none.
 * ERR_INPUT when it cannot be read. */
int ranges_log_visit(const char *dir, void (*see)(void *ctx, const struct ranges_event *event), void *ctx,
    struct err *e);

#endif
