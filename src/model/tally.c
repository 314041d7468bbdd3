/* Reads a tally: means and errors, whether the books balance. */
#include "model/tally.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

const char *const channel_name[N_CHANNELS] = {
	[ENERGY_SOURCE] = "source",
	[ENERGY_DEPOSITED] = "deposited",
	[ENERGY_OUTSIDE] = "outside",
	[ENERGY_ESCAPED] = "escaped",
	[ENERGY_NEUTRAL] = "neutral",
	[ENERGY_BINDING] = "binding",
	[COUNT_HISTORIES] = "histories",
	[COUNT_STOPPED] = "histories_stopped",
	[COUNT_ESCAPED] = "histories_escaped",
	[COUNT_MISSED] = "histories_missed",
	[COUNT_REACTED] = "histories_reacted",
	[COUNT_STEPS] = "steps",
	[COUNT_SECONDARIES] = "secondaries",
	[COUNT_ELASTIC] = "elastic_events",
	[COUNT_NONELASTIC] = "nonelastic_events",
	[COUNT_NEUTRONS] = "neutrons",
};

const char *const score_name[N_SCORES] = {
	[SCORE_DOSE] = "dose",
	[SCORE_LENGTH] = "track length",
	[SCORE_LET] = "LET",
	[SCORE_LET2] = "LET squared",
	[SCORE_LENGTH_ALL] = "track length of all",
};

