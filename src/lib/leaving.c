/* Writes the particles that leave the phantom, range by range and in the end. */
#include "lib/leaving.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/run.h"
#include "io/leaving_file.h"

int
leaving_writer_open(struct leaving_writer *w, const char *dir, const char *plan_text, struct err *e)
{
	w->plan_key = leaving_plan_key(plan_text);
	w->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return w->dir_fd >= 0 ? 0 : err_set(e, ERR_OUTPUT, "cannot open %.1000s: %s", dir, strerror(errno));
}

int
leaving_writer_begin(struct leaving_writer *w, struct err *e)
{
	w->fd = leaving_spool_create(w->dir_fd, e);
	return w->fd >= 0 ? 0 : -1;
}

void
leaving_writer_close(struct leaving_writer *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->dir_fd >= 0)
		close(w->dir_fd);
	w->fd = w->dir_fd = -1;
	leaving_free(&w->list);
}

/* What lies between the pieces has been left out. */
static void
leave_out(struct leaving_writer *w, uint64_t end)
{
	while (w->next < end)
		w->left_out = leaving_left_out_key(w->left_out, w->next++);
}

static uint64_t
end_of_range(const struct plan *p, uint64_t range)
{
	uint64_t end = cut_item(p->cut, range + 1);

	return end < p->histories ? end : p->histories;
}

void
leaving_before(struct leaving_writer *w, const struct plan *p, const struct farm_range *piece)
{
	if (!w->is_amid) {
		w->is_amid = true;
		w->next = cut_item(p->cut, piece->index);
		w->left_out = 0;
	}
	leave_out(w, piece->first);
}

/* A part of a range that is tried alone, in search of a history that kills, ends here too: as a block of the range with
 * all the rest left out, which nobody will ask for. */
int
leaving_after(struct leaving_writer *w, const struct plan *p, const struct farm_range *piece, struct err *e)
{
	uint64_t end = end_of_range(p, piece->index);
	struct leaving_key key = { .plan = w->plan_key, .range = piece->index };
	int status;

	w->next = piece->first + piece->count;
	if (w->list.is_short)
		return err_set(e, ERR_SYSTEM, "no memory for the particles that leave in range %llu",
		    (unsigned long long)piece->index);
	if (piece->has_more)
		return 0;
	leave_out(w, end);
	key.n_histories = (uint32_t)(end - cut_item(p->cut, piece->index));
	key.left_out = w->left_out;
	leaving_sort(&w->list);
	status = leaving_spool_write(w->fd, key, &w->list, e);
	leaving_clear(&w->list);
	w->is_amid = false;
	return status;
}

static struct leaving_wanted
wanted_of(const struct run *r, const struct stretches *ranges, size_t n_left_out, const uint64_t *left_out)
{
	return (struct leaving_wanted){
		.ranges = ranges, .histories = r->plan.histories, .cut = r->plan.cut,
		.n_left_out = n_left_out, .left_out = left_out,
	};
}

static int
add_done(struct stretches *ranges, const struct run *r, const struct farm_progress *done, struct err *e)
{
	struct stretch prefix = { r->block.first, done->n_prefix };

	if (prefix.end > prefix.first && stretches_add(ranges, prefix, e) != 0)
		return -1;
	for (size_t i = 0; i < done->n_beyond; i++)
		if (stretches_add(ranges, (struct stretch){ done->beyond[i], done->beyond[i] + 1 }, e) != 0)
			return -1;
	return 0;
}

int
leaving_check(const struct run *r, const struct farm_progress *done, struct err *e)
{
	struct leaving_index x = { .plan = leaving_plan_key(r->plan_text) };
	struct stretches ranges = { 0 };
	struct leaving_wanted wanted = wanted_of(r, &ranges, done->n_left_out, done->left_out);
	int status = -1;

	if (add_done(&ranges, r, done, e) == 0 && leaving_index_add(&x, r->dir, e) == 0)
		status = leaving_index_check(&x, &wanted, e);
	leaving_index_free(&x);
	stretches_free(&ranges);
	return status == 0 ? 0 : err_prefix(e, "the run cannot go on without the particles that left");
}

int
leaving_write(const struct run *r, const struct tally *t, const char *const *dirs, size_t n, struct err *e)
{
	struct leaving_index x = { .plan = leaving_plan_key(r->plan_text) };
	struct stretch own = { r->block.first, r->block.first + t->n_ranges + (t->n_remainder > 0) };
	struct stretches whole = { 1, &own };
	struct leaving_wanted wanted = wanted_of(r, t->part != NULL ? &t->part->ranges : &whole, (size_t)t->n_left_out,
	    t->left_out);
	int status = 0;

	for (size_t i = 0; i < n && status == 0; i++)
		status = leaving_index_add(&x, dirs[i], e);
	if (status == 0)
		status = leaving_file_write(r->dir, &x, &wanted, r->plan_hash, e);
	leaving_index_free(&x);
	return status;
}
