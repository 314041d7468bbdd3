/* Cross sections and final states of nuclear interactions against measured and evaluated ones, which are not
 * part of the project: the directory that IONFARM_REFERENCE names. Without it, skipped (77). Prints the
 * ratios; fails when one is beyond its limit. Measured points scatter: of them it is the median. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "phys/nuclear_cross.h"
#include "phys/nucleus.h"
#include "phys/proton_event.h"

enum { SKIP = 77, MAX_ROWS = 200, N_COLUMNS = 9, N_EVENTS = 20000 };

struct rows {
	int n;
	double value[MAX_ROWS][N_COLUMNS];
};

/* The lines that begin with a number; false if there is no such file. */
static bool
read_rows(struct rows *r, const char *file)
{
	char path[1024], line[512];
	FILE *f;

	snprintf(path, sizeof path, "%s/nuclear/%s", getenv("IONFARM_REFERENCE"), file);
	f = fopen(path, "r");
	r->n = 0;
	if (f == NULL) {
		printf("%s: cannot be opened\n", path);
		return false;
	}
	while (r->n < MAX_ROWS && fgets(line, sizeof line, f) != NULL) {
		char *text = line, *end;
		int i = 0;

		for (; i < N_COLUMNS; i++, text = *end == ',' ? end + 1 : end) {
			r->value[r->n][i] = strtod(text, &end);
			if (end == text && i < 2)
				break;
		}
		r->n += i == N_COLUMNS;
	}
	fclose(f);
	return true;
}

static int
is_less(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static const struct cross_section {
	const char *file, *ion;
	int target_Z;
	double from_MeV_u, to_MeV_u;
	double median_limit, worst_limit;      /* percent; 0 for no demand */
} cross_sections[] = {
	{ "icru63_p_carbon.csv", "proton", 6, 20.0, 250.0, 2.0, 5.0 },
	{ "icru63_p_oxygen.csv", "proton", 8, 20.0, 250.0, 2.0, 5.0 },
	{ "p_nonelastic_C.csv", "proton", 6, 20.0, 250.0, 2.0, 0.0 },
	{ "p_nonelastic_C.csv", "proton", 6, 250.0, 700.0, 5.0, 10.0 },
	{ "p_nonelastic_Al.csv", "proton", 13, 40.0, 700.0, 5.0, 0.0 },
	{ "p_nonelastic_Cu.csv", "proton", 29, 40.0, 700.0, 5.0, 0.0 },
	{ "C12_reaction_on_C.csv", "C-12", 6, 80.0, 1000.0, 3.0, 10.0 },
	{ "He4_reaction_on_C.csv", "alpha", 6, 15.0, 1000.0, 10.0, 0.0 },
};

static bool
check_cross_section(const struct cross_section *c)
{
	static struct rows r;
	double ratio[MAX_ROWS], worst = 0.0, median;
	struct ion ion;
	struct err e;
	bool is_good;
	int n = 0;

	if (!read_rows(&r, c->file) || ion_parse(&ion, c->ion, &e) != 0)
		return false;
	for (int i = 0; i < r.n; i++) {
		double E = r.value[i][0];

		if (E < c->from_MeV_u || E > c->to_MeV_u)
			continue;
		ratio[n] = nuclear_sigma_mb(&ion, c->target_Z, NUCLEAR_NONELASTIC, E * ion.A)
		    / r.value[i][1];
		worst = fmax(worst, 100.0 * fabs(ratio[n++] - 1.0));
	}
	qsort(ratio, (size_t)n, sizeof ratio[0], is_less);
	median = n > 0 ? ratio[n / 2] : NAN;
	is_good = fabs(100.0 * (median - 1.0)) <= c->median_limit
	    && (c->worst_limit == 0.0 || worst <= c->worst_limit);
	printf("%s %-24s %4.0f to %4.0f MeV/u: %2d points, median %.3f, worst %.1f %%\n",
	    is_good ? "ok    " : "not ok", c->file, c->from_MeV_u, c->to_MeV_u, n, median, worst);
	return is_good;
}

/* Of a row of ICRU 63: number and energy of all protons, of all deuterons, energy of what stays. */
struct balance {
	double protons, proton_MeV, deuterons, deuteron_MeV, local_MeV;
};

static struct balance
evaluated(const double v[N_COLUMNS])
{
	return (struct balance){v[2], v[2] * v[3], v[4], v[4] * v[5], v[6] * v[7] + v[8] * v[0]};
}

static struct balance
sampled(int Z, double energy_MeV)
{
	struct rng_sequence s = rng_sequence(1, 1, 0, (uint32_t)Z);
	const double direction[3] = { 0.0, 0.0, 1.0 };
	struct balance b = { 0.0, 0.0, 0.0, 0.0, 0.0 };
	struct reaction r;

	for (int i = 0; i < N_EVENTS; i++) {
		proton_nonelastic(&r, Z, energy_MeV, direction, &s);
		b.local_MeV += r.local_MeV / N_EVENTS;
		for (int j = 0; j < r.n; j++) {
			double E = r.product[j].energy_MeV;
			bool is_proton = r.product[j].A == 1;

			*(is_proton ? &b.protons : &b.deuterons) += 1.0 / N_EVENTS;
			*(is_proton ? &b.proton_MeV : &b.deuteron_MeV) += E / N_EVENTS;
		}
	}
	return b;
}

static bool
check_balance(const char *file, int Z)
{
	static struct rows r;
	bool is_good = read_rows(&r, file) && r.n > 0;

	printf("%s: model / ICRU 63\n   MeV  protons (MeV)  deuterons (MeV)  local MeV\n", file);
	for (int i = 0; i < r.n; i++) {
		double T = r.value[i][0];
		struct balance b = evaluated(r.value[i]), m;
		bool is_near;

		if (T < 20.0)
			continue;
		m = sampled(Z, T);
		is_near = T < 50.0 || (fabs(m.protons / b.protons - 1.0) < 0.10
		    && fabs(m.proton_MeV / b.proton_MeV - 1.0) < 0.13
		    && fabs(m.deuteron_MeV / b.deuteron_MeV - 1.0) < 0.10
		    && fabs(m.local_MeV / b.local_MeV - 1.0) < 0.12);
		printf("%s %3.0f  %7.3f %6.3f  %8.3f %6.3f  %9.3f\n", is_near ? "  " : "! ", T,
		    m.protons / b.protons, m.proton_MeV / b.proton_MeV,
		    b.deuterons > 0.0 ? m.deuterons / b.deuterons : NAN,
		    b.deuterons > 0.0 ? m.deuteron_MeV / b.deuteron_MeV : NAN, m.local_MeV / b.local_MeV);
		is_good = is_good && is_near;
	}
	return is_good;
}

int
main(void)
{
	const char *directory = getenv("IONFARM_REFERENCE");
	int n_failed = 0;

	if (directory == NULL || directory[0] == '\0') {
		printf("skipped: IONFARM_REFERENCE does not name a directory of reference tables\n");
		return SKIP;
	}
	for (size_t i = 0; i < sizeof cross_sections / sizeof cross_sections[0]; i++)
		n_failed += !check_cross_section(&cross_sections[i]);
	n_failed += !check_balance("icru63_p_carbon.csv", 6);
	n_failed += !check_balance("icru63_p_oxygen.csv", 8);
	printf("%d beyond their limits\n", n_failed);
	return n_failed == 0 ? 0 : 1;
}
