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

/* A particle at a residual range. */
struct point {
	double range_g_cm2, energy_MeV;
	double electronic, total;            /* stopping power, MeV cm2/g */
};

static struct point
point_at(const struct recipe *r, double range_g_cm2)
{
	struct point p = {.range_g_cm2 = range_g_cm2, .energy_MeV = range_energy_MeV(r->range, range_g_cm2)};
	double nuclear;

	range_stopping(r->range, p.energy_MeV, &p.electronic, &nuclear);
	p.total = p.electronic + nuclear;
	return p;
}

static double
let_at(const struct recipe *r, const struct point *p)
{
	return p->electronic * r->density_g_cm3;
}

/* The cubic with these values, and slopes times the width, at both ends of a segment. */
static void
set_cubic(struct cubic *cubic, double f0, double d0, double f1, double d1)
{
	double rise = f1 - f0;

	cubic->c[0] = (float)f0;
	cubic->c[1] = (float)d0;
	cubic->c[2] = (float)(3.0 * rise - 2.0 * d0 - d1);
	cubic->c[3] = (float)(d0 + d1 - 2.0 * rise);
}

/* Where the straight line through two values of a segment has them: it then keeps its error, of either sign,
 * small. (1 - 1 / sqrt 2) / 2 of the width from each end. */
#define LINE_AT 0.1464466

static void
set_line(float line[2], double first, double second)
{
	double rise = (second - first) / (1.0 - 2.0 * LINE_AT);

	line[0] = (float)(first - LINE_AT * rise);
	line[1] = (float)rise;
}

/* What lines are drawn through. */
struct moments {
	double pv_MeV, log10_pv, variance, half_root_of_third;
};

static struct moments
moments_at(const struct recipe *r, double range_g_cm2)
{
	struct point p = point_at(r, range_g_cm2);
	struct moments m = {.pv_MeV = scattering_pv_MeV(p.energy_MeV, r->ion->mass_MeV)};
	double second, third;

	m.log10_pv = fm_log10(m.pv_MeV * PROTON_MASS_MeV / r->ion->mass_MeV);
	straggling_moments(r->ion->Z, r->ion->mass_MeV, p.energy_MeV, r->Z_over_A, &second, &third);
	m.variance = second / (p.total * p.total);
	m.half_root_of_third = 0.5 * fm_pow(third, 1.0 / 3.0) / p.total;
	return m;
}

static void
fill_row(struct row *row, const struct recipe *r, const struct point *low, const struct point *high)
{
	double h = high->range_g_cm2 - low->range_g_cm2;
	struct moments first = moments_at(r, low->range_g_cm2 + LINE_AT * h);
	struct moments second = moments_at(r, high->range_g_cm2 - LINE_AT * h);

	set_cubic(&row->energy_q, low->energy_MeV * QUANTA_PER_MeV, h * low->total * QUANTA_PER_MeV,
	    high->energy_MeV * QUANTA_PER_MeV, h * high->total * QUANTA_PER_MeV);
	set_line(row->pv_MeV, first.pv_MeV, second.pv_MeV);
	set_line(row->log10_pv, first.log10_pv, second.log10_pv);
	set_line(row->range_variance, first.variance, second.variance);
	set_line(row->range_third, first.half_root_of_third, second.half_root_of_third);
}

/* The integrals of LET and its square go on from those of the segment before: Simpson's rule. */
static void
fill_let(struct row *row, const struct recipe *r, const struct point *low, const struct point *high, double sum[2])
{
	double h = high->range_g_cm2 - low->range_g_cm2, per_density = 1.0 / r->density_g_cm3;
	struct point middle = point_at(r, low->range_g_cm2 + 0.5 * h);
	struct cubic *const cubic[2] = {&row->let_MeV, &row->let2_MeV2_cm};
	double first = let_at(r, low), half = let_at(r, &middle), last = let_at(r, high);

	for (int k = 0; k < 2; k++) {
		double more = h * (first + 4.0 * half + last) / 6.0 * per_density;

		set_cubic(cubic[k], sum[k], h * first * per_density, sum[k] + more, h * last * per_density);
		sum[k] += more;
		first *= first;
		half *= half;
		last *= last;
	}
}

/* Segments from the one that holds the lowest to the one that holds the highest that is looked up; the
 * others stay zero. */
static void
fill_rows(struct row *row, const struct recipe *r, double low, double high)
{
	int32_t first = cubic_find((float)low, RANGE_LOWEST_EXPONENT).segment;
	int32_t last = cubic_find((float)high, RANGE_LOWEST_EXPONENT).segment;
	struct point here = point_at(r, cubic_knot(first, RANGE_LOWEST_EXPONENT));
	double sum[2] = {0.0, 0.0};

	for (int32_t i = first; i <= last; i++) {
		struct point next = point_at(r, cubic_knot(i + 1, RANGE_LOWEST_EXPONENT));

		fill_row(&row[i], r, &here, &next);
		fill_let(&row[i], r, &here, &next, sum);
		here = next;
	}
}

