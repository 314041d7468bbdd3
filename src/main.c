/* The table of commands, and the only exit of the program. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/completion.h"
#include "base/host.h"
#include "base/nearest.h"
#include "ionfarm.h"
#include "lib/exit_status.h"

static const struct command *const commands[] = {
	&command_run, &command_resume, &command_merge, &command_status, &command_check, &command_table,
	&command_plot, &command_export, &command_report, &command_bench,
};

enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void
print_overview(FILE *out)
{
	fprintf(out, "usage: ionfarm COMMAND [options] ...\n\n"
	    "Computes the dose of ion beams in matter by Monte Carlo, on a farm of forked workers.\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-8s %-16s %s\n", commands[i]->name, commands[i]->operands,
		    commands[i]->summary);
	fprintf(out, "\n'ionfarm COMMAND --help' tells the options. See ionfarm(1), ionfarm-job(5).\n");
}

static void
print_help(const struct command *c, FILE *out)
{
	fprintf(out, "usage: ionfarm %s [options] %s\n%s\n\n", c->name, c->operands, c->summary);
	options_help(c->options, out);
}

static const char *
command_name(size_t i, void *ctx)
{
	(void)ctx;
	return i < N_COMMANDS ? commands[i]->name : NULL;
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int
unknown_command(const char *name)
{
	const char *near = nearest_name(name, command_name, NULL);

	fprintf(stderr, "ionfarm: unknown command '%s'", name);
	if (near != NULL)
		fprintf(stderr, "; did you mean '%s'?", near);
	fprintf(stderr, "\n'ionfarm --help' lists the commands.\n");
	return IONFARM_EXIT_USAGE;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int
run_command(const struct command *c, int argc, char **argv)
{
	struct err e = {0};
	int status;

	if (wants_help(argc, argv)) {
		print_help(c, stdout);
		return IONFARM_EXIT_COMPLETE;
	}
	status = c->run(argc, argv, &e);
	if (status >= 0)
		return status;
	if (e.text[0] != '\0')
		fprintf(stderr, "ionfarm: %s\n", e.text);
	if (e.kind == ERR_USAGE)
		fprintf(stderr, "'ionfarm %s --help' tells the options.\n", c->name);
	return (int)exit_status_of(e.kind);
}

static int
print_completion(const char *shell)
{
	if (completion_print(shell, commands, N_COMMANDS, stdout) == 0)
		return IONFARM_EXIT_COMPLETE;
	fprintf(stderr, "ionfarm: completion is for bash or zsh\n");
	return IONFARM_EXIT_USAGE;
}

/* A full disk or a closed pipe behind stdout is an error like any other. */
static int
close_stdout(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "ionfarm: standard output could not be written\n");
	return status == IONFARM_EXIT_COMPLETE ? IONFARM_EXIT_OUTPUT_FAILED : status;
}

int
main(int argc, char **argv)
{
	const struct command *c;
	int status;

	if (host_occupy_standard_files() != 0)
		exit(IONFARM_EXIT_FAILED);
	signal(SIGPIPE, SIG_IGN);      /* a reader that left and a file that grew too large are errors */
	signal(SIGXFSZ, SIG_IGN);      /* of the call that meets them, not the end of a run */
	signal(SIGCHLD, SIG_DFL);      /* or, inherited as ignored, there would be no status of gnuplot */
	if (argc < 2) {
		print_overview(stderr);
		exit(IONFARM_EXIT_USAGE);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_overview(stdout);
		status = IONFARM_EXIT_COMPLETE;
	} else if (strcmp(argv[1], "completion") == 0) {
		status = print_completion(argc == 3 ? argv[2] : "");
	} else if (strcmp(argv[1], "--version") == 0) {
		printf("ionfarm %s\n", ionfarm_version());
		status = IONFARM_EXIT_COMPLETE;
	} else if ((c = find_command(argv[1])) == NULL) {
		status = unknown_command(argv[1]);
	} else {
		status = run_command(c, argc - 1, argv + 1);
	}
	exit(close_stdout(status));
}
