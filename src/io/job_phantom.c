/* Builds the phantom of a plan: the layers, their materials and stopping powers, its size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/job_build.h"
#include "io/stopping_file.h"
#include "model/element.h"

#define WEIGHT_SUM_TOLERANCE 0.01
#define WEIGHT_QUANTA 1099511627776.0   /* weights are kept as multiples of 2^-40 */
#define LAYERS_MAX 1000
#define FACE_TOLERANCE 1e-6             /* of a boundary from the face of a voxel: of its depth */
#define FACE_VOXELS_MAX 1e-3            /* ... and at most this part of the voxel */

static bool
set_named_material(struct job *j, const struct job_layer_keys *k, struct material *m)
{
	const struct job_value *value = &j->v->value[k->material];
	struct err why;

	if (material_by_name(m, value->text, &why) < 0) {
		job_complain(j, k->material, value->at, "%s", why.text);
		return false;
	}
	if (job_is_good(j, k->density))
		m->density_g_cm3 = job_number(j, k->density);
	if (!job_is_good(j, k->excitation)
	    || material_set_I(m, job_number(j, k->excitation), &why) == 0)
		return true;
	job_complain(j, k->excitation, job_place(j, k->excitation), "%s", why.text);
	return false;
}

/* Rounds the weights to multiples of 2^-40 with the sum 1, the largest taking the rest. All sums of
 * such numbers are exact: normalised once more, they do not change. */
static void
settle_weights(double *weight, int n, double sum)
{
	double rest = 1.0;
	int largest = 0;

	for (int i = 0; i < n; i++) {
		weight[i] = floor(weight[i] / sum * WEIGHT_QUANTA + 0.5) / WEIGHT_QUANTA;
		rest -= weight[i];
		if (weight[i] > weight[largest])
			largest = i;
	}
	weight[largest] += rest;
}

static bool
get_composition(struct job *j, enum job_id id, int *Z, double *weight)
{
	const struct job_values *v = j->v;
	double sum = 0.0;
	bool is_known = true;

	for (int i = 0; i < v->n_weights; i++) {
		const struct element *element = element_by_symbol(v->weight[i].symbol);
		char found[48];

		if (element == NULL)
			job_complain(j, id, v->weight[i].at, "unknown element %s, expected a symbol such as "
			    "H, C or Ca", diagnostic_quote(found, sizeof found, v->weight[i].symbol));
		is_known &= element != NULL;
		Z[i] = element != NULL ? element->Z : 0;
		weight[i] = v->weight[i].weight;
		sum += weight[i];
	}
	if (fabs(sum - 1.0) > WEIGHT_SUM_TOLERANCE) {
		job_complain(j, id, job_place(j, id), "the weights add up to %.6g %%, expected 100 %% to "
		    "within %g %%", 100.0 * sum, 100.0 * WEIGHT_SUM_TOLERANCE);
		return false;
	}
	settle_weights(weight, v->n_weights, sum);
	return is_known;
}

/* A material of one's own has its density and mean excitation energy in it. */
static bool
refuse_overrides(struct job *j, const struct job_layer_keys *k)
{
	const enum job_id overrides[] = { k->density, k->excitation };
	bool is_fine = true;

	for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++) {
		enum job_id id = overrides[i];

		if (!job_is_given(j, id))
			continue;
		job_complain(j, id, j->v->value[id].key_at, "only for a material that is named; of your own "
		    "one it is %s.%s", job_keys[k->material].path, job_key_name(id));
		is_fine = false;
	}
	return is_fine;
}

static bool
set_own_material(struct job *j, const struct job_layer_keys *k, struct material *m)
{
	const struct job_value *name = &j->v->value[k->name];
	int Z[MATERIAL_ELEMENTS_MAX];
	double weight[MATERIAL_ELEMENTS_MAX], I_eV = 0.0;
	struct err why;

	if (!refuse_overrides(j, k) || !job_is_good(j, k->name) || !job_is_good(j, k->own_density)
	    || !job_is_good(j, k->composition) || !job_is_good(j, k->state)
	    || !get_composition(j, k->composition, Z, weight))
		return false;
	if (strlen(name->text) >= MATERIAL_NAME_MAX) {
		job_complain(j, k->name, name->at, "longer than %d bytes", MATERIAL_NAME_MAX - 1);
		return false;
	}
	if (job_is_good(j, k->own_excitation))
		I_eV = job_number(j, k->own_excitation);
	if (material_from_composition(m, name->text, job_number(j, k->own_density), I_eV,
	    j->v->value[k->state].choice == 1, j->v->n_weights, Z, weight, &why) == 0)
		return true;
	job_complain(j, k->material, job_place(j, k->material), "%s", why.text);
	return false;
}

