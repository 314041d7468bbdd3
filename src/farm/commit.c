/* The commit: adds a range's tally to a slab so that a kill at any instruction can be completed. */
#include "farm/commit.h"

#include <inttypes.h>
#include <string.h>

#include "farm/failpoint.h"

/* A kill falls between two instructions: what stands before takes effect, what stands after does
 * not, and the kernel orders the death before the news of it. So the compiler alone must keep the
 * order, on both sides of a store; a release store would let later ones pass. */
static inline void
keep_order(void)
{
	atomic_signal_fence(memory_order_seq_cst);
}

static void
set_step(const struct commit *c, uint64_t step)
{
	keep_order();
	atomic_store_explicit(&c->lane.record->step, step, memory_order_release);
	keep_order();
}

static void
set_state(const struct commit *c, enum lane_state state)
{
	keep_order();
	atomic_store_explicit(&c->lane.record->state, state, memory_order_release);
	keep_order();
}

static enum lane_state
get_state(const struct commit *c)
{
	return (enum lane_state)atomic_load_explicit(&c->lane.record->state, memory_order_acquire);
}

bool
commit_is_open(const struct commit *c)
{
	enum lane_state state = get_state(c);

	return state == LANE_RUNNING || state == LANE_COMMITTING;
}

bool
commit_is_underway(const struct commit *c)
{
	return get_state(c) == LANE_COMMITTING;
}

bool
commit_has_done(const struct commit *c, uint64_t range_index)
{
	return atomic_load_explicit(&c->lane.record->last_committed, memory_order_acquire) ==
	    range_index + 1;
}

struct commit
commit_of(const struct slab_block *b, int worker)
{
	return (struct commit){
		.lane = slab_lane(b, worker),
		.slab = slab_of(b, worker),
		.remainder = slab_remainder(b),
		.n_blocks = b->layout.n_blocks,
		.n_counters = b->layout.n_counters,
	};
}

void
commit_open(const struct commit *c, const struct farm_range *range)
{
	c->lane.record->range = *range;
	set_state(c, LANE_RUNNING);
}

void
commit_start(const struct commit *c, const int64_t *counters)
{
	memcpy(c->lane.record->counters, counters, sizeof c->lane.record->counters);
	set_step(c, 0);
	FAILPOINT("commit.start");
	set_state(c, LANE_COMMITTING);
}

static const struct slab *
target(const struct commit *c)
{
	return c->lane.record->range.is_remainder ? &c->remainder : &c->slab;
}

/* The map is whole pages long, so that eight bytes from a multiple of eight on lie inside; from
 * elsewhere they may reach into the guard page behind it. */
static bool
are_eight_untouched(const unsigned char *strips, size_t block)
{
	uint64_t eight;

	if (block % sizeof eight != 0)
		return false;
	memcpy(&eight, strips + block, sizeof eight);
	return eight == 0;
}

/* The first block at or after `block` of which the range touched a strip; n_blocks when there is none. */
static size_t
next_touched(const struct commit *c, size_t block)
{
	while (block < c->n_blocks && !c->lane.strips[block])
		block += are_eight_untouched(c->lane.strips, block) ? 8 : 1;
	return block < c->n_blocks ? block : c->n_blocks;
}

/* Strips that the range did not touch need not be fetched from memory; but a block of the slab is marked when all of
 * it was written once (so that it has its pages, which others rely on). Whoever replays the log takes the same strips,
 * or, if they were replayed, some of them: the range's marks do not change while a commit lasts. */
static unsigned
strips_of(const struct commit *c, const struct slab *to, size_t block)
{
	return to->touched[block] ? c->lane.strips[block] : (1u << FARM_BLOCK_BINS / FARM_STRIP_BINS) - 1;
}

/* The first bin, from its block's on, of the lowest of some strips. */
static size_t
first_bin(unsigned strips)
{
	return FARM_STRIP_BINS * (size_t)__builtin_ctz(strips);
}

