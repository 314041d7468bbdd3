/* Writes a plan as a job file with every key given. */
#include "io/job.h"

#include <string.h>

#include "base/decimal.h"
#include "io/job_keys.h"
#include "io/quantity.h"
#include "model/element.h"

#define SPOTS_INLINE_MAX 50   /* more of them are left in the file that they came from */

static bool
is_list(enum job_id id)
{
	return job_keys[id].type == JOB_IS_LIST || job_keys[id].type == JOB_IS_LIST_OR_FILE;
}

/* Whether the key opens an entry of a list: the first below the list in the table does. */
static bool
opens_entry(enum job_id id)
{
	enum job_id list = job_key_section(id);

	return list + 1 == id && is_list(list);
}

/* "  key:" with the indent of the key's section, or "- key:" where it opens an entry of a list. */
static void
put_key(FILE *out, enum job_id id)
{
	int indent = 0;

	for (enum job_id s = job_key_section(id); s != JOB_N_KEYS; s = job_key_section(s))
		indent += is_list(s) ? 4 : 2;
	if (opens_entry(id))
		fprintf(out, "%*s- %s:", indent - 2, "", job_key_name(id));
	else
		fprintf(out, "%*s%s:", indent, "", job_key_name(id));
}

static void
put_choice(FILE *out, enum job_id id, int choice)
{
	put_key(out, id);
	fprintf(out, " %s\n", job_keys[id].choices[choice]);
}

static void
put_count(FILE *out, enum job_id id, uint64_t count)
{
	put_key(out, id);
	fprintf(out, " %llu\n", (unsigned long long)count);
}

static void
put_quantity(FILE *out, enum job_id id, double value, const char *unit)
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	fprintf(out, " %s %s\n", quantity_number(number, value, unit_by_name(unit)), unit);
}

/* The unit of length in which the values take the fewest digits; mm, then cm, if several do, and
 * um or m only where they save more than one. */
static const char *
shortest_unit(const double *value_cm, int n)
{
	static const char *const names[] = { "mm", "cm", "um", "m" };
	size_t fewest = (size_t)-1;
	const char *best = names[0];

	for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
		char number[DECIMAL_TEXT_MAX];
		size_t digits = k < 2 ? 0 : 1;

		for (int i = 0; i < n; i++)
			digits += strlen(quantity_number(number, value_cm[i], unit_by_name(names[k])));
		if (digits >= fewest)
			continue;
		fewest = digits;
		best = names[k];
	}
	return best;
}

static void
put_length(FILE *out, enum job_id id, double value_cm)
{
	put_quantity(out, id, value_cm, shortest_unit(&value_cm, 1));
}

static void
put_lengths(FILE *out, enum job_id id, int n, const double *value_cm)
{
	const char *unit = shortest_unit(value_cm, n);
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	for (int i = 0; i < n; i++)
		fprintf(out, "%s%s %s", i == 0 ? " [" : ", ",
		    quantity_number(number, value_cm[i], unit_by_name(unit)), unit);
	fputs("]\n", out);
}

static void
put_direction(FILE *out, enum job_id id, const double direction[N_AXES])
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	for (int i = 0; i < N_AXES; i++)
		fprintf(out, "%s%s", i == 0 ? " [" : ", ", decimal_write(number, direction[i], 0));
	fputs("]\n", out);
}

static void
put_plain(FILE *out, enum job_id id, double value)
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	fprintf(out, " %s\n", decimal_write(number, value, 0));
}

/* Per nucleon where that is exact, else of the whole ion. */
static void
put_energy(FILE *out, enum job_id id, double energy_MeV, int A)
{
	double per_nucleon = energy_MeV / A;

	if (A > 1 && per_nucleon * A == energy_MeV)
		put_quantity(out, id, per_nucleon, "MeV/u");
	else
		put_quantity(out, id, energy_MeV, "MeV");
}

static void
put_spot(FILE *out, const struct job_spot_keys *k, const struct spot *s, int A)
{
	put_energy(out, k->energy, s->energy_MeV, A);
	put_quantity(out, k->energy_spread, s->energy_spread, "%");
	if (s->size_cm[0] == s->size_cm[1])
		put_length(out, k->spot_size, s->size_cm[0]);
	else
		put_lengths(out, k->spot_size, 2, s->size_cm);
	put_quantity(out, k->divergence, s->divergence_rad, "mrad");
	put_lengths(out, k->position, N_AXES, s->position_cm);
	put_direction(out, k->direction, s->direction);
	if (k->weight != JOB_N_KEYS)
		put_plain(out, k->weight, s->weight);
}

