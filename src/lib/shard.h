/* Which part of a run the command line asks for. */
#ifndef LIB_SHARD_H
#define LIB_SHARD_H

#include "base/err.h"
#include "model/part.h"

/* "K/N"; "auto": number and count from the environment of a batch system; "auto/N": only the number from
 * there. ERR_USAGE. */
int shard_parse(struct shard *s, const char *text, struct err *e);

#endif
