/* Readers of sealed files stop at the checksum: a fuzzer gets behind it only with this. */
#ifndef TESTS_FUZZ_SEAL_H
#define TESTS_FUZZ_SEAL_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "fuzz.h"
#include "io/tally_format.h"

/* The bytes, as they are when their last one is even, else with the checksum that fits. */
static inline const char *
fuzz_sealed_file(const uint8_t *data, size_t n)
{
	uint8_t *copy;
	const char *path;

	if (n < 8 || data[n - 1] % 2 == 0)
		return fuzz_file(data, n);
	copy = malloc(n);
	if (copy == NULL)
		abort();
	memcpy(copy, data, n);
	le64_put(copy + n - 8, XXH3_64bits(copy, n - 8));
	path = fuzz_file(copy, n);
	free(copy);
	return path;
}

#endif
