/* Builds the immutable tables of a run from its plan. */
#include "phys/physics.h"

#include <stddef.h>

#include "base/units.h"
#include "phys/fmath.h"
#include "phys/rotation.h"
#include "phys/scattering.h"
#include "phys/stopping.h"
#include "phys/straggling.h"

#define SPREAD_SIGMAS 7.0      /* no normal variate of rng_normals reaches this */

/* What the tabulated functions are made of. */
struct recipe {
	const struct range_table *range;
	const struct ion *ion;
	double Z_over_A;
	double scattering_length_g_cm2;
};

typedef double (*range_function)(const struct recipe *r, double range_g_cm2);

static double
stopping_total(const struct recipe *r, double energy_MeV)
{
	double electronic, nuclear;

	range_stopping(r->range, energy_MeV, &electronic, &nuclear);
	return electronic + nuclear;
}

static double
at_energy(const struct recipe *r, double range_g_cm2)
{
	return range_energy_MeV(r->range, range_g_cm2);
}

static double
at_range_variance(const struct recipe *r, double range_g_cm2)
{
	double energy = at_energy(r, range_g_cm2), s = stopping_total(r, energy);
	double second, third;

	straggling_moments(r->ion->Z, r->ion->mass_MeV, energy, r->Z_over_A, &second, &third);
	return second / (s * s);
}

static double
at_range_third(const struct recipe *r, double range_g_cm2)
{
	double energy = at_energy(r, range_g_cm2), s = stopping_total(r, energy);
	double second, third;

	straggling_moments(r->ion->Z, r->ion->mass_MeV, energy, r->Z_over_A, &second, &third);
	return third / (s * s * s);
}

static double
at_pv(const struct recipe *r, double range_g_cm2)
{
	return scattering_pv_MeV(at_energy(r, range_g_cm2), r->ion->mass_MeV);
}

static double
at_log10_pv(const struct recipe *r, double range_g_cm2)
{
	return fm_log10(at_pv(r, range_g_cm2));
}

static double
at_scattering(const struct recipe *r, double range_g_cm2)
{
	double q = r->ion->Z * SCATTERING_ENERGY_MeV / at_pv(r, range_g_cm2);

	return q * q / r->scattering_length_g_cm2;
}

static double
slope_at(range_function f, const struct recipe *r, double x)
{
	double h = x * (1.0 / 1024.0);

	return (f(r, x + h) - f(r, x - h)) / (2.0 * h);
}

/* Segments from the one that holds `low` to the one that holds `high`; the others stay zero and
 * are never looked up. */
static void
tabulate(struct lut *l, range_function f, const struct recipe *r, double low, double high)
{
	unsigned first = (unsigned)lut_find(low).segment, last = (unsigned)lut_find(high).segment;
	double value = f(r, lut_knot(first)), slope = slope_at(f, r, lut_knot(first));

	for (unsigned i = first; i <= last; i++) {
		double x = lut_knot(i + 1);
		double next = f(r, x), next_slope = slope_at(f, r, x);

		lut_set(l, i, value, slope, next, next_slope);
		value = next;
		slope = next_slope;
	}
}

static void
medium_build(struct medium *m, const struct recipe *r, const struct plan *p, double energy_max_MeV)
{
	double high = range_g_cm2(r->range, energy_max_MeV);
	double low;

	m->density_g_cm3 = p->phantom.material.density_g_cm3;
	m->cutoff_g_cm2 = p->transport.cutoff_cm * m->density_g_cm3;
	m->step_max_g_cm2 = p->transport.step_cm * m->density_g_cm3;
	low = m->cutoff_g_cm2 * (1.0 - p->transport.range_fraction);
	tabulate(&m->energy_MeV, at_energy, r, low, high);
	tabulate(&m->range_variance, at_range_variance, r, low, high);
	tabulate(&m->range_third, at_range_third, r, low, high);
	tabulate(&m->scattering, at_scattering, r, low, high);
	tabulate(&m->pv_MeV, at_pv, r, low, high);
	tabulate(&m->log10_pv, at_log10_pv, r, low, high);
}

static int
build_range(struct physics *ph, const struct plan *p, struct err *e)
{
	struct stopping s;

	if (stopping_init(&s, &p->beam.ion, &p->phantom.material, e) != 0)
		return -1;
	if (p->phantom.stopping.n > 0)
		return range_build_user(&ph->range, &s, &p->phantom.stopping, e);
	range_build(&ph->range, &s);
	return 0;
}

static int
check_energies(const struct physics *ph, const struct plan *p, struct err *e)
{
	const struct beam *b = &p->beam;
	double low_MeV = range_energy_min_MeV(&ph->range);
	double high_MeV = range_energy_max_MeV(&ph->range);
	double A = b->ion.A;

	if (ph->energy_max_MeV > high_MeV)
		return err_set(e, ERR_INPUT, "beam energies up to %.6g MeV/u (mean and %g sigma of the"
		    " spread) are above the stopping-power table, which ends at %.6g MeV/u",
		    ph->energy_max_MeV / A, SPREAD_SIGMAS, high_MeV / A);
	if (ph->energy_min_MeV < low_MeV)
		return err_set(e, ERR_INPUT, "the cutoff of %.6g mm is a residual energy of %.6g keV/u,"
		    " below the stopping-power table, which begins at %.6g keV/u",
		    p->transport.cutoff_cm * 10.0, ph->energy_min_MeV / A * 1e3, low_MeV / A * 1e3);
	if (b->energy_MeV <= ph->energy_min_MeV)
		return err_set(e, ERR_INPUT, "the beam's energy of %.6g MeV/u is not above the cutoff,"
		    " which is at %.6g MeV/u", b->energy_MeV / A, ph->energy_min_MeV / A);
	return 0;
}

int
physics_build(struct physics *ph, const struct plan *p, struct err *e)
{
	const struct beam *b = &p->beam;
	struct recipe recipe = {
		.range = &ph->range,
		.ion = &b->ion,
		.Z_over_A = material_Z_over_A(&p->phantom.material),
		.scattering_length_g_cm2 = material_scattering_length_g_cm2(&p->phantom.material),
	};

	ph->seed = p->seed;
	ph->beam = *b;
	rotation_frame(b->direction, ph->beam_e, ph->beam_f);
	ph->grid = p->grid;
	ph->transport = p->transport;
	for (int k = 0; k < N_AXES; k++) {
		double half = 0.5 * p->phantom.size_cm[k];

		ph->phantom_low_cm[k] = k == AXIS_Z ? 0.0 : -half;
		ph->phantom_high_cm[k] = k == AXIS_Z ? p->phantom.size_cm[k] : half;
	}
	if (build_range(ph, p, e) != 0)
		return -1;
	ph->energy_max_MeV = b->energy_MeV * (1.0 + SPREAD_SIGMAS * b->energy_spread);
	ph->energy_min_MeV = range_energy_MeV(&ph->range,
	    p->transport.cutoff_cm * p->phantom.material.density_g_cm3);
	if (check_energies(ph, p, e) != 0)
		return -1;
	medium_build(&ph->medium, &recipe, p, ph->energy_max_MeV);
	ph->range_at_birth_cm = range_g_cm2(&ph->range, b->energy_MeV) / ph->medium.density_g_cm3;
	return 0;
}
