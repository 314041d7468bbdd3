/* ionfarm report: a result on one page of HTML. */
#include <stdio.h>

#include "app/command.h"
#include "app/pictures.h"
#include "io/page.h"
#include "lib/exit_status.h"

static const struct option_row options[] = {
	{0, NULL, NULL, NULL}
};

static int
no_option(void *ctx, int row, const char *argument, struct err *e)
{
	(void)ctx;
	(void)argument;
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static int
cmd_report(int argc, char **argv, struct err *e)
{
	struct pictures p = { .n = 0 };
	struct tally_file tf;
	int first, status;

	if (options_parse(options, argc, argv, no_option, NULL, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "report takes the directory of one result");
	if (pictures_read(&tf, argv[first], e) != 0)
		return -1;
	status = pictures_draw(&p, argv[first], &tf.tally, e);
	if (status == 0)
		status = page_write(argv[first], p.script, p.n, e);
	tally_file_free(&tf);
	if (status != 0)
		return -1;
	printf("%s/" PAGE_NAME "\n", argv[first]);
	return IONFARM_EXIT_COMPLETE;
}

const struct command command_report = {
	"report", "DIR", "writes a result as one page of HTML", options, cmd_report
};
