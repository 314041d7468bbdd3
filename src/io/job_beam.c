/* Builds the beam of a plan: the ion, and the spots from the job file or a file of their own; or a phase space. */
#include <stdlib.h>
#include <string.h>

#include "io/job_build.h"
#include "io/spot_file.h"

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
		job_complain(j, JOB_ION, value->at, "%s", why.text);
	return rc == 0;
}

static bool
set_energy(struct job *j, enum job_id id, struct spot *s)
{
	const struct quantity *q = &j->v->value[id].quantity[0];
	const struct job_key *k = &job_keys[id];
	int A = j->p->beam.ion.A;
	double per_nucleon;
	char range[80];

	if (!job_is_good(j, id))
		return false;
	s->energy_MeV = q->value;
	if (q->dimension == DIMENSION_ENERGY_PER_NUCLEON) {
		s->energy_MeV *= A;
		return true;
	}
	per_nucleon = q->value / A;
	if (per_nucleon >= job_key_limit(id, k->min) && per_nucleon <= job_key_limit(id, k->max))
		return true;
	job_complain(j, id, job_place(j, id), "%.9g MeV is %.4g MeV/u for %s, outside of %s",
	    q->value, per_nucleon, j->p->beam.ion.name, job_key_range(range, sizeof range, id));
	return false;
}

static void
set_energy_spread(struct job *j, enum job_id id, struct spot *s)
{
	const struct quantity *q = &j->v->value[id].quantity[0];
	char range[80];

	s->energy_spread = q->value;
	if (!job_is_good(j, id) || q->dimension == DIMENSION_FRACTION)
		return;
	if (q->dimension == DIMENSION_ENERGY_PER_NUCLEON)
		s->energy_spread *= j->p->beam.ion.A;
	s->energy_spread /= s->energy_MeV;
	if (s->energy_spread >= 0.0 && s->energy_spread <= job_key_limit(id, job_keys[id].max))
		return;
	job_complain(j, id, job_place(j, id), "%.4g %% of the mean energy, outside of %s",
	    100.0 * s->energy_spread, job_key_range(range, sizeof range, id));
}

static void
set_size(struct job *j, enum job_id id, struct spot *s)
{
	const struct job_value *value = &j->v->value[id];

	s->size_cm[0] = value->quantity[0].value;
	s->size_cm[1] = value->quantity[value->n == 2].value;
}

static void
set_direction(struct job *j, enum job_id id, struct spot *s)
{
	double vector[N_AXES];

	if (!job_is_good(j, id))
		return;
	job_vector(j, id, vector);
	if (!spot_set_direction(s->direction, vector))
		job_complain(j, id, job_place(j, id), "the vector has no length, expected at least 1e-6");
}

/* All of a spot but its energy and what is relative to that. */
static void
set_geometry(struct job *j, const struct job_spot_keys *k, struct spot *s)
{
	set_size(j, k->spot_size, s);
	s->divergence_rad = job_number(j, k->divergence);
	job_vector(j, k->position, s->position_cm);
	set_direction(j, k->direction, s);
	s->weight = k->weight == JOB_N_KEYS ? 1.0 : job_number(j, k->weight);
}

static void
set_spot(struct job *j, const struct job_spot_keys *k, struct spot *s)
{
	if (j->has_ion && set_energy(j, k->energy, s))
		set_energy_spread(j, k->energy_spread, s);
	set_geometry(j, k, s);
}

static int
allocate(struct job *j, size_t n)
{
	j->p->beam.spot = calloc(n, sizeof *j->p->beam.spot);
	if (j->p->beam.spot == NULL)
		return err_sys(j->e, "%s", j->f->name);
	j->p->beam.n_spots = (int)n;
	return 0;
}

static enum job_id
given_or(const struct job *j, enum job_id own, enum job_id otherwise)
{
	return job_is_given(j, own) ? own : otherwise;
}

/* The keys that count for the entry of the list which has been read: its own, else the beam's. */
static struct job_spot_keys
keys_of_entry(const struct job *j)
{
	const struct job_spot_keys *own = &job_spots_keys, *beam = &job_beam_keys;

	return (struct job_spot_keys){
		.energy = given_or(j, own->energy, beam->energy),
		.energy_spread = given_or(j, own->energy_spread, beam->energy_spread),
		.spot_size = given_or(j, own->spot_size, beam->spot_size),
		.divergence = given_or(j, own->divergence, beam->divergence),
		.position = given_or(j, own->position, beam->position),
		.direction = given_or(j, own->direction, beam->direction),
		.weight = own->weight
	};
}

static int
set_listed_spots(struct job *j)
{
	const struct yaml_node *list = j->v->value[JOB_SPOTS].list;
	int i = 0;

	if (allocate(j, list->n) < 0)
		return -1;
	for (const struct yaml_node *n = list->first; n != NULL; n = n->next) {
		struct job_spot_keys k;

		if (job_values_read_item(j->v, JOB_SPOTS, n, j->f, j->d, j->e) < 0)
			return -1;
		k = keys_of_entry(j);
		if (n->kind == YAML_MAPPING && !job_is_given(j, k.energy))
			job_complain(j, JOB_SPOTS, n->at,
			    "the spot has no energy, and there is no beam.energy");
		set_spot(j, &k, &j->p->beam.spot[i++]);
	}
	return 0;
}

/* An energy is relative to each spot's own, so that it makes a different fraction of each. */
static bool
check_spread_of_file(struct job *j)
{
	enum job_id id = JOB_ENERGY_SPREAD;

	if (!job_is_good(j, id) || j->v->value[id].quantity[0].dimension == DIMENSION_FRACTION)
		return true;
	job_complain(j, id, job_place(j, id), "for spots from a file, expected a fraction (for example "
	    "%s), or energies in the file's column energy_spread", job_keys[id].example);
	return false;
}

static int
set_spots_of_file(struct job *j)
{
	struct spot preset = { 0 };
	size_t n_before = j->d->n;
	char *path;
	int rc;

	set_geometry(j, &job_beam_keys, &preset);
	preset.energy_spread = job_number(j, JOB_ENERGY_SPREAD);
	if (!check_spread_of_file(j) || !j->has_ion
	    || (job_is_given(j, JOB_ENERGY) && !set_energy(j, JOB_ENERGY, &preset)))
		return 0;
	path = job_file_path(j, JOB_SPOTS);
	if (path == NULL)
		return 0;
	rc = spot_file_read(&j->p->beam, path, &preset, j->d, j->e);
	free(path);
	if (rc < 0 && j->e->kind == ERR_SYSTEM)
		return -1;
	if (rc < 0 && j->d->n == n_before)
		job_complain(j, JOB_SPOTS, job_place(j, JOB_SPOTS), "%s", j->e->text);
	return 0;
}

int
job_set_beam(struct job *j)
{
	if (job_is_given(j, JOB_PHASE_SPACE))
		return job_set_phase_space(j);
	j->has_ion = set_ion(j);
	if (job_is_given(j, JOB_SPOTS)) {
		if (!job_is_good(j, JOB_SPOTS))
			return 0;
		return j->v->value[JOB_SPOTS].list != NULL ? set_listed_spots(j) : set_spots_of_file(j);
	}
	if (allocate(j, 1) < 0)
		return -1;
	set_spot(j, &job_beam_keys, &j->p->beam.spot[0]);
	return 0;
}
