/* Writes JSON (RFC 8259) to a file or any other sink. */
#include "io/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/text_file.h"

static void
put_text(struct json *j, const char *text)
{
	j->put(j->sink, text, strlen(text));
}

static void
new_line(struct json *j)
{
	if (!j->is_indented)
		return;
	put_text(j, "\n");
	for (int i = 0; i < j->depth; i++)
		put_text(j, "  ");
}

static void
put_control(struct json *j, unsigned char c)
{
	char text[8];

	snprintf(text, sizeof text, "\\u%04x", c);
	put_text(j, text);
}

static void
put_quoted(struct json *j, const char *text)
{
	const char *end = text + strlen(text);

	put_text(j, "\"");
	while (text < end) {
		size_t n = utf8_length(text, (size_t)(end - text));

		if (*text == '"' || *text == '\\')
			j->put(j->sink, *text == '"' ? "\\\"" : "\\\\", 2);
		else if (*text == '\n')
			put_text(j, "\\n");
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			put_control(j, (unsigned char)*text);
		else if (n == 0)
			put_text(j, "\\ufffd");
		else
			j->put(j->sink, text, n);
		text += n > 0 ? n : 1;
	}
	put_text(j, "\"");
}

/* What stands before a value: comma, line, key. */
static void
begin_value(struct json *j, const char *key)
{
	assert(j->depth > 0 && (key == NULL) == (j->closer[j->depth - 1] == ']'));
	if (!j->is_empty[j->depth - 1])
		put_text(j, j->is_indented ? "," : ", ");
	j->is_empty[j->depth - 1] = false;
	new_line(j);
	if (key != NULL) {
		put_quoted(j, key);
		put_text(j, ": ");
	}
}

static void
open_level(struct json *j, const char *opener, char closer)
{
	assert(j->depth < JSON_DEPTH_MAX);
	put_text(j, opener);
	j->closer[j->depth] = closer;
	j->is_empty[j->depth] = true;
	j->depth++;
}

void
json_object(struct json *j, const char *key)
{
	begin_value(j, key);
	open_level(j, "{", '}');
}

void
json_array(struct json *j, const char *key)
{
	begin_value(j, key);
	open_level(j, "[", ']');
}

void
json_end(struct json *j)
{
	assert(j->depth > 0);
	j->depth--;
	if (!j->is_empty[j->depth])
		new_line(j);
	j->put(j->sink, &j->closer[j->depth], 1);
}

void
json_string(struct json *j, const char *key, const char *text)
{
	begin_value(j, key);
	if (text == NULL)
		put_text(j, "null");
	else
		put_quoted(j, text);
}

void
json_integer(struct json *j, const char *key, tally_count n)
{
	char text[48];

	begin_value(j, key);
	put_text(j, tally_count_text(n, text));
}

void
json_double(struct json *j, const char *key, double x)
{
	char text[32] = "null";

	begin_value(j, key);
	for (int digits = 15; isfinite(x) && digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			break;
	}
	put_text(j, text);
}

void
json_bool(struct json *j, const char *key, bool is_true)
{
	begin_value(j, key);
	put_text(j, is_true ? "true" : "false");
}

void
json_start(struct json *j, void (*put)(void *sink, const char *text, size_t n), void *sink,
    bool is_indented)
{
	*j = (struct json){ .put = put, .sink = sink, .is_indented = is_indented };
	open_level(j, "{", '}');
}

static void
put_to_file(void *sink, const char *text, size_t n)
{
	struct file *f = sink;

	file_write(f, text, n);
}

void
json_start_file(struct json *j, struct file *f)
{
	json_start(j, put_to_file, f, true);
}

void
json_finish(struct json *j)
{
	while (j->depth > 0)
		json_end(j);
	put_text(j, "\n");
}
