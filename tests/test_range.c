/* phys/range: CSDA ranges, their inverse, and a user's own table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "phys/fmath.h"
#include "phys/range.h"
#include "phys/user_stopping.h"

#define ROWS_MAX 400

struct setup {
	struct stopping stopping;
	struct range_table table;
};

static struct setup *
setup_of(struct setup *u, const char *ion_name, const char *material_name)
{
	struct material m;
	struct ion ion;
	struct err e = { ERR_NONE, "" };

	if (ion_parse(&ion, ion_name, &e) != 0 || material_by_name(&m, material_name, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(stopping_init(&u->stopping, &ion, &m, &e), 0);
	range_build(&u->table, &u->stopping);
	return u;
}

static void
ranges_in_water(void **state)
{
	static const struct { const char *ion; double energy_MeV_u, range, within; } known[] = {
		{ "proton", 10, 0.1238, 5e-5 }, { "proton", 50, 2.2407, 2e-4 }, { "proton", 100, 7.761, 8e-4 },
		{ "proton", 150, 15.859, 2e-3 }, { "proton", 200, 26.092, 3e-3 }, { "proton", 230, 33.115, 3e-3 },
		{ "C-12", 100, 2.600, 5e-4 }, { "C-12", 200, 8.718, 1e-3 }, { "C-12", 300, 17.251, 2e-3 },
		{ "C-12", 400, 27.548, 3e-3 }, { "alpha", 50, 2.253, 5e-4 }, { "alpha", 100, 7.803, 1e-3 },
		{ "alpha", 200, 26.220, 3e-3 },
	};
	static struct setup u;

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		setup_of(&u, known[i].ion, "water");
		assert_true(fabs(range_g_cm2(&u.table, known[i].energy_MeV_u * u.stopping.ion.A)
		    - known[i].range) <= known[i].within);
	}
}

/* Midpoint rule in 2000 steps per decade, from the formulae themselves. */
static void
range_agrees_with_a_fine_integration(void **state)
{
	static const char *const cases[][2] = { { "proton", "water" }, { "C-12", "bone_cortical_icrp" },
		{ "alpha", "Pb" }, { "Ar-40", "air" } };
	static struct setup u;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double T, ratio = pow(10.0, 1.0 / 2000.0), A, sum;
		struct stopping *s = &setup_of(&u, cases[i][0], cases[i][1])->stopping;

		A = s->ion.A;
		T = 1e-3 * A;
		sum = 2.0 * T / (stopping_electronic_MeV_cm2_g(s, T) + stopping_nuclear_MeV_cm2_g(s, T));
		for (int n = 1; n <= 11000; n++) {
			double middle = T * sqrt(ratio);

			sum += middle * log(ratio) / (stopping_electronic_MeV_cm2_g(s, middle)
			    + stopping_nuclear_MeV_cm2_g(s, middle));
			T *= ratio;
			if (n % 500 == 0)
				assert_true(fabs(range_g_cm2(&u.table, T) / sum - 1.0) < 2e-5);
		}
	}
}

static void
inverse_undoes_the_range(void **state)
{
	static struct setup u;

	(void)state;
	setup_of(&u, "C-12", "water");
	for (double T = 1e-4; T < 2e4; T *= 1.00713) {
		double R = range_g_cm2(&u.table, T), back = range_energy_MeV(&u.table, R);

		assert_true(fabs(back / T - 1.0) < 1e-12);
		assert_true(fabs(range_g_cm2(&u.table, back) / R - 1.0) < 1e-12);
	}
}

static void
range_rises_and_its_slope_is_the_stopping_power(void **state)
{
	static struct setup u;
	double electronic, nuclear;

	(void)state;
	setup_of(&u, "proton", "pmma");
	for (double T = 1.3e-3; T < 900.0; T *= 1.0371) {
		double step = range_g_cm2(&u.table, T * 1.001) - range_g_cm2(&u.table, T / 1.001);

		range_stopping(&u.table, T, &electronic, &nuclear);
		assert_true(step > 0.0);
		assert_true(fabs(T * (1.001 - 1 / 1.001) / step / (electronic + nuclear) - 1.0) < 1e-3);
	}
}

