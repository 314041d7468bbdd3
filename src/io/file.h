/* A file of the result, written whole or not at all: it gets its name when all of it is on disk. */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <stddef.h>

#include "base/err.h"

struct file {
	int dir_fd, fd;
	int error;               /* errno of the first failure, 0: none; later calls do nothing */
	const char *failed_to;   /* what could not be done */
	const char *old;         /* name for the file that has the name now, or NULL */
	size_t n_buffered;
	char name[64];           /* final */
	char temporary[72];      /* ".NAME.tmp" */
	char path[1024];         /* for messages only, may be cut */
	unsigned char buffer[65536];
};

/* Starts DIR/name, mode 0644 less the umask, under a temporary name; what a killed writer left there
 * is removed. One writer per file at a time. Each file_create that returned 0 needs one file_commit
 * or file_abort. Errors here and in file_commit: -1, ERR_OUTPUT with path and cause. */
int file_create(struct file *f, const char *dir, const char *name, struct err *e);

/* A failure is remembered and reported by file_commit, so that a writer reads as a list. */
void file_write(struct file *f, const void *data, size_t n);
void file_printf(struct file *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Data to disk, then the name, then the directory. On failure the temporary is gone and a file that had
 * the name before is as it was. */
int file_commit(struct file *f, struct err *e);

/* The same, and the file that had the name before gets the name `old`; at each moment one whole file at
 * least has one of the two names. */
int file_commit_keeping(struct file *f, const char *old, struct err *e);

/* The same without waiting for the disk: for what is of use only while the machine runs. */
int file_commit_quickly(struct file *f, struct err *e);

void file_abort(struct file *f);

#endif
