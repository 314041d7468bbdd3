/* Merges parts: first what they say of themselves, then their integers. */
#include "app/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/rundir.h"

#define PATH_BYTES (RUNDIR_LENGTH_MAX + 64)

static void
tell(struct merge *m, const char *text)
{
	m->n_faults++;
	progress_say(m->progress, text);
}

static char *
path_of(const struct merge_part *p, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%.*s/" PART_FILE_NAME, RUNDIR_LENGTH_MAX, p->dir);
	return path;
}

/* What is wrong with a directory that has no part in it. */
static int
no_part(const struct merge_part *p, struct err *e)
{
	if (!rundir_has(p->dir, PART_FILE_NAME) && rundir_has(p->dir, "tally.bin"))
		return err_set(e, ERR_INPUT, "%.1000s holds the result of a whole run, and no part of one", p->dir);
	return -1;
}

static int
check_plan(const struct merge *m, const struct merge_part *p, const struct tally_file *head, struct err *e)
{
	char difference[600];
	const char *first = m->part[0].dir;

	for (size_t i = 0; &m->part[i] != p; i++)
		if (m->part[i].is_good) {
			first = m->part[i].dir;
			break;
		}
	if (plan_first_difference(m->first.plan_text, head->plan_text, difference, sizeof difference) != NULL)
		return err_set(e, ERR_INPUT, "%.500s is part of another plan than %.500s (there / here): %s", p->dir, first,
		    difference);
	if (head->part.histories != m->first.part.histories)
		return err_set(e, ERR_INPUT, "%.500s is part of a run of %" PRIu64 " histories, %.500s of one of %" PRIu64,
		    p->dir, head->part.histories, first, m->first.part.histories);
	return 0;
}

/* Which of the parts before has them too. */
static const char *
owner_of(const struct merge *m, struct stretch common)
{
	size_t i = 0;

	while (!m->part[i].is_good || !stretches_have(&m->part[i].ranges, common.first))
		i++;
	return m->part[i].dir;
}

static int
add_ranges(struct merge *m, struct merge_part *p, const struct stretches *ranges, struct err *e)
{
	struct stretch common;

	for (size_t i = 0; i < ranges->n; i++)
		if (stretches_meet(&m->ranges, ranges->stretch[i], &common))
			return err_set(e, ERR_INPUT, "%.500s and %.500s both have ranges %" PRIu64 " to %" PRIu64,
			    owner_of(m, common), p->dir, common.first, common.end - 1);
	for (size_t i = 0; i < ranges->n; i++)
		if (stretches_add(&m->ranges, ranges->stretch[i], e) != 0 ||
		    stretches_add(&p->ranges, ranges->stretch[i], e) != 0)
			return -1;
	return 0;
}

/* The first good one is moved to m->first. */
static int
look_at(struct merge *m, struct merge_part *p, struct err *e)
{
	char path[PATH_BYTES];
	struct tally_file head;
	int status;

	if (tally_file_read_head(&head, path_of(p, path), e) != 0)
		return no_part(p, e);
	p->shard = head.part.shard;
	status = m->has_first ? check_plan(m, p, &head, e) : 0;
	if (status == 0)
		status = add_ranges(m, p, &head.part.ranges, e);
	p->is_good = status == 0;
	tally_file_free(&head);
	if (status != 0 || m->has_first)
		return status;
	m->has_first = tally_file_read_head(&m->first, path, e) == 0;
	return m->has_first ? 0 : -1;
}

static int
look_at_all(struct merge *m, struct err *e)
{
	struct err fault = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		if (look_at(m, &m->part[i], &fault) == 0)
			continue;
		if (fault.kind != ERR_INPUT) {
			*e = fault;
			return -1;
		}
		tell(m, fault.text);
	}
	return 0;
}

/* Into how many shards the run was cut, as far as the parts agree; 0: unknown. */
static uint32_t
n_shards(const struct merge *m)
{
	uint32_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		uint32_t count = m->part[i].is_good ? m->part[i].shard.count : 0;

		if (n != 0 && count != 0 && n != count)
			return 0;
		n = count != 0 ? count : n;
	}
	return n;
}

static const char *
dir_of_shard(const struct merge *m, uint32_t number)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->part[i].is_good && m->part[i].shard.number == number)
			return m->part[i].dir;
	return NULL;
}

