/* Builds the immutable tables of a run from its plan: the block's layout, its layers and its source. */
#include "phys/physics.h"

#include "base/units.h"
#include "phys/fmath.h"
#include "phys/medium.h"
#include "phys/nuclear.h"
#include "phys/rotation.h"

#define SPREAD_SIGMAS 7.0      /* no normal variate of rng_normals reaches this */
#define BLOCK_ALIGNMENT 64
#define VOXELS_MAX 2e9

/* A primary starts above the cutoff by more than the rounding of ranges and energies. */
#define CUTOFF_MARGIN (1.0 + 1e-6)

/* What the tables of phys/cubic.h hold, with room at both ends. */
#define RANGE_MIN_g_cm2 1e-5
#define RANGE_MAX_g_cm2 3800.0

/* Offsets of the block's parts. */
struct block {
	size_t medium, row, range, optical_depth, rate, nuclei, species, material, boundary, source, end;
};

/* Where they are being built. */
struct tables {
	struct medium *medium;
	struct row *row;
	struct cubic *range, *optical_depth;
	float *rate;
};

/* The highest energies of each species: that primaries start with, and that there are, those of what reactions set free
 * among them. */
struct energies {
	double beam_MeV[NUCLEAR_SPECIES_MAX], most_MeV[NUCLEAR_SPECIES_MAX];
};

/* How many of a kind there are. */
struct census {
	int n_species, n_materials;
	int n_channels;                  /* of nuclear events: the most that a material has */
};

static size_t
aligned(size_t n)
{
	return (n + BLOCK_ALIGNMENT - 1) / BLOCK_ALIGNMENT * BLOCK_ALIGNMENT;
}

static bool
is_same_table(const struct stopping_table *a, const struct stopping_table *b)
{
	for (int i = 0; i < a->n && i < b->n; i++)
		if (a->energy_MeV[i] != b->energy_MeV[i] || a->stopping_MeV_cm2_g[i] != b->stopping_MeV_cm2_g[i])
			return false;
	return a->n == b->n;
}

static bool
is_same_density_effect(const struct density_effect *a, const struct density_effect *b)
{
	return a->is_known == b->is_known && a->Cbar == b->Cbar && a->X0 == b->X0 && a->X1 == b->X1 &&
	    a->a == b->a && a->m == b->m && a->delta0 == b->delta0;
}

/* Whether two layers can share tables. The name counts: fits belong to it. */
static bool
is_same_matter(const struct layer *a, const struct layer *b)
{
	const struct material *m = &a->material, *n = &b->material;

	if (m->density_g_cm3 != n->density_g_cm3 || m->I_eV != n->I_eV || m->is_gas != n->is_gas ||
	    m->n_elements != n->n_elements || m->density_effect_I_eV != n->density_effect_I_eV ||
	    !is_same_density_effect(&m->density_effect, &n->density_effect))
		return false;
	for (int i = 0; i < MATERIAL_NAME_MAX && (m->name[i] != '\0' || n->name[i] != '\0'); i++)
		if (m->name[i] != n->name[i])
			return false;
	for (int i = 0; i < m->n_elements; i++)
		if (m->element[i].Z != n->element[i].Z || m->element[i].weight != n->element[i].weight)
			return false;
	return is_same_table(&a->stopping, &b->stopping);
}

/* The first layer of the same matter. */
static int
first_alike(const struct phantom *p, int layer)
{
	int first = 0;

	while (!is_same_matter(&p->layer[first], &p->layer[layer]))
		first++;
	return first;
}

static int
count_all(struct census *c, const struct plan *p, struct err *e)
{
	struct ion list[NUCLEAR_SPECIES_MAX];
	const struct ion *beam = beam_ions(&p->beam, &c->n_species);

	c->n_materials = c->n_channels = 0;
	for (int i = 0; i < p->phantom.n_layers; i++) {
		int n_channels = p->phantom.layer[i].material.n_elements * N_NUCLEAR_PROCESSES;

		c->n_materials += first_alike(&p->phantom, i) == i;
		c->n_channels = n_channels > c->n_channels ? n_channels : c->n_channels;
	}
	if (p->transport.nuclear == NUCLEAR_OFF)
		c->n_channels = 0;
	c->n_species = nuclear_species(list, beam, c->n_species, p->transport.nuclear, e);
	return c->n_species < 0 ? -1 : 0;
}

