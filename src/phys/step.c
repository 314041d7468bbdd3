/* Decides condensed-history steps, a batch at a time. */
#include "phys/step.h"

#include "phys/fmath.h"
#include "phys/rng.h"
#include "phys/rotation.h"
#include "phys/scattering.h"
#include "phys/straggling.h"

#define SHORTEST_g_cm2 1e-10
#define TAIL_MAX 16u           /* single scatters in a step: their mean is below 0.1 */

/* What the random numbers of a step are, after Box and Muller. */
struct numbers {
	double scatter_x[STEP_LANES], scatter_y[STEP_LANES];       /* normal */
	double straggle_g[STEP_LANES], straggle_h[STEP_LANES];     /* normal */
	double hinge[STEP_LANES];         /* uniform in (0, 1) */
	int32_t chance[STEP_LANES];       /* uniform in 0..4095 */
	double jump[STEP_LANES];          /* uniform in (0, 1), in place of g and h */
};

/* One block of 128 random bits serves a step: 32 bits for each of two radii, 20 for each of two
 * angles, 12 for the hinge and 12 for the chance of a straggling kick. */
static void
draw_numbers(const struct steps *s, uint64_t seed, struct numbers *r)
{
	uint32_t word[4][STEP_LANES];

	for (int i = 0; i < s->n; i++) {
		struct rng_block b = rng_draw(seed, s->history[i], s->draw[i], s->stream[i]);

		for (int k = 0; k < 4; k++)
			word[k][i] = b.word[k];
	}
	for (int i = 0; i < s->n; i++)
		rng_normals(rng_uniform32(word[0][i]), rng_uniform(word[1][i], 20),
		    &r->scatter_x[i], &r->scatter_y[i]);
	for (int i = 0; i < s->n; i++)
		rng_normals(rng_uniform32(word[2][i]), rng_uniform(word[3][i], 20),
		    &r->straggle_g[i], &r->straggle_h[i]);
	for (int i = 0; i < s->n; i++) {
		r->hinge[i] = rng_uniform(word[1][i] << 20, 12);
		r->chance[i] = (int32_t)(word[3][i] & 4095);
		r->jump[i] = rng_uniform32(word[2][i]);
	}
}

/* What a medium says of a step, gathered. */
struct middle {
	double density_g_cm3[STEP_LANES];
	double range_variance[STEP_LANES], range_third[STEP_LANES];
	double scattering[STEP_LANES], pv_MeV[STEP_LANES], log10_pv[STEP_LANES];
};

/* How far each step goes, g/cm2. A length of nothing, on a boundary, would divide 0 by 0. */
static void
choose_lengths(struct steps *s, struct middle *mid, double *length)
{
	double longest[STEP_LANES], fraction[STEP_LANES];

	for (int i = 0; i < s->n; i++) {
		longest[i] = s->medium[i]->step_max_g_cm2;
		fraction[i] = s->medium[i]->range_fraction;
		mid->density_g_cm3[i] = s->medium[i]->density_g_cm3;
	}
	for (int i = 0; i < s->n; i++) {
		double l = fraction[i] * s->range_g_cm2[i];
		double boundary = s->to_boundary_cm[i] * mid->density_g_cm3[i];

		l = l < longest[i] ? l : longest[i];
		s->is_to_boundary[i] = boundary < l;
		l = boundary < l ? boundary : l;
		length[i] = l > SHORTEST_g_cm2 ? l : SHORTEST_g_cm2;
	}
}

/* The tables at the middle of each step. */
static void
look_up(const struct steps *s, const double *length, struct middle *mid)
{
	for (int i = 0; i < s->n; i++) {
		const struct medium *m = s->medium[i];
		struct lut_place at = lut_find(s->range_g_cm2[i] - 0.5 * length[i]);

		mid->range_variance[i] = lut_at(&m->lut->range_variance, at);
		mid->range_third[i] = lut_at(&m->lut->range_third, at);
		mid->scattering[i] = lut_at(&m->lut->scattering, at);
		mid->pv_MeV[i] = lut_at(&m->lut->pv_MeV, at);
		mid->log10_pv[i] = lut_at(&m->lut->log10_pv, at);
	}
}

/* What each step takes from the residual range: its length, and what straggling adds. */
static void
straggle(int n, const struct middle *mid, const struct numbers *r, const double *length,
    double *loss)
{
	double sigma[STEP_LANES], skewness[STEP_LANES];

	for (int i = 0; i < n; i++) {
		double variance = mid->range_variance[i] * length[i];

		sigma[i] = __builtin_sqrt(variance);
		skewness[i] = mid->range_third[i] * length[i] / (variance * sigma[i]);
		loss[i] = length[i] + sigma[i] * straggling_kick(skewness[i],
		    straggling_frequency(skewness[i]), r->chance[i], r->straggle_g[i], r->straggle_h[i]);
	}
	for (int i = 0; i < n; i++)
		if (straggling_is_thin(length[i], sigma[i], skewness[i]))
			loss[i] = length[i]
			    + straggling_jump(length[i], sigma[i], skewness[i], r->jump[i]);
}

