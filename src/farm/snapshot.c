/* The snapshot: everything committed, folded into private memory at one moment. */
#include "farm/snapshot.h"

#include <stdlib.h>

/* A slab for the full ranges, and one for the shorter range, whose squares stay untouched. */
static int
fold(struct snapshot *s, const struct slab_block *b, struct slab *all, struct slab *rest,
    struct err *e)
{
	const struct slab_layout *l = &b->layout;
	int n_slabs = l->is_shared ? 1 : l->n_workers;
	struct slab from;

	if (shm_map_private(&s->memory, 2 * slab_size(l), e) == -1)
		return -1;
	*all = slab_at(l, s->memory.base);
	*rest = slab_at(l, s->memory.base + slab_size(l));
	rest->square = NULL;
	for (int w = 0; w < n_slabs; w++) {
		from = slab_of(b, w);
		if (slab_add(l, all, &from, false, e) == -1)
			return -1;
	}
	if (!s->view.progress.is_remainder_done)
		return 0;
	from = slab_remainder(b);
	return slab_add(l, rest, &from, false, e);
}

static void
show_remainder(struct farm_snapshot *v, const struct slab_layout *l, const struct slab *all,
    const struct slab *rest)
{
	for (size_t i = 0; i < l->n_blocks; i++)
		all->touched[i] |= rest->touched[i];
	v->remainder = rest->sum;
	v->remainder_counters = rest->counters;
}

static int
fill(struct snapshot *s, const struct slab_block *b, struct err *e)
{
	struct farm_snapshot *v = &s->view;
	struct slab all, rest;

	if (fold(s, b, &all, &rest, e) == -1)
		return -1;
	v->n_bins = b->layout.n_bins;
	v->n_counters = b->layout.n_counters;
	v->sum = all.sum;
	v->square = all.square;
	v->counters = all.counters;
	v->touched = all.touched;
	if (v->progress.is_remainder_done)
		show_remainder(v, &b->layout, &all, &rest);
	return 0;
}

int
snapshot_take(struct snapshot *s, const struct slab_block *b, const struct queue *q,
    const struct poison *p, struct err *e)
{
	*s = (struct snapshot){ 0 };
	if (queue_progress(q, &s->view.progress, &s->beyond, e) == -1)
		return -1;
	s->view.progress.n_left_out = p->n_left_out;
	s->view.progress.left_out = p->left_out;
	if (fill(s, b, e) == 0)
		return 0;
	snapshot_free(s);
	return -1;
}

void
snapshot_free(struct snapshot *s)
{
	shm_unmap(&s->memory);
	free(s->beyond);
	s->beyond = NULL;
}

size_t
snapshot_bytes(const struct slab_layout *l)
{
	return slab_size(l) + slab_remainder_size(l);
}
