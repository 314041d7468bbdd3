/* Finds lines, words and directives in a user's table of numbers. */
#include "io/table_text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool
table_next_line(const struct text_file *f, size_t *offset, struct table_line *l)
{
	if (*offset >= f->length)
		return false;
	l->text = f->text + *offset;
	l->length = strcspn(l->text, "\r\n");
	l->at = (struct span){ *offset, l->length };
	*offset += l->length;
	*offset += strncmp(f->text + *offset, "\r\n", 2) == 0 ? 2 : 1;
	return true;
}

struct span
table_span(const struct table_line *l, const char *start, size_t length)
{
	return (struct span){ l->at.offset + (size_t)(start - l->text), length };
}

struct span
table_word(const struct table_line *l, const char *s)
{
	return table_span(l, s, strcspn(s, TABLE_SEPARATORS "\r\n"));
}

bool
table_directive(const struct table_line *l, const char *key, char *buf, size_t n,
    struct span *at)
{
	const char *s = l->text + 1 + strspn(l->text + 1, TABLE_BLANKS), *end = l->text + l->length;

	if (l->text[0] != '#' || strncasecmp(s, key, strlen(key)) != 0 || s[strlen(key)] != ':')
		return false;
	s += strlen(key) + 1;
	s += strspn(s, TABLE_BLANKS);
	while (end > s && strchr(TABLE_BLANKS, end[-1]) != NULL)
		end--;
	snprintf(buf, n, "%.*s", (int)(end - s), s);
	*at = table_span(l, s, (size_t)(end - s));
	return true;
}
