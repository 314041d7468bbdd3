/* Histories from birth to death, by the kernel that suits the job and the processor; what follows from their
 * voxels. */
#include "phys/history.h"

#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "phys/kernel.h"

enum { BATCH_ALIGNMENT = 64 };

struct batch {
	const struct kernel *kernel;
	void *lanes;
};

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	free(b->lanes);
	free(b);
}

static bool
can_base(void)
{
	return true;
}

#ifdef HAVE_WIDE_KERNELS
static bool
can_v3(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}

static bool
can_v4(void)
{
	return can_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl");
}
#endif

/* From the widest on. */
static const struct {
	const struct kernel *kernel;
	bool (*can)(void);
} kernels[] = {
#ifdef HAVE_WIDE_KERNELS
	{&kernel_v4, can_v4},
	{&kernel_v3, can_v3},
#endif
	{&kernel_base, can_base},
};

enum { N_KERNELS = sizeof kernels / sizeof kernels[0] };

static const struct kernel *
best_kernel(void)
{
	int i = 0;

	while (!kernels[i].can())
		i++;
	return kernels[i].kernel;
}

static const struct kernel *
named_kernel(const char *name, struct err *e)
{
	for (int i = 0; i < N_KERNELS; i++) {
		if (strcmp(name, kernels[i].kernel->name) != 0)
			continue;
		if (kernels[i].can())
			return kernels[i].kernel;
		err_set(e, ERR_INPUT, "kernel %s is not for this processor", name);
		return NULL;
	}
	err_set(e, ERR_INPUT, "there is no kernel \"%s\"", name);
	return NULL;
}

const char *
batch_kernel(const struct batch *b)
{
	return b->kernel->name;
}

struct batch *
batch_new(const char *kernel_name, struct err *e)
{
	const struct kernel *kernel = kernel_name == NULL ? best_kernel() : named_kernel(kernel_name, e);
	size_t size;
	struct batch *b;

	if (kernel == NULL)
		return NULL;
	size = (kernel->batch_size + BATCH_ALIGNMENT - 1) / BATCH_ALIGNMENT * BATCH_ALIGNMENT;
	b = calloc(1, sizeof *b);
	if (b != NULL)
		b->lanes = aligned_alloc(BATCH_ALIGNMENT, size);
	if (b == NULL || b->lanes == NULL) {
		batch_free(b);
		err_sys(e, "memory for a batch of histories");
		return NULL;
	}
	b->kernel = kernel;
	return b;
}

static void
find_groups(struct pass *p)
{
	const struct tally_layout *l = p->layout;

	for (int k = 0; k < N_GROUP_SCORES; k++)
		if (tally_group_has(l, (enum group_score)k))
			p->of_group[k] = p->score->bins + tally_group_first(l, 0, (enum group_score)k);
	if (l->n_groups > 1)
		p->group_stride = (int32_t)(tally_group_first(l, 1, GROUP_DOSE) - tally_group_first(l, 0, GROUP_DOSE));
}

int
history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e)
{
	struct pass p = {.ph = ph, .layout = layout, .score = score, .first = first, .next = first, .end = first + count};

	find_groups(&p);
	return b->kernel->carry(b->lanes, &p, e);
}

static void
add_to(int64_t *restrict sum, const int64_t *restrict bins, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum[i] += bins[i];
}

/* The first block from `block` on of which a strip is marked, or `end`: of large grids most are not. */
static size_t
next_marked(const unsigned char *strips, size_t block, size_t end)
{
	uint64_t eight;

	while (block < end && strips[block] == 0) {
		if (block + sizeof eight <= end)
			memcpy(&eight, strips + block, sizeof eight);
		block += block + sizeof eight <= end && eight == 0 ? sizeof eight : 1;
	}
	return block < end ? block : end;
}

/* Depth runs fastest among the voxels: these are a piece of one column or of some. */
static void
sum_voxels(int64_t *depth_bin, const int64_t *voxel, uint32_t n, uint32_t first, uint32_t n_depths)
{
	uint32_t depth = first % n_depths;

	while (n > 0) {
		uint32_t of_column = n < n_depths - depth ? n : n_depths - depth;

		add_to(depth_bin + depth, voxel, of_column);
		voxel += of_column;
		n -= of_column;
		depth = 0;
	}
}

static void
sum_depths(const struct tally_layout *l, struct range_score *s, int kind)
{
	size_t first = l->first_voxel[kind], end = first + l->n_voxels;
	size_t block = first >> SCORE_BLOCK_SHIFT, end_block = ((end - 1) >> SCORE_BLOCK_SHIFT) + 1;

	for (; (block = next_marked(s->strips, block, end_block)) < end_block; block++)
		for (unsigned strips = s->strips[block]; strips != 0; strips &= strips - 1) {
			size_t from = block << SCORE_BLOCK_SHIFT | (size_t)__builtin_ctz(strips) << SCORE_STRIP_SHIFT;
			size_t to = from + (1 << SCORE_STRIP_SHIFT);

			from = from < first ? first : from;
			to = to < end ? to : end;
			if (from < to)
				sum_voxels(s->bins + l->first_depth[kind], s->bins + from, (uint32_t)(to - from),
				    (uint32_t)(from - first), (uint32_t)l->n_depths);
		}
}

static void
mark(struct range_score *s, size_t first, size_t n)
{
	for (size_t bin = first; bin < first + n; bin++)
		score_mark(s->strips, bin);
}

/* What no other group has left is the primaries'. */
static void
complete_groups(const struct tally_layout *l, struct range_score *s)
{
	int64_t *primaries = s->bins + tally_group_first(l, GROUP_PRIMARIES, GROUP_DOSE);

	add_to(primaries, s->bins + l->first_depth[SCORE_DOSE], l->n_depths);
	for (int group = GROUP_PRIMARIES + 1; group < l->n_groups; group++) {
		const int64_t *others = s->bins + tally_group_first(l, group, GROUP_DOSE);

		for (size_t depth = 0; depth < l->n_depths; depth++)
			primaries[depth] -= others[depth];
	}
	mark(s, l->first_group, l->n_bins - l->first_group);
}

void
history_complete(const struct tally_layout *l, struct range_score *s)
{
	for (int kind = 0; kind < l->n_scores; kind++)
		sum_depths(l, s, kind);
	for (int c = 0; c < l->n_axis_columns; c++)
		for (size_t depth = 0; depth < l->n_depths; depth++)
			s->bins[l->first_axis + depth] +=
			    s->bins[l->first_voxel[SCORE_DOSE] + l->axis_column[c] + depth];
	for (int kind = 0; kind < l->n_scores; kind++)
		mark(s, l->first_depth[kind], l->n_depths);
	mark(s, l->first_axis, l->n_depths);
	if (l->n_groups > 0)
		complete_groups(l, s);
}

int
history_run(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e)
{
	if (history_carry(b, ph, layout, first, count, score, e) != 0)
		return -1;
	history_complete(layout, score);
	return 0;
}
