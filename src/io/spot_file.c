/* Reads a user's list of spots. */
#include "io/spot_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/nearest.h"
#include "io/job_keys.h"
#include "io/quantity.h"
#include "io/table_text.h"

#define FWHM_PER_SIGMA 2.3548200450309493   /* 2 sqrt(2 ln 2) */
#define UNIT_TOLERANCE 4e-15                /* of the square of a unit vector: rounding of its components */
#define LENGTH_SQUARE_MIN 1e-12

enum column {
	COLUMN_ENERGY,
	COLUMN_ENERGY_SPREAD,
	COLUMN_X,
	COLUMN_Y,
	COLUMN_Z,
	COLUMN_SIGMA_X,
	COLUMN_SIGMA_Y,
	COLUMN_U,
	COLUMN_V,
	COLUMN_W,
	COLUMN_WEIGHT,
	N_COLUMNS
};

/* The row of a job file's key has the limits. */
static const struct { const char *name; enum job_id row; } columns[N_COLUMNS] = {
	[COLUMN_ENERGY] = { "energy", JOB_SPOTS_ENERGY },
	[COLUMN_ENERGY_SPREAD] = { "energy_spread", JOB_SPOTS_ENERGY_SPREAD },
	[COLUMN_X] = { "x", JOB_SPOTS_POSITION },
	[COLUMN_Y] = { "y", JOB_SPOTS_POSITION },
	[COLUMN_Z] = { "z", JOB_SPOTS_POSITION },
	[COLUMN_SIGMA_X] = { "sigma_x", JOB_SPOTS_SPOT_SIZE },
	[COLUMN_SIGMA_Y] = { "sigma_y", JOB_SPOTS_SPOT_SIZE },
	[COLUMN_U] = { "u", JOB_SPOTS_DIRECTION },
	[COLUMN_V] = { "v", JOB_SPOTS_DIRECTION },
	[COLUMN_W] = { "w", JOB_SPOTS_DIRECTION },
	[COLUMN_WEIGHT] = { "weight", JOB_SPOTS_WEIGHT },
};

/* Unless the file says otherwise. */
static const enum column usual_columns[] = { COLUMN_ENERGY, COLUMN_ENERGY_SPREAD, COLUMN_X, COLUMN_Y,
    COLUMN_SIGMA_X, COLUMN_SIGMA_Y, COLUMN_WEIGHT };

enum { N_USUAL_COLUMNS = sizeof usual_columns / sizeof usual_columns[0] };

struct parser {
	struct beam *b;
	const struct text_file *f;
	const struct spot *preset;
	struct diagnostics *d;
	struct err *e;
	const struct unit *energy_unit, *length_unit;
	bool is_fwhm;
	int n_columns;
	enum column column[N_COLUMNS];     /* in the order of the file */
	bool has[N_COLUMNS];
	double min[N_COLUMNS], max[N_COLUMNS];
	int n_lines;                       /* of numbers */
	int room;                          /* spots allocated */
};

/* One line of numbers, in the internal units but for the spread, which is an energy. */
struct row {
	double value[N_COLUMNS];
	struct span at[N_COLUMNS];
};

bool
spot_set_direction(double direction[N_AXES], const double vector[N_AXES])
{
	double square = vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2];
	double length = fabs(square - 1.0) < UNIT_TOLERANCE ? 1.0 : sqrt(square);

	if (!(square >= LENGTH_SQUARE_MIN))
		return false;
	for (int i = 0; i < N_AXES; i++)
		direction[i] = vector[i] / length;
	return true;
}

static const char *
column_name(size_t i, void *ctx)
{
	(void)ctx;
	return i < N_COLUMNS ? columns[i].name : NULL;
}

/* N_COLUMNS if there is none of that name. */
static enum column
find_column(const char *name)
{
	enum column c = 0;

	while (c < N_COLUMNS && strcmp(name, columns[c].name) != 0)
		c++;
	return c;
}

