/* Carries one history and prints what it does. */
#include "app/only_history.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/units.h"
#include "lib/exit_status.h"

static const char *const fate_name[] = {
	[FATE_STOPPED] = "stopped", [FATE_ESCAPED] = "left the phantom", [FATE_MISSED] = "missed the phantom",
	[FATE_LEFT_OUT] = "left out", [FATE_REACTED] = "ended in a nuclear reaction",
};

static void
print_state(const struct final_state *s, FILE *out)
{
	fprintf(out, "history      %" PRIu64 "\n", s->history);
	fprintf(out, "fate         %s after %u steps\n", fate_name[s->fate], s->steps);
	fprintf(out, "position     %.17g %.17g %.17g cm\n", s->position_cm[0], s->position_cm[1], s->position_cm[2]);
	fprintf(out, "direction    %.17g %.17g %.17g\n", s->direction[0], s->direction[1], s->direction[2]);
	fprintf(out, "energy       %.17g MeV\n", s->energy_MeV);
}

static void
print_deposits(const struct tally_layout *l, const struct range_score *s, FILE *out)
{
	const int *n = l->grid.n;
	size_t bin = 0;

	for (int c = ENERGY_SOURCE; c < N_ENERGIES; c++)
		fprintf(out, "%-12s %" PRId64 " quanta\n", channel_name[c], s->channel[c]);
	fprintf(out, "# deposits: voxel x y z, quanta of 2^-20 MeV\n");
	for (int ix = 0; ix < n[AXIS_X]; ix++)
		for (int iy = 0; iy < n[AXIS_Y]; iy++)
			for (int iz = 0; iz < n[AXIS_Z]; iz++, bin++)
				if (s->strips[bin >> SCORE_BLOCK_SHIFT] && s->bins[bin] != 0)
					fprintf(out, "%d %d %d %" PRId64 "\n", ix, iy, iz, s->bins[bin]);
}

int
only_history(struct run *r, uint64_t history, FILE *out, struct err *e)
{
	int64_t channel[N_CHANNELS] = {0};
	struct final_state state = {0};
	struct range_score score = {
		.bins = calloc(r->layout.n_bins, sizeof *score.bins),
		.strips = calloc((r->layout.n_bins >> SCORE_BLOCK_SHIFT) + 1, 1),
		.channel = channel, .states = &state,
	};
	int status = -1;

	if (beam_check_histories(&r->plan.beam, history + 1, e) != 0)
		status = -1;
	else if (score.bins == NULL || score.strips == NULL) {
		err_set(e, ERR_SYSTEM, "no memory for the %zu bins of a history", r->layout.n_bins);
	} else if (run_history(r, history, &score, e) == 0) {
		print_state(&state, out);
		print_deposits(&r->layout, &score, out);
		status = IONFARM_EXIT_COMPLETE;
	}
	free(score.bins);
	free(score.strips);
	return status;
}
