/* Writes a plan as a job file with every key given. */
#include "io/job.h"

#include <string.h>

#include "base/decimal.h"
#include "io/job_keys.h"
#include "io/quantity.h"
#include "model/element.h"

/* "  key: " with the indent of the key's section. */
static void
put_key(FILE *out, enum job_id id)
{
	for (const char *s = job_keys[id].path; *s != '\0'; s++)
		if (*s == '.')
			fputs("  ", out);
	fprintf(out, "%s:", job_key_name(id));
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
put_lengths(FILE *out, enum job_id id, const double value_cm[N_AXES])
{
	const char *unit = shortest_unit(value_cm, N_AXES);
	char number[DECIMAL_TEXT_MAX];

	put_key(out, id);
	for (int i = 0; i < N_AXES; i++)
		fprintf(out, "%s%s %s", i == 0 ? " [" : ", ",
		    quantity_number(number, value_cm[i], unit_by_name(unit)), unit);
	fputs("]\n", out);
}

static void
put_direction(FILE *out, const double direction[N_AXES])
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, JOB_DIRECTION);
	for (int i = 0; i < N_AXES; i++)
		fprintf(out, "%s%s", i == 0 ? " [" : ", ", decimal_write(number, direction[i], 0));
	fputs("]\n", out);
}

/* Per nucleon where that is exact, else of the whole ion. */
static void
put_energy(FILE *out, const struct beam *b)
{
	double per_nucleon = b->energy_MeV / b->ion.A;

	if (b->ion.A > 1 && per_nucleon * b->ion.A == b->energy_MeV)
		put_quantity(out, JOB_ENERGY, per_nucleon, "MeV/u");
	else
		put_quantity(out, JOB_ENERGY, b->energy_MeV, "MeV");
}

static void
put_beam(FILE *out, const struct beam *b)
{
	put_key(out, JOB_BEAM);
	fputc('\n', out);
	put_key(out, JOB_ION);
	fprintf(out, " %s\n", b->ion.name);
	put_energy(out, b);
	put_quantity(out, JOB_ENERGY_SPREAD, b->energy_spread, "%");
	put_length(out, JOB_SPOT_SIZE, b->spot_size_cm);
	put_quantity(out, JOB_DIVERGENCE, b->divergence_rad, "mrad");
	put_lengths(out, JOB_POSITION, b->position_cm);
	put_direction(out, b->direction);
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
put_composition(FILE *out, const struct material *m)
{
	char number[DECIMAL_TEXT_MAX];

	put_key(out, JOB_MATERIAL_COMPOSITION);
	for (int i = 0; i < m->n_elements; i++) {
		const struct element *element = element_by_Z(m->element[i].Z);

		fprintf(out, "%s%s: %s %%", i == 0 ? " {" : ", ", element->symbol,
		    quantity_number(number, m->element[i].weight, unit_by_name("%")));
	}
	fputs("}\n", out);
}

static void
put_material(FILE *out, const struct material *m)
{
	put_key(out, JOB_MATERIAL);
	if (is_built_in(m)) {
		fprintf(out, " %s\n", m->name);
		put_quantity(out, JOB_DENSITY, m->density_g_cm3, "g/cm3");
		put_quantity(out, JOB_EXCITATION, m->I_eV, "eV");
		return;
	}
	fputc('\n', out);
	put_text(out, JOB_MATERIAL_NAME, m->name);
	put_quantity(out, JOB_MATERIAL_DENSITY, m->density_g_cm3, "g/cm3");
	put_composition(out, m);
	put_quantity(out, JOB_MATERIAL_EXCITATION, m->I_eV, "eV");
	put_choice(out, JOB_MATERIAL_STATE, m->is_gas);
}

static void
put_phantom(FILE *out, const struct phantom *p)
{
	const struct stopping_table *t = &p->stopping;

	put_key(out, JOB_PHANTOM);
	fputc('\n', out);
	put_material(out, &p->material);
	if (t->n > 0) {
		put_text(out, JOB_STOPPING_POWER, t->file);
		fprintf(out, "  # %d points from %.6g to %.6g MeV\n", t->n, t->energy_MeV[0],
		    t->energy_MeV[t->n - 1]);
	}
	put_lengths(out, JOB_SIZE, p->size_cm);
}

static void
put_scoring(FILE *out, const struct plan *p)
{
	const struct grid *g = &p->grid;
	double size_cm[N_AXES];

	for (int i = 0; i < N_AXES; i++)
		size_cm[i] = g->n[i] * g->voxel_cm[i];
	put_key(out, JOB_SCORING);
	fputc('\n', out);
	put_lengths(out, JOB_VOXEL, g->voxel_cm);
	put_lengths(out, JOB_GRID_SIZE, size_cm);
	put_lengths(out, JOB_GRID_ORIGIN, g->origin_cm);
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
}

int
job_describe(const struct plan *p, FILE *out)
{
	put_count(out, JOB_HISTORIES, p->histories);
	if (p->uncertainty > 0.0)
		put_quantity(out, JOB_UNCERTAINTY, p->uncertainty, "%");
	put_count(out, JOB_SEED, p->seed);
	put_count(out, JOB_RANGE, p->range_histories);
	put_choice(out, JOB_FINAL_STATES, p->final_states);
	put_beam(out, &p->beam);
	put_phantom(out, &p->phantom);
	put_scoring(out, p);
	put_transport(out, &p->transport);
	return ferror(out) ? -1 : 0;
}
