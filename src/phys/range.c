/* CSDA range, its inverse, and the stopping power, from one table. */
#include "phys/range.h"

#include "phys/fmath.h"
#include "phys/hermite.h"
#include "phys/user_stopping.h"

#define LN10 2.302585092994046
#define SOLVED 1e-15           /* of an interval */
#define ITERATIONS_MAX 60      /* bisection alone would need 50 */
#define POWER_MIN 0.1          /* of a table that ends where S rises steeply */
#define AT_THE_END 1e-9        /* relative; an energy may miss its limit by a conversion of units */

/* The electronic stopping power a table is made from. */
struct source {
	const struct stopping *model;
	const struct stopping_table *user;   /* or NULL */
	double log_user_first;
	double scale;                        /* of the model, below the user's first energy */
};

static double
source_electronic(const struct source *q, double log_energy)
{
	if (q->user != NULL && log_energy >= q->log_user_first)
		return fm_exp(user_stopping_log(q->user, log_energy));
	return q->scale * stopping_electronic_MeV_cm2_g(q->model, fm_exp(log_energy));
}

/* dR/d ln T. */
static double
integrand(const struct source *q, double log_energy)
{
	double energy = fm_exp(log_energy);

	return energy / (source_electronic(q, log_energy)
	    + stopping_nuclear_MeV_cm2_g(q->model, energy));
}

static double
knot(const struct range_table *t, int i)
{
	return t->log_first + i * t->log_step;
}

/* Simpson's rule in each interval; below the first knot S ~ sqrt(T), so that R = 2 T/S. */
static void
integrate(struct range_table *t, const struct source *q)
{
	double left = integrand(q, t->log_first), range = 2.0 * left;

	for (int i = 0;; i++) {
		double middle, right;

		t->range[i] = fm_log(range);
		t->range_slope[i] = left / range;
		if (i == RANGE_INTERVALS)
			return;
		middle = integrand(q, knot(t, i) + 0.5 * t->log_step);
		right = integrand(q, knot(t, i + 1));
		range += t->log_step / 6.0 * (left + 4.0 * middle + right);
		left = right;
	}
}

static void
tabulate_stopping(struct range_table *t, const struct source *q)
{
	for (int i = 0; i <= RANGE_INTERVALS; i++) {
		t->electronic[i] = fm_log(source_electronic(q, knot(t, i)));
		t->nuclear[i] = fm_log(stopping_nuclear_MeV_cm2_g(q->model, fm_exp(knot(t, i))));
	}
}

/* Slopes at the knots: a parabola through the neighbours, the last secant at the top, 1/2 (S ~ sqrt T)
 * at the bottom. */
static void
fill_slopes(const double *y, double h, double *slope)
{
	slope[0] = 0.5;
	for (int i = 1; i < RANGE_INTERVALS; i++)
		slope[i] = hermite_slope((y[i] - y[i - 1]) / h, (y[i + 1] - y[i]) / h, h, h);
	slope[RANGE_INTERVALS] = (y[RANGE_INTERVALS] - y[RANGE_INTERVALS - 1]) / h;
}

static void
build(struct range_table *t, const struct source *q, double first_MeV, double last_MeV)
{
	t->log_first = fm_log(first_MeV);
	t->log_step = (fm_log(last_MeV) - t->log_first) / RANGE_INTERVALS;
	integrate(t, q);
	tabulate_stopping(t, q);
	fill_slopes(t->electronic, t->log_step, t->electronic_slope);
	fill_slopes(t->nuclear, t->log_step, t->nuclear_slope);
}

void
range_build(struct range_table *t, const struct stopping *s)
{
	struct source q = { .model = s, .scale = 1.0 };

	t->energy_min_MeV = STOPPING_MIN_MeV_u * s->ion.A;
	t->energy_max_MeV = STOPPING_MAX_MeV_u * s->ion.A;
	build(t, &q, t->energy_min_MeV, t->energy_max_MeV);
}

int
range_build_user(struct range_table *t, const struct stopping *s,
    const struct stopping_table *user, struct err *e)
{
	const double decades_max = (double)RANGE_INTERVALS / RANGE_INTERVALS_PER_DECADE_MIN;
	struct source q = { .model = s, .user = user, .scale = 1.0 };
	double first = STOPPING_MIN_MeV_u * s->ion.A;

	if (user_stopping_check(user, e) != 0)
		return -1;
	t->energy_min_MeV = user->energy_MeV[0];
	t->energy_max_MeV = user->energy_MeV[user->n - 1];
	if (t->energy_min_MeV < first)
		first = t->energy_min_MeV;
	else
		q.scale = user->stopping_MeV_cm2_g[0]
		    / stopping_electronic_MeV_cm2_g(s, t->energy_min_MeV);
	q.log_user_first = fm_log(t->energy_min_MeV);
	if (t->energy_max_MeV / first > fm_exp(LN10 * decades_max))
		return err_set(e, ERR_INPUT, "stopping-power table: %g MeV is more than %.1f decades "
		    "above %g MeV", t->energy_max_MeV, decades_max, first);
	build(t, &q, first, t->energy_max_MeV);
	return 0;
}

double
range_energy_min_MeV(const struct range_table *t)
{
	return t->energy_min_MeV;
}

