/* Writes and reads status.json by one list of its fields. */
#include "io/status_file.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/text_file.h"

#define FILE_NAME "status.json"

enum { FILE_BYTES_MAX = 1 << 16 };

struct field {
	const char *key;
	size_t offset, text_bytes;    /* 0: a number */
};

#define TEXT(name) { #name, offsetof(struct run_status, name), sizeof((struct run_status *)0)->name }
#define NUMBER(name) { #name, offsetof(struct run_status, name), 0 }

static const struct field fields[] = {
	TEXT(state), TEXT(part), NUMBER(pid), TEXT(host), TEXT(updated), NUMBER(histories_done), NUMBER(histories_asked),
	NUMBER(seconds), NUMBER(histories_per_s), NUMBER(workers), NUMBER(deaths), NUMBER(checkpoints),
	NUMBER(checkpoints_failed), TEXT(last_checkpoint),
};

enum { N_FIELDS = sizeof fields / sizeof fields[0] };

void
status_json(const struct run_status *s, struct json *j)
{
	for (int i = 0; i < N_FIELDS; i++) {
		const char *from = (const char *)s + fields[i].offset;
		uint64_t number;

		if (fields[i].text_bytes > 0) {
			json_string(j, fields[i].key, from);
			continue;
		}
		memcpy(&number, from, sizeof number);
		json_integer(j, fields[i].key, (tally_count)number);
	}
}

int
status_file_write(const char *dir, const struct run_status *s, struct err *e)
{
	struct file f;
	struct json j;

	if (file_create(&f, dir, FILE_NAME, e) != 0)
		return -1;
	json_start_file(&j, &f);
	status_json(s, &j);
	json_finish(&j);
	return file_commit_quickly(&f, e);
}

/* Texts in it are words, names and times, without escapes; control characters do not come through. */
static void
read_field(struct run_status *s, const struct field *f, const char *text)
{
	char *to = (char *)s + f->offset;
	char key[64];
	const char *at;
	uint64_t number;

	snprintf(key, sizeof key, "\"%s\": ", f->key);
	at = strstr(text, key);
	if (at == NULL)
		return;
	at += strlen(key);
	if (f->text_bytes > 0) {
		size_t n = *at == '"' ? strcspn(at + 1, "\"\\\n") : 0;

		snprintf(to, f->text_bytes, "%.*s", (int)(n < 200 ? n : 200), at + 1);
		for (; *to != '\0'; to++)
			if ((unsigned char)*to < 0x20 || *to == 0x7f)
				*to = '?';
	} else {
		number = *at == '-' ? 0 : strtoull(at, NULL, 10);
		memcpy(to, &number, sizeof number);
	}
}

int
status_file_read(struct run_status *s, const char *dir, struct err *e)
{
	struct text_file text = {0};
	char path[4200];
	int status;

	*s = (struct run_status){ .pid = 0 };
	snprintf(path, sizeof path, "%s/" FILE_NAME, dir);
	status = text_file_read(&text, path, FILE_BYTES_MAX, e);
	for (int i = 0; status == 0 && i < N_FIELDS; i++)
		read_field(s, &fields[i], text.text);
	text_file_free(&text);
	return status;
}
