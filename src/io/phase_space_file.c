/* Reads the particles of a phase space: which of them can be carried, and whether their numbers can be. */
#include "io/phase_space_file.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/mcpl.h"

#define POSITION_MAX_cm 1e4
#define LENGTH_TOLERANCE 1e-5    /* of a direction: files may have single precision */

enum { ROOM_AT_FIRST = 1024, Z_END = 27, A_END = 57 };

/* What a file may have beside ions. */
static const struct other_kind {
	int32_t pdg;
	const char *name;
} other_kinds[] = {
	{ PDG_NEUTRON, "neutron" }, { PDG_PHOTON, "photon" }, { PDG_ELECTRON, "electron" }, { PDG_POSITRON, "positron" },
	{ 0, "other particle" },
};

enum { N_OTHER_KINDS = sizeof other_kinds / sizeof other_kinds[0] };

struct reader {
	struct phase_space *s;
	struct mcpl_file file;
	uint64_t room;
	double weight;                       /* of the first ion */
	uint64_t n_other[N_OTHER_KINDS];
	int32_t first_unnamed;               /* the code of the first of the last kind */
	int index[Z_END][A_END];             /* of an ion in the list, from 1; 0: unknown yet, -1: it cannot be carried */
};

/* Counted from 0, as other programs show them. */
static int
bad_particle(const struct reader *r, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "%.1000s: particle %" PRIu64 " %s", r->file.path, r->file.n_read - 1, what);
}

static void
count_other(struct reader *r, int32_t pdg)
{
	int kind = 0;

	while (kind < N_OTHER_KINDS - 1 && other_kinds[kind].pdg != pdg)
		kind++;
	if (kind == N_OTHER_KINDS - 1 && r->n_other[kind] == 0)
		r->first_unnamed = pdg;
	r->n_other[kind]++;
	r->s->n_others++;
}

/* "12 neutrons, 1 photon, 3 other particles (the first has code 211)" */
static void
put_others(struct reader *r)
{
	struct phase_space *s = r->s;
	size_t used = 0;

	s->others[0] = '\0';
	for (int i = 0; i < N_OTHER_KINDS; i++)
		if (r->n_other[i] > 0)
			used += (size_t)snprintf(s->others + used, sizeof s->others - used, "%s%" PRIu64 " %s%s",
			    used > 0 ? ", " : "", r->n_other[i], other_kinds[i].name, r->n_other[i] == 1 ? "" : "s");
	if (r->n_other[N_OTHER_KINDS - 1] > 0)
		snprintf(s->others + used, sizeof s->others - used, " (the first has code %" PRId32 ")", r->first_unnamed);
}

static int
add_ion(struct reader *r, int Z, int A, struct err *e)
{
	struct phase_space *s = r->s;
	struct ion ion, *larger;
	struct err unknown;

	if (ion_from_numbers(&ion, Z, A, &unknown) != 0) {
		r->index[Z][A] = -1;
		return 0;
	}
	larger = reallocarray(s->ion, (size_t)s->n_ions + 1, sizeof *larger);
	if (larger == NULL)
		return err_sys(e, "%.1000s", r->file.path);
	s->ion = larger;
	s->ion[s->n_ions++] = ion;
	r->index[Z][A] = s->n_ions;
	return 0;
}

/* 1 with the index of the ion, 0 when it is none that can be carried, -1. */
static int
find_ion(struct reader *r, int32_t pdg, int64_t *index, struct err *e)
{
	int Z, A;

	if (!pdg_is_ion(pdg, &Z, &A) || Z >= Z_END || A >= A_END)
		return 0;
	if (r->index[Z][A] == 0 && add_ion(r, Z, A, e) != 0)
		return -1;
	*index = r->index[Z][A] - 1;
	return r->index[Z][A] > 0;
}

static int
check_weight(struct reader *r, double weight, struct err *e)
{
	char text[120];

	if (r->s->n == 0)
		r->weight = weight;
	if (weight > 0.0 && isfinite(weight) && weight == r->weight)
		return 0;
	snprintf(text, sizeof text, "has the weight %.9g, that of the first ion is %.9g: all must be alike and above 0",
	    weight, r->weight);
	return bad_particle(r, text, e);
}

