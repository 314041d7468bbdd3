/* The table of the keys of a job file, and what each row means for a value. */
#include "io/job_keys.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "io/diagnostic.h"
#include "model/grid.h"

#define ENERGY DIMENSION_ENERGY
#define ENERGY_PER_NUCLEON DIMENSION_ENERGY_PER_NUCLEON
#define OF_THE_BEAM "that of the beam"

const struct job_key job_keys[JOB_N_KEYS] = {
	[JOB_HISTORIES] = {
		.path = "histories", .type = JOB_IS_COUNT, .is_required = true,
		.min = "1", .max = "1e15", .example = "1e6",
		.help = "primary particles to carry through the phantom"
	},
	[JOB_UNCERTAINTY] = {
		.path = "uncertainty", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_FRACTION,
		.min = "0.001 %", .max = "100 %", .derived = "none: all histories are carried",
		.example = "1 %",
		.help = "mean relative standard error above half of the maximum that is enough"
	},
	[JOB_SEED] = {
		.path = "seed", .type = JOB_IS_COUNT,
		.min = "0", .max = "18446744073709551615", .preset = "1", .example = "20240229",
		.help = "key of the random numbers; the same seed gives the same result"
	},
	[JOB_RANGE] = {
		.path = "histories_per_range", .type = JOB_IS_COUNT,
		.min = "1", .max = "1e6", .preset = "10000", .example = "1000",
		.help = "histories handed out at once, also a batch of the standard error"
	},
	[JOB_RANGE_MAX] = {
		.path = "histories_per_range_max", .type = JOB_IS_COUNT,
		.min = "1", .max = "8e6",
		.derived = "that of histories_per_range if it is given, else 80000", .example = "40000",
		.help = "up to which later ranges grow: 1, 2, 4 or 8 times histories_per_range"
	},
	[JOB_FINAL_STATES] = {
		.path = "final_states", .type = JOB_IS_CHOICE,
		.choices = { "no", "yes" }, .preset = "no", .example = "yes",
		.help = "whether to write where and how each history ended"
	},
	[JOB_BEAM] = {
		.path = "beam", .type = JOB_IS_SECTION, .is_required = true,
		.example = "{ion: proton, energy: 150 MeV}",
		.help = "the pencil beam, or what else the primaries come from"
	},
	[JOB_ION] = {
		.path = "beam.ion", .type = JOB_IS_NAME_OR_SECTION, .is_required = true,
		.unless = { JOB_PHASE_SPACE }, .example = "C-12",
		.help = "the projectile, by name or by its numbers"
	},
	[JOB_ION_Z] = {
		.path = "beam.ion.Z", .type = JOB_IS_COUNT, .is_required = true,
		.min = "1", .max = "26", .example = "6",
		.help = "charge number of the projectile"
	},
	[JOB_ION_A] = {
		.path = "beam.ion.A", .type = JOB_IS_COUNT, .is_required = true,
		.min = "1", .max = "56", .example = "12",
		.help = "mass number of the projectile"
	},
	[JOB_ENERGY] = {
		.path = "beam.energy", .type = JOB_IS_QUANTITY, .is_required = true,
		.unless = { JOB_SPOTS, JOB_PHASE_SPACE }, .dimensions = ENERGY | ENERGY_PER_NUCLEON,
		.min = "1 MeV/u", .max = "1000 MeV/u", .example = "400 MeV/u",
		.help = "mean kinetic energy, of the whole ion or per nucleon"
	},
	[JOB_ENERGY_SPREAD] = {
		.path = "beam.energy_spread", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_FRACTION | ENERGY | ENERGY_PER_NUCLEON,
		.min = "0 %", .max = "20 %", .preset = "0 %", .example = "0.1 %",
		.help = "standard deviation of the energy, of the mean or as an energy"
	},
	[JOB_SPOT_SIZE] = {
		.path = "beam.spot_size", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.n_least = 1, .n_most = 2,
		.min = "0 mm", .max = "1 m", .preset = "0 mm", .example = "3 mm",
		.help = "standard deviation of the lateral profile, one or [x, y]"
	},
	[JOB_DIVERGENCE] = {
		.path = "beam.divergence", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_ANGLE,
		.min = "0 mrad", .max = "1 rad", .preset = "0 mrad", .example = "2 mrad",
		.help = "standard deviation of each projected angle"
	},
	[JOB_POSITION] = {
		.path = "beam.position", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.min = "-100 m", .max = "100 m", .preset = "[0 mm, 0 mm, 0 mm]",
		.example = "[0 mm, 0 mm, -10 cm]",
		.help = "centre of the spot"
	},
	[JOB_DIRECTION] = {
		.path = "beam.direction", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_NUMBER,
		.min = "-1000", .max = "1000", .preset = "[0, 0, 1]", .example = "[0, 0.1, 1]",
		.help = "direction of the beam, of any length but zero"
	},
	[JOB_SPOTS] = {
		.path = "beam.spots", .type = JOB_IS_LIST_OR_FILE,
		.derived = "one spot, with the values given for the beam", .example = "spots.txt",
		.help = "a list of spots, or a file with one"
	},
	[JOB_SPOTS_ENERGY] = {
		.path = "beam.spots.energy", .type = JOB_IS_QUANTITY,
		.dimensions = ENERGY | ENERGY_PER_NUCLEON,
		.min = "1 MeV/u", .max = "1000 MeV/u", .derived = OF_THE_BEAM, .example = "160 MeV",
		.help = "mean kinetic energy in the spot"
	},
	[JOB_SPOTS_ENERGY_SPREAD] = {
		.path = "beam.spots.energy_spread", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_FRACTION | ENERGY | ENERGY_PER_NUCLEON,
		.min = "0 %", .max = "20 %", .derived = OF_THE_BEAM, .example = "0.7 MeV",
		.help = "standard deviation of the energy in the spot"
	},
	[JOB_SPOTS_SPOT_SIZE] = {
		.path = "beam.spots.spot_size", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.n_least = 1, .n_most = 2,
		.min = "0 mm", .max = "1 m", .derived = OF_THE_BEAM, .example = "[4 mm, 3 mm]",
		.help = "standard deviation of the spot's profile, one or [x, y]"
	},
	[JOB_SPOTS_DIVERGENCE] = {
		.path = "beam.spots.divergence", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_ANGLE,
		.min = "0 mrad", .max = "1 rad", .derived = OF_THE_BEAM, .example = "2 mrad",
		.help = "standard deviation of each projected angle in the spot"
	},
	[JOB_SPOTS_POSITION] = {
		.path = "beam.spots.position", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.min = "-100 m", .max = "100 m", .derived = OF_THE_BEAM,
		.example = "[5 mm, -5 mm, 0 mm]",
		.help = "centre of the spot"
	},
	[JOB_SPOTS_DIRECTION] = {
		.path = "beam.spots.direction", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_NUMBER,
		.min = "-1000", .max = "1000", .derived = OF_THE_BEAM, .example = "[0.01, 0, 1]",
		.help = "direction of the spot's particles, of any length but zero"
	},
	[JOB_SPOTS_WEIGHT] = {
		.path = "beam.spots.weight", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_NUMBER,
		.min = "1e-15", .max = "1e15", .preset = "1", .example = "7.757e7",
		.help = "the spot's part of the particles, relative to the other spots'"
	},
	[JOB_PHASE_SPACE] = {
		.path = "beam.phase_space", .type = JOB_IS_NAME_OR_SECTION,
		.derived = "none: the beam is made of spots", .example = "nozzle.mcpl",
		.help = "a file of particles in place of ion and spots: each is a primary"
	},
	[JOB_PHASE_SPACE_FILE] = {
		.path = "beam.phase_space.file", .type = JOB_IS_FILE, .is_required = true,
		.example = "nozzle.mcpl.gz",
		.help = "an MCPL file, compressed with gzip or not"
	},
	[JOB_PHASE_SPACE_SHIFT] = {
		.path = "beam.phase_space.shift", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.min = "-100 m", .max = "100 m", .preset = "[0 mm, 0 mm, 0 mm]",
		.example = "[0 mm, 0 mm, -5 cm]",
		.help = "what is added to the positions of the particles"
	},
	[JOB_PHASE_SPACE_OTHERS] = {
		.path = "beam.phase_space.others", .type = JOB_IS_CHOICE,
		.choices = { "refuse", "skip" }, .preset = "refuse", .example = "skip",
		.help = "what becomes of a file that also has particles that are no ions from H to Fe"
	},
	[JOB_PHASE_SPACE_REUSE] = {
		.path = "beam.phase_space.reuse", .type = JOB_IS_CHOICE,
		.choices = { "no", "yes" }, .preset = "no", .example = "yes",
		.help = "whether more histories than particles take these again"
	},
	[JOB_PHANTOM] = {
		.path = "phantom", .type = JOB_IS_SECTION, .is_required = true,
		.example = "{material: water, size: [10 cm, 10 cm, 40 cm]}",
		.help = "the box of matter"
	},
	[JOB_MATERIAL] = {
		.path = "phantom.material", .type = JOB_IS_NAME_OR_SECTION, .is_required = true,
		.unless = { JOB_LAYERS }, .example = "water",
		.help = "what the box is made of, by name or by its composition"
	},
	[JOB_MATERIAL_NAME] = {
		.path = "phantom.material.name", .type = JOB_IS_NAME, .is_required = true,
		.example = "borated polyethylene",
		.help = "name of a material of your own"
	},
	[JOB_MATERIAL_DENSITY] = {
		.path = "phantom.material.density", .type = JOB_IS_QUANTITY, .is_required = true,
		.dimensions = DIMENSION_DENSITY,
		.min = "1e-6 g/cm3", .max = "30 g/cm3", .example = "1.19 g/cm3",
		.help = "its density"
	},
	[JOB_MATERIAL_COMPOSITION] = {
		.path = "phantom.material.composition", .type = JOB_IS_COMPOSITION,
		.is_required = true, .dimensions = DIMENSION_NUMBER | DIMENSION_FRACTION,
		.min = "1e-6 %", .max = "100 %", .example = "{H: 11.19 %, O: 88.81 %}",
		.help = "its elements with their parts by weight, which add up to 1"
	},
	[JOB_MATERIAL_EXCITATION] = {
		.path = "phantom.material.mean_excitation_energy", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_EXCITATION,
		.min = "10 eV", .max = "2000 eV", .derived = "by the Bragg rule from the composition",
		.example = "78 eV",
		.help = "its mean excitation energy"
	},
	[JOB_MATERIAL_STATE] = {
		.path = "phantom.material.state", .type = JOB_IS_CHOICE,
		.choices = { "condensed", "gas" }, .preset = "condensed", .example = "gas",
		.help = "whether it is a gas"
	},
	[JOB_DENSITY] = {
		.path = "phantom.density", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_DENSITY,
		.min = "1e-6 g/cm3", .max = "30 g/cm3", .derived = "that of the named material",
		.example = "998.2 kg/m3",
		.help = "density in place of the named material's"
	},
	[JOB_EXCITATION] = {
		.path = "phantom.mean_excitation_energy", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_EXCITATION,
		.min = "10 eV", .max = "2000 eV", .derived = "that of the named material",
		.example = "75 eV",
		.help = "mean excitation energy in place of the named material's"
	},
	[JOB_STOPPING_POWER] = {
		.path = "phantom.stopping_power", .type = JOB_IS_FILE,
		.derived = "the built-in model", .example = "my_table.txt",
		.help = "file with an electronic stopping power of your own"
	},
	[JOB_LAYERS] = {
		.path = "phantom.layers", .type = JOB_IS_LIST,
		.derived = "one layer, of phantom.material",
		.example = "[{material: pmma, thickness: 5 cm}, {material: water, thickness: 15 cm}]",
		.help = "a stack of slabs along z"
	},
	[JOB_LAYERS_THICKNESS] = {
		.path = "phantom.layers.thickness", .type = JOB_IS_QUANTITY, .is_required = true,
		.dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "100 m", .example = "5 cm",
		.help = "extent of the layer along z"
	},
	[JOB_LAYERS_MATERIAL] = {
		.path = "phantom.layers.material", .type = JOB_IS_NAME_OR_SECTION, .is_required = true,
		.example = "pmma",
		.help = "what the layer is made of, by name or by its composition"
	},
	[JOB_LAYERS_MATERIAL_NAME] = {
		.path = "phantom.layers.material.name", .type = JOB_IS_NAME, .is_required = true,
		.example = "borated polyethylene",
		.help = "name of a material of your own"
	},
	[JOB_LAYERS_MATERIAL_DENSITY] = {
		.path = "phantom.layers.material.density", .type = JOB_IS_QUANTITY,
		.is_required = true, .dimensions = DIMENSION_DENSITY,
		.min = "1e-6 g/cm3", .max = "30 g/cm3", .example = "1.19 g/cm3",
		.help = "its density"
	},
	[JOB_LAYERS_MATERIAL_COMPOSITION] = {
		.path = "phantom.layers.material.composition", .type = JOB_IS_COMPOSITION,
		.is_required = true, .dimensions = DIMENSION_NUMBER | DIMENSION_FRACTION,
		.min = "1e-6 %", .max = "100 %", .example = "{H: 11.19 %, O: 88.81 %}",
		.help = "its elements with their parts by weight, which add up to 1"
	},
	[JOB_LAYERS_MATERIAL_EXCITATION] = {
		.path = "phantom.layers.material.mean_excitation_energy", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_EXCITATION,
		.min = "10 eV", .max = "2000 eV", .derived = "by the Bragg rule from the composition",
		.example = "78 eV",
		.help = "its mean excitation energy"
	},
	[JOB_LAYERS_MATERIAL_STATE] = {
		.path = "phantom.layers.material.state", .type = JOB_IS_CHOICE,
		.choices = { "condensed", "gas" }, .preset = "condensed", .example = "gas",
		.help = "whether it is a gas"
	},
	[JOB_LAYERS_DENSITY] = {
		.path = "phantom.layers.density", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_DENSITY,
		.min = "1e-6 g/cm3", .max = "30 g/cm3", .derived = "that of the named material",
		.example = "1.92 g/cm3",
		.help = "density in place of the named material's"
	},
	[JOB_LAYERS_EXCITATION] = {
		.path = "phantom.layers.mean_excitation_energy", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_EXCITATION,
		.min = "10 eV", .max = "2000 eV", .derived = "that of the named material",
		.example = "75 eV",
		.help = "mean excitation energy in place of the named material's"
	},
	[JOB_LAYERS_STOPPING_POWER] = {
		.path = "phantom.layers.stopping_power", .type = JOB_IS_FILE,
		.derived = "the built-in model", .example = "my_table.txt",
		.help = "file with an electronic stopping power of your own"
	},
	[JOB_SIZE] = {
		.path = "phantom.size", .type = JOB_IS_VECTOR, .is_required = true,
		.dimensions = DIMENSION_LENGTH, .n_least = 2, .n_most = 3,
		.min = "1 um", .max = "100 m", .example = "[10 cm, 10 cm, 40 cm]",
		.help = "edges of the box, along x, y and z; without z where there are layers"
	},
	[JOB_SCORING] = {
		.path = "scoring", .type = JOB_IS_SECTION, .is_required = true,
		.example = "{voxel: [1 mm, 1 mm, 1 mm]}",
		.help = "the grid that the dose is scored in"
	},
	[JOB_QUANTITIES] = {
		.path = "scoring.quantities", .type = JOB_IS_CHOICES, .n_least = 1, .n_most = 4,
		.choices = { "dose", "fluence", "let", "yields" }, .preset = "[dose]",
		.example = "[dose, fluence, let]",
		.help = "what is scored; the dose in any case"
	},
	[JOB_LET_OF] = {
		.path = "scoring.let_of", .type = JOB_IS_CHOICE,
		.choices = { "all", "primaries" }, .preset = "all", .example = "primaries",
		.help = "whether the LET in voxels is that of all charged particles or of the primaries"
	},
	[JOB_YIELD_ANGLE] = {
		.path = "scoring.yield_angle", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_ANGLE,
		.min = "0.01 deg", .max = "90 deg", .preset = "10 deg", .example = "2 deg",
		.help = "particles count into the yields within this angle of the z axis"
	},
	[JOB_DELIVERED] = {
		.path = "scoring.delivered_primaries", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_NUMBER,
		.min = "1", .max = "1e20", .derived = "doses are per primary", .example = "1e9",
		.help = "number of primaries that the doses are given for"
	},
	[JOB_VOXEL] = {
		.path = "scoring.voxel", .type = JOB_IS_VECTOR, .is_required = true,
		.unless = { JOB_CYLINDER }, .dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "10 m", .example = "[1 mm, 1 mm, 0.5 mm]",
		.help = "edges of a voxel"
	},
	[JOB_GRID_SIZE] = {
		.path = "scoring.size", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "100 m", .derived = "that of the phantom",
		.example = "[4 cm, 4 cm, 30 cm]",
		.help = "edges of the grid: a whole number of voxels, within the phantom"
	},
	[JOB_GRID_ORIGIN] = {
		.path = "scoring.origin", .type = JOB_IS_VECTOR, .dimensions = DIMENSION_LENGTH,
		.min = "-100 m", .max = "100 m", .derived = "centred in x and y, at z = 0",
		.example = "[-2 cm, -2 cm, 0 cm]",
		.help = "corner of the grid with the smallest coordinates"
	},
	[JOB_CYLINDER] = {
		.path = "scoring.cylinder", .type = JOB_IS_SECTION,
		.example = "{radii: [0 mm, 1 mm, 3 mm, 10 mm], depth_bin: 1 mm}",
		.help = "rings about an axis along z, in place of voxels"
	},
	[JOB_CYLINDER_RADII] = {
		.path = "scoring.cylinder.radii", .type = JOB_IS_SERIES, .is_required = true,
		.dimensions = DIMENSION_LENGTH, .n_least = 2, .n_most = GRID_RADII_MAX + 1,
		.min = "0 mm", .max = "100 m", .example = "[0 mm, 1 mm, 3 mm, 10 mm]",
		.help = "edges of the rings, ascending from 0"
	},
	[JOB_CYLINDER_DEPTH_BIN] = {
		.path = "scoring.cylinder.depth_bin", .type = JOB_IS_QUANTITY, .is_required = true,
		.dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "10 m", .example = "1 mm",
		.help = "extent of a ring along z"
	},
	[JOB_CYLINDER_DEPTH] = {
		.path = "scoring.cylinder.depth", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "100 m", .derived = "from the start to the end of the phantom",
		.example = "30 cm",
		.help = "extent of the cylinder along z: a whole number of depth bins"
	},
	[JOB_CYLINDER_AXIS] = {
		.path = "scoring.cylinder.axis", .type = JOB_IS_VECTOR,
		.dimensions = DIMENSION_LENGTH, .n_least = 2, .n_most = 2,
		.min = "-100 m", .max = "100 m", .derived = "x and y of beam.position",
		.example = "[0 mm, 0 mm]",
		.help = "where the axis is, in x and y"
	},
	[JOB_CYLINDER_START] = {
		.path = "scoring.cylinder.start", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_LENGTH,
		.min = "0 mm", .max = "100 m", .preset = "0 mm", .example = "5 cm",
		.help = "where the cylinder begins along z"
	},
	[JOB_LEAVING] = {
		.path = "scoring.phase_space", .type = JOB_IS_CHOICE,
		.choices = { "none", "leaving" }, .preset = "none", .example = "leaving",
		.help = "whether to write the particles that leave the phantom, to leaving.mcpl"
	},
	[JOB_SLABS] = {
		.path = "scoring.slabs", .type = JOB_IS_CHOICE,
		.choices = { "per-worker", "shared" }, .preset = "per-worker", .example = "shared",
		.help = "a tally for each worker (fast), or one for all (little memory)"
	},
	[JOB_TRANSPORT] = {
		.path = "transport", .type = JOB_IS_SECTION,
		.example = "{step: 0.5 mm, straggling: off}",
		.help = "how the particles are carried"
	},
	[JOB_STEP] = {
		.path = "transport.step", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_LENGTH,
		.min = "1 um", .max = "1000 m",
		.derived = "2 g/cm2 over the largest density (2 cm of water)",
		.example = "0.5 mm",
		.help = "longest step"
	},
	[JOB_RANGE_FRACTION] = {
		.path = "transport.range_fraction", .type = JOB_IS_QUANTITY,
		.dimensions = DIMENSION_FRACTION,
		.min = "0.1 %", .max = "25 %", .preset = "25 %",
		.example = "2 %",
		.help = "longest step, as a part of the residual range"
	},
	[JOB_CUTOFF] = {
		.path = "transport.cutoff", .type = JOB_IS_QUANTITY, .dimensions = DIMENSION_LENGTH,
		.min = "0.01 um", .max = "1 m",
		.derived = "the smaller of 0.05 times the shortest voxel edge and "
		    "0.002 g/cm2 over the largest density",
		.example = "10 um",
		.help = "residual range at which a particle stops and leaves its energy"
	},
	[JOB_ENERGY_LOSS] = {
		.path = "transport.energy_loss", .type = JOB_IS_CHOICE,
		.choices = { "off", "on" }, .preset = "on", .example = "off",
		.help = "whether particles lose energy"
	},
	[JOB_STRAGGLING] = {
		.path = "transport.straggling", .type = JOB_IS_CHOICE,
		.choices = { "off", "on" }, .preset = "on", .example = "off",
		.help = "whether the energy loss fluctuates"
	},
	[JOB_SCATTERING] = {
		.path = "transport.scattering", .type = JOB_IS_CHOICE,
		.choices = { "off", "on" }, .preset = "on", .example = "off",
		.help = "whether particles are deflected"
	},
	[JOB_SINGLE_SCATTERING] = {
		.path = "transport.single_scattering", .type = JOB_IS_CHOICE,
		.choices = { "off", "on" }, .preset = "off", .example = "on",
		.help = "whether rare deflections by large angles are sampled one by one"
	},
	[JOB_NUCLEAR] = {
		.path = "transport.nuclear", .type = JOB_IS_CHOICE,
		.choices = { "off", "attenuation only", "on" }, .preset = "on", .example = "off",
		.help = "nuclear interactions: none; particles that react vanish; or with all that comes of them"
	},
};

