/* ionfarm merge: adds the parts of a run. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/command.h"
#include "app/failure.h"
#include "app/merge.h"
#include "base/host.h"
#include "io/dir_lock.h"
#include "io/job.h"
#include "io/kept_plan.h"
#include "io/leaving_file.h"
#include "io/states_file.h"
#include "lib/api_plan.h"
#include "lib/exit_status.h"
#include "lib/result.h"
#include "lib/run_options.h"

enum { OPT_OUTPUT, OPT_PARTIAL, OPT_FORCE_MERGE, OPT_QUIET_MERGE, OPT_JSON_MERGE };

static const struct option_row options[] = {
	[OPT_OUTPUT] = {'o', "output", "DIR", "directory of the result; must be given"},
	[OPT_PARTIAL] = {0, "partial", NULL, "parts may be missing: the result is then a part, and says of what"},
	[OPT_FORCE_MERGE] = {0, "force", NULL, "replace a result that is there"},
	[OPT_QUIET_MERGE] = {'q', "quiet", NULL, "no summary"},
	[OPT_JSON_MERGE] = {0, "json", NULL, "the summary as JSON on standard output"},
	{0, NULL, NULL, NULL}
};

struct merge_command {
	char dir[RUNDIR_LENGTH_MAX + 1];
	bool is_quiet, is_json;
	bool is_partial, is_forced;
	const char *const *dirs;
	size_t n;
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct merge_command *c = ctx;

	switch (row) {
	case OPT_OUTPUT:
		return run_options_directory(c->dir, "--output", argument, e);
	case OPT_PARTIAL:
		c->is_partial = true;
		return 0;
	case OPT_FORCE_MERGE:
		c->is_forced = true;
		return 0;
	case OPT_QUIET_MERGE:
		c->is_quiet = true;
		return 0;
	case OPT_JSON_MERGE:
		c->is_json = true;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static int
parse(struct merge_command *c, int argc, char **argv, struct err *e)
{
	int first;

	if (options_parse(options, argc, argv, set_option, c, &first, e) != 0)
		return -1;
	c->dirs = (const char *const *)argv + first;
	c->n = (size_t)(argc - first);
	if (c->n == 0)
		return err_set(e, ERR_USAGE, "merge takes the directories of one or more parts");
	if (c->dir[0] == '\0')
		return err_set(e, ERR_USAGE, "merge needs --output");
	return 0;
}

/* Before anything is read, as it may take long; a part must not be replaced by the sum that it is part of. */
static int
check_output(const struct merge_command *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++)
		if (rundir_is_same(c->dir, c->dirs[i]))
			return err_set(e, ERR_INPUT, "%s is one of the parts, and cannot become their sum", c->dir);
	return c->is_forced ? 0 : rundir_check_empty(c->dir, e);
}

/* The plan is read from the first part's directory, which has all that it needs. */
static int
prepare(struct run *r, const struct merge *m, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64], difference[600];
	struct ionfarm_error *error;
	struct ionfarm_plan *kept;
	int status;

	snprintf(path, sizeof path, "%.*s/" KEPT_PLAN_NAME, RUNDIR_LENGTH_MAX, m->part[0].dir);
	kept = ionfarm_plan_read(path, &error);
	if (kept == NULL)
		return failure(error, e);
	status = run_prepare(r, &kept->plan, e);
	ionfarm_plan_free(kept);
	if (status != 0)
		return -1;
	if (plan_first_difference(r->plan_text, m->first.plan_text, difference, sizeof difference) == NULL &&
	    r->plan.histories == m->first.part.histories && r->layout.n_bins == m->first.tally.layout.n_bins)
		return 0;
	err_set(e, ERR_INPUT, "%s is not the plan of the part beside it", path);
	run_release(r);
	return -1;
}

static uint64_t
n_histories(const struct part *p, struct stretch x, struct cut cut)
{
	bool is_last = x.end == cut_n_ranges(cut, p->histories);

	return (is_last ? p->histories : cut_item(cut, x.end)) - cut_item(cut, x.first);
}

/* The row of a range's first history in the sum: histories that the sum has before it. */
static uint64_t
row_of(const struct merge *m, uint64_t range)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < m->ranges.n && m->ranges.stretch[i].first < range; i++) {
		struct stretch x = m->ranges.stretch[i];

		x.end = x.end < range ? x.end : range;
		rows += n_histories(&m->sum.part, x, m->sum.tally.cut);
	}
	return rows;
}

static int
copy_states(int fd, const struct merge *m, const struct merge_part *p, struct err *e)
{
	uint64_t from = 0;

	for (size_t i = 0; i < p->ranges.n; i++) {
		struct stretch x = p->ranges.stretch[i];
		uint64_t n = n_histories(&m->sum.part, x, m->sum.tally.cut);

		if (states_copy(fd, row_of(m, x.first), p->dir, from, n, e) != 0)
			return -1;
		from += n;
	}
	return 0;
}

