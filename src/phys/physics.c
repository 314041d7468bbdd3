/* Builds the immutable tables of a run from its plan: the block's layout, its layers and its source. */
#include "phys/physics.h"

#include "phys/fmath.h"
#include "phys/medium.h"
#include "phys/rotation.h"

#define SPREAD_SIGMAS 7.0      /* no normal variate of rng_normals reaches this */
#define BLOCK_ALIGNMENT 64
#define VOXELS_MAX 2e9

/* A primary starts above the cutoff by more than the rounding of ranges and energies. */
#define CUTOFF_MARGIN (1.0 + 1e-6)

/* What the tables of phys/lut.h hold, with room at both ends. */
#define RANGE_MIN_g_cm2 1e-5
#define RANGE_MAX_g_cm2 900.0

/* Offsets of the block's parts. */
struct block {
	size_t medium, row, range, boundary, source, end;
};

static size_t
aligned(size_t n)
{
	return (n + BLOCK_ALIGNMENT - 1) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
}

static struct block
block_layout(const struct plan *p)
{
	size_t n_layers = (size_t)p->phantom.n_layers, n_spots = (size_t)p->beam.n_spots;
	struct block b;

	b.medium = aligned(sizeof(struct physics));
	b.row = b.medium + aligned(n_layers * sizeof(struct medium));
	b.range = b.row + aligned(n_layers * RANGE_SEGMENTS * sizeof(struct row));
	b.boundary = b.range + aligned(n_layers * ENERGY_SEGMENTS * sizeof(struct cubic));
	b.source = b.boundary + aligned((n_layers + 1) * sizeof(double));
	b.end = b.source + aligned(n_spots * sizeof(struct source));
	return b;
}

size_t
physics_size(const struct plan *p)
{
	return block_layout(p).end;
}

static void
build_phantom(struct physics *ph, double *boundary_cm, const struct plan *p)
{
	double z = 0.0;

	for (int k = 0; k < N_AXES; k++) {
		double half = 0.5 * p->phantom.size_cm[k];

		ph->phantom_low_cm[k] = k == AXIS_Z ? 0.0 : -half;
		ph->phantom_high_cm[k] = k == AXIS_Z ? p->phantom.size_cm[k] : half;
	}
	ph->n_layers = p->phantom.n_layers;
	ph->boundary_cm = boundary_cm;
	for (int i = 0; i < ph->n_layers; i++) {
		boundary_cm[i] = z;
		z += p->phantom.layer[i].thickness_cm;
	}
	boundary_cm[ph->n_layers] = ph->phantom_high_cm[AXIS_Z];
}

static double
narrowest_ring_cm(const struct grid *g)
{
	double narrowest = g->radius_cm[1];

	for (int i = 1; i < g->n[AXIS_X]; i++)
		if (g->radius_cm[i + 1] - g->radius_cm[i] < narrowest)
			narrowest = g->radius_cm[i + 1] - g->radius_cm[i];
	return narrowest;
}

static void
build_rings(struct lattice *l, const struct grid *g)
{
	double narrowest = narrowest_ring_cm(g);

	l->n_rings = g->n[AXIS_X];
	l->per_cm[AXIS_X] = l->per_cm[AXIS_Y] = (float)(1.0 / narrowest);
	for (int i = 0; i <= l->n_rings; i++)
		l->ring_edge[i] = (float)(g->radius_cm[i] / narrowest);
}

/* Lanes count voxels in 32 bits. */
static int
check_lattice(const struct grid *g, struct err *e)
{
	if ((double)g->n[AXIS_X] * g->n[AXIS_Y] * g->n[AXIS_Z] < VOXELS_MAX)
		return 0;
	return err_set(e, ERR_INPUT, "the scoring grid has %.6g voxels; fewer than %.6g can be had",
	    (double)g->n[AXIS_X] * g->n[AXIS_Y] * g->n[AXIS_Z], VOXELS_MAX);
}

static void
build_lattice(struct lattice *l, const struct grid *g)
{
	for (int k = 0; k < N_AXES; k++) {
		l->origin_cm[k] = (float)g->origin_cm[k];
		l->per_cm[k] = (float)(1.0 / g->voxel_cm[k]);
		l->n[k] = g->n[k];
	}
	l->stride[AXIS_Z] = 1;
	l->stride[AXIS_Y] = g->n[AXIS_Z];
	l->stride[AXIS_X] = g->n[AXIS_Y] * g->n[AXIS_Z];
	if (g->kind == GRID_CYLINDRICAL)
		build_rings(l, g);
}

