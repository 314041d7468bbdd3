/* ionfarm plot: pictures of a result. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/pictures.h"
#include "app/progress.h"
#include "io/checkpoint.h"
#include "lib/exit_status.h"
#include "lib/result_read.h"

enum { OPT_DEPTHS };

static const struct option_row options[] = {
	[OPT_DEPTHS] = {'d', "depths", "LIST", "lateral profiles at these depths in mm, such as 10,50,100"},
	{0, NULL, NULL, NULL}
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct pictures *p = ctx;
	char *end = NULL;

	if (row != OPT_DEPTHS)
		return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
	p->n_depths = 0;
	for (const char *at = argument; end == NULL || *end != '\0'; at = end + 1) {
		double depth_mm = strtod(at, &end);

		if (end == at || (*end != ',' && *end != '\0') || !isfinite(depth_mm))
			return err_set(e, ERR_USAGE, "--depths: '%s' is no list of numbers", argument);
		if (p->n_depths == PLOT_DEPTHS_MAX)
			return err_set(e, ERR_USAGE, "--depths: more than %d", PLOT_DEPTHS_MAX);
		p->depth_mm[p->n_depths++] = depth_mm;
	}
	return 0;
}

static void
tell(const struct pictures *p, const char *dir)
{
	for (size_t i = 0; i < p->n; i++)
		printf("%s/" PLOT_DIRECTORY "/%.*s.png\n", dir, (int)strcspn(p->script[i], "."), p->script[i]);
}

/* The pictures are those of the result, whatever has been done since. */
static void
tell_newer_checkpoint(const char *dir, const struct tally *t)
{
	struct progress to;
	struct checkpoint_file c;
	struct err e;
	char text[300];

	if (checkpoint_find(&c, dir, &e, &e) <= CHECKPOINT_NONE)
		return;
	snprintf(text, sizeof text, "the pictures show the %" PRIu64 " histories of %s; a checkpoint holds %" PRIu64,
	    tally_extent(t), result_file_name(t), checkpoint_histories(&c.head));
	progress_init(&to, stderr, false);
	if (checkpoint_histories(&c.head) > tally_extent(t))
		progress_say(&to, text);
	checkpoint_close(&c);
}

static int
read_results(struct tally_file *tf, char **dirs, int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		if (pictures_read(&tf[i], dirs[i], e) != 0) {
			while (i > 0)
				tally_file_free(&tf[--i]);
			return -1;
		}
		tell_newer_checkpoint(dirs[i], &tf[i].tally);
	}
	return 0;
}

static int
compare(struct pictures *p, char **dirs, const struct tally_file *tf, int n, struct err *e)
{
	char title[PLOT_RESULTS_MAX][RESULT_TITLE_BYTES];
	struct plot_result results[PLOT_RESULTS_MAX] = {{ NULL, NULL }};

	for (int i = 0; i < n; i++)
		results[i] = (struct plot_result){ result_title(&tf[i].tally, dirs[i], title[i]), &tf[i].tally };
	return pictures_compare(p, dirs[0], results, (size_t)n, e);
}

static int
plot_results(char **dirs, int n, struct pictures *p, struct err *e)
{
	struct tally_file tf[PLOT_RESULTS_MAX];
	int status;

	if (read_results(tf, dirs, n, e) != 0)
		return -1;
	status = n == 1 ? pictures_draw(p, dirs[0], &tf[0].tally, e) : compare(p, dirs, tf, n, e);
	while (n > 0)
		tally_file_free(&tf[--n]);
	tell(p, dirs[0]);
	return status;
}

static int
cmd_plot(int argc, char **argv, struct err *e)
{
	struct pictures p = { .n = 0 };
	int first, n;

	if (options_parse(options, argc, argv, set_option, &p, &first, e) != 0)
		return -1;
	n = argc - first;
	if (n < 1 || n > PLOT_RESULTS_MAX)
		return err_set(e, ERR_USAGE, "plot takes the directory of one result, or of up to %d to compare",
		    PLOT_RESULTS_MAX);
	if (n > 1 && p.n_depths > 0)
		return err_set(e, ERR_USAGE, "--depths is for one result");
	return plot_results(argv + first, n, &p, e) == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_plot = {
	"plot", "DIR...", "draws the pictures of a result, or compares several", options, cmd_plot
};
