/* A subcommand: one file that ends in one constant record. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "app/options.h"
#include "base/err.h"

struct command {
	const char *name;
	const char *operands;              /* as in the usage line: "JOB" */
	const char *summary;
	const struct option_row *options;
	/* argv[0] is the command's name. Returns the exit status, or -1 with the record filled. */
	int (*run)(int argc, char **argv, struct err *e);
};

extern const struct command command_run, command_resume, command_status, command_check, command_table,
    command_plot, command_merge, command_export, command_report, command_bench;

#endif
