/* Reads a user's table of electronic stopping powers. */
#include "io/stopping_file.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/decimal.h"
#include "io/quantity.h"
#include "io/table_text.h"

#define COLUMNS_MAX 8            /* PSTAR and ASTAR print up to 7 */
#define UM_PER_CM 1e4
#define KEV_PER_MEV 1e3

struct column_unit {
	const char *name;
	double scale;              /* MeV/cm, or MeV cm2/g, in one unit */
	bool is_linear;            /* to be divided by the density */
};

static const struct column_unit stopping_units[] = {
	{ "MeV cm2/g", 1.0, false },
	{ "MeV/cm", 1.0, true },
	{ "keV/um", UM_PER_CM / KEV_PER_MEV, true },
};

enum { N_STOPPING_UNITS = sizeof stopping_units / sizeof stopping_units[0] };

struct parser {
	struct stopping_table *t;
	const struct text_file *f;
	const struct ion *ion;
	double density_g_cm3;
	struct diagnostics *d;
	struct err *e;
	const struct unit *energy_unit;
	const struct column_unit *stopping_unit;
	int room;                  /* points allocated */
	int n_columns;             /* of the first line of numbers; 0 before it */
	int stopping_column;       /* from a NIST header; 0: there was none */
	bool has_title;            /* lines of text, as in a NIST file */
	struct span title_at;
};

struct column {
	struct span at;            /* in the file */
	double value;
};

static bool
starts_with(const char *text, const char *word)
{
	return strncasecmp(text, word, strlen(word)) == 0;
}

static void
set_energy_unit(struct parser *p, const char *name, struct span at)
{
	unsigned accepted = DIMENSION_ENERGY | DIMENSION_ENERGY_PER_NUCLEON;
	const struct unit *u = unit_by_name(name);
	char list[120], found[48];

	if (u != NULL && (u->dimension & accepted) != 0)
		p->energy_unit = u;
	else
		diagnostics_add(p->d, p->f, at, "unknown unit of energy %s, expected %s",
		    diagnostic_quote(found, sizeof found, name),
		    unit_list(list, sizeof list, accepted));
}

static void
set_stopping_unit(struct parser *p, const char *name, struct span at)
{
	char found[48];

	for (int i = 0; i < N_STOPPING_UNITS; i++)
		if (strcmp(name, stopping_units[i].name) == 0) {
			p->stopping_unit = &stopping_units[i];
			return;
		}
	diagnostics_add(p->d, p->f, at, "unknown unit of stopping power %s, expected %s, %s or %s",
	    diagnostic_quote(found, sizeof found, name), stopping_units[0].name,
	    stopping_units[1].name, stopping_units[2].name);
}

/* A comment that names a unit; others say nothing to the program. */
static void
read_comment(struct parser *p, const struct table_line *l)
{
	struct span at;
	char name[40];
	bool is_energy = table_directive(l, "energy", name, sizeof name, &at);

	if (!is_energy && !table_directive(l, "stopping_power", name, sizeof name, &at))
		return;
	if (p->n_columns > 0)
		diagnostics_add(p->d, p->f, l->at, "a unit must be named before the first numbers");
	else if (is_energy)
		set_energy_unit(p, name, at);
	else
		set_stopping_unit(p, name, at);
}

/* Which of the columns is the electronic stopping power, from the line that heads them: energy
 * comes first in any case, and may be named in it or not. 0 if the line is no such line. */
static int
electronic_column(const struct table_line *l)
{
	static const char *const heads[] = { "Nucl", "Total", "CSDA", "Projected", "Detour" };
	int column = 1;

	for (size_t i = 0; i < l->length; i++) {
		if (i > 0 && isalpha((unsigned char)l->text[i - 1]))
			continue;
		if (starts_with(l->text + i, "Electron"))
			return column;
		for (size_t k = 0; k < sizeof heads / sizeof heads[0]; k++)
			column += starts_with(l->text + i, heads[k]);
	}
	return 0;
}

/* A table for another particle is a mistake even if its numbers look right. */
static void
check_particle(struct parser *p, const struct table_line *l)
{
	static const struct { const char *title, *particle; int Z, A; } programs[] = {
		{ "PSTAR", "protons", 1, 1 }, { "ASTAR", "helium ions", 2, 4 },
		{ "ESTAR", "electrons", -1, 0 }
	};
	const char *s = l->text + strspn(l->text, TABLE_BLANKS);

	for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
		if (starts_with(s, programs[i].title)
		    && (p->ion->Z != programs[i].Z || p->ion->A != programs[i].A))
			diagnostics_add(p->d, p->f, l->at, "a table for %s, but the beam is %s",
			    programs[i].particle, p->ion->name);
}

