/* What comes of protons that meet nuclei: what is conserved, kinematics, means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/units.h"
#include "phys/emission.h"
#include "phys/fmath.h"
#include "phys/mass_excess.h"
#include "phys/nucleus.h"
#include "phys/proton_cross.h"
#include "phys/proton_event.h"
#include "phys/proton_yields.h"

static const double direction[3] = { 0.48, -0.6, 0.64 };

static double
dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static double
momentum(double energy_MeV, double mass_MeV)
{
	return sqrt(energy_MeV * (energy_MeV + 2.0 * mass_MeV));
}

static double
flying_MeV(const struct reaction *r)
{
	double sum = 0.0;

	for (int i = 0; i < r->n; i++)
		sum += r->product[i].energy_MeV;
	return sum;
}

static void
assert_charge_and_mass(const struct reaction *r, int Z, int A)
{
	int sum_Z = r->local_Z, sum_A = r->local_A + r->n_neutrons;

	for (int i = 0; i < r->n; i++) {
		sum_Z += r->product[i].Z;
		sum_A += r->product[i].A;
	}
	assert_int_equal(sum_Z, Z);
	assert_int_equal(sum_A, A);
}

static void
assert_products(const struct reaction *r)
{
	assert_in_range(r->n, 0, REACTION_PRODUCTS_MAX);
	assert_true(r->local_MeV >= 0.0 && r->n_neutrons >= 0 && r->local_Z >= 0);
	assert_true(r->local_A >= r->local_Z);
	for (int i = 0; i < r->n; i++) {
		const struct product *p = &r->product[i];

		assert_true(p->Z == 1 && (p->A == 1 || p->A == 2));
		assert_true(p->energy_MeV > 0.0);
		assert_true(fabs(dot(p->direction, p->direction) - 1.0) < 1e-14);
	}
}

/* Energies from the threshold to 1 GeV, every element. */
static void
nothing_is_lost_in_nonelastic_events(void **state)
{
	struct rng_sequence s = rng_sequence(2385, 1, 0, 0);
	struct reaction r;

	(void)state;
	memset(&r, 0xff, sizeof r);
	for (int i = 0; i < 200000; i++) {
		int Z = 2 + i % 91, A = nucleus_of_element(Z);
		double T = PROTON_THRESHOLD_MeV * pow(1000.0 / PROTON_THRESHOLD_MeV, rng_next(&s));

		proton_nonelastic(&r, Z, T, direction, &s);
		assert_products(&r);
		assert_charge_and_mass(&r, Z + 1, A + 1);
		if (!(T - flying_MeV(&r) - r.local_MeV - r.binding_MeV > 0.5 * EMISSION_REST_MeV))
			fail_msg("Z = %d, %g MeV: %g MeV left for the neutrals", Z, T,
			    T - flying_MeV(&r) - r.local_MeV - r.binding_MeV);
	}
}

/* Rest energy of all that is there after the event, were there so many alphas in what stays. */
static double
excess_after_MeV(const struct reaction *r, int n_alphas)
{
	double sum = r->n_neutrons * NEUTRON_EXCESS_MeV + n_alphas * mass_excess_MeV(2, 4)
	    + mass_excess_MeV(r->local_Z - 2 * n_alphas, r->local_A - 4 * n_alphas);

	for (int i = 0; i < r->n; i++)
		sum += mass_excess_MeV(r->product[i].Z, r->product[i].A);
	return sum;
}

static void
binding_is_the_difference_of_the_masses(void **state)
{
	struct rng_sequence s = rng_sequence(2385, 2, 0, 0);
	struct reaction r;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int Z = i % 2 == 0 ? 8 : 29, A = nucleus_of_element(Z);
		double before = mass_excess_MeV(Z, A) + mass_excess_MeV(1, 1), nearest = 1e9;

		proton_nonelastic(&r, Z, 150.0, direction, &s);
		for (int n = 0; 2 * n <= r.local_Z && 2 * n <= r.local_A - r.local_Z; n++)
			nearest = fmin(nearest, fabs(excess_after_MeV(&r, n) - before - r.binding_MeV));
		assert_true(nearest < 1e-9);
	}
}

/* Energy and momentum, exactly, and the share of the energy uniform. */
static void
two_protons_share_energy_and_momentum(void **state)
{
	struct rng_sequence s = rng_sequence(2385, 3, 0, 0);
	struct reaction r;
	double shares = 0.0;
	int n = 20000;

	(void)state;
	for (int i = 0; i < n; i++) {
		double T = PROTON_THRESHOLD_MeV * pow(140.0, rng_next(&s)), one, other;

		proton_elastic(&r, 1, T, direction, &s);
		assert_products(&r);
		assert_charge_and_mass(&r, 2, 2);
		assert_int_equal(r.n, 2);
		assert_true(r.product[0].energy_MeV >= r.product[1].energy_MeV);
		assert_true(fabs(flying_MeV(&r) - T) < 1e-12 * T && r.binding_MeV == 0.0 && r.local_MeV == 0.0);
		one = momentum(r.product[0].energy_MeV, PROTON_MASS_MeV);
		other = momentum(r.product[1].energy_MeV, PROTON_MASS_MeV);
		for (int k = 0; k < 3; k++)
			assert_true(fabs(one * r.product[0].direction[k] + other * r.product[1].direction[k]
			    - momentum(T, PROTON_MASS_MeV) * direction[k]) < 1e-9 * momentum(T, PROTON_MASS_MeV));
		shares += r.product[1].energy_MeV / T;
	}
	/* the smaller part of a uniform cut: mean 1/4, standard deviation 1/sqrt(48) */
	assert_true(fabs(shares / n - 0.25) < 5.0 / sqrt(48.0 * n));
}

