/* Starts particles, and keeps those that wait. */
#include "phys/particle.h"

#include "base/units.h"
#include "phys/scattering.h"

void
particle_start(struct flock *b, int i, const struct physics *ph, int64_t energy_q, double range_g_cm2,
    uint32_t draw)
{
	const struct medium *m = lane_medium(b, i, ph);

	b->energy_q[i] = energy_q;
	b->range_g_cm2[i] = range_g_cm2;
	b->range_scored_g_cm2[i] = range_g_cm2;
	b->path_cm[i] = 0.0;
	b->pv_birth_MeV[i] = scattering_pv_MeV((double)energy_q / QUANTA_PER_MeV, m->mass_MeV);
	b->core_rad2[i] = 0.0;
	b->draw[i] = draw;
	b->steps[i] = 0;
	b->event[i] = STEP_BEGINS;
}

int
particle_wait(struct flock *b, int i, int species, int64_t energy_q, const double direction[3], struct err *e)
{
	struct waiting *w;

	if (b->n_waiting[i] == WAITING_MAX || b->n_particles[i] == PARTICLES_MAX)
		return err_set(e, ERR_INTERNAL, "history %llu has too many secondaries: %d wait, of %u",
		    (unsigned long long)b->history[i], b->n_waiting[i], b->n_particles[i]);
	w = &b->waiting[i][b->n_waiting[i]++];
	for (int k = 0; k < 3; k++) {
		w->position_cm[k] = b->position_cm[k][i];
		w->direction[k] = direction[k];
		w->voxel[k] = b->voxel[k][i];
	}
	w->layer = b->layer[i];
	w->species = species;
	w->energy_q = energy_q;
	w->number = b->n_particles[i]++;
	return 0;
}

bool
particle_resume(struct flock *b, int i, const struct physics *ph)
{
	const struct waiting *w;

	if (b->n_waiting[i] == 0)
		return false;
	w = &b->waiting[i][--b->n_waiting[i]];
	for (int k = 0; k < 3; k++) {
		b->position_cm[k][i] = w->position_cm[k];
		b->direction[k][i] = w->direction[k];
		b->voxel[k][i] = w->voxel[k];
	}
	b->layer[i] = w->layer;
	b->species[i] = w->species;
	b->number[i] = w->number;
	particle_start(b, i, ph, w->energy_q,
	    range_g_cm2(&lane_medium(b, i, ph)->range, (double)w->energy_q / QUANTA_PER_MeV), 0);
	return true;
}