static void
fill_ranges(struct cubic *table, const struct recipe *r, double low_MeV, double high_MeV)
{
	int32_t first = cubic_find((float)low_MeV, ENERGY_LOWEST_EXPONENT).segment;
	int32_t last = cubic_find((float)high_MeV, ENERGY_LOWEST_EXPONENT).segment;

	for (int32_t i = first; i <= last; i++) {
		double E[2] = {cubic_knot(i, ENERGY_LOWEST_EXPONENT), cubic_knot(i + 1, ENERGY_LOWEST_EXPONENT)};
		double range[2], slope[2];

		for (int k = 0; k < 2; k++) {
			double electronic, nuclear;

			range[k] = range_g_cm2(r->range, E[k]);
			range_stopping(r->range, E[k], &electronic, &nuclear);
			slope[k] = (E[1] - E[0]) / (electronic + nuclear);
		}
		set_cubic(&table[i], range[0], slope[0], range[1], slope[1]);
	}
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
	m->cutoff_MeV = range_energy_MeV(&m->range, m->cutoff_g_cm2);
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

/* The track that is left below the cutoff: Simpson's rule. */
static void
build_rest(struct medium *m, const struct recipe *r)
{
	enum { INTERVALS = 64 };
	double low = range_g_cm2(r->range, range_energy_min_MeV(r->range));
	double h = (m->cutoff_g_cm2 - low) / INTERVALS, sum = 0.0, sum_of_squares = 0.0;

	for (int i = 0; i <= INTERVALS; i++) {
		struct point p = point_at(r, low + i * h);
		double let = let_at(r, &p), weight = i == 0 || i == INTERVALS ? 1.0 : i % 2 ? 4.0 : 2.0;

		sum += weight * let;
		sum_of_squares += weight * let * let;
	}
	m->rest_cm = m->cutoff_g_cm2 / r->density_g_cm3;
	m->rest_let_MeV = sum * h / 3.0 / r->density_g_cm3;
	m->rest_let2_MeV2_cm = sum_of_squares * h / 3.0 / r->density_g_cm3;
}

/* The highest range that is looked up. */
static double
highest(const struct medium *m)
{
	return range_g_cm2(&m->range, m->energy_max_MeV) * HEADROOM;
}

void
medium_tabulate(struct medium *m, struct row row[RANGE_SEGMENTS], struct cubic range[ENERGY_SEGMENTS],
    const struct ion *ion, const struct layer *layer, const struct transport *t, double energy_max_MeV)
{
	const struct recipe r = {
		.range = &m->range,
		.ion = ion,
		.density_g_cm3 = layer->material.density_g_cm3,
		.Z_over_A = material_Z_over_A(&layer->material),
	};
	double low = LOWEST_OF_CUTOFF * m->cutoff_g_cm2, z = ion->Z * SCATTERING_ENERGY_MeV;

	m->energy_max_MeV = energy_max_MeV;
	m->step_max_g_cm2 = t->step_cm * m->density_g_cm3;
	m->scattering_MeV2 = z * z / material_scattering_length_g_cm2(&layer->material);
	build_rest(m, &r);
	fill_rows(row, &r, low, highest(m));
	fill_ranges(range, &r, range_energy_MeV(r.range, low), range_energy_MeV(r.range, highest(m)));
	build_single_scattering(m, ion, &layer->material);
}

/* The optical depth is the integral of all rates over the way that is left: Simpson's rule. Below the first
 * segment it is next to nothing. */
void
medium_tabulate_nuclear(const struct medium *m, struct cubic optical_depth[RANGE_SEGMENTS], float *rate,
    int n_channels, const struct ion *ion, const struct nuclei *nuclei, enum plan_nuclear what)
{
	int32_t first = cubic_find((float)(LOWEST_OF_CUTOFF * m->cutoff_g_cm2), RANGE_LOWEST_EXPONENT).segment;
	int32_t last = cubic_find((float)highest(m), RANGE_LOWEST_EXPONENT).segment;
	double channel[NUCLEAR_CHANNELS_MAX], low = 0.0, sum = 0.0;

	for (int32_t i = first; i <= last + 1; i++) {
		double range = cubic_knot(i, RANGE_LOWEST_EXPONENT), before = cubic_knot(i - 1, RANGE_LOWEST_EXPONENT);
		double h = range - before, high, middle, more;

		high = nuclear_rates_cm2_g(ion, nuclei, what, range_energy_MeV(&m->range, range), channel);
		for (int k = 0; k < nuclei->n * N_NUCLEAR_PROCESSES; k++)
			rate[i * n_channels + k] = (float)channel[k];
		if (i > first) {
			middle = nuclear_rates_cm2_g(ion, nuclei, what, range_energy_MeV(&m->range, before + 0.5 * h),
			    channel);
			more = h * (low + 4.0 * middle + high) / 6.0;
			set_cubic(&optical_depth[i - 1], sum, h * low, sum + more, h * high);
			sum += more;
		} else {
			sum = high * range;
		}
		low = high;
	}
}