static inline bool
fill_sums(int64_t *log, const int64_t *sum, const int64_t *bins)
{
	bool is_over = false;

	for (size_t i = 0; i < FARM_STRIP_BINS; i++)
		is_over |= __builtin_add_overflow(sum[i], bins[i], &log[i]);
	return is_over;
}

static inline bool
fill_squares(farm_square *log, const farm_square *square, const int64_t *bins, unsigned shift)
{
	bool is_over = false;

	for (size_t i = 0; i < FARM_STRIP_BINS; i++) {
		farm_square x2 = (farm_square)((farm_count)bins[i] * bins[i]);

		is_over |= x2 << shift >> shift != x2;
		is_over |= __builtin_add_overflow(square[i], x2 << shift, &log[i]);
	}
	return is_over;
}

static bool
fill_strips(const struct commit *c, const struct slab *to, size_t block)
{
	struct redo_log *log = &c->lane.record->log;
	unsigned shift = c->lane.record->range.shift;
	size_t at = block * FARM_BLOCK_BINS;
	bool is_over = false;

	for (unsigned strips = strips_of(c, to, block); strips != 0; strips &= strips - 1) {
		size_t i = first_bin(strips);
		const int64_t *bins = c->lane.bins + at + i;

		is_over |= fill_sums(log->sum + i, to->sum + at + i, bins);
		FAILPOINT("commit.fill");
		if (to->square != NULL)
			is_over |= fill_squares(log->square + i, to->square + at + i, bins, shift);
	}
	return is_over;
}

static int
ensure_block(const struct slab *to, size_t block, struct err *e)
{
	size_t at = block * FARM_BLOCK_BINS;

	if (shm_ensure(to->sum + at, FARM_BLOCK_BINS * sizeof *to->sum, e) == -1 ||
	    shm_ensure(to->touched + block, 1, e) == -1)
		return -1;
	if (to->square == NULL)
		return 0;
	return shm_ensure(to->square + at, FARM_BLOCK_BINS * sizeof *to->square, e);
}

static int
fill_block(const struct commit *c, size_t block, struct err *e)
{
	const struct slab *to = target(c);
	size_t at = block * FARM_BLOCK_BINS;

	if (c->is_careful && ensure_block(to, block, e) == -1)
		return -1;
	if (fill_strips(c, to, block))
		return err_set(e, ERR_INTERNAL,
		    "an integer of the tally overflowed: bins %zu to %zu, range %" PRIu64, at,
		    at + FARM_BLOCK_BINS - 1, c->lane.record->range.index);
	return 0;
}

static int
fill_counters(const struct commit *c, struct err *e)
{
	struct record *record = c->lane.record;
	const farm_count *counters = target(c)->counters;

	if (c->is_careful && shm_ensure(counters, c->n_counters * sizeof *counters, e) == -1)
		return -1;
	for (size_t i = 0; i < c->n_counters; i++)
		if (__builtin_add_overflow(counters[i], record->counters[i],
		    &record->log.counters[i]))
			return err_set(e, ERR_INTERNAL,
			    "counter %zu overflowed in range %" PRIu64, i, record->range.index);
	return 0;
}

static int
fill_log(const struct commit *c, size_t unit, struct err *e)
{
	return unit < c->n_blocks ? fill_block(c, unit, e) : fill_counters(c, e);
}

static void
replay_block(const struct commit *c, size_t block)
{
	const struct redo_log *log = &c->lane.record->log;
	const struct slab *to = target(c);
	size_t at = block * FARM_BLOCK_BINS;

	for (unsigned strips = strips_of(c, to, block); strips != 0; strips &= strips - 1) {
		size_t i = first_bin(strips);

		memcpy(to->sum + at + i, log->sum + i, FARM_STRIP_BINS * sizeof *to->sum);
		FAILPOINT("commit.replay");
		if (to->square != NULL)
			memcpy(to->square + at + i, log->square + i, FARM_STRIP_BINS * sizeof *to->square);
	}
	keep_order();
	to->touched[block] = 1;
}

