/* What is told against depth: the columns of tables. */
#ifndef IO_DEPTH_COLUMN_H
#define IO_DEPTH_COLUMN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/tally.h"

struct depth_column {
	const char *name;                /* with its unit */
	enum score_kind needs;           /* the last score that goes into it */
	double (*value)(const struct tally *t, size_t iz);
};

/* The columns one after the other; NULL behind the last. */
const struct depth_column *depth_column_at(size_t index);

bool depth_column_is_scored(const struct depth_column *c, const struct tally_layout *l);

#endif
