/* The layout of the shared block: who owns which array, and where it lies. */
#include "farm/slab.h"

#include <string.h>
#include <sys/mman.h>

#define SLAB_MAGIC 0x42414c534d524146ull   /* "FARMSLAB" */
#define SLAB_VERSION 2
#define SLAB_BINS_MAX ((size_t)1 << 40)

struct header {
	uint64_t magic;
	uint32_t version;
	uint32_t n_workers;
	uint64_t n_bins, n_counters, length;
};

static size_t
sum_bytes(const struct slab_layout *l)
{
	return shm_page_up(l->n_blocks * FARM_BLOCK_BINS * sizeof(int64_t));
}

static size_t
square_bytes(const struct slab_layout *l)
{
	return shm_page_up(l->n_blocks * FARM_BLOCK_BINS * sizeof(farm_square));
}

static size_t
touched_bytes(const struct slab_layout *l)
{
	return shm_page_up(l->n_blocks);
}

static size_t
counters_bytes(void)
{
	return shm_page_up(FARM_COUNTERS_MAX * sizeof(farm_count));
}

static size_t
record_bytes(void)
{
	return shm_page_up(sizeof(struct record));
}

static size_t
remainder_bytes(const struct slab_layout *l)
{
	return sum_bytes(l) + touched_bytes(l) + counters_bytes();
}

static size_t
lane_bytes(const struct slab_layout *l)
{
	return record_bytes() + sum_bytes(l) + touched_bytes(l);
}

size_t
slab_size(const struct slab_layout *l)
{
	return sum_bytes(l) + square_bytes(l) + touched_bytes(l) + counters_bytes();
}

size_t
slab_remainder_size(const struct slab_layout *l)
{
	return l->has_remainder ? remainder_bytes(l) : 0;
}

static size_t
guard_bytes(void)
{
	return shm_page_up(1);
}

/* Returns where a part lies, which the next one follows after a guard page. */
static size_t
place(struct slab_layout *l, size_t bytes)
{
	size_t at = l->length;

	l->length += bytes + guard_bytes();
	l->n_guards++;
	return at;
}

int
slab_layout_init(struct slab_layout *l, const struct farm_job *job, const struct farm_options *o,
    struct err *e)
{
	if (job->n_bins > SLAB_BINS_MAX)
		return err_set(e, ERR_USAGE, "%zu bins; at most %zu can be tallied", job->n_bins,
		    SLAB_BINS_MAX);
	memset(l, 0, sizeof *l);
	l->n_bins = job->n_bins;
	l->n_blocks = (job->n_bins + FARM_BLOCK_BINS - 1) / FARM_BLOCK_BINS;
	l->n_counters = job->n_counters;
	l->n_workers = o->n_workers;
	l->is_shared = o->is_slab_shared;
	l->has_remainder = cut_n_rest(job->cut, job->n_items) > 0;
	place(l, shm_page_up(sizeof(struct header)));
	if (l->has_remainder)
		l->remainder = place(l, remainder_bytes(l));
	if (l->is_shared)
		l->shared = place(l, slab_size(l));
	l->workers = l->length;
	for (int w = 0; w < l->n_workers; w++)
		place(l, lane_bytes(l) + (l->is_shared ? 0 : slab_size(l)));
	l->stride = (l->length - l->workers) / (size_t)l->n_workers;
	return 0;
}

size_t
slab_layout_bytes(const struct slab_layout *l)
{
	return l->length - l->n_guards * guard_bytes();
}

static int
guard(const struct slab_block *b, size_t end, struct err *e)
{
	if (mprotect(b->shm.base + end - guard_bytes(), guard_bytes(), PROT_NONE) == -1)
		return err_sys(e, "protect a guard page");
	return 0;
}

static int
guard_all(const struct slab_block *b, struct err *e)
{
	const struct slab_layout *l = &b->layout;

	if (guard(b, shm_page_up(sizeof(struct header)) + guard_bytes(), e) == -1)
		return -1;
	if (l->has_remainder && guard(b, l->is_shared ? l->shared : l->workers, e) == -1)
		return -1;
	if (l->is_shared && guard(b, l->workers, e) == -1)
		return -1;
	for (int w = 1; w <= l->n_workers; w++)
		if (guard(b, l->workers + (size_t)w * l->stride, e) == -1)
			return -1;
	return 0;
}

static struct header
header_of(const struct slab_layout *l)
{
	return (struct header){
		.magic = SLAB_MAGIC,
		.version = SLAB_VERSION,
		.n_workers = (uint32_t)l->n_workers,
		.n_bins = l->n_bins,
		.n_counters = l->n_counters,
		.length = l->length,
	};
}

static int
seal_header(const struct slab_block *b, struct err *e)
{
	struct header h = header_of(&b->layout);

	if (shm_ensure(b->shm.base, sizeof h, e) == -1)
		return -1;
	memcpy(b->shm.base, &h, sizeof h);
	if (mprotect(b->shm.base, shm_page_up(sizeof h), PROT_READ) == -1)
		return err_sys(e, "protect the header");
	return 0;
}

void
slab_block_close(struct slab_block *b)
{
	shm_unmap(&b->shm);
}

int
slab_block_open(struct slab_block *b, const struct slab_layout *l, bool is_private,
    struct err *e)
{
	int r;

	b->layout = *l;
	r = is_private ? shm_map_private(&b->shm, l->length, e) : shm_map(&b->shm, l->length, e);
	if (r == -1)
		return -1;
	if (seal_header(b, e) == 0 && guard_all(b, e) == 0)
		return 0;
	slab_block_close(b);
	return -1;
}