static struct block
block_layout(const struct plan *p, const struct census *c)
{
	size_t n_layers = (size_t)p->phantom.n_layers, n_spots = (size_t)p->beam.n_spots;
	size_t n_materials = (size_t)c->n_materials, n_species = (size_t)c->n_species;
	size_t n_tables = n_species * n_materials;
	struct block b;

	b.medium = aligned(sizeof(struct physics));
	b.row = b.medium + aligned(n_tables * sizeof(struct medium));
	b.range = b.row + aligned(n_tables * RANGE_SEGMENTS * sizeof(struct row));
	b.optical_depth = b.range + aligned(n_tables * ENERGY_SEGMENTS * sizeof(struct cubic));
	b.rate = b.optical_depth + aligned(n_tables * RANGE_SEGMENTS * sizeof(struct cubic));
	b.nuclei = b.rate + aligned(n_tables * (RANGE_SEGMENTS + 1) * (size_t)c->n_channels * sizeof(float));
	b.species = b.nuclei + aligned(n_materials * sizeof(struct nuclei));
	b.material = b.species + aligned(n_species * sizeof(struct ion));
	b.boundary = b.material + aligned(n_layers * sizeof(int32_t));
	b.source = b.boundary + aligned((n_layers + 1) * sizeof(double));
	b.end = b.source + aligned(n_spots * sizeof(struct source));
	return b;
}

