/* A job file becomes the plan it says, or is refused with every error in its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/job.h"
#include "io/job_keys.h"
#include "sample_mcpl.h"

#define BASE \
	"histories: 1e6\n" \
	"beam:\n" \
	"  ion: C-12\n" \
	"  energy: 400 MeV/u\n" \
	"phantom:\n" \
	"  material: water\n" \
	"  size: [10 cm, 10 cm, 40 cm]\n" \
	"scoring:\n" \
	"  voxel: [1 mm, 1 mm, 1 mm]\n"

static struct diagnostics diagnostics;
static struct plan plan;

static int
forget(void **state)
{
	(void)state;
	diagnostics_free(&diagnostics);
	plan_free(&plan);
	memset(&plan, 0, sizeof plan);
	return 0;
}

static const char *
source_directory(void)
{
	const char *directory = getenv("srcdir");

	return directory != NULL ? directory : ".";
}

static int
read_text(const char *text)
{
	struct err e;
	int rc;

	plan_free(&plan);
	rc = job_read_text(&plan, text, strlen(text), "job.yaml", source_directory(), &diagnostics, &e);
	assert_int_equal(rc < 0, diagnostics.n > 0);
	if (rc < 0)
		assert_int_equal(e.kind, ERR_INPUT);
	return rc;
}

/* BASE with the first `old` replaced by `new`; the caller frees it. */
static char *
changed(const char *old, const char *new)
{
	const char *at = strstr(BASE, old);
	char *text;

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - BASE), BASE, new, at + strlen(old)) > 0);
	return text;
}

static void
accept(const char *old, const char *new)
{
	char *text = changed(old, new);

	if (read_text(text) < 0)
		fail_msg("refused:\n%s%s", text, diagnostics.kept[0].text);
	free(text);
}

static void
assert_error(size_t n, const char *place, const char *words)
{
	const char *text;

	assert_true(n < diagnostics.n_kept);
	text = diagnostics.kept[n].text;
	if (strncmp(text, place, strlen(place)) != 0 || strstr(text, words) == NULL)
		fail_msg("expected %s ... %s, found:\n%s", place, words, text);
}

/* Asserts that there is one error, at line:column, with these words. */
static void
refuse_text(const char *text, const char *place, const char *words)
{
	char start[40];

	snprintf(start, sizeof start, "job.yaml:%s: ", place);
	assert_int_equal(read_text(text), -1);
	assert_error(0, start, words);
	assert_int_equal(diagnostics.n, 1);
	diagnostics_free(&diagnostics);
}

static void
refuse(const char *old, const char *new, const char *place, const char *words)
{
	char *text = changed(old, new);

	refuse_text(text, place, words);
	free(text);
}

static void
hash_of(const struct plan *p, char hash[33])
{
	struct err e;
	char *text = plan_text(p, &e);

	assert_non_null(text);
	plan_hash(text, hash);
	free(text);
}

/* Describes the plan, reads that again, and compares. */
static void
assert_survives_description(void)
{
	char before[33], after[33], *text = NULL;
	struct plan again;
	size_t size;
	struct err e;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(job_describe(&plan, out), 0);
	fclose(out);
	if (job_read_text(&again, text, size, "described", "/nonexistent", &diagnostics, &e) < 0)
		fail_msg("%s\n%s%s", e.text, text, diagnostics.n > 0 ? diagnostics.kept[0].text : "");
	hash_of(&plan, before);
	hash_of(&again, after);
	assert_string_equal(before, after);
	assert_int_equal(again.histories, plan.histories);
	assert_int_equal(again.final_states, plan.final_states);
	assert_int_equal(again.slabs, plan.slabs);
	assert_true(again.scoring.delivered_primaries == plan.scoring.delivered_primaries);
	plan_free(&again);
	free(text);
}

static void
defaults_are_filled_in(void **state)
{
	(void)state;
	assert_int_equal(read_text(BASE), 0);
	assert_true(plan.histories == 1000000 && plan.seed == 1);
	assert_true(cut_is_equal(plan.cut, (struct cut){ 10000, 3 }));
	assert_true(plan.beam.spot[0].energy_MeV == 4800.0 && plan.beam.spot[0].energy_spread == 0.0);
	assert_true(plan.beam.spot[0].size_cm[1] == 0.0 && plan.beam.spot[0].divergence_rad == 0.0);
	assert_true(plan.beam.spot[0].direction[AXIS_Z] == 1.0 && plan.beam.spot[0].position_cm[AXIS_Z] == 0.0);
	assert_true(plan.phantom.layer[0].material.density_g_cm3 == 1.0 && plan.phantom.layer[0].stopping.n == 0);
	assert_true(plan.phantom.size_cm[AXIS_Z] == 40.0);
	assert_true(plan.scoring.grid.voxel_cm[AXIS_X] == 0.1 && plan.scoring.grid.n[AXIS_Z] == 400);
	assert_true(plan.scoring.grid.origin_cm[AXIS_Y] == -5.0 && plan.scoring.grid.origin_cm[AXIS_Z] == 0.0);
	assert_true(plan.transport.step_cm == 2.0 && plan.transport.range_fraction == 0.25);
	assert_true(plan.transport.cutoff_cm == 0.002);
	assert_true(plan.transport.has_energy_loss && plan.transport.has_straggling);
	assert_true(plan.transport.has_scattering && !plan.final_states);
	assert_true(plan.transport.nuclear == NUCLEAR_ON && !plan.scoring.is_let_of_primaries);
	assert_int_equal(plan.slabs, SLABS_PER_WORKER);
}

