/* A user's stopping table is read in each of its layouts, or refused where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/stopping_file.h"

#define DENSITY_g_cm3 1.25
#define NUMBERS "0.01 420\n0.1 814.5\n1 258.05\n10 45.33\n"

static struct diagnostics diagnostics;
static struct stopping_table table;

static int
forget(void **state)
{
	(void)state;
	diagnostics_free(&diagnostics);
	stopping_table_free(&table);
	return 0;
}

static int
parse(const char *text, const char *ion_name)
{
	struct text_file f;
	struct ion ion;
	struct err e;
	int rc;

	assert_int_equal(ion_parse(&ion, ion_name, &e), 0);
	assert_int_equal(text_file_copy(&f, "t.txt", text, strlen(text), &e), 0);
	rc = stopping_file_parse(&table, &f, &ion, DENSITY_g_cm3, &diagnostics, &e);
	text_file_free(&f);
	if (rc == 0)
		assert_int_equal(diagnostics.n, 0);
	return rc;
}

/* Asserts that the n-th error begins with the place and has these words in it. */
static void
assert_error(size_t n, const char *place, const char *words)
{
	const char *text;

	assert_true(n < diagnostics.n_kept);
	text = diagnostics.kept[n].text;
	if (strncmp(text, place, strlen(place)) != 0 || strstr(text, words) == NULL)
		fail_msg("expected %s ... %s, found:\n%s", place, words, text);
}

static void
assert_refused(const char *text, const char *place, const char *words)
{
	assert_int_equal(parse(text, "proton"), -1);
	assert_null(table.energy_MeV);
	assert_error(0, place, words);
	diagnostics_free(&diagnostics);
}

static void
two_columns_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse("# own\n\n  # more\n" NUMBERS "20, 26.0 # note\r\n30;18.7\n", "proton"), 0);
	assert_int_equal(table.n, 6);
	assert_true(table.energy_MeV[1] == 0.1);
	assert_true(table.stopping_MeV_cm2_g[1] == 814.5);
	assert_true(table.energy_MeV[5] == 30.0);
	assert_true(table.stopping_MeV_cm2_g[5] == 18.7);
}

static void
named_units_are_converted(void **state)
{
	(void)state;
	assert_int_equal(parse("# energy: keV/u\n# stopping_power: keV/um\n10 1\n20 2\n30 3\n40 4\n",
	    "C-12"), 0);
	assert_true(table.energy_MeV[0] == 0.01 * 12);
	assert_true(table.stopping_MeV_cm2_g[3] == 4 * 10.0 / DENSITY_g_cm3);
	forget(NULL);
	assert_int_equal(parse("#Energy: GeV\n# stopping_power: MeV/cm\n1 5\n2 4\n3 3\n4 2\n", "C-12"), 0);
	assert_true(table.energy_MeV[0] == 1000.0);
	assert_true(table.stopping_MeV_cm2_g[0] == 4.0);
}

static void
nist_tables_are_read(void **state)
{
	static const char text[] =
	    "PSTAR: Stopping Powers and Range Tables for Protons\n\nWATER, LIQUID\n\n"
	    "Kinetic   Electron. Nuclear   Total     CSDA      Projected Detour\n"
	    "Energy    Stp. Pow. Stp. Pow. Stp. Pow. Range     Range     Factor\n"
	    "MeV       MeV cm2/g MeV cm2/g MeV cm2/g g/cm2     g/cm2     Projected / CSDA\n\n"
	    "1.000E-03 1.337E+02 4.315E+01 1.769E+02 6.319E-06 2.878E-06 0.4555 \n"
	    "1.500E-03 1.638E+02 3.460E+01 1.984E+02 8.969E-06 4.400E-06 0.4906 \n"
	    "2.000E-03 1.891E+02 2.927E+01 2.184E+02 1.137E-05 5.909E-06 0.5197 \n"
	    "2.500E-03 2.114E+02 2.557E+01 2.370E+02 1.357E-05 7.380E-06 0.5440 \n";

	(void)state;
	assert_int_equal(parse(text, "proton"), 0);
	assert_int_equal(table.n, 4);
	assert_true(table.energy_MeV[3] == 0.0025);
	assert_true(table.stopping_MeV_cm2_g[3] == 211.4);
	forget(NULL);
	assert_int_equal(parse(text, "C-12"), -1);
	assert_error(0, "t.txt:1:1: ", "a table for protons, but the beam is C-12");
}