static void
add_column(struct parser *p, const char *word, struct span at)
{
	enum column c;
	char name[40], found[48];
	const char *near;

	snprintf(name, sizeof name, "%.*s", (int)(at.length < 39 ? at.length : 39), word);
	c = find_column(name);
	near = nearest_name(name, column_name, NULL);
	if (c == N_COLUMNS) {
		diagnostics_add(p->d, p->f, at, "unknown column %s%s%s%s",
		    diagnostic_quote(found, sizeof found, name), near != NULL ? ", did you mean " : "",
		    near != NULL ? near : "", near != NULL ? "?" : "");
	} else if (p->has[c]) {
		diagnostics_add(p->d, p->f, at, "column %s named twice", name);
	} else {
		p->column[p->n_columns++] = c;
		p->has[c] = true;
	}
}

static void
set_columns(struct parser *p, const struct table_line *l, struct span at)
{
	const char *s = p->f->text + at.offset, *end = s + at.length;

	memset(p->has, 0, sizeof p->has);
	p->n_columns = 0;
	while (s < end) {
		struct span word = table_word(l, s);

		add_column(p, s, word);
		s += word.length;
		s += strspn(s, TABLE_SEPARATORS);
	}
	if (p->n_columns == 0)
		diagnostics_add(p->d, p->f, at, "expected the names of the columns");
	if (p->has[COLUMN_U] != p->has[COLUMN_V] || p->has[COLUMN_U] != p->has[COLUMN_W])
		diagnostics_add(p->d, p->f, at, "a direction is the three columns u, v and w");
}

static void
set_unit(struct parser *p, const struct unit **unit, unsigned accepted, const char *name,
    struct span at)
{
	const struct unit *u = unit_by_name(name);
	char list[120], found[48];

	if (u != NULL && (u->dimension & accepted) != 0)
		*unit = u;
	else
		diagnostics_add(p->d, p->f, at, "unknown unit %s, expected %s",
		    diagnostic_quote(found, sizeof found, name), unit_list(list, sizeof list, accepted));
}

static void
set_size(struct parser *p, const char *name, struct span at)
{
	char found[48];

	p->is_fwhm = strcmp(name, "fwhm") == 0;
	if (!p->is_fwhm && strcmp(name, "sigma") != 0)
		diagnostics_add(p->d, p->f, at, "found %s, expected sigma or fwhm",
		    diagnostic_quote(found, sizeof found, name));
}

/* A comment that describes the columns; others say nothing to the program. */
static void
read_comment(struct parser *p, const struct table_line *l)
{
	static const char *const keys[] = { "columns", "energy", "length", "size" };
	enum { COLUMNS, ENERGY, LENGTH, SIZE, N_KEYS } key = COLUMNS;
	struct span at;
	char value[40];

	while (key < N_KEYS && !table_directive(l, keys[key], value, sizeof value, &at))
		key++;
	if (key == N_KEYS)
		return;
	if (p->n_lines > 0)
		diagnostics_add(p->d, p->f, l->at, "columns and units must be named before the first "
		    "numbers");
	else if (key == COLUMNS)
		set_columns(p, l, at);
	else if (key == ENERGY)
		set_unit(p, &p->energy_unit, DIMENSION_ENERGY | DIMENSION_ENERGY_PER_NUCLEON, value, at);
	else if (key == LENGTH)
		set_unit(p, &p->length_unit, DIMENSION_LENGTH, value, at);
	else
		set_size(p, value, at);
}

/* The power of ten that the unit of a column stands for. */
static int
exponent_of(const struct parser *p, enum column c)
{
	unsigned dimensions = job_keys[columns[c].row].dimensions;

	if ((dimensions & DIMENSION_ENERGY) != 0)
		return p->energy_unit->exponent;
	return dimensions == DIMENSION_LENGTH ? p->length_unit->exponent : 0;
}

static bool
read_number(struct parser *p, const char *s, enum column c, struct row *row)
{
	enum decimal_status status;
	char found[48], token[64];
	size_t length = row->at[c].length;

	status = decimal_scan(s) == length ? decimal_read(&row->value[c], s, length, exponent_of(p, c))
	    : DECIMAL_TOO_LONG;
	if (status == DECIMAL_OK)
		return true;
	snprintf(token, sizeof token, "%.*s", (int)(length < 63 ? length : 63), s);
	diagnostics_add(p->d, p->f, row->at[c], "%s: found %s, expected a number", columns[c].name,
	    diagnostic_quote(found, sizeof found, token));
	return false;
}

