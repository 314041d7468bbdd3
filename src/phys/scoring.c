/* Tallies deposits and tracks as integers. */
#include "phys/scoring.h"

#include "base/units.h"
#include "phys/fmath.h"

/* The voxel of lane i, or false outside of the grid. */
static bool
find_voxel(const struct flock *b, int i, const struct grid *g, size_t *voxel)
{
	for (int k = 0; k < 3; k++)
		if ((uint32_t)b->voxel[k][i] >= (uint32_t)g->n[k])
			return false;
	*voxel = grid_index(g, b->voxel[0][i], b->voxel[1][i], b->voxel[2][i]);
	return true;
}

static void
add_to_bin(const struct pass *p, size_t bin, int64_t quanta)
{
	p->score->touched[bin >> SCORE_BLOCK_SHIFT] = 1;
	p->score->bins[bin] += quanta;
}

static void
add(const struct pass *p, enum score_kind kind, size_t voxel, int64_t quanta)
{
	add_to_bin(p, p->layout->first_voxel[kind] + voxel, quanta);
}

static int
lane_group(const struct flock *b, int i, const struct physics *ph)
{
	return lane_is_primary(b, i) ? GROUP_PRIMARIES : ph->species[b->species[i]].Z;
}

static void
add_to_group(const struct flock *b, int i, const struct pass *p, int group, enum group_score score,
    int64_t quanta)
{
	if (tally_group_has(p->layout, score))
		add_to_bin(p, tally_group_first(p->layout, group, score) + (size_t)b->voxel[AXIS_Z][i], quanta);
}

static int64_t
nearest_quanta(double x)
{
	return (int64_t)fm_floor(x + 0.5);
}

/* A track of `length_cm`, with its LET weighted by length once and twice. */
static void
add_track(const struct flock *b, int i, const struct pass *p, size_t voxel, double length_cm,
    double let_MeV, double let2_MeV2_cm)
{
	int64_t length = nearest_quanta(length_cm * LENGTH_QUANTA_PER_cm);
	int64_t let = nearest_quanta(let_MeV * LET_QUANTA_PER_MeV);
	int64_t let2 = nearest_quanta(let2_MeV2_cm * LET2_QUANTA_PER_MeV2_cm);
	int n_scores = p->layout->n_scores, group = lane_group(b, i, p->ph);
	bool is_of_all = n_scores > SCORE_LENGTH_ALL;

	add_to_group(b, i, p, group, GROUP_LENGTH, length);
	add_to_group(b, i, p, group, GROUP_LET, let);
	add_to_group(b, i, p, group, GROUP_LET2, let2);
	if (is_of_all)
		add(p, SCORE_LENGTH_ALL, voxel, length);
	if (group == GROUP_PRIMARIES)
		add(p, SCORE_LENGTH, voxel, length);
	if (n_scores > SCORE_LET2 && (is_of_all || group == GROUP_PRIMARIES)) {
		add(p, SCORE_LET, voxel, let);
		add(p, SCORE_LET2, voxel, let2);
	}
}

/* The track from residual range `from` to `to`, over a path that need not be their difference: what
 * straggling adds to the loss does not change the LET. Exact integrals, since LET may change by much
 * within a voxel at the end of the range. */
static void
add_flight(const struct flock *b, int i, const struct pass *p, size_t voxel, double from, double to,
    double path_cm)
{
	const struct medium *m = lane_medium(b, i, p->ph);
	struct lut_place before = lut_find(from), after = lut_find(to);
	double passed_cm = (from - to) / m->density_g_cm3;
	double let = lut_at(&m->lut->let_MeV_cm, after), per_cm;

	if (!(passed_cm > 1e-6 * path_cm)) {
		add_track(b, i, p, voxel, path_cm, path_cm * let, path_cm * let * let);
		return;
	}
	per_cm = path_cm / passed_cm;
	add_track(b, i, p, voxel, path_cm,
	    per_cm * (lut_at(&m->lut->let_length_MeV, before) - lut_at(&m->lut->let_length_MeV, after)),
	    per_cm * (lut_at(&m->lut->let2_length_MeV2_cm, before) - lut_at(&m->lut->let2_length_MeV2_cm, after)));
}

static void
add_energy(const struct flock *b, int i, const struct pass *p, bool is_inside, size_t voxel, int group,
    int64_t quanta)
{
	p->score->channel[is_inside ? ENERGY_DEPOSITED : ENERGY_OUTSIDE] += quanta;
	if (!is_inside)
		return;
	add(p, SCORE_DOSE, voxel, quanta);
	add_to_group(b, i, p, group, GROUP_DOSE, quanta);
}

void
score_deposit(const struct flock *b, int i, const struct pass *p, int group, int64_t quanta)
{
	size_t voxel = 0;
	bool is_inside = find_voxel(b, i, &p->ph->scoring.grid, &voxel);

	add_energy(b, i, p, is_inside, voxel, group, quanta);
}

void
score_passage(const struct flock *b, int i, const struct pass *p)
{
	size_t voxel;

	if (p->layout->has_yields && b->direction[AXIS_Z][i] >= p->ph->yield_cosine &&
	    find_voxel(b, i, &p->ph->scoring.grid, &voxel))
		add_to_group(b, i, p, lane_group(b, i, p->ph), GROUP_YIELD, 1);
}

void
score_track(struct flock *b, int i, const struct pass *p)
{
	const struct medium *m = lane_medium(b, i, p->ph);
	double range = b->range_g_cm2[i], path = b->path_cm[i];
	int64_t now = (int64_t)(lut_at(&m->lut->energy_MeV, lut_find(range)) * QUANTA_PER_MeV);
	size_t voxel = 0;
	bool is_inside = find_voxel(b, i, &p->ph->scoring.grid, &voxel);

	if (now > b->energy_q[i])                /* rounding of the tables, some quanta at most */
		now = b->energy_q[i];
	add_energy(b, i, p, is_inside, voxel, lane_group(b, i, p->ph), b->energy_q[i] - now);
	if (is_inside && p->layout->n_scores > SCORE_LENGTH)
		add_flight(b, i, p, voxel, b->range_scored_g_cm2[i], range, path);
	b->energy_q[i] = now;
	b->range_scored_g_cm2[i] = range;
	b->path_cm[i] = 0.0;
}

void
score_rest(struct flock *b, int i, const struct pass *p)
{
	const struct medium *m = lane_medium(b, i, p->ph);
	size_t voxel = 0;
	bool is_inside = find_voxel(b, i, &p->ph->scoring.grid, &voxel);

	add_energy(b, i, p, is_inside, voxel, lane_group(b, i, p->ph), b->energy_q[i]);
	if (is_inside && p->layout->n_scores > SCORE_LENGTH) {
		double range = b->range_g_cm2[i];
		struct lut_place at = lut_find(range);

		add_track(b, i, p, voxel, range / m->density_g_cm3, lut_at(&m->lut->let_length_MeV, at),
		    lut_at(&m->lut->let2_length_MeV2_cm, at));
	}
	b->energy_q[i] = 0;
}
