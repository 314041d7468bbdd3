/* What carries histories: the kernel, once for each width of vectors. */
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

/* What every processor can do; AVX2; AVX-512. The latter two where HAVE_WIDE_KERNELS. */
extern const struct kernel kernel_base, kernel_v3, kernel_v4;

#endif