static void
every_key_is_read(void **state)
{
	static const char text[] =
	    "{histories: 12, seed: 18446744073709551615, histories_per_range: 77,\n"
	    "histories_per_range_max: 154, final_states: yes,\n"
	    "beam: {ion: {Z: 2, A: 4}, energy: 0.6 GeV, energy_spread: 3 MeV/u, spot_size: 2.5 mm,\n"
	    "divergence: 2 mrad, position: [1 mm, 2 mm, -3 cm], direction: [3, 0, 4]},\n"
	    "phantom: {material: water, density: 998 kg/m3, mean_excitation_energy: 75 eV,\n"
	    "size: [10 cm, 10 cm, 40 cm]},\n"
	    "scoring: {voxel: [1 cm, 2 cm, 0.5 cm], size: [2 cm, 4 cm, 6 cm],\n"
	    "origin: [-5 cm, 1 cm, 34 cm], slabs: shared},\n"
	    "transport: {step: 0.3 mm, range_fraction: 2 %, cutoff: 7 um, energy_loss: off,\n"
	    "straggling: off, scattering: off, nuclear: off}}\n";

	(void)state;
	assert_int_equal(read_text(text), 0);
	assert_true(plan.histories == 12 && plan.seed == UINT64_MAX);
	assert_true(cut_is_equal(plan.cut, (struct cut){ 77, 1 }));
	assert_string_equal(plan.beam.ion.name, "He-4");
	assert_true(plan.beam.spot[0].energy_MeV == 600.0 && plan.beam.spot[0].energy_spread == 0.02);
	assert_true(plan.beam.spot[0].size_cm[1] == 0.25 && plan.beam.spot[0].divergence_rad == 0.002);
	assert_true(plan.beam.spot[0].position_cm[AXIS_Z] == -3.0 && plan.beam.spot[0].direction[AXIS_X] == 0.6);
	assert_true(plan.phantom.layer[0].material.density_g_cm3 == 0.998 && plan.phantom.layer[0].material.I_eV == 75.0);
	assert_true(plan.scoring.grid.n[AXIS_Y] == 2 && plan.scoring.grid.origin_cm[AXIS_Z] == 34.0);
	assert_true(plan.transport.step_cm == 0.03 && plan.transport.cutoff_cm == 0.0007);
	assert_true(plan.final_states && plan.slabs == SLABS_SHARED);
	assert_false(plan.transport.has_energy_loss || plan.transport.has_straggling
	    || plan.transport.has_scattering);
	assert_survives_description();
}

static void
units_do_not_change_the_hash(void **state)
{
	char first[33], second[33];

	(void)state;
	assert_int_equal(read_text(BASE), 0);
	hash_of(&plan, first);
	accept("[1 mm, 1 mm, 1 mm]", "[1000 um, 0.1 cm, 1e-3 m]");
	hash_of(&plan, second);
	assert_string_equal(first, second);
	accept("400 MeV/u", "4.8 GeV # in all");
	hash_of(&plan, second);
	assert_string_equal(first, second);
}

