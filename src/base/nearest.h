/* "Did you mean ...?": the known word that is nearest to an unknown one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* Among name(0, ctx), name(1, ctx), ... up to the first NULL, the one with the fewest edits (insert,
 * delete, replace, swap of neighbours; case, '-', '_' and ' ' do not count), the first of equals. NULL
 * when none is within a third of the word's length. The string returned is the caller's own. */
const char *nearest_name(const char *word, const char *(*name)(size_t i, void *ctx), void *ctx);

#endif
