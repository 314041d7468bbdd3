/* Builds the plan from the checked values of a job file. */
#include "io/job.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "io/job_values.h"
#include "io/stopping_file.h"
#include "model/element.h"

#define STEP_g_cm2 0.1              /* default: 1 mm of water */
#define CUTOFF_g_cm2 0.002          /* default: 0.02 mm of water */
#define CUTOFF_VOXELS 0.05          /* ... or this part of the shortest edge */
#define WEIGHT_SUM_TOLERANCE 0.01
#define WEIGHT_QUANTA 1099511627776.0   /* weights are kept as multiples of 2^-40 */
#define VOXELS_TOLERANCE 1e-6       /* of a whole number of voxels, relative */
#define INSIDE_TOLERANCE 1e-9       /* of the grid in the phantom, relative to its size */
#define SAME_TOLERANCE 1e-12        /* closer than that, a size is a whole number of voxels */
#define UNIT_TOLERANCE 4e-15        /* of the square of a unit vector: rounding of its components */
#define AXIS_VOXELS_MAX 1000000
#define GRID_VOXELS_MAX ((uint64_t)1 << 33)

struct job {
	struct plan *p;
	const struct job_values *v;
	const struct text_file *f;
	const char *directory;
	struct diagnostics *d;
	struct err *e;
};

static const char axis_name[N_AXES] = { 'x', 'y', 'z' };

