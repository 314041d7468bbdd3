/* What is scored in voxels, as images: dose.mhd with dose.raw, and what there is beside it. */
#ifndef IO_IMAGE_H
#define IO_IMAGE_H

#include "base/err.h"
#include "io/field.h"
#include "io/file.h"
#include "model/tally.h"

/* Writes NAME.mhd and NAME.raw into DIR, of a lattice (rings are not voxels):
 * dose        Gy, per primary or for the delivered ones
 * dose_error  standard error divided by dose: 0 where nothing was scored, NaN everywhere when there are
 *             fewer than two full ranges
 * fluence     if scored: of the primaries, 1/cm2 per primary
 * let_t let_d if scored: LET, mean over track length and over dose, keV/um, 0 where no primary came.
 * MetaImage with little-endian 32-bit floats, x fastest, lengths in mm. */
int dose_images_write(const char *dir, const struct tally *t, struct err *e);

/* The parts: a MetaImage's header, whose data are in data_file ("LOCAL": behind it), and the voxels as
 * 32-bit floats. ERR_SYSTEM. */
void image_put_header(struct file *f, const struct tally_layout *l, const char *data_file);
int image_put_raster(struct file *f, const struct field *field, const struct tally *t, bool is_big_endian,
    struct err *e);

#endif
