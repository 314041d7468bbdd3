/* Makes plans for tests. */
#include "sample_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int status, const struct err *e)
{
	if (status != 0) {
		fprintf(stderr, "sample plan: %s\n", e->text);
		abort();
	}
}

static struct spot spots[SAMPLE_SPOTS_MAX];
static struct layer layers[SAMPLE_LAYERS_MAX];

void
sample_voxels(struct plan *p, double x_cm, double y_cm, double z_cm)
{
	const double voxel[3] = {x_cm, y_cm, z_cm};

	for (int k = 0; k < 3; k++) {
		p->scoring.grid.voxel_cm[k] = voxel[k];
		p->scoring.grid.n[k] = (int)(p->phantom.size_cm[k] / voxel[k] + 0.5);
		p->scoring.grid.origin_cm[k] = k == AXIS_Z ? 0.0 : -0.5 * p->phantom.size_cm[k];
	}
}

void
sample_plan(struct plan *p, const char *ion, double energy_MeV_u)
{
	struct err e;

	*p = (struct plan){.histories = 1000, .seed = 1, .cut.first = 1000};
	must(ion_parse(&p->beam.ion, ion, &e), &e);
	memset(spots, 0, sizeof spots);
	memset(layers, 0, sizeof layers);
	must(material_by_name(&layers[0].material, "water", &e), &e);
	layers[0].thickness_cm = 40.0;
	p->beam.n_spots = 1;
	p->beam.spot = spots;
	spots[0].energy_MeV = energy_MeV_u * p->beam.ion.A;
	spots[0].direction[AXIS_Z] = 1.0;
	spots[0].weight = 1.0;
	p->phantom.n_layers = 1;
	p->phantom.layer = layers;
	p->phantom.size_cm[AXIS_X] = 10.0;
	p->phantom.size_cm[AXIS_Y] = 10.0;
	p->phantom.size_cm[AXIS_Z] = 40.0;
	sample_voxels(p, 0.1, 0.1, 0.1);
	p->transport = (struct transport){
		.step_cm = 0.1, .range_fraction = 0.05, .cutoff_cm = 0.002,
		.has_energy_loss = true, .has_straggling = true, .has_scattering = true,
	};
}

void
sample_depth(struct plan *p, double depth_cm)
{
	const double *v = p->scoring.grid.voxel_cm;

	layers[0].thickness_cm = depth_cm;
	p->phantom.size_cm[AXIS_Z] = depth_cm;
	sample_voxels(p, v[AXIS_X], v[AXIS_Y], v[AXIS_Z]);
}

void
sample_layers(struct plan *p, int n, const char *const *name, const double *thickness_cm)
{
	const double *v = p->scoring.grid.voxel_cm;
	struct err e;

	p->phantom.n_layers = n;
	p->phantom.size_cm[AXIS_Z] = 0.0;
	for (int i = 0; i < n; i++) {
		must(material_by_name(&layers[i].material, name[i], &e), &e);
		layers[i].thickness_cm = thickness_cm[i];
		p->phantom.size_cm[AXIS_Z] += thickness_cm[i];
	}
	sample_voxels(p, v[AXIS_X], v[AXIS_Y], v[AXIS_Z]);
}
