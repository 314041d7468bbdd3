/* The kernel, once for each width of vectors. */
#ifndef PHYS_KERNEL_H
#define PHYS_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "phys/history.h"

/* Everything that a range needs to know beside the lanes. */
struct pass {
	const struct physics *ph;
	const struct tally_layout *layout;
	struct range_score *score;
	uint64_t first, next, end;           /* histories of the range */
};

struct kernel {
	const char *name;
	size_t batch_size;                   /* bytes, to be aligned to 64 */
	int (*carry)(void *batch, struct pass *p, struct err *e);
};

/* What every processor can do; AVX2; AVX-512. The latter two where HAVE_WIDE_KERNELS. */
extern const struct kernel kernel_base, kernel_v3, kernel_v4;

#endif
