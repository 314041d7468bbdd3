/* The integers of a run: what was scored, in which bins, and what was counted. */
#ifndef MODEL_TALLY_H
#define MODEL_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/part.h"
#include "model/plan.h"

/* Energies in quanta of 2^-20 MeV. The source is the sum of the other energies, exactly. */
enum channel {
	ENERGY_SOURCE,      /* kinetic energy of the primaries at birth */
	ENERGY_DEPOSITED,   /* in the voxels of the scoring grid */
	ENERGY_OUTSIDE,     /* in the phantom, outside the grid */
	ENERGY_ESCAPED,     /* charged particles that left the phantom, or never met it */
	ENERGY_NEUTRAL,     /* carried off by neutrons and photons; of all that react, when attenuation is all */
	ENERGY_BINDING,     /* turned into rest energy by reactions, less what they set free */
	COUNT_HISTORIES,
	COUNT_STOPPED,      /* primaries that reached the cutoff in the phantom, */
	COUNT_ESCAPED,      /* left the phantom, */
	COUNT_MISSED,       /* never met it, */
	COUNT_REACTED,      /* or came to an end in a nuclear reaction */
	COUNT_STEPS,        /* condensed-history steps, of all particles */
	COUNT_SECONDARIES,  /* charged particles that reactions and elastic collisions set in flight */
	COUNT_ELASTIC,      /* nuclear events of primaries and secondaries */
	COUNT_NONELASTIC,
	COUNT_NEUTRONS,     /* set free in them */
	N_CHANNELS,
	N_ENERGIES = COUNT_HISTORIES
};

extern const char *const channel_name[N_CHANNELS];  /* as in report.json */

__extension__ typedef unsigned __int128 tally_square;
__extension__ typedef __int128 tally_count;

#define TALLY_BLOCK_BINS 64   /* bins per byte of `touched` */

/* What is scored in each voxel. */
enum score_kind {
	SCORE_DOSE,         /* energy, quanta of 2^-20 MeV */
	SCORE_LENGTH,       /* track length of the primaries, quanta of 2^-26 cm */
	SCORE_LET,          /* length x LET, quanta of 2^-20 MeV: of all charged particles or of primaries */
	SCORE_LET2,         /* length x LET^2, quanta of 2^-10 MeV2/cm, likewise */
	SCORE_LENGTH_ALL,   /* track length of all charged particles, if the LETs are theirs */
	N_SCORES
};

/* By what is scored against depth once more: the primaries; what reactions set in flight, by its charge
 * number Z = 1, 2, ... up to the projectile's; recoils and fragments of the target that stop at birth. */
enum { GROUP_PRIMARIES };

/* Of a group, at each depth. */
enum group_score {
	GROUP_DOSE, GROUP_LENGTH, GROUP_LET, GROUP_LET2,    /* as SCORE_DOSE to SCORE_LET2 */
	GROUP_YIELD,        /* particles that leave the bin forward, within an angle of the z axis */
	N_GROUP_SCORES
};

extern const char *const score_name[N_SCORES];

#define LENGTH_QUANTA_PER_cm 67108864.0
#define LET_QUANTA_PER_MeV 1048576.0
#define LET2_QUANTA_PER_MeV2_cm 1024.0

/* Bins in one flat index: for each score there is, its voxels (grid_index), then its sums over each
 * depth; then the dose on the axis (one per depth; the sum over the n_axis_columns columns
 * around the beam's axis, or the innermost ring); at the end, for each group and each of its scores, the
 * depths. Grid and densities turn energies into doses without asking the plan again. */
struct tally_layout {
	struct grid grid;
	double *density_g_cm3;     /* [n_depths], of the layer at each depth; owned by the layout */
	double delivered_primaries;   /* doses are for so many; 0: per primary */
	int n_scores;              /* 1 dose; 2 and length; 4 and LET; 5 and that of all charged particles */
	int n_groups;              /* 0: not split; 1: primaries only; else the projectile's Z + 2 */
	bool has_yields;
	size_t n_voxels, n_depths;
	size_t first_voxel[N_SCORES];   /* first bin of a score's voxels; of its sums over depths */
	size_t first_depth[N_SCORES];
	size_t first_axis;
	size_t first_group;
	size_t n_bins;
	size_t axis_column[4];     /* index of the z = 0 voxel of each column */
	int n_axis_columns;        /* 1, 2 or 4; 0 when the axis misses the grid */
};

/* A column counts as the axis if the line x, y = position of the (first) spot runs through it; on the
 * plane between two voxels (within 1e-9 cm) both neighbours count. Of a cylinder the innermost ring
 * is the axis, wherever the spots are. A depth has the density of the layer that holds its bin's
 * centre. -1, with nothing to free: ERR_SYSTEM, no memory. */
int tally_layout_init(struct tally_layout *l, const struct plan *p, struct err *e);
void tally_layout_free(struct tally_layout *l);

/* How many scores of voxels a plan asks for. */
int tally_n_scores(const struct plan *p);

/* Fills n_voxels to n_bins from the grid, n_scores, n_groups and has_yields; first bins of scores that are
 * not there are 0. -1 when they do not fit into size_t. */
int tally_layout_count(struct tally_layout *l);

/* Whether groups have this score; the first of a group's bins of it, one for each depth. */
bool tally_group_has(const struct tally_layout *l, enum group_score score);
size_t tally_group_first(const struct tally_layout *l, int group, enum group_score score);

/* The group of what stops at birth; the name of a group: "primary", "H", "He", ..., "target". */
static inline int
tally_group_local(const struct tally_layout *l)
{
	return l->n_groups - 1;
}
const char *tally_group_name(const struct tally_layout *l, int group);

