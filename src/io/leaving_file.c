/* Collects the particles that left the phantom from wherever they are, and writes them as one MCPL file. */
#include "io/leaving_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "io/mcpl.h"

#define BLOB_NAME "ionfarm.ranges"

enum { COPY_BYTES = 1 << 16, COMMENT_BYTES = 200 };

/* The blob is an array of these. */
_Static_assert(sizeof(struct leaving_key) == 32, "it goes to a file as it stands in memory");

static const char *const comments[] = {
	"Charged particles that left the phantom, in its frame, history by history; their time is not known.",
	"The blob " BLOB_NAME " has for each range of histories: key of the plan, number, histories and particles (32 bits"
	" each), key of what was left out.",
};

enum { N_COMMENTS = sizeof comments / sizeof comments[0] };

static int
add_block(struct leaving_index *x, const struct leaving_key *key, int64_t at, struct err *e)
{
	if (x->n == x->room) {
		size_t room = x->room > 0 ? 2 * x->room : 256;
		struct leaving_block *larger = reallocarray(x->block, room, sizeof *larger);

		if (larger == NULL)
			return err_sys(e, "memory for the list of particles that leave");
		x->block = larger;
		x->room = room;
	}
	x->block[x->n++] = (struct leaving_block){ *key, x->n_sources - 1, at };
	return 0;
}

/* Spools may be of a plan that was in the directory before. */
static int
found_block(void *ctx, const struct leaving_key *key, int64_t at, struct err *e)
{
	struct leaving_index *x = ctx;

	return key->plan == x->plan ? add_block(x, key, at, e) : 0;
}

/* One more file to read from: its path, or NULL without memory. */
static const char *
add_source(struct leaving_index *x, const char *dir, const char *name, struct err *e)
{
	char **larger = reallocarray(x->path, (size_t)x->n_sources + 1, sizeof *larger), *path;

	if (larger != NULL)
		x->path = larger;
	if (larger == NULL || asprintf(&path, "%s/%s", dir, name) < 0) {
		err_sys(e, "memory for the list of particles that leave");
		return NULL;
	}
	x->path[x->n_sources++] = path;
	return path;
}

static int
open_source(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd >= 0 ? fd : err_set(e, ERR_INPUT, "%.1000s: %s", path, strerror(errno));
}

static int
add_spool(void *ctx, const char *dir, const char *name, struct err *e)
{
	struct leaving_index *x = ctx;
	const char *path = add_source(x, dir, name, e);
	int fd = path != NULL ? open_source(path, e) : -1, status;

	if (fd < 0)
		return -1;
	status = leaving_spool_visit(fd, found_block, x, e);
	close(fd);
	return status;
}

/* The blocks of a file that is finished. */
static int
add_entries(struct leaving_index *x, const struct mcpl_file *f, struct err *e)
{
	uint64_t n_particles = 0;
	struct leaving_key key;

	if (f->blob == NULL || f->blob_bytes % sizeof key != 0 || f->head.particle_bytes != MCPL_LEAVING_BYTES)
		return err_set(e, ERR_INPUT, "%.1000s is no file of particles that left a phantom", f->path);
	for (uint32_t i = 0; i < f->blob_bytes; i += sizeof key) {
		memcpy(&key, f->blob + i, sizeof key);
		if (key.plan != x->plan)
			return err_set(e, ERR_INPUT, "%.1000s is of another plan", f->path);
		if (add_block(x, &key, (int64_t)(f->head_bytes + n_particles * MCPL_LEAVING_BYTES), e) != 0)
			return -1;
		n_particles += key.n_particles;
	}
	if (n_particles == f->head.n_particles)
		return 0;
	return err_set(e, ERR_INPUT, "%.1000s: its ranges have %" PRIu64 " particles, the file has %" PRIu64, f->path,
	    n_particles, f->head.n_particles);
}

static int
add_finished(struct leaving_index *x, const char *dir, struct err *e)
{
	const char *path = add_source(x, dir, LEAVING_FILE_NAME, e);
	struct mcpl_file f;
	int status;

	if (path == NULL)
		return -1;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	if (mcpl_open(&f, path, BLOB_NAME, e) != 0)
		return -1;
	status = add_entries(x, &f, e);
	mcpl_close(&f);
	return status;
}