/* A text in double quotes, whatever it contains. */
static void
put_text(FILE *out, enum job_id id, const char *text)
{
	put_key(out, id);
	fputs(" \"", out);
	for (; *text != '\0'; text++)
		fprintf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	fputs("\"\n", out);
}

static void
put_phase_space(FILE *out, const struct beam *b)
{
	const struct phase_space *s = &b->phase_space;

	put_key(out, JOB_PHASE_SPACE);
	fputc('\n', out);
	put_text(out, JOB_PHASE_SPACE_FILE, b->file);
	put_lengths(out, JOB_PHASE_SPACE_SHIFT, N_AXES, s->shift_cm);
	put_choice(out, JOB_PHASE_SPACE_OTHERS, s->skips_others);
	put_choice(out, JOB_PHASE_SPACE_REUSE, s->is_reused);
	fprintf(out, "  # %llu ions:", (unsigned long long)s->n);
	for (int i = 0; i < s->n_ions; i++)
		fprintf(out, " %s", s->ion[i].name);
	if (s->n_others > 0)
		fprintf(out, "; skipped: %s", s->others);
	fputc('\n', out);
}

/* What a file has no column for is the same for all spots, so that it is found in the first. */
static void
put_beam(FILE *out, const struct beam *b)
{
	bool is_in_file = b->n_spots > SPOTS_INLINE_MAX && b->file != NULL;

	put_key(out, JOB_BEAM);
	fputc('\n', out);
	if (b->phase_space.n > 0) {
		put_phase_space(out, b);
		return;
	}
	put_key(out, JOB_ION);
	fprintf(out, " %s\n", b->ion.name);
	if (b->n_spots == 1 || is_in_file)
		put_spot(out, &job_beam_keys, &b->spot[0], b->ion.A);
	if (b->n_spots == 1)
		return;
	if (is_in_file) {
		put_text(out, JOB_SPOTS, b->file);
		fprintf(out, "  # %d spots\n", b->n_spots);
		return;
	}
	put_key(out, JOB_SPOTS);
	fputc('\n', out);
	for (int i = 0; i < b->n_spots; i++)
		put_spot(out, &job_spots_keys, &b->spot[i], b->ion.A);
}

static bool
is_same_effect(const struct density_effect *a, const struct density_effect *b)
{
	return a->is_known == b->is_known && a->Cbar == b->Cbar && a->X0 == b->X0 && a->X1 == b->X1
	    && a->a == b->a && a->m == b->m && a->delta0 == b->delta0;
}

/* Whether the name, with density and mean excitation energy, gives this material again. */
static bool
is_built_in(const struct material *m)
{
	struct material named;
	struct err e;

	if (material_by_name(&named, m->name, &e) < 0 || material_set_I(&named, m->I_eV, &e) < 0
	    || named.n_elements != m->n_elements || named.is_gas != m->is_gas
	    || !is_same_effect(&named.density_effect, &m->density_effect))
		return false;
	for (int i = 0; i < m->n_elements; i++)
		if (named.element[i].Z != m->element[i].Z
		    || named.element[i].weight != m->element[i].weight)
			return false;
	return true;
}

static void
put_composition(FILE *out, enum job_id id, const struct material *m)
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	for (int i = 0; i < m->n_elements; i++) {
		const struct element *element = element_by_Z(m->element[i].Z);

		fprintf(out, "%s%s: %s %%", i == 0 ? " {" : ", ", element->symbol,
		    quantity_number(number, m->element[i].weight, unit_by_name("%")));
	}
	fputs("}\n", out);
}

static void
put_material(FILE *out, const struct job_layer_keys *k, const struct material *m)
{
	put_key(out, k->material);
	if (is_built_in(m)) {
		fprintf(out, " %s\n", m->name);
		put_quantity(out, k->density, m->density_g_cm3, "g/cm3");
		put_quantity(out, k->excitation, m->I_eV, "eV");
		return;
	}
	fputc('\n', out);
	put_text(out, k->name, m->name);
	put_quantity(out, k->own_density, m->density_g_cm3, "g/cm3");
	put_composition(out, k->composition, m);
	put_quantity(out, k->own_excitation, m->I_eV, "eV");
	put_choice(out, k->state, m->is_gas);
}

static void
put_matter(FILE *out, const struct job_layer_keys *k, const struct layer *l)
{
	const struct stopping_table *t = &l->stopping;

	put_material(out, k, &l->material);
	if (t->n == 0)
		return;
	put_text(out, k->stopping_power, t->file);
	fprintf(out, "  # %d points from %.6g to %.6g MeV\n", t->n, t->energy_MeV[0],
	    t->energy_MeV[t->n - 1]);
}

