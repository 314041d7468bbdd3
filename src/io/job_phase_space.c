/* Builds the beam of a plan from a phase space. */
#include <stdlib.h>

#include "io/job_build.h"
#include "io/phase_space_file.h"

/* What the particles of the file have of their own. */
static const enum job_id of_spots[] = {
	JOB_ION, JOB_ENERGY, JOB_ENERGY_SPREAD, JOB_SPOT_SIZE, JOB_DIVERGENCE, JOB_POSITION, JOB_DIRECTION, JOB_SPOTS,
};

/* The key that names the file: the section itself may. */
static enum job_id
file_key(const struct job *j)
{
	return j->v->value[JOB_PHASE_SPACE].text != NULL ? JOB_PHASE_SPACE : JOB_PHASE_SPACE_FILE;
}

static int
read_file(struct job *j, enum job_id key, const char *path)
{
	struct beam *b = &j->p->beam;
	struct err why;

	job_vector(j, JOB_PHASE_SPACE_SHIFT, b->phase_space.shift_cm);
	b->phase_space.skips_others = j->v->value[JOB_PHASE_SPACE_OTHERS].choice == 1;
	b->phase_space.is_reused = j->v->value[JOB_PHASE_SPACE_REUSE].choice == 1;
	if (phase_space_read(&b->phase_space, path, &why) == 0) {
		b->ion = b->phase_space.ion[0];
		j->has_ion = true;
		return 0;
	}
	if (why.kind == ERR_SYSTEM) {
		*j->e = why;
		return -1;
	}
	job_complain(j, key, job_place(j, key), "%s", why.text);
	return 0;
}

int
job_set_phase_space(struct job *j)
{
	enum job_id key = file_key(j);
	char *path;

	if (!job_refuse(j, of_spots, sizeof of_spots / sizeof of_spots[0], "not together with beam.phase_space, whose "
	    "particles take the place of the beam's") || !job_is_good(j, key) || !job_is_fine(j, JOB_PHASE_SPACE_SHIFT) ||
	    !job_is_fine(j, JOB_PHASE_SPACE_OTHERS) || !job_is_fine(j, JOB_PHASE_SPACE_REUSE))
		return 0;
	path = job_file_path(j, key);
	if (path == NULL)
		return 0;
	j->p->beam.file = path;
	return read_file(j, key, path);
}
