/* Reads MCPL files, and believes nothing in them before it has been checked. */
#include "io/mcpl.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_AHEAD_BYTES (1u << 18)
#define TEXTS_MAX 100000u            /* comments, or blobs: more is no head */

static int
damaged(const struct mcpl_file *f, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "%.1000s: damaged MCPL file: %s", f->path, what);
}

/* Up to n bytes; how many there were, or -1. */
static int
read_some(const struct mcpl_file *f, void *to, unsigned n, struct err *e)
{
	int got = gzread(f->z, to, n), code = Z_OK;
	const char *text = gzerror(f->z, &code);

	if (got >= 0 && (code == Z_OK || code == Z_STREAM_END))
		return got;
	if (code == Z_BUF_ERROR)
		return damaged(f, "its compressed data are cut", e);
	if (code == Z_ERRNO)
		return err_set(e, ERR_INPUT, "%.1000s: %s", f->path, strerror(errno));
	return err_set(e, code == Z_MEM_ERROR ? ERR_SYSTEM : ERR_INPUT, "%.1000s: damaged MCPL file: %.200s", f->path,
	    text);
}

static int
read_all(const struct mcpl_file *f, void *to, unsigned n, const char *what_if_not, struct err *e)
{
	int got = read_some(f, to, n, e);

	if (got < 0)
		return -1;
	return (unsigned)got == n ? 0 : damaged(f, what_if_not, e);
}

static uint32_t
u32_at(const unsigned char *from)
{
	uint32_t x;

	memcpy(&x, from, sizeof x);
	return x;
}

static double
double_at(const unsigned char *from)
{
	double x;

	memcpy(&x, from, sizeof x);
	return x;
}

/* What the head's switches make a particle long. */
static uint32_t
bytes_by_switches(const struct mcpl_head *h)
{
	uint32_t n_numbers = 7 + (h->has_polarisation ? 3 : 0) + (h->has_one_weight ? 0 : 1);

	return n_numbers * (h->is_single ? 4 : 8) + (h->pdg == 0 ? 4 : 0) + (h->has_flags ? 4 : 0);
}

static int
check_start(const struct mcpl_file *f, const unsigned char head[MCPL_HEAD_BYTES], struct err *e)
{
	if (memcmp(head, "MCPL", 4) != 0)
		return err_set(e, ERR_INPUT, "%.1000s: no MCPL file", f->path);
	if (memcmp(head + 4, "003", 3) != 0)
		return err_set(e, ERR_INPUT, "%.1000s: MCPL file of another version than 3", f->path);
	if (head[7] == 'B')
		return err_set(e, ERR_INPUT, "%.1000s: big-endian MCPL file, where little-endian is known", f->path);
	return head[7] == 'L' ? 0 : damaged(f, "its head says no order of bytes", e);
}

static int
decode_head(struct mcpl_file *f, const unsigned char head[MCPL_HEAD_BYTES], struct err *e)
{
	struct mcpl_head *h = &f->head;
	uint32_t number[8];

	for (int i = 0; i < 8; i++)
		number[i] = u32_at(head + 16 + 4 * i);
	if (number[2] > 1 || number[3] > 1 || number[4] > 1 || number[7] > 1)
		return damaged(f, "a switch in its head is neither 0 nor 1", e);
	memcpy(&h->n_particles, head + 8, sizeof h->n_particles);
	h->n_comments = number[0];
	h->n_blobs = number[1];
	h->has_flags = number[2] == 1;
	h->has_polarisation = number[3] == 1;
	h->is_single = number[4] == 1;
	h->pdg = (int32_t)number[5];
	h->particle_bytes = number[6];
	h->has_one_weight = number[7] == 1;
	if (h->n_comments > TEXTS_MAX || h->n_blobs > TEXTS_MAX)
		return damaged(f, "its head says that it has more than 100000 comments or blobs", e);
	if (h->particle_bytes != bytes_by_switches(h))
		return damaged(f, "the length of a particle is not what its head's switches make it", e);
	return 0;
}