const struct job_spot_keys job_beam_keys = {
	.energy = JOB_ENERGY, .energy_spread = JOB_ENERGY_SPREAD, .spot_size = JOB_SPOT_SIZE,
	.divergence = JOB_DIVERGENCE, .position = JOB_POSITION, .direction = JOB_DIRECTION,
	.weight = JOB_N_KEYS
};

const struct job_spot_keys job_spots_keys = {
	.energy = JOB_SPOTS_ENERGY, .energy_spread = JOB_SPOTS_ENERGY_SPREAD,
	.spot_size = JOB_SPOTS_SPOT_SIZE, .divergence = JOB_SPOTS_DIVERGENCE,
	.position = JOB_SPOTS_POSITION, .direction = JOB_SPOTS_DIRECTION,
	.weight = JOB_SPOTS_WEIGHT
};

const struct job_layer_keys job_phantom_keys = {
	.material = JOB_MATERIAL, .name = JOB_MATERIAL_NAME, .own_density = JOB_MATERIAL_DENSITY,
	.composition = JOB_MATERIAL_COMPOSITION, .own_excitation = JOB_MATERIAL_EXCITATION,
	.state = JOB_MATERIAL_STATE, .density = JOB_DENSITY, .excitation = JOB_EXCITATION,
	.stopping_power = JOB_STOPPING_POWER
};

