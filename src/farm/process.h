/* A child process with its socket and its pidfd on the loop. */
#ifndef FARM_PROCESS_H
#define FARM_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>
#include <uv.h>

#include "base/err.h"

struct process {
	uv_loop_t *loop;
	pid_t pid;
	int sock, pidfd;           /* -1: none */
	uv_poll_t *sock_poll, *pid_poll;
	/* Reads what there is; false when the other end hung up, or is broken. */
	bool (*on_readable)(struct process *p);
	/* After its last message, with all closed; max_rss_kB is the most memory that it had. info->si_code is 0
	 * when its end is all that is known. */
	void (*on_exit)(struct process *p, const siginfo_t *info, long max_rss_kB);
};

void process_init(struct process *p, uv_loop_t *loop);

/* Forks. Returns 1 in the parent, 0 in the child, where *end is its end of the socket and the
 * parent's is closed, -1 (ERR_SYSTEM) when it cannot be done. */
int process_fork(struct process *p, int *end, struct err *e);

/* Best effort; once a process was reaped, nothing. */
void process_kill(const struct process *p);

/* In the parent: closes what belongs to a process, which may live. */
void process_close(struct process *p);

/* In another child: closes the descriptors alone, since the handles are the parent's. */
void process_forget(struct process *p);

#endif
