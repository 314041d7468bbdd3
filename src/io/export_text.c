/* Writes the formats whose head is text. */
#include <stdio.h>

#include "io/csv.h"
#include "io/export.h"
#include "io/image.h"
#include "io/npy.h"
#include "io/output_units.h"

#define NPY_HEADER_BYTES 128

/* a[ix, iy, iz]; there is no room for a place. */
int
export_npy(struct file *f, const struct export *x, struct err *e)
{
	const int *n = x->tally->layout.grid.n;
	char header[NPY_HEADER_BYTES], shape[48];

	snprintf(shape, sizeof shape, "(%d, %d, %d)", n[AXIS_X], n[AXIS_Y], n[AXIS_Z]);
	npy_header(header, sizeof header, "'<f4'", true, shape);
	file_write(f, header, sizeof header);
	return image_put_raster(f, x->field, x->tally, false, e);
}

int
export_mha(struct file *f, const struct export *x, struct err *e)
{
	image_put_header(f, &x->tally->layout, "LOCAL");
	return image_put_raster(f, x->field, x->tally, false, e);
}

/* Its origin is the centre of the first sample. */
int
export_nrrd(struct file *f, const struct export *x, struct err *e)
{
	const int *n = x->tally->layout.grid.n;
	double size[N_AXES], first[N_AXES];

	export_place(x, size, first);
	file_printf(f, "NRRD0004\n# %s\ncontent: %s\ntype: float\ndimension: 3\nspace: left-posterior-superior\n"
	    "sizes: %d %d %d\nspace directions: (%.12g,0,0) (0,%.12g,0) (0,0,%.12g)\n"
	    "centerings: cell cell cell\nkinds: domain domain domain\nendian: little\nencoding: gzip\n"
	    "space units: \"mm\" \"mm\" \"mm\"\nspace origin: (%.12g,%.12g,%.12g)\nsample units: %s\n\n",
	    x->title, x->field->file, n[AXIS_X], n[AXIS_Y], n[AXIS_Z], size[AXIS_X], size[AXIS_Y], size[AXIS_Z],
	    first[AXIS_X], first[AXIS_Y], first[AXIS_Z], x->field->unit);
	return export_put_gzip(f, NULL, 0, x, e);
}

/* The legacy form: big-endian. Voxels are cells, of which there is one less than there are points along each
 * axis, and the origin is a corner. */
int
export_vtk(struct file *f, const struct export *x, struct err *e)
{
	const struct tally_layout *l = &x->tally->layout;
	const struct grid *g = &l->grid;
	double size[N_AXES], first[N_AXES];

	export_place(x, size, first);
	file_printf(f, "# vtk DataFile Version 3.0\n%s\nBINARY\nDATASET STRUCTURED_POINTS\nDIMENSIONS %d %d %d\n"
	    "ORIGIN %.12g %.12g %.12g\nSPACING %.12g %.12g %.12g\nCELL_DATA %zu\nSCALARS %s float 1\n"
	    "LOOKUP_TABLE default\n", x->title, g->n[AXIS_X] + 1, g->n[AXIS_Y] + 1, g->n[AXIS_Z] + 1,
	    first[AXIS_X] - 0.5 * size[AXIS_X], first[AXIS_Y] - 0.5 * size[AXIS_Y],
	    first[AXIS_Z] - 0.5 * size[AXIS_Z], size[AXIS_X], size[AXIS_Y], size[AXIS_Z], l->n_voxels,
	    x->field->column);
	if (image_put_raster(f, x->field, x->tally, true, e) != 0)
		return -1;
	file_write(f, "\n", 1);
	return 0;
}

static void
put_row(struct file *f, const struct export *x, int ix, int iy, int iz)
{
	const struct tally_layout *l = &x->tally->layout;

	csv_number(f, tally_centre_cm(l, AXIS_X, ix) * MM_PER_CM, ',');
	csv_number(f, tally_centre_cm(l, AXIS_Y, iy) * MM_PER_CM, ',');
	csv_number(f, tally_centre_cm(l, AXIS_Z, iz) * MM_PER_CM, ',');
	csv_number(f, x->field->value(x->tally, grid_index(&l->grid, ix, iy, iz)), '\n');
}

/* A row for each voxel, x fastest, the centres of the voxels before what is told of them. */
int
export_csv(struct file *f, const struct export *x, struct err *e)
{
	const int *n = x->tally->layout.grid.n;

	(void)e;
	file_printf(f, "x_mm,y_mm,z_mm,%s\n", x->field->column);
	for (int iz = 0; iz < n[AXIS_Z]; iz++)
		for (int iy = 0; iy < n[AXIS_Y]; iy++)
			for (int ix = 0; ix < n[AXIS_X]; ix++)
				put_row(f, x, ix, iy, iz);
	return 0;
}
