/* Runs histories of a plan in this process. */
#include "transported.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "phys/history.h"

static void *
zeros(size_t n, size_t size)
{
	void *p = calloc(n, size);

	assert_non_null(p);
	return p;
}

void
transport_by(const char *kernel, struct transported *t, const struct plan *p, uint64_t first, unsigned n)
{
	struct err e = {0};
	struct batch *b = batch_new(kernel, &e);
	struct range_score score;

	if (b == NULL)
		fail_msg("%s", e.text);
	memset(t, 0, sizeof *t);
	t->n = n;
	t->physics = zeros(1, physics_size(p));
	if (physics_build(t->physics, p, &e) != 0)
		fail_msg("%s", e.text);
	if (tally_layout_init(&t->layout, p, &e) != 0)
		fail_msg("%s", e.text);
	t->bins = zeros(t->layout.n_bins, sizeof *t->bins);
	t->strips = zeros(t->layout.n_bins / TALLY_BLOCK_BINS + 1, 1);
	t->states = zeros(n, sizeof *t->states);
	score = (struct range_score){
		.bins = t->bins, .strips = t->strips, .channel = t->channel, .states = t->states, .leaving = &t->leaving,
	};
	if (history_run(b, t->physics, &t->layout, first, n, &score, &e) != 0)
		fail_msg("%s", e.text);
	for (size_t bin = 0; bin < t->layout.n_bins; bin++)
		if (t->bins[bin] != 0 && !(t->strips[bin / TALLY_BLOCK_BINS] >> bin / 8 % 8 & 1))
			fail_msg("bin %zu is in no marked strip", bin);
	leaving_sort(&t->leaving);
	batch_free(b);
}

void
transport(struct transported *t, const struct plan *p, uint64_t first, unsigned n)
{
	transport_by(NULL, t, p, first, n);
}

void
transported_free(struct transported *t)
{
	free(t->physics);
	tally_layout_free(&t->layout);
	free(t->bins);
	free(t->strips);
	free(t->states);
	leaving_free(&t->leaving);
}

void
final_moments(const struct transported *t, int axis, double *mean, double *sigma)
{
	double sum = 0.0, square = 0.0;
	unsigned n = 0;

	for (unsigned i = 0; i < t->n; i++) {
		double x = t->states[i].position_cm[axis];

		if (t->states[i].fate != FATE_STOPPED)
			continue;
		sum += x;
		square += x * x;
		n++;
	}
	*mean = sum / n;
	*sigma = sqrt(square / n - *mean * *mean);
}