static void
read_title(struct parser *p, const struct table_line *l)
{
	int column = electronic_column(l);

	check_particle(p, l);
	if (!p->has_title)
		p->title_at = l->at;
	p->has_title = true;
	if (p->stopping_column == 0)
		p->stopping_column = column;
}

/* Whether the line begins as one of numbers does. */
static bool
is_numeric(const struct table_line *l)
{
	const char *s = l->text + strspn(l->text, TABLE_SEPARATORS);

	return strchr("+-.0123456789", *s) != NULL && *s != '\0';
}

static bool
read_number(struct parser *p, const struct table_line *l, const char *s, struct column *c)
{
	enum decimal_status status;
	char found[48], token[64];

	c->at = table_word(l, s);
	snprintf(token, sizeof token, "%.*s", (int)(c->at.length < 63 ? c->at.length : 63), s);
	if (decimal_scan(s) != c->at.length) {
		diagnostics_add(p->d, p->f, c->at, "found %s, expected a number",
		    diagnostic_quote(found, sizeof found, token));
		return false;
	}
	status = decimal_read(&c->value, s, c->at.length, 0);
	if (status != DECIMAL_OK || c->value <= 0.0) {
		diagnostics_add(p->d, p->f, c->at, "found %s, expected a positive number (1e-307 to 1e308)",
		    diagnostic_quote(found, sizeof found, token));
		return false;
	}
	return true;
}

/* The number of columns, or -1 after an error. */
static int
read_columns(struct parser *p, const struct table_line *l, struct column column[COLUMNS_MAX])
{
	const char *s = l->text + strspn(l->text, TABLE_SEPARATORS), *end = l->text + l->length;
	int n = 0;

	while (s < end && *s != '#') {
		if (n == COLUMNS_MAX) {
			diagnostics_add(p->d, p->f, table_word(l, s), "more than %d columns", COLUMNS_MAX);
			return -1;
		}
		if (!read_number(p, l, s, &column[n++]))
			return -1;
		s += column[n - 1].at.length;
		s += strspn(s, TABLE_SEPARATORS);
	}
	return n;
}

/* Fixes the layout at the first line of numbers. */
static int
set_columns(struct parser *p, const struct table_line *l, int n)
{
	p->n_columns = n;
	if (p->has_title && p->stopping_column == 0)
		diagnostics_add(p->d, p->f, p->title_at, "no column is headed \"Electronic\"; expected "
		    "lines of two numbers, comments after a #, or what NIST PSTAR and ASTAR print");
	else if (p->stopping_column >= n)
		diagnostics_add(p->d, p->f, l->at, "found %d columns, expected the electronic stopping "
		    "power in column %d as the head says", n, p->stopping_column + 1);
	else if (!p->has_title && n != 2)
		diagnostics_add(p->d, p->f, l->at,
		    "found %d columns, expected 2: energy and electronic stopping power", n);
	else
		return 0;
	return -1;
}

static int
grow(struct parser *p)
{
	struct stopping_table *t = p->t;
	size_t room = p->room == 0 ? 128 : 2 * (size_t)p->room;
	double *energy, *stopping;

	if (t->n < p->room)
		return 0;
	energy = realloc(t->energy_MeV, room * sizeof *energy);
	if (energy == NULL)
		return err_sys(p->e, "%s", p->f->name);
	t->energy_MeV = energy;
	stopping = realloc(t->stopping_MeV_cm2_g, room * sizeof *stopping);
	if (stopping == NULL)
		return err_sys(p->e, "%s", p->f->name);
	t->stopping_MeV_cm2_g = stopping;
	p->room = (int)room;
	return 0;
}

static double
energy_MeV(const struct parser *p, const char *s, size_t length)
{
	const struct unit *u = p->energy_unit;
	double value;

	if (decimal_read(&value, s, length, u->exponent) != DECIMAL_OK)
		return 0.0;
	return u->dimension == DIMENSION_ENERGY_PER_NUCLEON ? value * p->ion->A : value;
}

static double
stopping_MeV_cm2_g(const struct parser *p, double value)
{
	const struct column_unit *u = p->stopping_unit;

	return u->is_linear ? value * u->scale / p->density_g_cm3 : value * u->scale;
}

