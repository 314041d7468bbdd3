/* A set of ranges of a run, as the ascending stretches of neighbours in it. */
#ifndef MODEL_STRETCHES_H
#define MODEL_STRETCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define STRETCHES_TEXT_BYTES 200

/* The ranges first to end - 1. */
struct stretch {
	uint64_t first, end;
};

struct stretches {
	size_t n;
	struct stretch *stretch;      /* ascending, not empty, with a gap between any two */
};

/* Adds a stretch that has no range in common with the set. -1: ERR_SYSTEM, no memory. */
int stretches_add(struct stretches *s, struct stretch x, struct err *e);
void stretches_free(struct stretches *s);

/* True, with what is common of the first stretch that has something in common with x. */
bool stretches_meet(const struct stretches *s, struct stretch x, struct stretch *common);
bool stretches_have(const struct stretches *s, uint64_t range);
bool stretches_are_equal(const struct stretches *a, const struct stretches *b);
uint64_t stretches_count(const struct stretches *s);     /* ranges */

/* The next stretch, from range `from` on and below `end`, of ranges that are not in the set. */
bool stretches_next_gap(const struct stretches *s, uint64_t from, uint64_t end, struct stretch *gap);

/* "0 to 3, 7, 9 to 11 and 5 more stretches"; "none". Returns text. */
char *stretches_text(const struct stretches *s, char text[STRETCHES_TEXT_BYTES]);

#endif
