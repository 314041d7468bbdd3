/* Writes the files of a result. */
#include "lib/result.h"

#include <math.h>

#include "base/host.h"
#include "io/cylinder_csv.h"
#include "io/depth_csv.h"
#include "io/dir_lock.h"
#include "io/image.h"
#include "io/particles_csv.h"
#include "io/rundir.h"
#include "io/states_file.h"
#include "io/tally_file.h"

/* Histories that were left out have rows that say so. */
static int
finish_states(const struct run *r, const struct tally *t, struct err *e)
{
	for (uint64_t i = 0; i < t->n_left_out; i++) {
		struct final_state none = {
			.history = t->left_out[i], .position_cm = {NAN, NAN, NAN}, .direction = {NAN, NAN, NAN},
			.energy_MeV = NAN, .fate = FATE_LEFT_OUT,
		};

		if (states_write(r->states_fd, none.history - run_first_history(r), &none, 1, e) != 0)
			return -1;
	}
	return states_finish(r->states_fd, tally_extent(t), e);
}

/* Rings are no image. */
static int
write_doses(const char *dir, const struct tally *t, struct err *e)
{
	bool is_cylinder = t->layout.grid.kind == GRID_CYLINDRICAL;

	if ((is_cylinder ? cylinder_csv_write : dose_images_write)(dir, t, e) != 0)
		return -1;
	return depth_csv_write(dir, t, e) == 0 ? particles_csv_write(dir, t, e) : -1;
}

/* There may be a thousand of them, to be merged: their doses would only fill the disk. */
static bool
is_shard(const struct tally *t)
{
	return t->part != NULL && t->part->shard.count > 0;
}

int
result_write(struct report *rp, struct err *e)
{
	const struct run *r = rp->run;
	double start = host_seconds();

	if (tally_check_balance(rp->tally, e) != 0 || report_analyse(rp, e) != 0)
		return -1;
	if (dir_lock_check(r->lock_fd, r->dir, e) != 0 || rundir_remove(r->dir, "report.json", e) != 0 ||
	    tally_file_write(r->dir, rp->tally, r->plan_text, r->plan_hash, e) != 0 ||
	    (!is_shard(rp->tally) && write_doses(r->dir, rp->tally, e) != 0))
		return -1;
	if (r->plan.keeps_leaving && rp->n_merged == 0 && leaving_write(r, rp->tally, &r->dir, 1, e) != 0)
		return -1;
	if (r->states_fd >= 0 && finish_states(r, rp->tally, e) != 0)
		return -1;
	rp->write_s = host_seconds() - start;
	return report_write(rp, e);
}
