/* The hang watch: tells a worker that makes progress from one that stands still. */
#include "farm/hang.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TICKS_AWAKE 2

double
hang_awake_s(double elapsed_s, double tick_s)
{
	return elapsed_s < TICKS_AWAKE * tick_s ? elapsed_s : tick_s;
}

double
hang_look(struct hang *h, bool has_work, uint64_t heartbeat, double awake_s)
{
	if (!has_work || heartbeat != h->heartbeat)
		h->silent_s = 0;
	else
		h->silent_s += awake_s;
	h->heartbeat = heartbeat;
	return h->silent_s;
}

/* The first line of /proc/PID/name; "?" when it may not be read. */
static void
read_line(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, size - 1);
		close(fd);
	}
	if (n <= 0) {
		text[0] = '?';
		n = 1;
	}
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

/* The name of the command, which comes before the state, may itself hold parentheses. */
static char
state_of(pid_t pid)
{
	char stat[512];
	const char *end;

	read_line(pid, "stat", stat, sizeof stat);
	end = strrchr(stat, ')');
	return end != NULL && end[1] == ' ' && end[2] != '\0' ? end[2] : '?';
}

void
hang_describe(pid_t pid, char *text, size_t size)
{
	char wchan[64], call[160];

	read_line(pid, "wchan", wchan, sizeof wchan);
	read_line(pid, "syscall", call, sizeof call);
	call[strcspn(call, " ")] = '\0';
	snprintf(text, size, "state %c, in kernel function %s, system call %s", state_of(pid), wchan,
	    call);
}