size_t
physics_size(const struct plan *p)
{
	struct census c = {1, 1, 0};
	struct err e;

	if (count_all(&c, p, &e) != 0)       /* physics_build says why */
		c.n_species = 1;
	return block_layout(p, &c).end;
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

static int
build_lattice(struct lattice *l, const struct grid *g, struct err *e)
{
	if (check_lattice(g, e) != 0)
		return -1;
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
	return 0;
}

static void
build_sources(struct physics *ph, struct source *source, const struct plan *p)
{
	double total = 0.0, sum = 0.0;

	ph->n_sources = p->beam.n_spots;
	ph->source = source;
	ph->n_particles = p->beam.phase_space.n;
	ph->particle = p->beam.phase_space.particle;
	for (int i = 0; i < p->beam.n_spots; i++)
		total += p->beam.spot[i].weight;
	for (int i = 0; i < p->beam.n_spots; i++) {
		const struct spot *s = &p->beam.spot[i];

		source[i].spot = *s;
		rotation_frame(s->direction, source[i].e, source[i].f);
		sum += s->weight;
		source[i].share = sum < total && i < p->beam.n_spots - 1 ? (uint64_t)(sum / total * 0x1p64) : UINT64_MAX;
	}
}

/* The highest energies that primaries of each species start with. */
static void
find_beam_energies(struct energies *t, const struct beam *b)
{
	for (int i = 0; i < b->n_spots; i++) {
		double most = b->spot[i].energy_MeV * (1.0 + SPREAD_SIGMAS * b->spot[i].energy_spread);

		t->beam_MeV[0] = most > t->beam_MeV[0] ? most : t->beam_MeV[0];
	}
	for (uint64_t i = 0; i < b->phase_space.n; i++) {
		const struct phase_particle *q = &b->phase_space.particle[i];

		t->beam_MeV[q->ion] = q->energy_MeV > t->beam_MeV[q->ion] ? q->energy_MeV : t->beam_MeV[q->ion];
	}
}

/* Whether reactions of the one can set the other free, as far as their sizes tell. */
static bool
can_come_from(const struct ion *product, const struct ion *beam)
{
	return beam->A == 1 || product->A <= beam->A;
}

static void
find_energies(struct energies *t, const struct physics *ph, const struct beam *b)
{
	find_beam_energies(t, b);
	for (int s = 0; s < ph->n_species; s++) {
		t->most_MeV[s] = t->beam_MeV[s];
		for (int k = 0; k < ph->n_beam_species && ph->transport.nuclear == NUCLEAR_ON; k++) {
			double most_MeV = nuclear_energy_max_MeV(&ph->species[s], &ph->species[k], t->beam_MeV[k]);

			if (k != s && can_come_from(&ph->species[s], &ph->species[k]) && most_MeV > t->most_MeV[s])
				t->most_MeV[s] = most_MeV;
		}
	}
}

static int
too_fast(const struct physics *ph, int species, double most_MeV, const char *table, double high_MeV, struct err *e)
{
	const struct ion *ion = &ph->species[species];

	if (ph->n_particles > 0)
		return err_set(e, ERR_INPUT, "the phase space has %s of up to %.6g MeV/u, above the stopping-power table of"
		    " %s, which ends at %.6g MeV/u", ion->name, most_MeV / ion->A, table, high_MeV / ion->A);
	return err_set(e, ERR_INPUT, "beam energies up to %.6g MeV/u (mean and %g sigma of the"
	    " spread) are above the stopping-power table of %s, which ends at %.6g MeV/u",
	    most_MeV / ion->A, SPREAD_SIGMAS, table, high_MeV / ion->A);
}

/* For a species of the primaries. */
static int
check_layer(struct physics *ph, int species, const struct medium *m, const struct layer *layer,
    const struct energies *t, struct err *e)
{
	const char *table = layer->stopping.n > 0 ? layer->stopping.file : layer->material.name;
	double A = ph->species[species].A;
	double low_MeV = range_energy_min_MeV(&m->range), high_MeV = range_energy_max_MeV(&m->range);
	double cutoff_MeV = range_energy_MeV(&m->range, m->cutoff_g_cm2);

	if (t->beam_MeV[species] > high_MeV)
		return too_fast(ph, species, t->beam_MeV[species], table, high_MeV, e);
	if (cutoff_MeV < low_MeV)
		return err_set(e, ERR_INPUT, "the cutoff is a residual energy below the stopping-power table of %s:"
		    " %.6g keV/u, while that begins at %.6g keV/u", table,
		    cutoff_MeV / A * 1e3, low_MeV / A * 1e3);
	if (range_g_cm2(&m->range, t->most_MeV[species]) > RANGE_MAX_g_cm2 || m->cutoff_g_cm2 < RANGE_MIN_g_cm2)
		return err_set(e, ERR_INPUT, "ranges from %.3g to %.3g g/cm2 follow from the stopping-power table"
		    " of %s; %g to %g can be had", m->cutoff_g_cm2,
		    range_g_cm2(&m->range, t->most_MeV[species]), table, RANGE_MIN_g_cm2, RANGE_MAX_g_cm2);
	if (cutoff_MeV * CUTOFF_MARGIN > ph->energy_min_MeV)
		ph->energy_min_MeV = cutoff_MeV * CUTOFF_MARGIN;
	return 0;
}

/* The materials in the order of their first layers. */
static void
build_materials(struct physics *ph, int32_t *material, struct nuclei *nuclei, const struct phantom *p)
{
	ph->material = material;
	ph->nuclei = nuclei;
	for (int i = 0; i < p->n_layers; i++) {
		const struct material *m = &p->layer[i].material;
		int first = first_alike(p, i);

		if (first < i) {
			material[i] = material[first];
			continue;
		}
		material[i] = ph->n_materials++;
		nuclei[material[i]].n = m->n_elements;
		for (int k = 0; k < m->n_elements; k++) {
			nuclei[material[i]].element[k].Z = m->element[k].Z;
			nuclei[material[i]].element[k].weight = m->element[k].weight;
		}
	}
}

static int
build_species(struct physics *ph, struct ion *species, const struct plan *p, struct err *e)
{
	struct ion list[NUCLEAR_SPECIES_MAX];
	const struct ion *beam = beam_ions(&p->beam, &ph->n_beam_species);

	ph->species = species;
	ph->n_species = nuclear_species(list, beam, ph->n_beam_species, p->transport.nuclear, e);
	for (int i = 0; i < ph->n_species; i++)
		species[i] = list[i];
	return ph->n_species < 0 ? -1 : 0;
}

static void
tabulate(const struct physics *ph, const struct tables *t, const struct layer *layer, const struct plan *p,
    int species, int material, double energy_max_MeV)
{
	int at = species * ph->n_materials + material;

	medium_tabulate(&t->medium[at], t->row + at * RANGE_SEGMENTS, t->range + at * ENERGY_SEGMENTS,
	    &ph->species[species], layer, &p->transport, energy_max_MeV);
	if (p->transport.nuclear != NUCLEAR_OFF)
		medium_tabulate_nuclear(&t->medium[at], t->optical_depth + at * RANGE_SEGMENTS,
		    t->rate + (size_t)at * (RANGE_SEGMENTS + 1) * (size_t)ph->n_channels, ph->n_channels,
		    &ph->species[species], &ph->nuclei[material], p->transport.nuclear);
}

/* Of what reactions set free. */
static int
build_secondaries(const struct physics *ph, const struct tables *t, const struct layer *layer, const struct plan *p,
    int material, const struct energies *n, struct err *e)
{
	for (int s = ph->n_beam_species; s < ph->n_species; s++) {
		struct medium *m = &t->medium[s * ph->n_materials + material];

		if (medium_build_range(m, &ph->species[s], layer, false, p->transport.cutoff_cm, e) != 0)
			return -1;
		if (range_g_cm2(&m->range, n->most_MeV[s]) > RANGE_MAX_g_cm2)
			return err_set(e, ERR_INPUT, "secondary %s of up to %.4g MeV have ranges of up to %.4g g/cm2 in %s;"
			    " %g g/cm2 can be had (transport.nuclear: off does without)", ph->species[s].name, n->most_MeV[s],
			    range_g_cm2(&m->range, n->most_MeV[s]), layer->material.name, RANGE_MAX_g_cm2);
		tabulate(ph, t, layer, p, s, material, n->most_MeV[s]);
	}
	return 0;
}

/* Ranges of the primaries' species, by which their energies are judged. */
static int
build_beam_ranges(struct physics *ph, const struct tables *t, const struct layer *layer, const struct plan *p,
    int material, const struct energies *n, struct err *e)
{
	for (int s = 0; s < ph->n_beam_species; s++) {
		struct medium *m = &t->medium[s * ph->n_materials + material];

		if (medium_build_range(m, &ph->species[s], layer, true, p->transport.cutoff_cm, e) != 0 ||
		    check_layer(ph, s, m, layer, n, e) != 0)
			return -1;
	}
	return 0;
}

/* All that a layer's matter asks for. */
static int
build_matter(const struct physics *ph, const struct tables *t, const struct layer *layer, const struct plan *p,
    int material, const struct energies *n, struct err *e)
{
	for (int s = 0; s < ph->n_beam_species; s++)
		tabulate(ph, t, layer, p, s, material, n->most_MeV[s]);
	return build_secondaries(ph, t, layer, p, material, n, e);
}

static int
build_media(struct physics *ph, const struct tables *t, const struct plan *p, const struct energies *n, struct err *e)
{
	ph->medium = t->medium;
	ph->row = t->row;
	ph->range_g_cm2 = t->range;
	ph->optical_depth = t->optical_depth;
	ph->rate = t->rate;
	for (int i = 0; i < p->phantom.n_layers; i++)
		if (first_alike(&p->phantom, i) == i &&
		    build_beam_ranges(ph, t, &p->phantom.layer[i], p, ph->material[i], n, e) != 0)
			return -1;
	for (int i = 0; i < p->beam.n_spots; i++)
		if (p->beam.spot[i].energy_MeV <= ph->energy_min_MeV)
			return err_set(e, ERR_INPUT, "the beam's energy of %.6g MeV/u is not above the cutoff,"
			    " which is at %.6g MeV/u", p->beam.spot[i].energy_MeV / p->beam.ion.A,
			    ph->energy_min_MeV / p->beam.ion.A);
	for (int i = 0; i < p->phantom.n_layers; i++)
		if (first_alike(&p->phantom, i) == i &&
		    build_matter(ph, t, &p->phantom.layer[i], p, ph->material[i], n, e) != 0)
			return -1;
	return 0;
}

int
physics_build(struct physics *ph, const struct plan *p, struct err *e)
{
	struct census c;
	struct block b;
	struct tables t;
	struct energies n = {0};
	unsigned char *base = (unsigned char *)ph;
	double sine;

	if (count_all(&c, p, e) != 0)
		return -1;
	b = block_layout(p, &c);
	t = (struct tables){
		.medium = (struct medium *)(void *)(base + b.medium),
		.row = (struct row *)(void *)(base + b.row),
		.range = (struct cubic *)(void *)(base + b.range),
		.optical_depth = (struct cubic *)(void *)(base + b.optical_depth),
		.rate = (float *)(void *)(base + b.rate),
	};
	*ph = (struct physics){
		.seed = p->seed,
		.ion = p->beam.ion,
		.scoring = p->scoring,
		.transport = p->transport,
		.n_channels = c.n_channels,
	};
	fm_sincos_turns(p->scoring.yield_angle_rad / (2.0 * PI), &sine, &ph->yield_cosine);
	build_phantom(ph, (double *)(void *)(base + b.boundary), p);
	build_sources(ph, (struct source *)(void *)(base + b.source), p);
	build_materials(ph, (int32_t *)(void *)(base + b.material), (struct nuclei *)(void *)(base + b.nuclei),
	    &p->phantom);
	if (fragmentation_init(&ph->fragmentation, e) != 0)
		return -1;
	if (build_species(ph, (struct ion *)(void *)(base + b.species), p, e) != 0)
		return -1;
	if (build_lattice(&ph->lattice, &p->scoring.grid, e) != 0)
		return -1;
	find_energies(&n, ph, &p->beam);
	if (build_media(ph, &t, p, &n, e) != 0)
		return -1;
	ph->range_at_birth_cm = range_g_cm2(&ph->medium[0].range, ph->n_sources > 0 ? p->beam.spot[0].energy_MeV
	    : n.beam_MeV[0]) / ph->medium[0].density_g_cm3;
	return 0;
}
