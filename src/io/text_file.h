/* A user's text file in memory, and the places in it. */
#ifndef IO_TEXT_FILE_H
#define IO_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct text_file {
	char *name;       /* as messages show it */
	char *text;       /* ends with a NUL that `length` does not count */
	size_t length;
};

/* A part of a text: bytes [offset, offset + length). */
struct span {
	size_t offset, length;
};

/* Line and column (in characters) of a byte, both from 1. */
struct place {
	size_t line, column;
	size_t line_start, line_end;   /* bytes; the end is before the line's LF, CR or CR LF */
};

/* Reads a regular file of at most `limit` bytes. Never blocks on a pipe or a device. The caller frees
 * the result with text_file_free, which is safe after an error too. ERR_INPUT if the file is not
 * there or not fit to be read, ERR_SYSTEM without memory. */
int text_file_read(struct text_file *f, const char *path, size_t limit, struct err *e);
int text_file_copy(struct text_file *f, const char *name, const char *text, size_t length,
    struct err *e);
void text_file_free(struct text_file *f);

struct place text_file_place(const struct text_file *f, size_t offset);

/* Whether there is a byte that is neither UTF-8 text nor a blank; says where. */
bool text_file_find_binary(const struct text_file *f, size_t *offset);

/* Bytes of the printable UTF-8 character at s, 0 if it is none (a tab is none). */
size_t utf8_length(const char *s, size_t left);

#endif
