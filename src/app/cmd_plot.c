/* ionfarm plot: pictures of a result. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/exit_status.h"
#include "app/pictures.h"

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

static int
plot_results(char **dirs, int n, struct pictures *p, struct err *e)
{
	struct tally_file tf[PLOT_RESULTS_MAX];
	struct plot_result results[PLOT_RESULTS_MAX];
	int n_read = 0, status = 0;

	while (n_read < n && status == 0) {
		status = pictures_read(&tf[n_read], dirs[n_read], e);
		if (status == 0) {
			results[n_read] = (struct plot_result){ dirs[n_read], &tf[n_read].tally };
			n_read++;
		}
	}
	if (status == 0)
		status = n == 1 ? pictures_draw(p, dirs[0], &tf[0].tally, e)
		    : pictures_compare(p, dirs[0], results, (size_t)n, e);
	while (n_read > 0)
		tally_file_free(&tf[--n_read]);
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
		return err_set(e, ERR_USAGE, "plot takes the directory of one result, or of up to %d to compare", PLOT_RESULTS_MAX);
	if (n > 1 && p.n_depths > 0)
		return err_set(e, ERR_USAGE, "--depths is for one result");
	return plot_results(argv + first, n, &p, e) == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_plot = {
	"plot", "DIR...", "draws the pictures of a result, or compares several", options, cmd_plot
};
