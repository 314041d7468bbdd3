/* The immutable physics of a run: for each particle that may fly, in each material, what a step needs,
 * tabulated against the residual range. One block of plain data, built once, mapped read-only and shared by all
 * workers; its few pointers point into the block itself, which is mapped before the workers are forked; but the
 * particles of a phase space are the plan's, which must stay. */
#ifndef PHYS_PHYSICS_H
#define PHYS_PHYSICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/plan.h"
#include "phys/cubic.h"
#include "phys/fragmentation.h"
#include "phys/range.h"

/* One particle in one material, against its residual range R (g/cm2, CSDA with nuclear stopping), for
 * each segment of R. Pairs are a value and its rise over the segment. */
struct row {
	struct cubic energy_q;           /* quanta of 2^-20 MeV */
	/* integrals over the track from the first segment up to here, of LET (unrestricted: the electronic stopping
	 * power) and its square */
	struct cubic let_MeV, let2_MeV2_cm;
	float pv_MeV[2];
	float log10_pv[2];               /* of the proton of equal velocity */
	float range_variance[2];         /* straggling: second central moment of the loss, as range, per g/cm2 */
	float range_third[2];            /* half the cube root of the third, likewise: g/cm2 per (g/cm2)^(1/3) */
};

/* And what does not depend on R. */
struct medium {
	double mass_MeV;                 /* of the particle */
	double energy_max_MeV;           /* that the tables hold */
	double density_g_cm3;
	double cutoff_g_cm2;             /* R at which the rest is deposited, */
	double cutoff_MeV;               /* and the energy there */
	double step_max_g_cm2;
	double single_scattering;        /* chi_c^2 (pv)^2 per g/cm2, MeV2 rad2 cm2/g */
	double nuclear_radius_fm;        /* where the form factor ends it */
	double scattering_MeV2;          /* (z 15 MeV)^2 / X_S, rad2 MeV2 cm2/g: by (pv)^2 the scattering power */
	/* of the track below the cutoff: its length, and the integrals of LET and its square over it */
	double rest_cm, rest_let_MeV, rest_let2_MeV2_cm;
	struct range_table range;
};

/* The nuclei of a material. */
struct nuclei {
	int n;
	struct { int Z; double weight; } element[MATERIAL_ELEMENTS_MAX];
};

/* The scoring grid as the lanes see it: coordinates in units of voxels. Of rings, x and y are in units of the
 * narrowest. */
struct lattice {
	float origin_cm[3], per_cm[3];
	int32_t n[3], stride[3];
	int32_t n_rings;                 /* 0: boxes */
	float ring_edge[GRID_RADII_MAX + 1];
};

/* A spot, ready to be sampled. */
struct source {
	struct spot spot;
	double e[3], f[3];               /* complete its direction to a frame */
	uint64_t share;                  /* of 2^64, up to and with this spot */
};

struct physics {
	uint64_t seed;
	struct ion ion;                  /* of the beam */
	double energy_min_MeV;           /* a primary starts above it: the cutoff's, in any layer */
	double range_at_birth_cm;        /* CSDA in the first layer, of the first spot's mean energy; of the
	                                  * fastest of the heaviest ions of a phase space */
	double phantom_low_cm[3], phantom_high_cm[3];
	struct scoring scoring;
	double yield_cosine;
	struct transport transport;
	struct lattice lattice;
	int n_layers, n_materials, n_species, n_sources;
	int n_beam_species;              /* of the primaries; they come first */
	/* [n_species][n_materials], all but the first with so many lines each: */
	const struct medium *medium;
	const struct row *row;           /* RANGE_SEGMENTS */
	const struct cubic *range_g_cm2; /* ENERGY_SEGMENTS, of the energy in MeV */
	const struct cubic *optical_depth;   /* RANGE_SEGMENTS: nuclear events to be expected on the way to rest */
	const float *rate;               /* [RANGE_SEGMENTS + 1][n_channels] at knots: of each nuclear channel, cm2/g */
	int n_channels;
	const struct nuclei *nuclei;     /* [n_materials] */
	const struct ion *species;       /* [n_species], the beam's first */
	struct fragmentation fragmentation;
	const int32_t *material;         /* [n_layers]: of each layer */
	const double *boundary_cm;       /* [n_layers + 1], z */
	const struct source *source;     /* [n_sources] */
	uint64_t n_particles;            /* of a phase space; 0: the sources are the beam */
	const struct phase_particle *particle;   /* [n_particles]: the ion is its species */
};

/* Which of the tables. */
static inline int
physics_table(const struct physics *ph, int species, int layer)
{
	return species * ph->n_materials + ph->material[layer];
}

static inline const struct medium *
physics_medium(const struct physics *ph, int species, int layer)
{
	return &ph->medium[physics_table(ph, species, layer)];
}

/* The rates of the channels at the first knot of a segment of R; those of the next follow. */
static inline const float *
physics_rates(const struct physics *ph, int species, int layer, int segment)
{
	size_t knot = (size_t)physics_table(ph, species, layer) * (RANGE_SEGMENTS + 1) + (size_t)segment;

	return &ph->rate[knot * (size_t)ph->n_channels];
}

/* -1 when the particle is none of them. */
static inline int
physics_species(const struct physics *ph, int Z, int A)
{
	for (int i = 0; i < ph->n_species; i++)
		if (ph->species[i].Z == Z && ph->species[i].A == A)
			return i;
	return -1;
}

/* Bytes of the block for a plan. */
size_t physics_size(const struct plan *p);

/* Fills a block of that size, which stays where it is. ERR_INPUT when the plan's energies or its cutoff
 * leave the range of validity of a stopping power (1 keV/u to 1 GeV/u, or the user's table). */
int physics_build(struct physics *ph, const struct plan *p, struct err *e);

#endif