/* The recoil carries what the proton lacks: its mass shell closes. */
static void
recoil_takes_energy_and_momentum(void **state)
{
	static const int Zs[] = { 2, 6, 8, 20, 82 };
	struct rng_sequence s = rng_sequence(2385, 4, 0, 0);
	struct reaction r;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		int Z = Zs[i % 5];
		double T = PROTON_THRESHOLD_MeV * pow(140.0, rng_next(&s)), M = mass_of_element_nucleus_MeV(Z);
		double before = momentum(T, PROTON_MASS_MeV), after, square = 0.0;

		proton_elastic(&r, Z, T, direction, &s);
		assert_products(&r);
		assert_charge_and_mass(&r, Z + 1, nucleus_of_element(Z) + 1);
		assert_true(r.n == 1 && r.binding_MeV == 0.0 && r.n_neutrons == 0);
		assert_true(r.product[0].energy_MeV + r.local_MeV - T < 1e-12 * T);
		after = momentum(r.product[0].energy_MeV, PROTON_MASS_MeV);
		for (int k = 0; k < 3; k++)
			square += pow(before * direction[k] - after * r.product[0].direction[k], 2.0);
		assert_true(fabs(square / pow(momentum(r.local_MeV, M), 2.0) - 1.0) < 1e-6);
	}
}

/* Fippel and Soukup's mean at 150 MeV, 0.65 e^-0.195 - 0.71 e^-2.655 = 0.4849 MeV, far below the most. */
static void
recoil_of_oxygen_has_the_stated_mean(void **state)
{
	struct rng_sequence s = rng_sequence(2385, 5, 0, 0);
	struct reaction r;
	double sum = 0.0, mean = 0.65 * exp(-0.195) - 0.71 * exp(-2.655);
	int n = 100000;

	(void)state;
	for (int i = 0; i < n; i++) {
		proton_elastic(&r, 8, 150.0, direction, &s);
		sum += r.local_MeV;
	}
	assert_true(fabs(sum / n - mean) < 5.0 * mean / sqrt(n));
}

static void
angles_have_the_stated_density(void **state)
{
	static const double as[] = { 0.05, 0.7, 6.7, 40.0 };
	struct rng_sequence s = rng_sequence(2385, 6, 0, 0);
	int n = 100000;

	(void)state;
	for (int k = 0; k < 4; k++) {
		double a = as[k], sum = 0.0, square = 0.0, mean = 1.0 / tanh(a) - 1.0 / a, around = 0.0;
		double out[3];

		for (int i = 0; i < n; i++) {
			double cosine = emission_cosine(a, rng_next(&s));

			emission_direction(out, direction, cosine, rng_next(&s));
			assert_true(fabs(dot(out, direction) - cosine) < 1e-14);
			sum += cosine;
			square += cosine * cosine;
			around += out[0] - cosine * direction[0];
		}
		square = square / n - sum / n * (sum / n);
		assert_true(fabs(sum / n - mean) < 5.0 * sqrt(square / n));
		assert_true(fabs(around / n) < 5.0 / sqrt(2.0 * n));
	}
}

/* Per event. */
struct means {
	double protons, proton_MeV, deuterons, deuteron_MeV, local_MeV;    /* energies: sums */
};

static struct means
sample(int Z, double energy_MeV, int n)
{
	struct rng_sequence s = rng_sequence(2385, 7, 0, (uint32_t)Z);
	struct reaction r;
	struct means m = { 0.0, 0.0, 0.0, 0.0, 0.0 };

	for (int i = 0; i < n; i++) {
		proton_nonelastic(&r, Z, energy_MeV, direction, &s);
		m.local_MeV += r.local_MeV / n;
		for (int j = 0; j < r.n; j++) {
			bool is_proton = r.product[j].A == 1;

			*(is_proton ? &m.protons : &m.deuterons) += 1.0 / n;
			*(is_proton ? &m.proton_MeV : &m.deuteron_MeV) += r.product[j].energy_MeV / n;
		}
	}
	return m;
}

