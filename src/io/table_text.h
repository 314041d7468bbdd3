/* The lines of a user's table of numbers: what is on them, and where. */
#ifndef IO_TABLE_TEXT_H
#define IO_TABLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "io/text_file.h"

#define TABLE_BLANKS " \t"
#define TABLE_SEPARATORS " \t,;|"   /* between numbers */

struct table_line {
	const char *text;
	size_t length;             /* without its end */
	struct span at;
};

/* Takes the next line; false at the end of the file. */
bool table_next_line(const struct text_file *f, size_t *offset, struct table_line *l);

/* The place in the file of a part of the line; of the number or word that starts at s. */
struct span table_span(const struct table_line *l, const char *start, size_t length);
struct span table_word(const struct table_line *l, const char *s);

/* Whether the line is a comment "# key: value" (the case of the key does not count). The value, without
 * the blanks around it and cut to n - 1 bytes, goes to buf, its place to `at`. */
bool table_directive(const struct table_line *l, const char *key, char *buf, size_t n,
    struct span *at);

#endif