static int
write_states(const struct merge *m, const char *dir, struct err *e)
{
	uint64_t n = tally_extent(&m->sum.tally);
	int fd = states_create(dir, n, e), status = 0;

	if (fd < 0)
		return -1;
	for (size_t i = 0; i < m->n && status == 0; i++)
		status = copy_states(fd, m, &m->part[i], e);
	if (status == 0)
		status = states_finish(fd, n, e);
	states_close(fd);
	return status;
}

static int
claim(const struct run *r, const struct merge_command *c, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64];
	struct text_file job;
	int status;

	snprintf(path, sizeof path, "%.*s/%s", RUNDIR_LENGTH_MAX, c->dirs[0],
	    rundir_has(c->dirs[0], "job.yaml") ? "job.yaml" : KEPT_PLAN_NAME);
	if (text_file_read(&job, path, JOB_FILE_BYTES_MAX, e) != 0)
		return -1;
	status = rundir_claim(c->dir, &job, c->is_forced ? RUNDIR_REPLACE : RUNDIR_IF_EMPTY, e);
	text_file_free(&job);
	if (status != 0)
		return -1;
	return kept_plan_write(c->dir, &r->plan, e);
}

/* For those who ask for it; where it cannot be written, nothing is lost. */
static void
tell_status(const struct run *r, const struct tally *t)
{
	struct run_status s = { .state = "merged", .histories_asked = r->plan.histories };
	char text[STRETCHES_TEXT_BYTES];
	struct err ignored;
	struct host h;

	host_describe(&h);
	memcpy(s.updated, h.utc, sizeof s.updated);
	memcpy(s.host, h.name, sizeof s.host);
	s.pid = (uint64_t)getpid();
	s.histories_done = tally_extent(t);
	if (t->part != NULL)
		snprintf(s.part, sizeof s.part, "ranges %.150s", stretches_text(&t->part->ranges, text));
	status_file_write(r->dir, &s, &ignored);
}

static int
write_all(struct run *r, const struct merge_command *c, const struct merge *m, double began_s, struct err *e)
{
	const struct listener to = { .text = progress_take_text, .ctx = m->progress };
	struct farm_result none = { .seconds = host_seconds() - began_s };
	struct farm_options farm = { .is_serial = true };
	struct report rp = { .run = r, .result = &none, .tally = &m->sum.tally, .options = &farm,
	    .job_path = r->dir, .n_merged = m->n };

	if (claim(r, c, e) != 0 || (r->plan.final_states && write_states(m, r->dir, e) != 0) ||
	    (r->plan.keeps_leaving && leaving_write(r, &m->sum.tally, c->dirs, c->n, e) != 0) ||
	    result_write(&rp, e) != 0)
		return -1;
	tell_status(r, &m->sum.tally);
	report_tell(&rp, &to);
	return m->sum.tally.n_left_out > 0 ? IONFARM_EXIT_HISTORIES_LEFT_OUT : IONFARM_EXIT_COMPLETE;
}

/* Whether all parts that have ranges have a file. */
static int
check_file(const struct merge *m, const char *name, struct err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->part[i].ranges.n > 0 && !rundir_has(m->part[i].dir, name))
			return err_set(e, ERR_INPUT, "%.1000s has no %s, which the job asks for", m->part[i].dir, name);
	return 0;
}

static int
check_files(const struct run *r, const struct merge *m, struct err *e)
{
	if (r->plan.final_states && check_file(m, STATES_FILE_NAME, e) != 0)
		return -1;
	return r->plan.keeps_leaving ? check_file(m, LEAVING_FILE_NAME, e) : 0;
}

/* Nothing is written, and nothing replaced, before the sum is there. */
static int
add_and_write(struct run *r, const struct merge_command *c, struct merge *m, struct progress *progress,
    double began_s, struct err *e)
{
	struct err doubt;
	int lock, status;

	if (check_files(r, m, e) != 0 || merge_add(m, e) != 0 || rundir_make(c->dir, e) != 0)
		return -1;
	lock = dir_lock(c->dir, &doubt, e);
	if (lock < 0)
		return -1;
	if (doubt.kind != ERR_NONE)
		progress_say(progress, doubt.text);
	r->dir = c->dir;
	r->lock_fd = lock;
	status = write_all(r, c, m, began_s, e);
	close(lock);
	return status;
}

static int
cmd_merge(int argc, char **argv, struct err *e)
{
	double began_s = host_seconds();
	struct merge_command c = {.is_forced = false};
	struct progress progress;
	struct merge m;
	struct run r;
	int status = -1;

	if (parse(&c, argc, argv, e) != 0 || check_output(&c, e) != 0)
		return -1;
	progress_init(&progress, stderr, c.is_quiet);
	progress.is_report = c.is_json;
	if (merge_look(&m, c.dirs, c.n, c.is_partial, &progress, e) == 0 && prepare(&r, &m, e) == 0) {
		status = add_and_write(&r, &c, &m, &progress, began_s, e);
		run_release(&r);
	}
	merge_close(&m);
	return status;
}

const struct command command_merge = {
	"merge", "-o DIR PART...", "adds the parts of a run exactly", options, cmd_merge
};
