/* Projectiles beyond carbon: the target shears nucleons off, and what remains evaporates.
 *
 * Abrasion and ablation (Bowman, Swiatecki, Tsang, LBL-2908, 1973) rather than the parametrised yields of
 * EPAX: these are inclusive, and an event has to be whole. The nucleons of the projectile fly straight
 * through the density of the target, the same Gaussians that make the reaction cross section. */
#include "phys/abrasion.h"

#include <stdbool.h>

#include "base/units.h"
#include "phys/fmath.h"
#include "phys/fragment_species.h"
#include "phys/glauber.h"
#include "phys/nucleus.h"

#define fm2_PER_mb 0.1
#define FAINTEST 0.005              /* mean number of collisions at the largest impact parameter */
#define PASSES_MAX 200              /* some 2 are needed */
#define EXCITATION_MeV 13.0         /* mean, per nucleon sheared off: Gaimard, Schmidt, NPA 531 (1991) 709 */
#define NUCLEON_COST_MeV 8.0        /* mean energies of separation ... */
#define ALPHA_COST_MeV 6.0
#define ALPHA_LIGHT_COST_MeV 2.0    /* ... of Li and Be: 1.5 to 2.5 */
#define ALPHA_STATES 4.0            /* 2 by mass and spin, and alphas are there ready made: own choice */
#define KINETIC 2.0                 /* mean kinetic energy above the barrier / temperature */
#define COULOMB_MeV_fm 1.44         /* e^2 */
#define TOUCH_fm 1.5                /* of two nuclei: (A1^(1/3) + A2^(1/3)) */
#define LEVEL_DENSITY_MeV 8.0       /* E = A T^2 / 8 */

struct prefragment {
	int Z, A;
	double excitation_MeV;
};

/* What a nucleon of the projectile sees of the target. */
struct shade {
	double width2_fm2;
	double proton, neutron;      /* mean number of collisions through the centre */
};

static struct shade
shade_of(int target_Z, double energy_MeV_u)
{
	int A = nucleus_of_element(target_Z);
	double like = glauber_pp_mb(energy_MeV_u), unlike = glauber_np_mb(energy_MeV_u);
	double width2 = glauber_width2_fm2(A);
	double per_mb = fm2_PER_mb / (PI * width2);

	return (struct shade){
		.width2_fm2 = width2,
		.proton = (target_Z * like + (A - target_Z) * unlike) * per_mb,
		.neutron = (target_Z * unlike + (A - target_Z) * like) * per_mb,
	};
}

static bool
is_hit(const struct shade *t, bool is_proton, double x_fm, double y_fm, struct rng_sequence *s)
{
	double thickness = fm_exp(-(x_fm * x_fm + y_fm * y_fm) / t->width2_fm2)
	    * (is_proton ? t->proton : t->neutron);

	return rng_next(s) > fm_exp(-thickness);
}

/* One passage at the impact parameter b: which nucleons are hit. */
static void
pass(struct pieces *p, struct prefragment *f, int Z, int A, const struct shade *t, double b_fm,
    struct rng_sequence *s)
{
	double spread_fm = fm_sqrt(0.5 * glauber_width2_fm2(A));

	p->n = p->n_neutrons = 0;
	*f = (struct prefragment){Z, A, 0.0};
	for (int i = 0; i < A; i++) {
		double radius = rng_next(s), angle = rng_next(s), x, y;

		rng_normals(radius, angle, &x, &y);
		if (!is_hit(t, i < Z, b_fm + spread_fm * x, spread_fm * y, s))
			continue;
		f->A--;
		f->excitation_MeV -= EXCITATION_MeV * fm_log(rng_next(s));
		if (i < Z) {
			f->Z--;
			pieces_add(p, 1, 1, PIECE_PARTICIPANT);
		} else {
			p->n_neutrons++;
		}
	}
}

/* The square of the impact parameter beyond which next to nothing happens. */
static double
largest_b2_fm2(int Z, int A, const struct shade *t)
{
	double s = glauber_width2_fm2(A) + t->width2_fm2;
	double chi = (Z * t->proton + (A - Z) * t->neutron) * t->width2_fm2 / s;

	return s * fm_log(2.0 + chi / FAINTEST);
}

