/* Tells what a run was and gave: report.json for machines, ten lines for people. */
#include "lib/report.h"

#include <math.h>
#include <stdlib.h>

#include "base/host.h"
#include "io/kept_plan.h"
#include "io/leaving_file.h"
#include "io/tally_file.h"

/* A depth along z is a range where cos is 1, within 1e-4 (0.8 degrees). */
#define ALONG_Z 0.9999

static bool
has_beams_along_z(const struct plan *p)
{
	const struct phase_space *s = &p->beam.phase_space;
	double sum[N_AXES] = { 0.0 };

	for (int i = 0; i < p->beam.n_spots; i++)
		if (p->beam.spot[i].direction[AXIS_Z] < ALONG_Z)
			return false;
	for (uint64_t i = 0; i < s->n; i++)
		for (int k = 0; k < N_AXES; k++)
			sum[k] += s->particle[i].direction[k];
	return s->n == 0 || sum[AXIS_Z] >= ALONG_Z * sqrt(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2]);
}

static int
analyse_depth(struct report *rp, struct err *e)
{
	const struct tally_layout *l = &rp->tally->layout;
	double *depth = calloc(2 * l->n_depths, sizeof *depth);
	double *value = depth + l->n_depths;

	if (depth == NULL)
		return err_set(e, ERR_SYSTEM, "no memory for the depth curve");
	for (size_t i = 0; i < l->n_depths; i++) {
		depth[i] = tally_centre_cm(l, AXIS_Z, (int)i);
		value[i] = tally_mean_MeV(rp->tally, l->first_depth[SCORE_DOSE] + i)
		    * tally_idd_per_MeV(l, (int)i);
	}
	curve_analyse(&rp->curve, l->n_depths, depth, value);
	free(depth);
	return 0;
}

static void
analyse_axis(struct report *rp)
{
	const struct tally_layout *l = &rp->tally->layout;

	rp->axis_entrance_Gy = tally_mean_MeV(rp->tally, l->first_axis) * tally_axis_dose_per_MeV(l, 0);
	rp->axis_peak_Gy = rp->axis_peak_error_Gy = 0.0 * tally_axis_dose_per_MeV(l, 0);   /* NaN beside the grid */
	for (size_t i = 0; i < l->n_depths; i++) {
		double scale = tally_axis_dose_per_MeV(l, (int)i);
		double dose = tally_mean_MeV(rp->tally, l->first_axis + i) * scale;

		if (dose > rp->axis_peak_Gy) {
			rp->axis_peak_Gy = dose;
			rp->axis_peak_error_Gy = tally_error_MeV(rp->tally, l->first_axis + i) * scale;
		}
	}
}

int
report_analyse(struct report *rp, struct err *e)
{
	if (analyse_depth(rp, e) != 0)
		return -1;
	analyse_axis(rp);
	rp->uncertainty = tally_mean_relative_error(rp->tally);
	return 0;
}

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void
json_phase_space(const struct beam *b, struct json *j)
{
	json_object(j, "phase_space");
	json_string(j, "file", b->file);
	json_integer(j, "ions", (tally_count)b->phase_space.n);
	json_integer(j, "skipped", (tally_count)b->phase_space.n_others);
	json_end(j);
}

static void
json_provenance(const struct report *rp, struct json *j)
{
	char program[80];
	struct host h;

	host_describe(&h);
	snprintf(program, sizeof program, "ionfarm %s", ionfarm_version());
	json_object(j, "provenance");
	json_string(j, "program", program);
	json_string(j, "compiler", COMPILER);
	json_string(j, "vectors", rp->run->kernel);
	json_string(j, "job", rp->job_path);
	json_string(j, "plan_hash", rp->run->plan_hash);
	json_integer(j, "seed", (tally_count)rp->run->plan.seed);
	if (rp->run->plan.beam.phase_space.n > 0)
		json_phase_space(&rp->run->plan.beam, j);
	json_string(j, "ended", h.utc);
	json_string(j, "host", h.name);
	json_string(j, "machine", h.machine);
	json_string(j, "system", h.system);
	json_string(j, "kernel", h.release);
	json_end(j);
}