static void
put_phantom(FILE *out, const struct phantom *p)
{
	put_key(out, JOB_PHANTOM);
	fputc('\n', out);
	if (p->n_layers == 1) {
		put_matter(out, &job_phantom_keys, &p->layer[0]);
		put_lengths(out, JOB_SIZE, N_AXES, p->size_cm);
		return;
	}
	put_lengths(out, JOB_SIZE, 2, p->size_cm);
	put_key(out, JOB_LAYERS);
	fputc('\n', out);
	for (int i = 0; i < p->n_layers; i++) {
		put_length(out, JOB_LAYERS_THICKNESS, p->layer[i].thickness_cm);
		put_matter(out, &job_layers_keys, &p->layer[i]);
	}
}

static void
put_voxels(FILE *out, const struct grid *g)
{
	double size_cm[N_AXES];

	for (int i = 0; i < N_AXES; i++)
		size_cm[i] = g->n[i] * g->voxel_cm[i];
	put_lengths(out, JOB_VOXEL, N_AXES, g->voxel_cm);
	put_lengths(out, JOB_GRID_SIZE, N_AXES, size_cm);
	put_lengths(out, JOB_GRID_ORIGIN, N_AXES, g->origin_cm);
}

static void
put_cylinder(FILE *out, const struct grid *g)
{
	put_key(out, JOB_CYLINDER);
	fputc('\n', out);
	put_lengths(out, JOB_CYLINDER_RADII, g->n[AXIS_X] + 1, g->radius_cm);
	put_length(out, JOB_CYLINDER_DEPTH_BIN, g->voxel_cm[AXIS_Z]);
	put_length(out, JOB_CYLINDER_DEPTH, g->n[AXIS_Z] * g->voxel_cm[AXIS_Z]);
	put_lengths(out, JOB_CYLINDER_AXIS, 2, g->origin_cm);
	put_length(out, JOB_CYLINDER_START, g->origin_cm[AXIS_Z]);
}

static void
put_scoring(FILE *out, const struct plan *p)
{
	const struct scoring *s = &p->scoring;

	put_key(out, JOB_SCORING);
	fputc('\n', out);
	put_key(out, JOB_QUANTITIES);
	fprintf(out, " [dose%s%s%s]\n", s->has_fluence ? ", fluence" : "", s->has_let ? ", let" : "",
	    s->has_yields ? ", yields" : "");
	if (s->has_let)
		put_choice(out, JOB_LET_OF, s->is_let_of_primaries);
	if (s->has_yields)
		put_quantity(out, JOB_YIELD_ANGLE, s->yield_angle_rad, "mrad");
	if (s->delivered_primaries > 0.0)
		put_plain(out, JOB_DELIVERED, s->delivered_primaries);
	if (s->grid.kind == GRID_CYLINDRICAL)
		put_cylinder(out, &s->grid);
	else
		put_voxels(out, &s->grid);
	put_choice(out, JOB_LEAVING, p->keeps_leaving);
	put_choice(out, JOB_SLABS, p->slabs == SLABS_SHARED);
}

static void
put_transport(FILE *out, const struct transport *t)
{
	put_key(out, JOB_TRANSPORT);
	fputc('\n', out);
	put_length(out, JOB_STEP, t->step_cm);
	put_quantity(out, JOB_RANGE_FRACTION, t->range_fraction, "%");
	put_length(out, JOB_CUTOFF, t->cutoff_cm);
	put_choice(out, JOB_ENERGY_LOSS, t->has_energy_loss);
	put_choice(out, JOB_STRAGGLING, t->has_straggling);
	put_choice(out, JOB_SCATTERING, t->has_scattering);
	put_choice(out, JOB_SINGLE_SCATTERING, t->has_single_scattering);
	put_choice(out, JOB_NUCLEAR, (int)t->nuclear);
}

int
job_describe(const struct plan *p, FILE *out)
{
	put_count(out, JOB_HISTORIES, p->histories);
	if (p->uncertainty > 0.0)
		put_quantity(out, JOB_UNCERTAINTY, p->uncertainty, "%");
	put_count(out, JOB_SEED, p->seed);
	put_count(out, JOB_RANGE, p->cut.first);
	put_count(out, JOB_RANGE_MAX, cut_largest(p->cut));
	put_choice(out, JOB_FINAL_STATES, p->final_states);
	put_beam(out, &p->beam);
	put_phantom(out, &p->phantom);
	put_scoring(out, p);
	put_transport(out, &p->transport);
	return ferror(out) ? -1 : 0;
}
