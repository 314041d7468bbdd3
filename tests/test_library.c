/* The public functions: what they do, what they refuse, and that they leave the program around alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ionfarm.h"
#include "scratch.h"

static const char job[] =
    "histories: 4000\n"
    "histories_per_range: 100\n"
    "beam:\n"
    "  ion: proton\n"
    "  energy: 30 MeV\n"
    "  spot_size: 2 mm\n"
    "phantom:\n"
    "  material: water\n"
    "  size: [2 cm, 2 cm, 1 cm]\n"
    "scoring:\n"
    "  voxel: [5 mm, 5 mm, 1 mm]\n";

enum { NX = 4, NY = 4, NZ = 10 };

static char *
path_to(char path[256], const char *name)
{
	return scratch_path(&scratch, name, path);
}

static void
expect_error(struct ionfarm_error *error, enum ionfarm_exit status, const char *words)
{
	assert_non_null(error);
	assert_int_equal(ionfarm_error_status(error), status);
	if (strstr(ionfarm_error_text(error), words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, ionfarm_error_text(error));
	ionfarm_error_free(error);
}

static struct ionfarm_plan *
make_plan(void)
{
	struct ionfarm_error *error;
	struct ionfarm_plan *plan = ionfarm_plan_parse(job, strlen(job), NULL, &error);

	if (plan == NULL)
		fail_msg("%s%s", ionfarm_error_details(error), ionfarm_error_text(error));
	assert_null(error);
	return plan;
}

/* Options from pairs of name and value, up to NULL. */
static struct ionfarm_options *
make_options(const char *const *pair)
{
	struct ionfarm_options *o = ionfarm_options_new();

	assert_non_null(o);
	for (; pair[0] != NULL; pair += 2)
		assert_int_equal(ionfarm_options_set(o, pair[0], pair[1], NULL), 0);
	return o;
}

static const char *const serial[] = { "serial", NULL, NULL };
static const char *const two_workers[] = { "workers", "2", NULL };

static int
run_into(const char *name, const char *const *pairs, struct ionfarm_error **error)
{
	struct ionfarm_options *o = make_options(pairs);
	struct ionfarm_plan *plan = make_plan();
	char dir[256];
	int status = ionfarm_run(plan, path_to(dir, name), o, error);

	ionfarm_plan_free(plan);
	ionfarm_options_free(o);
	return status;
}

static struct ionfarm_result *
read_result(const char *name)
{
	struct ionfarm_error *error;
	char dir[256];
	struct ionfarm_result *r = ionfarm_result_read(path_to(dir, name), &error);

	if (r == NULL)
		fail_msg("%s", ionfarm_error_text(error));
	return r;
}

static void
expect_same_file(const char *name_a, const char *name_b)
{
	size_t n_a = 0, n_b = 0;
	char *a = scratch_read(&scratch, name_a, &n_a), *b = scratch_read(&scratch, name_b, &n_b);

	assert_true(a != NULL && b != NULL);
	assert_int_equal(n_a, n_b);
	assert_memory_equal(a, b, n_a);
	free(a);
	free(b);
}

static void
workers_give_the_bits_of_one_process(void **state)
{
	(void)state;
	assert_int_equal(run_into("alone", serial, NULL), IONFARM_EXIT_COMPLETE);
	assert_int_equal(run_into("farm", two_workers, NULL), IONFARM_EXIT_COMPLETE);
	expect_same_file("alone/tally.bin", "farm/tally.bin");
	expect_same_file("alone/job.yaml", "farm/job.yaml");
}

static int64_t
count(const struct ionfarm_result *r, const char *name)
{
	char text[IONFARM_COUNT_BYTES];

	assert_int_equal(ionfarm_result_count(r, name, text, NULL), 0);
	return strtoll(text, NULL, 10);
}