static void
a_description_makes_the_same_plan(void **state)
{
	static const struct { const char *old, *new; } rows[] = {
		{ "C-12", "proton" },
		{ "400 MeV/u", "234.5678901 MeV/u\n  direction: [0.1, -0.2, 0.7]" },
		{ "400 MeV/u", "4567.89 MeV\n  energy_spread: 12.3 MeV\n  divergence: 0.1 deg" },
		{ "water", "aluminum" },
		{ "water", "air\n  mean_excitation_energy: 85.71 eV" },
		{ "water", "{name: 'my \"own\" \\: #1', density: 1190 kg/m3, composition: {H: 8.05 %, "
		    "C: 0.5998, O: 31.96 %}}" },
		{ "water", "{name: water, density: 1 g/cm3, composition: {H: 1, O: 8e-3}, state: gas, "
		    "mean_excitation_energy: 71.1 eV}" },
		{ "[1 mm, 1 mm, 1 mm]", "[3.333333 mm, 0.7142857 mm, 1 mm]" },
		{ "[1 mm, 1 mm, 1 mm]", "[0.1 mm, 1 mm, 1 mm]\n  size: [0.7 mm, 3 mm, 33.1 cm]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		accept(rows[i].old, rows[i].new);
		assert_survives_description();
	}
}

static void
a_composition_is_normalised(void **state)
{
	double sum = 0.0;

	(void)state;
	accept("water", "{name: x, density: 2 g/cm3, composition: {O: 88 %, H: 11.1 %}}");
	for (int i = 0; i < 2; i++)
		sum += plan.phantom.layer[0].material.element[i].weight;
	assert_true(sum == 1.0);
	assert_int_equal(plan.phantom.layer[0].material.element[0].Z, 1);
	assert_true(fabs(plan.phantom.layer[0].material.element[0].weight - 11.1 / 99.1) < 1e-12);
	refuse("water", "{name: x, density: 2 g/cm3, composition: {O: 88 %, H: 10 %}}", "6:54",
	    "the weights add up to 98 %");
	refuse("water", "{name: x, density: 2 g/cm3, composition: {O: 88 %, Hx: 12 %}}", "6:64",
	    "unknown element Hx");
	refuse("water", "{name: x, density: 2 g/cm3, composition: {O: 88 %, H: 12}}", "6:67",
	    "12 is outside of 1e-6 % to 100 %");
	refuse("water", "{name: x, density: 2 g/cm3, composition: {}}", "6:54", "found no element");
}

static void
defaults_follow_density_and_voxel(void **state)
{
	(void)state;
	accept("water", "water\n  density: 2 g/cm3");
	assert_true(plan.transport.step_cm == 1.0 && plan.transport.cutoff_cm == 0.001);
	accept("[1 mm, 1 mm, 1 mm]", "[1 mm, 0.1 mm, 1 mm]");
	assert_true(plan.transport.cutoff_cm == 0.05 * 0.01);
}

static void
all_errors_are_shown_at_once(void **state)
{
	static const char text[] = "histories: -5\nseed: x\nbeam:\n  ion: C-99\n  enrgy: 3 MeV\n"
	    "phantom:\n  material: watr\n  size: [1 cm, 1 cm]\n";

	(void)state;
	assert_int_equal(read_text(text), -1);
	assert_int_equal(diagnostics.n, 8);
	assert_error(0, "job.yaml:1:1: ", "missing section scoring");
	assert_error(1, "job.yaml:1:12: ", "not negative");
	assert_error(2, "job.yaml:2:7: ", "seed: found x, expected a whole number");
	assert_error(3, "job.yaml:3:1: ", "missing key beam.energy");
	assert_error(4, "job.yaml:4:8: ", "C-99");
	assert_error(5, "job.yaml:5:3: ", "unknown key enrgy in beam, did you mean energy?");
	assert_error(6, "job.yaml:7:13: ", "did you mean \"water\"?");
	assert_error(7, "job.yaml:8:9: ", "found 2 values, expected 3");
}

static void
an_error_shows_line_and_caret(void **state)
{
	char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	char *text = changed("400 MeV/u", "400 \u00b5m # !");

	(void)state;
	assert_int_equal(read_text(text), -1);
	diagnostics_print(&diagnostics, out);
	fclose(out);
	assert_string_equal(printed, "job.yaml:4:15: beam.energy: \u00b5m is a unit of length, expected "
	    "keV, MeV, GeV, keV/u, MeV/u or GeV/u (for example 400 MeV/u)\n"
	    "    4 |   energy: 400 \u00b5m # !\n"
	    "      |               ^~\n");
	free(printed);
	free(text);
}

static void
keys_are_neither_ignored_nor_repeated(void **state)
{
	(void)state;
	refuse("histories", "seeed: 1\nhistories", "1:1", "unknown key seeed, did you mean seed?");
	refuse("histories", "voxel: 1\nhistories", "1:1", "did you mean voxel in the section scoring?");
	refuse("histories", "beam.ion: 1\nhistories", "1:1", "did you mean ion in the section beam?");
	refuse("histories", "zzzzzzzz: 1\nhistories", "1:1", "unknown key zzzzzzzz");
	refuse("beam:", "histories: 3\nbeam:", "2:1", "histories: given twice, first in line 1");
	refuse("histories: 1e6\n", "", "1:1", "missing key histories");
	refuse("  energy: 400 MeV/u\n", "", "2:1", "missing key beam.energy");
	refuse("C-12", "{Z: 6}", "3:3", "missing key beam.ion.A");
	refuse("scoring:", "transport: 3\nscoring:", "8:12", "found a value, expected a mapping");
	refuse("C-12", "[C-12]", "3:8", "found a list, expected a value");
	refuse("400 MeV/u", "", "4:9", "found nothing, expected a number with its unit");
	accept("scoring:", "transport:\nscoring:");
}

static void
values_outside_their_range_are_refused(void **state)
{
	(void)state;
	refuse("1e6", "0", "1:12", "histories: 0 is outside of 1 to 1e15");
	refuse("1e6", "2e15", "1:12", "2e15 is outside of 1 to 1e15");
	refuse("400 MeV/u", "1.1 GeV/u", "4:11", "1.1 GeV/u is outside of 1 MeV/u to 1000 MeV/u");
	refuse("400 MeV/u", "11 MeV", "4:11", "11 MeV is 0.9167 MeV/u for C-12, outside of");
	refuse("400 MeV/u", "400 MeV/u\n  energy_spread: 25 %", "5:18", "outside of 0 % to 20 %");
	refuse("400 MeV/u", "400 MeV/u\n  energy_spread: -1 MeV", "5:18", "outside of 0 % to 20 %");
	refuse("400 MeV/u", "400 MeV/u\n  energy_spread: 1 GeV", "5:18", "20.83 % of the mean energy");
	refuse("400 MeV/u", "400 MeV/u\n  direction: [0, 0, -0]", "5:14", "has no length");
	refuse("400 MeV/u", "400 MeV/u\n  spot_size: -0.1 mm", "5:14", "outside of 0 mm to 1 m");
	refuse("water", "water\n  density: 31 g/cm3", "7:12", "outside of 1e-6 g/cm3 to 30 g/cm3");
	refuse("water", "water\n  mean_excitation_energy: 75 keV", "7:30", "expected eV");
	refuse("10 cm, 40 cm", "-10 cm, 40 cm", "7:17", "outside of 1 um to 100 m");
	refuse("histories", "final_states: on\nhistories", "1:15", "expected no or yes");
}

static void
a_material_is_overridden_only_where_it_is_named(void **state)
{
	(void)state;
	refuse("water", "{name: x, density: 2 g/cm3, composition: {H: 100 %}}\n  density: 3 g/cm3",
	    "7:3", "of your own one it is phantom.material.density");
}

static void
the_grid_must_fit(void **state)
{
	(void)state;
	refuse("[1 mm, 1 mm", "[1 mm, 3 mm", "9:17", "33.33333 voxels of 0.3 cm, expected a whole "
	    "number; sizes that fit: 9.9 cm or 10.2 cm");
	refuse("[1 mm, 1 mm", "[20 cm, 1 mm", "9:11", "longer along x than the grid of 10 cm");
	refuse("[1 mm, 1 mm, 1 mm]", "[1 mm, 1 mm, 1 mm]\n  size: [10 cm, 10.2 cm, 40 cm]", "10:17",
	    "the grid reaches along y from -5.1 cm to 5.1 cm, out of the phantom (-5 cm to 5 cm)");
	refuse("[1 mm, 1 mm, 1 mm]", "[1 mm, 1 mm, 1 mm]\n  origin: [-5 cm, -5 cm, 1 mm]", "10:26",
	    "along z from 0.1 cm to 40.1 cm");
	refuse("[1 mm, 1 mm, 1 mm]", "[10 um, 10 um, 1 mm]", "9:10", "40000000000 voxels in all");
}

static void
more_than_a_million_voxels_on_an_axis_are_refused(void **state)
{
	(void)state;
	accept("[1 mm, 1 mm, 1 mm]", "[10 cm, 10 cm, 1 um]");
	assert_int_equal(plan.scoring.grid.n[AXIS_Z], 400000);
	refuse_text("histories: 1\nbeam: {ion: proton, energy: 9 MeV}\nphantom: {material: water, "
	    "size: [1 m, 1 m, 2 m]}\nscoring: {voxel: [1 m, 1 m, 1 um]}", "4:29",
	    "2000000 voxels along z, expected at most 1000000");
}

static void
yaml_outside_of_the_subset_is_refused(void **state)
{
	(void)state;
	refuse("C-12", "&x C-12", "3:11", "anchors");
	refuse("C-12", "!!str C-12", "3:14", "tags");
	refuse("C-12", "*x", "3:9", "aliases");
	refuse("C-12", "|\n    C-12", "4:1", "on the line of its key");
	refuse("C-12", "C-\n    12", "3:8", "one line");
	refuse("C-12", "\"C\\x0012\"", "3:9", "control characters");
	refuse("scoring", "---\nscoring", "8:1", "a second document");
	refuse_text("%YAML 1.2\n---\n" BASE, "1:1", "directives");
	refuse("C-12", "[[[[[[[[[1]]]]]]]]]", "3:14", "nested too deeply");
	refuse("beam:", "[a, b]: 1\nbeam:", "2:1", "expected a key, found a list");
	refuse("beam:", "beam", "2:1", "not valid YAML");
	refuse("C-12", "\"C-12", "3:8", "not valid YAML");
	refuse("  ion", "\tion", "3:1", "not valid YAML: tab");
}

static void
what_is_no_job_is_refused(void **state)
{
	struct err e;

	(void)state;
	refuse_text("just words", "1:1", "expected keys and values");
	refuse_text("- 1\n- 2\n", "1:1", "expected keys and values");
	refuse("water", "w\xff", "6:14", "found the byte 0xff, expected UTF-8 text");
	refuse("water", "w\x1b[1m", "6:14", "found the byte 0x1b");
	assert_int_equal(read_text(""), -1);
	assert_error(0, "job.yaml:1:1: ", "missing key histories");
	assert_int_equal(diagnostics.n, 4);
	diagnostics_free(&diagnostics);
	assert_int_equal(job_read_text(&plan, "", JOB_FILE_BYTES_MAX + 1, "j", ".", &diagnostics, &e), -1);
	assert_string_equal(e.text, "j: larger than the 1024 KiB that a job file may have");
}

static void
files_that_are_no_files_are_refused(void **state)
{
	static const struct { const char *path, *text; } rows[] = {
		{ "/nonexistent", "/nonexistent: No such file or directory" },
		{ "/", "/: is a directory, expected a file" },
		{ "/dev/zero", "/dev/zero: not a regular file" },
		{ "", ": No such file or directory" },
	};
	char fifo[] = "/tmp/test_job.XXXXXX/fifo";
	struct text_file text;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(job_read(&plan, &text, rows[i].path, &diagnostics, &e), -1);
		assert_string_equal(e.text, rows[i].text);
		assert_int_equal(e.kind, ERR_INPUT);
	}
	*strrchr(fifo, '/') = '\0';
	assert_non_null(mkdtemp(fifo));
	fifo[strlen(fifo)] = '/';
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(job_read(&plan, &text, fifo, &diagnostics, &e), -1);   /* and does not wait */
	unlink(fifo);
	*strrchr(fifo, '/') = '\0';
	rmdir(fifo);
	assert_int_equal(diagnostics.n, 0);
}