int
leaving_index_add(struct leaving_index *x, const char *dir, struct err *e)
{
	return add_finished(x, dir, e) == 0 ? leaving_spool_list(dir, add_spool, x, e) : -1;
}

void
leaving_index_free(struct leaving_index *x)
{
	for (int i = 0; i < x->n_sources; i++)
		free(x->path[i]);
	free(x->path);
	free(x->block);
	*x = (struct leaving_index){ 0 };
}

/* By range; among those of one range, which may be in several places, by source and place. */
static int
compare(const void *a, const void *b)
{
	const struct leaving_block *p = a, *q = b;

	if (p->key.range != q->key.range)
		return p->key.range < q->key.range ? -1 : 1;
	if (p->source != q->source)
		return p->source < q->source ? -1 : 1;
	return p->at < q->at ? -1 : p->at > q->at;
}

static void
sort(struct leaving_index *x)
{
	if (x->n > 0)
		qsort(x->block, x->n, sizeof *x->block, compare);
}

/* The first block of a range, or of one behind it. */
static size_t
find(const struct leaving_index *x, uint64_t range)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (x->block[middle].key.range < range)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What the block of a range must say: nothing of a part of the range, nor of a try that left out less. Of a range
 * without any history carried there is no block; then `is_empty`. */
static struct leaving_key
wanted_key(const struct leaving_index *x, const struct leaving_wanted *w, uint64_t range, bool *is_empty)
{
	uint64_t first = cut_item(w->cut, range), left = w->histories - first;
	uint32_t size = cut_size(w->cut, range);
	struct leaving_key key = { .plan = x->plan, .range = range };
	uint32_t n_left_out = 0;

	key.n_histories = left < size ? (uint32_t)left : size;
	for (size_t i = 0; i < w->n_left_out; i++)
		if (w->left_out[i] >= first && w->left_out[i] - first < key.n_histories) {
			key.left_out = leaving_left_out_key(key.left_out, w->left_out[i]);
			n_left_out++;
		}
	*is_empty = n_left_out == key.n_histories;
	return key;
}

static const struct leaving_block *
pick(const struct leaving_index *x, const struct leaving_key *key)
{
	for (size_t i = find(x, key->range); i < x->n && x->block[i].key.range == key->range; i++)
		if (x->block[i].key.n_histories == key->n_histories && x->block[i].key.left_out == key->left_out)
			return &x->block[i];
	return NULL;
}

/* Calls `use` with the block of each range wanted. */
static int
visit(const struct leaving_index *x, const struct leaving_wanted *w,
    int (*use)(void *ctx, const struct leaving_block *b, struct err *e), void *ctx, struct err *e)
{
	for (size_t i = 0; i < w->ranges->n; i++)
		for (uint64_t range = w->ranges->stretch[i].first; range < w->ranges->stretch[i].end; range++) {
			bool is_empty;
			struct leaving_block empty = { .key = wanted_key(x, w, range, &is_empty) };
			const struct leaving_block *b = is_empty ? &empty : pick(x, &empty.key);

			if (b == NULL)
				return err_set(e, ERR_INPUT, "the particles that left in range %" PRIu64 " are missing", range);
			if (use(ctx, b, e) != 0)
				return -1;
		}
	return 0;
}

static int
count(void *ctx, const struct leaving_block *b, struct err *e)
{
	uint64_t *n = ctx;

	(void)e;
	n[0]++;
	n[1] += b->key.n_particles;
	return 0;
}

int
leaving_index_check(struct leaving_index *x, const struct leaving_wanted *w, struct err *e)
{
	uint64_t n[2] = { 0 };

	sort(x);
	return visit(x, w, count, n, e);
}

struct copy {
	const struct leaving_index *x;
	struct file *to;
	int source, fd;                /* that is open; fd -1: none */
};

