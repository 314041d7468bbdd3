/* The head of a file in NumPy's .npy format, version 1.0. */
#ifndef IO_NPY_H
#define IO_NPY_H

#include <stdbool.h>
#include <stddef.h>

/* Fills the n bytes of `header` (a multiple of 64, up to 65545). `descr` and `shape` are Python literals;
 * Fortran's order has the first index fastest. */
void npy_header(char *header, size_t n, const char *descr, bool is_fortran_order, const char *shape);

#endif
