/* Fuzzes the reader of stopping-power tables: what it takes is finite and ascends. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

#include "io/stopping_file.h"

static void
check(const struct stopping_table *t)
{
	for (int i = 0; i < t->n; i++) {
		if (!isfinite(t->energy_MeV[i]) || !(t->stopping_MeV_cm2_g[i] > 0) || !isfinite(t->stopping_MeV_cm2_g[i]))
			abort();
		if (i > 0 && t->energy_MeV[i] <= t->energy_MeV[i - 1])
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct diagnostics d = {0};
	struct stopping_table t = {0};
	struct err e = {0};
	struct ion ion;

	if (ion_parse(&ion, "C-12", &e) != 0)
		abort();
	if (stopping_file_read(&t, fuzz_file(data, n), &ion, 1.0, &d, &e) == 0)
		check(&t);
	stopping_table_free(&t);
	diagnostics_free(&d);
	return 0;
}
