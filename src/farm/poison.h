/* Poison: the ranges under suspicion, and the items that were left out because they kill. */
#ifndef FARM_POISON_H
#define FARM_POISON_H

#include "farm/bisection.h"

/* Each of those under suspicion when the limit is reached may yet add one. */
#define POISON_LEFT_OUT_MAX (FARM_LEFT_OUT_ALL_MAX + FARM_WORKERS_MAX)

struct suspect {
	uint64_t range;
	struct bisection bisection;
};

struct poison {
	size_t n_suspects, capacity;
	struct suspect *suspects;
	size_t n_left_out;
	uint64_t left_out[POISON_LEFT_OUT_MAX];   /* ascending */
};

/* What of a range is left out, as it is told to a worker. */
struct gaps {
	uint32_t n;
	uint64_t item[FARM_LEFT_OUT_MAX];
};

/* `done` (NULL: nothing) says what an earlier run left out. -1: ERR_SYSTEM, no memory; ERR_DEATHS,
 * more than may be left out. */
int poison_init(struct poison *p, const struct farm_progress *done, int n_workers, struct err *e);
void poison_free(struct poison *p);

/* From now on the range is searched; no more of them at a time than workers. */
void poison_suspect(struct poison *p, const struct farm_range *range);

/* True when the range is under suspicion: `probe` is then the part of it to try. */
bool poison_probe(const struct poison *p, const struct farm_range *range, struct farm_range *probe);

/* What the probe came to. FOUND: it is *item that kills. FOUND and FAILED end the suspicion. */
enum bisection_end poison_probed(struct poison *p, uint64_t range, bool is_dead, uint64_t *item);
void poison_leave_out(struct poison *p, uint64_t item);

struct gaps poison_gaps(const struct poison *p, const struct farm_range *range);

/* -1: ERR_DEATHS, when no more may be left out, of this range or of all. */
int poison_check(const struct poison *p, const struct farm_range *range, struct err *e);

/* The next run of items of `range` that has no gap, from item `from` on: false when there is none. */
bool gaps_next_piece(const struct gaps *g, const struct farm_range *range, uint64_t from,
    struct farm_range *piece);

#endif
