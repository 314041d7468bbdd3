/* Messages between the supervisor and a worker: small packets over a socket pair. */
#ifndef FARM_MESSAGE_H
#define FARM_MESSAGE_H

#include "farm/poison.h"

enum message_kind {
	/* to the worker */
	MESSAGE_RANGE,         /* do this range, but for its gaps */
	MESSAGE_PROBE,         /* compute this part of a range, and commit nothing */
	MESSAGE_GRANT,         /* commit now */
	MESSAGE_QUIT,
	/* from the worker */
	MESSAGE_READY,         /* begun, waits for its first range */
	MESSAGE_WANT_COMMIT,   /* the range is computed */
	MESSAGE_DONE,          /* the range is committed */
	MESSAGE_PROBED,        /* the probe has been survived */
	MESSAGE_FAULT,         /* an item cannot be done: the record of its lane says why; it leaves */
	MESSAGE_ERROR          /* the run cannot go on: the record says why; it leaves */
};

struct message {
	enum message_kind kind;
	struct farm_range range;
	struct gaps gaps;
};

enum message_read { MESSAGE_NONE, MESSAGE_SOME, MESSAGE_EOF };

/* ends[0] is the supervisor's, which does not block. */
int message_pair(int ends[2], struct err *e);

/* False when the other end is gone or does not listen. Range and gaps may be NULL. */
bool message_send(int fd, enum message_kind kind, const struct farm_range *range,
    const struct gaps *gaps);

/* MESSAGE_NONE only at an end that does not block. Anything that is no message counts as EOF. */
enum message_read message_receive(int fd, struct message *m);

#endif
