/* Keeps a plan in the directory of its run. */
#include "io/kept_plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"
#include "io/job.h"
#include "io/text_file.h"

#define TABLE_BYTES_MAX ((size_t)1 << 28)

static int
write_bytes(const char *dir, const char *name, const char *text, size_t n, struct err *e)
{
	struct file f;

	if (file_create(&f, dir, name, e) != 0)
		return -1;
	file_write(&f, text, n);
	return file_commit(&f, e);
}

static int
copy_table(const char *dir, const char *path, struct err *e)
{
	struct text_file table = {0};
	int status = -1;

	if (text_file_read(&table, path, TABLE_BYTES_MAX, e) == 0)
		status = write_bytes(dir, KEPT_TABLE_NAME, table.text, table.length, e);
	text_file_free(&table);
	return status;
}

int
kept_plan_write(const char *dir, const struct plan *p, struct err *e)
{
	static char table[] = KEPT_TABLE_NAME;
	struct plan kept = *p;      /* the same arrays; nothing of it is freed */
	char *text = NULL;
	size_t n = 0;
	FILE *out;
	int status;

	if (p->phantom.stopping.n > 0) {
		if (copy_table(dir, p->phantom.stopping.file, e) != 0)
			return -1;
		kept.phantom.stopping.file = table;
	}
	out = open_memstream(&text, &n);
	if (out == NULL)
		return err_sys(e, "memory for " KEPT_PLAN_NAME);
	status = job_describe(&kept, out);
	if (fclose(out) != 0 || status != 0)
		status = err_set(e, ERR_SYSTEM, "no memory for " KEPT_PLAN_NAME);
	else
		status = write_bytes(dir, KEPT_PLAN_NAME, text, n, e);
	free(text);
	return status;
}