static void
build_sources(struct physics *ph, struct source *source, const struct plan *p)
{
	double total = 0.0, sum = 0.0;

	ph->n_sources = p->beam.n_spots;
	ph->source = source;
	ph->energy_max_MeV = 0.0;
	for (int i = 0; i < p->beam.n_spots; i++)
		total += p->beam.spot[i].weight;
	for (int i = 0; i < p->beam.n_spots; i++) {
		const struct spot *s = &p->beam.spot[i];
		double most = s->energy_MeV * (1.0 + SPREAD_SIGMAS * s->energy_spread);

		source[i].spot = *s;
		rotation_frame(s->direction, source[i].e, source[i].f);
		sum += s->weight;
		source[i].share = sum < total ? (uint64_t)(sum / total * 0x1p64) : UINT64_MAX;
		ph->energy_max_MeV = most > ph->energy_max_MeV ? most : ph->energy_max_MeV;
	}
	source[p->beam.n_spots - 1].share = UINT64_MAX;
}

static int
check_layer(struct physics *ph, const struct medium *m, const struct layer *layer,
    const struct plan *p, struct err *e)
{
	const char *table = layer->stopping.n > 0 ? layer->stopping.file : layer->material.name;
	double A = p->beam.ion.A;
	double low_MeV = range_energy_min_MeV(&m->range), high_MeV = range_energy_max_MeV(&m->range);
	double cutoff_MeV = range_energy_MeV(&m->range, m->cutoff_g_cm2);

	if (ph->energy_max_MeV > high_MeV)
		return err_set(e, ERR_INPUT, "beam energies up to %.6g MeV/u (mean and %g sigma of the"
		    " spread) are above the stopping-power table of %s, which ends at %.6g MeV/u",
		    ph->energy_max_MeV / A, SPREAD_SIGMAS, table, high_MeV / A);
	if (cutoff_MeV < low_MeV)
		return err_set(e, ERR_INPUT, "the cutoff is a residual energy below the stopping-power table of %s:"
		    " %.6g keV/u, while that begins at %.6g keV/u", table,
		    cutoff_MeV / A * 1e3, low_MeV / A * 1e3);
	if (range_g_cm2(&m->range, ph->energy_max_MeV) > RANGE_MAX_g_cm2 || m->cutoff_g_cm2 < RANGE_MIN_g_cm2)
		return err_set(e, ERR_INPUT, "ranges from %.3g to %.3g g/cm2 follow from the stopping-power table"
		    " of %s; %g to %g can be had", m->cutoff_g_cm2,
		    range_g_cm2(&m->range, ph->energy_max_MeV), table, RANGE_MIN_g_cm2, RANGE_MAX_g_cm2);
	if (cutoff_MeV * CUTOFF_MARGIN > ph->energy_min_MeV)
		ph->energy_min_MeV = cutoff_MeV * CUTOFF_MARGIN;
	return 0;
}

static int
build_media(struct physics *ph, struct medium *medium, struct row *row, struct cubic *range,
    const struct plan *p, struct err *e)
{
	ph->medium = medium;
	ph->row = row;
	ph->range_g_cm2 = range;
	for (int i = 0; i < p->phantom.n_layers; i++) {
		const struct layer *layer = &p->phantom.layer[i];

		if (medium_build_range(&medium[i], &p->beam.ion, layer, p->transport.cutoff_cm, e) != 0 ||
		    check_layer(ph, &medium[i], layer, p, e) != 0)
			return -1;
	}
	for (int i = 0; i < p->beam.n_spots; i++)
		if (p->beam.spot[i].energy_MeV <= ph->energy_min_MeV)
			return err_set(e, ERR_INPUT, "the beam's energy of %.6g MeV/u is not above the cutoff,"
			    " which is at %.6g MeV/u", p->beam.spot[i].energy_MeV / p->beam.ion.A,
			    ph->energy_min_MeV / p->beam.ion.A);
	for (int i = 0; i < p->phantom.n_layers; i++)
		medium_tabulate(&medium[i], row + i * RANGE_SEGMENTS, range + i * ENERGY_SEGMENTS,
		    &p->beam.ion, &p->phantom.layer[i], &p->transport, ph->energy_max_MeV);
	return 0;
}

int
physics_build(struct physics *ph, const struct plan *p, struct err *e)
{
	struct block b = block_layout(p);
	unsigned char *base = (unsigned char *)ph;

	*ph = (struct physics){
		.seed = p->seed,
		.ion = p->beam.ion,
		.scoring = p->scoring,
		.transport = p->transport,
	};
	build_phantom(ph, (double *)(void *)(base + b.boundary), p);
	build_sources(ph, (struct source *)(void *)(base + b.source), p);
	if (check_lattice(&p->scoring.grid, e) != 0)
		return -1;
	build_lattice(&ph->lattice, &p->scoring.grid);
	if (build_media(ph, (struct medium *)(void *)(base + b.medium), (struct row *)(void *)(base + b.row),
	    (struct cubic *)(void *)(base + b.range), p, e) != 0)
		return -1;
	ph->range_at_birth_cm = range_g_cm2(&ph->medium[0].range, p->beam.spot[0].energy_MeV)
	    / ph->medium[0].density_g_cm3;
	return 0;
}
