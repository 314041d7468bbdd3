/* A nucleus that gives off particles until its energy is used up. */
#include "phys/emission.h"

#include "phys/fmath.h"
#include "phys/mass_excess.h"
#include "phys/nucleus.h"
#include "phys/rotation.h"

double
emission_cosine(double a, double uniform)
{
	double cosine = 1.0 + fm_log(uniform + (1.0 - uniform) * fm_exp(-2.0 * a)) / a;

	return cosine > -1.0 ? cosine : -1.0;
}

void
emission_direction(double out[3], const double d[3], double cosine, double turns)
{
	double e[3], f[3], s, c, square = 0.0;
	double sine = fm_sqrt(1.0 - cosine * cosine);

	rotation_frame(d, e, f);
	fm_sincos_turns(turns, &s, &c);
	for (int i = 0; i < 3; i++) {
		out[i] = cosine * d[i] + sine * (c * e[i] + s * f[i]);
		square += out[i] * out[i];
	}
	for (int i = 0; i < 3; i++)
		out[i] /= fm_sqrt(square);
}

struct emitter
emitter_init(struct reaction *r, int target_Z, double energy_MeV, const double direction[3])
{
	int A = nucleus_of_element(target_Z);
	double excess_MeV = mass_excess_MeV(target_Z + 1, A + 1);
	double cost = excess_MeV - mass_excess_MeV(target_Z, A) - HYDROGEN_EXCESS_MeV;

	r->n = 0;
	r->local_MeV = 0.0;
	r->binding_MeV = cost;
	r->n_neutrons = 0;
	r->local_Z = 0;
	r->local_A = 0;
	return (struct emitter){r, direction, target_Z + 1, A + 1, excess_MeV, energy_MeV - cost};
}

/* What it costs to part with a particle, and the excess of the nucleus that is left. */
static double
separation_MeV(const struct emitter *m, int Z, int A, double *excess_MeV)
{
	*excess_MeV = mass_excess_MeV(m->Z - Z, m->A - A);
	return *excess_MeV + mass_excess_MeV(Z, A) - m->excess_MeV;
}

double
emission_room_MeV(const struct emitter *m, int Z, int A)
{
	double excess_MeV;

	if (Z > m->Z || A - Z > m->A - m->Z)
		return -1.0;
	return m->left_MeV - separation_MeV(m, Z, A, &excess_MeV) - EMISSION_REST_MeV;
}

static void
separate(struct emitter *m, int Z, int A, double energy_MeV)
{
	double excess_MeV, cost = separation_MeV(m, Z, A, &excess_MeV);

	m->Z -= Z;
	m->A -= A;
	m->excess_MeV = excess_MeV;
	m->left_MeV -= cost + energy_MeV;
	m->reaction->binding_MeV += cost;
}

void
emission_stays(struct emitter *m, int Z, int A, double energy_MeV)
{
	separate(m, Z, A, energy_MeV);
	m->reaction->local_Z += Z;
	m->reaction->local_A += A;
	m->reaction->local_MeV += energy_MeV;
}

void
emission_flies(struct emitter *m, int Z, int A, double energy_MeV, double cosine, double turns)
{
	struct reaction *r = m->reaction;

	if (r->n == REACTION_PRODUCTS_MAX) {
		emission_stays(m, Z, A, energy_MeV);
		return;
	}
	separate(m, Z, A, energy_MeV);
	r->product[r->n] = (struct product){.Z = Z, .A = A, .energy_MeV = energy_MeV};
	emission_direction(r->product[r->n].direction, m->direction, cosine, turns);
	r->n++;
}

void
emission_neutron(struct emitter *m, double share)
{
	separate(m, 0, 1, share * emission_room_MeV(m, 0, 1));
	m->reaction->n_neutrons++;
}

void
emission_recoil(struct emitter *m, double energy_MeV)
{
	double most = m->left_MeV - EMISSION_REST_MeV;
	double part = energy_MeV < most ? energy_MeV : most;

	m->left_MeV -= part;
	m->reaction->local_MeV += part;
}

void
emission_end(struct emitter *m)
{
	if (m->Z == 0) {
		m->reaction->n_neutrons += m->A;
		return;
	}
	m->reaction->local_Z += m->Z;
	m->reaction->local_A += m->A;
}
