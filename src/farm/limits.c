/* Whether the machine can hold what a run needs. */
#include "farm/limits.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "farm/cgroup.h"
#include "farm/watch.h"

#define FILES_PER_WORKER 2   /* socket, pidfd */
#define FILES_BESIDES 64
#define FILES_AT_LEAST 9     /* of libuv: epoll, eventfd, two pipes; of a worker: socket pair, pidfd */

struct meminfo {
	uint64_t total_kB, swap_kB, available_kB;
};

static bool
read_meminfo(struct meminfo *m)
{
	FILE *f = fopen("/proc/meminfo", "re");
	char line[256];

	*m = (struct meminfo){ 0, 0, 0 };
	if (f == NULL)
		return false;
	while (fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "MemTotal: %" SCNu64, &m->total_kB) != 1 &&
		    sscanf(line, "SwapTotal: %" SCNu64, &m->swap_kB) != 1)
			sscanf(line, "MemAvailable: %" SCNu64, &m->available_kB);
	fclose(f);
	return m->total_kB > 0;
}

void
farm_machine_memory(uint64_t *total, uint64_t *free)
{
	uint64_t limit = cgroup_memory_limit();
	struct meminfo m;

	*total = *free = 0;
	if (!read_meminfo(&m))
		return;
	*total = (m.total_kB + m.swap_kB) << 10;
	*free = m.available_kB << 10;
	*total = limit < *total ? limit : *total;
	*free = *total < *free ? *total : *free;
}

static int
refuse(size_t bytes, const char *who, uint64_t limit, const struct farm_options *o, struct err *e)
{
	return err_set(e, ERR_SYSTEM,
	    "%d workers%s need up to %zu MiB of shared memory, %s has %" PRIu64
	    " MiB: take fewer workers%s, or fewer bins", o->n_workers,
	    o->is_slab_shared ? " with one shared slab" : "", bytes >> 20, who, limit >> 20,
	    o->is_slab_shared ? "" : " or one shared slab");
}

int
limits_check_memory(size_t bytes, const struct farm_options *o, struct err *e)
{
	uint64_t limit = cgroup_memory_limit();
	struct meminfo m;
	char text[160];

	if (bytes > limit)
		return refuse(bytes, "the control group", limit, o, e);
	if (!read_meminfo(&m))
		return 0;
	if (bytes >> 10 > m.total_kB + m.swap_kB)
		return refuse(bytes, "the machine", (m.total_kB + m.swap_kB) << 10, o, e);
	if (bytes >> 10 > m.available_kB) {
		snprintf(text, sizeof text, "if every bin is touched, %zu MiB of memory are needed; %"
		    PRIu64 " MiB are free", bytes >> 20, m.available_kB >> 10);
		watch_note(o->watch, text);
	}
	return 0;
}

int
limits_check_files(struct err *e)
{
	int fds[FILES_AT_LEAST], n = 0, r = 0;

	while (n < FILES_AT_LEAST && (fds[n] = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)) != -1)
		n++;
	if (n < FILES_AT_LEAST)
		r = err_sys(e, "a run with workers needs %d more descriptors, there are %d", FILES_AT_LEAST, n);
	while (n > 0)
		close(fds[--n]);
	return r;
}

void
limits_raise_files(int n_workers)
{
	rlim_t wanted = (rlim_t)n_workers * FILES_PER_WORKER + FILES_BESIDES;
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == -1 || l.rlim_cur >= wanted)
		return;
	l.rlim_cur = l.rlim_max < wanted ? l.rlim_max : wanted;
	setrlimit(RLIMIT_NOFILE, &l);
}
