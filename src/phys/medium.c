/* Tabulates the projectile in one material. */
#include "phys/medium.h"

#include "base/units.h"
#include "model/element.h"
#include "phys/fmath.h"
#include "phys/scattering.h"
#include "phys/stopping.h"
#include "phys/straggling.h"

/* A step whose straggling gives back more than it takes may end a little above the highest range. */
#define HEADROOM 1.05

/* The middle of a last step is nearer to the cutoff than to nothing. */
#define LOWEST_OF_CUTOFF 0.9

/* Where a particle is given up whatever its range. */
#define CUTOFF_PROTON_MeV 0.5
#define CUTOFF_ION_MeV_u 1.0

/* What the tabulated functions are made of. */
struct recipe {
	const struct range_table *range;
	const struct ion *ion;
	double density_g_cm3;
	double Z_over_A;
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
at_energy_q(const struct recipe *r, double range_g_cm2)
{
	return at_energy(r, range_g_cm2) * QUANTA_PER_MeV;
}

static double
range_at(const struct recipe *r, double energy_MeV)
{
	return range_g_cm2(r->range, energy_MeV);
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
at_half_root_of_third(const struct recipe *r, double range_g_cm2)
{
	double energy = at_energy(r, range_g_cm2), s = stopping_total(r, energy);
	double second, third;

	straggling_moments(r->ion->Z, r->ion->mass_MeV, energy, r->Z_over_A, &second, &third);
	return 0.5 * fm_pow(third, 1.0 / 3.0) / s;
}

static double
at_pv(const struct recipe *r, double range_g_cm2)
{
	return scattering_pv_MeV(at_energy(r, range_g_cm2), r->ion->mass_MeV);
}

static double
at_log10_pv(const struct recipe *r, double range_g_cm2)
{
	return fm_log10(at_pv(r, range_g_cm2) * PROTON_MASS_MeV / r->ion->mass_MeV);
}

static double
at_let(const struct recipe *r, double range_g_cm2)
{
	double electronic, nuclear;

	range_stopping(r->range, at_energy(r, range_g_cm2), &electronic, &nuclear);
	return electronic * r->density_g_cm3;
}

static double
slope_at(range_function f, const struct recipe *r, double x)
{
	double h = x * (1.0 / 1024.0);

	return (f(r, x + h) - f(r, x - h)) / (2.0 * h);
}

/* The cubic through values and slopes at both ends of a segment. */
static void
set_cubic(struct cubic *cubic, range_function f, const struct recipe *r, double low, double high)
{
	double f0 = f(r, low), f1 = f(r, high), h = high - low;
	double d0 = h * slope_at(f, r, low), d1 = h * slope_at(f, r, high), rise = f1 - f0;

	cubic->c[0] = (float)f0;
	cubic->c[1] = (float)d0;
	cubic->c[2] = (float)(3.0 * rise - 2.0 * d0 - d1);
	cubic->c[3] = (float)(d0 + d1 - 2.0 * rise);
}

/* The straight line through two values of a segment, which keeps its error, of either sign, small. */
static void
set_line(float line[2], range_function f, const struct recipe *r, double low, double high)
{
	const double at = 0.1464466;                /* (1 - 1 / sqrt 2) / 2 */
	double h = high - low, first = f(r, low + at * h), second = f(r, high - at * h);
	double rise = (second - first) / (1.0 - 2.0 * at);

	line[0] = (float)(first - at * rise);
	line[1] = (float)rise;
}

/* A particle is followed to a residual range or to a residual energy, whichever comes first: in a gas
 * a range of some um is an energy that no stopping power is known for. */
static double
cutoff_range(const struct medium *m, const struct ion *ion, double cutoff_cm)
{
	double lowest_MeV = ion->A == 1 ? CUTOFF_PROTON_MeV : CUTOFF_ION_MeV_u * ion->A;
	double by_length = cutoff_cm * m->density_g_cm3;
	double by_energy = range_g_cm2(&m->range, lowest_MeV);

	return by_length > by_energy ? by_length : by_energy;
}

int
medium_build_range(struct medium *m, const struct ion *ion, const struct layer *layer,
    double cutoff_cm, struct err *e)
{
	struct stopping s;

	if (stopping_init(&s, ion, &layer->material, e) != 0)
		return -1;
	if (layer->stopping.n > 0) {
		if (range_build_user(&m->range, &s, &layer->stopping, e) != 0)
			return -1;
	} else {
		range_build(&m->range, &s);
	}
	m->density_g_cm3 = layer->material.density_g_cm3;
	m->cutoff_g_cm2 = cutoff_range(m, ion, cutoff_cm);
	return 0;
}

/* Of Moliere's single scattering, chi_c^2 = 0.15692 z^2 sum(w Z (Z + 1) / A) x / (pv)^2, and the
 * radius of the nuclei that do it, weighted by how much they do (R_N = 1.2 fm A^(1/3)). */
static void
build_single_scattering(struct medium *m, const struct ion *ion, const struct material *material)
{
	double sum = 0.0, radius = 0.0;

	for (int i = 0; i < material->n_elements; i++) {
		const struct element *el = element_by_Z(material->element[i].Z);
		double share = material->element[i].weight * el->Z * (el->Z + 1) / el->A_g_mol;

		sum += share;
		radius += share * SINGLE_SCATTERING_RADIUS_fm * fm_pow(el->A_g_mol, 1.0 / 3.0);
	}
	m->single_scattering = SINGLE_SCATTERING_MeV2 * ion->Z * ion->Z * sum;
	m->nuclear_radius_fm = radius / sum;
}

/* Integral of LET^power over the way from `high` down, by Simpson's rule, as length times it. */
static double
integrate_let(const struct recipe *r, double high, int power)
{
	enum { INTERVALS = 64 };
	double low = range_g_cm2(r->range, range_energy_min_MeV(r->range));
	double h = (high - low) / INTERVALS, sum = 0.0;

	for (int i = 0; i <= INTERVALS; i++) {
		double let = at_let(r, low + i * h), weight = i == 0 || i == INTERVALS ? 1.0 : i % 2 ? 4.0 : 2.0;

		sum += weight * (power == 2 ? let * let : let);
	}
	return sum * h / 3.0 / r->density_g_cm3;
}

static void
fill_row(struct row *row, const struct recipe *r, double low, double high)
{
	set_cubic(&row->energy_q, at_energy_q, r, low, high);
	set_cubic(&row->let_MeV_cm, at_let, r, low, high);
	set_line(row->pv_MeV, at_pv, r, low, high);
	set_line(row->log10_pv, at_log10_pv, r, low, high);
	set_line(row->range_variance, at_range_variance, r, low, high);
	set_line(row->range_third, at_half_root_of_third, r, low, high);
}

/* Segments from the one that holds the lowest to the one that holds the highest that is looked up; the
 * others stay zero. */
static void
fill_rows(struct row *row, struct cubic *range_g_cm2, const struct recipe *r, double low, double high)
{
	int32_t first = lut_find((float)low, RANGE_LOWEST_EXPONENT).segment;
	int32_t last = lut_find((float)high, RANGE_LOWEST_EXPONENT).segment;

	for (int32_t i = first; i <= last; i++)
		fill_row(&row[i], r, lut_knot(i, RANGE_LOWEST_EXPONENT), lut_knot(i + 1, RANGE_LOWEST_EXPONENT));
	first = lut_find((float)at_energy(r, low), ENERGY_LOWEST_EXPONENT).segment;
	last = lut_find((float)at_energy(r, high), ENERGY_LOWEST_EXPONENT).segment;
	for (int32_t i = first; i <= last; i++)
		set_cubic(&range_g_cm2[i], range_at, r, lut_knot(i, ENERGY_LOWEST_EXPONENT),
		    lut_knot(i + 1, ENERGY_LOWEST_EXPONENT));
}

void
medium_tabulate(struct medium *m, struct row *row, struct cubic *range, const struct ion *ion,
    const struct layer *layer, const struct transport *t, double energy_max_MeV)
{
	struct recipe r = {
		.range = &m->range,
		.ion = ion,
		.density_g_cm3 = layer->material.density_g_cm3,
		.Z_over_A = material_Z_over_A(&layer->material),
	};
	double z = ion->Z * SCATTERING_ENERGY_MeV;

	m->step_max_g_cm2 = t->step_cm * m->density_g_cm3;
	m->scattering_MeV2 = z * z / material_scattering_length_g_cm2(&layer->material);
	m->rest_cm = m->cutoff_g_cm2 / m->density_g_cm3;
	m->rest_let_MeV = integrate_let(&r, m->cutoff_g_cm2, 1);
	m->rest_let2_MeV2_cm = integrate_let(&r, m->cutoff_g_cm2, 2);
	fill_rows(row, range, &r, LOWEST_OF_CUTOFF * m->cutoff_g_cm2,
	    range_g_cm2(r.range, energy_max_MeV) * HEADROOM);
	build_single_scattering(m, ion, &layer->material);
}
