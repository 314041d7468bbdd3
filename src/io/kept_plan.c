/* Keeps a plan in the directory of its run. */
#include "io/kept_plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/file.h"
#include "io/job.h"
#include "io/text_file.h"

#define FILE_BYTES_MAX ((size_t)1 << 28)

enum { NAME_BYTES = 32 };

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
copy_file(const char *dir, const char *name, const char *path, struct err *e)
{
	struct text_file text = {0};
	int status = -1;

	if (text_file_read(&text, path, FILE_BYTES_MAX, e) == 0)
		status = write_bytes(dir, name, text.text, text.length, e);
	text_file_free(&text);
	return status;
}

/* A copy of the layers that names the copies of the tables. */
static int
keep_tables(const char *dir, const struct phantom *p, struct layer *layer, char (*name)[NAME_BYTES],
    struct err *e)
{
	for (int i = 0; i < p->n_layers; i++) {
		layer[i] = p->layer[i];
		if (layer[i].stopping.n == 0)
			continue;
		snprintf(name[i], sizeof name[i], "stopping_power_%d.txt", i + 1);
		if (copy_file(dir, name[i], layer[i].stopping.file, e) != 0)
			return -1;
		layer[i].stopping.file = name[i];
	}
	return 0;
}

static int
write_description(const char *dir, const struct plan *kept, struct err *e)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	int status;

	if (out == NULL)
		return err_sys(e, "memory for " KEPT_PLAN_NAME);
	status = job_describe(kept, out);
	if (fclose(out) != 0 || status != 0)
		status = err_set(e, ERR_SYSTEM, "no memory for " KEPT_PLAN_NAME);
	else
		status = write_bytes(dir, KEPT_PLAN_NAME, text, n, e);
	free(text);
	return status;
}

int
kept_plan_write(const char *dir, const struct plan *p, struct err *e)
{
	static char spots[] = "spots.txt";
	size_t n = (size_t)p->phantom.n_layers;
	struct plan kept = *p;      /* the same arrays but for the layers */
	struct layer *layer = calloc(n, sizeof *layer);
	char (*name)[NAME_BYTES] = calloc(n, sizeof *name);
	int status = -1;

	kept.phantom.layer = layer;
	if (layer == NULL || name == NULL)
		status = err_sys(e, "memory for " KEPT_PLAN_NAME);
	else if (keep_tables(dir, &p->phantom, layer, name, e) == 0)
		status = 0;
	if (status == 0 && p->beam.n_spots > 0 && p->beam.file != NULL) {
		status = copy_file(dir, spots, p->beam.file, e);
		kept.beam.file = spots;
	}
	if (status == 0)
		status = write_description(dir, &kept, e);
	free(layer);
	free(name);
	return status;
}
