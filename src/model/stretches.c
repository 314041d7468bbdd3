/* Sets of ranges. */
#include "model/stretches.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCHES_SHOWN_MAX = 3 };

/* How many stretches lie below range x, not touching it. */
static size_t
n_below(const struct stretches *s, uint64_t x)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->stretch[middle].end < x)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
insert(struct stretches *s, size_t at, struct stretch x, struct err *e)
{
	struct stretch *grown = realloc(s->stretch, (s->n + 1) * sizeof *grown);

	if (grown == NULL)
		return err_sys(e, "memory for %zu stretches of ranges", s->n + 1);
	s->stretch = grown;
	memmove(grown + at + 1, grown + at, (s->n - at) * sizeof *grown);
	grown[at] = x;
	s->n++;
	return 0;
}

/* The neighbours that x touches become one with it. */
int
stretches_add(struct stretches *s, struct stretch x, struct err *e)
{
	size_t at = n_below(s, x.first), end = at;

	while (end < s->n && s->stretch[end].first <= x.end) {
		x.first = s->stretch[end].first < x.first ? s->stretch[end].first : x.first;
		x.end = s->stretch[end].end > x.end ? s->stretch[end].end : x.end;
		end++;
	}
	if (end == at)
		return x.first < x.end ? insert(s, at, x, e) : 0;
	s->stretch[at] = x;
	memmove(s->stretch + at + 1, s->stretch + end, (s->n - end) * sizeof *s->stretch);
	s->n -= end - at - 1;
	return 0;
}

void
stretches_free(struct stretches *s)
{
	free(s->stretch);
	*s = (struct stretches){ 0 };
}

bool
stretches_meet(const struct stretches *s, struct stretch x, struct stretch *common)
{
	for (size_t i = n_below(s, x.first); i < s->n && s->stretch[i].first < x.end; i++) {
		common->first = s->stretch[i].first > x.first ? s->stretch[i].first : x.first;
		common->end = s->stretch[i].end < x.end ? s->stretch[i].end : x.end;
		if (common->first < common->end)
			return true;
	}
	return false;
}

bool
stretches_have(const struct stretches *s, uint64_t range)
{
	struct stretch common;

	return stretches_meet(s, (struct stretch){ range, range + 1 }, &common);
}

bool
stretches_are_equal(const struct stretches *a, const struct stretches *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->stretch, b->stretch, a->n * sizeof *a->stretch) == 0);
}

uint64_t
stretches_count(const struct stretches *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->stretch[i].end - s->stretch[i].first;
	return n;
}

bool
stretches_next_gap(const struct stretches *s, uint64_t from, uint64_t end, struct stretch *gap)
{
	size_t i = n_below(s, from);

	while (i < s->n && s->stretch[i].first <= from && from < s->stretch[i].end)
		from = s->stretch[i++].end;
	if (i < s->n && s->stretch[i].end <= from)
		i++;
	gap->first = from;
	gap->end = i < s->n && s->stretch[i].first < end ? s->stretch[i].first : end;
	return gap->first < gap->end;
}

char *
stretches_text(const struct stretches *s, char text[STRETCHES_TEXT_BYTES])
{
	size_t used = 0;

	if (s->n == 0)
		return strcpy(text, "none");
	for (size_t i = 0; i < s->n && i < STRETCHES_SHOWN_MAX; i++) {
		const struct stretch *x = &s->stretch[i];

		used += (size_t)snprintf(text + used, STRETCHES_TEXT_BYTES - used, "%s%" PRIu64, i > 0 ? ", " : "", x->first);
		if (x->end - x->first > 1)
			used += (size_t)snprintf(text + used, STRETCHES_TEXT_BYTES - used, " to %" PRIu64, x->end - 1);
	}
	if (s->n > STRETCHES_SHOWN_MAX)
		snprintf(text + used, STRETCHES_TEXT_BYTES - used, " and %zu more stretch%s", s->n - STRETCHES_SHOWN_MAX,
		    s->n - STRETCHES_SHOWN_MAX > 1 ? "es" : "");
	return text;
}
