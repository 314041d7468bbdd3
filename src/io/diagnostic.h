/* The errors in a user's files: collected all at once, each with its place, line and caret. */
#ifndef IO_DIAGNOSTIC_H
#define IO_DIAGNOSTIC_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "io/text_file.h"

#define DIAGNOSTICS_KEPT_MAX 50

struct diagnostic {
	char *file;
	size_t line, column;
	char *text;                /* what is printed: several lines */
};

/* Start from an all-zero record. */
struct diagnostics {
	size_t n;                  /* all that were added */
	size_t n_kept;
	struct diagnostic kept[DIAGNOSTICS_KEPT_MAX];   /* by place within each file */
};

/* Adds "file:line:column: message", the line and a caret under `at`. */
void diagnostics_add(struct diagnostics *d, const struct text_file *f, struct span at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* "job.yaml: 3 errors" into e, kind ERR_INPUT; returns -1. */
int diagnostics_summary(const struct diagnostics *d, const char *name, struct err *e);

void diagnostics_print(const struct diagnostics *d, FILE *out);
void diagnostics_free(struct diagnostics *d);

/* Copies at most n - 1 bytes of `text` for a message: a long one ends in "...", what cannot be printed
 * becomes '?'. Returns buf. */
const char *diagnostic_quote(char *buf, size_t n, const char *text);

#endif