/* The universal nuclear stopping has a step of its own, where its two formulae meet. */
static void
stopping_between_knots_is_the_formula(void **state)
{
	static struct setup u;
	double electronic, nuclear;

	(void)state;
	setup_of(&u, "C-12", "water");
	for (double T = 1.1e-3 * 12; T < 12e3; T *= 1.0171) {
		range_stopping(&u.table, T, &electronic, &nuclear);
		assert_true(fabs(electronic / stopping_electronic_MeV_cm2_g(&u.stopping, T) - 1.0) < 2e-4);
		assert_true(fabs(nuclear / stopping_nuclear_MeV_cm2_g(&u.stopping, T) - 1.0) < 4e-3);
	}
}

static void
energies_outside_are_named(void **state)
{
	static struct setup u;
	struct err e = { ERR_NONE, "" };

	(void)state;
	setup_of(&u, "C-12", "water");
	assert_int_equal(range_check_energy(&u.table, 12e3, &e), 0);
	assert_int_equal(range_check_energy(&u.table, 12e-3, &e), 0);
	assert_int_equal(range_check_energy(&u.table, 12.1e3, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.text, "0.012 to 12000 MeV"));
	assert_int_equal(range_check_energy(&u.table, 0.0119, &e), -1);
	assert_int_equal(range_check_energy(&u.table, NAN, &e), -1);
}

/* The rows of a built-in table, `per_decade` of them, times a factor. */
static struct stopping_table
rows_of(const struct stopping *s, double first, double last, int per_decade, double factor)
{
	static double energy[ROWS_MAX], stopping[ROWS_MAX];
	struct stopping_table t = { .n = 0, .energy_MeV = energy, .stopping_MeV_cm2_g = stopping };

	for (double T = first; T <= last * 1.0001 && t.n < ROWS_MAX; T *= pow(10.0, 1.0 / per_decade)) {
		energy[t.n] = T;
		stopping[t.n++] = factor * stopping_electronic_MeV_cm2_g(s, T);
	}
	return t;
}

static void
a_users_table_of_the_model_gives_the_models_range(void **state)
{
	static struct setup u;
	static struct range_table own;
	struct stopping_table rows;
	struct err e;

	(void)state;
	setup_of(&u, "proton", "water");
	rows = rows_of(&u.stopping, 0.02, 500.0, 12, 1.0);
	assert_int_equal(range_build_user(&own, &u.stopping, &rows, &e), 0);
	assert_true(range_energy_min_MeV(&own) == 0.02);
	assert_true(fabs(range_energy_max_MeV(&own) / rows.energy_MeV[rows.n - 1] - 1.0) < 1e-15);
	for (double T = 9.0; T < 450.0; T *= 1.31)
		assert_true(fabs(range_g_cm2(&own, T) / range_g_cm2(&u.table, T) - 1.0) < 5e-4);
	assert_int_equal(range_check_energy(&own, 0.0199, &e), -1);
}

/* All below it is scaled too, so that the electronic range is half; the nuclear part is small. */
static void
twice_the_stopping_power_is_half_the_range(void **state)
{
	static struct setup u;
	static struct range_table own;
	struct stopping_table rows;
	struct err e;

	(void)state;
	setup_of(&u, "alpha", "water");
	rows = rows_of(&u.stopping, 4.0, 1000.0, 20, 2.0);
	assert_int_equal(range_build_user(&own, &u.stopping, &rows, &e), 0);
	for (double T = 4.0; T < 1000.0; T *= 1.9)
		assert_true(fabs(2.0 * range_g_cm2(&own, T) / range_g_cm2(&u.table, T) - 1.0) < 0.01);
	for (double T = 1e-2; T < 990.0; T *= 1.0713)
		assert_true(fabs(range_energy_MeV(&own, range_g_cm2(&own, T)) / T - 1.0) < 1e-12);
}

