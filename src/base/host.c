/* Asks the system what it is and what time it is. */
#include "base/host.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

void
host_describe(struct host *h)
{
	struct utsname u;
	struct tm tm;
	time_t now = time(NULL);

	*h = (struct host){.utc = ""};
	if (uname(&u) == 0) {
		snprintf(h->name, sizeof h->name, "%s", u.nodename);
		snprintf(h->machine, sizeof h->machine, "%s", u.machine);
		snprintf(h->system, sizeof h->system, "%s", u.sysname);
		snprintf(h->release, sizeof h->release, "%s", u.release);
	}
	if (gmtime_r(&now, &tm) != NULL)
		strftime(h->utc, sizeof h->utc, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

double
host_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double
host_utc_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool
host_can_write(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) != 0;
}

int
host_occupy_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDONLY) != fd)
			return -1;
	return 0;
}
