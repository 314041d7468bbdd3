/* Reads a user's text file whole, finds lines and columns in it. */
#include "io/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Smallest code point that needs a sequence of that many bytes: anything less is overlong. */
static const uint32_t utf8_first[] = { 0, 0, 0x80, 0x800, 0x10000 };

static size_t
sequence_length(unsigned char lead)
{
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf5)
		return 4;
	return 0;
}

size_t
utf8_length(const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t code;
	size_t n;

	if (left == 0 || u[0] < 0x20 || u[0] == 0x7f)
		return 0;
	if (u[0] < 0x80)
		return 1;
	n = sequence_length(u[0]);
	if (n == 0 || n > left)
		return 0;
	code = u[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (u[i] & 0x3f);
	}
	if (code < utf8_first[n] || code < 0xa0 || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff)
		return 0;
	return n;
}

bool
text_file_find_binary(const struct text_file *f, size_t *offset)
{
	size_t i = 0;

	while (i < f->length) {
		size_t n = utf8_length(f->text + i, f->length - i);

		if (n == 0 && strchr("\t\r\n", f->text[i]) != NULL && f->text[i] != '\0')
			n = 1;
		if (n == 0) {
			*offset = i;
			return true;
		}
		i += n;
	}
	return false;
}

static bool
ends_line(const struct text_file *f, size_t i)
{
	return f->text[i] == '\n' || f->text[i] == '\r';
}

struct place
text_file_place(const struct text_file *f, size_t offset)
{
	struct place p = { .line = 1, .column = 1 };

	if (offset > f->length)
		offset = f->length;
	for (size_t i = 0; i < offset; i++) {
		bool is_crlf = f->text[i] == '\r' && f->text[i + 1] == '\n';

		if (!ends_line(f, i) || is_crlf)
			continue;
		p.line++;
		p.line_start = i + 1;
	}
	for (size_t i = p.line_start; i < offset; i++)
		p.column += (f->text[i] & 0xc0) != 0x80;
	for (p.line_end = p.line_start; p.line_end < f->length && !ends_line(f, p.line_end); )
		p.line_end++;
	return p;
}

int
text_file_copy(struct text_file *f, const char *name, const char *text, size_t length,
    struct err *e)
{
	f->length = length;
	f->name = strdup(name);
	f->text = malloc(length + 1);
	if (f->name == NULL || f->text == NULL) {
		text_file_free(f);
		return err_set(e, ERR_SYSTEM, "%s: no memory for %zu bytes", name, length);
	}
	memcpy(f->text, text, length);
	f->text[length] = '\0';
	return 0;
}

void
text_file_free(struct text_file *f)
{
	free(f->name);
	free(f->text);
	*f = (struct text_file){ 0 };
}

static int
too_large(const char *path, size_t limit, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s: larger than the %zu KiB that such a file may have", path,
	    limit / 1024);
}

/* Reads until the end of the file rather than st_size bytes: it may grow, or say 0 as in /proc. */
static int
read_all(struct text_file *f, int fd, size_t limit, struct err *e)
{
	size_t room = 0;

	for (;;) {
		ssize_t n;

		if (f->length == room) {
			size_t more = room == 0 ? 16384 : 2 * room;
			char *grown = realloc(f->text, more + 1);

			if (grown == NULL)
				return err_sys(e, "%s", f->name);
			f->text = grown;
			room = more;
		}
		n = read(fd, f->text + f->length, room - f->length);
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_INPUT, "%s: %s", f->name, strerror(errno));
		if (n == 0)
			break;
		f->length += n > 0 ? (size_t)n : 0;
		if (f->length > limit)
			return too_large(f->name, limit, e);
	}
	f->text[f->length] = '\0';
	return 0;
}

static int
read_regular(struct text_file *f, int fd, size_t limit, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(e, "%s", f->name);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "%s: is a directory, expected a file", f->name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "%s: not a regular file", f->name);
	if ((uintmax_t)st.st_size > limit)
		return too_large(f->name, limit, e);
	return read_all(f, fd, limit, e);
}

int
text_file_read(struct text_file *f, const char *path, size_t limit, struct err *e)
{
	int fd, rc;

	*f = (struct text_file){ 0 };
	/* Non-blocking: opening a FIFO would else wait for a writer. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s: %s", path, strerror(errno));
	f->name = strdup(path);
	rc = f->name == NULL ? err_sys(e, "%s", path) : read_regular(f, fd, limit, e);
	close(fd);
	if (rc < 0)
		text_file_free(f);
	return rc;
}