static void
many_errors_are_counted_and_cut(void **state)
{
	char *text = NULL, *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	char long_key[3000];

	(void)state;
	memset(long_key, 'k', sizeof long_key);
	long_key[sizeof long_key - 1] = '\0';
	for (int i = 0; i < 200; i++)
		fprintf(out, "%s%d: 1\n", long_key, i);
	fclose(out);
	assert_int_equal(read_text(text), -1);
	assert_int_equal(diagnostics.n, 204);
	out = open_memstream(&printed, &size);
	diagnostics_print(&diagnostics, out);
	fclose(out);
	assert_non_null(strstr(printed, "and 154 more errors\n"));
	assert_true(size < 50 * 400);
	free(text);
	free(printed);
}

/* Any single byte of the file replaced by any of some nasty ones: an error or not, but no crash. */
static void
no_broken_byte_breaks_the_reader(void **state)
{
	static const char nasty[] = "\n\t \"'[{]}:,#&*!|>%@`?-0e\xff\x80";
	char text[] = BASE;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++) {
		char kept = text[i];

		for (size_t k = 0; k < sizeof nasty; k++) {
			text[i] = nasty[k];
			if (job_read_text(&plan, text, sizeof text - 1, "job.yaml", ".", &diagnostics, &e) < 0)
				assert_int_equal(e.kind, ERR_INPUT);
			forget(NULL);
		}
		text[i] = kept;
	}
}

static void
the_examples_are_good_jobs(void **state)
{
	static const char *const names[] = { "carbon_water", "proton_water", "helium_water",
	    "proton_aluminium", "own_table", "range_shifter", "spots", "cylinder" };
	char path[4096];
	struct text_file text;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s/examples/%s.yaml", source_directory(), names[i]);
		if (job_read(&plan, &text, path, &diagnostics, &e) < 0)
			fail_msg("%s\n%s", e.text, diagnostics.n > 0 ? diagnostics.kept[0].text : "");
		text_file_free(&text);
		assert_survives_description();
		assert_int_equal(plan.phantom.layer[0].stopping.n > 0, strcmp(names[i], "own_table") == 0);
		assert_int_equal(plan.beam.n_spots, strcmp(names[i], "spots") == 0 ? 50 : 1);
		assert_int_equal(plan.phantom.n_layers, strcmp(names[i], "range_shifter") == 0 ? 4 : 1);
		forget(NULL);
	}
}

static void
errors_in_a_table_are_those_of_the_job(void **state)
{
	(void)state;
	refuse("water", "water\n  stopping_power: nowhere.txt", "7:19",
	    "phantom.stopping_power: nowhere.txt: No such file or directory");
	refuse("water", "water\n  stopping_power: /dev/null", "7:19", "/dev/null: not a regular file");
	refuse("water", "water\n  stopping_power: ''", "7:20", "found nothing");
}

/* Lines of BASE, to be replaced. */
#define SPOTS_AT "  energy: 400 MeV/u\n"
#define VOXEL_AT "  voxel: [1 mm, 1 mm, 1 mm]\n"
#define PHANTOM_AT "  material: water\n  size: [10 cm, 10 cm, 40 cm]\n"

static void
spots_take_what_they_lack_from_the_beam(void **state)
{
	const struct spot *s;

	(void)state;
	accept(SPOTS_AT, "  energy: 4.8 GeV\n  energy_spread: 48 MeV\n  spot_size: [3 mm, 4 mm]\n"
	    "  spots:\n  - {weight: 2.5, position: [1 mm, 2 mm, 3 mm]}\n"
	    "  - {energy: 200 MeV/u, energy_spread: 1 %, spot_size: 5 mm, divergence: 1 mrad,\n"
	    "    direction: [0, 3, 4]}\n  - {energy: 200 MeV/u}\n");
	assert_int_equal(plan.beam.n_spots, 3);
	s = plan.beam.spot;
	assert_true(s[0].energy_MeV == 4800.0 && s[0].energy_spread == 0.01 && s[0].weight == 2.5);
	assert_true(s[0].size_cm[0] == 0.3 && s[0].size_cm[1] == 0.4 && s[0].position_cm[1] == 0.2);
	assert_true(s[1].energy_MeV == 2400.0 && s[1].energy_spread == 0.01 && s[1].weight == 1.0);
	assert_true(s[1].size_cm[0] == 0.5 && s[1].size_cm[1] == 0.5 && s[1].divergence_rad == 1e-3);
	assert_true(s[1].direction[AXIS_Y] == 0.6 && s[1].position_cm[0] == 0.0);
	assert_true(s[2].energy_spread == 0.02 && s[2].direction[AXIS_Z] == 1.0);
	assert_survives_description();
}

