/* Runs an external program and waits for its end. */
#ifndef FARM_SPAWN_H
#define FARM_SPAWN_H

#include "base/err.h"

/* argv[0] is looked up in PATH; `cwd` may be NULL. On 0, *status is the exit status, or 128 + the
 * signal that ended it, as a shell tells it. A program that is not done after five minutes is
 * killed. -1, ERR_SYSTEM: it could not be started; errno is ENOENT when it is not installed. */
int spawn_wait(char *const argv[], const char *cwd, int *status, struct err *e);

#endif
