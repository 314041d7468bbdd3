/* Turns the voxels of a field into the order of images. */
#include "io/raster.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* The grid has z fastest, the image x: this many planes are turned at a time, so that each visit to a
 * column reads as many cache lines in a row as the processor takes for a stream. */
#define PLANES_AT_ONCE 32

static uint32_t
float_bits(float x, bool is_big_endian)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return is_big_endian ? htobe32(bits) : htole32(bits);
}

/* plane[k][iy][ix] of the n_planes from z0 on. */
static void
turn_planes(const struct raster_sink *sink, const struct field *field, const struct tally *t, int z0,
    int n_planes, uint32_t *plane)
{
	const struct grid *g = &t->layout.grid;
	size_t nx = (size_t)g->n[AXIS_X], ny = (size_t)g->n[AXIS_Y];

	for (size_t iy = 0; iy < ny; iy++)
		for (size_t ix = 0; ix < nx; ix++) {
			size_t voxel = grid_index(g, (int)ix, (int)iy, z0);
			uint32_t first = float_bits(field->value(t, voxel), sink->is_big_endian);
			bool are_alike = field->needs == SCORE_DOSE && tally_is_untouched(t, voxel, (size_t)n_planes);

			for (size_t k = 0; k < (size_t)n_planes; k++)
				plane[(k * ny + iy) * nx + ix] = are_alike ? first :
				    float_bits(field->value(t, voxel + k), sink->is_big_endian);
		}
}

static int
planes_at_once(const struct grid *g)
{
	return g->n[AXIS_Z] < PLANES_AT_ONCE ? g->n[AXIS_Z] : PLANES_AT_ONCE;
}

size_t
raster_memory(const struct grid *g)
{
	return (size_t)g->n[AXIS_X] * (size_t)g->n[AXIS_Y] * (size_t)planes_at_once(g) * sizeof(uint32_t);
}

int
raster_write(const struct raster_sink *sink, const struct field *field, const struct tally *t, struct err *e)
{
	const struct grid *g = &t->layout.grid;
	size_t area = (size_t)g->n[AXIS_X] * (size_t)g->n[AXIS_Y];
	int at_once = planes_at_once(g);
	uint32_t *plane = malloc(raster_memory(g));

	if (plane == NULL)
		return err_sys(e, "memory for %d planes of %s", at_once, field->file);
	for (int z0 = 0; z0 < g->n[AXIS_Z]; z0 += at_once) {
		int left = g->n[AXIS_Z] - z0;
		int n_planes = left < at_once ? left : at_once;

		turn_planes(sink, field, t, z0, n_planes, plane);
		sink->put(sink->to, plane, area * (size_t)n_planes * sizeof *plane);
	}
	free(plane);
	return 0;
}
