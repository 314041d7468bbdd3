/* Writes a tally's voxels as MetaImages. */
#include "io/image.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/file.h"
#include "io/output_units.h"

/* The grid has z fastest, the image x: this many planes are turned at a time, so that each visit to a
 * column reads whole cache lines. */
#define PLANES_AT_ONCE 16

struct image {
	const char *name;
	enum score_kind needs;   /* the last score that goes into it */
	float (*value)(const struct tally *t, size_t voxel);
};

static float
dose_Gy(const struct tally *t, size_t voxel)
{
	return (float)tally_dose_Gy(t, voxel);
}

static float
relative_error(const struct tally *t, size_t voxel)
{
	double error_MeV = tally_error_MeV(t, voxel);
	double mean_MeV = tally_mean_MeV(t, voxel);

	return (float)(mean_MeV > 0 ? error_MeV / mean_MeV : error_MeV);
}

static float
fluence_cm2(const struct tally *t, size_t voxel)
{
	return (float)tally_fluence_cm2(t, voxel);
}

static float
let_keV_um(const struct tally *t, size_t voxel, double (*mean_MeV_cm)(const struct tally_let *))
{
	struct tally_let let = { 0 };
	double mean;

	tally_let_add(&let, t, t->layout.first_voxel, voxel);
	mean = mean_MeV_cm(&let) * keV_um_PER_MeV_cm;
	return isnan(mean) ? 0 : (float)mean;
}

static float
let_t_keV_um(const struct tally *t, size_t voxel)
{
	return let_keV_um(t, voxel, tally_let_t_MeV_cm);
}

static float
let_d_keV_um(const struct tally *t, size_t voxel)
{
	return let_keV_um(t, voxel, tally_let_d_MeV_cm);
}

static uint32_t
float_bits(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return htole32(bits);
}

/* plane[k][iy][ix] of the n_planes from z0 on. */
static void
turn_planes(const struct image *image, const struct tally *t, int z0, int n_planes, uint32_t *plane)
{
	const struct grid *g = &t->layout.grid;
	size_t nx = (size_t)g->n[AXIS_X], ny = (size_t)g->n[AXIS_Y];

	for (size_t iy = 0; iy < ny; iy++)
		for (size_t ix = 0; ix < nx; ix++) {
			size_t voxel = grid_index(g, (int)ix, (int)iy, z0);

			for (size_t k = 0; k < (size_t)n_planes; k++)
				plane[(k * ny + iy) * nx + ix] = float_bits(image->value(t, voxel + k));
		}
}

static int
write_raw(const char *dir, const struct image *image, const struct tally *t, struct file *f, struct err *e)
{
	const struct grid *g = &t->layout.grid;
	size_t area = (size_t)g->n[AXIS_X] * (size_t)g->n[AXIS_Y];
	char name[32];
	uint32_t *plane;

	snprintf(name, sizeof name, "%s.raw", image->name);
	plane = calloc(area, PLANES_AT_ONCE * sizeof *plane);
	if (plane == NULL)
		return err_sys(e, "memory for %d planes of %s", PLANES_AT_ONCE, name);
	if (file_create(f, dir, name, e) != 0) {
		free(plane);
		return -1;
	}
	for (int z0 = 0; z0 < g->n[AXIS_Z]; z0 += PLANES_AT_ONCE) {
		int left = g->n[AXIS_Z] - z0;
		int n_planes = left < PLANES_AT_ONCE ? left : PLANES_AT_ONCE;

		turn_planes(image, t, z0, n_planes, plane);
		file_write(f, plane, area * (size_t)n_planes * sizeof *plane);
	}
	free(plane);
	return file_commit(f, e);
}

static int
write_header(const char *dir, const struct image *image, const struct tally_layout *l, struct file *f,
    struct err *e)
{
	const struct grid *g = &l->grid;
	const double *size_cm = g->voxel_cm;
	char name[32];

	snprintf(name, sizeof name, "%s.mhd", image->name);
	if (file_create(f, dir, name, e) != 0)
		return -1;
	file_printf(f, "ObjectType = Image\nNDims = 3\nBinaryData = True\n"
	    "BinaryDataByteOrderMSB = False\nCompressedData = False\n"
	    "TransformMatrix = 1 0 0 0 1 0 0 0 1\n");
	file_printf(f, "Offset = %.12g %.12g %.12g\n", tally_centre_cm(l, AXIS_X, 0) * MM_PER_CM,
	    tally_centre_cm(l, AXIS_Y, 0) * MM_PER_CM, tally_centre_cm(l, AXIS_Z, 0) * MM_PER_CM);
	file_printf(f, "ElementSpacing = %.12g %.12g %.12g\n", size_cm[AXIS_X] * MM_PER_CM,
	    size_cm[AXIS_Y] * MM_PER_CM, size_cm[AXIS_Z] * MM_PER_CM);
	file_printf(f, "DimSize = %d %d %d\n", g->n[AXIS_X], g->n[AXIS_Y], g->n[AXIS_Z]);
	file_printf(f, "ElementType = MET_FLOAT\nElementDataFile = %s.raw\n", image->name);
	return file_commit(f, e);
}

int
dose_images_write(const char *dir, const struct tally *t, struct err *e)
{
	static const struct image images[] = {
		{ "dose", SCORE_DOSE, dose_Gy },
		{ "dose_error", SCORE_DOSE, relative_error },
		{ "fluence", SCORE_LENGTH, fluence_cm2 },
		{ "let_t", SCORE_LET2, let_t_keV_um },
		{ "let_d", SCORE_LET2, let_d_keV_um },
	};
	struct file f;

	for (size_t i = 0; i < sizeof images / sizeof images[0]; i++)
		if (t->layout.n_scores > (int)images[i].needs &&
		    (write_raw(dir, &images[i], t, &f, e) != 0 ||
		    write_header(dir, &images[i], &t->layout, &f, e) != 0))
			return -1;
	return 0;
}