static void
nist_tables_with_chosen_columns_are_read(void **state)
{
	(void)state;
	assert_int_equal(parse("ASTAR: Stopping Powers and Range Tables for Helium Ions\n"
	    "Kinetic|Electron.|Detour|\nEnergy|Stp. Pow.|Factor|\nMeV|MeV cm2/g|Projected / CSDA|\n"
	    "1.0E-03|8.082E+01|0.1|\n1.5E-03|9.7E+01|0.2|\n2.0E-03|1.1E+02|0.3|\n2.5E-03|1.2E+02|0.4|\n",
	    "alpha"), 0);
	assert_true(table.stopping_MeV_cm2_g[0] == 80.82);
	forget(NULL);
	assert_refused("Kinetic Total\nEnergy Stp. Pow.\n1 2\n3 4\n", "t.txt:1:1: ",
	    "no column is headed \"Electronic\"");
	assert_refused("Kinetic Nuclear Electron.\n1 2\n3 4\n", "t.txt:2:1: ", "found 2 columns");
}

static void
errors_are_shown_all_at_once_where_they_are(void **state)
{
	(void)state;
	assert_int_equal(parse(NUMBERS "9 30\nx 2\n20 -1\n30 nan\n40 5 6\n50 1e999\n60\n", "proton"), -1);
	assert_int_equal(diagnostics.n, 7);
	assert_error(0, "t.txt:5:1: ", "not above the one before");
	assert_error(1, "t.txt:6:1: ", "expected numbers");
	assert_error(2, "t.txt:7:4: ", "found -1, expected a positive number");
	assert_error(3, "t.txt:8:4: ", "found nan, expected a number");
	assert_error(4, "t.txt:9:1: ", "columns is 3, expected 2");
	assert_error(5, "t.txt:10:4: ", "found 1e999");
	assert_error(6, "t.txt:11:1: ", "columns is 1, expected 2");
}

static void
what_is_no_table_is_refused(void **state)
{
	(void)state;
	assert_refused("", "t.txt:1:1: ", "found 0 points");
	assert_refused("1 2\n3 4\n5 6\n", "t.txt:3:", "found 3 points, expected at least 4");
	assert_refused("Dear reader,\n\nhello\n", "t.txt:1:1: ", "found only text");
	assert_refused("1 2 3\n", "t.txt:1:1: ", "found 3 columns, expected 2");
	assert_refused("1 2 3 4 5 6 7 8 9\n", "t.txt:1:17: ", "more than 8 columns");
	assert_refused("0 1\n" NUMBERS, "t.txt:1:1: ", "found 0, expected a positive number");
	assert_refused("1 1\n1 2\n", "t.txt:2:1: ", "not above");
	assert_refused("1 1\n\x80\n", "t.txt:2:1: ", "not UTF-8");
	assert_refused("# energy: parsec\n" NUMBERS, "t.txt:1:11: ", "unknown unit of energy parsec");
	assert_refused("# stopping_power: J\n" NUMBERS, "t.txt:1:19: ", "unknown unit of stopping");
	assert_refused(NUMBERS "# energy: keV\n", "t.txt:5:1: ", "before the first numbers");
}

static void
too_many_points_are_refused(void **state)
{
	size_t room = (size_t)(STOPPING_POINTS_MAX + 1) * 10, used = 0;
	char *text = malloc(room + 1);

	(void)state;
	assert_non_null(text);
	for (int i = 1; i <= STOPPING_POINTS_MAX + 1; i++)
		used += (size_t)snprintf(text + used, room + 1 - used, "%d 1\n", i);
	assert_int_equal(parse(text, "proton"), -1);
	assert_int_equal(diagnostics.n, 0);   /* the whole file is at fault: it is in the error record */
	*strrchr(text, '1') = '\0';
	*strrchr(text, '\n') = '\0';
	assert_int_equal(parse(text, "proton"), 0);
	assert_int_equal(table.n, STOPPING_POINTS_MAX);
	free(text);
}

static void
a_file_that_cannot_be_read_says_so(void **state)
{
	struct ion ion;
	struct err e;

	(void)state;
	assert_int_equal(ion_parse(&ion, "proton", &e), 0);
	assert_int_equal(stopping_file_read(&table, "/nonexistent", &ion, 1.0, &diagnostics, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_string_equal(e.text, "/nonexistent: No such file or directory");
	assert_int_equal(stopping_file_read(&table, "/", &ion, 1.0, &diagnostics, &e), -1);
	assert_string_equal(e.text, "/: is a directory, expected a file");
	assert_int_equal(stopping_file_read(&table, "/dev/zero", &ion, 1.0, &diagnostics, &e), -1);
	assert_string_equal(e.text, "/dev/zero: not a regular file");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(two_columns_are_read, forget),
		cmocka_unit_test_teardown(named_units_are_converted, forget),
		cmocka_unit_test_teardown(nist_tables_are_read, forget),
		cmocka_unit_test_teardown(nist_tables_with_chosen_columns_are_read, forget),
		cmocka_unit_test_teardown(errors_are_shown_all_at_once_where_they_are, forget),
		cmocka_unit_test_teardown(what_is_no_table_is_refused, forget),
		cmocka_unit_test_teardown(too_many_points_are_refused, forget),
		cmocka_unit_test_teardown(a_file_that_cannot_be_read_says_so, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