int
slab_block_check(const struct slab_block *b, struct err *e)
{
	struct header h = header_of(&b->layout);

	if (memcmp(b->shm.base, &h, sizeof h) != 0)
		return err_set(e, ERR_INTERNAL, "the shared block's header is broken");
	return 0;
}

static size_t
worker_at(const struct slab_layout *l, int worker)
{
	return l->workers + (size_t)worker * l->stride;
}

void
slab_block_keep(const struct slab_block *b, int worker)
{
	const struct slab_layout *l = &b->layout;
	size_t mine = worker_at(l, worker), next = worker_at(l, worker + 1);

	if (mine > l->workers)
		munmap(b->shm.base + l->workers, mine - l->workers);
	if (next < l->length)
		munmap(b->shm.base + next, l->length - next);
}

struct lane
slab_lane(const struct slab_block *b, int worker)
{
	unsigned char *p = b->shm.base + worker_at(&b->layout, worker);
	struct lane lane;

	lane.record = (struct record *)(void *)p;
	p += record_bytes();
	lane.bins = (int64_t *)(void *)p;
	p += sum_bytes(&b->layout);
	lane.strips = p;
	return lane;
}

struct slab
slab_at(const struct slab_layout *l, unsigned char *p)
{
	struct slab slab;

	slab.sum = (int64_t *)(void *)p;
	p += sum_bytes(l);
	slab.square = (farm_square *)(void *)p;
	p += square_bytes(l);
	slab.counters = (farm_count *)(void *)p;
	slab.touched = p + counters_bytes();
	return slab;
}

struct slab
slab_of(const struct slab_block *b, int worker)
{
	const struct slab_layout *l = &b->layout;
	size_t at = l->is_shared ? l->shared : worker_at(l, worker) + lane_bytes(l);

	return slab_at(l, b->shm.base + at);
}

struct slab
slab_remainder(const struct slab_block *b)
{
	struct slab slab = { NULL, NULL, NULL, NULL };

	unsigned char *p = b->shm.base + b->layout.remainder;

	if (b->layout.has_remainder) {
		slab.sum = (int64_t *)(void *)p;
		p += sum_bytes(&b->layout);
		slab.counters = (farm_count *)(void *)p;
		slab.touched = p + counters_bytes();
	}
	return slab;
}

void
slab_lane_wipe(const struct slab_block *b, int worker)
{
	shm_discard(slab_lane(b, worker).record, lane_bytes(&b->layout));
}

static int
overflow(struct err *e)
{
	return err_set(e, ERR_INTERNAL, "an integer of the tally overflowed while slabs were added");
}

static int
ensure_block(const struct slab *to, size_t at, struct err *e)
{
	if (shm_ensure(to->sum + at, FARM_BLOCK_BINS * sizeof *to->sum, e) == -1)
		return -1;
	if (to->square == NULL)
		return 0;
	return shm_ensure(to->square + at, FARM_BLOCK_BINS * sizeof *to->square, e);
}

static void
copy_block(const struct slab *to, const struct slab *from, size_t at)
{
	memcpy(to->sum + at, from->sum + at, FARM_BLOCK_BINS * sizeof *to->sum);
	if (to->square != NULL)
		memcpy(to->square + at, from->square + at, FARM_BLOCK_BINS * sizeof *to->square);
}

static bool
add_block(const struct slab *to, const struct slab *from, size_t at)
{
	bool is_over = false;

	for (size_t i = at; i < at + FARM_BLOCK_BINS; i++)
		is_over |= __builtin_add_overflow(to->sum[i], from->sum[i], &to->sum[i]);
	for (size_t i = at; to->square != NULL && i < at + FARM_BLOCK_BINS; i++)
		is_over |= __builtin_add_overflow(to->square[i], from->square[i], &to->square[i]);
	return is_over;
}

static int
take_block(const struct slab *to, const struct slab *from, size_t block, bool is_careful,
    struct err *e)
{
	size_t at = block * FARM_BLOCK_BINS;

	if (to->touched[block])
		return add_block(to, from, at) ? overflow(e) : 0;
	if (is_careful && ensure_block(to, at, e) == -1)
		return -1;
	copy_block(to, from, at);
	to->touched[block] = 1;
	return 0;
}

int
slab_add(const struct slab_layout *l, const struct slab *to, const struct slab *from,
    bool is_careful, struct err *e)
{
	size_t map_bytes = counters_bytes() + touched_bytes(l);

	if (is_careful && (shm_ensure(to->counters, map_bytes, e) == -1 ||
	    shm_ensure(from->counters, map_bytes, e) == -1))
		return -1;
	for (size_t block = 0; block < l->n_blocks; block++)
		if (from->touched[block] && take_block(to, from, block, is_careful, e) == -1)
			return -1;
	for (size_t i = 0; i < l->n_counters; i++)
		if (__builtin_add_overflow(to->counters[i], from->counters[i], &to->counters[i]))
			return overflow(e);
	return 0;
}

/* One slab at a time, so that the memory in use only falls. */
int
slab_fold(const struct slab_block *b, struct err *e)
{
	const struct slab_layout *l = &b->layout;
	struct slab to = slab_of(b, 0), from;

	for (int w = 0; w < l->n_workers; w++)
		slab_lane_wipe(b, w);
	for (int w = 1; w < l->n_workers && !l->is_shared; w++) {
		from = slab_of(b, w);
		if (slab_add(l, &to, &from, true, e) == -1)
			return -1;
		shm_discard(from.sum, slab_size(l));
	}
	return 0;
}
