/* Reads a tally: which bins there are, what they mean, whether the books balance. */
#include "model/tally.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/units.h"

/* A beam this near to the plane between two voxels belongs to both. */
#define AXIS_TOLERANCE_cm 1e-9

const char *const channel_name[N_CHANNELS] = {
	[ENERGY_SOURCE] = "source",
	[ENERGY_DEPOSITED] = "deposited",
	[ENERGY_OUTSIDE] = "outside",
	[ENERGY_ESCAPED] = "escaped",
	[COUNT_HISTORIES] = "histories",
	[COUNT_STOPPED] = "histories_stopped",
	[COUNT_ESCAPED] = "histories_escaped",
	[COUNT_MISSED] = "histories_missed",
	[COUNT_STEPS] = "steps",
};

/* The one or two voxels along `axis` that hold `position_cm`; returns how many. */
static int
voxels_at(const struct grid *g, int axis, double position_cm, int voxel[2])
{
	double at = (position_cm - g->origin_cm[axis]) / g->voxel_cm[axis];
	double plane = floor(at + 0.5);
	bool is_on_plane = fabs(at - plane) * g->voxel_cm[axis] <= AXIS_TOLERANCE_cm;
	double first = is_on_plane ? plane - 1 : floor(at);
	double last = is_on_plane ? plane : first;
	int n = 0;

	for (double k = first; k <= last; k++)
		if (k >= 0 && k < g->n[axis])
			voxel[n++] = (int)k;
	return n;
}

int
tally_layout_count(struct tally_layout *l)
{
	const int *n = l->grid.n;
	size_t columns;

	l->n_depths = (size_t)n[AXIS_Z];
	if (__builtin_mul_overflow((size_t)n[AXIS_X], (size_t)n[AXIS_Y], &columns) ||
	    __builtin_mul_overflow(columns, l->n_depths, &l->n_voxels) ||
	    __builtin_add_overflow(l->n_voxels, 2 * l->n_depths, &l->n_bins))
		return -1;
	l->first_idd = l->n_voxels;
	l->first_axis = l->n_voxels + l->n_depths;
	return 0;
}

void
tally_layout_init(struct tally_layout *l, const struct plan *p)
{
	int ix[2], iy[2];
	int nx = voxels_at(&p->grid, AXIS_X, p->beam.position_cm[AXIS_X], ix);
	int ny = voxels_at(&p->grid, AXIS_Y, p->beam.position_cm[AXIS_Y], iy);

	*l = (struct tally_layout){
		.grid = p->grid,
		.density_g_cm3 = p->phantom.material.density_g_cm3,
	};
	tally_layout_count(l);
	for (int i = 0; i < nx; i++)
		for (int j = 0; j < ny; j++)
			l->axis_column[l->n_axis_columns++] = grid_index(&p->grid, ix[i], iy[j], 0);
}

double
tally_idd_per_MeV(const struct tally_layout *l)
{
	return 1.0 / (l->density_g_cm3 * l->grid.voxel_cm[AXIS_Z]);
}

double
tally_dose_per_MeV(const struct tally_layout *l)
{
	const double *size_cm = l->grid.voxel_cm;
	double volume_cm3 = size_cm[AXIS_X] * size_cm[AXIS_Y] * size_cm[AXIS_Z];

	return GRAY_PER_MeV_g / (l->density_g_cm3 * volume_cm3);
}

double
tally_axis_dose_per_MeV(const struct tally_layout *l)
{
	return l->n_axis_columns == 0 ? (double)NAN : tally_dose_per_MeV(l) / l->n_axis_columns;
}

double
tally_centre_cm(const struct tally_layout *l, int axis, int index)
{
	return l->grid.origin_cm[axis] + (index + 0.5) * l->grid.voxel_cm[axis];
}

uint64_t
tally_extent(const struct tally *t)
{
	return t->n_ranges * t->range_histories + t->n_remainder;
}

uint64_t
tally_histories(const struct tally *t)
{
	return tally_extent(t) - t->n_left_out;
}

static bool
is_untouched(const struct tally *t, size_t bin)
{
	return t->touched != NULL && t->touched[bin / TALLY_BLOCK_BINS] == 0;
}

