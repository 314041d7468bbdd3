/* Lays out a tally: which bins there are, and what they mean. */
#include "model/tally.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/units.h"
#include "model/element.h"

/* A beam this near to the plane between two voxels belongs to both. */
#define AXIS_TOLERANCE_cm 1e-9

/* The one or two voxels along `axis` that hold `position_cm`; returns how many. */
static int
voxels_at(const struct grid *g, int axis, double position_cm, int voxel[2])
{
	double at = (position_cm - g->origin_cm[axis]) / g->voxel_cm[axis];
	double plane = floor(at + 0.5);
	bool is_on_plane = fabs(at - plane) * g->voxel_cm[axis] <= AXIS_TOLERANCE_cm;
	double first = is_on_plane ? plane - 1 : floor(at);
	double last = is_on_plane ? plane : first;
	int n = 0;

	for (double k = first; k <= last; k++)
		if (k >= 0 && k < g->n[axis])
			voxel[n++] = (int)k;
	return n;
}

double
tally_centre_cm(const struct tally_layout *l, int axis, int index)
{
	const struct grid *g = &l->grid;

	if (g->kind == GRID_CYLINDRICAL && axis == AXIS_X)
		return 0.5 * (g->radius_cm[index] + g->radius_cm[index + 1]);
	if (g->kind == GRID_CYLINDRICAL && axis == AXIS_Y)
		return g->origin_cm[AXIS_Y];
	return g->origin_cm[axis] + (index + 0.5) * g->voxel_cm[axis];
}

/* Energy and, with them, what else there is of the voxels' scores; then the yields. */
static int
n_group_scores(const struct tally_layout *l)
{
	int n = l->n_scores <= GROUP_LET2 ? l->n_scores : GROUP_LET2 + 1;

	return n + (l->has_yields ? 1 : 0);
}

bool
tally_group_has(const struct tally_layout *l, enum group_score score)
{
	if (l->n_groups == 0)
		return false;
	return score == GROUP_YIELD ? l->has_yields : (int)score < l->n_scores;
}

int
tally_layout_count(struct tally_layout *l)
{
	const int *n = l->grid.n;
	size_t columns, bin = 0;

	l->n_depths = (size_t)n[AXIS_Z];
	if (__builtin_mul_overflow((size_t)n[AXIS_X], (size_t)n[AXIS_Y], &columns) ||
	    __builtin_mul_overflow(columns, l->n_depths, &l->n_voxels))
		return -1;
	for (int k = 0; k < l->n_scores; k++) {
		l->first_voxel[k] = bin;
		if (__builtin_add_overflow(bin, l->n_voxels, &l->first_depth[k]) ||
		    __builtin_add_overflow(l->first_depth[k], l->n_depths, &bin))
			return -1;
	}
	l->first_axis = bin;
	if (__builtin_add_overflow(bin, l->n_depths, &l->first_group) ||
	    __builtin_mul_overflow(l->n_depths, (size_t)(l->n_groups * n_group_scores(l)), &bin))
		return -1;
	return __builtin_add_overflow(bin, l->first_group, &l->n_bins) ? -1 : 0;
}

size_t
tally_group_first(const struct tally_layout *l, int group, enum group_score score)
{
	int place = score == GROUP_YIELD ? n_group_scores(l) - 1 : (int)score;

	return l->first_group + (size_t)(group * n_group_scores(l) + place) * l->n_depths;
}

const char *
tally_group_name(const struct tally_layout *l, int group)
{
	if (group == GROUP_PRIMARIES)
		return "primary";
	if (group == tally_group_local(l))
		return "target";
	return element_by_Z(group)->symbol;
}