__attribute__((format(printf, 4, 5)))
static void
complain(struct job *j, enum job_id id, struct span at, const char *fmt, ...)
{
	char message[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	diagnostics_add(j->d, j->f, at, "%s: %s", job_keys[id].path, message);
}

static bool
is_good(const struct job *j, enum job_id id)
{
	return j->v->value[id].is_good;
}

static bool
is_given(const struct job *j, enum job_id id)
{
	return j->v->value[id].is_given;
}

static struct span
place(const struct job *j, enum job_id id)
{
	return j->v->value[id].at;
}

static double
number(const struct job *j, enum job_id id)
{
	return j->v->value[id].quantity[0].value;
}

static void
get_vector(const struct job *j, enum job_id id, double out[N_AXES])
{
	for (int i = 0; i < N_AXES; i++)
		out[i] = j->v->value[id].quantity[i].value;
}

/* A limit of a row, in the internal unit; the table is tested to hold only readable ones. */
static double
limit(enum job_id id, const char *text)
{
	struct quantity q = { 0 };
	struct span ignored;
	struct err e;

	quantity_parse(&q, text, job_keys[id].dimensions, &ignored, &e);
	return q.value;
}

/* Lengths in messages: "10.05 cm". */
struct length_text {
	char text[DECIMAL_TEXT_MAX];
};

static struct length_text
in_cm(double value_cm)
{
	struct length_text t;

	snprintf(t.text, sizeof t.text, "%.7g cm", value_cm);
	return t;
}

static bool
set_ion(struct job *j)
{
	const struct job_value *value = &j->v->value[JOB_ION];
	const struct job_value *Z = &j->v->value[JOB_ION_Z], *A = &j->v->value[JOB_ION_A];
	struct ion *ion = &j->p->beam.ion;
	struct err why;
	int rc;

	if (!value->is_good || (value->text == NULL && !(Z->is_good && A->is_good)))
		return false;
	if (value->text != NULL)
		rc = ion_parse(ion, value->text, &why);
	else
		rc = ion_from_numbers(ion, (int)Z->count, (int)A->count, &why);
	if (rc < 0)
		complain(j, JOB_ION, value->at, "%s", why.text);
	return rc == 0;
}

static bool
set_energy(struct job *j)
{
	const struct quantity *q = &j->v->value[JOB_ENERGY].quantity[0];
	const struct job_key *k = &job_keys[JOB_ENERGY];
	int A = j->p->beam.ion.A;
	double per_nucleon;
	char range[80];

	if (!is_good(j, JOB_ENERGY))
		return false;
	j->p->beam.energy_MeV = q->value;
	if (q->dimension == DIMENSION_ENERGY_PER_NUCLEON) {
		j->p->beam.energy_MeV *= A;
		return true;
	}
	per_nucleon = q->value / A;
	if (per_nucleon >= limit(JOB_ENERGY, k->min) && per_nucleon <= limit(JOB_ENERGY, k->max))
		return true;
	complain(j, JOB_ENERGY, place(j, JOB_ENERGY),
	    "%.9g MeV is %.4g MeV/u for %s, outside of %s", q->value, per_nucleon,
	    j->p->beam.ion.name, job_key_range(range, sizeof range, JOB_ENERGY));
	return false;
}

static void
set_energy_spread(struct job *j)
{
	const struct quantity *q = &j->v->value[JOB_ENERGY_SPREAD].quantity[0];
	struct beam *b = &j->p->beam;
	char range[80];

	b->energy_spread = q->value;
	if (!is_good(j, JOB_ENERGY_SPREAD) || q->dimension == DIMENSION_FRACTION)
		return;
	if (q->dimension == DIMENSION_ENERGY_PER_NUCLEON)
		b->energy_spread *= b->ion.A;
	b->energy_spread /= b->energy_MeV;
	if (b->energy_spread >= 0.0
	    && b->energy_spread <= limit(JOB_ENERGY_SPREAD, job_keys[JOB_ENERGY_SPREAD].max))
		return;
	complain(j, JOB_ENERGY_SPREAD, place(j, JOB_ENERGY_SPREAD),
	    "%.4g %% of the mean energy, outside of %s", 100.0 * b->energy_spread,
	    job_key_range(range, sizeof range, JOB_ENERGY_SPREAD));
}

/* Leaves what is a unit vector already as it is, so that a described plan reads back to the bit. */
static void
set_direction(struct job *j)
{
	double *d = j->p->beam.direction, square, length;

	if (!is_good(j, JOB_DIRECTION))
		return;
	get_vector(j, JOB_DIRECTION, d);
	square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
	if (!(square >= 1e-12)) {
		complain(j, JOB_DIRECTION, place(j, JOB_DIRECTION),
		    "the vector has no length, expected at least 1e-6");
		return;
	}
	length = sqrt(square);
	if (fabs(square - 1.0) < UNIT_TOLERANCE)
		return;
	for (int i = 0; i < N_AXES; i++)
		d[i] /= length;
}

static bool
set_beam(struct job *j)
{
	struct beam *b = &j->p->beam;
	bool has_ion = set_ion(j);

	if (has_ion && set_energy(j))
		set_energy_spread(j);
	b->spot_size_cm = number(j, JOB_SPOT_SIZE);
	b->divergence_rad = number(j, JOB_DIVERGENCE);
	get_vector(j, JOB_POSITION, b->position_cm);
	set_direction(j);
	return has_ion;
}

static bool
set_named_material(struct job *j)
{
	const struct job_value *value = &j->v->value[JOB_MATERIAL];
	struct material *m = &j->p->phantom.material;
	struct err why;

	if (material_by_name(m, value->text, &why) < 0) {
		complain(j, JOB_MATERIAL, value->at, "%s", why.text);
		return false;
	}
	if (is_good(j, JOB_DENSITY))
		m->density_g_cm3 = number(j, JOB_DENSITY);
	if (!is_good(j, JOB_EXCITATION)
	    || material_set_I(m, number(j, JOB_EXCITATION), &why) == 0)
		return true;
	complain(j, JOB_EXCITATION, place(j, JOB_EXCITATION), "%s", why.text);
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
get_composition(struct job *j, int *Z, double *weight)
{
	const struct job_values *v = j->v;
	enum job_id id = JOB_MATERIAL_COMPOSITION;
	double sum = 0.0;
	bool is_known = true;

	for (int i = 0; i < v->n_weights; i++) {
		const struct element *element = element_by_symbol(v->weight[i].symbol);
		char found[48];

		if (element == NULL)
			complain(j, id, v->weight[i].at, "unknown element %s, expected a symbol such as "
			    "H, C or Ca", diagnostic_quote(found, sizeof found, v->weight[i].symbol));
		is_known &= element != NULL;
		Z[i] = element != NULL ? element->Z : 0;
		weight[i] = v->weight[i].weight;
		sum += weight[i];
	}
	if (fabs(sum - 1.0) > WEIGHT_SUM_TOLERANCE) {
		complain(j, id, place(j, id), "the weights add up to %.6g %%, expected 100 %% to within "
		    "%g %%", 100.0 * sum, 100.0 * WEIGHT_SUM_TOLERANCE);
		return false;
	}
	settle_weights(weight, v->n_weights, sum);
	return is_known;
}

/* A material of one's own has its density and mean excitation energy in it. */
static bool
refuse_overrides(struct job *j)
{
	static const enum job_id overrides[] = { JOB_DENSITY, JOB_EXCITATION };
	bool is_fine = true;

	for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++) {
		enum job_id id = overrides[i];

		if (!is_given(j, id))
			continue;
		complain(j, id, j->v->value[id].key_at, "only for a material that is named; of your own "
		    "one it is phantom.material.%s", job_key_name(id));
		is_fine = false;
	}
	return is_fine;
}

static bool
set_own_material(struct job *j)
{
	const struct job_value *name = &j->v->value[JOB_MATERIAL_NAME];
	int Z[MATERIAL_ELEMENTS_MAX];
	double weight[MATERIAL_ELEMENTS_MAX], I_eV = 0.0;
	struct err why;

	if (!refuse_overrides(j) || !is_good(j, JOB_MATERIAL_NAME) || !is_good(j, JOB_MATERIAL_DENSITY)
	    || !is_good(j, JOB_MATERIAL_COMPOSITION) || !is_good(j, JOB_MATERIAL_STATE)
	    || !get_composition(j, Z, weight))
		return false;
	if (strlen(name->text) >= MATERIAL_NAME_MAX) {
		complain(j, JOB_MATERIAL_NAME, name->at, "longer than %d bytes", MATERIAL_NAME_MAX - 1);
		return false;
	}
	if (is_good(j, JOB_MATERIAL_EXCITATION))
		I_eV = number(j, JOB_MATERIAL_EXCITATION);
	if (material_from_composition(&j->p->phantom.material, name->text,
	    number(j, JOB_MATERIAL_DENSITY), I_eV, j->v->value[JOB_MATERIAL_STATE].choice == 1,
	    j->v->n_weights, Z, weight, &why) == 0)
		return true;
	complain(j, JOB_MATERIAL, place(j, JOB_MATERIAL), "%s", why.text);
	return false;
}

static bool
set_material(struct job *j)
{
	if (!is_good(j, JOB_MATERIAL))
		return false;
	if (j->v->value[JOB_MATERIAL].text != NULL)
		return set_named_material(j);
	return set_own_material(j);
}

/* The absolute path, so that the plan's description holds wherever it is kept; NULL: errno. */
static char *
resolve(const char *directory, const char *file)
{
	char *joined = NULL, *path;

	if (file[0] == '/')
		return realpath(file, NULL);
	if (asprintf(&joined, "%s/%s", directory, file) < 0)
		return NULL;
	path = realpath(joined, NULL);
	free(joined);
	return path;
}

/* Errors in the table are in d with its own name; that it cannot be read is an error of the job file. */
static int
set_stopping(struct job *j)
{
	const struct job_value *value = &j->v->value[JOB_STOPPING_POWER];
	size_t n_before = j->d->n;
	char found[80];
	char *path;
	int rc;

	if (!value->is_good)
		return 0;
	path = resolve(j->directory, value->text);
	if (path == NULL) {
		complain(j, JOB_STOPPING_POWER, value->at, "%s: %s",
		    diagnostic_quote(found, sizeof found, value->text), strerror(errno));
		return 0;
	}
	rc = stopping_file_read(&j->p->phantom.stopping, path, &j->p->beam.ion,
	    j->p->phantom.material.density_g_cm3, j->d, j->e);
	free(path);
	if (rc < 0 && j->e->kind == ERR_SYSTEM)
		return -1;
	if (rc < 0 && j->d->n == n_before)
		complain(j, JOB_STOPPING_POWER, value->at, "%s", j->e->text);
	return 0;
}

/* The number of voxels along an axis; 0 after an error that names the sizes that fit. */
static int
count_voxels(struct job *j, int axis, double size_cm, double voxel_cm)
{
	double n = floor(size_cm / voxel_cm + 0.5), below = floor(size_cm / voxel_cm);
	struct span at = j->v->value[JOB_VOXEL].element_at[axis];

	if (n > AXIS_VOXELS_MAX) {
		complain(j, JOB_VOXEL, at, "%.0f voxels along %c, expected at most %d", n,
		    axis_name[axis], AXIS_VOXELS_MAX);
		return 0;
	}
	if (n >= 1.0 && fabs(n * voxel_cm - size_cm) <= VOXELS_TOLERANCE * size_cm)
		return (int)n;
	if (below < 1.0)
		complain(j, JOB_VOXEL, at, "longer along %c than the grid of %s, which holds none",
		    axis_name[axis], in_cm(size_cm).text);
	else
		complain(j, JOB_VOXEL, at, "the grid of %s along %c is %.7g voxels of %s, expected a "
		    "whole number; sizes that fit: %s or %s", in_cm(size_cm).text, axis_name[axis],
		    size_cm / voxel_cm, in_cm(voxel_cm).text, in_cm(below * voxel_cm).text,
		    in_cm((below + 1.0) * voxel_cm).text);
	return 0;
}

/* The edge as given; a size / number where the digits given do not suffice ("3.33333 mm"). */
static double
exact_edge(double size_cm, double voxel_cm, int n)
{
	if (fabs(n * voxel_cm - size_cm) <= SAME_TOLERANCE * size_cm)
		return voxel_cm;
	return size_cm / n;
}

/* The lowest coordinate of a box of that size in the middle of the beam. */
static double
lowest(int axis, double size_cm)
{
	return axis == AXIS_Z ? 0.0 : -0.5 * size_cm;
}

static bool
check_inside(struct job *j, int axis, double origin_cm, double size_cm)
{
	double room_cm = j->p->phantom.size_cm[axis], low = lowest(axis, room_cm);
	double tolerance = INSIDE_TOLERANCE * room_cm;
	enum job_id id = is_given(j, JOB_GRID_ORIGIN) ? JOB_GRID_ORIGIN : JOB_GRID_SIZE;

	if (origin_cm >= low - tolerance && origin_cm + size_cm <= low + room_cm + tolerance)
		return true;
	complain(j, id, j->v->value[id].element_at[axis],
	    "the grid reaches along %c from %s to %s, out of the phantom (%s to %s)",
	    axis_name[axis], in_cm(origin_cm).text, in_cm(origin_cm + size_cm).text,
	    in_cm(low).text, in_cm(low + room_cm).text);
	return false;
}

static bool
set_axis(struct job *j, int axis, double size_cm, double voxel_cm)
{
	struct grid *g = &j->p->grid;
	double origin_cm = lowest(axis, size_cm);

	if (is_given(j, JOB_GRID_ORIGIN))
		origin_cm = j->v->value[JOB_GRID_ORIGIN].quantity[axis].value;
	if (!check_inside(j, axis, origin_cm, size_cm))
		return false;
	g->n[axis] = count_voxels(j, axis, size_cm, voxel_cm);
	if (g->n[axis] == 0)
		return false;
	g->voxel_cm[axis] = exact_edge(size_cm, voxel_cm, g->n[axis]);
	g->origin_cm[axis] = origin_cm;
	return true;
}

static bool
set_grid(struct job *j)
{
	double size_cm[N_AXES], voxel_cm[N_AXES];
	bool is_whole = true;
	uint64_t n = 1;

	if (!is_good(j, JOB_SIZE) || !is_good(j, JOB_VOXEL)
	    || (is_given(j, JOB_GRID_SIZE) && !is_good(j, JOB_GRID_SIZE))
	    || (is_given(j, JOB_GRID_ORIGIN) && !is_good(j, JOB_GRID_ORIGIN)))
		return false;
	get_vector(j, is_given(j, JOB_GRID_SIZE) ? JOB_GRID_SIZE : JOB_SIZE, size_cm);
	get_vector(j, JOB_VOXEL, voxel_cm);
	for (int i = 0; i < N_AXES; i++) {
		is_whole &= set_axis(j, i, size_cm[i], voxel_cm[i]);
		n *= (uint64_t)j->p->grid.n[i];
	}
	if (!is_whole || n <= GRID_VOXELS_MAX)
		return is_whole;
	complain(j, JOB_VOXEL, place(j, JOB_VOXEL), "%llu voxels in all, expected at most %llu",
	    (unsigned long long)n, (unsigned long long)GRID_VOXELS_MAX);
	return false;
}

static double
default_cutoff_cm(const struct plan *p)
{
	const double *voxel = p->grid.voxel_cm;
	double edge_cm = fmin(voxel[AXIS_X], fmin(voxel[AXIS_Y], voxel[AXIS_Z]));

	return fmin(CUTOFF_VOXELS * edge_cm, CUTOFF_g_cm2 / p->phantom.material.density_g_cm3);
}

/* With material and grid known, since defaults depend on them. */
static void
set_transport(struct job *j)
{
	struct transport *t = &j->p->transport;

	t->step_cm = is_given(j, JOB_STEP) ? number(j, JOB_STEP)
	    : STEP_g_cm2 / j->p->phantom.material.density_g_cm3;
	t->range_fraction = number(j, JOB_RANGE_FRACTION);
	t->cutoff_cm = is_given(j, JOB_CUTOFF) ? number(j, JOB_CUTOFF) : default_cutoff_cm(j->p);
	t->has_energy_loss = j->v->value[JOB_ENERGY_LOSS].choice == 1;
	t->has_straggling = j->v->value[JOB_STRAGGLING].choice == 1;
	t->has_scattering = j->v->value[JOB_SCATTERING].choice == 1;
}

static int
set_plan(struct job *j)
{
	const struct job_values *v = j->v;
	struct plan *p = j->p;
	bool has_ion, has_material, has_grid;

	p->histories = v->value[JOB_HISTORIES].count;
	p->uncertainty = is_given(j, JOB_UNCERTAINTY) ? number(j, JOB_UNCERTAINTY) : 0.0;
	p->seed = v->value[JOB_SEED].count;
	p->range_histories = (uint32_t)v->value[JOB_RANGE].count;
	p->final_states = v->value[JOB_FINAL_STATES].choice == 1;
	p->slabs = v->value[JOB_SLABS].choice == 1 ? SLABS_SHARED : SLABS_PER_WORKER;
	has_ion = set_beam(j);
	has_material = set_material(j);
	get_vector(j, JOB_SIZE, p->phantom.size_cm);
	has_grid = set_grid(j);
	if (has_material && has_grid)
		set_transport(j);
	return has_ion && has_material ? set_stopping(j) : 0;
}

/* The plan of a text that has been looked through for what is no text. */
static int
read_plan(struct job *j)
{
	struct job_values *v = malloc(sizeof *v);
	size_t n_before = j->d->n;
	int rc;

	if (v == NULL)
		return err_sys(j->e, "%s", j->f->name);
	j->v = v;
	rc = job_values_read(v, j->f, j->d, j->e);
	if (rc == 0)
		rc = set_plan(j);
	job_values_free(v);
	free(v);
	if (rc < 0 && j->e->kind == ERR_SYSTEM)
		return -1;
	return j->d->n > n_before ? diagnostics_summary(j->d, j->f->name, j->e) : rc;
}

static int
read_file(struct plan *p, const struct text_file *f, const char *directory,
    struct diagnostics *d, struct err *e)
{
	struct job j = { .p = p, .f = f, .directory = directory, .d = d, .e = e };
	size_t offset;

	memset(p, 0, sizeof *p);
	e->kind = ERR_NONE;
	if (text_file_find_binary(f, &offset)) {
		diagnostics_add(d, f, (struct span){ offset, 1 }, "found the byte 0x%02x, expected "
		    "UTF-8 text", (unsigned char)f->text[offset]);
		return diagnostics_summary(d, f->name, e);
	}
	if (read_plan(&j) == 0)
		return 0;
	plan_free(p);
	return -1;
}

int
job_read_text(struct plan *p, const char *text, size_t length, const char *name,
    const char *directory, struct diagnostics *d, struct err *e)
{
	struct text_file f;
	int rc;

	if (length > JOB_FILE_BYTES_MAX)
		return err_set(e, ERR_INPUT, "%s: larger than the %zu KiB that a job file may have", name,
		    JOB_FILE_BYTES_MAX / 1024);
	if (text_file_copy(&f, name, text, length, e) < 0)
		return -1;
	rc = read_file(p, &f, directory, d, e);
	text_file_free(&f);
	return rc;
}

/* "." for a bare name; the caller frees it. */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

int
job_read(struct plan *p, const char *path, struct diagnostics *d, struct err *e)
{
	struct text_file f;
	char *directory;
	int rc;

	memset(p, 0, sizeof *p);
	if (text_file_read(&f, path, JOB_FILE_BYTES_MAX, e) < 0)
		return -1;
	directory = directory_of(path);
	rc = directory == NULL ? err_sys(e, "%s", path) : read_file(p, &f, directory, d, e);
	free(directory);
	text_file_free(&f);
	return rc;
}
