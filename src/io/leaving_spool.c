/* Appends, finds and removes the blocks of particles that left the phantom. */
#include "io/leaving_spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/mcpl.h"

#define BLOCK_MAGIC UINT64_C(0x31474e495641454c)   /* "LEAVING1" */
#define SPOOLS_MAX 1000000

enum { PATH_BYTES = 4200 };

/* What stands before the particles of a range. */
struct block_head {
	uint64_t magic;
	struct leaving_key key;
	uint64_t checksum;         /* XXH3 of the key and the particles */
};

_Static_assert(sizeof(struct block_head) == 48, "it goes to a file as it stands in memory");

uint64_t
leaving_plan_key(const char *plan_text)
{
	return XXH3_64bits(plan_text, strlen(plan_text));
}

uint64_t
leaving_left_out_key(uint64_t key, uint64_t history)
{
	return XXH3_64bits_withSeed(&history, sizeof history, key);
}

int
leaving_spool_create(int dir_fd, struct err *e)
{
	char name[64];
	int fd = -1;

	for (int i = 0; i < SPOOLS_MAX && fd < 0; i++) {
		snprintf(name, sizeof name, "leaving.%d.spool", i);
		fd = openat(dir_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd >= 0 ? fd : err_set(e, ERR_OUTPUT, "create %s: %s", name, strerror(errno));
}

static int
write_out(int fd, const unsigned char *from, size_t n, struct err *e)
{
	while (n > 0) {
		ssize_t written = write(fd, from, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set(e, ERR_OUTPUT, "write particles that leave: %s", strerror(errno));
		from += written;
		n -= (size_t)written;
	}
	return 0;
}

static uint64_t
checksum(const struct leaving_key *key, const unsigned char *particles)
{
	size_t n = (size_t)key->n_particles * MCPL_LEAVING_BYTES;

	return XXH3_64bits_withSeed(particles, n, XXH3_64bits(key, sizeof *key));
}

int
leaving_spool_write(int fd, struct leaving_key key, const struct leaving_list *l, struct err *e)
{
	size_t n = sizeof(struct block_head) + l->n * MCPL_LEAVING_BYTES;
	struct block_head head = { .magic = BLOCK_MAGIC };
	unsigned char *block;
	int status;

	if (l->n > UINT32_MAX)
		return err_set(e, ERR_INPUT, "%zu particles leave in one range: histories_per_range is too large", l->n);
	block = malloc(n);
	if (block == NULL)
		return err_sys(e, "memory for %zu particles that leave", l->n);
	for (size_t i = 0; i < l->n; i++)
		mcpl_put_leaving(block + sizeof head + i * MCPL_LEAVING_BYTES, &l->particle[i]);
	head.key = key;
	head.key.n_particles = (uint32_t)l->n;
	head.checksum = checksum(&head.key, block + sizeof head);
	memcpy(block, &head, sizeof head);
	status = write_out(fd, block, n, e);
	free(block);
	return status;
}

static int
read_at(int fd, void *to, size_t n, int64_t at)
{
	char *next = to;

	while (n > 0) {
		ssize_t got = pread(fd, next, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		next += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

/* A file that is shorter than the block says is not read at all. */
static bool
has_particles(int fd, const struct block_head *head, int64_t at)
{
	size_t n = (size_t)head->key.n_particles * MCPL_LEAVING_BYTES;
	struct stat st;
	unsigned char *particles;
	bool is_whole;

	if (fstat(fd, &st) != 0 || st.st_size - at < (int64_t)n)
		return false;
	particles = malloc(n + 1);
	is_whole = particles != NULL && read_at(fd, particles, n, at) == 0 &&
	    checksum(&head->key, particles) == head->checksum;
	free(particles);
	return is_whole;
}

int
leaving_spool_visit(int fd, int (*found)(void *ctx, const struct leaving_key *key, int64_t at, struct err *e),
    void *ctx, struct err *e)
{
	struct block_head head;
	int64_t at = 0;

	while (read_at(fd, &head, sizeof head, at) == 0 && head.magic == BLOCK_MAGIC &&
	    has_particles(fd, &head, at + (int64_t)sizeof head)) {
		at += (int64_t)sizeof head;
		if (found(ctx, &head.key, at, e) != 0)
			return -1;
		at += (int64_t)head.key.n_particles * MCPL_LEAVING_BYTES;
	}
	return 0;
}

static bool
is_spool(const char *name)
{
	int n = 0;

	return sscanf(name, "leaving.%*[0-9].spool%n", &n) == 0 && n > 0 && name[n] == '\0';
}

int
leaving_spool_list(const char *dir, int (*found)(void *ctx, const char *dir, const char *name, struct err *e),
    void *ctx, struct err *e)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	int status = 0;

	if (d == NULL)
		return err_set(e, ERR_OUTPUT, "%.1000s: %s", dir, strerror(errno));
	while (status == 0 && (entry = readdir(d)) != NULL)
		if (is_spool(entry->d_name))
			status = found(ctx, dir, entry->d_name, e);
	closedir(d);
	return status;
}

static int
sync_path(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), status = 0;

	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		status = err_set(e, ERR_OUTPUT, "write %.1000s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return status;
}

static int
sync_one(void *ctx, const char *dir, const char *name, struct err *e)
{
	char path[PATH_BYTES];

	(void)ctx;
	snprintf(path, sizeof path, "%s/%.64s", dir, name);
	return sync_path(path, e);
}

/* With the directory, which has their names. */
int
leaving_spool_sync(const char *dir, struct err *e)
{
	return leaving_spool_list(dir, sync_one, NULL, e) == 0 ? sync_path(dir, e) : -1;
}

static int
remove_one(void *ctx, const char *dir, const char *name, struct err *e)
{
	char path[PATH_BYTES];

	(void)ctx;
	snprintf(path, sizeof path, "%s/%.64s", dir, name);
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return err_set(e, ERR_OUTPUT, "cannot remove %.1000s: %s", path, strerror(errno));
}

int
leaving_spool_remove(const char *dir, struct err *e)
{
	return leaving_spool_list(dir, remove_one, NULL, e);
}
