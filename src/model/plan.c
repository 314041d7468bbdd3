/* The canonical text of a plan, its hash, and what differs between two of them. */
#include "model/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/decimal.h"

#define PLAN_TEXT_VERSION 1
#define DERIVED_DIGITS "%.9g"   /* for what was computed with functions whose last bits may differ */

static void
put_number(FILE *out, const char *key, double value, const char *unit)
{
	char number[DECIMAL_TEXT_MAX];

	fprintf(out, "%s: %s%s%s\n", key, decimal_write(number, value, 0), *unit ? " " : "", unit);
}

static void
put_vector(FILE *out, const char *key, const double value[N_AXES], const char *unit)
{
	char number[N_AXES][DECIMAL_TEXT_MAX];

	for (int i = 0; i < N_AXES; i++)
		decimal_write(number[i], value[i], 0);
	fprintf(out, "%s: %s %s %s%s%s\n", key, number[AXIS_X], number[AXIS_Y], number[AXIS_Z],
	    *unit ? " " : "", unit);
}

static void
put_switch(FILE *out, const char *key, bool is_on)
{
	fprintf(out, "%s: %s\n", key, is_on ? "on" : "off");
}

static void
put_beam(FILE *out, const struct beam *b)
{
	fprintf(out, "beam.ion: %s\n", b->ion.name);
	put_number(out, "beam.energy", b->energy_MeV, "MeV");
	put_number(out, "beam.energy_spread", b->energy_spread, "");
	put_number(out, "beam.spot_size", b->spot_size_cm, "cm");
	put_number(out, "beam.divergence", b->divergence_rad, "rad");
	put_vector(out, "beam.position", b->position_cm, "cm");
	put_vector(out, "beam.direction", b->direction, "");
}

static void
put_material(FILE *out, const struct material *m)
{
	const struct density_effect *d = &m->density_effect;
	char weight[DECIMAL_TEXT_MAX];

	fprintf(out, "phantom.material: %s\n", m->name);
	fprintf(out, "phantom.material.composition:");
	for (int i = 0; i < m->n_elements; i++)
		fprintf(out, " %d=%s", m->element[i].Z, decimal_write(weight, m->element[i].weight, 0));
	fprintf(out, "\nphantom.material.state: %s\n", m->is_gas ? "gas" : "condensed");
	put_number(out, "phantom.density", m->density_g_cm3, "g/cm3");
	put_number(out, "phantom.mean_excitation_energy", m->I_eV, "eV");
	fprintf(out, "phantom.material.density_effect: ");
	if (!d->is_known)
		fprintf(out, "none\n");
	else
		fprintf(out, DERIVED_DIGITS " " DERIVED_DIGITS " " DERIVED_DIGITS " " DERIVED_DIGITS
		    " " DERIVED_DIGITS " " DERIVED_DIGITS "\n", d->Cbar, d->X0, d->X1, d->a, d->m,
		    d->delta0);
}

static void
digits_of(XXH128_hash_t h, char hash[33])
{
	snprintf(hash, 33, "%016llx%016llx", (unsigned long long)h.high64,
	    (unsigned long long)h.low64);
}

static void
put_stopping(FILE *out, const struct stopping_table *t)
{
	size_t size = (size_t)t->n * sizeof(double);
	char energy[33], stopping[33];

	if (t->n == 0) {
		fprintf(out, "phantom.stopping_power: built-in\n");
		return;
	}
	digits_of(XXH3_128bits(t->energy_MeV, size), energy);
	digits_of(XXH3_128bits(t->stopping_MeV_cm2_g, size), stopping);
	fprintf(out, "phantom.stopping_power: %d points, XXH3 %s %s\n", t->n, energy, stopping);
}

static void
put_grid(FILE *out, const struct grid *g)
{
	put_vector(out, "scoring.voxel", g->voxel_cm, "cm");
	fprintf(out, "scoring.size: %d %d %d voxels\n", g->n[AXIS_X], g->n[AXIS_Y], g->n[AXIS_Z]);
	put_vector(out, "scoring.origin", g->origin_cm, "cm");
}

