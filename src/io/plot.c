/* Writes gnuplot scripts, and the numbers they draw, for a tally. */
#include "io/plot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/plot_view.h"
#include "io/rundir.h"

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
	struct stat st;

	if (snprintf(v->dir, sizeof v->dir, "%s/" PLOT_DIRECTORY, dir) >= (int)sizeof v->dir)
		return err_set(e, ERR_OUTPUT, "create %s/" PLOT_DIRECTORY ": %s", dir, strerror(ENAMETOOLONG));
	if (mkdir(v->dir, 0777) == 0)
		return 0;
	if (errno == EEXIST && lstat(v->dir, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	if (errno == EEXIST)
		errno = ENOTDIR;
	return err_set(e, ERR_OUTPUT, "create %s: %s", v->dir, strerror(errno));
}

/* gnuplot would follow a link that has the name of a picture. */
static int
remove_pictures(const struct view *v, const char *const *scripts, struct err *e)
{
	static const char *const endings[] = { "svg", "png" };
	char name[64];

	for (; *scripts != NULL; scripts++)
		for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
			snprintf(name, sizeof name, "%.*s.%s", (int)strcspn(*scripts, "."), *scripts, endings[i]);
			if (rundir_remove(v->dir, name, e) != 0)
				return -1;
		}
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
begin(struct view *v, const char *dir, const char *title, const struct tally *t, const char *const *scripts,
    struct err *e)
{
	if (tally_histories(t) == 0)
		return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to plot", title);
	if (view_analyse(v, t, title, e) != 0 || make_directory(v, dir, e) != 0)
		return -1;
	return remove_pictures(v, scripts, e);
}

int
plot_write(const char *dir, const char *title, const struct tally *t, struct err *e)
{
	struct view v;

	return begin(&v, dir, title, t, plot_scripts(&t->layout), e) == 0 ? write_all(&v, e) : -1;
}

int
plot_add_profiles(const char *dir, const char *title, const struct tally *t, const double *depth_mm, size_t n,
    struct err *e)
{
	static const char *const scripts[] = { PLOT_PROFILES, NULL };
	struct view v;

	return begin(&v, dir, title, t, scripts, e) == 0 ? plot_profiles_write(&v, depth_mm, n, e) : -1;
}

int
plot_add_compare(const char *dir, const struct plot_result *results, size_t n, struct err *e)
{
	static const char *const scripts[] = { PLOT_COMPARE, NULL };
	struct view v;

	for (size_t i = 1; i < n; i++)
		if (tally_histories(results[i].tally) == 0)
			return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to compare",
			    results[i].name);
	return begin(&v, dir, results[0].name, results[0].tally, scripts, e) == 0
	    ? plot_compare_write(&v, results, n, e) : -1;
}

int
plot_add_run(const char *dir, const char *title, const struct tally *t, bool has[2], struct err *e)
{
	static const char *const scripts[] = { PLOT_WORKERS, PLOT_CONVERGENCE, NULL };
	struct view v;
	int workers, convergence;

	if (begin(&v, dir, title, t, scripts, e) != 0 || (workers = plot_workers_write(&v, dir, e)) < 0 ||
	    (convergence = plot_convergence_write(&v, dir, e)) < 0)
		return -1;
	has[0] = workers > 0;
	has[1] = convergence > 0;
	return 0;
}
