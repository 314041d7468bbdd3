/* Builds what a plan scores: the quantities, in a lattice of voxels or in rings. */
#include <math.h>
#include <string.h>

#include "io/job_build.h"
#include "model/tally.h"

#define VOXELS_TOLERANCE 1e-6       /* of a whole number of voxels, relative */
#define INSIDE_TOLERANCE 1e-9       /* of the grid in the phantom, relative to its size */
#define SAME_TOLERANCE 1e-12        /* closer than that, a size is a whole number of voxels */
#define AXIS_VOXELS_MAX 1000000
#define GRID_VOXELS_MAX ((uint64_t)1 << 33)

static const char axis_name[N_AXES] = { 'x', 'y', 'z' };

/* The extent of the grid along an axis, and the keys that gave it. */
struct extent {
	enum job_id origin, size, voxel;
	double origin_cm, size_cm, voxel_cm;
};

/* The number of voxels along an axis; 0 after an error that names the sizes that fit. */
static int
count_voxels(struct job *j, int axis, const struct extent *x)
{
	double n = floor(x->size_cm / x->voxel_cm + 0.5), below = floor(x->size_cm / x->voxel_cm);
	struct span at = job_element_place(j, x->voxel, axis);

	if (n > AXIS_VOXELS_MAX) {
		job_complain(j, x->voxel, at, "%.0f voxels along %c, expected at most %d", n,
		    axis_name[axis], AXIS_VOXELS_MAX);
		return 0;
	}
	if (n >= 1.0 && fabs(n * x->voxel_cm - x->size_cm) <= VOXELS_TOLERANCE * x->size_cm)
		return (int)n;
	if (below < 1.0)
		job_complain(j, x->voxel, at, "longer along %c than the grid of %s, which holds none",
		    axis_name[axis], job_in_cm(x->size_cm).text);
	else
		job_complain(j, x->voxel, at, "the grid of %s along %c is %.7g voxels of %s, expected a "
		    "whole number; sizes that fit: %s or %s", job_in_cm(x->size_cm).text,
		    axis_name[axis], x->size_cm / x->voxel_cm, job_in_cm(x->voxel_cm).text,
		    job_in_cm(below * x->voxel_cm).text, job_in_cm((below + 1.0) * x->voxel_cm).text);
	return 0;
}

/* The edge as given; a size / number where the digits given do not suffice ("3.33333 mm"). */
static double
exact_edge(double size_cm, double voxel_cm, int n)
{
	if (fabs(n * voxel_cm - size_cm) <= SAME_TOLERANCE * size_cm)
		return voxel_cm;
	return size_cm / n;
}

static bool
check_inside(struct job *j, int axis, const struct extent *x)
{
	double room_cm = j->p->phantom.size_cm[axis], low_cm = job_lowest(axis, room_cm);
	double tolerance_cm = INSIDE_TOLERANCE * room_cm, end_cm = x->origin_cm + x->size_cm;
	enum job_id id = job_is_given(j, x->origin) ? x->origin : x->size;

	if (x->origin_cm >= low_cm - tolerance_cm && end_cm <= low_cm + room_cm + tolerance_cm)
		return true;
	job_complain(j, id, job_element_place(j, id, axis),
	    "the grid reaches along %c from %s to %s, out of the phantom (%s to %s)",
	    axis_name[axis], job_in_cm(x->origin_cm).text, job_in_cm(end_cm).text,
	    job_in_cm(low_cm).text, job_in_cm(low_cm + room_cm).text);
	return false;
}

static bool
set_axis(struct job *j, int axis, const struct extent *x)
{
	struct grid *g = &j->p->scoring.grid;

	if (!check_inside(j, axis, x))
		return false;
	g->n[axis] = count_voxels(j, axis, x);
	if (g->n[axis] == 0)
		return false;
	g->voxel_cm[axis] = exact_edge(x->size_cm, x->voxel_cm, g->n[axis]);
	g->origin_cm[axis] = x->origin_cm;
	return true;
}

static struct extent
extent_of_voxels(const struct job *j, int axis)
{
	const struct job_value *value = j->v->value;
	struct extent x = { .origin = JOB_GRID_ORIGIN, .size = JOB_GRID_SIZE, .voxel = JOB_VOXEL };

	x.size_cm = job_is_given(j, x.size) ? value[x.size].quantity[axis].value
	    : j->p->phantom.size_cm[axis];
	x.origin_cm = job_is_given(j, x.origin) ? value[x.origin].quantity[axis].value
	    : job_lowest(axis, x.size_cm);
	x.voxel_cm = value[x.voxel].quantity[axis].value;
	return x;
}

static bool
set_voxels(struct job *j)
{
	bool is_whole = true;

	if (!job_is_good(j, JOB_VOXEL) || !job_is_fine(j, JOB_GRID_SIZE) || !job_is_fine(j, JOB_GRID_ORIGIN))
		return false;
	for (int i = 0; i < N_AXES; i++) {
		struct extent x = extent_of_voxels(j, i);

		is_whole &= set_axis(j, i, &x);
	}
	return is_whole;
}