static void
replay_log(const struct commit *c, size_t unit)
{
	const struct redo_log *log = &c->lane.record->log;

	if (unit < c->n_blocks)
		replay_block(c, unit);
	else
		memcpy(target(c)->counters, log->counters, c->n_counters * sizeof *log->counters);
}

static int
commit_unit(const struct commit *c, size_t unit, struct err *e)
{
	c->lane.record->heartbeat++;
	if (fill_log(c, unit, e) == -1)
		return -1;
	FAILPOINT("commit.filled");
	set_step(c, 2 * unit + 1);
	FAILPOINT("commit.logged");
	replay_log(c, unit);
	FAILPOINT("commit.replayed");
	set_step(c, 2 * unit + 2);
	FAILPOINT("commit.unit");
	return 0;
}

/* Where a commit was left: replays the log if it holds. */
static int
resume_at(const struct commit *c, size_t *unit, struct err *e)
{
	uint64_t step = atomic_load_explicit(&c->lane.record->step, memory_order_acquire);

	*unit = step / 2;
	if (*unit > c->n_blocks + 1 || step == 2 * c->n_blocks + 3)
		return err_set(e, ERR_INTERNAL, "the record of a commit is broken: step %" PRIu64,
		    step);
	if (c->is_careful && c->n_blocks > 0 &&
	    shm_ensure(c->lane.strips, c->n_blocks, e) == -1)
		return -1;
	if (step % 2 == 0)
		return 0;
	if (c->is_careful && *unit < c->n_blocks && ensure_block(target(c), *unit, e) == -1)
		return -1;
	replay_log(c, *unit);
	*unit += 1;
	set_step(c, 2 * *unit);
	return 0;
}

static void
set_committed(const struct commit *c)
{
	struct record *record = c->lane.record;

	atomic_store_explicit(&record->last_committed, record->range.index + 1,
	    memory_order_release);
	FAILPOINT("commit.committed");
	set_state(c, LANE_CLEARING);
}

/* Memory is waited for: what the next block needs comes while this one is done. A prefetch makes no page, and so needs
 * no memory that is not there. The asm keeps gcc from taking this for a function without effects. */
static inline void
fetch(const struct commit *c, size_t block)
{
	const struct slab *to = target(c);
	size_t at = block * FARM_BLOCK_BINS;

	if (block >= c->n_blocks)
		return;
	for (unsigned strips = c->lane.strips[block]; strips != 0; strips &= strips - 1) {
		size_t i = at + first_bin(strips);

		__builtin_prefetch(c->lane.bins + i);
		__builtin_prefetch(to->sum + i, 1);
		if (to->square != NULL) {
			__builtin_prefetch(to->square + i, 1);
			__builtin_prefetch(to->square + i + FARM_STRIP_BINS / 2, 1);
		}
	}
	__asm__ volatile("");
}

int
commit_finish(const struct commit *c, struct err *e)
{
	size_t unit, next;

	if (resume_at(c, &unit, e) == -1)
		return -1;
	if (unit <= c->n_blocks)              /* else all was done */
		unit = next_touched(c, unit);
	for (; unit <= c->n_blocks; unit = next) {
		next = unit < c->n_blocks ? next_touched(c, unit + 1) : unit + 1;
		fetch(c, next);
		if (commit_unit(c, unit, e) == -1)
			return -1;
	}
	set_committed(c);
	FAILPOINT("commit.finished");
	return 0;
}

void
commit_drop(const struct commit *c)
{
	set_state(c, LANE_CLEARING);
}

void
commit_clear(const struct commit *c)
{
	size_t block = next_touched(c, 0);

	while (block < c->n_blocks) {
		for (unsigned strips = c->lane.strips[block]; strips != 0; strips &= strips - 1)
			memset(c->lane.bins + block * FARM_BLOCK_BINS + first_bin(strips), 0,
			    FARM_STRIP_BINS * sizeof *c->lane.bins);
		c->lane.strips[block] = 0;
		FAILPOINT("commit.clear");
		block = next_touched(c, block + 1);
	}
	set_state(c, LANE_IDLE);
}
