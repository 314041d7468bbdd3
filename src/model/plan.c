/* The canonical text of a plan, its hash, and what differs between two of them. */
#include "model/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/decimal.h"

#define PLAN_TEXT_VERSION 4
/* Raised whenever a change of the program changes the bits of any job: what an older one has done is then not gone
 * on with, nor added to. */
#define PHYSICS_REVISION 4
#define SPOTS_LISTED_MAX 50     /* of more, the text has only hashes */
#define DERIVED_DIGITS "%.9g"   /* for what was computed with functions whose last bits may differ */

static void
put_numbers(FILE *out, const char *section, const char *key, int n, const double *value,
    const char *unit)
{
	char number[DECIMAL_TEXT_MAX];

	fprintf(out, "%s%s:", section, key);
	for (int i = 0; i < n; i++)
		fprintf(out, " %s", decimal_write(number, value[i], 0));
	fprintf(out, "%s%s\n", *unit ? " " : "", unit);
}

static void
put_number(FILE *out, const char *section, const char *key, double value, const char *unit)
{
	put_numbers(out, section, key, 1, &value, unit);
}

static void
put_switch(FILE *out, const char *key, bool is_on)
{
	fprintf(out, "%s: %s\n", key, is_on ? "on" : "off");
}

static void
digits_of(XXH128_hash_t h, char hash[33])
{
	snprintf(hash, 33, "%016llx%016llx", (unsigned long long)h.high64,
	    (unsigned long long)h.low64);
}

static const struct spot_field {
	const char *key;
	size_t offset;
	int n;
	const char *unit;
} spot_fields[] = {
	{ "energy", offsetof(struct spot, energy_MeV), 1, "MeV" },
	{ "energy_spread", offsetof(struct spot, energy_spread), 1, "" },
	{ "spot_size", offsetof(struct spot, size_cm), 2, "cm" },
	{ "divergence", offsetof(struct spot, divergence_rad), 1, "rad" },
	{ "position", offsetof(struct spot, position_cm), N_AXES, "cm" },
	{ "direction", offsetof(struct spot, direction), N_AXES, "" },
	{ "weight", offsetof(struct spot, weight), 1, "" },
};

_Static_assert(sizeof(struct phase_particle) == 8 * sizeof(double), "its hash has no padding in it");

enum { N_SPOT_FIELDS = sizeof spot_fields / sizeof spot_fields[0] };

static const double *
spot_value(const struct spot *s, const struct spot_field *field)
{
	return (const double *)(const void *)((const char *)s + field->offset);
}

/* The weight of a spot that has no others beside it says nothing. */
static void
put_spot(FILE *out, const char *section, const struct spot *s, bool is_alone)
{
	for (int i = 0; i < N_SPOT_FIELDS - is_alone; i++) {
		const struct spot_field *field = &spot_fields[i];

		put_numbers(out, section, field->key, field->n, spot_value(s, field), field->unit);
	}
}

/* 128-bit XXH3 of the values of a field in the order of the spots. */
static int
put_spots_hash(FILE *out, const struct beam *b, const struct spot_field *field)
{
	XXH3_state_t *state = XXH3_createState();
	char hash[33];

	if (state == NULL)
		return -1;
	XXH3_128bits_reset(state);
	for (int i = 0; i < b->n_spots; i++)
		XXH3_128bits_update(state, spot_value(&b->spot[i], field),
		    (size_t)field->n * sizeof(double));
	digits_of(XXH3_128bits_digest(state), hash);
	XXH3_freeState(state);
	fprintf(out, "beam.spots.%s: XXH3 %s\n", field->key, hash);
	return 0;
}

static void
put_phase_space(FILE *out, const struct phase_space *s)
{
	char hash[33];

	digits_of(XXH3_128bits(s->particle, (size_t)s->n * sizeof *s->particle), hash);
	fprintf(out, "beam.phase_space: %llu particles, XXH3 %s\n", (unsigned long long)s->n, hash);
	fprintf(out, "beam.phase_space.ions:");
	for (int i = 0; i < s->n_ions; i++)
		fprintf(out, " %s", s->ion[i].name);
	fputc('\n', out);
}