static void
errors_in_spots_have_their_place(void **state)
{
	(void)state;
	refuse(SPOTS_AT, "  spots: [{energy: 9 GeV}, {weight: 1}]\n", "4:28",
	    "the spot has no energy, and there is no beam.energy");
	refuse(SPOTS_AT, "  spots: [{energy: 100 GeV}]\n", "4:20", "8333 MeV/u for C-12, outside of");
	refuse(SPOTS_AT, "  spots: [{energy: 9 GeV, weight: 0}]\n", "4:35", "0 is outside of 1e-15 to");
	refuse(SPOTS_AT, "  spots: [{energy: 9 GeV, weigth: 0}]\n", "4:27",
	    "unknown key weigth in beam.spots, did you mean weight?");
	refuse(SPOTS_AT, "  spots: [{energy: 9 GeV}, 7]\n", "4:28", "found no mapping");
	refuse(SPOTS_AT, "  spots: []\n", "4:10", "found an empty list");
	refuse(SPOTS_AT, "  spots: {energy: 9 GeV}\n", "4:10", "found a mapping, expected a value or a list");
	refuse(SPOTS_AT, SPOTS_AT "  spot_size: [1 mm, 2 mm, 3 mm]\n", "5:14",
	    "found 3 values, expected 1 or 2");
}

static void
a_file_of_spots_is_read(void **state)
{
	(void)state;
	accept(SPOTS_AT, "  spots: examples/spots.txt\n  position: [9 cm, 9 cm, -5 cm]\n");
	assert_int_equal(plan.beam.n_spots, 50);
	assert_true(plan.beam.spot[49].position_cm[AXIS_X] == 1.2);
	assert_true(plan.beam.spot[49].position_cm[AXIS_Z] == -5.0);
	assert_survives_description();
	refuse(SPOTS_AT, "  spots: nowhere.txt\n", "4:10", "nowhere.txt: No such file");
	refuse(SPOTS_AT, "  spots: ''\n", "4:11", "found nothing");
	refuse(SPOTS_AT, "  energy_spread: 1 MeV\n  spots: examples/spots.txt\n", "4:18",
	    "for spots from a file, expected a fraction");
}

/* More spots than are written inline: the description names the file, and gives what it lacks. */
static void
many_spots_stay_in_their_file(void **state)
{
	char path[] = "/tmp/test_job.XXXXXX", keys[200];
	FILE *f = fdopen(mkstemp(path), "w");

	(void)state;
	assert_non_null(f);
	fprintf(f, "# columns: x y weight\n");
	for (int i = 0; i < 324; i++)
		fprintf(f, "%g %g %d\n", 0.1 * (i % 18), 0.1 * (i / 18), i + 1);
	fclose(f);
	snprintf(keys, sizeof keys, "  energy: 100.1 MeV/u\n  energy_spread: 0.7 %%\n"
	    "  spot_size: [1 mm, 2 mm]\n  position: [0 mm, 0 mm, -1 cm]\n  spots: %s\n", path);
	accept(SPOTS_AT, keys);
	assert_int_equal(plan.beam.n_spots, 324);
	assert_string_equal(plan.beam.file, path);
	assert_survives_description();
	unlink(path);
}

#define ION_AT "  ion: C-12\n  energy: 400 MeV/u\n"

/* An alpha, a proton and a neutron. */
static void
make_phase_space(char *path)
{
	const struct sample_particle p[] = {
		{ .energy = 600.0, .z = 1.5, .weight = 1.0, .pdg = 1000020040 }, { .energy = 90.0, .weight = 1.0, .pdg = 2212 },
		{ .energy = 1.0, .pdg = 2112 },
	};
	FILE *f = fdopen(mkstemp(path), "w");
	size_t n;
	unsigned char *bytes = sample_mcpl(&(struct sample_mcpl){ .n = 3, .particle = p }, &n);

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	free(bytes);
}

static void
a_phase_space_takes_the_place_of_ion_and_spots(void **state)
{
	char path[] = "/tmp/test_job.XXXXXX", keys[300];

	(void)state;
	make_phase_space(path);
	snprintf(keys, sizeof keys, "  phase_space: {file: %s, others: skip, reuse: yes, shift: [1 mm, 0 mm, -5 mm]}\n", path);
	accept(ION_AT, keys);
	assert_int_equal(plan.beam.n_spots, 0);
	assert_string_equal(plan.beam.ion.name, "He-4");
	assert_int_equal(plan.beam.phase_space.n, 2);
	assert_true(plan.beam.phase_space.is_reused);
	assert_true(plan.beam.phase_space.particle[0].position_cm[AXIS_X] == 0.1);
	assert_true(plan.beam.phase_space.particle[0].position_cm[AXIS_Z] == 1.0);
	assert_survives_description();
	snprintf(keys, sizeof keys, "  phase_space: %s\n", path);
	refuse(ION_AT, keys, "3:16", "beside 2 ions from hydrogen to iron, 1 neutron");
	refuse("  energy: 400 MeV/u\n", "  phase_space: nowhere.mcpl\n", "3:3", "beam.ion: not together with beam.phase_space");
	refuse(ION_AT, "  phase_space: nowhere.mcpl\n", "3:16", "nowhere.mcpl: No such file");
	refuse(ION_AT, "  phase_space: {others: skip}\n", "3:3", "missing key beam.phase_space.file");
	refuse(ION_AT, "  phase_space: {file: a, reuse: often}\n", "3:33", "found often, expected no or yes");
	unlink(path);
}

static void
particles_that_leave_are_kept_where_that_is_asked_for(void **state)
{
	(void)state;
	accept("scoring:\n", "scoring:\n");
	assert_false(plan.keeps_leaving);
	accept("scoring:\n", "scoring:\n  phase_space: leaving\n");
	assert_true(plan.keeps_leaving);
	assert_survives_description();
	refuse("scoring:\n", "scoring:\n  phase_space: entering\n", "9:16", "expected none or leaving");
}