const struct job_layer_keys job_layers_keys = {
	.material = JOB_LAYERS_MATERIAL, .name = JOB_LAYERS_MATERIAL_NAME,
	.own_density = JOB_LAYERS_MATERIAL_DENSITY, .composition = JOB_LAYERS_MATERIAL_COMPOSITION,
	.own_excitation = JOB_LAYERS_MATERIAL_EXCITATION, .state = JOB_LAYERS_MATERIAL_STATE,
	.density = JOB_LAYERS_DENSITY, .excitation = JOB_LAYERS_EXCITATION,
	.stopping_power = JOB_LAYERS_STOPPING_POWER
};

enum job_id
job_key_find(const char *path)
{
	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (strcmp(path, job_keys[id].path) == 0)
			return id;
	return JOB_N_KEYS;
}

const char *
job_key_name(enum job_id id)
{
	const char *dot = strrchr(job_keys[id].path, '.');

	return dot == NULL ? job_keys[id].path : dot + 1;
}

enum job_id
job_key_section(enum job_id id)
{
	size_t length = (size_t)(job_key_name(id) - job_keys[id].path);

	for (enum job_id s = 0; s < JOB_N_KEYS && length > 0; s++)
		if (strncmp(job_keys[s].path, job_keys[id].path, length - 1) == 0
		    && job_keys[s].path[length - 1] == '\0')
			return s;
	return JOB_N_KEYS;
}

