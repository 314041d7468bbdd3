/* The integers of a run: what was scored, in which bins, and what was counted. */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/plan.h"

/* Energies in quanta of 2^-20 MeV. source = deposited + outside + escaped, exactly. */
enum channel {
	ENERGY_SOURCE,      /* kinetic energy of the primaries at birth */
	ENERGY_DEPOSITED,   /* in the voxels of the scoring grid */
	ENERGY_OUTSIDE,     /* in the phantom, outside the grid */
	ENERGY_ESCAPED,     /* left the phantom, or never met it */
	COUNT_HISTORIES,
	COUNT_STOPPED,      /* reached the cutoff in the phantom */
	COUNT_ESCAPED,      /* left the phantom */
	COUNT_MISSED,       /* never met it */
	COUNT_STEPS,        /* condensed-history steps */
	N_CHANNELS
};

extern const char *const channel_name[N_CHANNELS];  /* as in report.json */

__extension__ typedef unsigned __int128 tally_square;
__extension__ typedef __int128 tally_count;

#define TALLY_BLOCK_BINS 64   /* bins per byte of `touched` */

/* Bins in one flat index: voxels (grid_index), then the integral depth dose (one per z), then the
 * dose on the axis (one per z; the sum over the n_axis_columns columns around the beam's axis). The
 * grid and the density turn energies into doses without asking the plan again. */
struct tally_layout {
	struct grid grid;
	double density_g_cm3;
	size_t n_voxels, n_depths;
	size_t first_idd, first_axis;
	size_t n_bins;
	size_t axis_column[4];   /* index of the z = 0 voxel of each column */
	int n_axis_columns;      /* 1, 2 or 4; 0 when the axis misses the grid */
};

/* A column counts as the axis if the line x, y = beam position runs through it; on the plane between
 * two voxels (within 1e-9 cm) both neighbours count. */
void tally_layout_init(struct tally_layout *l, const struct plan *p);

/* Fills n_voxels to n_bins from the grid. -1 when they do not fit into size_t. */
int tally_layout_count(struct tally_layout *l);

/* What one MeV per history in a bin means: of the integral depth dose in MeV cm2/g, of a voxel and of
 * the axis in Gy (NaN when the axis misses the grid). */
double tally_idd_per_MeV(const struct tally_layout *l);
double tally_dose_per_MeV(const struct tally_layout *l);
double tally_axis_dose_per_MeV(const struct tally_layout *l);

/* The centre of a voxel along an axis; along z it is the depth. */
double tally_centre_cm(const struct tally_layout *l, int axis, int index);

/* A finished run. `sum` and `square` are over the full ranges; a last, shorter range stays apart
 * in `remainder`, so that it can be taken back and so that all batches of the error are alike. */
struct tally {
	struct tally_layout layout;
	uint32_t range_histories;
	uint64_t n_ranges;              /* full ones */
	uint32_t n_remainder;           /* histories of the last, shorter range; 0: none */
	const int64_t *sum;             /* [n_bins] */
	const tally_square *square;     /* [n_bins] sum over ranges of (range's sum)^2 */
	const int64_t *remainder;       /* [n_bins], NULL when n_remainder is 0 */
	/* [n_bins / TALLY_BLOCK_BINS, rounded up]; 0: all bins of the block are zero and their memory
	 * need not be read. NULL: nothing is known. */
	const unsigned char *touched;
	tally_count channel[N_CHANNELS];   /* everything, the remainder included */
	tally_count remainder_channel[N_CHANNELS];   /* its share, 0 when there is none */
	uint64_t n_left_out;            /* histories that were not done, because they killed their workers */
	const uint64_t *left_out;       /* their numbers, ascending */
};

/* Histories that were numbered, [0, n), and those of them that were done. */
uint64_t tally_extent(const struct tally *t);
uint64_t tally_histories(const struct tally *t);

/* Quanta in a bin, the remainder included. */
tally_count tally_quanta(const struct tally *t, size_t bin);

/* Mean energy per history in a bin and its standard error, MeV. The error is NaN when fewer than
 * two full ranges were done. */
double tally_mean_MeV(const struct tally *t, size_t bin);
double tally_error_MeV(const struct tally *t, size_t bin);

/* The standard error divided by the mean, averaged over the voxels above half of the maximum; NaN when it
 * is not known. */
double tally_mean_relative_error(const struct tally *t);

/* ERR_INTERNAL, with the figures, unless source = deposited + outside + escaped, the voxels add up to
 * `deposited`, each depth and axis bin is the sum of its voxels, and each history has one fate. */
int tally_check_balance(const struct tally *t, struct err *e);

/* Decimal text of a 128-bit count; buf holds 48 characters. Returns buf. */
char *tally_count_text(tally_count n, char buf[48]);

#endif
