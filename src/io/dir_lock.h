/* One process at a time in a run's directory. */
#ifndef IO_DIR_LOCK_H
#define IO_DIR_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* Takes the lock of the directory and returns a descriptor that holds it until it is closed or this process
 * ends, however it ends. It is a record lock of POSIX: forked children do not inherit it, so that no worker
 * keeps it alive. -1, ERR_INPUT: another process has it, whose number is told; ERR_OUTPUT: the
 * directory cannot be written. A file system without locks refuses nobody, which `doubt` tells; its kind is
 * else ERR_NONE. */
int dir_lock(const char *dir, struct err *doubt, struct err *e);

/* Is the directory of that name the one that was locked? */
bool dir_lock_is_there(int lock, const char *dir);

/* -1, ERR_OUTPUT: the directory of that name is no longer the one that was locked, and belongs to another run.
 * One that is gone, or new and empty, is no such case. */
int dir_lock_check(int lock, const char *dir, struct err *e);

/* Who has it: 0 nobody. Not to be asked by the process that has it. */
pid_t dir_lock_owner(const char *dir);

#endif
