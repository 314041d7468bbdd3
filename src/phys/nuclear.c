/* Joins cross sections and final states: what may happen to a particle, how often, and what does. */
#include "phys/nuclear.h"

#include "base/units.h"
#include "phys/proton_event.h"

/* Momenta that the fragments of a nucleus have in it (Goldhaber, Phys. Lett. B 53 (1974) 306), and so many
 * sigmas that are tabulated; an event beyond is drawn again. Of the wider of the two Gaussians that fragments
 * are drawn from, it is 4.3 sigmas: some per million of fragments. */
#define FERMI_SIGMA_MeV 90.0
#define FERMI_SIGMAS 6.0

static const struct nuclide_id proton_id = {1, 1}, deuteron_id = {1, 2};

static bool
is_listed(const struct ion *list, int n, const struct nuclide_id *id)
{
	for (int i = 0; i < n; i++)
		if (list[i].Z == id->Z && list[i].A == id->A)
			return true;
	return false;
}

/* Appends a nuclide that is not there yet. */
static int
list_add(struct ion *list, int *n, const struct nuclide_id *id, struct err *e)
{
	if (is_listed(list, *n, id))
		return 0;
	if (*n == NUCLEAR_SPECIES_MAX)
		return err_set(e, ERR_INTERNAL, "more than %d kinds of particles", NUCLEAR_SPECIES_MAX);
	return ion_from_numbers(&list[(*n)++], id->Z, id->A, e);
}

static int
list_add_fragments(struct ion *list, int *n, const struct nuclide_id *id, struct err *e)
{
	struct nuclide_id fragment[FRAGMENT_SPECIES_MAX];
	int n_fragments = fragmentation_species(id->Z, id->A, fragment, FRAGMENT_SPECIES_MAX);

	for (int i = 0; i < n_fragments; i++)
		if (list_add(list, n, &fragment[i], e) != 0)
			return -1;
	return 0;
}

int
nuclear_species(struct ion list[NUCLEAR_SPECIES_MAX], const struct ion *beam, int n, enum plan_nuclear what,
    struct err *e)
{
	int n_beam = n;

	for (int i = 0; i < n_beam; i++)
		list[i] = beam[i];
	if (what != NUCLEAR_ON)
		return n;
	for (int i = 0; i < n_beam; i++) {
		struct nuclide_id id = {beam[i].Z, beam[i].A};

		if (beam[i].A > 1 && list_add_fragments(list, &n, &id, e) != 0)
			return -1;
	}
	if (list_add(list, &n, &proton_id, e) != 0 || list_add_fragments(list, &n, &deuteron_id, e) != 0)
		return -1;
	return n;
}

double
nuclear_rates_cm2_g(const struct ion *ion, const struct nuclei *m, enum plan_nuclear what, double energy_MeV,
    double rate[NUCLEAR_CHANNELS_MAX])
{
	double sum = 0.0;

	for (int k = 0; k < m->n * N_NUCLEAR_PROCESSES; k++) {
		enum nuclear_process process = (enum nuclear_process)(k % N_NUCLEAR_PROCESSES);
		int Z = m->element[k / N_NUCLEAR_PROCESSES].Z;

		rate[k] = process == NUCLEAR_ELASTIC && what != NUCLEAR_ON ? 0.0
		    : m->element[k / N_NUCLEAR_PROCESSES].weight * nuclear_sigma_cm2_g(ion, Z, process, energy_MeV);
		sum += rate[k];
	}
	return sum;
}

/* Kinetic energy of mass m with momentum p along the motion of a frame of velocity beta and gamma. */
static double
boosted_MeV(double m, double p, double gamma)
{
	double beta = fm_sqrt(1.0 - 1.0 / (gamma * gamma));

	return gamma * (fm_sqrt(m * m + p * p) + beta * p) - m;
}

double
nuclear_energy_max_MeV(const struct ion *product, const struct ion *beam, double energy_MeV)
{
	double gamma = 1.0 + energy_MeV / beam->mass_MeV;
	double left = beam->A - product->A;

	if (beam->A == 1)
		return energy_MeV;
	return boosted_MeV(product->mass_MeV,
	    FERMI_SIGMAS * FERMI_SIGMA_MeV * fm_sqrt(product->A * (left > 1.0 ? left : 1.0) / (beam->A - 1.0)), gamma);
}

void
nuclear_event(struct nuclear_event *n, const struct fragmentation *f, const struct ion *ion, const struct nuclei *m,
    int channel, double energy_MeV, const double direction[3], struct rng_sequence *random)
{
	int Z = m->element[channel / N_NUCLEAR_PROCESSES].Z;

	n->is_elastic = channel % N_NUCLEAR_PROCESSES == NUCLEAR_ELASTIC;
	if (ion->A > 1)
		fragmentation_event(f, &n->reaction, ion->Z, ion->A, energy_MeV, Z, direction, random);
	else if (n->is_elastic)
		proton_elastic(&n->reaction, Z, energy_MeV, direction, random);
	else
		proton_nonelastic(&n->reaction, Z, energy_MeV, direction, random);
}
