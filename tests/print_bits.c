/* Carries a few histories of some plans, and prints a hash of what they leave: for processors on which the whole
 * program is not built. */
#include <stdio.h>
#include <stdlib.h>

#include <xxhash.h>

#include "phys/history.h"
#include "sample_plan.h"

static void
must(int status, const struct err *e)
{
	if (status != 0) {
		fprintf(stderr, "print_bits: %s\n", e->text);
		exit(1);
	}
}

static void *
zeros(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (p == NULL)
		abort();
	return p;
}

static void
print(const char *name, const struct plan *p, unsigned n)
{
	struct physics *ph = zeros(1, physics_size(p));
	struct tally_layout layout;
	struct err e = {0};
	struct batch *b = batch_new(NULL, &e);
	int64_t channel[N_CHANNELS] = {0};
	struct range_score score = {.channel = channel};

	must(b == NULL ? -1 : 0, &e);
	must(physics_build(ph, p, &e), &e);
	must(tally_layout_init(&layout, p, &e), &e);
	score.bins = zeros(layout.n_bins, sizeof *score.bins);
	score.strips = zeros(layout.n_bins / TALLY_BLOCK_BINS + 1, 1);
	must(history_run(b, ph, &layout, 0, n, &score, &e), &e);
	printf("%s %016llx %016llx\n", name, (unsigned long long)XXH3_64bits(score.bins, layout.n_bins * sizeof *score.bins),
	    (unsigned long long)XXH3_64bits(channel, sizeof channel));
	free(score.bins);
	free(score.strips);
	tally_layout_free(&layout);
	batch_free(b);
	free(ph);
}

int
main(void)
{
	static const char *const name[] = {"water", "aluminium", "water"};
	static const double thickness_cm[] = {3.0, 1.0, 6.0};
	struct plan p;

	sample_plan(&p, "proton", 150.0);
	p.beam.spot[0].energy_spread = 0.01;
	p.beam.spot[0].size_cm[0] = p.beam.spot[0].size_cm[1] = 0.3;
	print("proton", &p, 3000);
	p.transport.nuclear = NUCLEAR_ON;
	p.transport.has_single_scattering = true;
	p.scoring.has_fluence = p.scoring.has_let = true;
	print("proton_nuclear", &p, 1000);
	sample_plan(&p, "C-12", 200.0);
	sample_layers(&p, 3, name, thickness_cm);
	p.transport.nuclear = NUCLEAR_ON;
	print("carbon_layers", &p, 1000);
	sample_plan(&p, "Fe-56", 300.0);
	p.transport.nuclear = NUCLEAR_ON;
	p.beam.spot[0].direction[AXIS_X] = 0.6;
	p.beam.spot[0].direction[AXIS_Z] = 0.8;
	print("iron_oblique", &p, 300);
	return 0;
}