static int
put_beam(FILE *out, const struct beam *b)
{
	int rc = 0;

	fprintf(out, "beam.ion: %s\n", b->ion.name);
	if (b->phase_space.n > 0) {
		put_phase_space(out, &b->phase_space);
		return 0;
	}
	fprintf(out, "beam.spots: %d\n", b->n_spots);
	if (b->n_spots == 1)
		put_spot(out, "beam.", &b->spot[0], true);
	for (int i = 0; i < b->n_spots && b->n_spots > 1 && b->n_spots <= SPOTS_LISTED_MAX; i++) {
		char section[32];

		snprintf(section, sizeof section, "beam.spots[%d].", i + 1);
		put_spot(out, section, &b->spot[i], false);
	}
	for (int i = 0; i < N_SPOT_FIELDS && b->n_spots > SPOTS_LISTED_MAX; i++)
		rc |= put_spots_hash(out, b, &spot_fields[i]);
	return rc;
}

static void
put_material(FILE *out, const char *section, const struct material *m)
{
	const struct density_effect *d = &m->density_effect;
	char weight[DECIMAL_TEXT_MAX];

	fprintf(out, "%smaterial: %s\n", section, m->name);
	fprintf(out, "%smaterial.composition:", section);
	for (int i = 0; i < m->n_elements; i++)
		fprintf(out, " %d=%s", m->element[i].Z, decimal_write(weight, m->element[i].weight, 0));
	fprintf(out, "\n%smaterial.state: %s\n", section, m->is_gas ? "gas" : "condensed");
	put_number(out, section, "density", m->density_g_cm3, "g/cm3");
	put_number(out, section, "mean_excitation_energy", m->I_eV, "eV");
	fprintf(out, "%smaterial.density_effect: ", section);
	if (!d->is_known)
		fprintf(out, "none\n");
	else
		fprintf(out, DERIVED_DIGITS " " DERIVED_DIGITS " " DERIVED_DIGITS " " DERIVED_DIGITS
		    " " DERIVED_DIGITS " " DERIVED_DIGITS "\n", d->Cbar, d->X0, d->X1, d->a, d->m,
		    d->delta0);
}

static void
put_stopping(FILE *out, const char *section, const struct stopping_table *t)
{
	size_t size = (size_t)t->n * sizeof(double);
	char energy[33], stopping[33];

	if (t->n == 0) {
		fprintf(out, "%sstopping_power: built-in\n", section);
		return;
	}
	digits_of(XXH3_128bits(t->energy_MeV, size), energy);
	digits_of(XXH3_128bits(t->stopping_MeV_cm2_g, size), stopping);
	fprintf(out, "%sstopping_power: %d points, XXH3 %s %s\n", section, t->n, energy, stopping);
}

static void
put_phantom(FILE *out, const struct phantom *p)
{
	fprintf(out, "phantom.layers: %d\n", p->n_layers);
	for (int i = 0; i < p->n_layers; i++) {
		const struct layer *l = &p->layer[i];
		char section[32] = "phantom.";

		if (p->n_layers > 1)
			snprintf(section, sizeof section, "phantom.layers[%d].", i + 1);
		put_material(out, section, &l->material);
		put_stopping(out, section, &l->stopping);
		if (p->n_layers > 1)
			put_number(out, section, "thickness", l->thickness_cm, "cm");
	}
	put_numbers(out, "phantom.", "size", N_AXES, p->size_cm, "cm");
}

static void
put_cylinder(FILE *out, const struct grid *g)
{
	put_numbers(out, "scoring.cylinder.", "radii", g->n[AXIS_X] + 1, g->radius_cm, "cm");
	put_number(out, "scoring.cylinder.", "depth_bin", g->voxel_cm[AXIS_Z], "cm");
	fprintf(out, "scoring.cylinder.depth: %d bins\n", g->n[AXIS_Z]);
	put_numbers(out, "scoring.cylinder.", "axis", 2, g->origin_cm, "cm");
	put_number(out, "scoring.cylinder.", "start", g->origin_cm[AXIS_Z], "cm");
}