static void
layers_are_stacked(void **state)
{
	const struct layer *l;

	(void)state;
	accept(PHANTOM_AT, "  size: [10 cm, 8 cm]\n  layers:\n  - {material: pmma, thickness: 3 cm,\n"
	    "     density: 1.18 g/cm3}\n  - thickness: 2.7 cm\n    material: {name: own, density: "
	    "2 g/cm3,\n      composition: {H: 50 %, O: 50 %}}\n  - {material: water, thickness: 1 mm}\n"
	    "  - {material: water, thickness: 9 cm, mean_excitation_energy: 75 eV}\n");
	l = plan.phantom.layer;
	assert_int_equal(plan.phantom.n_layers, 4);
	assert_true(l[0].material.density_g_cm3 == 1.18 && l[0].thickness_cm == 3.0);
	assert_string_equal(l[1].material.name, "own");
	assert_true(l[3].material.I_eV == 75.0 && l[2].material.I_eV == 78.0);
	assert_true(fabs(plan.phantom.size_cm[AXIS_Z] - 14.8) < 1e-12);
	assert_int_equal(plan.scoring.grid.n[AXIS_Z], 148);
	assert_true(plan.transport.step_cm == 1.0 && plan.transport.cutoff_cm == 0.001);
	assert_survives_description();
}

static void
layers_and_a_single_material_exclude_each_other(void **state)
{
	(void)state;
	refuse(PHANTOM_AT, "  material: water\n  size: [1 cm, 1 cm]\n"
	    "  layers: [{material: water, thickness: 1 cm}]\n", "6:3",
	    "phantom.material: not together with phantom.layers");
	refuse(PHANTOM_AT, "  size: [1 cm, 1 cm, 1 cm]\n  layers: [{material: water, thickness: 1 cm}]\n",
	    "6:9", "found 3 values, expected 2, along x and y, since the layers fix the third");
	refuse(PHANTOM_AT, "  size: [1 cm, 1 cm]\n  layers: [{material: water}]\n", "7:12",
	    "missing key phantom.layers.thickness");
	refuse(PHANTOM_AT, "  size: [1 cm, 1 cm]\n  layers: [{thickness: 1 cm}]\n", "7:12",
	    "missing key phantom.layers.material");
	refuse(PHANTOM_AT, "  size: [1 cm, 1 cm]\n  layers: [{thickness: 99 m, material: air}, "
	    "{thickness: 2 m, material: air}]\n", "7:11", "10100 cm thick in all, expected at most 100 m");
	refuse(PHANTOM_AT, "  size: [1 cm, 1 cm, 1 cm]\n", "5:1", "missing key phantom.material");
	refuse(PHANTOM_AT, "  material: water\n  size: [1 cm, 1 cm]\n", "7:9",
	    "found 2 values, expected 3, along x, y and z");
}

/* A job of two layers in a grid of 1 mm from 1 cm to 3 cm, the first of them so thick. */
static void
two_layers(char *text, size_t n, const char *thickness)
{
	snprintf(text, n, "  size: [10 cm, 10 cm]\n  layers: [{material: water, thickness: %s}, "
	    "{material: pmma, thickness: 5 cm}]\nscoring: {voxel: [1 mm, 1 mm, 1 mm], size: "
	    "[1 cm, 1 cm, 2 cm], origin: [0 cm, 0 cm, 1 cm]}\n", thickness);
}

static void
a_boundary_may_not_cut_a_voxel(void **state)
{
	static const char *const good[] = { "0.55 cm", "9.5 mm", "1 cm", "1.7 cm", "3 cm", "3.05 cm",
	    "1.7000001 cm" };
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		two_layers(text, sizeof text, good[i]);
		accept(PHANTOM_AT "scoring:\n" VOXEL_AT, text);
		assert_survives_description();
	}
	assert_true(plan.phantom.layer[0].thickness_cm == 1.0 + 7 * 0.1);
	two_layers(text, sizeof text, "1.75 cm");
	refuse(PHANTOM_AT "scoring:\n" VOXEL_AT, text, "7:41", "the boundary between layers 1 and 2 at a "
	    "depth of 1.75 cm cuts the voxel of the scoring grid from 1.7 cm to 1.8 cm; depths that fit: "
	    "1.7 cm or 1.8 cm");
	two_layers(text, sizeof text, "2.9999 cm");
	refuse(PHANTOM_AT "scoring:\n" VOXEL_AT, text, "7:41", "2.9 cm or 3 cm");
}

/* Thicknesses given to a few digits end on the faces, to a unit of the last digit of a double. */
static void
boundaries_are_moved_onto_the_faces(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	double z = 0.0;

	(void)state;
	fprintf(out, "  size: [10 cm, 10 cm]\n  layers:\n");
	for (int i = 0; i < 300; i++)
		fprintf(out, "  - {material: %s, thickness: 3.333333 mm}\n", i % 2 == 0 ? "water" : "pmma");
	fprintf(out, "scoring: {voxel: [1 cm, 1 cm, 3.333333333 mm], size: [1 cm, 1 cm, 99.99999 cm]}\n");
	fclose(out);
	accept(PHANTOM_AT "scoring:\n" VOXEL_AT, text);
	for (int i = 0; i < 299; i++) {
		z += plan.phantom.layer[i].thickness_cm;
		assert_true(fabs(z - (i + 1) * plan.scoring.grid.voxel_cm[AXIS_Z]) <= 2e-16 * z);
	}
	assert_true(z + plan.phantom.layer[299].thickness_cm == plan.phantom.size_cm[AXIS_Z]);
	assert_survives_description();
	free(text);
}

