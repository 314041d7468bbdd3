/* A child process with its socket and its pidfd on the loop. */
#include "farm/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm/child.h"
#include "farm/message.h"

void
process_init(struct process *p, uv_loop_t *loop)
{
	p->loop = loop;
	p->sock = p->pidfd = -1;
	p->sock_poll = p->pid_poll = NULL;
}

static void
free_poll(uv_handle_t *h)
{
	free(h);
}

static void
close_poll(uv_poll_t **poll)
{
	if (*poll != NULL)
		uv_close((uv_handle_t *)*poll, free_poll);
	*poll = NULL;
}

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
process_forget(struct process *p)
{
	close_fd(&p->sock);
	close_fd(&p->pidfd);
}

void
process_close(struct process *p)
{
	close_poll(&p->sock_poll);
	close_poll(&p->pid_poll);
	process_forget(p);
}

void
process_kill(const struct process *p)
{
	if (p->pidfd != -1)
		pidfd_send_signal(p->pidfd, SIGKILL, NULL, 0);
}

/* A process that hung up is ending, and a further signal does not change the cause; or it is
 * broken, and must end. */
static void
on_sock(uv_poll_t *poll, int status, int events)
{
	struct process *p = poll->data;

	(void)events;
	if (p->on_readable(p) && status == 0)
		return;
	close_poll(&p->sock_poll);
	process_kill(p);
}

/* The C library's waitid does not tell what resources were used. A child whose status somebody else has taken is
 * gone all the same. */
static bool
reap(const struct process *p, siginfo_t *info, struct rusage *usage)
{
	memset(info, 0, sizeof *info);
	memset(usage, 0, sizeof *usage);
	if (syscall(SYS_waitid, P_PIDFD, p->pidfd, info, WEXITED | WNOHANG, usage) == -1)
		return errno == ECHILD;
	return info->si_pid != 0;
}

static void
on_pid(uv_poll_t *poll, int status, int events)
{
	struct process *p = poll->data;
	struct rusage usage;
	siginfo_t info;

	(void)status;
	(void)events;
	if (!reap(p, &info, &usage))
		return;
	p->on_readable(p);
	process_close(p);
	p->on_exit(p, &info, usage.ru_maxrss);
}

static uv_poll_t *
poll_start(struct process *p, int fd, uv_poll_cb cb)
{
	uv_poll_t *poll = malloc(sizeof *poll);

	if (poll == NULL || uv_poll_init(p->loop, poll, fd) != 0) {
		free(poll);
		return NULL;
	}
	poll->data = p;
	if (uv_poll_start(poll, UV_READABLE, cb) != 0)
		close_poll(&poll);
	return poll;
}

static int
attend(struct process *p, struct err *e)
{
	p->pidfd = pidfd_open(p->pid, 0);
	if (p->pidfd == -1)
		return err_sys(e, "open a pidfd");
	p->sock_poll = poll_start(p, p->sock, on_sock);
	p->pid_poll = poll_start(p, p->pidfd, on_pid);
	if (p->sock_poll == NULL || p->pid_poll == NULL)
		return err_set(e, ERR_SYSTEM, "the event loop does not take a process");
	return 0;
}

static void
abandon(struct process *p)
{
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) == -1 && errno == EINTR)
		;
	process_close(p);
}

int
process_fork(struct process *p, int *end, struct err *e)
{
	int ends[2];

	if (message_pair(ends, e) == -1)
		return -1;
	p->pid = child_fork(e);
	if (p->pid == 0) {
		close(ends[0]);
		*end = ends[1];
		return 0;
	}
	close(ends[1]);
	p->sock = ends[0];
	if (p->pid == -1) {
		process_close(p);
		return -1;
	}
	if (attend(p, e) == -1) {
		abandon(p);
		return -1;
	}
	return 1;
}
