/* Runs an external program and waits for its end. */
#include "farm/spawn.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_ms (5 * 60 * 1000)

static int
start(pid_t *pid, char *const argv[], const char *cwd)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return error;
	if (cwd != NULL)
		error = posix_spawn_file_actions_addchdir_np(&actions, cwd);
	if (error == 0)
		error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Without pidfd there is no limit, only the wait. */
static void
kill_when_late(pid_t pid)
{
	struct pollfd p = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int r;

	if (p.fd == -1)
		return;
	do
		r = poll(&p, 1, LIMIT_ms);
	while (r == -1 && errno == EINTR);
	if (r == 0)
		kill(pid, SIGKILL);
	close(p.fd);
}

int
spawn_wait(char *const argv[], const char *cwd, int *status, struct err *e)
{
	pid_t pid, r;
	int wait_status;

	errno = start(&pid, argv, cwd);
	if (errno != 0)
		return err_sys(e, "start %s", argv[0]);
	kill_when_late(pid);
	do
		r = waitpid(pid, &wait_status, 0);
	while (r == -1 && errno == EINTR);
	if (r == -1)
		return err_sys(e, "wait for %s", argv[0]);
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) :
	    128 + WTERMSIG(wait_status);
	return 0;
}