const char *
job_key_range(char *buf, size_t n, enum job_id id)
{
	const struct job_key *k = &job_keys[id];

	snprintf(buf, n, "%s to %s", k->min, k->max);
	return buf;
}

double
job_key_limit(enum job_id id, const char *text)
{
	struct quantity q = { 0 };
	struct span ignored;
	struct err e;

	quantity_parse(&q, text, job_keys[id].dimensions, &ignored, &e);
	return q.value;
}

static int
fail_range(enum job_id id, const char *text, struct err *e)
{
	char found[48], range[80];

	return err_set(e, ERR_INPUT, "%s is outside of %s",
	    diagnostic_quote(found, sizeof found, text), job_key_range(range, sizeof range, id));
}

int
job_key_count(uint64_t *count, enum job_id id, const char *text, struct span *at, struct err *e)
{
	uint64_t min = 0, max = UINT64_MAX;
	struct span ignored;

	if (count_parse(count, text, at, e) < 0
	    || count_parse(&min, job_keys[id].min, &ignored, e) < 0
	    || count_parse(&max, job_keys[id].max, &ignored, e) < 0)
		return -1;
	return *count < min || *count > max ? fail_range(id, text, e) : 0;
}

/* Plain numbers and percentages measure the same thing, energies per nucleon and in all do not. */
static bool
is_comparable(const struct quantity *q, const struct quantity *limit)
{
	unsigned ratio = DIMENSION_NUMBER | DIMENSION_FRACTION;

	return q->dimension == limit->dimension
	    || ((q->dimension & ratio) != 0 && (limit->dimension & ratio) != 0);
}

