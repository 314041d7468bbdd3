/* Builds the plan from the checked values of a job file. */
#include "io/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/job_build.h"

#define CUTOFF_g_cm2 0.002          /* default: 0.02 mm of water */
#define CUTOFF_VOXELS 0.05          /* ... or this part of the shortest edge */
#define STEP_g_cm2 2.0              /* default: 2 cm of water */

static double
largest_density_g_cm3(const struct phantom *p)
{
	double largest = 0.0;

	for (int i = 0; i < p->n_layers; i++)
		largest = fmax(largest, p->layer[i].material.density_g_cm3);
	return largest;
}

/* Of the voxels, or of the rings. */
static double
shortest_edge_cm(const struct grid *g)
{
	double edge_cm = g->voxel_cm[AXIS_Z];

	if (g->kind == GRID_CARTESIAN)
		return fmin(edge_cm, fmin(g->voxel_cm[AXIS_X], g->voxel_cm[AXIS_Y]));
	for (int i = 0; i < g->n[AXIS_X]; i++)
		edge_cm = fmin(edge_cm, g->radius_cm[i + 1] - g->radius_cm[i]);
	return edge_cm;
}

/* With materials and grid known, since defaults depend on them. */
static void
set_transport(struct job *j)
{
	struct transport *t = &j->p->transport;
	double density_g_cm3 = largest_density_g_cm3(&j->p->phantom);

	t->step_cm = job_is_given(j, JOB_STEP) ? job_number(j, JOB_STEP) : STEP_g_cm2 / density_g_cm3;
	t->range_fraction = job_number(j, JOB_RANGE_FRACTION);
	t->cutoff_cm = job_is_given(j, JOB_CUTOFF) ? job_number(j, JOB_CUTOFF)
	    : fmin(CUTOFF_VOXELS * shortest_edge_cm(&j->p->scoring.grid), CUTOFF_g_cm2 / density_g_cm3);
	t->has_energy_loss = j->v->value[JOB_ENERGY_LOSS].choice == 1;
	t->has_straggling = j->v->value[JOB_STRAGGLING].choice == 1;
	t->has_scattering = j->v->value[JOB_SCATTERING].choice == 1;
	t->has_single_scattering = j->v->value[JOB_SINGLE_SCATTERING].choice == 1;
	if (t->nuclear != NUCLEAR_OFF && !t->has_energy_loss)
		job_complain(j, JOB_ENERGY_LOSS, job_place(j, JOB_ENERGY_LOSS),
		    "nuclear interactions need the energy loss, expected also 'nuclear: off'");
}

static void
set_cut(struct job *j)
{
	uint64_t first = j->v->value[JOB_RANGE].count, last = j->v->value[JOB_RANGE_MAX].count;
	struct cut *c = &j->p->cut;

	c->first = (uint32_t)first;
	if (!job_is_given(j, JOB_RANGE_MAX))
		last = job_is_given(j, JOB_RANGE) ? first : cut_largest(PLAN_CUT);
	else if (!job_is_good(j, JOB_RANGE_MAX) || !job_is_fine(j, JOB_RANGE))
		return;
	while (c->doublings < CUT_DOUBLINGS_MAX && cut_largest(*c) < last)
		c->doublings++;
	if (cut_largest(*c) != last)
		job_complain(j, JOB_RANGE_MAX, job_place(j, JOB_RANGE_MAX), "expected 1, 2, 4 or 8 times %llu, the "
		    "histories_per_range", (unsigned long long)first);
}

static int
set_plan(struct job *j)
{
	const struct job_values *v = j->v;
	struct plan *p = j->p;

	p->histories = v->value[JOB_HISTORIES].count;
	p->uncertainty = job_is_given(j, JOB_UNCERTAINTY) ? job_number(j, JOB_UNCERTAINTY) : 0.0;
	p->seed = v->value[JOB_SEED].count;
	p->final_states = v->value[JOB_FINAL_STATES].choice == 1;
	p->keeps_leaving = v->value[JOB_LEAVING].choice == 1;
	p->slabs = v->value[JOB_SLABS].choice == 1 ? SLABS_SHARED : SLABS_PER_WORKER;
	p->transport.nuclear = (enum plan_nuclear)v->value[JOB_NUCLEAR].choice;
	set_cut(j);
	if (job_set_beam(j) < 0 || job_set_phantom(j) < 0 || job_set_scoring(j) < 0)
		return -1;
	if (j->has_grid)
		job_align_layers(j);
	if (j->has_grid && j->has_materials)
		set_transport(j);
	return 0;
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
job_read(struct plan *p, struct text_file *job, const char *path, struct diagnostics *d, struct err *e)
{
	char *directory;
	int rc;

	memset(p, 0, sizeof *p);
	if (text_file_read(job, path, JOB_FILE_BYTES_MAX, e) < 0)
		return -1;
	directory = directory_of(path);
	rc = directory == NULL ? err_sys(e, "%s", path) : read_file(p, job, directory, d, e);
	free(directory);
	return rc;
}
