/* Tabulates one particle in one material. */
#include "phys/medium.h"

#include "base/units.h"
#include "model/element.h"
#include "phys/fmath.h"
#include "phys/nuclear.h"
#include "phys/scattering.h"
#include "phys/stopping.h"
#include "phys/straggling.h"

/* A step whose straggling gives back more than it takes may end a little above the highest range. */
#define HEADROOM 1.05

/* The middle of a last step is nearer to the cutoff than to nothing. */
#define LOWEST_OF_CUTOFF 0.9

/* Secondaries take steps so many times as long as the beam does: theirs is a small part of the dose, spread by
 * their angles of birth, and that a step is long shows in nothing but the fine shape of tracks. */
#define SECONDARY_STEPS 4.0
#define SECONDARY_RANGE_FRACTION 0.25      /* or the beam's, if that is more */

/* Where a particle is given up whatever its range. */
#define CUTOFF_PROTON_MeV 0.5
#define CUTOFF_ION_MeV_u 1.0

/* What the tabulated functions are made of. */
struct recipe {
	const struct range_table *range;
	const struct ion *ion;
	double density_g_cm3;
	double Z_over_A;
	double scattering_length_g_cm2;
	const struct nuclei *nuclei;
	enum plan_nuclear nuclear;
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
at_range_third(const struct recipe *r, double range_g_cm2)
{
	double energy = at_energy(r, range_g_cm2), s = stopping_total(r, energy);
	double second, third;

	straggling_moments(r->ion->Z, r->ion->mass_MeV, energy, r->Z_over_A, &second, &third);
	return third / (s * s * s);
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
at_scattering(const struct recipe *r, double range_g_cm2)
{
	double q = r->ion->Z * SCATTERING_ENERGY_MeV / at_pv(r, range_g_cm2);

	return q * q / r->scattering_length_g_cm2;
}

static double
at_let(const struct recipe *r, double range_g_cm2)
{
	double electronic, nuclear;

	range_stopping(r->range, at_energy(r, range_g_cm2), &electronic, &nuclear);
	return electronic * r->density_g_cm3;
}

/* Per cm, as what is integrated over a length is. */
static double
at_nuclear_rate(const struct recipe *r, double range_g_cm2)
{
	return nuclear_rate_cm2_g(r->ion, r->nuclei, r->nuclear, at_energy(r, range_g_cm2)) * r->density_g_cm3;
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
medium_build_range(struct medium *m, const struct ion *ion, const struct layer *layer, bool is_beam,
    double cutoff_cm, struct err *e)
{
	struct stopping s;

	if (stopping_init(&s, ion, &layer->material, e) != 0)
		return -1;
	if (layer->stopping.n > 0 && is_beam) {
		if (range_build_user(&m->range, &s, &layer->stopping, e) != 0)
			return -1;
	} else {
		range_build(&m->range, &s);
	}
	m->mass_MeV = ion->mass_MeV;
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

static double
at_let_squared(const struct recipe *r, double range_g_cm2)
{
	double l = at_let(r, range_g_cm2);

	return l * l;
}

/* Integral of f over the range, by Simpson's rule. */
static double
integrate(range_function f, const struct recipe *r, double low, double high)
{
	enum { INTERVALS = 4 };              /* of a segment, a 16th of an octave: exact to 1e-8 */
	double h = (high - low) / INTERVALS, sum = 0.0;

	for (int i = 0; i <= INTERVALS; i++)
		sum += (i == 0 || i == INTERVALS ? 1.0 : i % 2 ? 4.0 : 2.0) * f(r, low + i * h);
	return sum * h / 3.0;
}

/* Like tabulate, the integral of f from the range where the tables begin, as a length times it: what
 * lies below is less than 1e-3 of what a particle at the cutoff has. */
static void
tabulate_integral(struct lut *l, range_function f, const struct recipe *r, double low, double high)
{
	unsigned first = (unsigned)lut_find(low).segment, last = (unsigned)lut_find(high).segment;
	double begin = range_g_cm2(r->range, range_energy_min_MeV(r->range));
	double value = 0.0;

	for (double x = begin; x < lut_knot(first); x *= 2.0) {
		double next = 2.0 * x < lut_knot(first) ? 2.0 * x : lut_knot(first);

		value += integrate(f, r, x, next) / r->density_g_cm3;
	}
	for (unsigned i = first; i <= last; i++) {
		double x = lut_knot(i), next = lut_knot(i + 1);
		double end = value + integrate(f, r, x, next) / r->density_g_cm3;

		lut_set(l, i, value, f(r, x) / r->density_g_cm3, end, f(r, next) / r->density_g_cm3);
		value = end;
	}
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
	int32_t first = cubic_find((float)low, RANGE_LOWEST_EXPONENT).segment;
	int32_t last = cubic_find((float)high, RANGE_LOWEST_EXPONENT).segment;

	for (int32_t i = first; i <= last; i++)
		fill_row(&row[i], r, cubic_knot(i, RANGE_LOWEST_EXPONENT), cubic_knot(i + 1, RANGE_LOWEST_EXPONENT));
	first = cubic_find((float)at_energy(r, low), ENERGY_LOWEST_EXPONENT).segment;
	last = cubic_find((float)at_energy(r, high), ENERGY_LOWEST_EXPONENT).segment;
	for (int32_t i = first; i <= last; i++)
		set_cubic(&range_g_cm2[i], range_at, r, cubic_knot(i, ENERGY_LOWEST_EXPONENT),
		    cubic_knot(i + 1, ENERGY_LOWEST_EXPONENT));
}

static void
fill_luts(struct luts *l, const struct recipe *r, double low, double high)
{
	tabulate(&l->energy_MeV, at_energy, r, low, high);
	tabulate(&l->range_variance, at_range_variance, r, low, high);
	tabulate(&l->range_third, at_range_third, r, low, high);
	tabulate(&l->scattering, at_scattering, r, low, high);
	tabulate(&l->pv_MeV, at_pv, r, low, high);
	tabulate(&l->log10_pv, at_log10_pv, r, low, high);
	tabulate(&l->let_MeV_cm, at_let, r, low, high);
	tabulate_integral(&l->let_length_MeV, at_let, r, low, high);
	tabulate_integral(&l->let2_length_MeV2_cm, at_let_squared, r, low, high);
	if (r->nuclear != NUCLEAR_OFF)
		tabulate_integral(&l->optical_depth, at_nuclear_rate, r, low, high);
}

static struct recipe
recipe_of(const struct medium *m, const struct ion *ion, const struct layer *layer)
{
	return (struct recipe){
		.range = &m->range,
		.ion = ion,
		.density_g_cm3 = layer->material.density_g_cm3,
		.Z_over_A = material_Z_over_A(&layer->material),
		.scattering_length_g_cm2 = material_scattering_length_g_cm2(&layer->material),
	};
}

void
medium_tabulate(struct medium *m, struct luts *lut, const struct ion *ion, const struct layer *layer,
    const struct nuclei *nuclei, const struct transport *t, bool is_beam, double energy_max_MeV)
{
	struct recipe r = recipe_of(m, ion, layer);

	r.nuclei = nuclei;
	r.nuclear = t->nuclear;
	m->lut = lut;
	m->energy_max_MeV = energy_max_MeV;
	m->step_max_g_cm2 = t->step_cm * (is_beam ? 1.0 : SECONDARY_STEPS) * m->density_g_cm3;
	fill_luts(lut, &r, m->cutoff_g_cm2 * (1.0 - t->range_fraction),
	    range_g_cm2(r.range, energy_max_MeV) * HEADROOM);
	build_single_scattering(m, ion, &layer->material);
}

void
medium_tabulate_vector(struct medium *m, struct row *row, struct cubic *range, const struct ion *ion,
    const struct layer *layer, const struct transport *t, double energy_max_MeV)
{
	struct recipe r = recipe_of(m, ion, layer);
	double z = ion->Z * SCATTERING_ENERGY_MeV;

	m->energy_max_MeV = energy_max_MeV;
	m->step_max_g_cm2 = t->step_cm * m->density_g_cm3;
	m->scattering_MeV2 = z * z / r.scattering_length_g_cm2;
	m->rest_cm = m->cutoff_g_cm2 / m->density_g_cm3;
	m->rest_let_MeV = integrate_let(&r, m->cutoff_g_cm2, 1);
	m->rest_let2_MeV2_cm = integrate_let(&r, m->cutoff_g_cm2, 2);
	fill_rows(row, range, &r, LOWEST_OF_CUTOFF * m->cutoff_g_cm2,
	    range_g_cm2(r.range, energy_max_MeV) * HEADROOM);
	build_single_scattering(m, ion, &layer->material);
}
