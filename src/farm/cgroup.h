/* What the control group of this process allows: processors, memory. */
#ifndef FARM_CGROUP_H
#define FARM_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the text of /proc/self/cgroup: the group of `controller` ("cpu", "memory"; version 1), or of
 * version 2 when it is "". False when there is none, or it does not fit. */
bool cgroup_path(const char *text, const char *controller, char *path, size_t size);

/* The texts of cpu.max ("150000 100000"), and of cpu.cfs_quota_us and cpu.cfs_period_us, in
 * processors; 0 where there is no limit. */
double cgroup_cpu_max(const char *text);
double cgroup_cpu_quota(const char *quota_us, const char *period_us);

/* A number of bytes; UINT64_MAX for "max" or anything else. */
uint64_t cgroup_bytes(const char *text);

/* The number after `key` at the start of a line (memory.events); -1 when absent. */
int64_t cgroup_field(const char *text, const char *key);

/* As they hold for this process, the tightest among its group and the groups around it. */
double cgroup_cpus(void);               /* 0: no limit */
uint64_t cgroup_memory_limit(void);     /* UINT64_MAX: no limit */
int64_t cgroup_oom_kills(void);         /* so far; -1: unknown */

#endif
