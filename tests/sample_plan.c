/* Makes plans for tests. */
#include "sample_plan.h"

#include <stdio.h>
#include <stdlib.h>

static void
must(int status, const struct err *e)
{
	if (status != 0) {
		fprintf(stderr, "sample plan: %s\n", e->text);
		abort();
	}
}

void
sample_voxels(struct plan *p, double x_cm, double y_cm, double z_cm)
{
	const double voxel[3] = {x_cm, y_cm, z_cm};

	for (int k = 0; k < 3; k++) {
		p->grid.voxel_cm[k] = voxel[k];
		p->grid.n[k] = (int)(p->phantom.size_cm[k] / voxel[k] + 0.5);
		p->grid.origin_cm[k] = k == AXIS_Z ? 0.0 : -0.5 * p->phantom.size_cm[k];
	}
}

void
sample_plan(struct plan *p, const char *ion, double energy_MeV_u)
{
	struct err e;

	*p = (struct plan){.histories = 1000, .seed = 1, .range_histories = 1000};
	must(ion_parse(&p->beam.ion, ion, &e), &e);
	must(material_by_name(&p->phantom.material, "water", &e), &e);
	p->beam.energy_MeV = energy_MeV_u * p->beam.ion.A;
	p->beam.direction[AXIS_Z] = 1.0;
	p->phantom.size_cm[AXIS_X] = 10.0;
	p->phantom.size_cm[AXIS_Y] = 10.0;
	p->phantom.size_cm[AXIS_Z] = 40.0;
	sample_voxels(p, 0.1, 0.1, 0.1);
	p->transport = (struct transport){
		.step_cm = 0.1, .range_fraction = 0.05, .cutoff_cm = 0.002,
		.has_energy_loss = true, .has_straggling = true, .has_scattering = true,
	};
}