static void
rings_take_the_place_of_voxels(void **state)
{
	const struct grid *g = &plan.scoring.grid;

	(void)state;
	accept(VOXEL_AT, "  quantities: [let]\n  delivered_primaries: 2.5e9\n"
	    "  cylinder: {radii: [0 mm, 10 um, 3 mm, 2 cm], depth_bin: 2 mm}\n");
	assert_int_equal(g->kind, GRID_CYLINDRICAL);
	assert_true(g->n[AXIS_X] == 3 && g->n[AXIS_Y] == 1 && g->n[AXIS_Z] == 200);
	assert_true(g->radius_cm[0] == 0.0 && g->radius_cm[1] == 1e-3 && g->radius_cm[3] == 2.0);
	assert_true(plan.scoring.has_let && plan.scoring.has_fluence);
	assert_true(plan.scoring.delivered_primaries == 2.5e9);
	assert_true(plan.transport.cutoff_cm == 0.05 * 1e-3);
	assert_survives_description();
	accept(SPOTS_AT "phantom:\n" PHANTOM_AT "scoring:\n" VOXEL_AT, SPOTS_AT
	    "  position: [1 cm, -2 cm, 0 cm]\nphantom:\n" PHANTOM_AT "scoring:\n"
	    "  cylinder: {radii: [0 mm, 3 cm], depth_bin: 1 mm, depth: 9 cm, start: 2 cm}\n");
	assert_true(g->origin_cm[AXIS_X] == 1.0 && g->origin_cm[AXIS_Y] == -2.0);
	assert_true(g->origin_cm[AXIS_Z] == 2.0 && g->n[AXIS_Z] == 90);
	assert_survives_description();
}

static void
rings_must_fit(void **state)
{
	static const struct { const char *keys, *place, *words; } rows[] = {
		{ "radii: [1 mm, 2 mm], depth_bin: 1 mm", "9:22", "the first radius must be 0" },
		{ "radii: [0 mm], depth_bin: 1 mm", "9:21", "found 1 value, expected 2 to 513" },
		{ "radii: [0 mm, 2 mm, 2 mm], depth_bin: 1 mm", "9:34", "not above the one before it" },
		{ "radii: [0 mm, -2 mm], depth_bin: 1 mm", "9:28", "outside of 0 mm to 100 m" },
		{ "radii: [0 mm, 51 mm], depth_bin: 1 mm", "9:28", "reach along x from -5.1 cm to 5.1 cm" },
		{ "radii: [0 mm, 1 mm], depth_bin: 3 mm", "9:46", "133.3333 voxels of 0.3 cm" },
		{ "radii: [0 mm, 1 mm], depth_bin: 1 mm, start: 40 cm", "9:59", "expected less than the 40 cm" },
		{ "radii: [0 mm, 1 mm], depth_bin: 1 mm, depth: 41 cm", "9:59", "out of the phantom" },
		{ "radii: [0 mm, 1 mm], depth_bin: 1 mm, axis: [0 mm]", "9:58", "found 1 value, expected 2" },
		{ "radii: [0 mm, 1 mm]", "9:3", "missing key scoring.cylinder.depth_bin" },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text, "  cylinder: {%s}\n", rows[i].keys);
		refuse(VOXEL_AT, text, rows[i].place, rows[i].words);
	}
	refuse(VOXEL_AT, VOXEL_AT "  cylinder: {radii: [0 mm, 1 mm], depth_bin: 1 mm}\n", "9:3",
	    "scoring.voxel: not together with scoring.cylinder");
	refuse(VOXEL_AT, "", "8:1", "missing key scoring.voxel");
}

static void
nuclear_interactions_are_one_of_three(void **state)
{
	static const char *const text[] = { "off", "attenuation only", "on" };
	char job[80];

	(void)state;
	for (int k = NUCLEAR_OFF; k <= NUCLEAR_ON; k++) {
		snprintf(job, sizeof job, "transport: {nuclear: %s}\nscoring:", text[k]);
		accept("scoring:", job);
		assert_int_equal(plan.transport.nuclear, k);
		assert_survives_description();
	}
	refuse("scoring:", "transport: {nuclear: attenuation}\nscoring:", "8:22",
	    "found attenuation, expected off, attenuation only or on");
	refuse("scoring:", "transport: {energy_loss: off}\nscoring:", "8:26",
	    "nuclear interactions need the energy loss, expected also 'nuclear: off'");
	refuse("scoring:", "transport: {energy_loss: off, nuclear: attenuation only}\nscoring:", "8:26",
	    "nuclear interactions need the energy loss");
	accept("scoring:", "transport: {energy_loss: off, nuclear: off}\nscoring:");
}

static void
quantities_are_a_list_of_known_words(void **state)
{
	(void)state;
	accept(VOXEL_AT, VOXEL_AT "  quantities: [fluence]\n");
	assert_true(plan.scoring.has_fluence && !plan.scoring.has_let && !plan.scoring.has_yields);
	accept(VOXEL_AT, VOXEL_AT "  quantities: [yields]\n");
	assert_true(plan.scoring.has_yields && !plan.scoring.has_fluence);
	assert_survives_description();
	accept(VOXEL_AT, VOXEL_AT "  quantities: [let, yields]\n  let_of: primaries\n");
	assert_true(plan.scoring.has_let && plan.scoring.is_let_of_primaries && plan.scoring.has_yields);
	assert_survives_description();
	refuse(VOXEL_AT, VOXEL_AT "  let_of: primary\n", "10:11",
	    "found primary, expected all or primaries (did you mean primaries?)");
	refuse(VOXEL_AT, VOXEL_AT "  quantities: [dose, lett]\n", "10:22",
	    "found lett, expected dose, fluence, let or yields (did you mean let?)");
	refuse(VOXEL_AT, VOXEL_AT "  quantities: [dose, dose]\n", "10:22", "dose is there twice");
	refuse(VOXEL_AT, VOXEL_AT "  quantities: []\n", "10:15", "found 0 values, expected 1 to 4");
	refuse(VOXEL_AT, VOXEL_AT "  quantities: dose\n", "10:15", "found a value, expected a list");
	refuse(VOXEL_AT, VOXEL_AT "  delivered_primaries: 0\n", "10:24", "outside of 1 to 1e20");
}

static void
lists_have_a_limit(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fprintf(out, "  size: [1 cm, 1 cm]\n  layers:\n");
	for (int i = 0; i < 1001; i++)
		fprintf(out, "  - {material: water, thickness: 1 mm}\n");
	fclose(out);
	refuse(PHANTOM_AT, text, "8:3", "1001 layers, expected at most 1000");
	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	fprintf(out, "  spots:\n");
	for (int i = 0; i < 2001; i++)
		fprintf(out, "  - {energy: 1 GeV}\n");
	fclose(out);
	refuse(SPOTS_AT, text, "2005:5", "more than the 2000 values that a mapping or list may have");
	free(text);
}