static bool
set_material(struct job *j, const struct job_layer_keys *k, struct material *m)
{
	if (!job_is_good(j, k->material))
		return false;
	if (j->v->value[k->material].text != NULL)
		return set_named_material(j, k, m);
	return set_own_material(j, k, m);
}

/* Errors in the table are in d with its own name; that it cannot be read is an error of the job file. */
static int
set_stopping(struct job *j, enum job_id id, struct layer *l)
{
	size_t n_before = j->d->n;
	char *path;
	int rc;

	if (!job_is_good(j, id))
		return 0;
	if (j->p->beam.phase_space.n_ions > 1) {
		job_complain(j, id, job_place(j, id), "the phase space has %d kinds of ions, and a table is for one",
		    j->p->beam.phase_space.n_ions);
		return 0;
	}
	path = job_file_path(j, id);
	if (path == NULL)
		return 0;
	rc = stopping_file_read(&l->stopping, path, &j->p->beam.ion, l->material.density_g_cm3, j->d,
	    j->e);
	free(path);
	if (rc < 0 && j->e->kind == ERR_SYSTEM)
		return -1;
	if (rc < 0 && j->d->n == n_before)
		job_complain(j, id, job_place(j, id), "%s", j->e->text);
	return 0;
}

static int
allocate(struct job *j, size_t n)
{
	j->p->phantom.layer = calloc(n, sizeof *j->p->phantom.layer);
	if (j->p->phantom.layer == NULL)
		return err_sys(j->e, "%s", j->f->name);
	j->p->phantom.n_layers = (int)n;
	return 0;
}

/* What a layer is made of. */
static int
set_matter(struct job *j, const struct job_layer_keys *k, struct layer *l)
{
	bool has_material = set_material(j, k, &l->material);

	j->has_materials &= has_material;
	return has_material && j->has_ion ? set_stopping(j, k->stopping_power, l) : 0;
}

static int
set_layer(struct job *j, const struct yaml_node *node, struct layer *l)
{
	if (job_values_read_item(j->v, JOB_LAYERS, node, j->f, j->d, j->e) < 0)
		return -1;
	if (node->kind == YAML_MAPPING)
		j->has_size &= job_is_good(j, JOB_LAYERS_THICKNESS);
	else
		j->has_size = false;
	l->thickness_cm = job_number(j, JOB_LAYERS_THICKNESS);
	return set_matter(j, &job_layers_keys, l);
}

/* The size along z is the sum of the thicknesses in their order: all that need a boundary sum up so. */
static int
set_layers(struct job *j)
{
	const struct yaml_node *list = j->v->value[JOB_LAYERS].list;
	struct phantom *p = &j->p->phantom;
	struct layer *l;

	if (list->n > LAYERS_MAX) {
		job_complain(j, JOB_LAYERS, list->at, "%zu layers, expected at most %d", list->n,
		    LAYERS_MAX);
		j->has_materials = j->has_size = false;
		return 0;
	}
	if (allocate(j, list->n) < 0)
		return -1;
	l = p->layer;
	for (const struct yaml_node *n = list->first; n != NULL; n = n->next, l++) {
		if (set_layer(j, n, l) < 0)
			return -1;
		p->size_cm[AXIS_Z] += l->thickness_cm;
	}
	if (p->size_cm[AXIS_Z] > job_key_limit(JOB_SIZE, job_keys[JOB_SIZE].max)) {
		job_complain(j, JOB_LAYERS, list->at, "%s thick in all, expected at most %s",
		    job_in_cm(p->size_cm[AXIS_Z]).text, job_keys[JOB_SIZE].max);
		j->has_size = false;
	}
	return 0;
}

/* Whether phantom.size has as many edges as it should: without layers three, with them two. */
static bool
check_size(struct job *j)
{
	const struct job_value *size = &j->v->value[JOB_SIZE];
	bool has_layers = job_is_given(j, JOB_LAYERS);

	if (!size->is_good || size->n == (has_layers ? 2 : 3))
		return size->is_good;
	job_complain(j, JOB_SIZE, size->at, "found %d values, expected %s (for example %s)", size->n,
	    has_layers ? "2, along x and y, since the layers fix the third" : "3, along x, y and z",
	    has_layers ? "[10 cm, 10 cm]" : job_keys[JOB_SIZE].example);
	return false;
}

static int
set_single_layer(struct job *j)
{
	struct phantom *p = &j->p->phantom;

	if (allocate(j, 1) < 0)
		return -1;
	p->size_cm[AXIS_Z] = p->layer[0].thickness_cm = j->v->value[JOB_SIZE].quantity[AXIS_Z].value;
	return set_matter(j, &job_phantom_keys, &p->layer[0]);
}

