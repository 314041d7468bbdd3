/* phys/fmath.h: accuracy against libm, exact bits, the ends of each domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "base/units.h"
#include "phys/fmath.h"

#define N_SWEEP 200000

/* Deterministic points in (0, 1): multiples of the golden ratio, modulo 1. */
static double
unit_point(int i)
{
	return fmod((i + 0.5) * 0.6180339887498949, 1.0);
}

static double
ulps(double value, double reference)
{
	double size = fabs(reference);

	return fabs(value - reference) / (nextafter(size, INFINITY) - size);
}

static void
exp_is_within_an_ulp_of_libm(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double wide = (2.0 * unit_point(i) - 1.0) * 707.0;
		double narrow = wide / 707.0;

		worst = fmax(worst, ulps(fm_exp(wide), exp(wide)));
		worst = fmax(worst, ulps(fm_exp(narrow), exp(narrow)));
	}
	assert_true(worst <= 1.5);
}

static void
exp_reaches_its_limits(void **state)
{
	(void)state;
	assert_true(fm_exp(0.0) == 1.0);
	assert_true(fm_exp(-1e300) == 0.0);
	assert_true(fm_exp(1e300) == INFINITY);
	assert_true(isnan(fm_exp(NAN)));
	assert_true(ulps(fm_exp(709.7), exp(709.7)) <= 1.5);
	assert_true(fm_exp(-745.0) == 0x1p-1074);
}

static void
log_is_within_an_ulp_of_libm(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double wide = exp((2.0 * unit_point(i) - 1.0) * 700.0);
		double near_one = 1.0 + (unit_point(i) - 0.5) * 1e-3;
		double octave = 0.5 + 1.5 * unit_point(i);

		worst = fmax(worst, ulps(fm_log(wide), log(wide)));
		worst = fmax(worst, ulps(fm_log(near_one), log(near_one)));
		worst = fmax(worst, ulps(fm_log(octave), log(octave)));
	}
	assert_true(worst <= 1.5);
	assert_true(fm_log(1.0) == 0.0);
}

static void
log10_is_within_two_ulps_of_libm(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double x = exp((2.0 * unit_point(i) - 1.0) * 50.0);

		worst = fmax(worst, ulps(fm_log10(x), log10(x)));
	}
	assert_true(worst <= 2.5);
}

static void
pow_is_as_good_as_its_exponent_allows(void **state)
{
	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double x = exp((2.0 * unit_point(i) - 1.0) * 10.0);
		double y = (2.0 * unit_point(i * 7) - 1.0) * 20.0;
		double bound = (1.0 + fabs(y * log(x))) * 2.3e-16;

		assert_true(fabs(fm_pow(x, y) / pow(x, y) - 1.0) <= bound + 2.3e-16);
	}
}

/* The reduction is exact, so libm is asked in the first half turn, where 2 pi r loses little. */
static void
sincos_is_absolutely_accurate(void **state)
{
	double worst = 0.0, sine, cosine;

	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double r = unit_point(i) - 0.5;
		double turns = floor((unit_point(3 * i) - 0.5) * 2097150.0);
		double t = turns + r;

		r = t - turns;
		fm_sincos_turns(t, &sine, &cosine);
		worst = fmax(worst, fabs(sine - sin(2.0 * PI * r)));
		worst = fmax(worst, fabs(cosine - cos(2.0 * PI * r)));
	}
	assert_true(worst <= 6e-16);
}

static void
quarter_turns_are_exact(void **state)
{
	static const double sine_of[4] = { 0.0, 1.0, 0.0, -1.0 };
	double sine, cosine;

	(void)state;
	for (int quarter = -9; quarter <= 9; quarter++) {
		fm_sincos_turns(0.25 * quarter, &sine, &cosine);
		assert_true(sine == sine_of[(quarter + 12) % 4]);
		assert_true(cosine == sine_of[(quarter + 13) % 4]);
	}
}

static void
atan2_is_within_two_ulps_of_libm(void **state)
{
	double worst = 0.0;

	(void)state;
	for (int i = 0; i < N_SWEEP; i++) {
		double y = (unit_point(i) - 0.5) * exp(-40.0 * unit_point(5 * i));
		double x = (unit_point(11 * i) - 0.5) * exp(-40.0 * unit_point(3 * i));

		worst = fmax(worst, ulps(fm_atan2(y, x), atan2(y, x)));
	}
	assert_true(worst <= 2.5);
}