static void
complain_columns(struct parser *p, const struct table_line *l, int n)
{
	char names[200] = "";
	size_t used = 0;

	for (int i = 0; i < p->n_columns; i++)
		used += (size_t)snprintf(names + used, sizeof names - used, " %s",
		    columns[p->column[i]].name);
	diagnostics_add(p->d, p->f, l->at, "found %d columns, expected %d:%s", n, p->n_columns, names);
}

/* Finds the words of a line, all of which are counted and the first of which are kept. */
static int
find_words(const struct table_line *l, struct span word[N_COLUMNS])
{
	const char *s = l->text + strspn(l->text, TABLE_SEPARATORS), *end = l->text + l->length;
	int n = 0;

	for (; s < end && *s != '#'; n++) {
		struct span at = table_word(l, s);

		if (n < N_COLUMNS)
			word[n] = at;
		s += at.length;
		s += strspn(s, TABLE_SEPARATORS);
	}
	return n;
}

static bool
read_row(struct parser *p, const struct table_line *l, struct row *row)
{
	struct span word[N_COLUMNS];
	int n = find_words(l, word);
	bool is_good = true;

	if (n != p->n_columns) {
		complain_columns(p, l, n);
		return false;
	}
	for (int i = 0; i < n; i++) {
		row->at[p->column[i]] = word[i];
		is_good &= read_number(p, p->f->text + word[i].offset, p->column[i], row);
	}
	return is_good;
}

/* Holds a value against the limits of its key. */
static bool
check_value(struct parser *p, enum column c, double value, struct span at)
{
	unsigned dimensions = job_keys[columns[c].row].dimensions;
	const char *unit = "";
	char range[80];

	if (value >= p->min[c] && value <= p->max[c])
		return true;
	if ((dimensions & DIMENSION_FRACTION) != 0)
		unit = " of the energy";
	else if ((dimensions & DIMENSION_ENERGY) != 0)
		unit = " MeV/u";
	else if (dimensions == DIMENSION_LENGTH)
		unit = " cm";
	diagnostics_add(p->d, p->f, at, "%s: %.7g%s is outside of %s", columns[c].name, value, unit,
	    job_key_range(range, sizeof range, columns[c].row));
	return false;
}

static bool
set_energy(struct parser *p, const struct row *row, struct spot *s)
{
	int A = p->b->ion.A;
	bool is_per_nucleon = p->energy_unit->dimension == DIMENSION_ENERGY_PER_NUCLEON;
	double scale = is_per_nucleon ? A : 1.0;

	if (p->has[COLUMN_ENERGY]) {
		s->energy_MeV = row->value[COLUMN_ENERGY] * scale;
		if (!check_value(p, COLUMN_ENERGY, s->energy_MeV / A, row->at[COLUMN_ENERGY]))
			return false;
	}
	if (!p->has[COLUMN_ENERGY_SPREAD])
		return true;
	s->energy_spread = row->value[COLUMN_ENERGY_SPREAD] * scale / s->energy_MeV;
	return check_value(p, COLUMN_ENERGY_SPREAD, s->energy_spread, row->at[COLUMN_ENERGY_SPREAD]);
}

static bool
set_place(struct parser *p, const struct row *row, struct spot *s)
{
	static const enum column position[N_AXES] = { COLUMN_X, COLUMN_Y, COLUMN_Z };
	static const enum column size[2] = { COLUMN_SIGMA_X, COLUMN_SIGMA_Y };
	bool is_good = true;

	for (int i = 0; i < N_AXES; i++)
		if (p->has[position[i]]) {
			s->position_cm[i] = row->value[position[i]];
			is_good &= check_value(p, position[i], s->position_cm[i], row->at[position[i]]);
		}
	for (int i = 0; i < 2; i++)
		if (p->has[size[i]]) {
			s->size_cm[i] = row->value[size[i]] / (p->is_fwhm ? FWHM_PER_SIGMA : 1.0);
			is_good &= check_value(p, size[i], s->size_cm[i], row->at[size[i]]);
		}
	return is_good;
}

static bool
set_direction(struct parser *p, const struct row *row, struct spot *s)
{
	bool is_good = true;

	if (!p->has[COLUMN_U])
		return true;
	for (enum column c = COLUMN_U; c <= COLUMN_W; c++)
		is_good &= check_value(p, c, row->value[c], row->at[c]);
	if (!is_good || spot_set_direction(s->direction, &row->value[COLUMN_U]))
		return is_good;
	diagnostics_add(p->d, p->f, row->at[COLUMN_U],
	    "the vector has no length, expected at least 1e-6");
	return false;
}

