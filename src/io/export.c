/* Writes a field in one of the formats of a table. */
#include "io/export.h"

#include <stdio.h>
#include <string.h>

#include "io/gzip.h"
#include "io/output_units.h"
#include "io/raster.h"

static const struct export_format formats[] = {
	{ "npy", "npy", export_npy, NULL },
	{ "nrrd", "nrrd", export_nrrd, NULL },
	{ "nifti", "nii.gz", export_nifti, NULL },
	{ "mha", "mha", export_mha, NULL },
	{ "vtk", "vtk", export_vtk, NULL },
	{ "csv", "csv", export_csv, NULL },
	{ "dicom", "dcm", export_mha, "ionfarm-rtdose" },
};

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

int
export_format_find(const struct export_format **format, const char *name, struct err *e)
{
	char list[80] = "";

	for (size_t i = 0; i < N_FORMATS; i++) {
		*format = &formats[i];
		if (strcmp(formats[i].name, name) == 0)
			return 0;
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i == 0 ? "" : ", ", formats[i].name);
	}
	return err_set(e, ERR_USAGE, "'%s' is no format; there are %s", name, list);
}

void
export_place(const struct export *x, double size_mm[N_AXES], double first_mm[N_AXES])
{
	const struct tally_layout *l = &x->tally->layout;

	for (int axis = 0; axis < N_AXES; axis++) {
		size_mm[axis] = l->grid.voxel_cm[axis] * MM_PER_CM;
		first_mm[axis] = tally_centre_cm(l, axis, 0) * MM_PER_CM;
	}
}

static void
put_gzip(void *to, const void *data, size_t n)
{
	gzip_write(to, data, n);
}

int
export_put_gzip(struct file *f, const void *head, size_t n_head, const struct export *x, struct err *e)
{
	struct gzip z;
	const struct raster_sink sink = { put_gzip, &z, false };
	int status;

	if (gzip_start(&z, f, e) != 0)
		return -1;
	gzip_write(&z, head, n_head);
	status = raster_write(&sink, x->field, x->tally, e);
	gzip_end(&z);
	return status;
}

int
export_write(const struct export_format *format, const struct export *x, const char *dir, const char *name,
    struct err *e)
{
	struct file f;

	if (x->tally->layout.grid.kind != GRID_CARTESIAN)
		return err_set(e, ERR_USAGE, "rings are no voxels, they are in cylinder.csv");
	if (file_create(&f, dir, name, e) != 0)
		return -1;
	if (format->write(&f, x, e) != 0) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f, e);
}