double
range_energy_max_MeV(const struct range_table *t)
{
	return t->energy_max_MeV;
}

int
range_check_energy(const struct range_table *t, double energy_MeV, struct err *e)
{
	if (energy_MeV >= t->energy_min_MeV * (1.0 - AT_THE_END) &&
	    energy_MeV <= t->energy_max_MeV * (1.0 + AT_THE_END))
		return 0;
	return err_set(e, ERR_INPUT, "%g MeV is outside the stopping-power table, %g to %g MeV",
	    energy_MeV, t->energy_min_MeV, t->energy_max_MeV);
}

/* The interval that holds x, and where in it, 0 to 1; outside the table the fraction is not. */
static int
locate(const struct range_table *t, double log_energy, double *fraction)
{
	double at = (log_energy - t->log_first) / t->log_step;
	int i = at <= 0.0 ? 0 : at >= RANGE_INTERVALS ? RANGE_INTERVALS - 1 : (int)at;

	*fraction = at - i;
	return i;
}

/* Beyond the ends: straight on. */
static double
interpolate(const double *y, const double *slope, double h, int i, double fraction)
{
	if (fraction < 0.0)
		return y[i] + slope[i] * h * fraction;
	if (fraction > 1.0)
		return y[i + 1] + slope[i + 1] * h * (fraction - 1.0);
	return hermite_value(y[i], y[i + 1], slope[i], slope[i + 1], h, fraction);
}

/* Beyond the last knot S ~ T^q goes on with its slope there, so that dR/dT ~ T^-q; this is 1 - q. Only
 * secondaries of fast beams come there, by their Fermi motion, which is 0.16 GeV for protons from a beam of 1
 * GeV/u. Of protons in water S then is 0.4 % low at 1.16 GeV, 2.4 % at 1.5 GeV and 6 % at 2 GeV. */
static double
power_beyond(const struct range_table *t)
{
	double power = 1.0 - t->electronic_slope[RANGE_INTERVALS];

	return power > POWER_MIN ? power : POWER_MIN;
}

static double
range_beyond(const struct range_table *t, double log_energy)
{
	double power = power_beyond(t), log_part = log_energy - knot(t, RANGE_INTERVALS);

	return fm_exp(t->range[RANGE_INTERVALS])
	    * (1.0 + t->range_slope[RANGE_INTERVALS] * (fm_exp(power * log_part) - 1.0) / power);
}

static double
log_energy_beyond(const struct range_table *t, double log_range)
{
	double power = power_beyond(t), part = fm_exp(log_range - t->range[RANGE_INTERVALS]) - 1.0;

	return knot(t, RANGE_INTERVALS) + fm_log(1.0 + power * part / t->range_slope[RANGE_INTERVALS]) / power;
}

double
range_g_cm2(const struct range_table *t, double energy_MeV)
{
	double fraction, log_energy = fm_log(energy_MeV);
	int i = locate(t, log_energy, &fraction);

	if (fraction > 1.0)
		return range_beyond(t, log_energy);
	return fm_exp(interpolate(t->range, t->range_slope, t->log_step, i, fraction));
}

static int
find_range(const struct range_table *t, double log_range)
{
	int low = 0, high = RANGE_INTERVALS;

	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (t->range[middle] <= log_range)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The fraction of interval i where the cubic has this value: regula falsi, halved when it lags
 * (Illinois). The cubic rises. */
static double
solve(const struct range_table *t, int i, double log_range)
{
	double a = 0.0, b = 1.0, fa = t->range[i] - log_range, fb = t->range[i + 1] - log_range;
	double x = a;

	for (int n = 0; n < ITERATIONS_MAX && b - a > SOLVED && fa < 0.0; n++) {
		double f;

		x = a - fa * (b - a) / (fb - fa);
		f = interpolate(t->range, t->range_slope, t->log_step, i, x) - log_range;
		if (f == 0.0)
			break;
		if (f < 0.0) {
			a = x;
			fa = f;
			fb *= 0.5;
		} else {
			b = x;
			fb = f;
			fa *= 0.5;
		}
	}
	return x;
}

double
range_energy_MeV(const struct range_table *t, double range_g_cm2)
{
	double log_range = fm_log(range_g_cm2), fraction;
	int i = find_range(t, log_range);

	if (log_range < t->range[0])
		fraction = (log_range - t->range[0]) / (t->range_slope[0] * t->log_step);
	else if (log_range > t->range[RANGE_INTERVALS])
		return fm_exp(log_energy_beyond(t, log_range));
	else
		fraction = solve(t, i, log_range);
	return fm_exp(t->log_first + (i + fraction) * t->log_step);
}

void
range_stopping(const struct range_table *t, double energy_MeV, double *electronic_MeV_cm2_g,
    double *nuclear_MeV_cm2_g)
{
	double fraction, h = t->log_step;
	int i = locate(t, fm_log(energy_MeV), &fraction);

	*electronic_MeV_cm2_g = fm_exp(interpolate(t->electronic, t->electronic_slope, h, i, fraction));
	*nuclear_MeV_cm2_g = fm_exp(interpolate(t->nuclear, t->nuclear_slope, h, i, fraction));
}
