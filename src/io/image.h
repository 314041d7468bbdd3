/* The dose as an image: dose.mhd, dose.raw, and their relative standard error. */
#ifndef IO_IMAGE_H
#define IO_IMAGE_H

#include "base/err.h"
#include "model/tally.h"

/* Writes DIR/dose.{mhd,raw}, Gy per primary, and DIR/dose_error.{mhd,raw}, standard error divided by
 * dose: 0 where nothing was scored, NaN everywhere when there are fewer than two full ranges.
 * MetaImage with little-endian 32-bit floats, x fastest, lengths in mm. */
int dose_images_write(const char *dir, const struct tally *t, struct err *e);

#endif
