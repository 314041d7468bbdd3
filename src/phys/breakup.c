/* Light projectiles, up to carbon, break up by channels: which elements come out together.
 *
 * Carbon: partial cross sections of B, Be, Li on water (Golovchenko, PRC 66 (2002) 014609; Toshito, PRC 75
 * (2007) 054606); among the rest, which nuclei come together, from the effective charges of coincident
 * fragments on carbon at 290 MeV/u (Zeitlin, PRC 76 (2007) 014911). Helium: 3He + n is what the
 * charge-changing cross section leaves of the reaction cross section, on C, Si and SiO2 (Horst, PRC 96 (2017)
 * 024624 and 99 (2019) 014603); its mirror, t + p, is as frequent by charge symmetry. On hydrogen 34.6 mb of
 * 3He, 20.7 of t, 30.2 of d are measured at 220 MeV/u (Abdullin, Nucl. Phys. A 569 (1994) 753), of 84: a proton
 * knocks out neutrons rather than protons. The others by the nearest threshold: 7Be -> 3He + 4He, 9Be -> 2 4He
 * + n, 10B and 11B -> Li + He. */
#include "phys/breakup.h"

#include <stdbool.h>

#include "phys/fragment_species.h"

enum { PARTS_MAX = 6, CHANNELS_MAX = 10, ISOTOPES_MAX = 3, TRIES = 30 };

#define LOW_MeV_u 84.0          /* where the weights of slow projectiles end ... */
#define HIGH_MeV_u 200.0        /* ... and those of fast ones begin; between them a straight line */

/* A channel: elements whose isotope is to be drawn (A = 0), or nuclides. What is missing in A are neutrons. */
struct channel {
	double slow, fast;                      /* weights */
	struct nuclide_id part[PARTS_MAX];      /* ends with Z = 0 */
};

/* Channels of a nuclide on an element, or (0) on any other; or (A = 0) of what else there is of an element. */
struct table {
	int Z, A, target_Z;
	struct channel channel[CHANNELS_MAX];   /* ends without parts */
};

#define H  {1, 0}
#define He {2, 0}
#define Li {3, 0}
#define Be {4, 0}
#define B  {5, 0}
#define C  {6, 0}
#define P  {1, 1}
#define D  {1, 2}
#define T  {1, 3}
#define He3 {2, 3}

static const struct table tables[] = {
	{1, 2, 0, {{1.0, 1.0, {P}}}},
	{1, 3, 0, {{0.60, 0.60, {D}}, {0.40, 0.40, {P}}}},
	{2, 3, 0, {{0.55, 0.55, {D, P}}, {0.45, 0.45, {P, P}}}},
	{2, 4, 1, {
		{0.41, 0.41, {He3}},
		{0.25, 0.25, {T, P}},
		{0.22, 0.22, {D, P}},
		{0.07, 0.07, {D, D}},
		{0.05, 0.05, {P, P}}}},
	{2, 4, 0, {
		{0.40, 0.225, {He3}},
		{0.40, 0.225, {T, P}},
		{0.10, 0.285, {D, P}},
		{0.04, 0.100, {D, D}},
		{0.06, 0.165, {P, P}}}},
	{2, 0, 0, {{0.70, 0.70, {He}}, {0.30, 0.30, {H, H}}}},
	{3, 0, 0, {{0.10, 0.10, {Li}}, {0.60, 0.60, {He, H}}, {0.30, 0.30, {H, H, H}}}},
	{4, 0, 0, {
		{0.10, 0.10, {Li, H}}, {0.45, 0.45, {He, He}}, {0.35, 0.35, {He, H, H}},
		{0.10, 0.10, {H, H, H, H}}}},
	{5, 0, 0, {
		{0.10, 0.10, {B}}, {0.12, 0.12, {Be, H}}, {0.15, 0.15, {Li, He}},
		{0.05, 0.05, {Li, H, H}}, {0.31, 0.31, {He, He, H}}, {0.19, 0.19, {He, H, H, H}},
		{0.08, 0.08, {H, H, H, H, H}}}},
	{6, 0, 0, {
		{0.090, 0.090, {C}}, {0.156, 0.156, {B, H}},
		{0.014, 0.021, {Be, He}}, {0.028, 0.042, {Be, H, H}},
		{0.057, 0.057, {Li, He, H}}, {0.039, 0.039, {Li, H, H, H}},
		{0.062, 0.062, {He, He, He}}, {0.195, 0.195, {He, He, H, H}},
		{0.215, 0.210, {He, H, H, H, H}}, {0.127, 0.127, {H, H, H, H, H, H}}}},
};

#define N_TABLES (sizeof tables / sizeof *tables)

/* Of each element, lightest first. Li, Be, B with the yields of 12C + C (Lindstrom et al., LBL-3650, 1975), those
 * of 10Be counted as 9Be. */
static const struct {
	int A[ISOTOPES_MAX];
	double part[ISOTOPES_MAX];
} isotopes[BREAKUP_Z_MAX] = {
	[1] = {{1, 2, 3}, {0.62, 0.26, 0.12}},
	[2] = {{3, 4}, {0.20, 0.80}},
	[3] = {{6, 7}, {0.55, 0.45}},
	[4] = {{7, 9}, {0.55, 0.45}},
	[5] = {{10, 11}, {0.41, 0.59}},
};

