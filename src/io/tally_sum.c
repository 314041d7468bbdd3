/* Adds the parts of a run, one after the other. */
#include <stdlib.h>
#include <string.h>

#include "io/tally_file.h"
#include "io/tally_read.h"

static int
no_memory(struct err *e)
{
	return err_sys(e, "memory to add parts");
}

/* What the sum has from the first part on: the plan and the layout. */
static int
take_plan(struct tally_file *sum, const struct tally_file *like, struct err *e)
{
	struct tally_layout *l = &sum->tally.layout;
	size_t density_bytes = l->n_depths * sizeof *l->density_g_cm3;

	memcpy(sum->hash, like->hash, sizeof sum->hash);
	sum->plan_bytes = like->plan_bytes;
	sum->plan_text = strdup(like->plan_text);
	l->density_g_cm3 = malloc(density_bytes);
	if (sum->plan_text == NULL || l->density_g_cm3 == NULL)
		return no_memory(e);
	memcpy(l->density_g_cm3, like->tally.layout.density_g_cm3, density_bytes);
	return 0;
}

int
tally_file_start_sum(struct tally_file *sum, const struct tally_file *like, struct err *e)
{
	bool has_remainder = cut_n_rest(like->tally.cut, like->part.histories) > 0;

	*sum = (struct tally_file){
		.tally.layout = like->tally.layout,
		.tally.cut = like->tally.cut,
		.part.histories = like->part.histories,
	};
	sum->tally.layout.density_g_cm3 = NULL;
	sum->tally.part = &sum->part;
	if (take_plan(sum, like, e) == 0 && tally_read_allocate(sum, has_remainder, "the sum", e) == 0) {
		sum->tally.remainder = NULL;      /* until a part has it */
		return 0;
	}
	tally_file_free(sum);
	return -1;
}

static int
check_plan(const struct tally_file *sum, const struct tally_file *part, const char *path, struct err *e)
{
	if (memcmp(sum->hash, part->hash, sizeof sum->hash) != 0 || strcmp(sum->plan_text, part->plan_text) != 0 ||
	    sum->tally.layout.n_bins != part->tally.layout.n_bins ||
	    !cut_is_equal(sum->tally.cut, part->tally.cut))
		return err_set(e, ERR_INPUT, "%s is part of another plan", path);
	if (sum->part.histories != part->part.histories)
		return err_set(e, ERR_INPUT, "%s is part of a run of another number of histories", path);
	return 0;
}

static int
add_ranges(struct tally_file *sum, const struct tally_file *part, const char *path, struct err *e)
{
	const struct stretches *r = &part->part.ranges;
	struct stretch common;

	for (size_t i = 0; i < r->n; i++) {
		if (stretches_meet(&sum->part.ranges, r->stretch[i], &common))
			return err_set(e, ERR_INPUT, "%s has ranges that another part has too", path);
		if (stretches_add(&sum->part.ranges, r->stretch[i], e) != 0)
			return -1;
	}
	sum->tally.n_ranges += part->tally.n_ranges;
	sum->tally.full_histories += part->tally.full_histories;
	if (part->tally.n_remainder > 0) {
		sum->tally.n_remainder = part->tally.n_remainder;
		sum->tally.remainder = sum->remainder;
	}
	return 0;
}

/* Two ascending lists of different histories become one. */
static int
add_left_out(struct tally_file *sum, const struct tally_file *part, struct err *e)
{
	uint64_t a = sum->tally.n_left_out, b = part->tally.n_left_out;
	uint64_t *both;

	if (b == 0)
		return 0;
	both = realloc(sum->left_out, (size_t)(a + b) * sizeof *both);
	if (both == NULL)
		return no_memory(e);
	sum->tally.left_out = sum->left_out = both;
	sum->tally.n_left_out = a + b;
	while (b > 0)
		if (a > 0 && both[a - 1] > part->left_out[b - 1]) {
			both[a + b - 1] = both[a - 1];
			a--;
		} else {
			both[a + b - 1] = part->left_out[b - 1];
			b--;
		}
	return 0;
}

static int
add_counters(struct tally_file *sum, const struct tally_file *part, const char *path, struct err *e)
{
	bool is_over = false;

	for (int i = 0; i < N_CHANNELS; i++) {
		tally_count *to = &sum->tally.channel[i], *last = &sum->tally.remainder_channel[i];

		is_over |= __builtin_add_overflow(*to, part->tally.channel[i], to);
		is_over |= __builtin_add_overflow(*last, part->tally.remainder_channel[i], last);
	}
	return is_over ? err_set(e, ERR_INTERNAL, "%s: a counter overflows", path) : 0;
}

static int
add(struct sealed *s, struct tally_file *sum, struct tally_file *part, struct err *e)
{
	if (sealed_hash_along(s, e) != 0 || tally_read_head(s, part, true, e) != 0 ||
	    check_plan(sum, part, s->path, e) != 0 || add_ranges(sum, part, s->path, e) != 0 ||
	    add_left_out(sum, part, e) != 0 || add_counters(sum, part, s->path, e) != 0 ||
	    tally_read_arrays(s, sum, part, e) != 0)
		return -1;
	return sealed_end(s, e);
}

int
tally_file_add(struct tally_file *sum, const char *path, struct err *e)
{
	struct tally_file part = { 0 };
	struct sealed s;
	int status;

	if (tally_read_open(&s, path, true, e) != 0)
		return -1;
	status = add(&s, sum, &part, e);
	tally_file_free(&part);
	sealed_close(&s);
	return status;
}