static void
bad_user_tables_are_refused(void **state)
{
	double energy[] = { 1.0, 2.0, 3.0 }, stopping[] = { 5.0, 4.0, 3.0 };
	struct stopping_table rows = { .n = 3, .energy_MeV = energy, .stopping_MeV_cm2_g = stopping };
	static struct setup u;
	struct err e;

	(void)state;
	setup_of(&u, "proton", "water");
	rows.n = 1;
	assert_int_equal(range_build_user(&u.table, &u.stopping, &rows, &e), -1);
	rows.n = 3;
	energy[2] = 2.0;
	assert_int_equal(range_build_user(&u.table, &u.stopping, &rows, &e), -1);
	assert_non_null(strstr(e.text, "row 3"));
	energy[2] = 1e6;
	assert_int_equal(range_build_user(&u.table, &u.stopping, &rows, &e), -1);
	energy[2] = 3.0;
	stopping[1] = -4.0;
	assert_int_equal(range_build_user(&u.table, &u.stopping, &rows, &e), -1);
	stopping[1] = NAN;
	assert_int_equal(range_build_user(&u.table, &u.stopping, &rows, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
}

static void
a_power_law_is_read_exactly(void **state)
{
	double energy[] = { 0.5, 2.0, 3.0, 50.0 }, stopping[4];
	struct stopping_table rows = { .n = 4, .energy_MeV = energy, .stopping_MeV_cm2_g = stopping };

	(void)state;
	for (int i = 0; i < 4; i++)
		stopping[i] = 100.0 * pow(energy[i], -0.77);
	for (double T = 0.5; T <= 50.0; T *= 1.13)
		assert_true(fabs(exp(user_stopping_log(&rows, log(T))) / (100.0 * pow(T, -0.77)) - 1) < 1e-13);
}

static void
bits_are_pinned(void **state)
{
	static struct setup u;

	(void)state;
	setup_of(&u, "C-12", "water");
	assert_int_equal(fm_bits(range_g_cm2(&u.table, 2385.0)), UINT64_C(0x40213fbe2cb13137));
	assert_int_equal(fm_bits(range_energy_MeV(&u.table, 2.385)), UINT64_C(0x4091dbc93c63a9c3));
}

/* Above 1 GeV/u, where only secondaries come. The formulae of the model are within 0.5 % of PSTAR up to 3 GeV. */
static void
beyond_its_end_the_slope_is_nearly_the_stopping_power(void **state)
{
	static const struct { double energy_MeV, percent; } known[] = {
		{ 1000.01, 0.05 }, { 1080.0, 0.2 }, { 1163.0, 0.5 }, { 1500.0, 2.5 }, { 2000.0, 6.5 },
	};
	static struct setup u;

	(void)state;
	setup_of(&u, "proton", "water");
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		double T = known[i].energy_MeV, h = 1e-7 * T;
		double S = 2.0 * h / (range_g_cm2(&u.table, T + h) - range_g_cm2(&u.table, T - h));
		double formula = stopping_electronic_MeV_cm2_g(&u.stopping, T)
		    + stopping_nuclear_MeV_cm2_g(&u.stopping, T);

		assert_true(fabs(100.0 * (S / formula - 1.0)) < known[i].percent);
		assert_true(fabs(range_energy_MeV(&u.table, range_g_cm2(&u.table, T)) / T - 1.0) < 1e-12);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_in_water),
		cmocka_unit_test(range_agrees_with_a_fine_integration),
		cmocka_unit_test(inverse_undoes_the_range),
		cmocka_unit_test(range_rises_and_its_slope_is_the_stopping_power),
		cmocka_unit_test(stopping_between_knots_is_the_formula),
		cmocka_unit_test(energies_outside_are_named),
		cmocka_unit_test(beyond_its_end_the_slope_is_nearly_the_stopping_power),
		cmocka_unit_test(a_users_table_of_the_model_gives_the_models_range),
		cmocka_unit_test(twice_the_stopping_power_is_half_the_range),
		cmocka_unit_test(bad_user_tables_are_refused),
		cmocka_unit_test(a_power_law_is_read_exactly),
		cmocka_unit_test(bits_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
