/* What can be told of each voxel: the columns of images and exports. */
#ifndef IO_FIELD_H
#define IO_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/tally.h"

struct field {
	const char *word;         /* of the command line: "dose" */
	const char *file;         /* the name of its files, without ending */
	const char *column;       /* with its unit, as the heads of tables have it */
	const char *unit;         /* "Gy"; "1": of ratios */
	enum score_kind needs;    /* the last score that goes into it */
	float (*value)(const struct tally *t, size_t voxel);
};

/* The fields one after the other; NULL behind the last. */
const struct field *field_at(size_t index);

bool field_is_scored(const struct field *field, const struct tally_layout *l);

/* ERR_USAGE: no such word, or not scored; what there is is told. */
int field_find(const struct field **field, const char *word, const struct tally_layout *l, struct err *e);

/* The unit and what it is for: "Gy per primary", "Gy for 3e+09 primaries", "keV/um". Returns buf. */
char *field_unit_text(const struct field *field, const struct tally_layout *l, char buf[64]);

#endif
