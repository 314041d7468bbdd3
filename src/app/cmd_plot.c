/* ionfarm plot: pictures of a result. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/exit_status.h"
#include "farm/spawn.h"
#include "io/plot.h"
#include "io/tally_file.h"

enum { OPT_DEPTHS };

static const struct option_row options[] = {
	[OPT_DEPTHS] = {'d', "depths", "LIST", "lateral profiles at these depths in mm, such as 10,50,100"},
	{0, NULL, NULL, NULL}
};

struct wish {
	double depth_mm[PLOT_DEPTHS_MAX];
	size_t n_depths;
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct wish *w = ctx;
	char *end = NULL;

	if (row != OPT_DEPTHS)
		return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
	w->n_depths = 0;
	for (const char *at = argument; end == NULL || *end != '\0'; at = end + 1) {
		double depth_mm = strtod(at, &end);

		if (end == at || (*end != ',' && *end != '\0') || !isfinite(depth_mm))
			return err_set(e, ERR_USAGE, "--depths: '%s' is no list of numbers", argument);
		if (w->n_depths == PLOT_DEPTHS_MAX)
			return err_set(e, ERR_USAGE, "--depths: more than %d", PLOT_DEPTHS_MAX);
		w->depth_mm[w->n_depths++] = depth_mm;
	}
	return 0;
}

static int
draw(const char *directory, const char *script, struct err *e)
{
	char gnuplot[] = "gnuplot", name[64];
	char *argv[] = {gnuplot, name, NULL};
	int status;

	snprintf(name, sizeof name, "%s", script);
	if (spawn_wait(argv, directory, &status, e) != 0) {
		if (errno == ENOENT)
			return err_set(e, ERR_SYSTEM, "gnuplot is not installed (Debian: gnuplot-nox);"
			    " scripts and data are in %s", directory);
		return -1;
	}
	if (status != 0)
		return err_set(e, ERR_OUTPUT, "gnuplot failed with status %d on %s/%s", status,
		    directory, script);
	return 0;
}

static int
draw_and_tell(const char *dir, const char *script, struct err *e)
{
	char directory[4096];

	if ((size_t)snprintf(directory, sizeof directory, "%s/%s", dir, PLOT_DIRECTORY)
	    >= sizeof directory)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	if (draw(directory, script, e) != 0)
		return -1;
	printf("%s/%.*s.png\n", directory, (int)strcspn(script, "."), script);
	return 0;
}

static int
plot_result(const char *dir, const struct tally *t, const struct wish *w, struct err *e)
{
	static const char *const of_run[] = { PLOT_WORKERS, PLOT_CONVERGENCE };
	bool has[2];

	if (plot_write(dir, dir, t, e) != 0 || plot_add_run(dir, dir, t, has, e) != 0 ||
	    (w->n_depths > 0 && plot_add_profiles(dir, dir, t, w->depth_mm, w->n_depths, e) != 0))
		return -1;
	for (const char *const *script = plot_scripts(&t->layout); *script != NULL; script++)
		if (draw_and_tell(dir, *script, e) != 0)
			return -1;
	for (size_t i = 0; i < 2; i++)
		if (has[i] && draw_and_tell(dir, of_run[i], e) != 0)
			return -1;
	return w->n_depths > 0 ? draw_and_tell(dir, PLOT_PROFILES, e) : 0;
}

static int
read_result(struct tally_file *tf, const char *dir, struct err *e)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof path, "%s/tally.bin", dir) >= sizeof path)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	return tally_file_read(tf, path, e) == 0 ? 0 : err_prefix(e, "%s holds no result that could be drawn", dir);
}

static int
plot_results(char **dirs, int n, const struct wish *w, struct err *e)
{
	struct tally_file tf[PLOT_RESULTS_MAX];
	struct plot_result results[PLOT_RESULTS_MAX];
	int n_read = 0, status = 0;

	while (n_read < n && status == 0) {
		status = read_result(&tf[n_read], dirs[n_read], e);
		if (status == 0) {
			results[n_read] = (struct plot_result){ dirs[n_read], &tf[n_read].tally };
			n_read++;
		}
	}
	if (status == 0 && n == 1)
		status = plot_result(dirs[0], &tf[0].tally, w, e);
	else if (status == 0)
		status = plot_add_compare(dirs[0], results, (size_t)n, e) == 0 ? draw_and_tell(dirs[0], PLOT_COMPARE, e) : -1;
	while (n_read > 0)
		tally_file_free(&tf[--n_read]);
	return status;
}

static int
cmd_plot(int argc, char **argv, struct err *e)
{
	struct wish w = { .n_depths = 0 };
	int first, n;

	if (options_parse(options, argc, argv, set_option, &w, &first, e) != 0)
		return -1;
	n = argc - first;
	if (n < 1 || n > PLOT_RESULTS_MAX)
		return err_set(e, ERR_USAGE, "plot takes the directory of one result, or of up to %d to compare", PLOT_RESULTS_MAX);
	if (n > 1 && w.n_depths > 0)
		return err_set(e, ERR_USAGE, "--depths is for one result");
	return plot_results(argv + first, n, &w, e) == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_plot = {
	"plot", "DIR...", "draws the pictures of a result, or compares several", options, cmd_plot
};