static void
find_axis(struct tally_layout *l, const double position_cm[N_AXES])
{
	const struct grid *g = &l->grid;
	int ix[2], iy[2], nx, ny;

	if (g->kind == GRID_CYLINDRICAL) {
		l->axis_column[l->n_axis_columns++] = grid_index(g, 0, 0, 0);
		return;
	}
	nx = voxels_at(g, AXIS_X, position_cm[AXIS_X], ix);
	ny = voxels_at(g, AXIS_Y, position_cm[AXIS_Y], iy);
	for (int i = 0; i < nx; i++)
		for (int j = 0; j < ny; j++)
			l->axis_column[l->n_axis_columns++] = grid_index(g, ix[i], iy[j], 0);
}

static void
find_densities(struct tally_layout *l, const struct phantom *p)
{
	double end_cm = p->layer[0].thickness_cm;
	int layer = 0;

	for (size_t iz = 0; iz < l->n_depths; iz++) {
		while (layer + 1 < p->n_layers && tally_centre_cm(l, AXIS_Z, (int)iz) >= end_cm)
			end_cm += p->layer[++layer].thickness_cm;
		l->density_g_cm3[iz] = p->layer[layer].material.density_g_cm3;
	}
}

int
tally_n_scores(const struct plan *p)
{
	const struct scoring *s = &p->scoring;
	bool has_others = p->transport.nuclear == NUCLEAR_ON;

	if (s->has_let)
		return has_others && !s->is_let_of_primaries ? SCORE_LENGTH_ALL + 1 : SCORE_LET2 + 1;
	return s->has_fluence ? SCORE_LENGTH + 1 : SCORE_DOSE + 1;
}

static int
groups_of(const struct plan *p)
{
	if (p->transport.nuclear == NUCLEAR_ON)
		return p->beam.ion.Z + 2;
	return p->scoring.has_yields ? 1 : 0;
}

int
tally_layout_init(struct tally_layout *l, const struct plan *p, struct err *e)
{
	static const double middle_cm[N_AXES];

	*l = (struct tally_layout){
		.grid = p->scoring.grid,
		.delivered_primaries = p->scoring.delivered_primaries,
		.n_scores = tally_n_scores(p),
		.n_groups = groups_of(p),
		.has_yields = p->scoring.has_yields,
	};
	if (tally_layout_count(l) != 0)
		return err_set(e, ERR_SYSTEM, "the scoring grid has more bins than any memory");
	l->density_g_cm3 = calloc(l->n_depths, sizeof *l->density_g_cm3);
	if (l->density_g_cm3 == NULL)
		return err_sys(e, "memory for the densities of %zu depths", l->n_depths);
	find_densities(l, &p->phantom);
	find_axis(l, p->beam.n_spots > 0 ? p->beam.spot[0].position_cm : middle_cm);
	return 0;
}

void
tally_layout_free(struct tally_layout *l)
{
	free(l->density_g_cm3);
	l->density_g_cm3 = NULL;
}

double
tally_volume_cm3(const struct tally_layout *l, int ix)
{
	const double *size_cm = l->grid.voxel_cm;
	const double *r = l->grid.radius_cm + ix;

	if (l->grid.kind == GRID_CYLINDRICAL)
		return PI * (r[1] - r[0]) * (r[1] + r[0]) * size_cm[AXIS_Z];
	return size_cm[AXIS_X] * size_cm[AXIS_Y] * size_cm[AXIS_Z];
}

double
tally_idd_per_MeV(const struct tally_layout *l, int iz)
{
	return 1.0 / (l->density_g_cm3[iz] * l->grid.voxel_cm[AXIS_Z]);
}

double
tally_dose_per_MeV(const struct tally_layout *l, int ix, int iz)
{
	double primaries = l->delivered_primaries > 0 ? l->delivered_primaries : 1.0;

	return primaries * GRAY_PER_MeV_g / (l->density_g_cm3[iz] * tally_volume_cm3(l, ix));
}

/* The innermost ring of a cylinder; of a lattice all voxels are alike. */
double
tally_axis_dose_per_MeV(const struct tally_layout *l, int iz)
{
	return l->n_axis_columns == 0 ? (double)NAN : tally_dose_per_MeV(l, 0, iz) / l->n_axis_columns;
}
