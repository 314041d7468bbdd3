/* Who is told while a run goes on: functions of whoever runs it. */
#ifndef LIB_LISTENER_H
#define LIB_LISTENER_H

#include <stddef.h>

#include "ionfarm.h"

struct listener {
	ionfarm_progress_fn *progress;     /* these two may be NULL */
	ionfarm_text_fn *text;
	void *ctx;
	unsigned interval_ms;              /* of the progress */
};

static inline void
listener_say(const struct listener *l, enum ionfarm_text kind, const char *text)
{
	if (l->text != NULL)
		l->text(l->ctx, kind, text);
}

/* Whether the run is to be stopped. */
static inline int
listener_show(const struct listener *l, const struct ionfarm_progress *p)
{
	return l->progress != NULL && l->progress(l->ctx, p) != 0;
}

#endif
