/* The plan: everything that a run needs, immutable once built. Its canonical text and hash name it. */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cut.h"
#include "base/err.h"
#include "model/grid.h"
#include "model/ion.h"
#include "model/material.h"

/* A pencil beam. Position is the spot's centre; x and y of the spot lie across `direction`: for a beam
 * along z they are the axes of the phantom. */
struct spot {
	double energy_MeV;          /* mean, total kinetic energy of the ion */
	double energy_spread;       /* sigma / mean */
	double size_cm[2];          /* sigma of the lateral profile in x and y */
	double divergence_rad;      /* sigma of each projected angle */
	double position_cm[N_AXES];
	double direction[N_AXES];   /* unit vector */
	double weight;              /* > 0; its share of the primaries is weight / sum of weights */
};

/* One of the particles of a phase space: how its histories start. */
struct phase_particle {
	double position_cm[N_AXES];
	double direction[N_AXES];   /* unit vector */
	double energy_MeV;          /* total kinetic energy */
	int64_t ion;                /* which of the ions it is */
};

/* Particles one by one, of which history i starts as number i; each counts as one. */
struct phase_space {
	uint64_t n;                 /* 0: there is none, the beam is made of spots */
	struct phase_particle *particle;
	int n_ions;
	struct ion *ion;            /* the heaviest first */
	bool is_reused;             /* after the last particle comes the first again; these are not part of the hash: */
	double shift_cm[N_AXES];    /* from the file's coordinates to the phantom's, in the positions already */
	bool skips_others;
	uint64_t n_others;          /* particles of the file that are no ions, and were skipped, */
	char others[200];           /* in words */
};

struct beam {
	struct ion ion;             /* of a phase space the heaviest */
	int n_spots;                /* at least 1, unless there is a phase space */
	struct spot *spot;
	struct phase_space phase_space;
	char *file;                 /* where spots or a phase space came from, or NULL; not part of the hash */
};

/* The ions that primaries are. */
static inline const struct ion *
beam_ions(const struct beam *b, int *n)
{
	*n = b->phase_space.n > 0 ? b->phase_space.n_ions : 1;
	return b->phase_space.n > 0 ? b->phase_space.ion : &b->ion;
}

/* ERR_INPUT when the histories up to `end` need more particles than a phase space has, and they must not come
 * again. */
int beam_check_histories(const struct beam *b, uint64_t end, struct err *e);

/* A user's own electronic stopping power, total kinetic energy ascending. */
struct stopping_table {
	int n;                      /* 0: the built-in model */
	double *energy_MeV;
	double *stopping_MeV_cm2_g;
	char *file;                 /* where it came from, for messages; not part of the hash */
};

/* A slab of one material across the phantom, entered at the end of the one before. */
struct layer {
	struct material material;
	struct stopping_table stopping;
	double thickness_cm;
};

/* The box from (-x/2, -y/2, 0) to (x/2, y/2, z), a stack of layers along z. */
struct phantom {
	int n_layers;               /* at least 1 */
	struct layer *layer;
	double size_cm[N_AXES];     /* z: the sum of the thicknesses */
};

/* What nuclear interactions do: nothing; take particles out of the beam; or all that is known of them. */
enum plan_nuclear { NUCLEAR_OFF, NUCLEAR_ATTENUATION, NUCLEAR_ON };

struct transport {
	double step_cm;             /* longest condensed-history step */
	double range_fraction;      /* and at most this part of the residual range */
	double cutoff_cm;           /* residual range at which the rest is deposited */
	bool has_energy_loss;
	bool has_straggling;
	bool has_scattering;
	bool has_single_scattering;   /* the tail of large angles beside the Gaussian core */
	enum plan_nuclear nuclear;
};

/* What is scored beside the dose. */
struct scoring {
	struct grid grid;
	bool has_fluence;           /* track length of the primaries */
	bool has_let;               /* unrestricted LET, track- and dose-averaged; implies the fluence's bins */
	bool is_let_of_primaries;   /* else of all charged particles */
	bool has_yields;            /* particles by charge that pass each depth, */
	double yield_angle_rad;     /* within this angle of the z axis */
	double delivered_primaries; /* doses are for so many; 0: per primary */
};

enum plan_slabs { SLABS_PER_WORKER, SLABS_SHARED };

#define PLAN_CUT ((struct cut){ 10000, 3 })   /* where no other is given */

struct plan {
	uint64_t histories;
	double uncertainty;         /* mean relative standard error at which to stop; 0: at `histories` */
	uint64_t seed;
	struct cut cut;             /* into ranges, which are also the statistical batches */
	struct beam beam;
	struct phantom phantom;
	struct scoring scoring;
	struct transport transport;
	bool final_states;
	bool keeps_leaving;         /* the particles that leave the phantom are written */
	enum plan_slabs slabs;
};

/* The canonical text: one "key: value unit" line per field that decides the bits, doubles printed
 * so that they read back exactly. `histories`, `uncertainty`, `final_states`, `keeps_leaving` and
 * `slabs` are not in it: a run can be extended, and none of the others changes a bit of what is done.
 * Returns a malloc'ed string or NULL with the record filled. */
char *plan_text(const struct plan *p, struct err *e);

/* 128-bit XXH3 of the canonical text as 32 lower-case hexadecimal digits. */
void plan_hash(const char *plan_text, char hash[33]);

/* Compares two canonical texts: NULL if they say the same, else buf, filled with the first key that
 * differs, both values, and the names of the further keys: "seed: 1 / 2; also beam.energy". */
const char *plan_first_difference(const char *text_a, const char *text_b, char *buf, size_t n);

void stopping_table_free(struct stopping_table *t);
void plan_free(struct plan *p);

#endif
