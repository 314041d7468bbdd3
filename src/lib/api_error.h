/* The public error, and the way into it. */
#ifndef LIB_API_ERROR_H
#define LIB_API_ERROR_H

#include "base/err.h"
#include "io/diagnostic.h"
#include "ionfarm.h"

struct ionfarm_error {
	struct err err;
	char *details;             /* or NULL */
};

/* At the beginning of each public function that can fail. */
void error_clear(struct ionfarm_error **error);

/* Gives the caller an error, if it wants one; `d` may be NULL. Returns -1. */
int error_give(struct ionfarm_error **error, const struct err *e, const struct diagnostics *d);

/* An argument is NULL that must not be. Returns -1. */
int error_null(struct ionfarm_error **error);

#endif
