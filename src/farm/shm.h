/* Memory that forked processes share, which has no name and dies with them. */
#ifndef FARM_SHM_H
#define FARM_SHM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct shm {
	unsigned char *base;
	size_t length;
	bool is_memfd;      /* /dev/shm was too small, absent or on a disk */
};

/* Maps `length` zero bytes; pages are allocated only when touched. -1: ERR_SYSTEM. */
int shm_map(struct shm *m, size_t length, struct err *e);
int shm_map_private(struct shm *m, size_t length, struct err *e);   /* for one process */
void shm_unmap(struct shm *m);

/* Allocates the pages under [p, p + length), so that a full memory is an error here, rather than a
 * SIGBUS at the first touch. */
int shm_ensure(const void *p, size_t length, struct err *e);

/* From now on a write to the memory ends the process that tries it. */
int shm_protect(const struct shm *m, struct err *e);

/* Gives whole pages back; they read as zero again. */
void shm_discard(void *p, size_t length);

size_t shm_page_up(size_t bytes);

#endif
