/* The crew: the worker processes, and what each of them is at. */
#ifndef FARM_CREW_H
#define FARM_CREW_H

#include "farm/farm.h"
#include "farm/hang.h"
#include "farm/message.h"
#include "farm/process.h"
#include "farm/slab.h"

enum slot_state {
	SLOT_EMPTY,
	SLOT_STARTING,     /* forked, not ready */
	SLOT_IDLE,
	SLOT_RUNNING,      /* has a range, or a probe */
	SLOT_WAITING,      /* has computed it, wants to commit */
	SLOT_COMMITTING
};

struct slot {
	struct process process;    /* first: a slot is found from it */
	struct crew *crew;
	int number;
	enum slot_state state;
	bool is_gone;              /* dead or silent: nothing more is sent to it */
	bool has_range;
	struct farm_range range;
	bool is_probe;             /* of the range, only the part `probe` is tried */
	struct farm_range probe;
	uint64_t ticket;           /* when it last wanted to commit, its place among those that wait; 0: never */
	struct hang hang;
	bool was_hung;
	char hang_text[200];       /* where */
	char fault[256];           /* why it cannot do an item, as it reports; else "" */
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
	void (*on_exit)(void *ctx, struct slot *slot, const siginfo_t *info, long max_rss_kB);
	void (*in_child)(void *ctx);    /* closes what else a worker must not hold */
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

/* In a child: closes all descriptors of the crew and of the loop. */
void crew_forget(const struct crew *c);

int crew_count(const struct crew *c, enum slot_state state);

#endif
