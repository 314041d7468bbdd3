/* The fork recipe: a child that has nothing of its parent's signals, and dies with it. */
#ifndef FARM_CHILD_H
#define FARM_CHILD_H

#include <sys/types.h>

#include "base/err.h"

/* As fork(2). In the child every handler is gone; SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 are
 * ignored (what comes from a terminal or a batch system is for the parent to judge); the mask is
 * the parent's; SIGKILL follows the parent's death; and the kernel takes the child first when
 * memory runs out. -1: ERR_SYSTEM. The child may leave only by _exit. */
pid_t child_fork(struct err *e);

#endif
