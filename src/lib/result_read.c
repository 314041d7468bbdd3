/* Reads what a directory holds as a result. */
#include "lib/result_read.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int
result_read(struct tally_file *tf, const char *dir, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 64];
	bool is_part;

	if (strlen(dir) > RUNDIR_LENGTH_MAX)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	is_part = rundir_has(dir, PART_FILE_NAME);
	snprintf(path, sizeof path, "%s/%s", dir, is_part ? PART_FILE_NAME : "tally.bin");
	return is_part ? tally_file_read_part(tf, path, e) : tally_file_read(tf, path, e);
}

const char *
result_file_name(const struct tally *t)
{
	return t->part == NULL ? "tally.bin" : PART_FILE_NAME;
}

char *
result_title(const struct tally *t, const char *dir, char title[RESULT_TITLE_BYTES])
{
	char text[STRETCHES_TEXT_BYTES];

	if (t->part == NULL)
		snprintf(title, RESULT_TITLE_BYTES, "%s", dir);
	else
		snprintf(title, RESULT_TITLE_BYTES, "%s (part: ranges %s of %" PRIu64 ")", dir,
		    stretches_text(&t->part->ranges, text), cut_n_ranges(t->cut, t->part->histories));
	return title;
}
