/* What the pictures of a result have in common; for the writers of plots alone. */
#ifndef IO_PLOT_VIEW_H
#define IO_PLOT_VIEW_H

#include "base/err.h"
#include "io/file.h"
#include "io/plot.h"
#include "model/curve.h"
#include "model/gauss.h"
#include "model/tally.h"

/* Slice and profile show this many decades below the highest dose. */
#define PLOT_DECADES 4

/* The slice and the profile run through the voxels nearest to the axis, or through the middle of the
 * grid when the axis misses it; of a cylinder through its rings. */
struct view {
	const struct tally *tally;
	const char *title;
	char dir[1024];                  /* DIR/plot */
	char dose_unit[64];              /* "Gy per primary", or for how many */
	struct file file;
	int axis_x, axis_y, peak_z;
	struct curve_features curve;     /* of the integral depth dose */
	struct gauss gauss;              /* area in Gy cm; not of rings */
};

/* Finds axis, peak and the curves' features. */
int view_analyse(struct view *v, const struct tally *t, const char *title, struct err *e);

double view_mm(double cm);
double view_centre_mm(const struct view *v, int axis, int index);
double view_axis_y_mm(const struct view *v);                 /* of the plane of the axis, to 1 nm */
double view_dose_Gy(const struct view *v, int ix, int iz);   /* in the plane of the axis */
double view_idd(const struct view *v, int iz);               /* MeV cm2/g */

/* The highest dose in the plane of the axis; outermost ring that reaches `dose_Gy` anywhere. */
double view_highest_Gy(const struct view *v);
int view_outermost_ring(const struct view *v, double dose_Gy);

/* The beginning and the end of a script; `draw` is one gnuplot command, which both terminals run. */
void view_put_prologue(struct view *v, const char *name);
void view_put_epilogue(struct view *v, const char *name, const char *draw);

/* A text as gnuplot reads it back; the i-th colour of lines; label and scale of a dose axis. */
enum { VIEW_COLOURS = 7 };
void view_put_quoted(struct file *f, const char *text);
const char *view_colour(size_t i);
void view_put_dose_scale(struct view *v, double highest_Gy);

/* Each writes its script and its data. */
int plot_depth_write(struct view *v, struct err *e);
int plot_let_write(struct view *v, struct err *e);
int plot_slice_write(struct view *v, struct err *e);
int plot_profile_write(struct view *v, struct err *e);
int plot_rings_write(struct view *v, struct err *e);
int plot_profiles_write(struct view *v, const double *depth_mm, size_t n, struct err *e);
int plot_compare_write(struct view *v, const struct plot_result *results, size_t n, struct err *e);

/* These two only if there is something to draw: 1, else 0; -1. `run` is the directory with ranges.log. */
int plot_workers_write(struct view *v, const char *run, struct err *e);
int plot_convergence_write(struct view *v, const char *run, struct err *e);

#endif
