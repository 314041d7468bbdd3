/* Fuzzes the reader of phase spaces: what it takes is finite, has energies above 0 and directions of length one. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

#include "io/mcpl.h"
#include "io/phase_space_file.h"

#define LENGTH_TOLERANCE 1.1e-5

static void
check(const struct phase_space *s, const struct phase_particle *p)
{
	double square = 0.0;

	for (int axis = 0; axis < N_AXES; axis++) {
		square += p->direction[axis] * p->direction[axis];
		if (!isfinite(p->position_cm[axis]))
			abort();
	}
	if (!(fabs(square - 1.0) < LENGTH_TOLERANCE) || !(p->energy_MeV > 0.0) || !isfinite(p->energy_MeV) ||
	    p->ion < 0 || p->ion >= s->n_ions)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *path = fuzz_file(data, n);
	struct phase_space s = { .skips_others = n % 2 == 0 };
	struct mcpl_file f;
	struct err e = {0};

	if (phase_space_read(&s, path, &e) == 0) {
		if (s.n == 0 || s.n_ions < 1)
			abort();
		for (uint64_t i = 0; i < s.n; i++)
			check(&s, &s.particle[i]);
		free(s.particle);
		free(s.ion);
	}
	if (mcpl_open(&f, path, "hi", &e) == 0)
		mcpl_close(&f);
	return 0;
}
