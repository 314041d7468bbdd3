/* Writes JSON as it goes: nothing is kept but the nesting. */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/file.h"
#include "model/tally.h"

#define JSON_DEPTH_MAX 16

struct json {
	void (*put)(void *sink, const char *text, size_t n);
	void *sink;
	bool is_indented;            /* else all on one line */
	int depth;
	char closer[JSON_DEPTH_MAX]; /* '}' or ']' of each open level */
	bool is_empty[JSON_DEPTH_MAX];
};

/* Opens the outermost object; json_finish closes all that is open and ends the line. */
void json_start(struct json *j, void (*put)(void *sink, const char *text, size_t n), void *sink,
    bool is_indented);
void json_start_file(struct json *j, struct file *f);   /* indented */
void json_finish(struct json *j);

/* `key` is NULL in an array, and only there. */
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_end(struct json *j);

/* Bytes that are not printable UTF-8 become U+FFFD, control characters are escaped; NULL becomes null. */
void json_string(struct json *j, const char *key, const char *text);
void json_integer(struct json *j, const char *key, tally_count n);
/* The fewest digits that read back as the same number; null when it is not finite. */
void json_double(struct json *j, const char *key, double x);
void json_bool(struct json *j, const char *key, bool is_true);

#endif
