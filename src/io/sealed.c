/* Reads files that end in a checksum, and believes nothing in them before it fits. */
#include "io/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/tally_format.h"

int
sealed_damaged(const struct sealed *s, struct err *e, const char *fault)
{
	return err_set(e, ERR_INPUT, "%s: damaged %s: %s", s->path, s->what, fault);
}

static int
read_failed(const struct sealed *s, struct err *e)
{
	if (ferror(s->stream))
		return err_sys(e, "read %s", s->path);
	return sealed_damaged(s, e, "it became shorter while it was read");
}

int
sealed_take(struct sealed *s, void *to, uint64_t n, struct err *e)
{
	if (n > s->left)
		return err_set(e, ERR_INPUT, "%s: damaged %s: %" PRIu64 " bytes end too soon",
		    s->path, s->what, s->size);
	if (fread(to, 1, (size_t)n, s->stream) != n)
		return read_failed(s, e);
	s->left -= n;
	if (s->along != NULL)
		XXH3_64bits_update(s->along, to, (size_t)n);
	return 0;
}

static int
check_file(struct sealed *s, uint64_t min_bytes, struct err *e)
{
	struct stat st;

	if (fstat(fileno(s->stream), &st) != 0)
		return err_sys(e, "read %s", s->path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s: not a %s: not a regular file", s->path, s->what);
	if ((uint64_t)st.st_size < min_bytes)
		return err_set(e, ERR_INPUT, "%s: not a %s, or cut off: only %jd bytes", s->path, s->what,
		    (intmax_t)st.st_size);
	s->size = (uint64_t)st.st_size;
	s->left = s->size - SEALED_CHECKSUM_BYTES;
	return 0;
}

int
sealed_open(struct sealed *s, const char *path, const char *what, uint64_t min_bytes, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);   /* a FIFO must not hold us up */

	if (fd < 0)
		return err_set(e, ERR_INPUT, "open %s: %s", path, strerror(errno));
	*s = (struct sealed){ .stream = fdopen(fd, "rb"), .path = path, .what = what };
	if (s->stream == NULL) {
		close(fd);
		return err_sys(e, "open %s", path);
	}
	if (check_file(s, min_bytes, e) == 0)
		return 0;
	sealed_close(s);
	return -1;
}

void
sealed_close(struct sealed *s)
{
	fclose(s->stream);
	XXH3_freeState(s->along);
	s->stream = NULL;
	s->along = NULL;
}

static int
hash_all(struct sealed *s, XXH3_state_t *hash, struct err *e)
{
	unsigned char chunk[65536];

	XXH3_64bits_reset(hash);
	while (s->left > 0) {
		size_t n = s->left < sizeof chunk ? (size_t)s->left : sizeof chunk;

		if (sealed_take(s, chunk, n, e) != 0)
			return -1;
		XXH3_64bits_update(hash, chunk, n);
	}
	return 0;
}

static void
go_back(struct sealed *s)
{
	rewind(s->stream);
	s->left = s->size - SEALED_CHECKSUM_BYTES;
}

static int
compare_checksum(struct sealed *s, const XXH3_state_t *hash, struct err *e)
{
	unsigned char stored[SEALED_CHECKSUM_BYTES];

	if (fread(stored, 1, sizeof stored, s->stream) != sizeof stored)
		return read_failed(s, e);
	if (le64_get(stored) != XXH3_64bits_digest(hash))
		return sealed_damaged(s, e, "its checksum does not fit");
	return 0;
}

int
sealed_hash_along(struct sealed *s, struct err *e)
{
	s->along = XXH3_createState();
	if (s->along == NULL)
		return err_sys(e, "memory to read %s", s->path);
	XXH3_64bits_reset(s->along);
	return 0;
}

int
sealed_end(struct sealed *s, struct err *e)
{
	if (s->left != 0)
		return err_set(e, ERR_INPUT, "%s: damaged %s: %" PRIu64 " bytes too long", s->path, s->what, s->left);
	return compare_checksum(s, s->along, e);
}

int
sealed_check(struct sealed *s, struct err *e)
{
	XXH3_state_t *hash = XXH3_createState();
	int status;

	if (hash == NULL)
		return err_sys(e, "memory to read %s", s->path);
	go_back(s);
	status = hash_all(s, hash, e);
	if (status == 0)
		status = compare_checksum(s, hash, e);
	XXH3_freeState(hash);
	go_back(s);
	return status;
}
