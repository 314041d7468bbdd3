/* Reads numbers with units. */
#include "io/quantity.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"
#include "io/diagnostic.h"

#define DEGREE_rad (PI / 180.0)
#define POWER_MAX 100000L   /* of ten, in a count: a larger one means the same */

static const struct unit units[] = {
	{ "%", DIMENSION_FRACTION, -2, 1.0 },
	{ "keV", DIMENSION_ENERGY, -3, 1.0 },
	{ "MeV", DIMENSION_ENERGY, 0, 1.0 },
	{ "GeV", DIMENSION_ENERGY, 3, 1.0 },
	{ "keV/u", DIMENSION_ENERGY_PER_NUCLEON, -3, 1.0 },
	{ "MeV/u", DIMENSION_ENERGY_PER_NUCLEON, 0, 1.0 },
	{ "GeV/u", DIMENSION_ENERGY_PER_NUCLEON, 3, 1.0 },
	{ "um", DIMENSION_LENGTH, -4, 1.0 },
	{ "\u00b5m", DIMENSION_LENGTH, -4, 1.0 },
	{ "\u03bcm", DIMENSION_LENGTH, -4, 1.0 },
	{ "mm", DIMENSION_LENGTH, -1, 1.0 },
	{ "cm", DIMENSION_LENGTH, 0, 1.0 },
	{ "m", DIMENSION_LENGTH, 2, 1.0 },
	{ "mrad", DIMENSION_ANGLE, -3, 1.0 },
	{ "rad", DIMENSION_ANGLE, 0, 1.0 },
	{ "deg", DIMENSION_ANGLE, 0, DEGREE_rad },
	{ "g/cm3", DIMENSION_DENSITY, 0, 1.0 },
	{ "kg/m3", DIMENSION_DENSITY, -3, 1.0 },
	{ "eV", DIMENSION_EXCITATION, 0, 1.0 },
	{ "ms", DIMENSION_TIME, -3, 1.0 },
	{ "s", DIMENSION_TIME, 0, 1.0 },
	{ "min", DIMENSION_TIME, 0, 60.0 },
	{ "h", DIMENSION_TIME, 0, 3600.0 },
};
#define N_UNITS (sizeof units / sizeof units[0])

static const struct { enum dimension dimension; const char *name; } dimension_names[] = {
	{ DIMENSION_FRACTION, "fractions" },
	{ DIMENSION_ENERGY, "energy" },
	{ DIMENSION_ENERGY_PER_NUCLEON, "energy per nucleon" },
	{ DIMENSION_LENGTH, "length" },
	{ DIMENSION_ANGLE, "angle" },
	{ DIMENSION_DENSITY, "density" },
	{ DIMENSION_EXCITATION, "energies of atoms" },
	{ DIMENSION_TIME, "time" },
};

const struct unit *
unit_at(size_t index)
{
	return index < N_UNITS ? &units[index] : NULL;
}

const struct unit *
unit_by_name(const char *name)
{
	for (size_t i = 0; i < N_UNITS; i++)
		if (strcmp(name, units[i].name) == 0)
			return &units[i];
	return NULL;
}

static const char *
dimension_name(enum dimension dimension)
{
	for (size_t i = 0; i < sizeof dimension_names / sizeof dimension_names[0]; i++)
		if (dimension_names[i].dimension == dimension)
			return dimension_names[i].name;
	return "numbers";
}

/* The other spellings of the micrometre are read, but not proposed. */
static bool
is_listed(const struct unit *u, unsigned dimensions)
{
	return (u->dimension & dimensions) != 0 && (unsigned char)u->name[0] < 0x80;
}

const char *
unit_list(char *buf, size_t n, unsigned dimensions)
{
	size_t total = 0, done = 0, used = 0;

	for (size_t i = 0; i < N_UNITS; i++)
		total += is_listed(&units[i], dimensions);
	buf[0] = '\0';
	for (size_t i = 0; i < N_UNITS && used < n; i++) {
		if (!is_listed(&units[i], dimensions))
			continue;
		used += (size_t)snprintf(buf + used, n - used, "%s%s",
		    done == 0 ? "" : done + 1 == total ? " or " : ", ", units[i].name);
		done++;
	}
	return buf;
}

static size_t
skip_blanks(const char *text)
{
	return strspn(text, " \t");
}

static struct span
rest_of(const char *text, size_t offset)
{
	size_t length = strlen(text + offset);

	while (length > 0 && (text[offset + length - 1] == ' ' || text[offset + length - 1] == '\t'))
		length--;
	return (struct span){ offset, length };
}

static int
fail_no_number(const char *text, struct span at, unsigned dimensions, struct err *e)
{
	char found[48], list[120];

	diagnostic_quote(found, sizeof found, text + at.offset);
	if (at.length == 0)
		snprintf(found, sizeof found, "nothing");
	if (dimensions == DIMENSION_NUMBER)
		return err_set(e, ERR_INPUT, "found %s, expected a number", found);
	return err_set(e, ERR_INPUT, "found %s, expected a number with its unit (%s)", found,
	    unit_list(list, sizeof list, dimensions));
}

static int
fail_number(enum decimal_status status, struct err *e)
{
	if (status == DECIMAL_TOO_LONG)
		return err_set(e, ERR_INPUT, "the number has more than %d characters", DECIMAL_LENGTH_MAX);
	return err_set(e, ERR_INPUT, "the number is too %s for a double (1e-307 to 1e308, or 0)",
	    status == DECIMAL_TOO_LARGE ? "large" : "small");
}

