/* MCPL files put together by hand, byte by byte from the description of the format, for tests of its reader. */
#ifndef TESTS_SAMPLE_MCPL_H
#define TESTS_SAMPLE_MCPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands in the file: the direction as it is packed, the energy with its sign. */
struct sample_particle {
	double x, y, z, u, v, energy, weight;
	int32_t pdg;
};

/* All zero: version 3, doubles, each particle with its code and weight, no texts but the name. */
struct sample_mcpl {
	bool is_single, has_flags, has_polarisation;
	int32_t pdg;                 /* not 0: of all */
	double weight;               /* not 0: of all */
	uint32_t n_comments, n_blobs;
	size_t n;
	const struct sample_particle *particle;
};

/* New memory, with the number of its bytes. */
unsigned char *sample_mcpl(const struct sample_mcpl *m, size_t *n_bytes);

#endif
