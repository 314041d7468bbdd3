/* The scribe: a forked child that folds what is committed, then saves it or judges it, while the
 * workers go on. */
#ifndef FARM_SCRIBE_H
#define FARM_SCRIBE_H

#include "farm/process.h"
#include "farm/snapshot.h"

enum scribe_task { SCRIBE_SAVE, SCRIBE_ASK };

/* What a task came to. */
struct scribe_end {
	enum scribe_task task;
	bool is_good, is_enough;
	struct err err;            /* when it is not good */
};

struct scribe {
	struct process process;    /* first: the scribe is found from it */
	uv_timer_t watchdog;
	double limit_s, waited_s, last_look;   /* waited for what is due next, while this process was awake */
	const struct farm_safety *safety;
	const struct slab_block *block;
	const struct queue *queue;
	const struct poison *poison;
	bool is_busy, is_folded, is_late;
	struct scribe_end end;
	/* The copy is made, and commits may go on; the task has ended, or the scribe died. */
	void (*on_folded)(void *ctx);
	void (*on_end)(void *ctx, const struct scribe_end *end);
	void (*in_child)(void *ctx);    /* closes what a scribe must not hold */
	void *ctx;
};

/* The caller has filled in the rest. */
void scribe_open(struct scribe *s, uv_loop_t *loop);
void scribe_close(struct scribe *s);      /* kills one that is busy */

/* Nothing may be committed from here until on_folded or on_end. -1: ERR_SYSTEM, no fork. */
int scribe_start(struct scribe *s, enum scribe_task task, struct err *e);

/* The same in this process, where there can be no other. */
void scribe_do_here(const struct scribe *s, enum scribe_task task, struct scribe_end *end);

#endif