static int
put_entry(void *ctx, const struct leaving_block *b, struct err *e)
{
	const struct copy *c = ctx;

	(void)e;
	file_write(c->to, &b->key, sizeof b->key);
	return 0;
}

static int
switch_to(struct copy *c, int source, struct err *e)
{
	if (c->fd >= 0 && c->source == source)
		return 0;
	if (c->fd >= 0)
		close(c->fd);
	c->source = source;
	c->fd = open_source(c->x->path[source], e);
	return c->fd >= 0 ? 0 : -1;
}

static int
put_particles(void *ctx, const struct leaving_block *b, struct err *e)
{
	struct copy *c = ctx;
	uint64_t left = (uint64_t)b->key.n_particles * MCPL_LEAVING_BYTES;
	unsigned char bytes[COPY_BYTES];
	int64_t at = b->at;

	if (left > 0 && switch_to(c, b->source, e) != 0)
		return -1;
	while (left > 0) {
		ssize_t got = pread(c->fd, bytes, left < sizeof bytes ? left : sizeof bytes, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return err_set(e, ERR_INPUT, "%.1000s: particles that left in range %" PRIu64 " cannot be read",
			    c->x->path[b->source], b->key.range);
		file_write(c->to, bytes, (size_t)got);
		at += got;
		left -= (uint64_t)got;
	}
	return 0;
}

static void
put_text(struct file *f, const char *text)
{
	uint32_t n = (uint32_t)strlen(text);

	file_write(f, &n, sizeof n);
	file_write(f, text, n);
}

static uint64_t
n_histories(const struct leaving_wanted *w)
{
	uint64_t n = 0;

	for (size_t i = 0; i < w->ranges->n; i++) {
		uint64_t end = cut_item(w->cut, w->ranges->stretch[i].end);

		n += (end < w->histories ? end : w->histories) - cut_item(w->cut, w->ranges->stretch[i].first);
	}
	return n - w->n_left_out;
}

static int
put_head(struct copy *c, const struct leaving_wanted *w, const char *plan_hash, const uint64_t n[2], struct err *e)
{
	unsigned char head[MCPL_HEAD_BYTES + 8];
	uint32_t blob_bytes = (uint32_t)(n[0] * sizeof(struct leaving_key));
	char comment[COMMENT_BYTES];

	mcpl_put_head(head, n[1], N_COMMENTS + 1, 1);
	file_write(c->to, head, sizeof head);
	put_text(c->to, "ionfarm");
	for (int i = 0; i < N_COMMENTS; i++)
		put_text(c->to, comments[i]);
	snprintf(comment, sizeof comment, "From %" PRIu64 " histories of the plan %s.", n_histories(w), plan_hash);
	put_text(c->to, comment);
	put_text(c->to, BLOB_NAME);
	file_write(c->to, &blob_bytes, sizeof blob_bytes);
	return visit(c->x, w, put_entry, c, e);
}

static int
put_all(struct copy *c, const struct leaving_wanted *w, const char *plan_hash, struct err *e)
{
	uint64_t n[2] = { 0 };
	int status = -1;

	if (visit(c->x, w, count, n, e) != 0)
		return -1;
	if (n[0] > UINT32_MAX / sizeof(struct leaving_key))
		return err_set(e, ERR_INPUT, "%" PRIu64 " ranges are more than " LEAVING_FILE_NAME " can hold:"
		    " histories_per_range is too small", n[0]);
	if (put_head(c, w, plan_hash, n, e) == 0)
		status = visit(c->x, w, put_particles, c, e);
	if (c->fd >= 0)
		close(c->fd);
	return status;
}

int
leaving_file_write(const char *dir, struct leaving_index *x, const struct leaving_wanted *w,
    const char *plan_hash, struct err *e)
{
	struct file f;
	struct copy c = { .x = x, .to = &f, .fd = -1 };

	sort(x);
	if (file_create(&f, dir, LEAVING_FILE_NAME, e) != 0)
		return -1;
	if (put_all(&c, w, plan_hash, e) == 0)
		return file_commit(&f, e);
	file_abort(&f);
	return -1;
}
