/* The crew: the worker processes, with their sockets and pidfds on the loop. */
#ifndef FARM_CREW_H
#define FARM_CREW_H

#include <signal.h>
#include <uv.h>

#include "farm/farm.h"
#include "farm/message.h"
#include "farm/slab.h"

enum slot_state {
	SLOT_EMPTY,
	SLOT_STARTING,     /* forked, not ready */
	SLOT_IDLE,
	SLOT_RUNNING,      /* has a range */
	SLOT_WAITING,      /* has computed it, wants to commit */
	SLOT_COMMITTING    /* the shared slab is its own */
};

struct slot {
	struct crew *crew;
	int number;
	enum slot_state state;
	bool is_gone;              /* dead or silent: nothing more is sent to it */
	pid_t pid;
	int sock, pidfd;
	uv_poll_t *sock_poll, *pid_poll;
	bool has_range;
	struct farm_range range;
	uint64_t ticket;           /* its place among those that wait */
	double cpu_s;              /* processor time when last looked at */
	unsigned n_stalls;         /* looks in a row that found no more of it */
	bool is_stalled;
};

struct crew {
	uv_loop_t *loop;
	const struct farm_job *job;
	const struct slab_block *block;
	int n_slots, n_alive;
	struct slot *slots;
	/* A message of a worker; and its end, after its last message and with its slot emptied
	 * (pid and range still say whose end it was). */
	void (*on_message)(void *ctx, struct slot *slot, const struct message *m);
	void (*on_exit)(void *ctx, struct slot *slot, const siginfo_t *info);
	void *ctx;
};

/* The caller has filled in all but the slots. -1: ERR_SYSTEM. */
int crew_init(struct crew *c, struct err *e);

/* Forgets what is left; its handles are closed when the loop has run once more. */
void crew_free(struct crew *c);

/* Forks a worker into an empty slot. -1: ERR_SYSTEM. */
int crew_start(struct slot *slot, struct err *e);
void crew_kill(const struct slot *slot);
void crew_kill_all(const struct crew *c);

/* Kills who has work, and has used no processor time at three looks in a row: stopped, or hung in
 * a system call. One look is not enough: all may have been suspended together. */
void crew_kill_stalled(const struct crew *c);

#endif
