/* Writes the plot of the workers over time, as ranges.log tells of them. */
#include <math.h>
#include <stdio.h>

#include "io/plot_view.h"
#include "io/ranges_log.h"

enum { N_SLICES = 200 };

/* The time of the run in equal slices. */
struct timeline {
	double from_s, to_s;
	double at_work_s[N_SLICES];             /* of all workers */
	double histories[N_SLICES];
	double since_s[RANGES_WORKERS_MAX];     /* when its range was handed out; 0: it has none */
	int n_deaths;
	struct file *file;
};

static void
find_ends(void *ctx, const struct ranges_event *event)
{
	struct timeline *t = ctx;

	t->from_s = t->to_s == 0 ? event->at_s : fmin(t->from_s, event->at_s);
	t->to_s = fmax(t->to_s, event->at_s);
}

static double
slice_s(const struct timeline *t)
{
	return (t->to_s - t->from_s) / N_SLICES;
}

/* Work is even over the time that it took. */
static void
spread(struct timeline *t, double since_s, double until_s, double histories)
{
	double width = slice_s(t), took_s = until_s - since_s;
	int first = (int)fmin((since_s - t->from_s) / width, N_SLICES - 1);
	int last = (int)fmin((until_s - t->from_s) / width, N_SLICES - 1);

	for (int i = first; i <= last; i++) {
		double begin = fmax(since_s, t->from_s + i * width), end = fmin(until_s, t->from_s + (i + 1) * width);
		double part_s = fmax(end - begin, 0);

		t->at_work_s[i] += part_s;
		t->histories[i] += took_s > 0 ? histories * part_s / took_s : first == last ? histories : 0;
	}
}

/* A clock that was set back makes no work of less than no time. */
static void
end_range(struct timeline *t, const struct ranges_event *event)
{
	double since_s = t->since_s[event->worker];

	t->since_s[event->worker] = 0;
	if (since_s > 0 && event->at_s >= since_s)
		spread(t, since_s, event->at_s, event->kind == RANGES_EVENT_DONE ? event->histories : 0);
}

static void
follow(void *ctx, const struct ranges_event *event)
{
	struct timeline *t = ctx;

	switch (event->kind) {
	case RANGES_EVENT_OUT:
		t->since_s[event->worker] = event->at_s;
		break;
	case RANGES_EVENT_DONE:
	case RANGES_EVENT_LOST:
		end_range(t, event);
		break;
	case RANGES_EVENT_DEATH:
		file_printf(t->file, "%.9g\n", event->at_s - t->from_s);
		t->n_deaths++;
		break;
	case RANGES_EVENT_ACCURACY:
		break;
	case RANGES_EVENT_BREAK:
		for (int i = 0; i < RANGES_WORKERS_MAX; i++)
			t->since_s[i] = 0;
		break;
	}
}

/* Reads the log, and writes deaths.dat on the way. */
static int
read_log(struct view *v, struct timeline *t, const char *run, struct err *e)
{
	if (ranges_log_visit(run, find_ends, t, e) != 0)
		return -1;
	if (!(t->to_s > t->from_s))
		return 0;
	if (file_create(&v->file, v->dir, "deaths.dat", e) != 0)
		return -1;
	t->file = &v->file;
	file_printf(&v->file, "# time_s\n");
	if (ranges_log_visit(run, follow, t, e) != 0) {
		file_abort(&v->file);
		return -1;
	}
	return file_commit(&v->file, e);
}

static int
write_data(struct view *v, const struct timeline *t, struct err *e)
{
	double width = slice_s(t);

	if (file_create(&v->file, v->dir, "workers.dat", e) != 0)
		return -1;
	file_printf(&v->file, "# time_s workers_at_work histories_per_s\n");
	for (int i = 0; i < N_SLICES; i++)
		file_printf(&v->file, "%.9g %.9g %.9g\n", (i + 0.5) * width, t->at_work_s[i] / width,
		    t->histories[i] / width);
	return file_commit(&v->file, e);
}

static void
put_time_unit(struct view *v, double seconds)
{
	static const struct { double least_s, unit_s; const char *name; } units[] = {
		{ 3 * 3600, 3600, "h" }, { 3 * 60, 60, "min" }, { 0, 1, "s" },
	};
	size_t i = 0;

	while (seconds < units[i].least_s)
		i++;
	file_printf(&v->file, "unit = %.1f\nspan = %.9g / unit\ntime = 'time since the start (%s)'\n", units[i].unit_s,
	    seconds, units[i].name);
}

int
plot_workers_write(struct view *v, const char *run, struct err *e)
{
	static const char form[] =
	    "set multiplot\n"
	    "set tmargin at screen 0.91\nset bmargin at screen 0.56\nset format x ''\nset xlabel\n"
	    "set ylabel 'workers at work'\n"
	    "plot 'workers.dat' using ($1/unit):2 with steps lw 2 lc rgb '#0072b2' notitle%s\n"
	    "unset title\nset tmargin at screen 0.52\nset bmargin at screen 0.16\nset format x '%%g'\nset xlabel time\n"
	    "set ylabel 'histories/s'\n"
	    "plot 'workers.dat' using ($1/unit):3 with steps lw 2 lc rgb '#009e73' notitle\n"
	    "unset multiplot\nset title title noenhanced";
	static const char with_deaths[] =
	    ", \\\n  'deaths.dat' using ($1/unit):(0) with points pt 9 ps 2 lc rgb '#d55e00' title 'a worker died'";
	char draw[1200];
	struct timeline t = { 0 };

	if (read_log(v, &t, run, e) != 0)
		return -1;
	if (!(t.to_s > t.from_s))
		return 0;
	if (write_data(v, &t, e) != 0 || file_create(&v->file, v->dir, PLOT_WORKERS, e) != 0)
		return -1;
	view_put_prologue(v, "workers");
	put_time_unit(v, t.to_s - t.from_s);
	file_printf(&v->file, "title = ");
	view_put_quoted(&v->file, v->title);
	file_printf(&v->file, "\nset xrange [0:span]\nset yrange [0:*]\nset offsets 0,0,graph 0.1,0\n"
	    "set lmargin at screen 0.16\nset rmargin at screen 0.97\nset key bottom right\n");
	snprintf(draw, sizeof draw, form, t.n_deaths > 0 ? with_deaths : "");
	view_put_epilogue(v, "workers", draw);
	return file_commit(&v->file, e) == 0 ? 1 : -1;
}
