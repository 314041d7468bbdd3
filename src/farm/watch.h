/* Calls the watcher's functions where there are any. */
#ifndef FARM_WATCH_H
#define FARM_WATCH_H

#include "farm/farm.h"

static inline void
watch_status(const struct farm_watch *w, const struct farm_status *s)
{
	if (w != NULL && w->status != NULL)
		w->status(w->ctx, s);
}

static inline void
watch_death(const struct farm_watch *w, const struct farm_death *d)
{
	if (w != NULL && w->death != NULL)
		w->death(w->ctx, d);
}

static inline void
watch_range(const struct farm_watch *w, enum farm_event_kind kind, const struct farm_range *r,
    int worker)
{
	if (w != NULL && w->range != NULL)
		w->range(w->ctx, kind, r, worker);
}

static inline void
watch_note(const struct farm_watch *w, const char *text)
{
	if (w != NULL && w->note != NULL)
		w->note(w->ctx, text);
}

static inline void
watch_saved(const struct farm_watch *w, bool is_good, const char *text)
{
	if (w != NULL && w->saved != NULL)
		w->saved(w->ctx, is_good, text);
}

#endif
