/* What the control group of this process allows: processors, memory. */
#include "farm/cgroup.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOT "/sys/fs/cgroup"
#define PATH_SIZE 4096
#define TEXT_SIZE 8192

/* Is `name` one of the comma-separated names in [list, end)? */
static bool
is_listed(const char *list, const char *end, const char *name)
{
	size_t length = strlen(name), n;

	for (; list <= end; list += n + 1) {
		n = strcspn(list, ",:");
		if (n == length && strncmp(list, name, n) == 0)
			return true;
	}
	return false;
}

/* A line is "number:controllers:path". */
bool
cgroup_path(const char *text, const char *controller, char *path, size_t size)
{
	const char *names, *colon;
	size_t n;

	for (const char *line = text; *line != '\0'; line += n + (line[n] == '\n')) {
		n = strcspn(line, "\n");
		names = memchr(line, ':', n);
		colon = names == NULL ? NULL : memchr(names + 1, ':', n - (size_t)(names + 1 - line));
		if (colon == NULL || !is_listed(names + 1, colon, controller))
			continue;
		return (size_t)snprintf(path, size, "%.*s", (int)(line + n - colon - 1), colon + 1) <
		    size;
	}
	return false;
}

double
cgroup_cpu_quota(const char *quota_us, const char *period_us)
{
	double quota = strtod(quota_us, NULL), period = strtod(period_us, NULL);

	return quota > 0 && period > 0 ? quota / period : 0;
}

double
cgroup_cpu_max(const char *text)
{
	const char *space = strchr(text, ' ');

	return space == NULL ? 0 : cgroup_cpu_quota(text, space);
}

/* Version 1 writes "no limit" as a number near 2^63, which is none in practice either. */
uint64_t
cgroup_bytes(const char *text)
{
	return *text >= '0' && *text <= '9' ? strtoull(text, NULL, 10) : UINT64_MAX;
}

int64_t
cgroup_field(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == ' ')
			return strtoll(line + length, NULL, 10);
	}
	return -1;
}

static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* Reads `file` of the group at ROOT + sub + path. */
static bool
read_group(const char *sub, const char *path, const char *file, char *text, size_t size)
{
	char name[PATH_SIZE + 64];

	return (size_t)snprintf(name, sizeof name, ROOT "%s%s/%s", sub, path, file) < sizeof name &&
	    read_text(name, text, size);
}

/* Cuts the last part of a path; false when nothing is left to cut. */
static bool
to_parent(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL)
		return false;
	*slash = '\0';
	return true;
}

static bool
own_path(const char *controller, char *path, size_t size)
{
	char text[TEXT_SIZE];

	return read_text("/proc/self/cgroup", text, sizeof text) &&
	    cgroup_path(text, controller, path, size);
}

static double
tighter(double a, double b)
{
	return a == 0 || (b > 0 && b < a) ? b : a;
}

double
cgroup_cpus(void)
{
	char path[PATH_SIZE], text[64], period[64];
	double cpus = 0;

	if (own_path("", path, sizeof path))
		do
			if (read_group("", path, "cpu.max", text, sizeof text))
				cpus = tighter(cpus, cgroup_cpu_max(text));
		while (to_parent(path));
	if (own_path("cpu", path, sizeof path))
		do
			if (read_group("/cpu", path, "cpu.cfs_quota_us", text, sizeof text) &&
			    read_group("/cpu", path, "cpu.cfs_period_us", period, sizeof period))
				cpus = tighter(cpus, cgroup_cpu_quota(text, period));
		while (to_parent(path));
	return cpus;
}

static uint64_t
least_bytes(const char *controller, const char *sub, const char *file)
{
	char path[PATH_SIZE], text[64];
	uint64_t least = UINT64_MAX, bytes;

	if (!own_path(controller, path, sizeof path))
		return least;
	do {
		if (!read_group(sub, path, file, text, sizeof text))
			continue;
		bytes = cgroup_bytes(text);
		least = bytes < least ? bytes : least;
	} while (to_parent(path));
	return least;
}

uint64_t
cgroup_memory_limit(void)
{
	uint64_t v2 = least_bytes("", "", "memory.max");
	uint64_t v1 = least_bytes("memory", "/memory", "memory.limit_in_bytes");

	return v1 < v2 ? v1 : v2;
}

int64_t
cgroup_oom_kills(void)
{
	char path[PATH_SIZE], text[TEXT_SIZE];

	if (own_path("", path, sizeof path) &&
	    read_group("", path, "memory.events", text, sizeof text))
		return cgroup_field(text, "oom_kill");
	if (own_path("memory", path, sizeof path) &&
	    read_group("/memory", path, "memory.oom_control", text, sizeof text))
		return cgroup_field(text, "oom_kill");
	return -1;
}
