/* Public results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/depth_column.h"
#include "io/field.h"
#include "io/output_units.h"
#include "io/raster.h"
#include "lib/api_error.h"
#include "lib/c_locale.h"
#include "lib/result_read.h"

struct ionfarm_result {
	struct tally_file file;
	struct ionfarm_grid grid;
	double *ring_edge_mm;
};

static int
find_rings(struct ionfarm_result *r, const struct grid *g, struct err *e)
{
	r->ring_edge_mm = calloc((size_t)g->n[AXIS_X] + 1, sizeof *r->ring_edge_mm);
	if (r->ring_edge_mm == NULL)
		return err_sys(e, "memory for the rings");
	for (int i = 0; i <= g->n[AXIS_X]; i++)
		r->ring_edge_mm[i] = g->radius_cm[i] * MM_PER_CM;
	r->grid.ring_edge_mm = r->ring_edge_mm;
	r->grid.voxel_mm[AXIS_X] = r->grid.voxel_mm[AXIS_Y] = 0.0;
	return 0;
}

static int
find_grid(struct ionfarm_result *r, struct err *e)
{
	const struct tally *t = &r->file.tally;
	const struct tally_layout *l = &t->layout;

	for (int axis = 0; axis < N_AXES; axis++) {
		r->grid.n[axis] = l->grid.n[axis];
		r->grid.voxel_mm[axis] = l->grid.voxel_cm[axis] * MM_PER_CM;
		r->grid.first_mm[axis] = tally_centre_cm(l, axis, 0) * MM_PER_CM;
	}
	r->grid.primaries = l->delivered_primaries > 0.0 ? l->delivered_primaries : 1.0;
	r->grid.is_part = t->part != NULL;
	return l->grid.kind == GRID_CYLINDRICAL ? find_rings(r, &l->grid, e) : 0;
}

static int
read_directory(struct ionfarm_result *r, const char *directory, struct err *e)
{
	if (result_read(&r->file, directory, e) != 0) {
		memset(&r->file, 0, sizeof r->file);
		return -1;
	}
	return find_grid(r, e);
}

struct ionfarm_result *
ionfarm_result_read(const char *directory, struct ionfarm_error **error)
{
	struct ionfarm_result *r;
	struct c_locale locale;
	struct err e;
	int status = -1;

	error_clear(error);
	if (directory == NULL) {
		error_null(error);
		return NULL;
	}
	r = calloc(1, sizeof *r);
	if (r == NULL) {
		err_sys(&e, "memory for a result");
	} else if (c_locale_begin(&locale, &e) == 0) {
		status = read_directory(r, directory, &e);
		c_locale_end(&locale);
	}
	if (status == 0)
		return r;
	error_give(error, &e, NULL);
	ionfarm_result_free(r);
	return NULL;
}

const struct ionfarm_grid *
ionfarm_result_grid(const struct ionfarm_result *result)
{
	return &result->grid;
}

const char *
ionfarm_result_hash(const struct ionfarm_result *result)
{
	return result->file.hash;
}

static int
check_size(const char *what, size_t n, size_t needed, struct err *e)
{
	if (n == needed)
		return 0;
	return err_set(e, ERR_USAGE, "%s has %zu values, not %zu", what, needed, n);
}

struct destination {
	char *at;
};

static void
put_memory(void *to, const void *data, size_t n)
{
	struct destination *d = to;

	memcpy(d->at, data, n);
	d->at += n;
}

static int
copy_voxels(const struct tally *t, const char *what, float *to, size_t n, struct err *e)
{
	struct destination d = { (char *)to };
	struct raster_sink sink = { put_memory, &d, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	const struct field *field;

	if (field_find(&field, what, &t->layout, e) != 0 || check_size(what, n, t->layout.n_voxels, e) != 0)
		return -1;
	return raster_write(&sink, field, t, e);
}

static int
copy_depth(const struct tally *t, const char *column, double *to, size_t n, struct err *e)
{
	const struct depth_column *c;
	size_t k = 0;

	while ((c = depth_column_at(k)) != NULL && strcmp(c->name, column) != 0)
		k++;
	if (c == NULL || !depth_column_is_scored(c, &t->layout))
		return err_set(e, ERR_USAGE, "depth.csv of this run has no column '%.60s'", column);
	if (check_size(column, n, t->layout.n_depths, e) != 0)
		return -1;
	for (size_t iz = 0; iz < n; iz++)
		to[iz] = c->value(t, iz);
	return 0;
}

static int
find_count(const struct tally *t, const char *name, tally_count *count, struct err *e)
{
	if (strcmp(name, "left_out") == 0) {
		*count = (tally_count)t->n_left_out;
		return 0;
	}
	for (int c = 0; c < N_CHANNELS; c++)
		if (strcmp(channel_name[c], name) == 0) {
			*count = t->channel[c];
			return 0;
		}
	return err_set(e, ERR_USAGE, "'%.60s' is nothing that is counted", name);
}

int
ionfarm_result_voxels(const struct ionfarm_result *result, const char *what, float *to, size_t n,
    struct ionfarm_error **error)
{
	struct err e;

	error_clear(error);
	if (result == NULL || what == NULL || to == NULL)
		return error_null(error);
	if (copy_voxels(&result->file.tally, what, to, n, &e) == 0)
		return 0;
	return error_give(error, &e, NULL);
}

int
ionfarm_result_depth(const struct ionfarm_result *result, const char *column, double *to, size_t n,
    struct ionfarm_error **error)
{
	struct err e;

	error_clear(error);
	if (result == NULL || column == NULL || to == NULL)
		return error_null(error);
	if (copy_depth(&result->file.tally, column, to, n, &e) == 0)
		return 0;
	return error_give(error, &e, NULL);
}

int
ionfarm_result_count(const struct ionfarm_result *result, const char *name, char text[IONFARM_COUNT_BYTES],
    struct ionfarm_error **error)
{
	tally_count count = 0;
	struct err e;

	error_clear(error);
	if (result == NULL || name == NULL || text == NULL)
		return error_null(error);
	if (find_count(&result->file.tally, name, &count, &e) == 0) {
		tally_count_text(count, text);
		return 0;
	}
	return error_give(error, &e, NULL);
}

void
ionfarm_result_free(struct ionfarm_result *result)
{
	if (result == NULL)
		return;
	tally_file_free(&result->file);
	free(result->ring_edge_mm);
	free(result);
}
