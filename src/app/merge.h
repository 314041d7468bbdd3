/* Looks at the parts of a run and adds those that belong together. */
#ifndef APP_MERGE_H
#define APP_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "app/progress.h"
#include "io/tally_file.h"

struct merge_part {
	const char *dir;
	struct stretches ranges;
	struct shard shard;
	bool is_good;                /* as far as is known */
};

struct merge {
	size_t n;
	struct merge_part *part;
	struct progress *progress;   /* each fault is said there */
	size_t n_faults;
	struct tally_file first;     /* the head of the first good part: whose plan all must have */
	bool has_first;
	struct stretches ranges;     /* of all parts */
	struct tally_file sum;
};

/* Looks at each part, and, unless parts may be missing, whether they are all. -1, ERR_INPUT: something is wrong;
 * each fault has been told, those of the bytes of a part included. ERR_SYSTEM. Both ways, merge_close. */
int merge_look(struct merge *m, const char *const *dirs, size_t n, bool is_partial, struct progress *progress,
    struct err *e);

/* Adds the parts into m->sum. -1 as above. */
int merge_add(struct merge *m, struct err *e);

void merge_close(struct merge *m);

#endif
