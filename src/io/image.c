/* Writes a tally's voxels as MetaImages. */
#include "io/image.h"

#include <stdio.h>

#include "io/output_units.h"
#include "io/raster.h"

static void
put_file(void *to, const void *data, size_t n)
{
	file_write(to, data, n);
}

int
image_put_raster(struct file *f, const struct field *field, const struct tally *t, bool is_big_endian,
    struct err *e)
{
	const struct raster_sink sink = { put_file, f, is_big_endian };

	return raster_write(&sink, field, t, e);
}

void
image_put_header(struct file *f, const struct tally_layout *l, const char *data_file)
{
	const struct grid *g = &l->grid;
	const double *size_cm = g->voxel_cm;

	file_printf(f, "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
	    "BinaryDataByteOrderMSB = False\nCompressedData = False\n"
	    "TransformMatrix = 1 0 0 0 1 0 0 0 1\n");
	file_printf(f, "Offset = %.12g %.12g %.12g\n", tally_centre_cm(l, AXIS_X, 0) * MM_PER_CM,
	    tally_centre_cm(l, AXIS_Y, 0) * MM_PER_CM, tally_centre_cm(l, AXIS_Z, 0) * MM_PER_CM);
	file_printf(f, "ElementSpacing = %.12g %.12g %.12g\n", size_cm[AXIS_X] * MM_PER_CM,
	    size_cm[AXIS_Y] * MM_PER_CM, size_cm[AXIS_Z] * MM_PER_CM);
	file_printf(f, "DimSize = %d %d %d\n", g->n[AXIS_X], g->n[AXIS_Y], g->n[AXIS_Z]);
	file_printf(f, "ElementType = MET_FLOAT\nElementDataFile = %s\n", data_file);
}

static int
write_raw(const char *dir, const char *name, const struct field *field, const struct tally *t, struct file *f,
    struct err *e)
{
	if (file_create(f, dir, name, e) != 0)
		return -1;
	if (image_put_raster(f, field, t, false, e) != 0) {
		file_abort(f);
		return -1;
	}
	return file_commit(f, e);
}

static int
write_image(const char *dir, const struct field *field, const struct tally *t, struct err *e)
{
	char raw_name[32], header_name[32];
	struct file f;

	snprintf(raw_name, sizeof raw_name, "%s.raw", field->file);
	snprintf(header_name, sizeof header_name, "%s.mhd", field->file);
	if (write_raw(dir, raw_name, field, t, &f, e) != 0 || file_create(&f, dir, header_name, e) != 0)
		return -1;
	image_put_header(&f, &t->layout, raw_name);
	return file_commit(&f, e);
}

int
dose_images_write(const char *dir, const struct tally *t, struct err *e)
{
	const struct field *field;

	for (size_t i = 0; (field = field_at(i)) != NULL; i++)
		if (field_is_scored(field, &t->layout) && write_image(dir, field, t, e) != 0)
			return -1;
	return 0;
}