static const char cut_head[] = "it ends within its head";

/* Reads the length of a text. */
static int
read_length(struct mcpl_file *f, uint32_t *n, struct err *e)
{
	unsigned char bytes[4];

	if (read_all(f, bytes, sizeof bytes, cut_head, e) != 0)
		return -1;
	*n = u32_at(bytes);
	f->head_bytes += sizeof bytes + *n;
	return 0;
}

/* Passes over n bytes; the first of them stay in `start`. */
static int
pass(struct mcpl_file *f, uint32_t n, char *start, size_t room, struct err *e)
{
	unsigned char bytes[4096];
	bool is_first = true;

	while (n > 0) {
		unsigned now = n < sizeof bytes ? n : (unsigned)sizeof bytes;

		if (read_all(f, bytes, now, cut_head, e) != 0)
			return -1;
		if (is_first && start != NULL)
			memcpy(start, bytes, now < room ? now : room);
		is_first = false;
		n -= now;
	}
	return 0;
}

/* Passes over texts; the last one that is `wanted` (NULL: none) is *at. */
static int
pass_texts(struct mcpl_file *f, uint32_t n_texts, const char *wanted, uint32_t *at, struct err *e)
{
	size_t length = wanted != NULL ? strlen(wanted) : 0;
	char start[64];

	for (uint32_t i = 0; i < n_texts; i++) {
		uint32_t n;

		if (read_length(f, &n, e) != 0 || pass(f, n, start, sizeof start, e) != 0)
			return -1;
		if (wanted != NULL && n == length && n <= sizeof start && memcmp(start, wanted, n) == 0)
			*at = i;
	}
	return 0;
}

/* Memory grows with what is there, not with what the length says. */
static int
keep_blob(struct mcpl_file *f, uint32_t n, struct err *e)
{
	while (f->blob_bytes < n) {
		uint32_t left = n - f->blob_bytes, now = left < READ_AHEAD_BYTES ? left : READ_AHEAD_BYTES;
		unsigned char *larger = realloc(f->blob, (size_t)f->blob_bytes + now);

		if (larger == NULL)
			return err_sys(e, "%.1000s", f->path);
		f->blob = larger;
		if (read_all(f, f->blob + f->blob_bytes, now, cut_head, e) != 0)
			return -1;
		f->blob_bytes += now;
	}
	return 0;
}

static int
pass_blobs(struct mcpl_file *f, uint32_t wanted, struct err *e)
{
	for (uint32_t i = 0; i < f->head.n_blobs; i++) {
		uint32_t n;

		if (read_length(f, &n, e) != 0)
			return -1;
		if ((i == wanted ? keep_blob(f, n, e) : pass(f, n, NULL, 0, e)) != 0)
			return -1;
	}
	return 0;
}

static int
read_head(struct mcpl_file *f, const char *blob_name, struct err *e)
{
	unsigned char head[MCPL_HEAD_BYTES], weight[8];
	uint32_t wanted = UINT32_MAX;
	int got = read_some(f, head, sizeof head, e);

	if (got < 0)
		return -1;
	if (got < 8)
		return err_set(e, ERR_INPUT, "%.1000s: no MCPL file", f->path);
	if (check_start(f, head, e) != 0)
		return -1;
	if ((unsigned)got < sizeof head)
		return damaged(f, cut_head, e);
	if (decode_head(f, head, e) != 0)
		return -1;
	f->head_bytes = sizeof head;
	if (f->head.has_one_weight) {
		if (read_all(f, weight, sizeof weight, cut_head, e) != 0)
			return -1;
		f->head.weight = double_at(weight);
		f->head_bytes += sizeof weight;
	}
	if (pass_texts(f, 1 + f->head.n_comments, NULL, NULL, e) != 0)
		return -1;
	if (pass_texts(f, f->head.n_blobs, blob_name, &wanted, e) != 0)
		return -1;
	return pass_blobs(f, wanted, e);
}

