/* Interpolates a user's table of stopping powers. */
#include "phys/user_stopping.h"

#include "phys/fmath.h"
#include "phys/hermite.h"

#define HUGE_VALUE 1e300

int
user_stopping_check(const struct stopping_table *u, struct err *e)
{
	if (u->n < 2)
		return err_set(e, ERR_INPUT, "stopping-power table: %d rows, expected at least 2", u->n);
	for (int i = 0; i < u->n; i++) {
		double T = u->energy_MeV[i], S = u->stopping_MeV_cm2_g[i];

		if (!(T > 0.0 && T < HUGE_VALUE && S > 0.0 && S < HUGE_VALUE))
			return err_set(e, ERR_INPUT, "stopping-power table, row %d: %g MeV, %g MeV cm2/g, "
			    "expected both above 0", i + 1, T, S);
		if (i > 0 && !(T > u->energy_MeV[i - 1]))
			return err_set(e, ERR_INPUT, "stopping-power table, row %d: %g MeV after %g MeV, "
			    "expected rising energies", i + 1, T, u->energy_MeV[i - 1]);
	}
	return 0;
}

static double
log_energy_of(const struct stopping_table *u, int i)
{
	return fm_log(u->energy_MeV[i]);
}

static double
log_stopping_of(const struct stopping_table *u, int i)
{
	return fm_log(u->stopping_MeV_cm2_g[i]);
}

/* Last row but one whose energy is not above. */
static int
find_row(const struct stopping_table *u, double log_energy)
{
	int low = 0, high = u->n - 1;

	while (high - low > 1) {
		int middle = (low + high) / 2;

		if (log_energy_of(u, middle) <= log_energy)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static double
secant(const struct stopping_table *u, int i)
{
	return (log_stopping_of(u, i + 1) - log_stopping_of(u, i))
	    / (log_energy_of(u, i + 1) - log_energy_of(u, i));
}

/* At the ends the secant. */
static double
slope_at(const struct stopping_table *u, int i)
{
	if (i == 0)
		return secant(u, 0);
	if (i == u->n - 1)
		return secant(u, i - 1);
	return hermite_slope(secant(u, i - 1), secant(u, i),
	    log_energy_of(u, i) - log_energy_of(u, i - 1),
	    log_energy_of(u, i + 1) - log_energy_of(u, i));
}

double
user_stopping_log(const struct stopping_table *u, double log_energy)
{
	int i = find_row(u, log_energy);
	double from = log_energy_of(u, i), h = log_energy_of(u, i + 1) - from;

	return hermite_value(log_stopping_of(u, i), log_stopping_of(u, i + 1), slope_at(u, i),
	    slope_at(u, i + 1), h, (log_energy - from) / h);
}
