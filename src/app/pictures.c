/* Draws the pictures of results. */
#include "app/pictures.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "farm/spawn.h"
#include "io/rundir.h"
#include "lib/result_read.h"

int
pictures_read(struct tally_file *tf, const char *dir, struct err *e)
{
	return result_read(tf, dir, e) == 0 ? 0 : err_prefix(e, "%s holds no result that could be drawn", dir);
}

static int
run_gnuplot(const char *directory, const char *script, struct err *e)
{
	char gnuplot[] = "gnuplot", name[64];
	char *argv[] = {gnuplot, name, NULL};
	int status;

	snprintf(name, sizeof name, "%s", script);
	/* The scripts are in UTF-8, whatever the user's locale: in that of C gnuplot warns of its degree sign. */
	setenv("LC_ALL", "C.UTF-8", 1);
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
draw(struct pictures *p, const char *dir, const char *script, struct err *e)
{
	char directory[RUNDIR_LENGTH_MAX + 20];

	snprintf(directory, sizeof directory, "%s/%s", dir, PLOT_DIRECTORY);
	if (run_gnuplot(directory, script, e) != 0)
		return -1;
	p->script[p->n++] = script;
	return 0;
}

int
pictures_draw(struct pictures *p, const char *dir, const struct tally *t, struct err *e)
{
	static const char *const of_run[] = { PLOT_WORKERS, PLOT_CONVERGENCE };
	char title[RESULT_TITLE_BYTES];
	bool has[2];

	result_title(t, dir, title);
	if (plot_write(dir, title, t, e) != 0 || plot_add_run(dir, title, t, has, e) != 0 ||
	    (p->n_depths > 0 && plot_add_profiles(dir, title, t, p->depth_mm, p->n_depths, e) != 0))
		return -1;
	for (const char *const *script = plot_scripts(&t->layout); *script != NULL; script++)
		if (draw(p, dir, *script, e) != 0)
			return -1;
	if (p->n_depths > 0 && draw(p, dir, PLOT_PROFILES, e) != 0)
		return -1;
	for (size_t i = 0; i < 2; i++)
		if (has[i] && draw(p, dir, of_run[i], e) != 0)
			return -1;
	return 0;
}

int
pictures_compare(struct pictures *p, const char *dir, const struct plot_result *results, size_t n, struct err *e)
{
	return plot_add_compare(dir, results, n, e) == 0 ? draw(p, dir, PLOT_COMPARE, e) : -1;
}
