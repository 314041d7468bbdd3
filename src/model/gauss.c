/* Fits a Gaussian to a profile: Levenberg (1944), Marquardt (1963). */
#include "model/gauss.h"

#include <math.h>
#include <string.h>

#include "base/units.h"

enum { AREA, CENTRE, SIGMA, N_PARAMETERS };

#define MAX_ITERATIONS 200
#define CONVERGED 1e-10        /* relative change of the sum of squares and of sigma */

static double
normal_density(double u)
{
	return exp(-0.5 * u * u) / sqrt(2 * PI);
}

double
gauss_bin_mean(const struct gauss *g, double x_cm, double bin_cm)
{
	double from = (x_cm - 0.5 * bin_cm - g->centre_cm) / g->sigma_cm;
	double to = (x_cm + 0.5 * bin_cm - g->centre_cm) / g->sigma_cm;

	return g->area / bin_cm * 0.5 * (erf(to / sqrt(2.0)) - erf(from / sqrt(2.0)));
}

static void
derivatives(const struct gauss *g, double x_cm, double bin_cm, double d[N_PARAMETERS])
{
	double from = (x_cm - 0.5 * bin_cm - g->centre_cm) / g->sigma_cm;
	double to = (x_cm + 0.5 * bin_cm - g->centre_cm) / g->sigma_cm;
	double scale = -g->area / bin_cm / g->sigma_cm;

	d[AREA] = gauss_bin_mean(g, x_cm, bin_cm) / g->area;
	d[CENTRE] = scale * (normal_density(to) - normal_density(from));
	d[SIGMA] = scale * (to * normal_density(to) - from * normal_density(from));
}

/* From the bins above half of the highest: full width at half maximum = 2 sqrt(2 ln 2) sigma. */
static bool
guess(struct gauss *g, size_t n, const double *x_cm, const double *value, double bin_cm)
{
	double highest = 0, weight = 0, moment = 0, width_cm = 0;
	size_t n_filled = 0;

	for (size_t i = 0; i < n; i++) {
		highest = fmax(highest, value[i]);
		n_filled += value[i] > 0;
	}
	for (size_t i = 0; i < n; i++)
		if (value[i] >= 0.5 * highest) {
			weight += value[i];
			moment += value[i] * x_cm[i];
			width_cm += bin_cm;
		}
	g->centre_cm = moment / weight;
	g->sigma_cm = width_cm / (2 * sqrt(2 * log(2.0)));
	g->area = highest * g->sigma_cm * sqrt(2 * PI);
	return n_filled > N_PARAMETERS && highest > 0 && isfinite(highest);
}

static double
sum_of_squares(const struct gauss *g, size_t n, const double *x_cm, const double *value, double bin_cm)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		double miss = value[i] - gauss_bin_mean(g, x_cm[i], bin_cm);

		sum += miss * miss;
	}
	return sum;
}

/* Normal equations: [A | b], A = J'J, b = J'(value - model). */
static void
normal_equations(const struct gauss *g, size_t n, const double *x_cm, const double *value,
    double bin_cm, double A[N_PARAMETERS][N_PARAMETERS + 1])
{
	double d[N_PARAMETERS];

	memset(A, 0, N_PARAMETERS * sizeof A[0]);
	for (size_t i = 0; i < n; i++) {
		double miss = value[i] - gauss_bin_mean(g, x_cm[i], bin_cm);

		derivatives(g, x_cm[i], bin_cm, d);
		for (int r = 0; r < N_PARAMETERS; r++) {
			for (int c = 0; c < N_PARAMETERS; c++)
				A[r][c] += d[r] * d[c];
			A[r][N_PARAMETERS] += d[r] * miss;
		}
	}
}

/* Gauss-Jordan without pivoting: A is positive definite. The solution replaces the last column. */
static void
solve(double A[N_PARAMETERS][N_PARAMETERS + 1])
{
	for (int p = 0; p < N_PARAMETERS; p++) {
		double pivot = A[p][p];

		for (int c = 0; c <= N_PARAMETERS; c++)
			A[p][c] /= pivot;
		for (int r = 0; r < N_PARAMETERS; r++) {
			double factor = A[r][p];

			if (r == p)
				continue;
			for (int c = 0; c <= N_PARAMETERS; c++)
				A[r][c] -= factor * A[p][c];
		}
	}
}

static struct gauss
damped_step(const struct gauss *g, const double equations[N_PARAMETERS][N_PARAMETERS + 1], double damping)
{
	double A[N_PARAMETERS][N_PARAMETERS + 1];

	memcpy(A, equations, sizeof A);
	for (int p = 0; p < N_PARAMETERS; p++)
		A[p][p] *= 1 + damping;
	solve(A);
	return (struct gauss){
		.area = g->area + A[AREA][N_PARAMETERS],
		.centre_cm = g->centre_cm + A[CENTRE][N_PARAMETERS],
		.sigma_cm = g->sigma_cm + A[SIGMA][N_PARAMETERS],
	};
}

static bool
iterate(struct gauss *g, size_t n, const double *x_cm, const double *value, double bin_cm)
{
	double A[N_PARAMETERS][N_PARAMETERS + 1];
	double damping = 1e-3;
	double best = sum_of_squares(g, n, x_cm, value, bin_cm);
	bool has_moved = false;

	for (int i = 0; i < MAX_ITERATIONS; i++) {
		struct gauss next;
		double sum, change;

		normal_equations(g, n, x_cm, value, bin_cm, A);
		next = damped_step(g, (const double (*)[N_PARAMETERS + 1])A, damping);
		sum = sum_of_squares(&next, n, x_cm, value, bin_cm);
		if (!(sum <= best) || next.sigma_cm <= 0 || next.area <= 0) {
			damping *= 10;
			if (damping > 1e12)   /* no step betters it */
				return has_moved;
			continue;
		}
		change = fabs(next.sigma_cm - g->sigma_cm);
		*g = next;
		if (best - sum <= CONVERGED * best && change <= CONVERGED * g->sigma_cm)
			return true;
		best = sum;
		has_moved = true;
		damping *= 0.1;
	}
	return false;
}

bool
gauss_fit(struct gauss *g, size_t n, const double *x_cm, const double *value)
{
	const struct gauss none = { (double)NAN, (double)NAN, (double)NAN };
	double bin_cm = n > 1 ? (x_cm[n - 1] - x_cm[0]) / (double)(n - 1) : 0;
	bool is_good = bin_cm > 0 && guess(g, n, x_cm, value, bin_cm) &&
	    iterate(g, n, x_cm, value, bin_cm) && isfinite(g->sigma_cm);

	if (!is_good)
		*g = none;
	return is_good;
}