/* Each row's own example and default must pass its own checks. */
static void
every_row_is_sound(void **state)
{
	struct quantity q;
	struct span at;
	struct err e;
	uint64_t n;
	int choice;

	(void)state;
	for (enum job_id id = 0; id < JOB_N_KEYS; id++) {
		const struct job_key *k = &job_keys[id];

		assert_true(job_key_find(k->path) == id);
		assert_true(k->help != NULL && k->example != NULL);
		assert_true(job_key_section(id) < id || job_key_section(id) == JOB_N_KEYS);
		if (k->type == JOB_IS_COUNT)
			assert_int_equal(job_key_count(&n, id, k->example, &at, &e), 0);
		if (k->type == JOB_IS_QUANTITY)
			assert_int_equal(job_key_quantity(&q, id, k->example, &at, &e), 0);
		if (k->type == JOB_IS_QUANTITY || k->type == JOB_IS_VECTOR || k->type == JOB_IS_SERIES) {
			assert_int_equal(job_key_quantity(&q, id, k->min, &at, &e), 0);
			assert_int_equal(job_key_quantity(&q, id, k->max, &at, &e), 0);
		}
		if (k->type == JOB_IS_CHOICE)
			assert_int_equal(job_key_choice(&choice, id, k->example, &e), 0);
		if (!k->is_required && k->type != JOB_IS_SECTION)
			assert_true((k->preset != NULL) != (k->derived != NULL));
	}
}

/* The manual's item of a key: from its ".It" line to the next. */
static char *
manual_item(const char *manual, const char *path)
{
	char head[100];
	const char *start, *end;

	snprintf(head, sizeof head, "\n.It Ic %s\n", path);
	start = strstr(manual, head);
	if (start == NULL)
		return NULL;
	start += strlen(head);
	end = strstr(start, "\n.It Ic ");
	return strndup(start, end == NULL ? strlen(start) : (size_t)(end - start));
}

static void
assert_in_item(const char *item, const char *path, const char *text)
{
	if (text != NULL && strstr(item, text) == NULL)
		fail_msg("the manual's item of %s lacks \"%s\"", path, text);
}

static void
the_manual_has_every_key_with_limits_and_default(void **state)
{
	struct text_file manual;
	char path[4096];
	struct err e;

	(void)state;
	snprintf(path, sizeof path, "%s/man/ionfarm-job.5", source_directory());
	assert_int_equal(text_file_read(&manual, path, 1 << 20, &e), 0);
	for (enum job_id id = 0; id < JOB_N_KEYS; id++) {
		const struct job_key *k = &job_keys[id];
		char *item = manual_item(manual.text, k->path);

		if (item == NULL)
			fail_msg("the manual lacks %s", k->path);
		assert_in_item(item, k->path, k->min);
		assert_in_item(item, k->path, k->max);
		assert_in_item(item, k->path, k->preset);
		assert_in_item(item, k->path, k->example);
		for (int i = 0; i < JOB_CHOICES_MAX; i++)
			assert_in_item(item, k->path, k->choices[i]);
		assert_in_item(item, k->path, k->is_required ? "Required" : NULL);
		free(item);
	}
	text_file_free(&manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(defaults_are_filled_in, forget),
		cmocka_unit_test_teardown(every_key_is_read, forget),
		cmocka_unit_test_teardown(units_do_not_change_the_hash, forget),
		cmocka_unit_test_teardown(a_description_makes_the_same_plan, forget),
		cmocka_unit_test_teardown(a_composition_is_normalised, forget),
		cmocka_unit_test_teardown(defaults_follow_density_and_voxel, forget),
		cmocka_unit_test_teardown(all_errors_are_shown_at_once, forget),
		cmocka_unit_test_teardown(an_error_shows_line_and_caret, forget),
		cmocka_unit_test_teardown(keys_are_neither_ignored_nor_repeated, forget),
		cmocka_unit_test_teardown(values_outside_their_range_are_refused, forget),
		cmocka_unit_test_teardown(a_material_is_overridden_only_where_it_is_named, forget),
		cmocka_unit_test_teardown(the_grid_must_fit, forget),
		cmocka_unit_test_teardown(more_than_a_million_voxels_on_an_axis_are_refused, forget),
		cmocka_unit_test_teardown(yaml_outside_of_the_subset_is_refused, forget),
		cmocka_unit_test_teardown(what_is_no_job_is_refused, forget),
		cmocka_unit_test_teardown(files_that_are_no_files_are_refused, forget),
		cmocka_unit_test_teardown(many_errors_are_counted_and_cut, forget),
		cmocka_unit_test_teardown(no_broken_byte_breaks_the_reader, forget),
		cmocka_unit_test_teardown(the_examples_are_good_jobs, forget),
		cmocka_unit_test_teardown(errors_in_a_table_are_those_of_the_job, forget),
		cmocka_unit_test_teardown(spots_take_what_they_lack_from_the_beam, forget),
		cmocka_unit_test_teardown(errors_in_spots_have_their_place, forget),
		cmocka_unit_test_teardown(a_file_of_spots_is_read, forget),
		cmocka_unit_test_teardown(many_spots_stay_in_their_file, forget),
		cmocka_unit_test_teardown(a_phase_space_takes_the_place_of_ion_and_spots, forget),
		cmocka_unit_test_teardown(particles_that_leave_are_kept_where_that_is_asked_for, forget),
		cmocka_unit_test_teardown(layers_are_stacked, forget),
		cmocka_unit_test_teardown(layers_and_a_single_material_exclude_each_other, forget),
		cmocka_unit_test_teardown(a_boundary_may_not_cut_a_voxel, forget),
		cmocka_unit_test_teardown(boundaries_are_moved_onto_the_faces, forget),
		cmocka_unit_test_teardown(rings_take_the_place_of_voxels, forget),
		cmocka_unit_test_teardown(rings_must_fit, forget),
		cmocka_unit_test_teardown(nuclear_interactions_are_one_of_three, forget),
		cmocka_unit_test_teardown(quantities_are_a_list_of_known_words, forget),
		cmocka_unit_test_teardown(lists_have_a_limit, forget),
		cmocka_unit_test(every_row_is_sound),
		cmocka_unit_test(the_manual_has_every_key_with_limits_and_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
