/* The start of a run that goes on from an earlier one. */
#include "farm/start.h"

#include <inttypes.h>

static bool
is_ascending(const uint64_t *x, size_t n, uint64_t above)
{
	for (size_t i = 0; i < n; i++) {
		if (x[i] < above)
			return false;
		above = x[i] + 1;
	}
	return true;
}

int
start_check(const struct farm_start *start, const struct farm_job *job, struct err *e)
{
	const struct farm_progress *p = &start->progress;
	uint64_t n_full = cut_n_full(job->cut, job->n_items);
	uint64_t end = p->n_beyond > 0 ? p->beyond[p->n_beyond - 1] + 1 : p->n_prefix;

	if (p->n_prefix < job->first_range || !is_ascending(p->beyond, p->n_beyond, p->n_prefix) ||
	    !is_ascending(p->left_out, p->n_left_out, 0))
		return err_set(e, ERR_INPUT, "the earlier run's list of what is done is broken");
	if (end > n_full)
		return err_set(e, ERR_INPUT, "the earlier run has done %" PRIu64 " whole ranges, this one has %" PRIu64,
		    end, n_full);
	return 0;
}

/* Into private memory first: there a full machine is no SIGBUS. */
int
start_load(const struct farm_start *start, const struct slab_block *b, struct err *e)
{
	const struct slab_layout *l = &b->layout;
	struct slab to = slab_of(b, 0), from;
	struct shm m;
	int r;

	if (start->load == NULL)
		return 0;
	if (shm_map_private(&m, slab_size(l), e) == -1)
		return -1;
	from = slab_at(l, m.base);
	r = start->load(start->ctx, from.sum, from.square, from.touched, from.counters, e);
	if (r == 0)
		r = slab_add(l, &to, &from, true, e);
	shm_unmap(&m);
	return r;
}

unsigned
start_attempts(const struct farm_start *start, uint64_t range)
{
	unsigned n = 0;

	if (start == NULL)
		return 0;
	for (size_t i = 0; i < start->n_attempts && n < FARM_ATTEMPTS_MAX; i++)
		n += start->attempted[i] == range;
	return n;
}
