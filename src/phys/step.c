/* Decides condensed-history steps, a batch at a time. */
#include "phys/step.h"

#include "phys/fmath.h"
#include "phys/rng.h"
#include "phys/rotation.h"
#include "phys/scattering.h"
#include "phys/straggling.h"

/* What the random numbers of a step are, after Box and Muller. */
struct numbers {
	double scatter_x[STEP_LANES], scatter_y[STEP_LANES], straggle[STEP_LANES];   /* normal */
	double hinge[STEP_LANES];         /* uniform in (0, 1) */
	int32_t chance[STEP_LANES];       /* uniform in 0..4095 */
};

/* One block of 128 random bits serves a step: 32 bits for each of two radii, 20 for each of two
 * angles, 12 for the hinge and 12 for the chance of a straggling kick. */
static void
draw_numbers(const struct steps *s, uint64_t seed, struct numbers *r)
{
	uint32_t word[4][STEP_LANES];
	double unused;

	for (int i = 0; i < s->n; i++) {
		struct rng_block b = rng_draw(seed, s->history[i], s->draw[i], 0);

		for (int k = 0; k < 4; k++)
			word[k][i] = b.word[k];
	}
	for (int i = 0; i < s->n; i++)
		rng_normals(rng_uniform32(word[0][i]), rng_uniform(word[1][i], 20),
		    &r->scatter_x[i], &r->scatter_y[i]);
	for (int i = 0; i < s->n; i++)
		rng_normals(rng_uniform32(word[2][i]), rng_uniform(word[3][i], 20),
		    &r->straggle[i], &unused);
	for (int i = 0; i < s->n; i++) {
		r->hinge[i] = rng_uniform(word[1][i] << 20, 12);
		r->chance[i] = (int32_t)(word[3][i] & 4095);
	}
}

/* How far each step goes, g/cm2. */
static void
choose_lengths(const struct steps *s, const struct physics *ph, double *length)
{
	double fraction = ph->transport.range_fraction, longest = ph->medium.step_max_g_cm2;

	for (int i = 0; i < s->n; i++) {
		double l = fraction * s->range_g_cm2[i];

		length[i] = l < longest ? l : longest;
	}
}

/* What the tables say at the middle of each step. */
struct middle {
	double range_variance[STEP_LANES], range_third[STEP_LANES];
	double scattering[STEP_LANES], pv_MeV[STEP_LANES], log10_pv[STEP_LANES];
};

static void
look_up(const struct steps *s, const struct medium *m, const double *length, struct middle *mid)
{
	for (int i = 0; i < s->n; i++) {
		struct lut_place at = lut_find(s->range_g_cm2[i] - 0.5 * length[i]);

		mid->range_variance[i] = lut_at(&m->range_variance, at);
		mid->range_third[i] = lut_at(&m->range_third, at);
		mid->scattering[i] = lut_at(&m->scattering, at);
		mid->pv_MeV[i] = lut_at(&m->pv_MeV, at);
		mid->log10_pv[i] = lut_at(&m->log10_pv, at);
	}
}

/* What each step takes from the residual range: its length, and what straggling adds. */
static void
straggle(int n, const struct middle *mid, const struct numbers *r, const double *length,
    double *loss)
{
	for (int i = 0; i < n; i++) {
		double variance = mid->range_variance[i] * length[i];
		double sigma = __builtin_sqrt(variance);
		double skewness = mid->range_third[i] * length[i] / (variance * sigma);
		int32_t frequency = straggling_frequency(length[i], sigma, skewness);

		loss[i] = length[i]
		    + sigma * straggling_kick(skewness, frequency, r->chance[i], r->straggle[i]);
	}
}

/* Ends each step at the cutoff that would pass it. */
static void
stop_at_cutoff(const struct steps *s, double cutoff, double *length, double *loss)
{
	for (int i = 0; i < s->n; i++) {
		double rest = s->range_g_cm2[i] - cutoff;
		bool is_last = loss[i] > rest;

		length[i] *= is_last ? rest / loss[i] : 1.0;
		loss[i] = is_last ? rest : loss[i];
	}
}

static void
scatter(struct steps *s, const struct middle *mid, const struct numbers *r, const double *length)
{
	for (int i = 0; i < s->n; i++) {
		double f = scattering_build_up(mid->pv_MeV[i], mid->log10_pv[i], s->pv_birth_MeV[i]);
		double sigma = __builtin_sqrt(mid->scattering[i] * f * length[i]);

		s->tilt_rad[0][i] = sigma * r->scatter_x[i];
		s->tilt_rad[1][i] = sigma * r->scatter_y[i];
	}
}

static void
place_hinges(struct steps *s, double density_g_cm3, const struct numbers *r, const double *length,
    const double *loss)
{
	for (int i = 0; i < s->n; i++) {
		double l = length[i] / density_g_cm3;

		s->hinge_cm[i] = r->hinge[i] * l;
		s->after_hinge_cm[i] = l - s->hinge_cm[i];
		s->range_loss_g_cm3[i] = loss[i] / l;
	}
}

void
steps_decide(struct steps *s, const struct physics *ph)
{
	const struct transport *t = &ph->transport;
	const struct medium *m = &ph->medium;
	struct numbers r;
	struct middle mid;
	double length[STEP_LANES], loss[STEP_LANES];

	draw_numbers(s, ph->seed, &r);
	choose_lengths(s, ph, length);
	look_up(s, m, length, &mid);
	for (int i = 0; i < s->n; i++)
		loss[i] = t->has_energy_loss ? length[i] : 0.0;
	if (t->has_energy_loss && t->has_straggling)
		straggle(s->n, &mid, &r, length, loss);
	stop_at_cutoff(s, m->cutoff_g_cm2, length, loss);
	if (t->has_scattering)
		scatter(s, &mid, &r, length);
	place_hinges(s, m->density_g_cm3, &r, length, loss);
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
