/* What the library says is wrong, as the program tells it. */
#ifndef APP_FAILURE_H
#define APP_FAILURE_H

#include "base/err.h"
#include "ionfarm.h"

/* Takes the error over into the record, and prints its details to stderr. Returns -1. */
int failure(struct ionfarm_error *error, struct err *e);

#endif