static int
grow(struct parser *p)
{
	size_t room = p->room == 0 ? 128 : 2 * (size_t)p->room;
	struct spot *spot;

	if (p->b->n_spots < p->room)
		return 0;
	spot = realloc(p->b->spot, room * sizeof *spot);
	if (spot == NULL)
		return err_sys(p->e, "%s", p->f->name);
	p->b->spot = spot;
	p->room = (int)room;
	return 0;
}

static int
read_spot(struct parser *p, const struct table_line *l)
{
	struct spot s = *p->preset;
	struct row row;

	if (p->n_lines++ == SPOTS_MAX) {
		diagnostics_add(p->d, p->f, l->at, "more than %d spots", SPOTS_MAX);
		return err_set(p->e, ERR_INPUT, "%s: more than %d spots", p->f->name, SPOTS_MAX);
	}
	if (!read_row(p, l, &row) || !set_energy(p, &row, &s) || !set_place(p, &row, &s)
	    || !set_direction(p, &row, &s))
		return 0;
	if (p->has[COLUMN_WEIGHT]) {
		s.weight = row.value[COLUMN_WEIGHT];
		if (!check_value(p, COLUMN_WEIGHT, s.weight, row.at[COLUMN_WEIGHT]))
			return 0;
	}
	if (grow(p) < 0)
		return -1;
	p->b->spot[p->b->n_spots++] = s;
	return 0;
}

/* 0, or -1 when reading on makes no sense; what is wrong with the line itself is in d. */
static int
read_line(struct parser *p, const struct table_line *l)
{
	const char *s = l->text + strspn(l->text, TABLE_SEPARATORS);

	if (s >= l->text + l->length)
		return 0;
	if (*s == '#') {
		read_comment(p, l);
		return 0;
	}
	if (!p->has[COLUMN_ENERGY] && p->preset->energy_MeV == 0.0) {
		diagnostics_add(p->d, p->f, l->at, "there is no column energy, nor is beam.energy given");
		return err_set(p->e, ERR_INPUT, "%s: no energy", p->f->name);
	}
	return read_spot(p, l);
}

static void
start_parser(struct parser *p)
{
	p->energy_unit = unit_by_name("MeV");
	p->length_unit = unit_by_name("cm");
	for (int i = 0; i < N_USUAL_COLUMNS; i++) {
		p->column[p->n_columns++] = usual_columns[i];
		p->has[usual_columns[i]] = true;
	}
	for (enum column c = 0; c < N_COLUMNS; c++) {
		p->min[c] = job_key_limit(columns[c].row, job_keys[columns[c].row].min);
		p->max[c] = job_key_limit(columns[c].row, job_keys[columns[c].row].max);
	}
}

int
spot_file_parse(struct beam *b, const struct text_file *f, const struct spot *preset,
    struct diagnostics *d, struct err *e)
{
	struct parser p = { .b = b, .f = f, .preset = preset, .d = d, .e = e };
	size_t n_before = d->n, offset = 0;
	struct table_line l;
	int rc = 0;

	start_parser(&p);
	if (text_file_find_binary(f, &offset)) {
		diagnostics_add(d, f, (struct span){ offset, 1 }, "not UTF-8 text");
		return diagnostics_summary(d, f->name, e);
	}
	for (offset = 0; rc == 0 && table_next_line(f, &offset, &l); )
		rc = read_line(&p, &l);
	if (rc == 0 && p.n_lines == 0 && d->n == n_before)
		diagnostics_add(d, f, (struct span){ f->length > 0 ? f->length - 1 : 0, 0 },
		    "found no spots, expected lines of numbers");
	if (rc == 0 && d->n > n_before)
		return diagnostics_summary(d, f->name, e);
	return rc;
}

int
spot_file_read(struct beam *b, const char *path, const struct spot *preset,
    struct diagnostics *d, struct err *e)
{
	struct text_file f;
	int rc;

	if (text_file_read(&f, path, SPOT_FILE_BYTES_MAX, e) < 0)
		return -1;
	rc = spot_file_parse(b, &f, preset, d, e);
	text_file_free(&f);
	if (rc < 0)
		return -1;
	b->file = strdup(path);
	return b->file == NULL ? err_sys(e, "%s", path) : 0;
}