/* Passes at random, until one hits. */
static void
abrade(struct pieces *p, struct prefragment *f, int Z, int A, const struct shade *t,
    struct rng_sequence *s)
{
	double b2_fm2 = largest_b2_fm2(Z, A, t);

	for (int i = 0; i < PASSES_MAX; i++) {
		pass(p, f, Z, A, t, fm_sqrt(b2_fm2 * rng_next(s)), s);
		if (f->A < A)
			return;
	}
	p->n_neutrons = 1;
	f->A = A - 1;
}

static double
barrier_MeV(const struct prefragment *f, int Z, int A)
{
	double distance_fm = TOUCH_fm * (fm_pow(A, 1.0 / 3.0) + fm_pow(f->A - A, 1.0 / 3.0));

	return COULOMB_MeV_fm * Z * (f->Z - Z) / distance_fm;
}

/* What may evaporate, how much energy it takes away, and how likely. */
struct emission {
	int Z, A;
	double energy_MeV, weight;
};

static struct emission
emission(const struct prefragment *f, int Z, int A, double cost_MeV, double states)
{
	struct emission e = {Z, A, 0.0, 0.0};

	if (f->Z < Z || f->A - f->Z < A - Z || f->A <= A)
		return e;
	cost_MeV += barrier_MeV(f, Z, A);
	if (cost_MeV <= f->excitation_MeV) {
		double temperature = fm_sqrt(LEVEL_DENSITY_MeV * f->excitation_MeV / f->A);

		e.weight = states * fm_exp(-cost_MeV / temperature);
		e.energy_MeV = cost_MeV + KINETIC * temperature;
	}
	return e;
}

/* Takes one particle off; false if there is no energy for any. */
static bool
evaporate_one(struct pieces *p, struct prefragment *f, struct rng_sequence *s)
{
	double alpha_cost = f->Z <= 4 ? ALPHA_LIGHT_COST_MeV : ALPHA_COST_MeV;
	struct emission e[] = {
		emission(f, 0, 1, NUCLEON_COST_MeV, 1.0),
		emission(f, 1, 1, NUCLEON_COST_MeV, 1.0),
		emission(f, 2, 4, alpha_cost, ALPHA_STATES),
	};
	double x = rng_next(s) * (e[0].weight + e[1].weight + e[2].weight);
	int i = x <= e[0].weight ? 0 : x <= e[0].weight + e[1].weight ? 1 : 2;

	if (e[i].weight <= 0.0)
		return false;
	f->Z -= e[i].Z;
	f->A -= e[i].A;
	f->excitation_MeV -= e[i].energy_MeV;     /* below 0: nothing more */
	if (e[i].Z > 0)
		pieces_add(p, e[i].Z, e[i].A, PIECE_SPECTATOR);
	else
		p->n_neutrons++;
	return true;
}

/* The rest as a species, without the neutrons it has too many and the protons that do not stay with
 * so few neutrons. Be-8 falls apart. */
static void
settle(struct pieces *p, struct prefragment f)
{
	if (f.Z == 4 && f.A == 8) {
		pieces_add(p, 2, 4, PIECE_SPECTATOR);
		f = (struct prefragment){2, 4, 0.0};
	}
	while (f.Z > 0 && fragment_heaviest(f.Z, f.A) == 0) {
		pieces_add(p, 1, 1, PIECE_SPECTATOR);
		f.Z--;
		f.A--;
	}
	if (f.Z > 0) {
		int A = fragment_heaviest(f.Z, f.A);

		pieces_add(p, f.Z, A, PIECE_SPECTATOR);
		f.A -= A;
	}
	p->n_neutrons += f.A;
}

void
abrasion(struct pieces *p, int Z, int A, int target_Z, double energy_MeV_u, struct rng_sequence *s)
{
	struct shade t = shade_of(target_Z, energy_MeV_u);
	struct prefragment f;
	int hits;

	abrade(p, &f, Z, A, &t, s);
	hits = A - f.A;
	while (evaporate_one(p, &f, s))
		;
	settle(p, f);
	p->n_hits = hits;
}
