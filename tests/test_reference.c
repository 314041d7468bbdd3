/* Stopping powers and ranges against published tables, which are not part of the project: the
 * directory that IONFARM_REFERENCE names. Without it, skipped (77). Prints the worst deviation of
 * each energy band; fails when one is above its limit. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "phys/range.h"

#define SKIP 77
#define MAX_BANDS 6

struct band {
	double from, to;           /* MeV/u; of a range table: g/cm2 */
	double limit;              /* percent; 0 for no demand */
};

static const struct band proton_element[] = {
	{ 0.01, 0.5, 1.0 }, { 0.5, 2.0, 1.5 }, { 2.0, 5.0, 0.7 }, { 5.0, 400.0, 0.3 },
	{ 400.0, 1001.0, 0.3 }, { .to = 0.0 }
};
/* The element's low-energy fit is of amorphous carbon: graphite misses what is asked of elements there. */
static const struct band proton_graphite[] = {
	{ 0.01, 0.5, 9.0 }, { 0.5, 2.0, 1.5 }, { 2.0, 5.0, 0.8 }, { 5.0, 400.0, 0.3 },
	{ 400.0, 1001.0, 0.3 }, { .to = 0.0 }
};
static const struct band proton_water[] = {
	{ 0.01, 0.5, 1.0 }, { 0.5, 2.0, 0.6 }, { 2.0, 5.0, 0.7 }, { 5.0, 400.0, 0.3 },
	{ 400.0, 1001.0, 0.3 }, { .to = 0.0 }
};
static const struct band proton_compound[] = {
	{ 0.01, 0.5, 4.0 }, { 0.5, 2.0, 1.5 }, { 2.0, 5.0, 0.7 }, { 5.0, 400.0, 0.3 },
	{ 400.0, 1001.0, 0.3 }, { .to = 0.0 }
};
static const struct band helium[] = {
	{ 0.01, 0.25, 0.0 }, { 0.25, 1.0, 0.0 }, { 1.0, 5.0, 1.5 }, { 5.0, 1001.0, 0.5 }, { .to = 0.0 }
};
static const struct band carbon[] = {
	{ 0.01, 0.1, 0.0 }, { 0.1, 0.5, 2.0 }, { 0.5, 5.0, 1.5 }, { 5.0, 20.0, 0.6 },
	{ 20.0, 1001.0, 0.2 }, { .to = 0.0 }
};
static const struct band icru73[] = {
	{ 0.025, 1.0, 0.0 }, { 1.0, 20.0, 6.0 }, { 20.0, 50.0, 0.0 }, { 50.0, 1001.0, 1.0 }, { .to = 0.0 }
};
static const struct band range_4_digits[] = {
	{ 1e-4, 0.01, 0.0 }, { 0.01, 0.1, 0.0 }, { 0.1, 1e4, 0.2 }, { .to = 0.0 }
};
static const struct band range_3_digits[] = {
	{ 1e-4, 0.01, 0.0 }, { 0.01, 0.1, 0.0 }, { 0.1, 1e4, 0.5 }, { .to = 0.0 }
};

static const struct check {
	const char *file, *ion, *material;
	double I_eV;                        /* of the reference; 0: the material's own */
	bool is_per_nucleon, is_range;
	int column;                         /* of the value, from 0 */
	const struct band *bands;
} checks[] = {
	{ "stopping/pstar_water.csv", "proton", "water", 75.0, false, false, 1, proton_water },
	{ "stopping/pstar_graphite.csv", "proton", "graphite", 78.0, false, false, 1, proton_graphite },
	{ "stopping/pstar_Al.csv", "proton", "Al", 0.0, false, false, 1, proton_element },
	{ "stopping/pstar_Cu.csv", "proton", "Cu", 0.0, false, false, 1, proton_element },
	{ "stopping/pstar_polyethylene.csv", "proton", "polyethylene", 0.0, false, false, 1, proton_element },
	{ "stopping/pstar_air.csv", "proton", "air", 0.0, false, false, 1, proton_compound },
	{ "stopping/pstar_pmma.csv", "proton", "pmma", 0.0, false, false, 1, proton_compound },
	{ "stopping/pstar_muscle_striated_icru.csv", "proton", "muscle_striated_icru", 0.0, false, false, 1,
	  proton_compound },
	{ "stopping/icru90_proton_water.csv", "proton", "water", 78.0, false, false, 2, proton_water },
	{ "stopping/astar_water.csv", "alpha", "water", 75.0, true, false, 1, helium },
	{ "stopping/astar_Al.csv", "alpha", "Al", 0.0, true, false, 1, helium },
	{ "stopping/astar_pmma.csv", "alpha", "pmma", 0.0, true, false, 1, helium },
	{ "stopping/icru90_alpha_water.csv", "alpha", "water", 78.0, false, false, 2, helium },
	{ "stopping/icru90_carbon12_water.csv", "C-12", "water", 78.0, false, false, 2, carbon },
	{ "stopping/icru73new_C12_water.csv", "C-12", "water", 78.0, true, false, 1, icru73 },
	{ "stopping/icru73new_O16_water.csv", "O-16", "water", 78.0, true, false, 1, icru73 },
	{ "range/pstar_water_full.csv", "proton", "water", 75.0, false, true, 4, range_4_digits },
	{ "range/nist_proton_water.csv", "proton", "water", 75.0, false, true, 2, range_3_digits },
	{ "range/nist_proton_aluminium.csv", "proton", "Al", 0.0, false, true, 2, range_3_digits },
	{ "range/nist_helium_water.csv", "alpha", "water", 75.0, false, true, 2, range_3_digits },
};