static bool
set_radii(struct job *j)
{
	const struct job_values *v = j->v;
	struct grid *g = &j->p->scoring.grid;

	if (v->radius_cm[0] != 0.0) {
		job_complain(j, JOB_CYLINDER_RADII, v->radius_at[0], "the first radius must be 0 (for "
		    "example %s)", job_keys[JOB_CYLINDER_RADII].example);
		return false;
	}
	for (int i = 1; i < v->n_radii; i++)
		if (v->radius_cm[i] <= v->radius_cm[i - 1]) {
			job_complain(j, JOB_CYLINDER_RADII, v->radius_at[i],
			    "the radius is not above the one before it");
			return false;
		}
	memcpy(g->radius_cm, v->radius_cm, (size_t)v->n_radii * sizeof *g->radius_cm);
	g->n[AXIS_X] = v->n_radii - 1;
	g->n[AXIS_Y] = 1;
	return true;
}

/* The axis, and whether the rings about it lie in the phantom. */
static bool
set_cylinder_axis(struct job *j)
{
	enum job_id id = job_is_given(j, JOB_CYLINDER_AXIS) ? JOB_CYLINDER_AXIS : JOB_POSITION;
	struct grid *g = &j->p->scoring.grid;
	double radius_cm = g->radius_cm[g->n[AXIS_X]];

	for (int i = AXIS_X; i <= AXIS_Y; i++) {
		double half_cm = 0.5 * j->p->phantom.size_cm[i];
		double at_cm = j->v->value[id].quantity[i].value;

		g->origin_cm[i] = at_cm;
		g->voxel_cm[i] = radius_cm;
		if (fabs(at_cm) + radius_cm <= half_cm * (1.0 + INSIDE_TOLERANCE))
			continue;
		job_complain(j, JOB_CYLINDER_RADII, j->v->radius_at[g->n[AXIS_X]],
		    "the rings reach along %c from %s to %s, out of the phantom (%s to %s)",
		    axis_name[i], job_in_cm(at_cm - radius_cm).text, job_in_cm(at_cm + radius_cm).text,
		    job_in_cm(-half_cm).text, job_in_cm(half_cm).text);
		return false;
	}
	return true;
}

static bool
set_cylinder(struct job *j)
{
	static const enum job_id of_voxels[] = { JOB_VOXEL, JOB_GRID_SIZE, JOB_GRID_ORIGIN };
	struct extent z = { .origin = JOB_CYLINDER_START, .size = JOB_CYLINDER_DEPTH,
	    .voxel = JOB_CYLINDER_DEPTH_BIN };

	if (!job_refuse(j, of_voxels, sizeof of_voxels / sizeof of_voxels[0],
	    "not together with scoring.cylinder, whose rings take the place of the voxels")
	    || !job_is_good(j, JOB_CYLINDER_RADII) || !job_is_good(j, z.voxel)
	    || !job_is_good(j, z.origin) || !job_is_fine(j, z.size) || !job_is_fine(j, JOB_CYLINDER_AXIS)
	    || !job_is_fine(j, JOB_POSITION))
		return false;
	j->p->scoring.grid.kind = GRID_CYLINDRICAL;
	z.origin_cm = job_number(j, z.origin);
	z.voxel_cm = job_number(j, z.voxel);
	z.size_cm = job_is_given(j, z.size) ? job_number(j, z.size)
	    : j->p->phantom.size_cm[AXIS_Z] - z.origin_cm;
	if (z.size_cm <= 0.0) {
		job_complain(j, z.origin, job_place(j, z.origin), "expected less than the %s that the "
		    "phantom is deep", job_in_cm(j->p->phantom.size_cm[AXIS_Z]).text);
		return false;
	}
	return set_radii(j) && set_cylinder_axis(j) && set_axis(j, AXIS_Z, &z);
}

/* The LETs are means over the track length, so that they come with its bins. */
static void
set_quantities(struct job *j)
{
	unsigned choices = j->v->value[JOB_QUANTITIES].choices;
	struct scoring *s = &j->p->scoring;

	s->has_let = (choices & 1u << 2) != 0;
	s->is_let_of_primaries = j->v->value[JOB_LET_OF].choice == 1;
	s->yield_angle_rad = job_number(j, JOB_YIELD_ANGLE);
	s->has_yields = (choices & 1u << 3) != 0;
	s->has_fluence = s->has_let || (choices & 1u << 1) != 0;
	s->delivered_primaries = job_number(j, JOB_DELIVERED);
}

/* Whether the bins can be counted at all; memory is checked when the run begins. */
static bool
check_bins(struct job *j)
{
	const struct scoring *s = &j->p->scoring;
	enum job_id id = s->grid.kind == GRID_CYLINDRICAL ? JOB_CYLINDER : JOB_VOXEL;
	struct tally_layout l = { .grid = s->grid, .n_scores = tally_n_scores(j->p) };
	uint64_t n = grid_n_voxels(&s->grid) * (uint64_t)l.n_scores;

	if (n <= GRID_VOXELS_MAX && tally_layout_count(&l) == 0)
		return true;
	job_complain(j, id, job_place(j, id), "%llu voxels in all%s, expected at most %llu",
	    (unsigned long long)n, l.n_scores > 1 ? ", each quantity counted" : "",
	    (unsigned long long)GRID_VOXELS_MAX);
	return false;
}

int
job_set_scoring(struct job *j)
{
	set_quantities(j);
	if (!j->has_size)
		return 0;
	j->has_grid = job_is_given(j, JOB_CYLINDER) ? set_cylinder(j) : set_voxels(j);
	j->has_grid = j->has_grid && check_bins(j);
	return 0;
}
