/* Fuzzes the reader of lists of spots: what it takes is finite, and its directions are of length one. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

#include "io/spot_file.h"

#define LENGTH_TOLERANCE 1e-12

static const struct spot preset = {
	.energy_spread = 0.003, .size_cm = { 0.25, 0.35 }, .position_cm = { 1.5, 2.5, -3.5 },
	.direction = { 0.0, 0.0, 1.0 }, .weight = 1.0
};

static void
check(const struct spot *s)
{
	double square = 0.0;

	for (int axis = 0; axis < N_AXES; axis++) {
		square += s->direction[axis] * s->direction[axis];
		if (!isfinite(s->position_cm[axis]))
			abort();
	}
	if (!(fabs(square - 1.0) < LENGTH_TOLERANCE) || !(s->energy_MeV > 0.0) || !isfinite(s->energy_MeV) ||
	    !(s->weight >= 0.0) || !isfinite(s->weight) || !(s->size_cm[0] >= 0.0) || !(s->size_cm[1] >= 0.0))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct diagnostics d = {0};
	struct beam b = {0};
	struct err e = {0};

	if (ion_parse(&b.ion, "C-12", &e) != 0)
		abort();
	if (spot_file_read(&b, fuzz_file(data, n), &preset, &d, &e) == 0)
		for (size_t i = 0; i < (size_t)b.n_spots; i++)
			check(&b.spot[i]);
	free(b.spot);
	free(b.file);
	diagnostics_free(&d);
	return 0;
}
