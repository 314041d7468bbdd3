/* What an ion and a nucleus turn into: takes the projectile apart, sets the pieces in motion, and closes
 * the balance. */
#include "phys/fragmentation.h"

#include "base/units.h"
#include "model/ion.h"
#include "model/ion_data.h"
#include "phys/abrasion.h"
#include "phys/breakup.h"
#include "phys/fragment_motion.h"
#include "phys/nucleus.h"

#define NEUTRON_MASS_MeV 939.56542052     /* CODATA 2018 */
#define RECOIL_MeV 10.0                   /* per nucleon of the target that takes part */
#define RECOIL_PART 0.25                  /* at most, of the energy there is */
#define REST_MIN_MeV 1e-4                 /* kept back: more than a rounding of each energy */
#define PARTICIPANT_MIN 0.1               /* what is left to the participants before all have to give */
#define TRIES 40

_Static_assert(FRAGMENTATION_Z_MAX == NUCLIDE_Z_MAX, "a mass for each nuclide");

int
fragmentation_init(struct fragmentation *f, struct err *e)
{
	*f = (struct fragmentation){{{0.0}}};
	for (const struct nuclide *n = nuclide_data; n->Z != 0; n++) {
		struct ion ion;

		if (ion_from_numbers(&ion, n->Z, n->A, e) != 0)
			return -1;
		f->mass_MeV[n->Z][n->A] = ion.mass_MeV;
	}
	return 0;
}

/* Rest energy that the pieces have more than the whole. */
static double
binding_MeV(const struct fragmentation *f, const struct pieces *p, int Z, int A)
{
	double sum = p->n_neutrons * NEUTRON_MASS_MeV - f->mass_MeV[Z][A];

	for (int i = 0; i < p->n; i++)
		sum += f->mass_MeV[p->piece[i].Z][p->piece[i].A];
	return sum;
}

/* Takes the projectile apart in a way that the energy of the relative motion suffices for. */
static bool
take_apart(const struct fragmentation *f, struct pieces *p, int Z, int A, double energy_MeV,
    int target_Z, struct rng_sequence *s)
{
	int At = nucleus_of_element(target_Z);
	double relative_MeV = energy_MeV * At / (At + A);

	for (int i = 0; i < TRIES; i++) {
		if (Z <= BREAKUP_Z_MAX)
			breakup(p, Z, A, energy_MeV / A, s);
		else
			abrasion(p, Z, A, target_Z, energy_MeV / A, s);
		if (binding_MeV(f, p, Z, A) + REST_MIN_MeV < relative_MeV)
			return true;
	}
	return false;
}

/* The nucleons of the target that take part are no more than the projectile can reach. */
static double
recoils_MeV(int A, int At, double free_MeV)
{
	double nucleons = 1.0 + At / 6.0, most = RECOIL_PART * free_MeV;

	nucleons = nucleons < 1.0 + A ? nucleons : 1.0 + A;
	return RECOIL_MeV * nucleons < most ? RECOIL_MeV * nucleons : most;
}

static void
set_in_motion(const struct fragmentation *f, struct reaction *r, const struct pieces *p,
    const struct flyer *flyer, struct rng_sequence *s)
{
	r->n = p->n;
	for (int i = 0; i < p->n; i++) {
		struct product *to = &r->product[i];

		to->Z = p->piece[i].Z;
		to->A = p->piece[i].A;
		if (p->piece[i].is_participant)
			fragment_motion_participant(to, flyer, s);
		else
			fragment_motion_spectator(to, f->mass_MeV[to->Z][to->A], flyer, s);
	}
}

/* Scales the energies down to what there is: those of participants first. */
static void
close_balance(struct reaction *r, const struct pieces *p, double free_MeV)
{
	double participants = 0.0, others = r->local_MeV, part = 1.0, all;

	for (int i = 0; i < r->n; i++)
		*(p->piece[i].is_participant ? &participants : &others) += r->product[i].energy_MeV;
	if (participants + others > free_MeV && participants > 0.0)
		part = (free_MeV - others) / participants;
	part = part > PARTICIPANT_MIN ? part : PARTICIPANT_MIN;
	all = free_MeV / (others + part * participants);
	all = all < 1.0 ? all : 1.0;
	for (int i = 0; i < r->n; i++)
		r->product[i].energy_MeV *= p->piece[i].is_participant ? part * all : all;
	r->local_MeV *= all;
}

void
fragmentation_event(const struct fragmentation *f, struct reaction *r, int Z, int A,
    double energy_MeV, int target_Z, const double direction[3], struct rng_sequence *s)
{
	struct flyer flyer = {A, f->mass_MeV[Z][A], energy_MeV, direction};
	int At = nucleus_of_element(target_Z);
	struct pieces p;
	double free_MeV;

	*r = (struct reaction){.local_Z = target_Z, .local_A = At, .local_MeV = energy_MeV};
	if (!take_apart(f, &p, Z, A, energy_MeV, target_Z, s)) {
		r->local_Z += Z;
		r->local_A += A;
		return;
	}
	r->binding_MeV = binding_MeV(f, &p, Z, A);
	free_MeV = energy_MeV - r->binding_MeV - REST_MIN_MeV;
	r->local_MeV = recoils_MeV(A, At, free_MeV);
	r->n_neutrons = p.n_neutrons;
	set_in_motion(f, r, &p, &flyer, s);
	close_balance(r, &p, free_MeV);
}
