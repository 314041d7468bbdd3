/* ionfarm resume: goes on with a run from its directory. */
#include "app/command.h"
#include "app/run_command.h"

static const struct option_row options[] = {
	SHARED_OPTION_ROWS,
	{0, NULL, NULL, NULL}
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	return run_command_set(ctx, options, row, argument, e);
}

static int
parse(struct run_command *c, int argc, char **argv, const char **dir, struct err *e)
{
	int first;

	if (options_parse(options, argc, argv, set_option, c, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "resume takes one directory, not %d", argc - first);
	*dir = argv[first];
	return run_command_listen(c, e);
}

static int
cmd_resume(int argc, char **argv, struct err *e)
{
	struct ionfarm_error *error;
	struct run_command c;
	const char *dir = NULL;
	int status = -1;

	if (run_command_init(&c, e) == 0 && parse(&c, argc, argv, &dir, e) == 0) {
		status = ionfarm_resume(dir, c.options, &error);
		status = run_command_end(&c, status, error, e);
	}
	run_command_free(&c);
	return status;
}

const struct command command_resume = {
	"resume", "DIR", "goes on with a run that ended early, or with more histories", options, cmd_resume
};
