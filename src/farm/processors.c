/* How many processors this process may use. */
#include <math.h>
#include <sched.h>
#include <stddef.h>

#include "farm/cgroup.h"
#include "farm/farm.h"

#define PROCESSORS_MAX 16384   /* more than any kernel's mask holds */

static int
in_affinity_mask(void)
{
	cpu_set_t *set = CPU_ALLOC(PROCESSORS_MAX);
	size_t size = CPU_ALLOC_SIZE(PROCESSORS_MAX);
	int n = 1;

	if (set != NULL && sched_getaffinity(0, size, set) == 0)
		n = CPU_COUNT_S(size, set);
	CPU_FREE(set);
	return n;
}

/* A quota of 1.5 processors is used up by two workers, not by one. */
int
farm_processors(void)
{
	int n = in_affinity_mask();
	double quota = ceil(cgroup_cpus());

	if (quota > 0 && quota < n)
		n = (int)quota;
	return n < FARM_WORKERS_MAX ? n : FARM_WORKERS_MAX;
}