/* What one MeV per history in a bin means at a depth: of the integral depth dose in MeV cm2/g per
 * primary, always; of a voxel (ring ix when cylindrical, else ix does not matter) and of the axis in
 * Gy, per primary or for the delivered ones (NaN when the axis misses the grid). */
double tally_idd_per_MeV(const struct tally_layout *l, int iz);
double tally_dose_per_MeV(const struct tally_layout *l, int ix, int iz);
double tally_axis_dose_per_MeV(const struct tally_layout *l, int iz);

/* Volume of a voxel or ring, cm3. */
double tally_volume_cm3(const struct tally_layout *l, int ix);

/* The centre of a voxel along an axis; along z it is the depth, along x of a cylinder the radius. */
double tally_centre_cm(const struct tally_layout *l, int axis, int index);

/* A finished run, or a part of one. `sum` and `square` are over the full ranges; a last, shorter range
 * stays apart in `remainder`, so that it can be taken back and so that batches of the error are full ranges. */
struct tally {
	struct tally_layout layout;
	const struct part *part;        /* NULL: the ranges from 0 on, without a gap */
	struct cut cut;                 /* into ranges */
	uint64_t n_ranges;              /* full ones */
	uint64_t full_histories;        /* in those */
	uint32_t n_remainder;           /* histories of the last, shorter range; 0: none */
	const int64_t *sum;             /* [n_bins] */
	const int32_t *carry;           /* [n_bins] so many times 2^64 more; NULL: none, as of a run that is not merged */
	const tally_square *square;     /* [n_bins] sum over ranges of (range's sum)^2 << cut_shift */
	const int64_t *remainder;       /* [n_bins], NULL when n_remainder is 0 */
	/* [n_bins / TALLY_BLOCK_BINS, rounded up]; 0: all bins of the block are zero and their memory
	 * need not be read. NULL: nothing is known. */
	const unsigned char *touched;
	tally_count channel[N_CHANNELS];   /* everything, the remainder included */
	tally_count remainder_channel[N_CHANNELS];   /* its share, 0 when there is none */
	uint64_t n_left_out;            /* histories that were not done, because they killed their workers */
	const uint64_t *left_out;       /* their numbers, ascending */
};

/* Histories that were numbered, of a whole run [0, n), and those of them that were done. */
uint64_t tally_extent(const struct tally *t);
uint64_t tally_histories(const struct tally *t);

/* Whether it is known that nothing was scored in the bins [first, first + n), n > 0. */
bool tally_is_untouched(const struct tally *t, size_t first, size_t n);

/* Quanta in a bin, the remainder included. */
tally_count tally_quanta(const struct tally *t, size_t bin);

/* Mean per history in a bin and its standard error, in quanta of what is scored there. The error is NaN
 * when fewer than two full ranges were done. */
double tally_mean_quanta(const struct tally *t, size_t bin);
double tally_error_quanta(const struct tally *t, size_t bin);

/* The same of energies, MeV. */
double tally_mean_MeV(const struct tally *t, size_t bin);
double tally_error_MeV(const struct tally *t, size_t bin);

/* Dose in a voxel and its standard error, Gy, per primary or for the delivered ones. */
double tally_dose_Gy(const struct tally *t, size_t voxel);
double tally_dose_error_Gy(const struct tally *t, size_t voxel);

/* Fluence of the primaries from the scores of length: track length per primary, by volume in a voxel
 * (1/cm2) and by thickness in a depth (a number; a track at an angle counts by more than one). Its
 * standard error. Needs SCORE_LENGTH. */
double tally_fluence_cm2(const struct tally *t, size_t voxel);
double tally_depth_fluence(const struct tally *t, size_t iz);
double tally_depth_fluence_error(const struct tally *t, size_t iz);

/* The same of a group, at a depth. Needs GROUP_LENGTH. */
double tally_group_fluence(const struct tally *t, int group, size_t iz);
double tally_group_fluence_error(const struct tally *t, int group, size_t iz);

/* The unrestricted LET in one or more bins: in the medium, dE/dx. Starts from zeros; bins are added by
 * their place behind the first one of each score (first_voxel, first_depth), or of a group at a depth.
 * Needs SCORE_LET and SCORE_LET2. */
struct tally_let {
	tally_count length, let, let2;   /* quanta */
};
void tally_let_add(struct tally_let *sum, const struct tally *t, const size_t first[N_SCORES],
    size_t offset);
void tally_let_axis(struct tally_let *sum, const struct tally *t, size_t iz);
void tally_let_group(struct tally_let *sum, const struct tally *t, int group, size_t iz);

/* Its mean over track length, and over dose: sum(length LET^2) / sum(length LET). MeV/cm, NaN where no
 * primary came. */
double tally_let_t_MeV_cm(const struct tally_let *sum);
double tally_let_d_MeV_cm(const struct tally_let *sum);

/* The standard error divided by the mean, averaged over the voxels above half of the highest dose; NaN
 * when it is not known. */
double tally_mean_relative_error(const struct tally *t);

/* ERR_INTERNAL, with the figures, unless the source is the sum of the other energies, the voxels add up to
 * `deposited`, of every score each depth bin is the sum of its voxels, each axis bin that of its
 * columns, the groups' doses add up to the dose at each depth, and each history has one fate. */
int tally_check_balance(const struct tally *t, struct err *e);

/* Decimal text of a 128-bit count; buf holds 48 characters. Returns buf. */
char *tally_count_text(tally_count n, char buf[48]);

#endif
