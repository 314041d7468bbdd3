/* ionfarm status: how far a run is, or how it ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "base/host.h"
#include "io/dir_lock.h"
#include "io/rundir.h"
#include "io/status_file.h"
#include "lib/exit_status.h"
#include "lib/resume.h"

enum { OPT_JSON };

static const struct option_row options[] = {
	[OPT_JSON] = {0, "json", NULL, "as JSON"},
	{0, NULL, NULL, NULL}
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	bool *is_json = ctx;

	(void)argument;
	if (row != OPT_JSON)
		return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
	*is_json = true;
	return 0;
}

/* The lock knows best on this machine; of another one there is only the last word. */
static void
judge(struct run_status *s, const char *dir)
{
	struct host h;

	host_describe(&h);
	if (strcmp(s->state, "running") != 0 || strcmp(s->host, h.name) != 0 || dir_lock_owner(dir) > 0)
		return;
	snprintf(s->state, sizeof s->state, "dead");
}

static void
put_stdout(void *sink, const char *text, size_t n)
{
	fwrite(text, 1, n, sink);
}

/* Of a run that ended before all was done, what counts is what it left. */
static bool
is_resumable(const struct run_status *s)
{
	return strcmp(s->state, "running") != 0 && strcmp(s->state, "complete") != 0 &&
	    strcmp(s->state, "merged") != 0;
}

static void
print_json(const struct run_status *s, const char *dir)
{
	struct json j;

	json_start(&j, put_stdout, stdout, true);
	status_json(s, &j);
	if (is_resumable(s))
		json_integer(&j, "histories_saved", (tally_count)resume_saved(dir));
	json_finish(&j);
}

static void
print_text(const struct run_status *s, const char *dir)
{
	double asked = s->histories_asked > 0 ? (double)s->histories_asked : 1.0;

	printf("state        %s\n", s->state);
	if (s->part[0] != '\0')
		printf("part         %s\n", s->part);
	printf("process      %" PRIu64 " on %s, seen %s\n", s->pid, s->host, s->updated);
	printf("histories    %" PRIu64 " of %" PRIu64 " (%.1f %%), %" PRIu64 "/s\n", s->histories_done,
	    s->histories_asked, 100.0 * (double)s->histories_done / asked, s->histories_per_s);
	printf("workers      %" PRIu64 ", %" PRIu64 " deaths\n", s->workers, s->deaths);
	printf("checkpoints  %" PRIu64 " written, %" PRIu64 " failed%s%s\n", s->checkpoints, s->checkpoints_failed,
	    s->last_checkpoint[0] != '\0' ? ", the last at " : "", s->last_checkpoint);
	if (is_resumable(s))
		printf("saved        %" PRIu64 " histories, from which 'ionfarm resume %s' goes on\n",
		    resume_saved(dir), dir);
}

static int
cmd_status(int argc, char **argv, struct err *e)
{
	struct run_status s;
	bool is_json = false;
	int first;

	if (options_parse(options, argc, argv, set_option, &is_json, &first, e) != 0)
		return -1;
	if (argc - first != 1 || strlen(argv[first]) > RUNDIR_LENGTH_MAX)
		return err_set(e, ERR_USAGE, "status takes one directory");
	if (status_file_read(&s, argv[first], e) != 0)
		return err_prefix(e, "%s is no directory of a run", argv[first]);
	judge(&s, argv[first]);
	if (is_json)
		print_json(&s, argv[first]);
	else
		print_text(&s, argv[first]);
	return IONFARM_EXIT_COMPLETE;
}

const struct command command_status = {
	"status", "DIR", "tells how far a run is, or how it ended", options, cmd_status
};
