/* What carries histories: the vector kernel, once for each width of vectors, and the transport with reactions. */
#ifndef PHYS_KERNEL_H
#define PHYS_KERNEL_H

#include <stddef.h>

#include "base/err.h"
#include "phys/pass.h"

struct kernel {
	const char *name;
	size_t batch_size;                   /* bytes, to be aligned to 64 */
	int (*carry)(void *batch, struct pass *p, struct err *e);
};

/* What every processor can do; AVX2; AVX-512. The latter two where HAVE_WIDE_KERNELS. For the jobs of
 * physics_is_vector(). */
extern const struct kernel kernel_base, kernel_v3, kernel_v4;

/* For all others; see reacting.c. */
extern const struct kernel kernel_reacting;

#endif
