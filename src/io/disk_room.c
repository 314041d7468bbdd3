/* Foretells the room on a disk that a run takes. */
#include "io/disk_room.h"

#include <stddef.h>
#include <sys/statvfs.h>

#include "io/states_file.h"
#include "io/tally_format.h"

#define SMALL_FILES_BYTES ((uint64_t)64 << 10)   /* the job, the plan, heads, report.json, status.json */
#define ROW_BYTES_MAX 400u                       /* of depth.csv, cylinder.csv, a group in particles.csv */
#define LOG_LINES_BYTES_MAX 200u                 /* of a range: handed out, done */
#define IMAGES_MAX 5u                            /* of floats: dose, its error, fluence, two LETs */
#define CHECKPOINTS_MAX 3u
#define INCOMPRESSIBLE 256u                      /* zstd adds up to a byte for so many */

static uint64_t
result_bytes(const struct tally_layout *l, uint64_t n_blocks, bool has_remainder)
{
	uint64_t bytes = SMALL_FILES_BYTES + 2 * tally_bitmap_bytes(l) + n_blocks * TALLY_SUM_BLOCK_BYTES;

	if (has_remainder)
		bytes += n_blocks * TALLY_REMAINDER_BLOCK_BYTES;
	bytes += (uint64_t)l->grid.n[AXIS_Z] * (1 + (uint64_t)l->n_groups) * ROW_BYTES_MAX;
	return bytes + l->n_voxels * (l->grid.kind == GRID_CARTESIAN ? IMAGES_MAX * sizeof(float) : ROW_BYTES_MAX);
}

void
disk_room_needed(struct disk_room *d, const struct tally_layout *l, const struct plan *p)
{
	uint64_t n_blocks = tally_n_blocks(l), checkpoint;

	checkpoint = SMALL_FILES_BYTES + n_blocks * (sizeof(uint64_t) + TALLY_SUM_BLOCK_BYTES);
	*d = (struct disk_room){
		.result = result_bytes(l, n_blocks, cut_n_rest(p->cut, p->histories) > 0),
		.states = p->final_states ? STATES_HEADER_BYTES + p->histories * sizeof(struct final_state) : 0,
		.checkpoints = CHECKPOINTS_MAX * (checkpoint + checkpoint / INCOMPRESSIBLE),
		.log = cut_n_ranges(p->cut, p->histories) * LOG_LINES_BYTES_MAX,
	};
}

int
disk_room_free(const char *dir, uint64_t *bytes, struct err *e)
{
	struct statvfs s;

	if (statvfs(dir, &s) != 0)
		return err_sys(e, "file system of %s", dir);
	*bytes = (uint64_t)s.f_bavail * s.f_frsize;
	return 0;
}
