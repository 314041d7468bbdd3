/* The state of a supervision, which supervisor.c (hand-out and phases), judge.c (deaths), patrol.c
 * (hangs) and saver.c (saves and milestones) share. */
#ifndef FARM_SUPERVISION_H
#define FARM_SUPERVISION_H

#include "farm/crew.h"
#include "farm/outcome.h"
#include "farm/poison.h"
#include "farm/queue.h"
#include "farm/scribe.h"
#include "farm/signals.h"
#include "farm/slab.h"

/* LEAVE: the workers are told to go, or killed; SAVE: they are gone, the last save is made. */
enum phase { PHASE_WORK, PHASE_LEAVE, PHASE_SAVE, PHASE_OVER };

struct supervisor {
	const struct farm_options *options;
	const struct farm_safety *safety;      /* never NULL */
	const struct slab_block *block;
	struct outcome *outcome;
	struct err *e;                 /* filled by the first failure */
	uv_loop_t loop;
	struct signals signals;
	uv_timer_t status_timer, hang_timer, fork_timer, leave_timer, limit_timer, save_timer,
	    ask_timer;
	struct crew crew;
	struct queue queue;
	struct poison poison;
	struct scribe scribe;
	enum phase phase;
	bool is_failed, were_killed;
	bool is_broken;                /* what is committed cannot be trusted */
	uint64_t next_ticket;
	unsigned n_deaths_in_row;      /* with no range committed between */
	int64_t oom_kills;             /* those told of so far */
	double start, last_look;
	double fork_refused;           /* since when no worker could be forked; 0: not so */
	bool is_held;                  /* nothing may be committed */
	bool is_save_wanted, is_ask_wanted, is_asking;
	unsigned n_asked_in_vain, n_last_saves;
};

/* supervisor.c: what every change may bring about: a commit, a range for an idle worker, or the end.
 * The record is filled before supervisor_fail. */
void supervisor_go_on(struct supervisor *s);
void supervisor_stop(struct supervisor *s, enum farm_stop_cause cause, int signum);
void supervisor_fail(struct supervisor *s);

/* judge.c: counts a range that was committed. */
void judge_done(struct supervisor *s, struct slot *slot);

/* Judges a death. -1: it ends the run, with the record. judge_settle only completes or loses what the
 * worker had in hand, when the run ends anyway. */
int judge_death(struct supervisor *s, struct slot *slot, const siginfo_t *info, long max_rss_kB);
void judge_settle(struct supervisor *s, struct slot *slot);
void judge_error(struct supervisor *s, const struct slot *slot);    /* that a worker reported */

/* -1, ERR_DEATHS: a range that must be searched has too many bad items already. */
int judge_suspicion(struct supervisor *s, const struct farm_range *range);
int judge_probe(struct supervisor *s, const struct slot *slot, bool is_dead);

/* patrol.c: from now on, no worker hangs for long. */
void patrol_open(struct supervisor *s);

/* saver.c */
void saver_open(struct supervisor *s);
void saver_want(struct supervisor *s);
void saver_ask(struct supervisor *s);          /* is the milestone enough? */
void saver_go_on(struct supervisor *s);        /* when a commit has ended, or may have */
bool saver_last(struct supervisor *s);         /* false: nothing more is to be saved */

#endif