static int
add_point(struct parser *p, const struct column *energy, const struct column *stopping)
{
	struct stopping_table *t = p->t;
	double E = energy_MeV(p, p->f->text + energy->at.offset, energy->at.length);
	double S = stopping_MeV_cm2_g(p, stopping->value);

	if (t->n > 0 && E <= t->energy_MeV[t->n - 1]) {
		diagnostics_add(p->d, p->f, energy->at, "the energy is not above the one before it");
		return 0;
	}
	if (!(E > 0.0 && E <= 1e300 && S > 0.0 && S <= 1e300)) {
		diagnostics_add(p->d, p->f, energy->at, "the values are beyond what a double can hold");
		return 0;
	}
	if (t->n == STOPPING_POINTS_MAX)
		return err_set(p->e, ERR_INPUT, "%s: more than %d points", p->f->name,
		    STOPPING_POINTS_MAX);
	if (grow(p) < 0)
		return -1;
	t->energy_MeV[t->n] = E;
	t->stopping_MeV_cm2_g[t->n++] = S;
	return 0;
}

static int
read_numbers(struct parser *p, const struct table_line *l)
{
	struct column column[COLUMNS_MAX];
	int n = read_columns(p, l, column);

	if (n < 0)
		return 0;
	if (p->n_columns == 0 && set_columns(p, l, n) < 0)
		return err_set(p->e, ERR_INPUT, "%s: unknown layout", p->f->name);
	if (n != p->n_columns) {
		diagnostics_add(p->d, p->f, l->at, "the number of columns is %d, expected %d as above", n,
		    p->n_columns);
		return 0;
	}
	return add_point(p, &column[0], &column[p->stopping_column > 0 ? p->stopping_column : 1]);
}

/* 0, or -1 when reading on makes no sense; what is wrong with the line itself is in d. */
static int
read_line(struct parser *p, const struct table_line *l)
{
	const char *s = l->text + strspn(l->text, TABLE_SEPARATORS);

	if (s >= l->text + l->length)
		return 0;
	if (l->text[0] == '#') {
		read_comment(p, l);
		return 0;
	}
	if (*s == '#')
		return 0;
	if (is_numeric(l))
		return read_numbers(p, l);
	if (p->n_columns == 0) {
		read_title(p, l);
		return 0;
	}
	diagnostics_add(p->d, p->f, l->at, "expected numbers, or a # before a comment");
	return 0;
}

static void
check_whole(struct parser *p, size_t n_before)
{
	struct span end = { p->f->length > 0 ? p->f->length - 1 : 0, 0 };

	if (p->d->n > n_before)
		return;
	if (p->n_columns == 0 && p->has_title)
		diagnostics_add(p->d, p->f, p->title_at, "expected lines of two numbers (energy and "
		    "electronic stopping power), found only text");
	else if (p->t->n < STOPPING_POINTS_MIN)
		diagnostics_add(p->d, p->f, end, "found %d points, expected at least %d", p->t->n,
		    STOPPING_POINTS_MIN);
}

int
stopping_file_parse(struct stopping_table *t, const struct text_file *f, const struct ion *ion,
    double density_g_cm3, struct diagnostics *d, struct err *e)
{
	struct parser p = {
		.t = t, .f = f, .ion = ion, .density_g_cm3 = density_g_cm3, .d = d, .e = e,
		.energy_unit = unit_by_name("MeV"), .stopping_unit = &stopping_units[0]
	};
	size_t n_before = d->n, offset = 0;
	struct table_line l;
	int rc = 0;

	*t = (struct stopping_table){ 0 };
	if (text_file_find_binary(f, &offset)) {
		diagnostics_add(d, f, (struct span){ offset, 1 }, "not UTF-8 text");
		return diagnostics_summary(d, f->name, e);
	}
	for (offset = 0; rc == 0 && table_next_line(f, &offset, &l); )
		rc = read_line(&p, &l);
	if (rc == 0)
		check_whole(&p, n_before);
	if (rc == 0 && d->n > n_before)
		rc = diagnostics_summary(d, f->name, e);
	if (rc < 0)
		stopping_table_free(t);
	return rc;
}

int
stopping_file_read(struct stopping_table *t, const char *path, const struct ion *ion,
    double density_g_cm3, struct diagnostics *d, struct err *e)
{
	struct text_file f;
	int rc;

	*t = (struct stopping_table){ 0 };
	if (text_file_read(&f, path, STOPPING_FILE_BYTES_MAX, e) < 0)
		return -1;
	rc = stopping_file_parse(t, &f, ion, density_g_cm3, d, e);
	text_file_free(&f);
	if (rc < 0)
		return -1;
	t->file = strdup(path);
	if (t->file != NULL)
		return 0;
	stopping_table_free(t);
	return err_sys(e, "%s", path);
}
