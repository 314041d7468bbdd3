/* What every fuzz target offers, and the file in memory that those need whose reader wants a path. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A file without a name that holds the bytes; the path is valid until the next call. */
const char *fuzz_file(const uint8_t *data, size_t n);

#endif
