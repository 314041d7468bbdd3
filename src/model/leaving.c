/* Keeps the particles that left the phantom. */
#include "model/leaving.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_AT_FIRST = 1024 };

_Static_assert(sizeof(struct leaving) == 72, "particles are compared as bytes, of which none is padding");

static bool
make_room(struct leaving_list *l)
{
	size_t room = l->room > 0 ? 2 * l->room : ROOM_AT_FIRST;
	struct leaving *larger = reallocarray(l->particle, room, sizeof *larger);

	if (larger == NULL)
		return false;
	l->particle = larger;
	l->room = room;
	return true;
}

void
leaving_add(struct leaving_list *l, const struct leaving *p)
{
	if (l->n == l->room && !make_room(l)) {
		l->is_short = true;
		return;
	}
	l->particle[l->n++] = *p;
}

static int
compare(const void *a, const void *b)
{
	const struct leaving *p = a, *q = b;

	if (p->history != q->history)
		return p->history < q->history ? -1 : 1;
	if (p->number != q->number)
		return p->number < q->number ? -1 : 1;
	return memcmp(p, q, sizeof *p);
}

void
leaving_sort(struct leaving_list *l)
{
	if (l->n > 0)
		qsort(l->particle, l->n, sizeof *l->particle, compare);
}

void
leaving_clear(struct leaving_list *l)
{
	l->n = 0;
	l->is_short = false;
}

void
leaving_free(struct leaving_list *l)
{
	free(l->particle);
	*l = (struct leaving_list){ 0 };
}