/* A unit that was not accepted: why. */
static int
fail_unit(const char *name, unsigned dimensions, struct err *e)
{
	const struct unit *u = unit_by_name(name);
	char found[48], list[120];

	diagnostic_quote(found, sizeof found, name);
	unit_list(list, sizeof list, dimensions);
	if (dimensions == DIMENSION_NUMBER)
		return err_set(e, ERR_INPUT, "found the unit %s, expected a plain number", found);
	if (u != NULL)
		return err_set(e, ERR_INPUT, "%s is a unit of %s, expected %s", found,
		    dimension_name(u->dimension), list);
	if (name[0] == ',')
		return err_set(e, ERR_INPUT, "found a comma, expected a decimal point");
	for (size_t i = 0; i < N_UNITS; i++)
		if (is_listed(&units[i], dimensions) && strcasecmp(name, units[i].name) == 0)
			return err_set(e, ERR_INPUT, "unknown unit %s, did you mean %s?", found,
			    units[i].name);
	return err_set(e, ERR_INPUT, "unknown unit %s, expected %s", found, list);
}

/* The unit in text[at], or NULL for none: 0, or -1 with the reason. */
static int
parse_unit(const struct unit **unit, const char *text, struct span at, unsigned dimensions,
    struct err *e)
{
	char name[32], list[120];

	*unit = NULL;
	if (at.length == 0 && (dimensions & DIMENSION_NUMBER) != 0)
		return 0;
	if (at.length == 0)
		return err_set(e, ERR_INPUT, "missing unit: %s",
		    unit_list(list, sizeof list, dimensions));
	snprintf(name, sizeof name, "%.*s", (int)(at.length < 31 ? at.length : 31), text + at.offset);
	*unit = unit_by_name(name);
	if (*unit == NULL || ((*unit)->dimension & dimensions) == 0)
		return fail_unit(name, dimensions, e);
	return 0;
}

int
quantity_parse(struct quantity *q, const char *text, unsigned dimensions, struct span *at,
    struct err *e)
{
	size_t start = skip_blanks(text), length = decimal_scan(text + start);
	struct span rest = rest_of(text, start + length + skip_blanks(text + start + length));
	enum decimal_status status;

	*at = rest_of(text, start);
	if (length == 0)
		return fail_no_number(text, *at, dimensions, e);
	if (rest.length > 0)
		*at = rest;
	if (parse_unit(&q->unit, text, rest, dimensions, e) < 0)
		return -1;
	*at = (struct span){ start, length };
	status = decimal_read(&q->value, text + start, length, q->unit == NULL ? 0 : q->unit->exponent);
	if (status != DECIMAL_OK)
		return fail_number(status, e);
	q->dimension = q->unit == NULL ? DIMENSION_NUMBER : q->unit->dimension;
	if (q->unit != NULL)
		q->value *= q->unit->factor;
	return 0;
}

/* Appends a decimal digit; false on overflow. */
static bool
append_digit(uint64_t *n, int digit)
{
	return !__builtin_mul_overflow(*n, (uint64_t)10, n)
	    && !__builtin_add_overflow(*n, (uint64_t)digit, n);
}

/* The exact value of text[0..length), which decimal_scan accepted: the digits that
 * stand before the (shifted) point are appended, those behind it must be zero. */
static int
exact_count(uint64_t *n, const char *text, size_t length, const char *found, struct err *e)
{
	size_t mantissa = strcspn(text, "eE");
	long whole = (long)strcspn(text, ".eE"), power = 0;
	long seen = 0;

	if (mantissa > length)
		mantissa = length;
	if (whole > (long)mantissa)
		whole = (long)mantissa;
	if (mantissa < length)
		power = strtol(text + mantissa + 1, NULL, 10);
	if (power < -POWER_MAX || power > POWER_MAX)
		power = power < 0 ? -POWER_MAX : POWER_MAX;
	whole += power;
	*n = 0;
	for (size_t i = 0; i < mantissa; i++) {
		if (text[i] == '.')
			continue;
		if (seen++ >= whole && text[i] != '0')
			return err_set(e, ERR_INPUT, "found %s, expected a whole number", found);
		if (seen <= whole && !append_digit(n, text[i] - '0'))
			return err_set(e, ERR_INPUT, "found %s, expected at most 18446744073709551615",
			    found);
	}
	for (; seen < whole && *n != 0; seen++)
		if (!append_digit(n, 0))
			return err_set(e, ERR_INPUT, "found %s, expected at most 18446744073709551615",
			    found);
	return 0;
}

int
count_parse(uint64_t *n, const char *text, struct span *at, struct err *e)
{
	size_t start = skip_blanks(text), length = decimal_scan(text + start);
	struct span rest = rest_of(text, start + length + skip_blanks(text + start + length));
	char found[48];

	*at = rest_of(text, start);
	diagnostic_quote(found, sizeof found, text + start);
	if (length == 0)
		return err_set(e, ERR_INPUT, "found %s, expected a whole number",
		    at->length > 0 ? found : "nothing");
	if (rest.length > 0) {
		*at = rest;
		return err_set(e, ERR_INPUT, "found %s after the number, expected a plain whole number",
		    diagnostic_quote(found, sizeof found, text + rest.offset));
	}
	if (text[start] == '-')
		return err_set(e, ERR_INPUT, "found %s, expected a whole number, not negative", found);
	if (length > DECIMAL_LENGTH_MAX)
		return fail_number(DECIMAL_TOO_LONG, e);
	start += text[start] == '+';
	return exact_count(n, text + start, length - (text[at->offset] == '+'), found, e);
}

char *
quantity_number(char buf[DECIMAL_TEXT_MAX], double value, const struct unit *unit)
{
	return decimal_write(buf, value, unit->exponent);
}