int
job_set_phantom(struct job *j)
{
	static const enum job_id of_one_layer[] = { JOB_MATERIAL, JOB_DENSITY, JOB_EXCITATION,
	    JOB_STOPPING_POWER };
	struct phantom *p = &j->p->phantom;

	j->has_size = check_size(j);
	j->has_materials = true;
	for (int i = AXIS_X; i <= AXIS_Y; i++)
		p->size_cm[i] = j->v->value[JOB_SIZE].quantity[i].value;
	if (!job_is_given(j, JOB_LAYERS))
		return set_single_layer(j);
	job_refuse(j, of_one_layer, sizeof of_one_layer / sizeof of_one_layer[0],
	    "not together with phantom.layers, each of which has its own");
	if (job_is_good(j, JOB_LAYERS))
		return set_layers(j);
	j->has_materials = j->has_size = false;
	return 0;
}

/* The thickness that ends a layer there: begin + thickness = end as doubles, or one unit of the last
 * digit less where rounding leaves no thickness that gives the end itself. */
static double
thickness_between(double begin_cm, double end_cm)
{
	double thickness_cm = end_cm - begin_cm;

	while (begin_cm + thickness_cm < end_cm)
		thickness_cm = nextafter(thickness_cm, INFINITY);
	while (begin_cm + thickness_cm > end_cm)
		thickness_cm = nextafter(thickness_cm, 0.0);
	return thickness_cm;
}

/* The place in the file of the thickness of a layer (from 0), which ends in a voxel. */
static struct span
place_of_layer(const struct job *j, int i)
{
	const struct yaml_node *n = j->v->value[JOB_LAYERS].list->first;

	while (i-- > 0)
		n = n->next;
	for (const struct yaml_node *k = n->first; k != NULL; k = k->next)
		if (strcmp(k->key, job_key_name(JOB_LAYERS_THICKNESS)) == 0)
			return k->at;
	return n->at;
}

static void
complain_cut(struct job *j, int i, double end_cm, double voxel)
{
	const struct grid *g = &j->p->scoring.grid;
	double low_cm = g->origin_cm[AXIS_Z] + floor(voxel) * g->voxel_cm[AXIS_Z];
	double high_cm = g->origin_cm[AXIS_Z] + (floor(voxel) + 1.0) * g->voxel_cm[AXIS_Z];

	job_complain(j, JOB_LAYERS_THICKNESS, place_of_layer(j, i), "the boundary between layers %d and "
	    "%d at a depth of %s cuts the voxel of the scoring grid from %s to %s; depths that fit: %s "
	    "or %s", i + 1, i + 2, job_in_cm(end_cm).text, job_in_cm(low_cm).text,
	    job_in_cm(high_cm).text, job_in_cm(low_cm).text, job_in_cm(high_cm).text);
}

/* Where layer i ends: as given outside of the grid, on the face of a voxel in it. */
static double
aligned_end(struct job *j, int i, double begin_cm, double end_cm)
{
	const struct grid *g = &j->p->scoring.grid;
	double dz_cm = g->voxel_cm[AXIS_Z], voxel = (end_cm - g->origin_cm[AXIS_Z]) / dz_cm;
	double nearest = floor(voxel + 0.5), face_cm = g->origin_cm[AXIS_Z] + nearest * dz_cm;
	double tolerance_cm = fmin(FACE_TOLERANCE * end_cm, FACE_VOXELS_MAX * dz_cm);

	if (nearest < 0.0 || nearest > g->n[AXIS_Z])
		return end_cm;
	if (fabs(end_cm - face_cm) <= tolerance_cm && face_cm > begin_cm
	    && face_cm < j->p->phantom.size_cm[AXIS_Z])
		return face_cm;
	if (end_cm > g->origin_cm[AXIS_Z] && voxel < g->n[AXIS_Z])
		complain_cut(j, i, end_cm, voxel);
	return end_cm;
}

void
job_align_layers(struct job *j)
{
	struct phantom *p = &j->p->phantom;
	double given_cm = 0.0, begin_cm = 0.0;

	for (int i = 0; i < p->n_layers; i++) {
		bool is_last = i == p->n_layers - 1;
		double end_cm;

		given_cm += p->layer[i].thickness_cm;
		end_cm = is_last ? given_cm : aligned_end(j, i, begin_cm, given_cm);
		if (begin_cm + p->layer[i].thickness_cm != end_cm)
			p->layer[i].thickness_cm = thickness_between(begin_cm, end_cm);
		begin_cm += p->layer[i].thickness_cm;
	}
	p->size_cm[AXIS_Z] = begin_cm;
}
