/* The crew: the worker processes, with their sockets and pidfds on the loop. */
#include "farm/crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "farm/child.h"
#include "farm/worker.h"

#define STALLS_MAX 3

static void
empty(struct slot *slot)
{
	slot->state = SLOT_EMPTY;
	slot->sock = slot->pidfd = -1;
	slot->sock_poll = slot->pid_poll = NULL;
}

int
crew_init(struct crew *c, struct err *e)
{
	c->n_alive = 0;
	c->slots = calloc((size_t)c->n_slots, sizeof *c->slots);
	if (c->slots == NULL)
		return err_sys(e, "a crew of %d workers", c->n_slots);
	for (int i = 0; i < c->n_slots; i++) {
		c->slots[i].crew = c;
		c->slots[i].number = i;
		empty(&c->slots[i]);
	}
	return 0;
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

static void
close_slot(struct slot *slot)
{
	close_poll(&slot->sock_poll);
	close_poll(&slot->pid_poll);
	close_fd(&slot->sock);
	close_fd(&slot->pidfd);
	empty(slot);
}

void
crew_free(struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		close_slot(&c->slots[i]);
	free(c->slots);
	c->slots = NULL;
}

void
crew_kill(const struct slot *slot)
{
	if (slot->pidfd != -1)
		pidfd_send_signal(slot->pidfd, SIGKILL, NULL, 0);
}

void
crew_kill_all(const struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		crew_kill(&c->slots[i]);
}

static double
processor_time_s(pid_t pid)
{
	struct timespec t = { 0, 0 };
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) == 0)
		clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool
has_work(const struct slot *slot)
{
	return slot->state == SLOT_STARTING || slot->state == SLOT_RUNNING ||
	    slot->state == SLOT_COMMITTING;
}

static void
look_at(struct slot *slot)
{
	double now_s = slot->state == SLOT_EMPTY ? 0 : processor_time_s(slot->pid);

	slot->n_stalls = has_work(slot) && now_s == slot->cpu_s ? slot->n_stalls + 1 : 0;
	slot->cpu_s = now_s;
	if (slot->n_stalls < STALLS_MAX)
		return;
	slot->is_stalled = true;
	crew_kill(slot);
}

void
crew_kill_stalled(const struct crew *c)
{
	for (int i = 0; i < c->n_slots; i++)
		look_at(&c->slots[i]);
}

static enum message_read
drain(struct slot *slot)
{
	struct message m;
	enum message_read r = message_receive(slot->sock, &m);

	for (; r == MESSAGE_SOME; r = message_receive(slot->sock, &m))
		slot->crew->on_message(slot->crew->ctx, slot, &m);
	return r;
}

/* A worker that hung up is ending, and a further signal does not change the cause; or it is broken,
 * and must end. */
static void
on_sock(uv_poll_t *poll, int status, int events)
{
	struct slot *slot = poll->data;

	(void)events;
	if (drain(slot) == MESSAGE_NONE && status == 0)
		return;
	slot->is_gone = true;
	close_poll(&slot->sock_poll);
	crew_kill(slot);
}

static void
on_pid(uv_poll_t *poll, int status, int events)
{
	struct slot *slot = poll->data;
	siginfo_t info;

	(void)status;
	(void)events;
	memset(&info, 0, sizeof info);
	if (waitid(P_PIDFD, (id_t)slot->pidfd, &info, WEXITED | WNOHANG) == -1 || info.si_pid == 0)
		return;
	slot->is_gone = true;
	drain(slot);
	close_slot(slot);
	slot->crew->n_alive--;
	slot->crew->on_exit(slot->crew->ctx, slot, &info);
}

static uv_poll_t *
poll_start(struct slot *slot, int fd, uv_poll_cb cb)
{
	uv_poll_t *poll = malloc(sizeof *poll);

	if (poll == NULL || uv_poll_init(slot->crew->loop, poll, fd) != 0) {
		free(poll);
		return NULL;
	}
	poll->data = slot;
	if (uv_poll_start(poll, UV_READABLE, cb) != 0)
		close_poll(&poll);
	return poll;
}

/* In the child. The handles are the parent's, and are not touched: only descriptors are closed, so
 * that each end of a socket has one owner and a death is an EOF. */
_Noreturn static void
become_worker(const struct slot *slot, const int ends[2])
{
	const struct crew *c = slot->crew;
	struct worker w = {
		.job = c->job,
		.commit = commit_of(c->block, slot->number),
		.is_slab_shared = c->block->layout.is_shared,
		.sock = ends[1],
	};
	struct err e;

	for (int i = 0; i < c->n_slots; i++) {
		close_fd(&c->slots[i].sock);
		close_fd(&c->slots[i].pidfd);
	}
	close(ends[0]);
	close(uv_backend_fd(c->loop));
	if (slab_block_check(c->block, &e) == -1)
		_exit(1);
	slab_block_keep(c->block, slot->number);
	worker_live(&w);
}

static int
attend(struct slot *slot, struct err *e)
{
	slot->pidfd = pidfd_open(slot->pid, 0);
	if (slot->pidfd == -1)
		return err_sys(e, "open a pidfd");
	slot->sock_poll = poll_start(slot, slot->sock, on_sock);
	slot->pid_poll = poll_start(slot, slot->pidfd, on_pid);
	if (slot->sock_poll == NULL || slot->pid_poll == NULL)
		return err_set(e, ERR_SYSTEM, "the event loop does not take a worker");
	return 0;
}

static void
abandon(struct slot *slot)
{
	kill(slot->pid, SIGKILL);
	while (waitpid(slot->pid, NULL, 0) == -1 && errno == EINTR)
		;
	close_slot(slot);
}

int
crew_start(struct slot *slot, struct err *e)
{
	int ends[2];

	if (message_pair(ends, e) == -1)
		return -1;
	slot->pid = child_fork(e);
	if (slot->pid == 0)
		become_worker(slot, ends);
	close(ends[1]);
	slot->sock = ends[0];
	if (slot->pid == -1) {
		close_slot(slot);
		return -1;
	}
	if (attend(slot, e) == -1) {
		abandon(slot);
		return -1;
	}
	slot->state = SLOT_STARTING;
	slot->is_gone = slot->has_range = slot->is_stalled = false;
	slot->n_stalls = 0;
	slot->crew->n_alive++;
	return 0;
}
