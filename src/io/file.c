/* Writes a file under a temporary name and renames it when it is whole. */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
fail(struct file *f, const char *failed_to)
{
	if (f->error != 0)
		return;
	f->error = errno;
	f->failed_to = failed_to;
}

static int
report(const struct file *f, struct err *e)
{
	return err_set(e, ERR_OUTPUT, "%s %s: %s", f->failed_to, f->path, strerror(f->error));
}

/* Closes what is open; the temporary goes unless it has been renamed. */
static void
release(struct file *f)
{
	if (f->fd >= 0) {
		close(f->fd);
		unlinkat(f->dir_fd, f->temporary, 0);
	}
	if (f->dir_fd >= 0)
		close(f->dir_fd);
	f->fd = f->dir_fd = -1;
}

static void
set_names(struct file *f, const char *dir, const char *name)
{
	snprintf(f->path, sizeof f->path, "%s/%s", dir, name);
	snprintf(f->temporary, sizeof f->temporary, ".%s.tmp", name);
	if (snprintf(f->name, sizeof f->name, "%s", name) >= (int)sizeof f->name) {
		errno = ENAMETOOLONG;
		fail(f, "create");
	}
}

static void
open_temporary(struct file *f, const char *dir)
{
	f->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir_fd < 0) {
		fail(f, "create");
		return;
	}
	if (unlinkat(f->dir_fd, f->temporary, 0) != 0 && errno != ENOENT) {
		fail(f, "replace the temporary of");
		return;
	}
	f->fd = openat(f->dir_fd, f->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (f->fd < 0)
		fail(f, "create");
}

int
file_create(struct file *f, const char *dir, const char *name, struct err *e)
{
	f->dir_fd = f->fd = -1;
	f->error = 0;
	f->n_buffered = 0;
	f->old = NULL;
	set_names(f, dir, name);
	if (f->error == 0)
		open_temporary(f, dir);
	if (f->error == 0)
		return 0;
	release(f);
	return report(f, e);
}

static void
write_out(struct file *f, const unsigned char *data, size_t n)
{
	while (n > 0 && f->error == 0) {
		ssize_t written = write(f->fd, data, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			fail(f, "write");
			return;
		}
		data += written;
		n -= (size_t)written;
	}
}

static void
flush(struct file *f)
{
	write_out(f, f->buffer, f->n_buffered);
	f->n_buffered = 0;
}

void
file_write(struct file *f, const void *data, size_t n)
{
	if (n > sizeof f->buffer - f->n_buffered)
		flush(f);
	if (n > sizeof f->buffer) {
		write_out(f, data, n);
		return;
	}
	memcpy(f->buffer + f->n_buffered, data, n);
	f->n_buffered += n;
}

void
file_printf(struct file *f, const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0) {
		fail(f, "format");
		return;
	}
	file_write(f, text, (size_t)n);
	free(text);
}

/* A second name for the file that is there, so that it is never without one; where the file system has
 * no links, it has the old name alone for a moment. */
static void
keep_old(struct file *f)
{
	char link[80];
	bool is_linked;

	snprintf(link, sizeof link, ".%.70s.tmp", f->old);
	unlinkat(f->dir_fd, link, 0);
	is_linked = linkat(f->dir_fd, f->name, f->dir_fd, link, 0) == 0;
	if (!is_linked && errno == ENOENT)
		return;
	if (renameat(f->dir_fd, is_linked ? link : f->name, f->dir_fd, f->old) != 0)
		fail(f, "keep the one before");
	unlinkat(f->dir_fd, link, 0);   /* it stays when both names were of one file already */
}

static void
give_name(struct file *f)
{
	if (f->old != NULL)
		keep_old(f);
	if (f->error == 0 && renameat(f->dir_fd, f->temporary, f->dir_fd, f->name) != 0)
		fail(f, "rename the temporary to");
	if (f->error != 0)
		unlinkat(f->dir_fd, f->temporary, 0);
}

/* Some file systems have no fsync for directories and say EINVAL. */
static void
sync_directory(struct file *f)
{
	if (fsync(f->dir_fd) != 0 && errno != EINVAL)
		fail(f, "write the directory of");
}

static int
commit(struct file *f, bool is_durable, struct err *e)
{
	flush(f);
	if (f->error == 0 && is_durable && fsync(f->fd) != 0)
		fail(f, "write");
	if (f->error == 0) {
		if (close(f->fd) != 0) {
			fail(f, "close");
			unlinkat(f->dir_fd, f->temporary, 0);
		}
		f->fd = -1;
	}
	if (f->error == 0)
		give_name(f);
	if (f->error == 0 && is_durable)
		sync_directory(f);
	release(f);
	return f->error == 0 ? 0 : report(f, e);
}

int
file_commit(struct file *f, struct err *e)
{
	return commit(f, true, e);
}

int
file_commit_keeping(struct file *f, const char *old, struct err *e)
{
	f->old = old;
	return commit(f, true, e);
}

int
file_commit_quickly(struct file *f, struct err *e)
{
	return commit(f, false, e);
}

void
file_abort(struct file *f)
{
	release(f);
}
