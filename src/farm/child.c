/* The fork recipe: a child that has nothing of its parent's signals, and dies with it. */
#include "farm/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define OOM_SCORE "500\n"   /* of 1000: before the parent, at half the memory of a machine */

static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };

/* What was ignored stays so, as over an exec. */
static void
reset_signals(void)
{
	struct sigaction now, plain;

	memset(&plain, 0, sizeof plain);
	plain.sa_handler = SIG_DFL;
	for (int s = 1; s < NSIG; s++)
		if (sigaction(s, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaction(s, &plain, NULL);
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
}

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is_written = fd != -1 && write(fd, text, strlen(text)) != -1;

	if (fd != -1)
		close(fd);
	return is_written;
}

/* The signal of prctl misses a parent that was dead before. */
static void
die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		_exit(1);
}

/* All signals are blocked around the fork: one that met the parent's handlers in the child would be
 * reported to the parent. */
pid_t
child_fork(struct err *e)
{
	sigset_t all, old;
	pid_t parent = getpid(), pid;
	int error;

	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = fork();
	error = errno;
	if (pid == 0) {
		die_with(parent);     /* first: a child that is stopped before it would outlive the parent */
		reset_signals();
		write_text("/proc/self/oom_score_adj", OOM_SCORE);   /* best effort */
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return pid == -1 ? err_sys(e, "fork a process") : pid;
}
