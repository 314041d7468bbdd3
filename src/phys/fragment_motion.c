/* How the pieces of a projectile fly: spectators as Goldhaber, Phys. Lett. B 53 (1974) 306, has it,
 * participants slower and to the side. */
#include "phys/fragment_motion.h"

#include "phys/emission.h"
#include "phys/fmath.h"
#include "phys/rotation.h"

#define FERMI_MeV 90.0            /* momentum in one direction, of one nucleon */
#define FERMI_THREE_MeV 70.0      /* of one of three, less tightly bound */
#define FERMI_TWO_MeV 50.0
#define TAIL_PART 0.35            /* of the fragments: He from 400 MeV/u C, Haettner 2006, 0 to 10 degrees */
#define TAIL_WIDTH 1.4            /* their width / that of all */

/* Standard deviation of each component of a fragment's momentum where the projectile is at rest. */
static double
fermi_momentum_MeV(int A, int projectile_A)
{
	double one = projectile_A > 3 ? FERMI_MeV : projectile_A == 3 ? FERMI_THREE_MeV : FERMI_TWO_MeV;

	return one * fm_sqrt(A * (double)(projectile_A - A) / (projectile_A - 1));
}

/* A core narrower than Goldhaber's width and a wide tail, which together have it. */
static double
width_factor(double uniform)
{
	const double core2 = (1.0 - TAIL_PART * TAIL_WIDTH * TAIL_WIDTH) / (1.0 - TAIL_PART);

	return uniform < TAIL_PART ? TAIL_WIDTH : fm_sqrt(core2);
}

/* Where a momentum with z along the projectile points in the laboratory. */
static void
turn(double direction[3], const double along[3], double x, double y, double z)
{
	double e[3], f[3], square = 0.0, norm;

	rotation_frame(along, e, f);
	for (int i = 0; i < 3; i++) {
		direction[i] = x * e[i] + y * f[i] + z * along[i];
		square += direction[i] * direction[i];
	}
	norm = 1.0 / fm_sqrt(square);
	for (int i = 0; i < 3; i++)
		direction[i] *= norm;
}

void
fragment_motion_spectator(struct product *f, double mass_MeV, const struct flyer *p,
    struct rng_sequence *s)
{
	double tau = p->energy_MeV / p->mass_MeV, gamma = tau + 1.0;
	double gamma_beta = fm_sqrt(tau * (tau + 2.0));
	double sigma = fermi_momentum_MeV(f->A, p->A) * width_factor(rng_next(s));
	double u[4], x, y, z, none, rest, p2;

	for (int i = 0; i < 4; i++)
		u[i] = rng_next(s);
	rng_normals(u[0], u[1], &x, &y);
	rng_normals(u[2], u[3], &z, &none);
	x *= sigma;
	y *= sigma;
	z *= sigma;
	rest = fm_sqrt(mass_MeV * mass_MeV + x * x + y * y + z * z);
	z = gamma * z + gamma_beta * rest;
	p2 = x * x + y * y + z * z;
	f->energy_MeV = p2 / (fm_sqrt(mass_MeV * mass_MeV + p2) + mass_MeV);
	turn(f->direction, p->direction, x, y, z);
}

/* Of the energy of a nucleon of the projectile, what it keeps when it hits one. */
static double
kept_part(struct rng_sequence *s)
{
	return 1.0 - 2.0 * FRAGMENT_MOTION_LOST * rng_next(s);
}

/* With this part of the energy per nucleon; forward by exp(a cos theta), the more so the larger it is. */
static void
scatter(struct product *f, double part, const struct flyer *p, struct rng_sequence *s)
{
	double cosine = emission_cosine(7.0 * part + 1.0, rng_next(s));

	f->energy_MeV = part * p->energy_MeV * f->A / p->A;
	emission_direction(f->direction, p->direction, cosine, rng_next(s));
}

void
fragment_motion_participant(struct product *f, const struct flyer *p, struct rng_sequence *s)
{
	scatter(f, kept_part(s), p, s);
}

/* Gets what its partner does not keep. */
void
fragment_motion_struck(struct product *f, const struct flyer *p, struct rng_sequence *s)
{
	scatter(f, 1.0 - kept_part(s), p, s);
}