/* How many of the hydrogen isotopes are participants, by A, and (A = 1) of the neutrons: as many nucleons
 * of carbon in water then are as Glauber's theory says are hit. */
static const double participants[] = {0.0, 0.75, 0.30, 0.20};

static const struct table *
table_of(int Z, int A, int target_Z)
{
	const struct table *t = tables;

	while (t + 1 < tables + N_TABLES && (t->Z != Z || (t->A != A && t->A != 0) ||
	    (t->target_Z != target_Z && t->target_Z != 0)))
		t++;
	return t;
}

static int
lightest(struct nuclide_id part)
{
	return part.A != 0 ? part.A : isotopes[part.Z].A[0];
}

/* The channel in which the charge stays and only neutrons are lost. */
static bool
keeps_charge(const struct channel *c, int Z)
{
	return c->part[0].Z == Z && c->part[0].A == 0;
}

/* Are there nucleons enough? */
static bool
is_open(const struct channel *c, int Z, int A)
{
	int least = 0;

	if (keeps_charge(c, Z))
		return fragment_heaviest(Z, A - 1) > 0;
	for (int i = 0; i < PARTS_MAX && c->part[i].Z != 0; i++)
		least += lightest(c->part[i]);
	return least <= A;
}

/* Weights of the channels in order, summed up; 0 for closed ones. Returns how many channels. */
static int
sum_weights(const struct table *t, int Z, int A, double energy_MeV_u, double sum[CHANNELS_MAX])
{
	double fast = (energy_MeV_u - LOW_MeV_u) / (HIGH_MeV_u - LOW_MeV_u);
	double total = 0.0;
	int n = 0;

	fast = fast < 0.0 ? 0.0 : fast > 1.0 ? 1.0 : fast;
	while (n < CHANNELS_MAX && t->channel[n].part[0].Z != 0) {
		const struct channel *c = &t->channel[n];

		if (is_open(c, Z, A))
			total += c->slow + (c->fast - c->slow) * fast;
		sum[n++] = total;
	}
	return n;
}

static const struct channel *
draw_channel(int Z, int A, int target_Z, double energy_MeV_u, struct rng_sequence *s)
{
	const struct table *t = table_of(Z, A, target_Z);
	double sum[CHANNELS_MAX];
	int n = sum_weights(t, Z, A, energy_MeV_u, sum), i = 0;
	double x = rng_next(s) * sum[n - 1];

	while (i + 1 < n && x > sum[i])
		i++;
	return &t->channel[i];
}

static int
draw_isotope(int Z, struct rng_sequence *s)
{
	double x = rng_next(s);
	int i = 0;

	while (i + 1 < ISOTOPES_MAX && x > isotopes[Z].part[i])
		x -= isotopes[Z].part[i++];
	return isotopes[Z].A[i];
}

/* Isotopes that the projectile has nucleons enough for: drawn again and again, or the lightest. */
static void
fill(struct pieces *p, const struct channel *c, int A, struct rng_sequence *s)
{
	for (int try = 0; try <= TRIES; try++) {
		p->n = 0;
		p->n_neutrons = A;
		for (int i = 0; i < PARTS_MAX && c->part[i].Z != 0; i++) {
			struct nuclide_id part = c->part[i];

			if (part.A == 0)
				part.A = try < TRIES ? draw_isotope(part.Z, s) : lightest(part);
			pieces_add(p, part.Z, part.A, PIECE_SPECTATOR);
			p->n_neutrons -= part.A;
		}
		if (p->n_neutrons >= 0)
			return;
	}
}

/* Three of four nucleons that stay together were not hit: the fourth was. */
static bool
is_lone_hit(struct pieces *p, int A)
{
	if (A != 4 || p->piece[0].A != 3)
		return false;
	if (p->n > 1)
		p->piece[1].role = PIECE_PARTICIPANT;
	p->n_hits = 1;
	return true;
}

/* Which pieces are participants. Neutrons hit like protons; at least one nucleon hits. */
static void
choose_participants(struct pieces *p, struct rng_sequence *s)
{
	p->n_hits = 0;
	for (int i = 0; i < p->n; i++) {
		struct piece *q = &p->piece[i];

		if (q->Z == 1 && rng_next(s) < participants[q->A]) {
			q->role = PIECE_PARTICIPANT;
			p->n_hits += q->A;
		}
	}
	for (int i = 0; i < p->n_neutrons; i++)
		p->n_hits += rng_next(s) < participants[1];
	if (p->n_hits == 0)
		p->n_hits = 1;
}

void
breakup(struct pieces *p, int Z, int A, int target_Z, double energy_MeV_u, struct rng_sequence *s)
{
	const struct channel *c = draw_channel(Z, A, target_Z, energy_MeV_u, s);

	if (keeps_charge(c, Z)) {
		p->n = 0;
		pieces_add(p, Z, fragment_heaviest(Z, A - 1), PIECE_SPECTATOR);
		p->n_neutrons = A - p->piece[0].A;
	} else {
		fill(p, c, A, s);
	}
	if (!is_lone_hit(p, A))
		choose_participants(p, s);
}
