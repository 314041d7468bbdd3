/* Writes final states in NumPy's .npy format, version 1.0. */
#include "io/states_file.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/npy.h"

enum { ROWS_AT_ONCE = 1024 };

/* The rows are the structs as they stand in memory. */
_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "the dtype below says little-endian");
_Static_assert(sizeof(struct final_state) == 72 && offsetof(struct final_state, energy_MeV) == 56 &&
    offsetof(struct final_state, steps) == 64 && offsetof(struct final_state, fate) == 68,
    "the dtype below has no gaps");

#define DTYPE "[('history', '<u8'), ('x_cm', '<f8'), ('y_cm', '<f8'), ('z_cm', '<f8'), " \
	"('u', '<f8'), ('v', '<f8'), ('w', '<f8'), ('energy_MeV', '<f8'), ('steps', '<u4'), ('fate', '<u4')]"

static int
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_OUTPUT, "%s " STATES_FILE_NAME ": %s", what, strerror(errno));
}

static int
write_at(int fd, const void *data, size_t n, off_t at, struct err *e)
{
	const char *from = data;

	while (n > 0) {
		ssize_t written = pwrite(fd, from, n, at);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return failed(e, "write");
		from += written;
		at += written;
		n -= (size_t)written;
	}
	return 0;
}

static int
write_header(int fd, uint64_t n_rows, struct err *e)
{
	char header[STATES_HEADER_BYTES], shape[32];

	snprintf(shape, sizeof shape, "(%" PRIu64 ",)", n_rows);
	npy_header(header, sizeof header, DTYPE, false, shape);
	return write_at(fd, header, sizeof header, 0, e);
}

/* Where the rows end; -1 when no file can be so long. */
static off_t
end_of(uint64_t n_rows)
{
	off_t end;

	if (__builtin_mul_overflow(n_rows, sizeof(struct final_state), &end) ||
	    __builtin_add_overflow(end, STATES_HEADER_BYTES, &end)) {
		errno = EFBIG;
		return -1;
	}
	return end;
}

/* A file system that cannot set room aside is no obstacle. */
static int
reserve(int fd, uint64_t n_rows, struct err *e)
{
	off_t end = end_of(n_rows);

	if (end < 0)
		return failed(e, "reserve room for");
	while (fallocate(fd, 0, 0, end) != 0) {
		if (errno == EOPNOTSUPP || errno == ENOSYS)
			return 0;
		if (errno != EINTR)
			return failed(e, "reserve room for");
	}
	return 0;
}

static int
open_anew(const char *dir, struct err *e)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = -1, saved;

	if (dir_fd < 0)
		return err_set(e, ERR_OUTPUT, "create %s/" STATES_FILE_NAME ": %s", dir, strerror(errno));
	if (unlinkat(dir_fd, STATES_FILE_NAME, 0) == 0 || errno == ENOENT)
		fd = openat(dir_fd, STATES_FILE_NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	saved = errno;
	close(dir_fd);
	if (fd < 0)
		return err_set(e, ERR_OUTPUT, "create %s/" STATES_FILE_NAME ": %s", dir, strerror(saved));
	return fd;
}

static void
remove_file(const char *dir)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir_fd >= 0) {
		unlinkat(dir_fd, STATES_FILE_NAME, 0);
		close(dir_fd);
	}
}

int
states_create(const char *dir, uint64_t n_rows, struct err *e)
{
	int fd = open_anew(dir, e);

	if (fd < 0)
		return -1;
	if (reserve(fd, n_rows, e) == 0 && write_header(fd, 0, e) == 0)
		return fd;
	close(fd);
	remove_file(dir);
	return err_prefix(e, "%s", dir);
}

/* The header is ours but for the number of rows. */
static bool
is_ours(int fd)
{
	static const char start[] = "{'descr': " DTYPE ", 'fortran_order': False, 'shape': (";
	char header[STATES_HEADER_BYTES];
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    pread(fd, header, sizeof header, 0) == sizeof header && memcmp(header, "\x93NUMPY\x01\x00", 8) == 0 &&
	    memcmp(header + 10, start, sizeof start - 1) == 0;
}

static int
open_ours(const char *path, int mode, struct err *e)
{
	int fd = open(path, mode | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	if (is_ours(fd))
		return fd;
	close(fd);
	return err_set(e, ERR_INPUT, "%s is not a file of final states", path);
}

int
states_reopen(const char *dir, uint64_t n_rows, struct err *e)
{
	char path[4200];
	int fd;

	snprintf(path, sizeof path, "%s/" STATES_FILE_NAME, dir);
	fd = open_ours(path, O_RDWR, e);
	if (fd < 0)
		return err_prefix(e, "the run cannot go on without its final states");
	if (reserve(fd, n_rows, e) == 0)
		return fd;
	close(fd);
	return err_prefix(e, "%s", dir);
}

int
states_sync(int fd, struct err *e)
{
	return fdatasync(fd) == 0 ? 0 : failed(e, "write");
}

int
states_write(int fd, uint64_t first_row, const struct final_state *states, size_t count, struct err *e)
{
	off_t at = end_of(first_row);

	if (at < 0)
		return failed(e, "write");
	return write_at(fd, states, count * sizeof *states, at, e);
}

/* All of them, or an error. */
static int
read_at(int fd, void *data, size_t n, off_t at, const char *path, struct err *e)
{
	char *to = data;

	while (n > 0) {
		ssize_t got = pread(fd, to, n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(e, "read %s", path);
		if (got == 0)
			return err_set(e, ERR_INPUT, "%s: final states are missing", path);
		to += got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

static int
copy_rows(int fd, uint64_t to_row, int from, uint64_t from_row, uint64_t n_rows, const char *path, struct err *e)
{
	struct final_state rows[ROWS_AT_ONCE];

	while (n_rows > 0) {
		size_t n = n_rows < ROWS_AT_ONCE ? (size_t)n_rows : ROWS_AT_ONCE;

		if (read_at(from, rows, n * sizeof *rows, end_of(from_row), path, e) != 0 ||
		    states_write(fd, to_row, rows, n, e) != 0)
			return -1;
		from_row += n;
		to_row += n;
		n_rows -= n;
	}
	return 0;
}

int
states_copy(int fd, uint64_t to_row, const char *dir, uint64_t from_row, uint64_t n_rows, struct err *e)
{
	char path[4200];
	int from, status;

	snprintf(path, sizeof path, "%s/" STATES_FILE_NAME, dir);
	from = open_ours(path, O_RDONLY, e);
	if (from < 0)
		return -1;
	status = copy_rows(fd, to_row, from, from_row, n_rows, path, e);
	close(from);
	return status;
}

int
states_finish(int fd, uint64_t n_rows, struct err *e)
{
	off_t end = end_of(n_rows);

	if (end < 0 || ftruncate(fd, end) != 0)
		return failed(e, "cut");
	if (write_header(fd, n_rows, e) != 0)
		return -1;
	return fsync(fd) == 0 ? 0 : failed(e, "write");
}

void
states_close(int fd)
{
	close(fd);
}
