/* The one table of the keys of a job file. */
#ifndef IO_JOB_KEYS_H
#define IO_JOB_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/quantity.h"

enum job_id {
	JOB_HISTORIES,
	JOB_UNCERTAINTY,
	JOB_SEED,
	JOB_RANGE,
	JOB_RANGE_MAX,
	JOB_FINAL_STATES,
	JOB_BEAM,
	JOB_ION,
	JOB_ION_Z,
	JOB_ION_A,
	JOB_ENERGY,
	JOB_ENERGY_SPREAD,
	JOB_SPOT_SIZE,
	JOB_DIVERGENCE,
	JOB_POSITION,
	JOB_DIRECTION,
	JOB_SPOTS,
	JOB_SPOTS_ENERGY,
	JOB_SPOTS_ENERGY_SPREAD,
	JOB_SPOTS_SPOT_SIZE,
	JOB_SPOTS_DIVERGENCE,
	JOB_SPOTS_POSITION,
	JOB_SPOTS_DIRECTION,
	JOB_SPOTS_WEIGHT,
	JOB_PHASE_SPACE,
	JOB_PHASE_SPACE_FILE,
	JOB_PHASE_SPACE_SHIFT,
	JOB_PHASE_SPACE_OTHERS,
	JOB_PHASE_SPACE_REUSE,
	JOB_PHANTOM,
	JOB_MATERIAL,
	JOB_MATERIAL_NAME,
	JOB_MATERIAL_DENSITY,
	JOB_MATERIAL_COMPOSITION,
	JOB_MATERIAL_EXCITATION,
	JOB_MATERIAL_STATE,
	JOB_DENSITY,
	JOB_EXCITATION,
	JOB_STOPPING_POWER,
	JOB_LAYERS,
	JOB_LAYERS_THICKNESS,
	JOB_LAYERS_MATERIAL,
	JOB_LAYERS_MATERIAL_NAME,
	JOB_LAYERS_MATERIAL_DENSITY,
	JOB_LAYERS_MATERIAL_COMPOSITION,
	JOB_LAYERS_MATERIAL_EXCITATION,
	JOB_LAYERS_MATERIAL_STATE,
	JOB_LAYERS_DENSITY,
	JOB_LAYERS_EXCITATION,
	JOB_LAYERS_STOPPING_POWER,
	JOB_SIZE,
	JOB_SCORING,
	JOB_QUANTITIES,
	JOB_LET_OF,
	JOB_YIELD_ANGLE,
	JOB_DELIVERED,
	JOB_VOXEL,
	JOB_GRID_SIZE,
	JOB_GRID_ORIGIN,
	JOB_CYLINDER,
	JOB_CYLINDER_RADII,
	JOB_CYLINDER_DEPTH_BIN,
	JOB_CYLINDER_DEPTH,
	JOB_CYLINDER_AXIS,
	JOB_CYLINDER_START,
	JOB_LEAVING,
	JOB_SLABS,
	JOB_TRANSPORT,
	JOB_STEP,
	JOB_RANGE_FRACTION,
	JOB_CUTOFF,
	JOB_ENERGY_LOSS,
	JOB_STRAGGLING,
	JOB_SCATTERING,
	JOB_SINGLE_SCATTERING,
	JOB_NUCLEAR,
	JOB_N_KEYS
};

enum job_type {
	JOB_IS_SECTION,           /* a mapping of the keys below it */
	JOB_IS_NAME_OR_SECTION,   /* a name, or a mapping */
	JOB_IS_COUNT,             /* a whole number */
	JOB_IS_QUANTITY,
	JOB_IS_VECTOR,            /* a list of few quantities */
	JOB_IS_SERIES,            /* a list of many */
	JOB_IS_COMPOSITION,       /* a mapping of element symbols to weights */
	JOB_IS_CHOICE,
	JOB_IS_CHOICES,           /* a list of choices */
	JOB_IS_NAME,
	JOB_IS_FILE,
	JOB_IS_LIST,              /* a list of mappings of the keys below it */
	JOB_IS_LIST_OR_FILE
};

#define JOB_CHOICES_MAX 4

struct job_key {
	const char *path;                  /* "beam.energy" */
	enum job_type type;
	bool is_required;                  /* within its section, if that is there */
	enum job_id unless[2];             /* ... but not where one of these keys is given; 0: in any case */
	int n_least, n_most;               /* elements of a list; 0: three of a vector. A vector that
	                                    * may have one may also be a value outside of a list */
	unsigned dimensions;               /* enum dimension, of quantities */
	const char *min, *max;             /* inclusive, as in a job file; NULL: no limit */
	const char *choices[JOB_CHOICES_MAX];   /* up to NULL; the index is the value */
	const char *preset;                /* the default as in a job file; NULL: none or derived */
	const char *derived;               /* in words, a default that depends on other keys */
	const char *example;
	const char *help;                  /* one line */
};

/* Indexed by enum job_id; a section stands before its keys. */
extern const struct job_key job_keys[JOB_N_KEYS];

/* The keys that make a spot, of the beam itself or of an entry of beam.spots. */
struct job_spot_keys {
	enum job_id energy, energy_spread, spot_size, divergence, position, direction;
	enum job_id weight;                /* JOB_N_KEYS: always 1 */
};

extern const struct job_spot_keys job_beam_keys, job_spots_keys;

/* The keys that say what a layer is made of, of the phantom as a whole or of an entry of phantom.layers. */
struct job_layer_keys {
	enum job_id material, name, own_density, composition, own_excitation, state;
	enum job_id density, excitation, stopping_power;
};

extern const struct job_layer_keys job_phantom_keys, job_layers_keys;

/* JOB_N_KEYS if there is no such key. */
enum job_id job_key_find(const char *path);

/* The part behind the last dot; the section it stands in, JOB_N_KEYS for the top of the file. */
const char *job_key_name(enum job_id id);
enum job_id job_key_section(enum job_id id);

/* The limits in words: "1 um to 100 m". Returns buf. */
const char *job_key_range(char *buf, size_t n, enum job_id id);

/* One of the limits in the internal unit. */
double job_key_limit(enum job_id id, const char *text);

/* Read a value of the key's type, limits included; -1 with the reason in e and the place in `at`.
 * A quantity of another dimension than the limits is not held against them. */
int job_key_count(uint64_t *count, enum job_id id, const char *text, struct span *at,
    struct err *e);
int job_key_quantity(struct quantity *q, enum job_id id, const char *text, struct span *at,
    struct err *e);
int job_key_choice(int *choice, enum job_id id, const char *text, struct err *e);

#endif