uint64_t
tally_extent(const struct tally *t)
{
	return t->full_histories + t->n_remainder;
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

bool
tally_is_untouched(const struct tally *t, size_t first, size_t n)
{
	for (size_t bin = first; bin < first + n; bin += TALLY_BLOCK_BINS)
		if (!is_untouched(t, bin))
			return false;
	return is_untouched(t, first + n - 1);
}

/* Over the full ranges. */
static tally_count
whole_sum(const struct tally *t, size_t bin)
{
	tally_count carried = t->carry != NULL ? t->carry[bin] : 0;

	return carried * ((tally_count)1 << 64) + t->sum[bin];
}

tally_count
tally_quanta(const struct tally *t, size_t bin)
{
	tally_count quanta;

	if (is_untouched(t, bin))
		return 0;
	quanta = whole_sum(t, bin);
	if (t->remainder != NULL)
		quanta += t->remainder[bin];
	return quanta;
}

double
tally_mean_quanta(const struct tally *t, size_t bin)
{
	return (double)tally_quanta(t, bin) / (double)tally_histories(t);
}

double
tally_mean_MeV(const struct tally *t, size_t bin)
{
	return tally_mean_quanta(t, bin) / QUANTA_PER_MeV;
}

/* n Q - 2^shift S^2 of a sum S, below 2^94, and a sum of squares Q, exact in 192 bits before it is rounded: the two
 * terms agree in most of their digits. NaN if negative, which no real batches give: of these the second term is no
 * larger than the first, which has 192 bits. */
static double
scatter(uint64_t n, tally_square Q, tally_count S, unsigned shift)
{
	const double two_64 = 18446744073709551616.0;
	tally_square size = (tally_square)(S < 0 ? -S : S), s = (uint64_t)size, carried = size >> 64;
	tally_square s2 = s * s, taken_low = (tally_square)(uint64_t)s2 << shift;
	tally_square taken = ((carried * carried << 64) + 2 * carried * s + (s2 >> 64)) << shift;
	tally_square low = (tally_square)(uint64_t)Q * n;
	tally_square high = (tally_square)(uint64_t)(Q >> 64) * n + (low >> 64);
	uint64_t rest = (uint64_t)low - (uint64_t)taken_low;

	taken += (taken_low >> 64) + ((uint64_t)low < (uint64_t)taken_low);
	if (high < taken)
		return (double)NAN;
	high -= taken;
	return ((double)(uint64_t)(high >> 64) * two_64 + (double)(uint64_t)high) * two_64 + (double)rest;
}

/* Of B batches that have u_i times the first one's n histories, U n in all, and the sums x_i, the variance of one
 * history is (sum(x_i^2 / u_i) - S^2 / U) / (n (B - 1)), whatever their sizes; that of the mean of N histories is the
 * N-th part. The squares are sums of x_i^2 2^shift / u_i. */
double
tally_error_quanta(const struct tally *t, size_t bin)
{
	double B = (double)t->n_ranges;
	double n = (double)t->cut.first;
	double N = (double)tally_histories(t);
	unsigned shift = t->cut.doublings;
	double batch_variance;
	uint64_t U;

	if (t->n_ranges < 2)
		return (double)NAN;
	if (is_untouched(t, bin))
		return 0;
	U = t->full_histories / t->cut.first;
	batch_variance = scatter(U, t->square[bin], whole_sum(t, bin), shift) / ((double)U * (1u << shift) * (B - 1));
	return sqrt(batch_variance / n / N);
}

double
tally_error_MeV(const struct tally *t, size_t bin)
{
	return tally_error_quanta(t, bin) / QUANTA_PER_MeV;
}

/* The ring of a voxel; any number where volumes do not depend on it. */
static int
ring_of(const struct tally_layout *l, size_t voxel)
{
	return l->grid.kind == GRID_CYLINDRICAL ? (int)(voxel / l->n_depths) : 0;
}

static double
voxel_dose_per_MeV(const struct tally_layout *l, size_t voxel)
{
	return tally_dose_per_MeV(l, ring_of(l, voxel), (int)(voxel % l->n_depths));
}

double
tally_dose_Gy(const struct tally *t, size_t voxel)
{
	return tally_mean_MeV(t, voxel) * voxel_dose_per_MeV(&t->layout, voxel);
}

double
tally_dose_error_Gy(const struct tally *t, size_t voxel)
{
	return tally_error_MeV(t, voxel) * voxel_dose_per_MeV(&t->layout, voxel);
}

static double
highest_dose_Gy(const struct tally *t)
{
	double highest = 0;

	for (size_t voxel = 0; voxel < t->layout.n_voxels; voxel++)
		if (!is_untouched(t, voxel))
			highest = fmax(highest, tally_dose_Gy(t, voxel));
	return highest;
}

double
tally_mean_relative_error(const struct tally *t)
{
	double highest = highest_dose_Gy(t), sum = 0;
	size_t n = 0;

	for (size_t voxel = 0; voxel < t->layout.n_voxels; voxel++)
		if (!is_untouched(t, voxel) && 2 * tally_dose_Gy(t, voxel) > highest) {
			sum += tally_error_MeV(t, voxel) / tally_mean_MeV(t, voxel);
			n++;
		}
	return n > 0 ? sum / (double)n : (double)NAN;
}

double
tally_fluence_cm2(const struct tally *t, size_t voxel)
{
	const struct tally_layout *l = &t->layout;
	double volume_cm3 = tally_volume_cm3(l, ring_of(l, voxel));

	return tally_mean_quanta(t, l->first_voxel[SCORE_LENGTH] + voxel) / LENGTH_QUANTA_PER_cm / volume_cm3;
}

static double
thickness_quanta(const struct tally_layout *l)
{
	return LENGTH_QUANTA_PER_cm * l->grid.voxel_cm[AXIS_Z];
}

double
tally_depth_fluence(const struct tally *t, size_t iz)
{
	return tally_mean_quanta(t, t->layout.first_depth[SCORE_LENGTH] + iz) / thickness_quanta(&t->layout);
}

double
tally_depth_fluence_error(const struct tally *t, size_t iz)
{
	return tally_error_quanta(t, t->layout.first_depth[SCORE_LENGTH] + iz) / thickness_quanta(&t->layout);
}

double
tally_group_fluence(const struct tally *t, int group, size_t iz)
{
	return tally_mean_quanta(t, tally_group_first(&t->layout, group, GROUP_LENGTH) + iz)
	    / thickness_quanta(&t->layout);
}

double
tally_group_fluence_error(const struct tally *t, int group, size_t iz)
{
	return tally_error_quanta(t, tally_group_first(&t->layout, group, GROUP_LENGTH) + iz)
	    / thickness_quanta(&t->layout);
}

/* The length that belongs to the LETs. */
static enum score_kind
let_length(const struct tally_layout *l)
{
	return l->n_scores > SCORE_LENGTH_ALL ? SCORE_LENGTH_ALL : SCORE_LENGTH;
}

void
tally_let_add(struct tally_let *sum, const struct tally *t, const size_t first[N_SCORES], size_t offset)
{
	sum->length += tally_quanta(t, first[let_length(&t->layout)] + offset);
	sum->let += tally_quanta(t, first[SCORE_LET] + offset);
	sum->let2 += tally_quanta(t, first[SCORE_LET2] + offset);
}

void
tally_let_axis(struct tally_let *sum, const struct tally *t, size_t iz)
{
	const struct tally_layout *l = &t->layout;

	for (int i = 0; i < l->n_axis_columns; i++)
		tally_let_add(sum, t, l->first_voxel, l->axis_column[i] + iz);
}

void
tally_let_group(struct tally_let *sum, const struct tally *t, int group, size_t iz)
{
	const struct tally_layout *l = &t->layout;

	sum->length += tally_quanta(t, tally_group_first(l, group, GROUP_LENGTH) + iz);
	sum->let += tally_quanta(t, tally_group_first(l, group, GROUP_LET) + iz);
	sum->let2 += tally_quanta(t, tally_group_first(l, group, GROUP_LET2) + iz);
}

double
tally_let_t_MeV_cm(const struct tally_let *sum)
{
	if (sum->length <= 0)
		return (double)NAN;
	return (double)sum->let / (double)sum->length * (LENGTH_QUANTA_PER_cm / LET_QUANTA_PER_MeV);
}

double
tally_let_d_MeV_cm(const struct tally_let *sum)
{
	if (sum->let <= 0)
		return (double)NAN;
	return (double)sum->let2 / (double)sum->let * (LET_QUANTA_PER_MeV / LET2_QUANTA_PER_MeV2_cm);
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

/* What has become of the source's energy. */
static tally_count
energy_spent(const tally_count channel[N_CHANNELS])
{
	tally_count sum = 0;

	for (int i = ENERGY_SOURCE + 1; i < N_ENERGIES; i++)
		sum += channel[i];
	return sum;
}

static int
check_channels(const struct tally *t, struct err *e)
{
	const tally_count *c = t->channel;
	tally_count spent = energy_spent(c);
	tally_count fates = c[COUNT_STOPPED] + c[COUNT_ESCAPED] + c[COUNT_MISSED] + c[COUNT_REACTED];
	char text[7][48];

	if (spent != c[ENERGY_SOURCE])
		return err_set(e, ERR_INTERNAL, "the balance does not close: source %s, "
		    "deposited %s + outside %s + escaped %s + neutral %s + binding %s = %s quanta",
		    tally_count_text(c[ENERGY_SOURCE], text[0]),
		    tally_count_text(c[ENERGY_DEPOSITED], text[1]),
		    tally_count_text(c[ENERGY_OUTSIDE], text[2]),
		    tally_count_text(c[ENERGY_ESCAPED], text[3]),
		    tally_count_text(c[ENERGY_NEUTRAL], text[4]),
		    tally_count_text(c[ENERGY_BINDING], text[5]), tally_count_text(spent, text[6]));
	if (c[COUNT_HISTORIES] != (tally_count)tally_histories(t))
		return unequal(e, "histories done, full ranges", (size_t)t->n_ranges,
		    (tally_count)tally_histories(t), c[COUNT_HISTORIES]);
	if (fates != c[COUNT_HISTORIES])
		return err_set(e, ERR_INTERNAL, "the balance does not close: %s histories, "
		    "of which stopped %s + escaped %s + missed %s + reacted %s",
		    tally_count_text(c[COUNT_HISTORIES], text[0]), tally_count_text(c[COUNT_STOPPED], text[1]),
		    tally_count_text(c[COUNT_ESCAPED], text[2]), tally_count_text(c[COUNT_MISSED], text[3]),
		    tally_count_text(c[COUNT_REACTED], text[4]));
	return 0;
}

/* The counters of the shorter range, which would be taken back. */
static int
check_remainder(const struct tally *t, struct err *e)
{
	const tally_count *c = t->remainder_channel;
	tally_count spent = energy_spent(c);

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
sum_by_depth(const struct tally *t, int score, tally_count *at_depth)
{
	const struct tally_layout *l = &t->layout;

	memset(at_depth, 0, l->n_depths * sizeof *at_depth);
	for (size_t column = 0; column < l->n_voxels; column += l->n_depths)
		for (size_t iz = 0; iz < l->n_depths; iz++)
			at_depth[iz] += tally_quanta(t, l->first_voxel[score] + column + iz);
}

static int
check_depths(const struct tally *t, int score, const tally_count *at_depth, struct err *e)
{
	const struct tally_layout *l = &t->layout;

	for (size_t iz = 0; iz < l->n_depths; iz++) {
		tally_count found = tally_quanta(t, l->first_depth[score] + iz);

		if (found != at_depth[iz]) {
			unequal(e, "quanta in depth bin", iz, at_depth[iz], found);
			return err_prefix(e, "%s", score_name[score]);
		}
	}
	return 0;
}

static int
check_deposited(const struct tally *t, struct err *e)
{
	const struct tally_layout *l = &t->layout;
	tally_count deposited = 0;

	for (size_t iz = 0; iz < l->n_depths; iz++)
		deposited += tally_quanta(t, l->first_depth[SCORE_DOSE] + iz);
	if (deposited != t->channel[ENERGY_DEPOSITED])
		return unequal(e, "deposited quanta in depth bins, of which there are", l->n_depths,
		    t->channel[ENERGY_DEPOSITED], deposited);
	return 0;
}

static int
check_groups(const struct tally *t, struct err *e)
{
	const struct tally_layout *l = &t->layout;

	for (size_t iz = 0; iz < l->n_depths && tally_group_has(l, GROUP_DOSE); iz++) {
		tally_count expected = tally_quanta(t, l->first_depth[SCORE_DOSE] + iz), found = 0;

		for (int g = 0; g < l->n_groups; g++)
			found += tally_quanta(t, tally_group_first(l, g, GROUP_DOSE) + iz);
		if (expected != found)
			return unequal(e, "quanta of all groups in depth bin", iz, expected, found);
	}
	return 0;
}

int
tally_check_balance(const struct tally *t, struct err *e)
{
	tally_count *at_depth;
	int status = 0;

	if (check_channels(t, e) != 0 || check_remainder(t, e) != 0 || check_axis(t, e) != 0 ||
	    check_groups(t, e) != 0)
		return -1;
	at_depth = calloc(t->layout.n_depths, sizeof *at_depth);
	if (at_depth == NULL)
		return err_sys(e, "memory to check the balance of %zu depths", t->layout.n_depths);
	for (int k = 0; k < t->layout.n_scores && status == 0; k++) {
		sum_by_depth(t, k, at_depth);
		status = check_depths(t, k, at_depth, e);
	}
	free(at_depth);
	return status == 0 ? check_deposited(t, e) : -1;
}
