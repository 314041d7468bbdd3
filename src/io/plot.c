/* Writes gnuplot scripts, and the numbers they draw, for a tally. */
#include "io/plot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/plot_view.h"

static bool
has_let(const struct tally_layout *l)
{
	return l->n_scores > SCORE_LET2;
}

const char *const *
plot_scripts(const struct tally_layout *l)
{
	static const char *const scripts[] = { "let.gp", "depth.gp", "slice.gp", "profile.gp", NULL };

	return has_let(l) ? scripts : scripts + 1;
}

static int
make_directory(struct view *v, const char *dir, struct err *e)
{
	if (snprintf(v->dir, sizeof v->dir, "%s/" PLOT_DIRECTORY, dir) >= (int)sizeof v->dir)
		return err_set(e, ERR_OUTPUT, "create %s/" PLOT_DIRECTORY ": %s", dir, strerror(ENAMETOOLONG));
	if (mkdir(v->dir, 0755) != 0 && errno != EEXIST)
		return err_set(e, ERR_OUTPUT, "create %s: %s", v->dir, strerror(errno));
	return 0;
}

static int
write_all(struct view *v, struct err *e)
{
	const struct tally_layout *l = &v->tally->layout;

	if (plot_depth_write(v, e) != 0 || plot_slice_write(v, e) != 0)
		return -1;
	if ((l->grid.kind == GRID_CYLINDRICAL ? plot_rings_write : plot_profile_write)(v, e) != 0)
		return -1;
	return has_let(l) ? plot_let_write(v, e) : 0;
}

static int
begin(struct view *v, const char *dir, const char *title, const struct tally *t, struct err *e)
{
	if (tally_histories(t) == 0)
		return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to plot", title);
	return view_analyse(v, t, title, e) == 0 ? make_directory(v, dir, e) : -1;
}

int
plot_write(const char *dir, const char *title, const struct tally *t, struct err *e)
{
	struct view v;

	return begin(&v, dir, title, t, e) == 0 ? write_all(&v, e) : -1;
}

int
plot_add_profiles(const char *dir, const char *title, const struct tally *t, const double *depth_mm, size_t n,
    struct err *e)
{
	struct view v;

	return begin(&v, dir, title, t, e) == 0 ? plot_profiles_write(&v, depth_mm, n, e) : -1;
}

int
plot_add_compare(const char *dir, const struct plot_result *results, size_t n, struct err *e)
{
	struct view v;

	for (size_t i = 1; i < n; i++)
		if (tally_histories(results[i].tally) == 0)
			return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to compare",
			    results[i].name);
	return begin(&v, dir, results[0].name, results[0].tally, e) == 0 ? plot_compare_write(&v, results, n, e) : -1;
}

int
plot_add_run(const char *dir, const char *title, const struct tally *t, bool has[2], struct err *e)
{
	struct view v;
	int workers, convergence;

	if (begin(&v, dir, title, t, e) != 0 || (workers = plot_workers_write(&v, dir, e)) < 0 ||
	    (convergence = plot_convergence_write(&v, dir, e)) < 0)
		return -1;
	has[0] = workers > 0;
	has[1] = convergence > 0;
	return 0;
}