tally_count
tally_quanta(const struct tally *t, size_t bin)
{
	tally_count quanta;

	if (is_untouched(t, bin))
		return 0;
	quanta = t->sum[bin];
	if (t->remainder != NULL)
		quanta += t->remainder[bin];
	return quanta;
}

double
tally_mean_MeV(const struct tally *t, size_t bin)
{
	return (double)tally_quanta(t, bin) / (double)tally_histories(t) / QUANTA_PER_MeV;
}

/* B Q - S^2 of B batches with sum S and sum of squares Q, exact in 192 bits before it is rounded:
 * the two terms agree in most of their digits. NaN if negative, which no real batches give. */
static double
scatter(uint64_t B, tally_square Q, int64_t S)
{
	const double two_64 = 18446744073709551616.0;
	uint64_t s = S < 0 ? 0 - (uint64_t)S : (uint64_t)S;
	tally_square s2 = (tally_square)s * s;
	tally_square low = (tally_square)(uint64_t)Q * B;
	tally_square high = (tally_square)(uint64_t)(Q >> 64) * B + (low >> 64);
	tally_square taken = (s2 >> 64) + ((uint64_t)low < (uint64_t)s2);
	uint64_t rest = (uint64_t)low - (uint64_t)s2;

	if (high < taken)
		return (double)NAN;
	high -= taken;
	return ((double)(uint64_t)(high >> 64) * two_64 + (double)(uint64_t)high) * two_64 + (double)rest;
}

/* Batches of n histories: var(batch) = (B Q - S^2) / (B (B - 1)); that of one history is the n-th
 * part, that of the mean of N histories the N-th part again. */
double
tally_error_MeV(const struct tally *t, size_t bin)
{
	double B = (double)t->n_ranges;
	double n = (double)t->range_histories;
	double N = (double)tally_histories(t);
	double batch_variance;

	if (t->n_ranges < 2)
		return (double)NAN;
	if (is_untouched(t, bin))
		return 0;
	batch_variance = scatter(t->n_ranges, t->square[bin], t->sum[bin]) / (B * (B - 1));
	return sqrt(batch_variance / n / N) / QUANTA_PER_MeV;
}

static tally_count
highest_voxel(const struct tally *t)
{
	tally_count most = 0;

	for (size_t i = 0; i < t->layout.n_voxels; i++)
		if (!is_untouched(t, i) && tally_quanta(t, i) > most)
			most = tally_quanta(t, i);
	return most;
}

double
tally_mean_relative_error(const struct tally *t)
{
	tally_count most = highest_voxel(t);
	double sum = 0.0;
	size_t n = 0;

	for (size_t i = 0; i < t->layout.n_voxels; i++)
		if (!is_untouched(t, i) && 2 * tally_quanta(t, i) > most) {
			sum += tally_error_MeV(t, i) / tally_mean_MeV(t, i);
			n++;
		}
	return n > 0 ? sum / (double)n : (double)NAN;
}

char *
tally_count_text(tally_count n, char buf[48])
{
	tally_square rest = n < 0 ? 0 - (tally_square)n : (tally_square)n;
	char reversed[48];
	int digits = 0;
	char *to = buf;

	do {
		reversed[digits++] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	} while (rest != 0);
	if (n < 0)
		*to++ = '-';
	while (digits > 0)
		*to++ = reversed[--digits];
	*to = '\0';
	return buf;
}

static int
unequal(struct err *e, const char *what, size_t index, tally_count expected, tally_count found)
{
	char a[48], b[48];

	return err_set(e, ERR_INTERNAL, "the balance does not close: %s %zu: %s expected, %s found",
	    what, index, tally_count_text(expected, a), tally_count_text(found, b));
}