static void
atan2_is_right_on_the_axes(void **state)
{
	(void)state;
	assert_true(fm_atan2(0.0, 0.0) == 0.0);
	assert_true(fm_atan2(0.0, 3.0) == 0.0);
	assert_true(fm_atan2(0.0, -3.0) == atan2(0.0, -1.0));
	assert_true(fm_atan2(-0.0, -3.0) == -atan2(0.0, -1.0));
	assert_true(fm_atan2(2.0, 0.0) == atan2(1.0, 0.0));
	assert_true(fm_atan2(-2.0, 0.0) == -atan2(1.0, 0.0));
	assert_true(fm_atan2(1.0, 1.0) == atan2(1.0, 1.0));
}

static void
floor_and_round_are_exact(void **state)
{
	static const double x[] = { -2.5, -2.0, -1e-9, 0.0, 0.5, 1.5, 2.5, 7.999999, 1e15, -1e15 - 0.5 };

	(void)state;
	for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
		assert_true(fm_floor(x[i]) == floor(x[i]));
		assert_true(fm_round(x[i]) == nearbyint(x[i]));
		assert_true(fm_abs(x[i]) == fabs(x[i]));
	}
}

static void
bits_are_pinned(void **state)
{
	double sine, cosine;

	(void)state;
	fm_sincos_turns(0.385, &sine, &cosine);
	assert_int_equal(fm_bits(fm_exp(2.385)), UINT64_C(0x4025b7d70fc618b0));
	assert_int_equal(fm_bits(fm_exp(-51.7)), UINT64_C(0x3b454c5d6600adb5));
	assert_int_equal(fm_bits(fm_log(2.385)), UINT64_C(0x3febd07aae981c39));
	assert_int_equal(fm_bits(fm_log(1.000123)), UINT64_C(0x3f201ef0fb491c9e));
	assert_int_equal(fm_bits(fm_log10(0.0385)), UINT64_C(0xbff6a1f3ee1ab2f1));
	assert_int_equal(fm_bits(fm_pow(2.385, -3.77)), UINT64_C(0x3fa3536b58c33079));
	assert_int_equal(fm_bits(sine), UINT64_C(0x3fe529778040b2ec));
	assert_int_equal(fm_bits(cosine), UINT64_C(0xbfe800e8ee0dc5dc));
	assert_int_equal(fm_bits(fm_atan2(0.385, -1.77)), UINT64_C(0x40076b58655790b4));
}

/* One number for many values, so that a change of any bit shows. FNV-1a. */
static void
bits_of_a_sweep_are_pinned(void **state)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	double sine, cosine;

	(void)state;
	for (int i = 1; i <= 10000; i++) {
		double x = 0.0385 * i;

		fm_sincos_turns(x, &sine, &cosine);
		hash = (hash ^ fm_bits(fm_exp(-x))) * UINT64_C(0x100000001b3);
		hash = (hash ^ fm_bits(fm_log(x))) * UINT64_C(0x100000001b3);
		hash = (hash ^ fm_bits(sine)) * UINT64_C(0x100000001b3);
		hash = (hash ^ fm_bits(cosine)) * UINT64_C(0x100000001b3);
		hash = (hash ^ fm_bits(fm_atan2(sine, cosine))) * UINT64_C(0x100000001b3);
	}
	assert_int_equal(hash, UINT64_C(0xbcc545a3d0646433));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exp_is_within_an_ulp_of_libm),
		cmocka_unit_test(exp_reaches_its_limits),
		cmocka_unit_test(log_is_within_an_ulp_of_libm),
		cmocka_unit_test(log10_is_within_two_ulps_of_libm),
		cmocka_unit_test(pow_is_as_good_as_its_exponent_allows),
		cmocka_unit_test(sincos_is_absolutely_accurate),
		cmocka_unit_test(quarter_turns_are_exact),
		cmocka_unit_test(atan2_is_within_two_ulps_of_libm),
		cmocka_unit_test(atan2_is_right_on_the_axes),
		cmocka_unit_test(floor_and_round_are_exact),
		cmocka_unit_test(bits_are_pinned),
		cmocka_unit_test(bits_of_a_sweep_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
