/* The room on a disk that the files of a run take, and that there is. */
#ifndef IO_DISK_ROOM_H
#define IO_DISK_ROOM_H

#include <stdint.h>

#include "base/err.h"
#include "model/plan.h"
#include "model/tally.h"

/* Bytes, when every voxel is touched and nothing can be compressed. */
struct disk_room {
	uint64_t result;         /* tally.bin, images, tables */
	uint64_t states;         /* final_states.npy */
	uint64_t checkpoints;    /* the newest, the one before, and the next one while it is written */
	uint64_t log;            /* ranges.log of a run that nothing disturbs */
};

void disk_room_needed(struct disk_room *d, const struct tally_layout *l, const struct plan *p);

/* What the user may still write to the file system of the directory. ERR_SYSTEM. */
int disk_room_free(const char *dir, uint64_t *bytes, struct err *e);

#endif