static void
put_voxels(FILE *out, const struct grid *g)
{
	put_numbers(out, "scoring.", "voxel", N_AXES, g->voxel_cm, "cm");
	fprintf(out, "scoring.size: %d %d %d voxels\n", g->n[AXIS_X], g->n[AXIS_Y], g->n[AXIS_Z]);
	put_numbers(out, "scoring.", "origin", N_AXES, g->origin_cm, "cm");
}

static void
put_scoring(FILE *out, const struct scoring *s)
{
	fprintf(out, "scoring.quantities: dose%s%s%s\n", s->has_fluence || s->has_let ? " fluence" : "",
	    s->has_let ? " let" : "", s->has_yields ? " yields" : "");
	if (s->has_let)
		fprintf(out, "scoring.let_of: %s\n", s->is_let_of_primaries ? "primaries" : "all");
	if (s->has_yields)
		put_number(out, "scoring.", "yield_angle", s->yield_angle_rad, "rad");
	if (s->delivered_primaries > 0.0)
		put_number(out, "scoring.", "delivered_primaries", s->delivered_primaries, "");
	if (s->grid.kind == GRID_CYLINDRICAL)
		put_cylinder(out, &s->grid);
	else
		put_voxels(out, &s->grid);
}

static const char *const nuclear_name[] = {
	[NUCLEAR_OFF] = "off", [NUCLEAR_ATTENUATION] = "attenuation only", [NUCLEAR_ON] = "on",
};

static void
put_transport(FILE *out, const struct transport *t)
{
	put_number(out, "transport.", "step", t->step_cm, "cm");
	put_number(out, "transport.", "range_fraction", t->range_fraction, "");
	put_number(out, "transport.", "cutoff", t->cutoff_cm, "cm");
	put_switch(out, "transport.energy_loss", t->has_energy_loss);
	put_switch(out, "transport.straggling", t->has_straggling);
	put_switch(out, "transport.scattering", t->has_scattering);
	put_switch(out, "transport.single_scattering", t->has_single_scattering);
	fprintf(out, "transport.nuclear: %s\n", nuclear_name[t->nuclear]);
}

char *
plan_text(const struct plan *p, struct err *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int rc;

	if (out == NULL) {
		err_sys(e, "plan text");
		return NULL;
	}
	fprintf(out, "plan: %d\n", PLAN_TEXT_VERSION);
	fprintf(out, "physics: %d\n", PHYSICS_REVISION);
	fprintf(out, "seed: %llu\n", (unsigned long long)p->seed);
	fprintf(out, "histories_per_range: %lu\n", (unsigned long)p->cut.first);
	fprintf(out, "histories_per_range_max: %lu\n", (unsigned long)cut_largest(p->cut));
	rc = put_beam(out, &p->beam);
	put_phantom(out, &p->phantom);
	put_scoring(out, &p->scoring);
	put_transport(out, &p->transport);
	if (fclose(out) != 0 || rc != 0) {
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

int
beam_check_histories(const struct beam *b, uint64_t end, struct err *e)
{
	const struct phase_space *s = &b->phase_space;

	if (s->n == 0 || s->is_reused || end <= s->n)
		return 0;
	return err_set(e, ERR_INPUT, "%.1000s has %llu particles for %llu histories; 'reuse: yes' in beam.phase_space takes"
	    " them again", b->file, (unsigned long long)s->n, (unsigned long long)end);
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
	for (int i = 0; i < p->phantom.n_layers; i++)
		stopping_table_free(&p->phantom.layer[i].stopping);
	free(p->phantom.layer);
	free(p->beam.spot);
	free(p->beam.phase_space.particle);
	free(p->beam.phase_space.ion);
	free(p->beam.file);
	p->phantom = (struct phantom){ 0 };
	p->beam = (struct beam){ 0 };
}