static void
put_transport(FILE *out, const struct transport *t)
{
	put_number(out, "transport.step", t->step_cm, "cm");
	put_number(out, "transport.range_fraction", t->range_fraction, "");
	put_number(out, "transport.cutoff", t->cutoff_cm, "cm");
	put_switch(out, "transport.energy_loss", t->has_energy_loss);
	put_switch(out, "transport.straggling", t->has_straggling);
	put_switch(out, "transport.scattering", t->has_scattering);
}

char *
plan_text(const struct plan *p, struct err *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL) {
		err_sys(e, "plan text");
		return NULL;
	}
	fprintf(out, "plan: %d\n", PLAN_TEXT_VERSION);
	fprintf(out, "seed: %llu\n", (unsigned long long)p->seed);
	fprintf(out, "histories_per_range: %lu\n", (unsigned long)p->range_histories);
	put_beam(out, &p->beam);
	put_material(out, &p->phantom.material);
	put_stopping(out, &p->phantom.stopping);
	put_vector(out, "phantom.size", p->phantom.size_cm, "cm");
	put_grid(out, &p->grid);
	put_transport(out, &p->transport);
	if (fclose(out) != 0) {
		err_sys(e, "plan text");
		free(text);
		return NULL;
	}
	return text;
}

void
plan_hash(const char *plan_text, char hash[33])
{
	digits_of(XXH3_128bits(plan_text, strlen(plan_text)), hash);
}

/* One line "key: value" of a canonical text. */
struct line {
	const char *key, *value;
	int key_length, value_length;
};

/* Takes the next line; false at the end of the text. */
static bool
next_line(const char **text, struct line *l)
{
	int length = (int)strcspn(*text, "\n");
	const char *colon = memchr(*text, ':', (size_t)length);

	if (length == 0)
		return false;
	l->key = *text;
	l->key_length = colon == NULL ? length : (int)(colon - *text);
	l->value = *text + l->key_length;
	l->value += strspn(l->value, ": ");
	l->value_length = (int)(*text + length - l->value);
	*text += length + ((*text)[length] == '\n');
	return true;
}

static bool
find_line(const char *text, const struct line *wanted, struct line *found)
{
	while (next_line(&text, found))
		if (found->key_length == wanted->key_length
		    && memcmp(found->key, wanted->key, (size_t)wanted->key_length) == 0)
			return true;
	return false;
}

static bool
is_same_value(const struct line *a, const struct line *b)
{
	return a->value_length == b->value_length
	    && memcmp(a->value, b->value, (size_t)a->value_length) == 0;
}

/* What has been put into the caller's buffer; further text is cut off. */
struct difference {
	char *buf;
	size_t n, used;
	int count;
};

static void
put_difference(struct difference *d, const struct line *a, const struct line *b)
{
	const struct line *named = a != NULL ? a : b;
	int n;

	if (d->count++ == 0)
		n = snprintf(d->buf, d->n, "%.*s: %.*s / %.*s", named->key_length, named->key,
		    a != NULL ? a->value_length : 6, a != NULL ? a->value : "absent",
		    b != NULL ? b->value_length : 6, b != NULL ? b->value : "absent");
	else
		n = snprintf(d->buf + d->used, d->n - d->used, "%s%.*s", d->count == 2 ? "; also " : ", ",
		    named->key_length, named->key);
	d->used += (size_t)n;
	if (d->used >= d->n)
		d->used = d->n - 1;
}

const char *
plan_first_difference(const char *text_a, const char *text_b, char *buf, size_t n)
{
	struct difference d = { .buf = buf, .n = n };
	struct line a, b;

	for (const char *s = text_a; next_line(&s, &a); ) {
		if (!find_line(text_b, &a, &b))
			put_difference(&d, &a, NULL);
		else if (!is_same_value(&a, &b))
			put_difference(&d, &a, &b);
	}
	for (const char *s = text_b; next_line(&s, &b); )
		if (!find_line(text_a, &b, &a))
			put_difference(&d, NULL, &b);
	return d.count > 0 ? buf : NULL;
}

void
stopping_table_free(struct stopping_table *t)
{
	free(t->energy_MeV);
	free(t->stopping_MeV_cm2_g);
	free(t->file);
	*t = (struct stopping_table){ 0 };
}

void
plan_free(struct plan *p)
{
	stopping_table_free(&p->phantom.stopping);
}
