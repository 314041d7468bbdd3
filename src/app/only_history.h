/* One history alone, in this process: to look at the one that kills its worker. */
#ifndef APP_ONLY_HISTORY_H
#define APP_ONLY_HISTORY_H

#include <stdio.h>

#include "lib/run.h"

/* Prints how it ended and where it left its energy. No directory is touched. Returns the exit status,
 * or -1. */
int only_history(struct run *r, uint64_t history, FILE *out, struct err *e);

#endif