static int
check_numbers(struct reader *r, const struct mcpl_particle *p, const struct phase_particle *to, struct err *e)
{
	double square = 0.0;

	for (int k = 0; k < N_AXES; k++) {
		square += p->direction[k] * p->direction[k];
		if (!(fabs(to->position_cm[k]) <= POSITION_MAX_cm))
			return bad_particle(r, "is not within 100 m of the phantom", e);
	}
	if (!(fabs(square - 1.0) <= LENGTH_TOLERANCE))
		return bad_particle(r, "has no direction: its vector is not of length 1", e);
	if (!(p->energy_MeV > 0.0 && isfinite(p->energy_MeV)))
		return bad_particle(r, "has no energy above 0", e);
	return check_weight(r, p->weight, e);
}

static int
make_room(struct reader *r, struct err *e)
{
	uint64_t room = r->room > 0 ? 2 * r->room : ROOM_AT_FIRST;
	struct phase_particle *larger = reallocarray(r->s->particle, room, sizeof *larger);

	if (larger == NULL)
		return err_sys(e, "%.1000s", r->file.path);
	r->s->particle = larger;
	r->room = room;
	return 0;
}

static int
add_particle(struct reader *r, const struct mcpl_particle *p, int64_t ion, struct err *e)
{
	struct phase_particle *to;

	if (r->s->n == r->room && make_room(r, e) != 0)
		return -1;
	to = &r->s->particle[r->s->n];
	to->energy_MeV = p->energy_MeV;
	to->ion = ion;
	for (int k = 0; k < N_AXES; k++) {
		to->position_cm[k] = p->position_cm[k] + r->s->shift_cm[k];
		to->direction[k] = p->direction[k];
	}
	if (check_numbers(r, p, to, e) != 0)
		return -1;
	r->s->n++;
	return 0;
}

static int
read_particles(struct reader *r, struct err *e)
{
	struct mcpl_particle p;
	int64_t ion = 0;
	int more, is_ion;

	while ((more = mcpl_next(&r->file, &p, e)) > 0) {
		is_ion = find_ion(r, p.pdg, &ion, e);
		if (is_ion < 0 || (is_ion > 0 && add_particle(r, &p, ion, e) != 0))
			return -1;
		if (is_ion == 0)
			count_other(r, p.pdg);
	}
	return more;
}

static int
check_kinds(struct reader *r, struct err *e)
{
	const struct phase_space *s = r->s;

	put_others(r);
	if (s->n == 0 && s->n_others == 0)
		return err_set(e, ERR_INPUT, "%.1000s has no particles", r->file.path);
	if (s->n == 0)
		return err_set(e, ERR_INPUT, "%.1000s has no ions from hydrogen to iron, only %s", r->file.path, s->others);
	if (s->n_others == 0 || s->skips_others)
		return 0;
	return err_set(e, ERR_INPUT, "%.1000s has, beside %" PRIu64 " ions from hydrogen to iron, %s; 'others: skip' in"
	    " beam.phase_space leaves them out", r->file.path, s->n, s->others);
}

static int
heavier_first(const void *a, const void *b)
{
	const struct ion *i = a, *k = b;

	return i->Z != k->Z ? k->Z - i->Z : k->A - i->A;
}

/* So that the plan does not depend on which ion comes first in the file. */
static void
sort_ions(struct reader *r)
{
	struct phase_space *s = r->s;
	int sorted[Z_END * A_END];

	qsort(s->ion, (size_t)s->n_ions, sizeof *s->ion, heavier_first);
	for (int i = 0; i < s->n_ions; i++)
		sorted[r->index[s->ion[i].Z][s->ion[i].A] - 1] = i;
	for (uint64_t i = 0; i < s->n; i++)
		s->particle[i].ion = sorted[s->particle[i].ion];
}

static int
read_all(struct reader *r, struct err *e)
{
	if (read_particles(r, e) != 0 || check_kinds(r, e) != 0)
		return -1;
	sort_ions(r);
	return 0;
}

int
phase_space_read(struct phase_space *s, const char *path, struct err *e)
{
	struct reader r = { .s = s };
	int status;

	s->n = s->n_others = 0;
	s->n_ions = 0;
	s->particle = NULL;
	s->ion = NULL;
	if (mcpl_open(&r.file, path, NULL, e) != 0)
		return -1;
	status = read_all(&r, e);
	mcpl_close(&r.file);
	if (status == 0)
		return 0;
	free(s->particle);
	free(s->ion);
	s->particle = NULL;
	s->ion = NULL;
	s->n = 0;
	return -1;
}
