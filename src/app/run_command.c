/* Sets the options of a run from the command line, and shows what it says. */
#include "app/run_command.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "app/failure.h"
#include "farm/farm.h"

#define TERMINAL_INTERVAL "200 ms"

static int
set(struct run_command *c, const char *name, const char *value, struct err *e)
{
	struct ionfarm_error *error;

	return ionfarm_options_set(c->options, name, value, &error) == 0 ? 0 : failure(error, e);
}

int
run_command_init(struct run_command *c, struct err *e)
{
	farm_expect_signals();
	progress_init(&c->progress, stderr, false);
	c->options = ionfarm_options_new();
	return c->options != NULL ? set(c, "own-process", NULL, e) : err_sys(e, "memory for the options");
}

void
run_command_free(struct run_command *c)
{
	ionfarm_options_free(c->options);
}

static int
set_progress(struct progress *p, const char *form, struct err *e)
{
	p->is_json = strcmp(form, "json") == 0;
	if (p->is_json || strcmp(form, "text") == 0)
		return 0;
	return err_set(e, ERR_USAGE, "--progress %.60s: must be text or json", form);
}

int
run_command_set(struct run_command *c, const struct option_row *rows, int row, const char *argument, struct err *e)
{
	switch (row) {
	case OPT_PROGRESS:
		return set_progress(&c->progress, argument, e);
	case OPT_QUIET:
		c->progress.is_quiet = true;
		return 0;
	case OPT_JSON:
		c->progress.is_report = true;
		return 0;
	}
	return set(c, rows[row].name, argument, e);
}

int
run_command_listen(struct run_command *c, struct err *e)
{
	ionfarm_options_listen(c->options, progress_take, progress_take_text, &c->progress);
	return c->progress.is_terminal ? set(c, "progress-interval", TERMINAL_INTERVAL, e) : 0;
}

int
run_command_end(struct run_command *c, int status, struct ionfarm_error *error, struct err *e)
{
	progress_end(&c->progress);
	return status >= 0 ? status : failure(error, e);
}
