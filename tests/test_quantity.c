/* Numbers and units are read strictly, and come back to the bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "io/quantity.h"

#define ANY_LENGTH DIMENSION_LENGTH

static double
value_of(const char *text, unsigned dimensions)
{
	struct quantity q = { .value = NAN };
	struct span at;
	struct err e;

	return quantity_parse(&q, text, dimensions, &at, &e) == 0 ? q.value : NAN;
}

/* Asserts that the text is refused, at that part of it, for a reason with these words in it. */
static void
assert_refused(const char *text, unsigned dimensions, const char *part, const char *words)
{
	struct quantity q;
	struct span at;
	struct err e;

	assert_int_equal(quantity_parse(&q, text, dimensions, &at, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_int_equal(at.length, strlen(part));
	assert_memory_equal(text + at.offset, part, at.length);
	if (strstr(e.text, words) == NULL)
		fail_msg("\"%s\" says \"%s\", not \"%s\"", text, e.text, words);
}

static void
assert_count_refused(const char *text, const char *words)
{
	struct span at;
	struct err e;
	uint64_t n;

	assert_int_equal(count_parse(&n, text, &at, &e), -1);
	if (strstr(e.text, words) == NULL)
		fail_msg("\"%s\" says \"%s\", not \"%s\"", text, e.text, words);
}

static uint64_t
count_of(const char *text)
{
	struct span at;
	struct err e;
	uint64_t n = 0;

	assert_int_equal(count_parse(&n, text, &at, &e), 0);
	return n;
}

static void
every_unit_converts(void **state)
{
	static const struct { const char *text; unsigned dimension; double value; } rows[] = {
		{ "2.385 %", DIMENSION_FRACTION, 0.02385 },
		{ "2.385 keV", DIMENSION_ENERGY, 0.002385 },
		{ "2.385 MeV", DIMENSION_ENERGY, 2.385 },
		{ "2.385 GeV", DIMENSION_ENERGY, 2385.0 },
		{ "2.385 keV/u", DIMENSION_ENERGY_PER_NUCLEON, 0.002385 },
		{ "2.385 MeV/u", DIMENSION_ENERGY_PER_NUCLEON, 2.385 },
		{ "2.385 GeV/u", DIMENSION_ENERGY_PER_NUCLEON, 2385.0 },
		{ "2.385 um", DIMENSION_LENGTH, 0.0002385 },
		{ "2.385 \u00b5m", DIMENSION_LENGTH, 0.0002385 },
		{ "2.385 \u03bcm", DIMENSION_LENGTH, 0.0002385 },
		{ "2.385 mm", DIMENSION_LENGTH, 0.2385 },
		{ "2.385 cm", DIMENSION_LENGTH, 2.385 },
		{ "2.385 m", DIMENSION_LENGTH, 238.5 },
		{ "2.385 mrad", DIMENSION_ANGLE, 0.002385 },
		{ "2.385 rad", DIMENSION_ANGLE, 2.385 },
		{ "180 deg", DIMENSION_ANGLE, PI },
		{ "2.385 g/cm3", DIMENSION_DENSITY, 2.385 },
		{ "2.385 kg/m3", DIMENSION_DENSITY, 0.002385 },
		{ "75.3 eV", DIMENSION_EXCITATION, 75.3 },
		{ "2.385 ms", DIMENSION_TIME, 0.002385 },
		{ "2.385 s", DIMENSION_TIME, 2.385 },
		{ "2.385 min", DIMENSION_TIME, 143.1 },
		{ "2.385 h", DIMENSION_TIME, 8586.0 },
	};
	size_t n = sizeof rows / sizeof rows[0];

	(void)state;
	assert_null(unit_at(n));
	assert_non_null(unit_at(n - 1));
	for (size_t i = 0; i < n; i++)
		assert_true(value_of(rows[i].text, rows[i].dimension) == rows[i].value);
}

static void
a_length_is_the_same_double_in_every_unit(void **state)
{
	static const char *const same[] = { "0.3 mm", "300 um", "0.03 cm", "0.0003 m", "3e2 um",
	    "+.3mm", "000.30000 mm", "\t0.3  mm " };

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_true(value_of(same[i], ANY_LENGTH) == 0.03);
	assert_true(value_of("1 mm", ANY_LENGTH) == 0.1);
	assert_true(value_of("0.7 mm", ANY_LENGTH) == 0.07);
}

static void
an_exponent_is_not_taken_for_a_unit(void **state)
{
	(void)state;
	assert_true(value_of("5eV", DIMENSION_EXCITATION) == 5.0);
	assert_true(value_of("5e1eV", DIMENSION_EXCITATION) == 50.0);
	assert_true(value_of("1E-1 m", ANY_LENGTH) == 10.0);
}

static void
zero_has_no_sign(void **state)
{
	(void)state;
	assert_false(signbit(value_of("-0 mm", ANY_LENGTH)));
	assert_false(signbit(value_of("-0.0e5", DIMENSION_NUMBER)));
	assert_true(value_of("0e99999999999", DIMENSION_NUMBER) == 0.0);
}

static void
what_is_no_number_is_refused(void **state)
{
	static const char *const words[] = { "nan mm", "inf mm", "-inf mm", ". mm", "- mm", "e5 mm",
	    "mm", "+-1 mm" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		assert_refused(words[i], ANY_LENGTH, words[i], "expected a number with its unit");
	assert_refused("0x1p3 mm", ANY_LENGTH, "x1p3 mm", "unknown unit");
	assert_refused("", ANY_LENGTH, "", "found nothing");
	assert_refused("abc", DIMENSION_NUMBER, "abc", "expected a number");
}

static void
what_no_double_can_hold_is_refused(void **state)
{
	char digits[200];

	(void)state;
	memset(digits, '1', sizeof digits);
	strcpy(digits + sizeof digits - 4, " mm");
	assert_refused("1e400 mm", ANY_LENGTH, "1e400", "too large");
	assert_refused("1e307 m", ANY_LENGTH, "1e307", "too large");
	assert_refused("1e-400 mm", ANY_LENGTH, "1e-400", "too small");
	assert_refused("1e-308", DIMENSION_NUMBER, "1e-308", "too small");
	assert_refused("1e999999999999999999999", DIMENSION_NUMBER, "1e999999999999999999999",
	    "too large");
	digits[196] = '\0';
	assert_refused(digits, DIMENSION_NUMBER, digits, "more than 100 characters");
}

static void
a_unit_must_be_there_and_fit(void **state)
{
	(void)state;
	assert_refused("400", DIMENSION_ENERGY | DIMENSION_ENERGY_PER_NUCLEON, "400",
	    "missing unit: keV, MeV, GeV, keV/u, MeV/u or GeV/u");
	assert_refused("0", ANY_LENGTH, "0", "missing unit: um, mm, cm or m");
	assert_refused("0.05", DIMENSION_FRACTION, "0.05", "missing unit: %");
	assert_refused("3 MeV", ANY_LENGTH, "MeV", "MeV is a unit of energy, expected um");
	assert_refused("3 CM", ANY_LENGTH, "CM", "did you mean cm?");
	assert_refused("3 parsec", ANY_LENGTH, "parsec", "unknown unit parsec");
	assert_refused("3 mm", DIMENSION_NUMBER, "mm", "expected a plain number");
}

static void
badly_written_numbers_say_why(void **state)
{
	(void)state;
	assert_refused("0,5 mm", ANY_LENGTH, ",5 mm", "found a comma, expected a decimal point");
	assert_refused("1 000 mm", ANY_LENGTH, "000 mm", "unknown unit");
	assert_refused("3 mm mm", ANY_LENGTH, "mm mm", "unknown unit");
	assert_refused("3 \x01\xff", ANY_LENGTH, "\x01\xff", "unknown unit ??");
}

static void
counts_are_exact(void **state)
{
	(void)state;
	assert_true(count_of("1e6") == 1000000);
	assert_true(count_of("2.5e3") == 2500);
	assert_true(count_of("+7") == 7);
	assert_true(count_of("25000e-3") == 25);
	assert_true(count_of("12.000") == 12);
	assert_true(count_of("0e123456789012") == 0);
	assert_true(count_of("9007199254740993") == 9007199254740993);
	assert_true(count_of("18446744073709551615") == UINT64_MAX);
}

static void
what_is_no_count_is_refused(void **state)
{
	(void)state;
	assert_count_refused("1.5", "found 1.5, expected a whole number");
	assert_count_refused("1e-3", "whole number");
	assert_count_refused("1e-99999999999999999999", "whole number");
	assert_count_refused("-3", "not negative");
	assert_count_refused("18446744073709551616", "expected at most 18446744073709551615");
	assert_count_refused("1e20", "expected at most");
	assert_count_refused("1e99999999999999999999", "expected at most");
	assert_count_refused("5 mm", "found mm after the number");
	assert_count_refused("many", "found many");
	assert_count_refused("", "found nothing");
}

static void
written_numbers_read_back_to_the_bit(void **state)
{
	double value = 1.0 / 3.0;
	struct quantity q;
	struct span at;
	struct err e;

	(void)state;
	for (int i = 0; i < 300; i++) {
		char text[80];

		value *= i % 2 == 0 ? 7.31e-3 : -1234.567;
		for (size_t k = 0; unit_at(k) != NULL; k++) {
			const struct unit *u = unit_at(k);

			if (u->factor != 1.0)
				continue;
			quantity_number(text, value, u);
			strcat(strcat(text, " "), u->name);
			assert_int_equal(quantity_parse(&q, text, u->dimension, &at, &e), 0);
			assert_true(q.value == value);
		}
	}
}

static void
numbers_are_written_short(void **state)
{
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	assert_string_equal(decimal_write(text, 0.1, -1), "1");
	assert_string_equal(decimal_write(text, -0.05, 2), "-0.0005");
	assert_string_equal(decimal_write(text, 4800.0, 0), "4800");
	assert_string_equal(decimal_write(text, 12.5, 0), "12.5");
	assert_string_equal(decimal_write(text, 1.25e-9, 0), "1.25e-9");
	assert_string_equal(decimal_write(text, 3e22, 0), "3e22");
	assert_string_equal(decimal_write(text, -0.0, 0), "0");
}

static void
the_locale_changes_nothing(void **state)
{
	char text[DECIMAL_TEXT_MAX];

	(void)state;
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
		print_message("no German locale here: only \"C\" was tried\n");
	assert_true(value_of("1.5 mm", ANY_LENGTH) == 0.15);
	assert_string_equal(decimal_write(text, 1.5, 0), "1.5");
	setlocale(LC_ALL, "C");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit_converts),
		cmocka_unit_test(a_length_is_the_same_double_in_every_unit),
		cmocka_unit_test(an_exponent_is_not_taken_for_a_unit),
		cmocka_unit_test(zero_has_no_sign),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(what_no_double_can_hold_is_refused),
		cmocka_unit_test(a_unit_must_be_there_and_fit),
		cmocka_unit_test(badly_written_numbers_say_why),
		cmocka_unit_test(counts_are_exact),
		cmocka_unit_test(what_is_no_count_is_refused),
		cmocka_unit_test(written_numbers_read_back_to_the_bit),
		cmocka_unit_test(numbers_are_written_short),
		cmocka_unit_test(the_locale_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
