/* Finds the peak and the edges of a depth curve. */
#include "model/curve.h"

#include <math.h>

static size_t
highest(size_t n, const double *value)
{
	size_t top = 0;

	for (size_t i = 1; i < n; i++)
		if (value[i] > value[top] || isnan(value[top]))
			top = i;
	return top;
}

/* Newton's form through three points: y = y0 + a (x - x0) + b (x - x0) (x - x1). */
static void
find_summit(struct curve_features *f, const double x[3], const double y[3])
{
	double a = (y[1] - y[0]) / (x[1] - x[0]);
	double b = ((y[2] - y[1]) / (x[2] - x[1]) - a) / (x[2] - x[0]);

	if (!(b < 0))   /* a plateau: the middle is as good as any */
		return;
	f->peak_cm = 0.5 * (x[0] + x[1] - a / b);
	f->peak = y[0] + (f->peak_cm - x[0]) * (a + b * (f->peak_cm - x[1]));
}

static double
crossing(double x0, double y0, double x1, double y1, double level)
{
	return x0 + (x1 - x0) * (level - y0) / (y1 - y0);
}

static double
beyond(size_t n, const double *x, const double *y, size_t top, double level)
{
	for (size_t i = top + 1; i < n; i++)
		if (y[i] < level && y[i - 1] >= level)
			return crossing(x[i - 1], y[i - 1], x[i], y[i], level);
	return (double)NAN;
}

static double
before(const double *x, const double *y, size_t top, double level)
{
	for (size_t i = top; i > 0; i--)
		if (y[i - 1] < level && y[i] >= level)
			return crossing(x[i - 1], y[i - 1], x[i], y[i], level);
	return (double)NAN;
}

void
curve_analyse(struct curve_features *f, size_t n, const double *depth_cm, const double *value)
{
	const double none = (double)NAN;
	size_t top;

	*f = (struct curve_features){ none, none, none, none, none, none, none, none };
	if (n == 0)
		return;
	f->entrance = value[0];
	top = highest(n, value);
	if (!(value[top] > 0) || isinf(value[top]))
		return;
	f->peak_cm = depth_cm[top];
	f->peak = value[top];
	if (top > 0 && top + 1 < n)
		find_summit(f, depth_cm + top - 1, value + top - 1);
	f->R90_cm = beyond(n, depth_cm, value, top, 0.9 * f->peak);
	f->R80_cm = beyond(n, depth_cm, value, top, 0.8 * f->peak);
	f->R50_cm = beyond(n, depth_cm, value, top, 0.5 * f->peak);
	f->R20_cm = beyond(n, depth_cm, value, top, 0.2 * f->peak);
	f->P80_cm = before(depth_cm, value, top, 0.8 * f->peak);
}