static void
a_result_has_its_plan_its_grid_and_a_balance(void **state)
{
	struct ionfarm_plan *plan = make_plan();
	struct ionfarm_result *r;
	const struct ionfarm_grid *g;

	(void)state;
	assert_int_equal(run_into("run", serial, NULL), IONFARM_EXIT_COMPLETE);
	r = read_result("run");
	g = ionfarm_result_grid(r);
	assert_string_equal(ionfarm_result_hash(r), ionfarm_plan_hash(plan));
	assert_true(g->n[0] == NX && g->n[1] == NY && g->n[2] == NZ);
	assert_true(g->voxel_mm[0] == 5.0 && g->first_mm[0] == -7.5 && g->first_mm[2] == 0.5);
	assert_true(g->ring_edge_mm == NULL && g->primaries == 1.0 && !g->is_part);
	assert_int_equal(count(r, "histories"), 4000);
	assert_int_equal(count(r, "left_out"), 0);
	assert_int_equal(count(r, "source"), count(r, "deposited") + count(r, "outside") + count(r, "escaped") +
	    count(r, "neutral") + count(r, "binding"));
	ionfarm_result_free(r);
	ionfarm_plan_free(plan);
}

static void
voxels_are_those_of_the_image(void **state)
{
	float dose[NX * NY * NZ];
	struct ionfarm_result *r;
	size_t n = 0;
	char *raw;

	(void)state;
	assert_int_equal(run_into("run", serial, NULL), IONFARM_EXIT_COMPLETE);
	r = read_result("run");
	assert_int_equal(ionfarm_result_voxels(r, "dose", dose, NX * NY * NZ, NULL), 0);
	raw = scratch_read(&scratch, "run/dose.raw", &n);
	assert_int_equal(n, sizeof dose);
	assert_memory_equal(raw, dose, n);
	free(raw);
	ionfarm_result_free(r);
}

static void
rings_have_edges(void **state)
{
	static const char rings[] = "histories: 1000\nbeam: {ion: proton, energy: 30 MeV, spot_size: 3 mm}\n"
	    "phantom: {material: water, size: [2 cm, 2 cm, 1 cm]}\n"
	    "scoring: {cylinder: {radii: [0 mm, 1 mm, 4 mm, 10 mm], depth_bin: 1 mm}}\n";
	struct ionfarm_options *o = make_options(serial);
	struct ionfarm_error *error;
	struct ionfarm_plan *plan = ionfarm_plan_parse(rings, strlen(rings), NULL, &error);
	const struct ionfarm_grid *g;
	struct ionfarm_result *r;
	float dose[3 * NZ];
	char dir[256];

	(void)state;
	if (plan == NULL)
		fail_msg("%s", ionfarm_error_details(error));
	assert_int_equal(ionfarm_run(plan, path_to(dir, "run"), o, NULL), 0);
	r = read_result("run");
	g = ionfarm_result_grid(r);
	assert_true(g->n[0] == 3 && g->n[1] == 1 && g->n[2] == NZ);
	assert_true(g->ring_edge_mm[0] == 0.0 && g->ring_edge_mm[1] == 1.0 && g->ring_edge_mm[3] == 10.0);
	assert_int_equal(ionfarm_result_voxels(r, "dose", dose, 3 * NZ, NULL), 0);
	assert_true(dose[0] > dose[1] && dose[1] > dose[2]);      /* the ring runs fastest */
	ionfarm_result_free(r);
	ionfarm_plan_free(plan);
	ionfarm_options_free(o);
}