/* Deuterons leave first, so that nothing is in the way of their means. */
static void
deuterons_are_as_stated(void **state)
{
	static const int Zs[] = { 6, 7, 8, 20, 29 };
	int n = 15000;

	(void)state;
	for (int k = 0; k < 5; k++)
		for (double T = 60.0; T < 300.0; T += 40.0) {
			struct proton_yields y = proton_yields(Zs[k], T);
			struct means m = sample(Zs[k], T, n);
			double number = y.deuterons, error = sqrt(number * (1.0 - number) / n);

			assert_true(fabs(m.deuterons - number) < 5.0 * error);
			assert_true(fabs(m.deuteron_MeV / m.deuterons - y.deuteron_MeV)
			    < 5.0 * y.deuteron_MeV / sqrt(number * n));
		}
}

/* ICRU Report 63: number and energy of all protons, energy of deuterons, of alphas and recoil together. */
static void
energies_balance_as_in_the_report(void **state)
{
	static const struct {
		int Z;
		double energy_MeV, protons, proton_MeV, deuteron_MeV, local_MeV;
	} report[] = {
		{ 6, 50, 1.055, 18.55, 3.58, 8.20 }, { 6, 100, 1.485, 42.74, 11.99, 11.11 },
		{ 6, 150, 1.738, 72.00, 19.09, 12.92 }, { 6, 200, 1.849, 99.15, 27.50, 15.12 },
		{ 8, 50, 1.212, 19.56, 3.60, 6.83 }, { 8, 100, 1.692, 43.88, 9.54, 10.04 },
		{ 8, 150, 1.987, 72.04, 15.25, 12.16 }, { 8, 200, 2.165, 100.40, 21.04, 14.21 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof report / sizeof report[0]; i++) {
		struct means m = sample(report[i].Z, report[i].energy_MeV, 20000);

		assert_true(fabs(m.protons / report[i].protons - 1.0) < 0.10);
		assert_true(fabs(m.proton_MeV / report[i].proton_MeV - 1.0) < 0.13);
		assert_true(fabs(m.deuteron_MeV / report[i].deuteron_MeV - 1.0) < 0.05);
		assert_true(fabs(m.local_MeV / report[i].local_MeV - 1.0) < 0.10);
	}
}

/* Calcium has 1.65 times the protons of oxygen, and alphas have 0.036 of the energy. */
static void
heavier_nuclei_are_scaled(void **state)
{
	struct proton_yields oxygen = proton_yields(8, 150.0), calcium = proton_yields(20, 150.0);

	(void)state;
	assert_true(fabs((calcium.cascade_protons + calcium.evaporated_protons)
	    / (oxygen.cascade_protons + oxygen.evaporated_protons) - 1.65) < 0.1);
	assert_true(fabs(calcium.alphas * calcium.alpha_MeV / 150.0 - 0.036) < 0.005);
	assert_true(proton_yields(82, 150.0).evaporated_protons < 0.5 * calcium.evaporated_protons);
	for (int Z = 2; Z <= 92; Z++)
		for (double T = PROTON_THRESHOLD_MeV; T < 1000.0; T *= 1.05) {
			struct proton_yields y = proton_yields(Z, T);

			assert_true(y.left_MeV > 0.0 && y.alphas > 0.0 && y.alpha_MeV > 0.0);
			assert_true(y.deuterons >= 0.0 && y.deuterons < 1.0 && y.deuteron_MeV >= 0.0);
			assert_true(y.cascade_protons > 0.0 && y.evaporated_protons >= 0.0);
		}
}

/* One number for many events, so that a change of any bit shows. FNV-1a. */
static void
bits_are_pinned(void **state)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct rng_sequence s = rng_sequence(385, 8, 0, 0);
	struct reaction r;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		int Z = 1 + i % 92;
		double T = 8.0 + 0.0385 * i;

		if (Z > 1 && i % 3 > 0)
			proton_nonelastic(&r, Z, T, direction, &s);
		else
			proton_elastic(&r, Z, T, direction, &s);
		hash = (hash ^ fm_bits(r.local_MeV)) * UINT64_C(0x100000001b3);
		hash = (hash ^ fm_bits(r.binding_MeV)) * UINT64_C(0x100000001b3);
		for (int j = 0; j < r.n; j++) {
			hash = (hash ^ fm_bits(r.product[j].energy_MeV)) * UINT64_C(0x100000001b3);
			hash = (hash ^ fm_bits(r.product[j].direction[0])) * UINT64_C(0x100000001b3);
		}
	}
	assert_int_equal(hash, UINT64_C(0xc3bca5c7e65d7326));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_in_nonelastic_events),
		cmocka_unit_test(binding_is_the_difference_of_the_masses),
		cmocka_unit_test(two_protons_share_energy_and_momentum),
		cmocka_unit_test(recoil_takes_energy_and_momentum),
		cmocka_unit_test(recoil_of_oxygen_has_the_stated_mean),
		cmocka_unit_test(angles_have_the_stated_density),
		cmocka_unit_test(deuterons_are_as_stated),
		cmocka_unit_test(energies_balance_as_in_the_report),
		cmocka_unit_test(heavier_nuclei_are_scaled),
		cmocka_unit_test(bits_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