/* A pipe or a device would never end, or not come twice. */
static gzFile
open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	gzFile z = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode))
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	else
		z = gzdopen(fd, "rb");
	if (z == NULL)
		close(fd);
	else
		gzbuffer(z, READ_AHEAD_BYTES);
	return z;
}

int
mcpl_open(struct mcpl_file *f, const char *path, const char *blob_name, struct err *e)
{
	*f = (struct mcpl_file){ .path = path };
	f->z = open_regular(path);
	if (f->z == NULL)
		return err_set(e, ERR_INPUT, "%.1000s: %s", path, strerror(errno));
	if (read_head(f, blob_name, e) == 0)
		return 0;
	mcpl_close(f);
	return -1;
}

/* See pack_direction() in mcpl.c. */
static void
unpack_direction(const double packed[2], double sign, double d[3])
{
	double a = packed[0], b = packed[1];

	if (fabs(a) > 1.0) {
		d[1] = b;
		d[2] = 1.0 / a;
		d[0] = copysign(sqrt(fmax(0.0, 1.0 - (d[1] * d[1] + d[2] * d[2]))), sign);
	} else if (fabs(b) > 1.0) {
		d[0] = a;
		d[2] = 1.0 / b;
		d[1] = copysign(sqrt(fmax(0.0, 1.0 - (d[0] * d[0] + d[2] * d[2]))), sign);
	} else {
		d[0] = a;
		d[1] = b;
		d[2] = copysign(sqrt(fmax(0.0, 1.0 - (d[0] * d[0] + d[1] * d[1]))), sign);
	}
}

static void
decode_particle(struct mcpl_particle *p, const struct mcpl_head *h, const unsigned char *from)
{
	double number[8];
	int n = h->has_one_weight ? 7 : 8;

	from += h->has_polarisation ? 3 * (h->is_single ? sizeof(float) : sizeof(double)) : 0;
	for (int i = 0; i < n; i++) {
		float single;

		memcpy(&single, from, sizeof single);
		number[i] = h->is_single ? (double)single : double_at(from);
		from += h->is_single ? sizeof(float) : sizeof(double);
	}
	for (int k = 0; k < 3; k++)
		p->position_cm[k] = number[k];
	unpack_direction(number + 3, number[5], p->direction);
	p->energy_MeV = fabs(number[5]);
	p->weight = h->has_one_weight ? h->weight : number[7];
	p->pdg = h->pdg != 0 ? h->pdg : (int32_t)u32_at(from);
}

int
mcpl_next(struct mcpl_file *f, struct mcpl_particle *p, struct err *e)
{
	unsigned char bytes[MCPL_PARTICLE_BYTES_MAX] = { 0 };
	bool is_end = f->n_read == f->head.n_particles;
	int got = read_some(f, bytes, is_end ? 1 : f->head.particle_bytes, e);

	if (got < 0)
		return -1;
	if (is_end && got > 0)
		return err_set(e, ERR_INPUT, "%.1000s: damaged MCPL file: it goes on behind the last of its %" PRIu64
		    " particles%s", f->path, f->head.n_particles, f->n_read == 0 ? ": it was never closed" : "");
	if (is_end)
		return 0;
	if ((unsigned)got < f->head.particle_bytes)
		return err_set(e, ERR_INPUT, "%.1000s: damaged MCPL file: it ends after %" PRIu64 " of %" PRIu64 " particles",
		    f->path, f->n_read, f->head.n_particles);
	decode_particle(p, &f->head, bytes);
	f->n_read++;
	return 1;
}

void
mcpl_close(struct mcpl_file *f)
{
	if (f->z != NULL)
		gzclose_r(f->z);
	free(f->blob);
	f->z = NULL;
	f->blob = NULL;
}