#define N_CHECKS (sizeof checks / sizeof *checks)

struct result {
	int n;
	double worst, worst_at, sum;
};

static int
build(const struct check *c, struct range_table *t, struct stopping *s, struct err *e)
{
	struct ion ion;
	struct material m;

	if (ion_parse(&ion, c->ion, e) != 0 || material_by_name(&m, c->material, e) != 0)
		return -1;
	if (c->I_eV > 0.0 && material_set_I(&m, c->I_eV, e) != 0)
		return -1;
	if (stopping_init(s, &ion, &m, e) != 0)
		return -1;
	range_build(t, s);
	return 0;
}

/* Column `column` of a line of numbers, NaN if there is none. */
static double
field(const char *line, int column)
{
	char *end;
	double value;

	while (column-- > 0) {
		line = strchr(line, ',');
		if (line == NULL)
			return NAN;
		line++;
	}
	value = strtod(line, &end);
	return end == line ? NAN : value;
}

static void
compare(const struct check *c, const struct range_table *t, const struct stopping *s,
    const char *line, struct result *results)
{
	double A = s->ion.A, energy = field(line, 0), reference = field(line, c->column);
	double value, deviation, at;

	if (isnan(energy) || isnan(reference))
		return;
	energy *= c->is_per_nucleon ? A : 1.0;
	if (energy < STOPPING_MIN_MeV_u * A || energy > STOPPING_MAX_MeV_u * A)
		return;
	value = c->is_range ? range_g_cm2(t, energy) : stopping_electronic_MeV_cm2_g(s, energy);
	deviation = 100.0 * (value / reference - 1.0);
	at = c->is_range ? reference : energy / A;
	for (int i = 0; c->bands[i].to > 0.0; i++) {
		if (at < c->bands[i].from || at >= c->bands[i].to)
			continue;
		results[i].n++;
		results[i].sum += deviation;
		if (fabs(deviation) >= fabs(results[i].worst)) {
			results[i].worst = deviation;
			results[i].worst_at = energy / A;
		}
	}
}

static int
report(const struct check *c, const struct result *results)
{
	int n_bad = 0;

	for (int i = 0; c->bands[i].to > 0.0; i++) {
		const struct band *b = &c->bands[i];
		bool is_bad = b->limit > 0.0 && (fabs(results[i].worst) > b->limit || results[i].n == 0);

		printf("%-44s %9g ... %-5g %s %3d rows, mean %+.3f %%, worst %+.3f %% at %g MeV/u, ",
		    c->file, b->from, b->to, c->is_range ? "g/cm2" : "MeV/u", results[i].n,
		    results[i].n > 0 ? results[i].sum / results[i].n : 0.0, results[i].worst,
		    results[i].worst_at);
		if (b->limit > 0.0)
			printf("limit %g %%%s\n", b->limit, is_bad ? "  EXCEEDED" : "");
		else
			printf("no limit\n");
		n_bad += is_bad;
	}
	return n_bad;
}

/* Number of bands over their limit, -1 when the file cannot be read. */
static int
run(const char *directory, const struct check *c)
{
	struct result results[MAX_BANDS] = { 0 };
	struct range_table t;
	struct stopping s;
	struct err e;
	char text[4096];
	FILE *f;

	if (build(c, &t, &s, &e) != 0) {
		printf("%s: %s\n", c->file, e.text);
		return -1;
	}
	snprintf(text, sizeof text, "%s/%s", directory, c->file);
	f = fopen(text, "r");
	if (f == NULL) {
		printf("%s: cannot be opened\n", text);
		return -1;
	}
	while (fgets(text, sizeof text, f) != NULL)
		if (text[0] != '#')
			compare(c, &t, &s, text, results);
	fclose(f);
	return report(c, results);
}

int
main(void)
{
	const char *directory = getenv("IONFARM_REFERENCE");
	int n_bad = 0;

	if (directory == NULL || directory[0] == '\0') {
		printf("skipped: IONFARM_REFERENCE does not name a directory of reference tables\n");
		return SKIP;
	}
	for (size_t i = 0; i < N_CHECKS; i++)
		n_bad += run(directory, &checks[i]) != 0;
	return n_bad == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
