/* Writes NIfTI-1, compressed. */
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/export.h"

/* The header as https://nifti.nimh.nih.gov/nifti-1 lays it out (nifti1.h, 2003): offsets of its fields. */
enum {
	AT_SIZE = 0, AT_DIM = 40, AT_DATATYPE = 70, AT_BITS = 72, AT_PIXDIM = 76, AT_DATA = 108, AT_SLOPE = 112,
	AT_UNITS = 123, AT_DESCRIPTION = 148, AT_QFORM = 252, AT_SFORM = 254, AT_QUATERNION = 256,
	AT_QOFFSET = 268, AT_SROW = 280, AT_INTENT_NAME = 328, AT_MAGIC = 344, HEADER_BYTES = 348,
	DATA_BYTES_BEFORE = 352,
	DESCRIPTION_BYTES = 80, INTENT_NAME_BYTES = 16,
	TYPE_FLOAT32 = 16, UNITS_MM = 2, FORM_SCANNER = 1,
	DIM_MAX = 32767
};

static void
put_i16(unsigned char *header, size_t at, int value)
{
	uint16_t bits = htole16((uint16_t)value);

	memcpy(header + at, &bits, sizeof bits);
}

static void
put_i32(unsigned char *header, size_t at, uint32_t value)
{
	uint32_t bits = htole32(value);

	memcpy(header + at, &bits, sizeof bits);
}

static void
put_f32(unsigned char *header, size_t at, double value)
{
	float x = (float)value;
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	put_i32(header, at, bits);
}

/* NIfTI has x to the right and y to the front, so both are turned: by half a turn about z, which as a
 * quaternion is (0, 0, 0, 1), and as a matrix has -1 twice. */
static void
put_place(unsigned char *header, const struct export *x)
{
	static const double sign[N_AXES] = { -1, -1, 1 };
	double size[N_AXES], first[N_AXES];

	export_place(x, size, first);
	put_f32(header, AT_PIXDIM, 1);     /* handedness */
	put_f32(header, AT_QUATERNION + 8, 1);
	put_i16(header, AT_QFORM, FORM_SCANNER);
	put_i16(header, AT_SFORM, FORM_SCANNER);
	for (size_t axis = 0; axis < N_AXES; axis++) {
		put_f32(header, AT_PIXDIM + 4 * (axis + 1), size[axis]);
		put_f32(header, AT_QOFFSET + 4 * axis, sign[axis] * first[axis]);
		put_f32(header, AT_SROW + 16 * axis + 4 * axis, sign[axis] * size[axis]);
		put_f32(header, AT_SROW + 16 * axis + 12, sign[axis] * first[axis]);
	}
}

static int
put_dimensions(unsigned char *header, const struct grid *g, struct err *e)
{
	put_i16(header, AT_DIM, N_AXES);
	for (size_t i = 0; i < 7; i++)
		put_i16(header, AT_DIM + 2 * (i + 1), 1);
	for (size_t axis = 0; axis < N_AXES; axis++) {
		if (g->n[axis] > DIM_MAX)
			return err_set(e, ERR_USAGE, "NIfTI-1 counts to %d voxels along an axis, here are %d", DIM_MAX,
			    g->n[axis]);
		put_i16(header, AT_DIM + 2 * (axis + 1), g->n[axis]);
	}
	return 0;
}

int
export_nifti(struct file *f, const struct export *x, struct err *e)
{
	unsigned char header[DATA_BYTES_BEFORE] = { 0 };

	if (put_dimensions(header, &x->tally->layout.grid, e) != 0)
		return -1;
	put_i32(header, AT_SIZE, HEADER_BYTES);
	put_i16(header, AT_DATATYPE, TYPE_FLOAT32);
	put_i16(header, AT_BITS, 32);
	put_f32(header, AT_DATA, DATA_BYTES_BEFORE);
	put_f32(header, AT_SLOPE, 1);
	header[AT_UNITS] = UNITS_MM;
	snprintf((char *)header + AT_DESCRIPTION, DESCRIPTION_BYTES, "%s", x->title);
	snprintf((char *)header + AT_INTENT_NAME, INTENT_NAME_BYTES, "%s", x->field->column);
	memcpy(header + AT_MAGIC, "n+1", 4);
	put_place(header, x);
	return export_put_gzip(f, header, sizeof header, x, e);
}
