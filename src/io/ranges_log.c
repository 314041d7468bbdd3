/* Writes ranges.log, and counts in it what never ended. */
#include "io/ranges_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/host.h"

#define FILE_NAME "ranges.log"

enum { LINE_MAX_BYTES = 1024, STAMP_BYTES = 40, OPEN_RANGES_MAX = 4096, TRIES_MAX = 100,
	WORKERS_MAX = RANGES_WORKERS_MAX };

#define LATEST_s 1e11   /* the year 5138 */

static bool
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* A line that a full disk cut short, of whichever process, is ended, so that the next one stands alone. */
static void
end_last_line(int fd)
{
	char last = '\n';
	off_t size = lseek(fd, 0, SEEK_END);

	if (size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n' && write(fd, "\n", 1) != 1)
		return;
}

int
ranges_log_open(struct ranges_log *l, const char *dir, bool goes_on, struct err *e)
{
	char path[4200];

	snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
	if (!goes_on)
		unlink(path);
	*l = (struct ranges_log){ .fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC |
	    (goes_on ? 0 : O_EXCL), 0644) };
	if (l->fd < 0)
		return err_set(e, ERR_OUTPUT, "cannot create %s: %s", path, strerror(errno));
	if (!is_regular(l->fd)) {
		ranges_log_close(l);
		return err_set(e, ERR_OUTPUT, "%s is not a regular file", path);
	}
	end_last_line(l->fd);
	return 0;
}

void
ranges_log_write(struct ranges_log *l, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	va_list ap;
	size_t n;

	if (l->fd < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof line - STAMP_BYTES, fmt, ap);
	va_end(ap);
	n = strlen(line);
	n += (size_t)snprintf(line + n, STAMP_BYTES, " at=%.3f", host_utc_seconds());
	line[n++] = '\n';
	end_last_line(l->fd);
	errno = 0;
	if (write(l->fd, line, n) != (ssize_t)n)
		l->error = errno != 0 ? errno : ENOSPC;
}

void
ranges_log_sync(const struct ranges_log *l)
{
	if (l->fd >= 0)
		fdatasync(l->fd);
}

void
ranges_log_close(struct ranges_log *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

/* Ranges handed out and not done, in no order. Few at any time: those in hand when a run died. */
struct open_ranges {
	size_t n;
	struct { uint64_t range; unsigned tries; } list[OPEN_RANGES_MAX];
};

static size_t
find(const struct open_ranges *o, uint64_t range)
{
	size_t i = 0;

	while (i < o->n && o->list[i].range != range)
		i++;
	return i;
}

/* When there are more than can be true, the rest is not counted. */
static void
hand_out(struct open_ranges *o, uint64_t range)
{
	size_t i = find(o, range);

	if (i == OPEN_RANGES_MAX)
		return;
	if (i == o->n) {
		o->list[o->n].range = range;
		o->list[o->n++].tries = 0;
	}
	if (o->list[i].tries < TRIES_MAX)
		o->list[i].tries++;
}

static void
take_line(struct open_ranges *o, const char *line)
{
	uint64_t range;

	if (strncmp(line, RANGES_LOG_END, strlen(RANGES_LOG_END)) == 0) {
		o->n = 0;
	} else if (sscanf(line, "out range=%20" SCNu64 " ", &range) == 1) {
		hand_out(o, range);
	} else if (sscanf(line, "done range=%20" SCNu64 " ", &range) == 1) {
		size_t i = find(o, range);

		if (i < o->n)
			o->list[i] = o->list[--o->n];
	}
}

static int
list_attempts(const struct open_ranges *o, uint64_t **ranges, size_t *n, struct err *e)
{
	*n = 0;
	for (size_t i = 0; i < o->n; i++)
		*n += o->list[i].tries;
	*ranges = calloc(*n + 1, sizeof **ranges);
	if (*ranges == NULL)
		return err_sys(e, "memory for the ranges of " FILE_NAME);
	*n = 0;
	for (size_t i = 0; i < o->n; i++)
		for (unsigned k = 0; k < o->list[i].tries; k++)
			(*ranges)[(*n)++] = o->list[i].range;
	return 0;
}

/* NULL, errno ENOENT: there is none. */
static FILE *
open_to_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && !is_regular(fd)) {
		close(fd);
		errno = EINVAL;
		return NULL;
	}
	return fd < 0 ? NULL : fdopen(fd, "r");
}

int
ranges_log_attempts(const char *dir, uint64_t **ranges, size_t *n, struct err *e)
{
	struct open_ranges *o = calloc(1, sizeof *o);
	char path[4200], line[LINE_MAX_BYTES];
	FILE *in;
	int status;

	*ranges = NULL;
	*n = 0;
	if (o == NULL)
		return err_sys(e, "memory to read " FILE_NAME);
	snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
	in = open_to_read(path);
	if (in == NULL) {
		status = errno == ENOENT ? 0 : err_set(e, ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
		free(o);
		return status;
	}
	while (fgets(line, sizeof line, in) != NULL)
		take_line(o, line);
	fclose(in);
	status = list_attempts(o, ranges, n, e);
	free(o);
	return status;
}

static const struct { const char *word; enum ranges_event_kind kind; } kinds[] = {
	{ "out", RANGES_EVENT_OUT }, { "done", RANGES_EVENT_DONE }, { "lost", RANGES_EVENT_LOST },
	{ "death", RANGES_EVENT_DEATH }, { "accuracy", RANGES_EVENT_ACCURACY },
	{ "resumed", RANGES_EVENT_BREAK }, { RANGES_LOG_END, RANGES_EVENT_BREAK },
};

/* The number behind " key=", the last of them, or 0. */
static double
value_of(const char *line, const char *key)
{
	const char *at = line, *found = NULL;

	while ((at = strstr(at, key)) != NULL)
		found = at += strlen(key);
	return found == NULL ? 0 : strtod(found, NULL);
}

static bool
parse_event(struct ranges_event *event, const char *line)
{
	size_t length = strcspn(line, " \n");
	size_t i = 0, n = sizeof kinds / sizeof kinds[0];
	double worker;

	while (i < n && (strncmp(line, kinds[i].word, length) != 0 || kinds[i].word[length] != '\0'))
		i++;
	if (i == n)
		return false;
	event->kind = kinds[i].kind;
	event->at_s = value_of(line, " at=");
	worker = value_of(line, " worker=");
	event->histories = value_of(line, event->kind == RANGES_EVENT_ACCURACY ? " histories=" : " count=");
	event->error = value_of(line, " error=");
	if (!(event->at_s > 0 && event->at_s < LATEST_s && worker >= 0 && worker < WORKERS_MAX &&
	    event->histories >= 0 && isfinite(event->histories)))
		return false;
	event->worker = (int)worker;
	return true;
}

int
ranges_log_visit(const char *dir, void (*see)(void *ctx, const struct ranges_event *event), void *ctx,
    struct err *e)
{
	char path[4200], line[LINE_MAX_BYTES];
	struct ranges_event event;
	FILE *in;

	snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
	in = open_to_read(path);
	if (in == NULL)
		return errno == ENOENT ? 0 : err_set(e, ERR_INPUT, "cannot read %s: %s", path, strerror(errno));
	while (fgets(line, sizeof line, in) != NULL)
		if (parse_event(&event, line))
			see(ctx, &event);
	fclose(in);
	return 0;
}
