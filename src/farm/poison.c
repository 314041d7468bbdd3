/* Poison: the ranges under suspicion, and the items that were left out because they kill. */
#include "farm/poison.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int
poison_init(struct poison *p, const struct farm_progress *done, int n_workers, struct err *e)
{
	size_t n = done == NULL ? 0 : done->n_left_out;

	p->n_suspects = 0;
	p->capacity = (size_t)n_workers;
	p->n_left_out = n;
	if (n > POISON_LEFT_OUT_MAX)
		return err_set(e, ERR_DEATHS, "%zu items were left out; at most %d may be", n,
		    POISON_LEFT_OUT_MAX);
	if (n > 0)
		memcpy(p->left_out, done->left_out, n * sizeof *p->left_out);
	p->suspects = calloc(p->capacity, sizeof *p->suspects);
	return p->suspects == NULL ? err_sys(e, "the list of suspects") : 0;
}

void
poison_free(struct poison *p)
{
	free(p->suspects);
	p->suspects = NULL;
}

static struct suspect *
find(const struct poison *p, uint64_t range)
{
	for (size_t i = 0; i < p->n_suspects; i++)
		if (p->suspects[i].range == range)
			return &p->suspects[i];
	return NULL;
}

void
poison_suspect(struct poison *p, const struct farm_range *range)
{
	if (find(p, range->index) != NULL || p->n_suspects == p->capacity)
		return;
	p->suspects[p->n_suspects++] = (struct suspect){ range->index, bisection_of(range) };
}

bool
poison_probe(const struct poison *p, const struct farm_range *range, struct farm_range *probe)
{
	const struct suspect *s = find(p, range->index);

	if (s == NULL)
		return false;
	*probe = *range;
	probe->first = s->bisection.first;
	probe->count = bisection_probe_count(&s->bisection);
	return true;
}

void
poison_leave_out(struct poison *p, uint64_t item)
{
	size_t at = p->n_left_out;

	if (p->n_left_out == POISON_LEFT_OUT_MAX)
		return;
	for (; at > 0 && p->left_out[at - 1] > item; at--)
		p->left_out[at] = p->left_out[at - 1];
	p->left_out[at] = item;
	p->n_left_out++;
}

static bool
is_left_out(const struct poison *p, uint64_t item)
{
	for (size_t i = 0; i < p->n_left_out; i++)
		if (p->left_out[i] == item)
			return true;
	return false;
}

/* A worker that dies of an item which is left out dies of something else. */
enum bisection_end
poison_probed(struct poison *p, uint64_t range, bool is_dead, uint64_t *item)
{
	struct suspect *s = find(p, range);
	enum bisection_end end;

	if (s == NULL)
		return BISECTION_FAILED;
	end = is_dead ? bisection_died(&s->bisection) : bisection_survived(&s->bisection);
	*item = s->bisection.first;
	if (end == BISECTION_GOES_ON)
		return end;
	*s = p->suspects[--p->n_suspects];
	return end == BISECTION_FOUND && is_left_out(p, *item) ? BISECTION_FAILED : end;
}

struct gaps
poison_gaps(const struct poison *p, const struct farm_range *range)
{
	struct gaps g = { 0 };

	for (size_t i = 0; i < p->n_left_out && g.n < FARM_LEFT_OUT_MAX; i++)
		if (p->left_out[i] >= range->first && p->left_out[i] - range->first < range->count)
			g.item[g.n++] = p->left_out[i];
	return g;
}

int
poison_check(const struct poison *p, const struct farm_range *range, struct err *e)
{
	if (poison_gaps(p, range).n == FARM_LEFT_OUT_MAX)
		return err_set(e, ERR_DEATHS, "range %" PRIu64 ", items %" PRIu64 " to %" PRIu64
		    ", has %d items that kill their worker: that is no bad item but a bad program",
		    range->index, range->first, range->first + range->count - 1,
		    FARM_LEFT_OUT_MAX);
	if (p->n_left_out >= FARM_LEFT_OUT_ALL_MAX)
		return err_set(e, ERR_DEATHS, "%d items kill their worker: that is no bad item but a "
		    "bad program", FARM_LEFT_OUT_ALL_MAX);
	return 0;
}

static bool
is_gap(const struct gaps *g, uint64_t item)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (g->item[i] == item)
			return true;
	return false;
}

static uint64_t
next_gap(const struct gaps *g, uint64_t from, uint64_t end)
{
	for (uint32_t i = 0; i < g->n; i++)
		if (g->item[i] >= from && g->item[i] < end)
			end = g->item[i];
	return end;
}

bool
gaps_next_piece(const struct gaps *g, const struct farm_range *range, uint64_t from,
    struct farm_range *piece)
{
	uint64_t end = range->first + range->count, after;

	while (from < end && is_gap(g, from))
		from++;
	if (from >= end)
		return false;
	*piece = *range;
	piece->first = from;
	after = next_gap(g, from, end);
	piece->count = (uint32_t)(after - from);
	while (after < end && is_gap(g, after))
		after++;
	piece->has_more = after < end;
	return true;
}