static void
what_is_not_there_cannot_be_read(void **state)
{
	struct ionfarm_error *error;
	struct ionfarm_result *r;
	double depth[NZ];
	float voxel[1];
	char text[IONFARM_COUNT_BYTES];

	(void)state;
	assert_int_equal(run_into("run", serial, NULL), IONFARM_EXIT_COMPLETE);
	r = read_result("run");
	assert_int_equal(ionfarm_result_voxels(r, "let_d", voxel, 1, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "was not scored");
	assert_int_equal(ionfarm_result_voxels(r, "dse", voxel, 1, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "'dse'");
	assert_int_equal(ionfarm_result_voxels(r, "dose", voxel, 1, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "160 values, not 1");
	assert_int_equal(ionfarm_result_depth(r, "fluence", depth, NZ, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "no column 'fluence'");
	assert_int_equal(ionfarm_result_depth(r, "depth_mm", depth, NZ - 1, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "10 values, not 9");
	assert_int_equal(ionfarm_result_count(r, "photons", text, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "'photons'");
	ionfarm_result_free(r);
}

static void
null_is_refused_and_freed(void **state)
{
	struct ionfarm_error *error;
	struct ionfarm_options *o = make_options(serial);

	(void)state;
	assert_null(ionfarm_plan_read(NULL, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_null(ionfarm_plan_parse(NULL, 0, NULL, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_int_equal(ionfarm_options_set(o, NULL, NULL, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_int_equal(ionfarm_run(NULL, "x", o, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_int_equal(ionfarm_resume(NULL, o, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_null(ionfarm_result_read(NULL, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_int_equal(ionfarm_result_depth(NULL, "depth_mm", NULL, 0, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_null(ionfarm_stopping_new("proton", NULL, 0.0, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_int_equal(ionfarm_stopping_at(NULL, 1.0, NULL, NULL, NULL, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "NULL");
	assert_string_equal(ionfarm_error_text(NULL), "no memory");
	assert_string_equal(ionfarm_error_details(NULL), "");
	ionfarm_error_free(NULL);
	ionfarm_plan_free(NULL);
	ionfarm_result_free(NULL);
	ionfarm_stopping_free(NULL);
	ionfarm_options_free(NULL);
	ionfarm_options_free(o);
}

static void
all_mistakes_of_a_job_are_told(void **state)
{
	static const char wrong[] = "histories: many\nbeam:\n  ion: carbn\n";
	struct ionfarm_error *error;

	(void)state;
	assert_null(ionfarm_plan_parse(wrong, strlen(wrong), NULL, &error));
	assert_non_null(strstr(ionfarm_error_details(error), "job.yaml:1:12:"));
	assert_non_null(strstr(ionfarm_error_details(error), "job.yaml:3:8:"));
	expect_error(error, IONFARM_EXIT_USAGE, "errors");
	assert_null(ionfarm_plan_read("/nonexistent/job.yaml", &error));
	assert_string_equal(ionfarm_error_details(error), "");
	expect_error(error, IONFARM_EXIT_USAGE, "/nonexistent/job.yaml");
	assert_null(ionfarm_plan_parse(wrong, strlen(wrong), NULL, NULL));
}

static void
options_that_make_no_sense_are_refused(void **state)
{
	static const char *const both[] = { "serial", NULL, "workers", "2", NULL };
	static const char *const seed[] = { "seed", "3", NULL };
	static const struct { const char *name, *value, *words; } row[] = {
		{ "worker", "2", "unknown option 'worker'" }, { "workers", NULL, "needs a value" },
		{ "serial", "yes", "takes no value" }, { "workers", "0", "must be 1 to" },
		{ "time-limit", "1 cm", "time-limit" }, { "progress-interval", "0", "0.001" }, { "resume", "now", "auto" },
	};
	struct ionfarm_options *o = make_options(seed);
	struct ionfarm_error *error;

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		assert_int_equal(ionfarm_options_set(o, row[i].name, row[i].value, &error), -1);
		expect_error(error, IONFARM_EXIT_USAGE, row[i].words);
	}
	assert_int_equal(run_into("run", both, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "exclude each other");
	assert_int_equal(ionfarm_resume(scratch.dir, o, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "its own seed");
	ionfarm_options_free(o);
}

static void
results_that_are_missing_or_damaged_are_refused(void **state)
{
	struct ionfarm_error *error;
	char path[256];
	int fd;

	(void)state;
	assert_null(ionfarm_result_read(path_to(path, "nowhere"), &error));
	expect_error(error, IONFARM_EXIT_USAGE, "tally.bin");
	assert_int_equal(ionfarm_resume(path, NULL, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "no run that could be resumed");
	assert_int_equal(run_into("run", serial, NULL), 0);
	assert_int_equal(run_into("run", serial, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "earlier run");
	fd = open(path_to(path, "run/tally.bin"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "?", 1, 400), 1);
	close(fd);
	assert_null(ionfarm_result_read(path_to(path, "run"), &error));
	expect_error(error, IONFARM_EXIT_USAGE, "damaged");
	assert_int_equal(run_into("run/job.yaml/run", serial, &error), -1);
	expect_error(error, IONFARM_EXIT_OUTPUT_FAILED, "cannot create");
}

/* What a run says, and when it is to stop. */
struct listener {
	int n_progress, n_text[IONFARM_REPORT + 1];
	uint64_t stop_at;          /* histories; 0: never */
};

static int
hear_progress(void *ctx, const struct ionfarm_progress *p)
{
	struct listener *l = ctx;

	l->n_progress++;
	return l->stop_at > 0 && p->histories_done >= l->stop_at;
}

static void
hear_text(void *ctx, enum ionfarm_text kind, const char *text)
{
	struct listener *l = ctx;

	l->n_text[kind] += text[0] != '\0';
}

/* Runs or resumes serially to so many histories. */
static void
compute(const struct ionfarm_plan *plan, const char *name, int64_t histories, bool is_resumed)
{
	struct ionfarm_options *o = make_options(serial);
	char dir[256], text[32];

	snprintf(text, sizeof text, "%lld", (long long)histories);
	assert_int_equal(ionfarm_options_set(o, "histories", text, NULL), 0);
	path_to(dir, name);
	assert_int_equal(is_resumed ? ionfarm_resume(dir, o, NULL) : ionfarm_run(plan, dir, o, NULL), IONFARM_EXIT_COMPLETE);
	ionfarm_options_free(o);
}

static void
a_run_that_was_stopped_goes_on(void **state)
{
	static const char *const many[] = { "histories", "1e9", "workers", "2", "progress-interval", "10 ms", NULL };
	struct listener l = { .stop_at = 1 };
	struct ionfarm_options *o = make_options(many);
	struct ionfarm_plan *plan = make_plan();
	struct ionfarm_result *r;
	char dir[256];
	int64_t n;

	(void)state;
	ionfarm_options_listen(o, hear_progress, hear_text, &l);
	assert_int_equal(ionfarm_run(plan, path_to(dir, "run"), o, NULL), IONFARM_EXIT_STOPPED_EARLY);
	assert_true(l.n_progress > 0 && l.n_text[IONFARM_SUMMARY] == 1 && l.n_text[IONFARM_REPORT] == 1);
	r = read_result("run");
	n = count(r, "histories");
	assert_true(n > 0 && n % 100 == 0);
	compute(plan, "run", n + 250, true);
	compute(plan, "whole", n + 250, false);
	expect_same_file("run/tally.bin", "whole/tally.bin");
	ionfarm_result_free(r);
	ionfarm_options_free(o);
	ionfarm_plan_free(plan);
}

static volatile sig_atomic_t n_heard;

static void
hear_signal(int signum)
{
	(void)signum;
	n_heard++;
}

static int
send_signal(void *ctx, const struct ionfarm_progress *p)
{
	(void)ctx;
	(void)p;
	raise(SIGTERM);
	return 0;
}

static void
signals_and_standard_files_are_the_programs(void **state)
{
	static const char *const pairs[] = { "histories", "40000", "workers", "2", "progress-interval", "1 ms", NULL };
	struct ionfarm_options *o = make_options(pairs);
	struct ionfarm_plan *plan = make_plan();
	char path[256];
	int old[2], fd = open(path_to(path, "said"), O_RDWR | O_CREAT | O_CLOEXEC, 0600), status;
	struct stat st;

	(void)state;
	signal(SIGTERM, hear_signal);
	ionfarm_options_listen(o, send_signal, NULL, NULL);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		old[i] = dup(1 + i);
		dup2(fd, 1 + i);
	}
	status = ionfarm_run(plan, path_to(path, "run"), o, NULL);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		dup2(old[i], 1 + i);
		close(old[i]);
	}
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(status, IONFARM_EXIT_COMPLETE);
	assert_true(n_heard > 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, 0);
	close(fd);
	ionfarm_plan_free(plan);
	ionfarm_options_free(o);
}

struct task {
	const struct ionfarm_plan *plan;
	const char *name, *seed;
	int status;
};

static bool
is_read_again(const struct ionfarm_plan *plan)
{
	struct ionfarm_plan *again = ionfarm_plan_parse(job, strlen(job), NULL, NULL);
	bool is_same = again != NULL && strcmp(ionfarm_plan_hash(again), ionfarm_plan_hash(plan)) == 0;

	ionfarm_plan_free(again);
	return is_same;
}

static void *
run_task(void *arg)
{
	struct task *t = arg;
	struct ionfarm_options *o = ionfarm_options_new();
	char dir[256];

	if (!is_read_again(t->plan))
		return NULL;
	if (ionfarm_options_set(o, "serial", NULL, NULL) != 0 || ionfarm_options_set(o, "seed", t->seed, NULL) != 0)
		return NULL;
	t->status = ionfarm_run(t->plan, path_to(dir, t->name), o, NULL);
	ionfarm_options_free(o);
	return NULL;
}

static void
two_threads_run_one_plan(void **state)
{
	static const char *const seed_2[] = { "seed", "2", "serial", NULL, NULL };
	struct ionfarm_plan *plan = make_plan();
	struct task a = { plan, "a", "1", -1 }, b = { plan, "b", "2", -1 };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, run_task, &a), 0);
	run_task(&b);
	pthread_join(thread, NULL);
	assert_true(a.status == 0 && b.status == 0);
	assert_int_equal(run_into("alone", seed_2, NULL), 0);
	expect_same_file("b/tally.bin", "alone/tally.bin");
	ionfarm_plan_free(plan);
}

static void *
wait_for_end(void *pipe_end)
{
	char byte;

	return read(*(int *)pipe_end, &byte, 1) == 0 ? NULL : pipe_end;
}

static void
workers_are_not_forked_among_threads_unawares(void **state)
{
	static const char *const vouched[] = { "threads", NULL, "workers", "2", NULL };
	struct ionfarm_error *error;
	pthread_t thread;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_for_end, &ends[0]), 0);
	assert_int_equal(run_into("run", two_workers, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "threads");
	assert_int_equal(run_into("run", vouched, NULL), IONFARM_EXIT_COMPLETE);
	assert_int_equal(run_into("alone", serial, NULL), IONFARM_EXIT_COMPLETE);
	close(ends[1]);
	pthread_join(thread, NULL);
	close(ends[0]);
	expect_same_file("run/tally.bin", "alone/tally.bin");
}

static void
stopping_powers_are_looked_up(void **state)
{
	struct ionfarm_error *error;
	struct ionfarm_stopping *s = ionfarm_stopping_new("proton", "water", 75.0, NULL);
	double electronic, nuclear, range;

	(void)state;
	assert_non_null(s);
	assert_string_equal(ionfarm_stopping_matter(s)->ion, "H-1");
	assert_true(ionfarm_stopping_matter(s)->I_eV == 75.0);
	assert_int_equal(ionfarm_stopping_at(s, 100.0, &electronic, &nuclear, &range, NULL), 0);
	assert_true(electronic > 7.286 * 0.997 && electronic < 7.286 * 1.003);    /* NIST PSTAR, as these: */
	assert_true(electronic + nuclear > 7.289 * 0.997 && electronic + nuclear < 7.289 * 1.003);
	assert_true(range > 7.718 * 0.997 && range < 7.718 * 1.003);
	assert_int_equal(ionfarm_stopping_at(s, 1e-3, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(ionfarm_stopping_at(s, 1001.0, NULL, NULL, NULL, &error), -1);
	expect_error(error, IONFARM_EXIT_USAGE, "1001 MeV/u is outside");
	ionfarm_stopping_free(s);
	assert_null(ionfarm_stopping_new("carbn", "water", 0.0, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "carbn");
	assert_null(ionfarm_stopping_new("C-12", "watr", 0.0, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "did you mean");
	assert_null(ionfarm_stopping_new("C-12", "water", -1.0, &error));
	expect_error(error, IONFARM_EXIT_USAGE, "-1 eV");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch(workers_give_the_bits_of_one_process),
		in_scratch(a_result_has_its_plan_its_grid_and_a_balance),
		in_scratch(voxels_are_those_of_the_image),
		in_scratch(rings_have_edges),
		in_scratch(what_is_not_there_cannot_be_read),
		cmocka_unit_test(null_is_refused_and_freed),
		cmocka_unit_test(all_mistakes_of_a_job_are_told),
		in_scratch(options_that_make_no_sense_are_refused),
		in_scratch(results_that_are_missing_or_damaged_are_refused),
		in_scratch(a_run_that_was_stopped_goes_on),
		in_scratch(signals_and_standard_files_are_the_programs),
		in_scratch(two_threads_run_one_plan),
		in_scratch(workers_are_not_forked_among_threads_unawares),
		cmocka_unit_test(stopping_powers_are_looked_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
