/* The lanes' elementary functions against libm, and their random numbers against Random123's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "phys/rng.h"
#include "phys/vmath.h"

/* A lane each of consecutive multiples of the golden ratio, modulo 1. */
static vf
golden(int *n)
{
	vf x = {0};

	for (int i = 0; i < VEC_LANES; i++) {
		double at = 0.6180339887498949 * ++*n;

		x[i] = (float)(at - floor(at));
	}
	return x;
}

static void
log_is_that_of_libm(void **state)
{
	double worst = 0.0;
	(void)state;

	for (int n = 0; n < 200000;) {
		vf x = golden(&n), y;

		if (n % 3 == 1)
			x = x * x * x * x * 1e-3f;
		else if (n % 3 == 2)
			x = 0.7f + 0.7f * x;
		y = vf_log(x);
		for (int i = 0; i < VEC_LANES; i++) {
			double exact = log((double)x[i]);

			worst = fmax(worst, fabs((double)y[i] - exact) / fmax(1.0, fabs(exact)));
		}
	}
	assert_true(worst < 3e-7);
}

static void
sine_and_cosine_are_those_of_libm(void **state)
{
	double worst = 0.0;
	(void)state;

	for (int n = 0; n < 200000;) {
		vf t = golden(&n) * 4.0f - 2.0f, s, c;

		vf_sincos_turns(t, &s, &c);
		for (int i = 0; i < VEC_LANES; i++) {
			worst = fmax(worst, fabs((double)s[i] - sin(2.0 * M_PI * (double)t[i])));
			worst = fmax(worst, fabs((double)c[i] - cos(2.0 * M_PI * (double)t[i])));
		}
	}
	assert_true(worst < 2e-6);
}

static void
cube_root_is_that_of_libm(void **state)
{
	double worst = 0.0;
	(void)state;

	for (int n = 0; n < 200000;) {
		vf x = golden(&n), y;

		if (n % 3 == 1)
			x = x * x * x * x * 1e-6f + 1e-12f;
		y = vf_cbrt(x);
		for (int i = 0; i < VEC_LANES; i++)
			worst = fmax(worst, fabs((double)y[i] / cbrt((double)x[i]) - 1.0));
	}
	assert_true(worst < 3e-5);
}

static void
random_blocks_are_those_of_random123(void **state)
{
	const uint64_t seed = UINT64_C(0x243f6a8885a308d3);
	vu counter[4], word[4];
	(void)state;

	for (int i = 0; i < VEC_LANES; i++) {
		counter[0][i] = UINT32_C(0xfffffff0) + (uint32_t)i;
		counter[1][i] = UINT32_C(0x9e3779b9) * (uint32_t)i;
		counter[2][i] = 77u - (uint32_t)i;
		counter[3][i] = (uint32_t)i & 3;
	}
	vu_draw(seed, counter, word);
	for (int i = 0; i < VEC_LANES; i++) {
		struct rng_block b = rng_draw(seed, (uint64_t)counter[1][i] << 32 | counter[0][i], counter[2][i],
		    counter[3][i]);

		for (int k = 0; k < 4; k++)
			assert_int_equal(word[k][i], b.word[k]);
	}
}

static void
the_radius_is_finite_at_both_ends(void **state)
{
	vu low = {0}, high = ~(vu){0};
	(void)state;

	assert_true(fabs((double)vf_radius2(low)[0] - 64.0 * log(2.0)) < 1e-4);
	assert_true(vf_radius2(high)[0] == 0.0f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_is_that_of_libm),
		cmocka_unit_test(sine_and_cosine_are_those_of_libm),
		cmocka_unit_test(cube_root_is_that_of_libm),
		cmocka_unit_test(random_blocks_are_those_of_random123),
		cmocka_unit_test(the_radius_is_finite_at_both_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