static int
check_channels(const struct tally *t, struct err *e)
{
	const tally_count *c = t->channel;
	tally_count spent = c[ENERGY_DEPOSITED] + c[ENERGY_OUTSIDE] + c[ENERGY_ESCAPED];
	tally_count fates = c[COUNT_STOPPED] + c[COUNT_ESCAPED] + c[COUNT_MISSED];
	char text[5][48];

	if (spent != c[ENERGY_SOURCE])
		return err_set(e, ERR_INTERNAL, "the balance does not close: source %s, "
		    "deposited %s + outside %s + escaped %s = %s quanta",
		    tally_count_text(c[ENERGY_SOURCE], text[0]),
		    tally_count_text(c[ENERGY_DEPOSITED], text[1]),
		    tally_count_text(c[ENERGY_OUTSIDE], text[2]),
		    tally_count_text(c[ENERGY_ESCAPED], text[3]), tally_count_text(spent, text[4]));
	if (c[COUNT_HISTORIES] != (tally_count)tally_histories(t))
		return unequal(e, "histories in ranges of", t->range_histories,
		    (tally_count)tally_histories(t), c[COUNT_HISTORIES]);
	if (fates != c[COUNT_HISTORIES])
		return err_set(e, ERR_INTERNAL, "the balance does not close: %s histories, "
		    "of which stopped %s + escaped %s + missed %s",
		    tally_count_text(c[COUNT_HISTORIES], text[0]), tally_count_text(c[COUNT_STOPPED], text[1]),
		    tally_count_text(c[COUNT_ESCAPED], text[2]), tally_count_text(c[COUNT_MISSED], text[3]));
	return 0;
}

/* The counters of the shorter range, which would be taken back. */
static int
check_remainder(const struct tally *t, struct err *e)
{
	const tally_count *c = t->remainder_channel;
	tally_count spent = c[ENERGY_DEPOSITED] + c[ENERGY_OUTSIDE] + c[ENERGY_ESCAPED];

	if (spent != c[ENERGY_SOURCE])
		return unequal(e, "quanta of the shorter range", (size_t)t->n_ranges, c[ENERGY_SOURCE], spent);
	if (c[COUNT_HISTORIES] > (tally_count)t->n_remainder || c[COUNT_HISTORIES] < 0)
		return unequal(e, "histories of the shorter range", (size_t)t->n_ranges,
		    (tally_count)t->n_remainder, c[COUNT_HISTORIES]);
	return 0;
}

static int
check_axis(const struct tally *t, struct err *e)
{
	const struct tally_layout *l = &t->layout;

	for (size_t iz = 0; iz < l->n_depths; iz++) {
		tally_count expected = 0, found = tally_quanta(t, l->first_axis + iz);

		for (int i = 0; i < l->n_axis_columns; i++)
			expected += tally_quanta(t, l->axis_column[i] + iz);
		if (expected != found)
			return unequal(e, "quanta on the axis in depth bin", iz, expected, found);
	}
	return 0;
}

/* `at_depth` [n_depths] receives the sum of the voxels of each depth. */
static void
sum_by_depth(const struct tally *t, tally_count *at_depth)
{
	const struct tally_layout *l = &t->layout;

	for (size_t column = 0; column < l->n_voxels; column += l->n_depths)
		for (size_t iz = 0; iz < l->n_depths; iz++)
			at_depth[iz] += tally_quanta(t, column + iz);
}

static int
check_depths(const struct tally *t, const tally_count *at_depth, struct err *e)
{
	const struct tally_layout *l = &t->layout;
	tally_count deposited = 0;

	for (size_t iz = 0; iz < l->n_depths; iz++) {
		tally_count found = tally_quanta(t, l->first_idd + iz);

		if (found != at_depth[iz])
			return unequal(e, "quanta in depth bin", iz, at_depth[iz], found);
		deposited += found;
	}
	if (deposited != t->channel[ENERGY_DEPOSITED])
		return unequal(e, "deposited quanta in depth bins, of which there are", l->n_depths,
		    t->channel[ENERGY_DEPOSITED], deposited);
	return 0;
}

int
tally_check_balance(const struct tally *t, struct err *e)
{
	tally_count *at_depth;
	int status;

	if (check_channels(t, e) != 0 || check_remainder(t, e) != 0 || check_axis(t, e) != 0)
		return -1;
	at_depth = calloc(t->layout.n_depths, sizeof *at_depth);
	if (at_depth == NULL)
		return err_sys(e, "memory to check the balance of %zu depths", t->layout.n_depths);
	sum_by_depth(t, at_depth);
	status = check_depths(t, at_depth, e);
	free(at_depth);
	return status;
}