static void
tell_gap(struct merge *m, struct stretch gap, uint64_t n_ranges)
{
	char text[200];

	snprintf(text, sizeof text, "missing: ranges %" PRIu64 " to %" PRIu64 " of %" PRIu64, gap.first, gap.end - 1,
	    n_ranges);
	tell(m, text);
}

static void
tell_shard(struct merge *m, struct shard s, struct stretch gap, uint64_t n_ranges)
{
	const char *dir = dir_of_shard(m, s.number);
	char text[1200];

	snprintf(text, sizeof text, "missing: shard %u/%u, ranges %" PRIu64 " to %" PRIu64 " of %" PRIu64 "%s%.900s%s",
	    s.number, s.count, gap.first, gap.end - 1, n_ranges, dir != NULL ? "; " : "", dir != NULL ? dir : "",
	    dir != NULL ? " is not complete" : "");
	tell(m, text);
}

/* The gaps, by shard if it is known what the shards are. */
static void
tell_missing(struct merge *m)
{
	uint64_t histories = m->first.part.histories;
	uint64_t n_ranges = cut_n_ranges(m->first.tally.cut, histories);
	struct shard s = { .count = n_shards(m) };
	struct stretch all = { 0, n_ranges }, gap;

	do {
		struct stretch block = s.count == 0 ? all : (s.number++, shard_ranges(s, histories, m->first.tally.cut));

		for (uint64_t at = block.first; stretches_next_gap(&m->ranges, at, block.end, &gap); at = gap.end)
			if (s.count == 0)
				tell_gap(m, gap, n_ranges);
			else
				tell_shard(m, s, gap, n_ranges);
	} while (s.number < s.count);
}

/* When nothing can be merged any more, the bytes of all good parts are looked at all the same, from part
 * `from` on: all faults are to be told at once. */
static int
give_up(struct merge *m, size_t from, struct err *e)
{
	char path[PATH_BYTES];
	struct err fault;

	for (size_t i = from; i < m->n; i++)
		if (m->part[i].is_good && tally_file_check_part(path_of(&m->part[i], path), &fault) != 0)
			tell(m, fault.text);
	return err_set(e, ERR_INPUT, "nothing was merged: %zu fault%s", m->n_faults, m->n_faults == 1 ? "" : "s");
}

int
merge_look(struct merge *m, const char *const *dirs, size_t n, bool is_partial, struct progress *progress,
    struct err *e)
{
	*m = (struct merge){ .n = n, .progress = progress, .part = calloc(n, sizeof *m->part) };
	if (m->part == NULL)
		return err_sys(e, "memory for %zu parts", n);
	for (size_t i = 0; i < n; i++)
		m->part[i].dir = dirs[i];
	if (look_at_all(m, e) != 0)
		return -1;
	if (m->has_first && !is_partial)
		tell_missing(m);
	if (m->n_faults > 0)
		return give_up(m, 0, e);
	return m->ranges.n > 0 ? 0 : err_set(e, ERR_INPUT, "there is nothing to merge: no part has any range");
}

int
merge_add(struct merge *m, struct err *e)
{
	char path[PATH_BYTES];
	struct err fault;

	if (tally_file_start_sum(&m->sum, &m->first, e) != 0)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		if (tally_file_add(&m->sum, path_of(&m->part[i], path), &fault) == 0)
			continue;
		if (fault.kind != ERR_INPUT) {
			*e = fault;
			return -1;
		}
		tell(m, fault.text);
		return give_up(m, i + 1, e);
	}
	if (!stretches_are_equal(&m->sum.part.ranges, &m->ranges))
		return err_set(e, ERR_INPUT, "nothing was merged: a part has changed in the meantime");
	if (part_is_whole(&m->sum.part, m->sum.tally.cut))
		m->sum.tally.part = NULL;
	return 0;
}

void
merge_close(struct merge *m)
{
	for (size_t i = 0; i < m->n && m->part != NULL; i++)
		stretches_free(&m->part[i].ranges);
	free(m->part);
	stretches_free(&m->ranges);
	tally_file_free(&m->first);
	tally_file_free(&m->sum);
	*m = (struct merge){ 0 };
}
