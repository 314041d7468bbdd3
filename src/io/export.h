/* Voxels in the formats of other programs. */
#ifndef IO_EXPORT_H
#define IO_EXPORT_H

#include "base/err.h"
#include "io/field.h"
#include "io/file.h"
#include "model/tally.h"

/* What is written. */
struct export {
	const struct field *field;
	const struct tally *tally;
	const char *title;        /* ASCII, below 80 characters */
};

/* The places are the same in all formats that have any: those of DICOM's patient, in mm, the axes of the
 * phantom taken as x to the left, y to the back, z to the head. */
struct export_format {
	const char *name, *ending;
	/* Writes into an open file; -1: it is to be given up. */
	int (*write)(struct file *f, const struct export *x, struct err *e);
	/* The program that makes the file of the MetaImage that write() made; NULL: it is the file. */
	const char *converter;
};

/* ERR_USAGE, which lists them. */
int export_format_find(const struct export_format **format, const char *name, struct err *e);

/* Writes DIR/name, as a whole or not at all. ERR_USAGE: rings are not voxels, or too many for the format;
 * ERR_OUTPUT, ERR_SYSTEM. */
int export_write(const struct export_format *format, const struct export *x, const char *dir, const char *name,
    struct err *e);

/* The writers, for the table alone. */
int export_csv(struct file *f, const struct export *x, struct err *e);
int export_mha(struct file *f, const struct export *x, struct err *e);
int export_nifti(struct file *f, const struct export *x, struct err *e);
int export_npy(struct file *f, const struct export *x, struct err *e);
int export_nrrd(struct file *f, const struct export *x, struct err *e);
int export_vtk(struct file *f, const struct export *x, struct err *e);

/* The voxels behind a head, compressed. */
int export_put_gzip(struct file *f, const void *head, size_t n_head, const struct export *x, struct err *e);

/* Size of a voxel and the centre of the first one. */
void export_place(const struct export *x, double size_mm[N_AXES], double first_mm[N_AXES]);

#endif