static const char *const stop_name[] = {
	[STOP_NONE] = NULL, [STOP_SIGNAL] = "signal", [STOP_TIME_LIMIT] = "time limit",
	[STOP_IS_ENOUGH] = "uncertainty reached", [STOP_DEATHS] = "workers kept dying",
	[STOP_REQUEST] = "request",
};

/* Each with the command that carries it alone. */
static void
json_left_out(const struct report *rp, struct json *j)
{
	const struct tally *t = rp->tally;

	json_integer(j, "n_left_out", (tally_count)t->n_left_out);
	json_array(j, "left_out");
	for (uint64_t i = 0; i < t->n_left_out; i++) {
		char command[4300];

		snprintf(command, sizeof command, "ionfarm run --only-history %llu %s/" KEPT_PLAN_NAME,
		    (unsigned long long)t->left_out[i], rp->run->dir);
		json_object(j, NULL);
		json_integer(j, "history", (tally_count)t->left_out[i]);
		json_string(j, "replay", command);
		json_end(j);
	}
	json_end(j);
}

/* Present where the result is not that of the whole run. */
static void
json_part(const struct report *rp, struct json *j)
{
	const struct part *p = rp->tally->part;

	if (p == NULL)
		return;
	json_object(j, "part");
	if (p->shard.count > 0) {
		json_integer(j, "shard", p->shard.number);
		json_integer(j, "of_shards", p->shard.count);
	}
	json_integer(j, "n_ranges", (tally_count)stretches_count(&p->ranges));
	json_integer(j, "of_ranges", (tally_count)cut_n_ranges(rp->tally->cut, p->histories));
	json_integer(j, "of_histories", (tally_count)p->histories);
	json_array(j, "ranges");
	for (size_t i = 0; i < p->ranges.n; i++) {
		json_object(j, NULL);
		json_integer(j, "first", (tally_count)p->ranges.stretch[i].first);
		json_integer(j, "last", (tally_count)p->ranges.stretch[i].end - 1);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
json_counts(const struct report *rp, struct json *j)
{
	const struct tally *t = rp->tally;

	json_object(j, "histories");
	json_integer(j, "asked", (tally_count)run_n_histories(rp->run));
	json_integer(j, "done", (tally_count)tally_histories(t));
	json_integer(j, "per_range", t->cut.first);
	json_integer(j, "per_range_max", cut_largest(t->cut));
	for (int c = COUNT_STOPPED; c < N_CHANNELS; c++)
		json_integer(j, channel_name[c], t->channel[c]);
	json_bool(j, "was_stopped", rp->result->was_stopped);
	json_string(j, "stop_cause", stop_name[rp->result->stop_cause]);
	json_left_out(rp, j);
	json_end(j);
	json_object(j, "energy_balance");
	json_string(j, "unit", "2^-20 MeV");
	for (int c = ENERGY_SOURCE; c < N_ENERGIES; c++)
		json_integer(j, channel_name[c], t->channel[c]);
	json_bool(j, "closes", true);      /* checked before anything is written */
	json_end(j);
}

static void
json_results(const struct report *rp, struct json *j)
{
	const struct curve_features *c = &rp->curve;
	bool is_along_z = has_beams_along_z(&rp->run->plan);
	bool has_peak = is_along_z && !isnan(c->R90_cm);     /* a highest value with no edge behind it is none */

	json_object(j, "depth_dose");
	json_double(j, "entrance_MeV_cm2_g", c->entrance);
	json_double(j, "peak_MeV_cm2_g", has_peak ? c->peak : NAN);
	json_double(j, "peak_mm", has_peak ? c->peak_cm * 10.0 : NAN);
	json_double(j, "R90_mm", is_along_z ? c->R90_cm * 10.0 : NAN);
	json_double(j, "R80_mm", is_along_z ? c->R80_cm * 10.0 : NAN);
	json_double(j, "R50_mm", is_along_z ? c->R50_cm * 10.0 : NAN);
	json_double(j, "R20_mm", is_along_z ? c->R20_cm * 10.0 : NAN);
	json_double(j, "doses_are_for_primaries", rp->tally->layout.delivered_primaries > 0.0
	    ? rp->tally->layout.delivered_primaries : 1.0);
	json_double(j, "axis_entrance_Gy", rp->axis_entrance_Gy);
	json_double(j, "axis_peak_Gy", rp->axis_peak_Gy);
	json_double(j, "axis_peak_error_Gy", rp->axis_peak_error_Gy);
	json_double(j, "mean_relative_error", rp->uncertainty);
	json_end(j);
}

static void
json_workers(const struct report *rp, struct json *j)
{
	json_object(j, "workers");
	json_integer(j, "count", rp->options->is_serial ? 0 : rp->options->n_workers);
	json_bool(j, "serial", rp->options->is_serial);
	json_string(j, "slabs", rp->options->is_slab_shared ? "shared" : "per-worker");
	json_integer(j, "n_deaths", (tally_count)rp->result->n_deaths);
	json_array(j, "deaths");
	for (size_t i = 0; i < rp->run->n_deaths_kept; i++) {
		const struct farm_death *d = &rp->run->deaths[i];

		json_object(j, NULL);
		json_integer(j, "worker", d->worker);
		json_integer(j, "pid", d->pid);
		json_string(j, "cause", d->text);
		if (d->had_range) {
			json_integer(j, "first_history", (tally_count)d->range.first);
			json_integer(j, "n_histories", d->range.count);
			json_bool(j, "commit_finished", d->commit_finished);
		}
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
json_safety(const struct report *rp, struct json *j)
{
	const struct run *r = rp->run;

	json_object(j, "checkpoints");
	json_integer(j, "written", (tally_count)r->status.checkpoints);
	json_integer(j, "failed", (tally_count)r->status.checkpoints_failed);
	json_string(j, "last_failure", r->save_fault[0] != '\0' ? r->save_fault : NULL);
	json_string(j, "resumed_from", r->resumed_from);
	json_integer(j, "resumed_histories", (tally_count)r->resumed_histories);
	json_end(j);
}

static double
rate(const struct report *rp)
{
	double s = rp->result->seconds;
	uint64_t n = tally_extent(rp->tally), before = rp->run->resumed_histories;

	return s > 0.0 && n >= before ? (double)(n - before) / s : NAN;
}

/* How each part was computed is in its own report. */
static void
json_merge(const struct report *rp, struct json *j)
{
	json_object(j, "merge");
	json_integer(j, "parts", (tally_count)rp->n_merged);
	json_double(j, "add_s", rp->result->seconds);
	json_double(j, "write_s", rp->write_s);
	json_end(j);
}

void
report_json(const struct report *rp, struct json *j)
{
	json_provenance(rp, j);
	json_part(rp, j);
	json_counts(rp, j);
	json_results(rp, j);
	if (rp->n_merged > 0) {
		json_merge(rp, j);
		return;
	}
	json_workers(rp, j);
	json_safety(rp, j);
	json_object(j, "time");
	json_double(j, "setup_s", rp->setup_s);
	json_double(j, "transport_s", rp->result->seconds);
	json_double(j, "write_s", rp->write_s);
	json_double(j, "histories_per_s", rate(rp));
	json_end(j);
}

int
report_write(const struct report *rp, struct err *e)
{
	struct file f;
	struct json j;

	if (file_create(&f, rp->run->dir, "report.json", e) != 0)
		return -1;
	json_start_file(&j, &f);
	report_json(rp, &j);
	json_finish(&j);
	return file_commit(&f, e);
}

static void
summarise_peak(const struct report *rp, FILE *out)
{
	const struct curve_features *c = &rp->curve;

	if (!has_beams_along_z(&rp->run->plan)) {
		fprintf(out, "peak         not told, nor a range: not every beam is along +z, which depths are\n");
		return;
	}
	if (isnan(c->R90_cm)) {
		fprintf(out, "peak         none: the depth dose does not fall off within the grid\n");
		return;
	}
	fprintf(out, "peak         at %.2f mm, %.5g MeV cm2/g per primary", c->peak_cm * 10.0, c->peak);
	if (c->entrance > 0.0)
		fprintf(out, ", %.3g times the entrance", c->peak / c->entrance);
	fputc('\n', out);
	fprintf(out, "range        R90 %.2f mm, R80 %.2f mm, R50 %.2f mm\n", c->R90_cm * 10.0,
	    c->R80_cm * 10.0, c->R50_cm * 10.0);
}

static const char *
per_what(const struct report *rp)
{
	return rp->tally->layout.delivered_primaries > 0.0 ? "for the delivered primaries" : "per primary";
}

static const char *
percent(char buf[48], double part)
{
	if (isnan(part))
		return "unknown (fewer than two ranges)";
	snprintf(buf, 48, "%.2g %%", 100.0 * part);
	return buf;
}

static void
summarise_depth(const struct report *rp, FILE *out)
{
	const struct curve_features *c = &rp->curve;
	char buf[48];

	if (rp->tally->channel[ENERGY_DEPOSITED] == 0) {
		fprintf(out, "dose         none: nothing was deposited in the grid\n");
		return;
	}
	summarise_peak(rp, out);
	fprintf(out, "entrance     %.5g MeV cm2/g", c->entrance);
	if (rp->axis_entrance_Gy > 0.0)
		fprintf(out, "; on the axis %.4g Gy %s", rp->axis_entrance_Gy, per_what(rp));
	fputc('\n', out);
	if (rp->axis_peak_Gy > 0.0)
		fprintf(out, "peak dose    on the axis %.4g Gy %s, standard error %s\n", rp->axis_peak_Gy,
		    per_what(rp), percent(buf, rp->axis_peak_error_Gy / rp->axis_peak_Gy));
	fprintf(out, "uncertainty  %s, mean relative standard error of voxels above half of the maximum\n",
	    percent(buf, rp->uncertainty));
}

static void
summarise_energy(const struct tally *t, FILE *out)
{
	char b[48];

	for (int c = 0; c < N_ENERGIES; c++)
		fprintf(out, "%s%s %s", c == ENERGY_SOURCE ? "energy       " : c == ENERGY_DEPOSITED ? " = " : " + ",
		    channel_name[c], tally_count_text(t->channel[c], b));
	fprintf(out, ", exactly (2^-20 MeV)\n");
}

static void
summarise_fates(const struct tally *t, FILE *out)
{
	char b[4][48];

	fprintf(out, "fates        %s stopped, %s reacted, %s left the phantom, %s missed it\n",
	    tally_count_text(t->channel[COUNT_STOPPED], b[0]),
	    tally_count_text(t->channel[COUNT_REACTED], b[1]),
	    tally_count_text(t->channel[COUNT_ESCAPED], b[2]),
	    tally_count_text(t->channel[COUNT_MISSED], b[3]));
	if (t->channel[COUNT_NONELASTIC] + t->channel[COUNT_ELASTIC] > 0)
		fprintf(out, "nuclear      %s reactions and %s elastic collisions set %s particles in flight\n",
		    tally_count_text(t->channel[COUNT_NONELASTIC], b[0]),
		    tally_count_text(t->channel[COUNT_ELASTIC], b[1]),
		    tally_count_text(t->channel[COUNT_SECONDARIES], b[2]));
}

static void
summarise_left_out(const struct report *rp, FILE *out)
{
	const struct tally *t = rp->tally;

	if (t->n_left_out > 0)
		fprintf(out, "left out     %llu histories that kept killing their workers, the first: ionfarm run "
		    "--only-history %llu %s/" KEPT_PLAN_NAME "\n", (unsigned long long)t->n_left_out,
		    (unsigned long long)t->left_out[0], rp->run->dir);
}

static const char *
stop_words(enum farm_stop_cause cause)
{
	if (cause == STOP_NONE)
		return "";
	return cause == STOP_IS_ENOUGH ? " (accurate enough)" : " (stopped early)";
}

/* "C-12 of 400 MeV/u in water" */
static void
summarise_plan(const struct plan *p, FILE *out)
{
	if (p->beam.phase_space.n > 0)
		fprintf(out, "from %llu particles", (unsigned long long)p->beam.phase_space.n);
	else
		fprintf(out, "%s of %.6g %s", p->beam.ion.name,
		    ion_energy_per_nucleon_MeV(&p->beam.ion, p->beam.spot[0].energy_MeV),
		    p->beam.ion.A == 1 ? "MeV" : "MeV/u");
	if (p->beam.n_spots > 1)
		fprintf(out, " (first of %d spots)", p->beam.n_spots);
	fprintf(out, " in %s", p->phantom.layer[0].material.name);
	if (p->phantom.n_layers > 1)
		fprintf(out, " (first of %d layers)", p->phantom.n_layers);
}

static void
summarise_part(const struct tally *t, FILE *out)
{
	char text[STRETCHES_TEXT_BYTES];

	if (t->part == NULL)
		return;
	fprintf(out, "part         ");
	if (t->part->shard.count > 0)
		fprintf(out, "shard %u/%u: ", t->part->shard.number, t->part->shard.count);
	fprintf(out, "ranges %s of %llu, of a run of %llu histories\n", stretches_text(&t->part->ranges, text),
	    (unsigned long long)cut_n_ranges(t->cut, t->part->histories),
	    (unsigned long long)t->part->histories);
}

static void
summarise_work(const struct report *rp, FILE *out)
{
	if (rp->n_merged > 0)
		fprintf(out, "merged       %llu parts in %.2f s\n", (unsigned long long)rp->n_merged, rp->result->seconds);
	else
		fprintf(out, "time         %.2f s, %.0f histories/s, %d workers, %llu deaths\n",
		    rp->result->seconds, rate(rp), rp->options->is_serial ? 0 : rp->options->n_workers,
		    (unsigned long long)rp->result->n_deaths);
}

static void
summarise_files(const struct report *rp, FILE *out)
{
	const struct plan *p = &rp->run->plan;
	const struct part *part = rp->tally->part;

	fprintf(out, "files        %s: ", rp->run->dir);
	if (part == NULL || part->shard.count == 0)
		fprintf(out, "%s, depth.csv, %s",
		    p->scoring.grid.kind == GRID_CYLINDRICAL ? "cylinder.csv" : "dose.mhd, dose_error.mhd",
		    rp->tally->layout.n_groups > 0 ? "particles.csv, " : "");
	fprintf(out, "%s, report.json%s%s\n", part == NULL ? "tally.bin" : PART_FILE_NAME,
	    p->final_states ? ", final_states.npy" : "", p->keeps_leaving ? ", " LEAVING_FILE_NAME : "");
}

void
report_summary(const struct report *rp, FILE *out)
{
	const struct plan *p = &rp->run->plan;
	uint64_t n = tally_histories(rp->tally);

	fprintf(out, "histories    %llu of %llu, ", (unsigned long long)n,
	    (unsigned long long)run_n_histories(rp->run));
	summarise_plan(p, out);
	fprintf(out, ", seed %llu%s\n", (unsigned long long)p->seed, stop_words(rp->result->stop_cause));
	summarise_part(rp->tally, out);
	summarise_depth(rp, out);
	summarise_energy(rp->tally, out);
	summarise_fates(rp->tally, out);
	summarise_left_out(rp, out);
	summarise_work(rp, out);
	summarise_files(rp, out);
}

static void
put_text(void *sink, const char *text, size_t n)
{
	fwrite(text, 1, n, sink);
}

static void
put_report(const struct report *rp, FILE *out)
{
	struct json j;

	json_start(&j, put_text, out, true);
	report_json(rp, &j);
	json_finish(&j);
}

static void
tell(const struct report *rp, void (*put)(const struct report *, FILE *), enum ionfarm_text kind,
    const struct listener *to)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (out != NULL)
		put(rp, out);
	if (out != NULL && fclose(out) == 0)
		listener_say(to, kind, text);
	else
		listener_say(to, IONFARM_WARNING, "no memory to tell what the result is");
	free(text);
}

void
report_tell(const struct report *rp, const struct listener *to)
{
	tell(rp, report_summary, IONFARM_SUMMARY, to);
	tell(rp, put_report, IONFARM_REPORT, to);
}
