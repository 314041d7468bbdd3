/* A proton that excites or breaks a nucleus. First the cascade, whose protons and deuterons take their
 * energy as ICRU 63 has it in the mean; then the hot nucleus, which gives off the more the more is left
 * to it, so that the means are kept; what is left in the end goes with neutrons. */
#include "phys/emission.h"
#include "phys/fmath.h"
#include "phys/proton_event.h"
#include "phys/proton_yields.h"

/* A whole number with this mean. */
static int
draw_number(double mean, struct rng_sequence *s)
{
	double whole = fm_floor(mean);

	return (int)whole + (rng_next(s) < mean - whole ? 1 : 0);
}

/* As drawn, or where there is no room for that, any share of the room; negative if there is none. */
static double
fit(double energy_MeV, double room_MeV, struct rng_sequence *s)
{
	return energy_MeV < room_MeV ? energy_MeV : room_MeV * rng_next(s);
}

/* Density e^(a cos) about the beam, a in the manner of Kalbach, Phys. Rev. C 37 (1988) 2350. */
static void
emit_forward(struct emitter *m, int A, double energy_MeV, struct rng_sequence *s)
{
	double E = energy_MeV;
	double cosine = emission_cosine(0.06 * E + 6e-7 * E * E * E + 0.05, rng_next(s));

	emission_flies(m, 1, A, E, cosine, rng_next(s));
}

/* They have u^power of all the room, with the power that gives their mean. First of all, since there would
 * be no room for it after the protons. */
static void
cascade_deuterons(struct emitter *m, const struct proton_yields *y, struct rng_sequence *s)
{
	for (int n = draw_number(y->deuterons, s); n > 0; n--) {
		double room = emission_room_MeV(m, 1, 2);
		double power = room / y->deuteron_MeV - 1.0;

		if (room > 0.0)
			emit_forward(m, 2, room * fm_pow(rng_next(s), power > 0.0 ? power : 1.0), s);
	}
}

static void
cascade_protons(struct emitter *m, const struct proton_yields *y, struct rng_sequence *s)
{
	for (int n = draw_number(y->cascade_protons, s); n > 0; n--) {
		double most = PROTON_CASCADE_SHARE * (emission_room_MeV(m, 1, 1) - PROTON_CASCADE_LEVEL_MeV);

		if (most > 0.0)
			emit_forward(m, 1, most * fm_pow(rng_next(s), y->cascade_power), s);
	}
}

/* Sum of two exponentials of mean 1. */
static double
draw_two_exponentials(struct rng_sequence *s)
{
	double first = rng_next(s);

	return -fm_log(first * rng_next(s));
}

static void
evaporate_alphas(struct emitter *m, const struct proton_yields *y, double heat, struct rng_sequence *s)
{
	for (int n = draw_number(y->alphas * heat, s); n > 0; n--) {
		double E = fit(0.5 * y->alpha_MeV * draw_two_exponentials(s), emission_room_MeV(m, 2, 4), s);

		if (E > 0.0)
			emission_stays(m, 2, 4, E);
	}
}

static void
evaporate_protons(struct emitter *m, const struct proton_yields *y, double heat, struct rng_sequence *s)
{
	for (int n = draw_number(y->evaporated_protons * heat, s); n > 0; n--) {
		double E = fit(y->barrier_MeV + PROTON_EVAPORATION_MeV * draw_two_exponentials(s),
		    emission_room_MeV(m, 1, 1), s);
		double cosine = 2.0 * rng_next(s) - 1.0;

		if (E > 0.0)
			emission_flies(m, 1, 1, E, cosine, rng_next(s));
	}
}

void
proton_nonelastic(struct reaction *r, int target_Z, double energy_MeV, const double direction[3],
    struct rng_sequence *s)
{
	struct proton_yields y = proton_yields(target_Z, energy_MeV);
	struct emitter m = emitter_init(r, target_Z, energy_MeV, direction);
	double heat;

	cascade_deuterons(&m, &y, s);
	cascade_protons(&m, &y, s);
	heat = m.left_MeV / y.left_MeV;
	emission_recoil(&m, -y.recoil_MeV * heat * fm_log(rng_next(s)));
	evaporate_alphas(&m, &y, heat, s);
	evaporate_protons(&m, &y, heat, s);
	while (emission_room_MeV(&m, 0, 1) > 0.0)
		emission_neutron(&m, rng_next(s));
	emission_end(&m);
}
