/* Writes the plot of how the error fell with the number of histories. */
#include <math.h>

#include "io/plot_view.h"
#include "io/ranges_log.h"

/* Room beside the outermost points, as a factor. */
#define MARGIN 1.3

struct sink {
	struct file *file;
	int n;
	double last;
	double low[2], high[2];     /* histories, error in percent */
};

static void
widen(struct sink *s, int i, double x)
{
	s->low[i] = s->n == 0 ? x : fmin(s->low[i], x);
	s->high[i] = fmax(s->high[i], x);
}

static void
put_point(struct sink *s, double histories, double error)
{
	if (!(histories > 0 && error > 0 && isfinite(error)))
		return;
	file_printf(s->file, "%.0f %.9g\n", histories, 100 * error);
	widen(s, 0, histories);
	widen(s, 1, 100 * error);
	s->n += histories != s->last;
	s->last = histories;
}

static void
see(void *ctx, const struct ranges_event *event)
{
	if (event->kind == RANGES_EVENT_ACCURACY)
		put_point(ctx, event->histories, event->error);
}

static int
write_data(struct view *v, struct sink *s, const char *run, double end, double end_error, struct err *e)
{
	s->file = &v->file;
	if (file_create(&v->file, v->dir, "convergence.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# histories mean_relative_error_percent\n");
	if (ranges_log_visit(run, see, s, e) != 0) {
		file_abort(&v->file);
		return -1;
	}
	put_point(s, end, end_error);
	return file_commit(&v->file, e);
}

/* Tics at 1, 2 and 5 of each decade, as powers or as plain numbers. */
static void
put_tics(struct view *v, char axis, double low, double high, bool as_powers)
{
	static const int mantissa[] = { 1, 2, 5 };
	const char *comma = "";

	file_printf(&v->file, "set %crange [%.9g:%.9g]\nset %ctics (", axis, low, high, axis);
	for (int exponent = (int)floor(log10(low)); exponent <= (int)floor(log10(high)); exponent++)
		for (size_t i = 0; i < 3; i++) {
			double at = mantissa[i] * pow(10, exponent);

			if (at < low || at > high)
				continue;
			if (as_powers)
				file_printf(&v->file, "%s'%d×10^{%d}' %.9g", comma, mantissa[i], exponent, at);
			else
				file_printf(&v->file, "%s'%.9g' %.9g", comma, at, at);
			comma = ", ";
		}
	file_printf(&v->file, ")\n");
}

int
plot_convergence_write(struct view *v, const char *run, struct err *e)
{
	static const char draw[] =
	    "plot end_error * sqrt(end / x) with lines lw 2 dt 2 lc rgb '#808080' "
	    "title 'as 1/√n, through the last', \\\n"
	    "  'convergence.dat' using 1:2 with points pt 7 ps 2 lc rgb '#0072b2' title 'found during the run'";
	double end = (double)tally_extent(v->tally), end_error = tally_mean_relative_error(v->tally);
	struct sink s = { .n = 0 };

	if (write_data(v, &s, run, end, end_error, e) != 0)
		return -1;
	if (s.n < 2)
		return 0;
	if (file_create(&v->file, v->dir, PLOT_CONVERGENCE, e) != 0)
		return -1;
	view_put_prologue(v, "convergence");
	file_printf(&v->file, "end = %#.9g\nend_error = %#.9g\nset logscale xy\nset xlabel 'histories'\n"
	    "set ylabel 'mean relative standard error (%%)'\n"
	    "set rmargin 4\nset key top right\nset samples 500\n", end, 100 * end_error);
	put_tics(v, 'x', s.low[0] / MARGIN, s.high[0] * MARGIN, true);
	put_tics(v, 'y', s.low[1] / MARGIN, s.high[1] * MARGIN, false);
	view_put_epilogue(v, "convergence", draw);
	return file_commit(&v->file, e) == 0 ? 1 : -1;
}