/* Ends each step at the range's end that it would pass. */
static void
stop_at_end(const struct steps *s, double *length, double *loss)
{
	for (int i = 0; i < s->n; i++) {
		double rest = s->range_g_cm2[i] - s->range_end_g_cm2[i];
		bool is_last = loss[i] > rest;

		length[i] *= is_last ? rest / loss[i] : 1.0;
		loss[i] = is_last ? rest : loss[i];
	}
}

/* Without energy loss nothing tells how far a particle has come, and the scattering power is the local
 * one, f = 1. */
static void
scatter(struct steps *s, const struct middle *mid, const struct numbers *r, const double *length,
    bool has_build_up)
{
	for (int i = 0; i < s->n; i++) {
		double f = scattering_build_up(mid->pv_MeV[i], mid->log10_pv[i], s->pv_birth_MeV[i]);
		double variance = mid->scattering[i] * (has_build_up ? f : 1.0) * length[i];
		double sigma = __builtin_sqrt(variance);

		s->core_rad2[i] += variance;
		s->tilt_rad[0][i] = sigma * r->scatter_x[i];
		s->tilt_rad[1][i] = sigma * r->scatter_y[i];
	}
}

/* How many single scatters into the tail, from a uniform number: Poisson, by inversion. */
static unsigned
tail_count(double mean, double uniform)
{
	double term = fm_exp(-mean), sum = term;
	unsigned n = 0;

	while (uniform > sum && n < TAIL_MAX) {
		term *= mean / ++n;
		sum += term;
	}
	return n;
}

/* Adds the rare large angles beyond the Gaussian core, theta^-3 up to the nuclear form factor. Their
 * random numbers are those of the particle's further streams at the step's draw. */
static void
scatter_singly(struct steps *s, const struct physics *ph, int i, double length, double pv)
{
	const struct medium *m = s->medium[i];
	double energy = lut_at(&m->lut->energy_MeV, lut_find(s->range_g_cm2[i]));
	double pc = fm_sqrt(energy * (energy + 2.0 * m->mass_MeV));
	double end = HBAR_C_MeV_fm / (pc * m->nuclear_radius_fm);
	double most = 1.0 / (SINGLE_SCATTERING_CORE * SINGLE_SCATTERING_CORE * s->core_rad2[i]);
	double least = 1.0 / (end * end);
	double mean = m->single_scattering * length / (pv * pv) * (most - least);
	struct rng_block r = rng_draw(ph->seed, s->history[i], s->draw[i], s->stream[i] + 1);
	unsigned n = most > least ? tail_count(mean, rng_uniform32(r.word[0])) : 0;

	for (unsigned k = 0; k < n; k++) {
		double theta, sine, cosine;

		r = rng_draw(ph->seed, s->history[i], s->draw[i], s->stream[i] + 2 + k);
		theta = 1.0 / fm_sqrt(least + (most - least) * rng_uniform32(r.word[0]));
		fm_sincos_turns(rng_uniform32(r.word[1]), &sine, &cosine);
		s->tilt_rad[0][i] += theta * cosine;
		s->tilt_rad[1][i] += theta * sine;
	}
}

static void
add_tail(struct steps *s, const struct physics *ph, const struct middle *mid, const double *length)
{
	for (int i = 0; i < s->n; i++)
		if (s->core_rad2[i] > 0.0)
			scatter_singly(s, ph, i, length[i], mid->pv_MeV[i]);
}

static void
place_hinges(struct steps *s, const double *density_g_cm3, const struct numbers *r,
    const double *length, const double *loss)
{
	for (int i = 0; i < s->n; i++) {
		double l = length[i] / density_g_cm3[i];

		s->hinge_cm[i] = r->hinge[i] * l;
		s->after_hinge_cm[i] = l - s->hinge_cm[i];
		s->range_loss_g_cm3[i] = l > 0.0 ? loss[i] / l : 0.0;
	}
}

void
steps_decide(struct steps *s, const struct physics *ph)
{
	const struct transport *t = &ph->transport;
	struct numbers r;
	struct middle mid;
	double length[STEP_LANES], loss[STEP_LANES];

	draw_numbers(s, ph->seed, &r);
	choose_lengths(s, &mid, length);
	look_up(s, length, &mid);
	for (int i = 0; i < s->n; i++)
		loss[i] = t->has_energy_loss ? length[i] : 0.0;
	if (t->has_energy_loss && t->has_straggling)
		straggle(s->n, &mid, &r, length, loss);
	stop_at_end(s, length, loss);
	if (t->has_scattering)
		scatter(s, &mid, &r, length, t->has_energy_loss);
	if (t->has_scattering && t->has_single_scattering)
		add_tail(s, ph, &mid, length);
	place_hinges(s, mid.density_g_cm3, &r, length, loss);
}

void
bends_apply(struct bends *b)
{
	for (int i = 0; i < b->n; i++) {
		double d[3] = {b->direction[0][i], b->direction[1][i], b->direction[2][i]};

		rotation_deflect(d, b->tilt_rad[0][i], b->tilt_rad[1][i]);
		for (int k = 0; k < 3; k++)
			b->direction[k][i] = d[k];
	}
}