int
job_key_quantity(struct quantity *q, enum job_id id, const char *text, struct span *at,
    struct err *e)
{
	const struct job_key *k = &job_keys[id];
	struct quantity min, max;
	struct span ignored;

	if (quantity_parse(q, text, k->dimensions, at, e) < 0
	    || quantity_parse(&min, k->min, k->dimensions, &ignored, e) < 0
	    || quantity_parse(&max, k->max, k->dimensions, &ignored, e) < 0)
		return -1;
	if (is_comparable(q, &min) && (q->value < min.value || q->value > max.value))
		return fail_range(id, text, e);
	return 0;
}

static const char *
choice_name(size_t i, void *ctx)
{
	const struct job_key *k = ctx;

	return i < JOB_CHOICES_MAX ? k->choices[i] : NULL;
}

/* "dose, fluence or let" */
static const char *
choice_list(char *buf, size_t n, const struct job_key *k)
{
	size_t used = 0;
	int last = 0;

	while (last + 1 < JOB_CHOICES_MAX && k->choices[last + 1] != NULL)
		last++;
	for (int i = 0; i <= last && used < n; i++)
		used += (size_t)snprintf(buf + used, n - used, "%s%s",
		    i == 0 ? "" : i == last ? " or " : ", ", k->choices[i]);
	return buf;
}

int
job_key_choice(int *choice, enum job_id id, const char *text, struct err *e)
{
	struct job_key k = job_keys[id];
	char found[48], list[80];
	const char *near;

	for (*choice = 0; *choice < JOB_CHOICES_MAX && k.choices[*choice] != NULL; ++*choice)
		if (strcmp(text, k.choices[*choice]) == 0)
			return 0;
	near = nearest_name(text, choice_name, &k);
	return err_set(e, ERR_INPUT, "found %s, expected %s%s%s%s",
	    text[0] == '\0' ? "nothing" : diagnostic_quote(found, sizeof found, text),
	    choice_list(list, sizeof list, &k), near != NULL ? " (did you mean " : "",
	    near != NULL ? near : "", near != NULL ? "?)" : "");
}
