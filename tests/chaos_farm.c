/* Chaos: a killer sends SIGKILL to random workers and saving processes at random times while the run
 * is on and saved again and again; its sums, and those of a run resumed from its last save, must be
 * those of the serial run.
 *
 *     chaos_farm [kills [seed]]          default: 100 1 */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_save.h"

#define CHILDREN_MAX 64
#define RANGES_PER_KILL 100
#define PAUSE_MAX_us 5000
#define SAVE_INTERVAL_s 0.01

struct chaos {
	int n_kills;
	uint64_t seed;
	_Atomic int n_killed;
	_Atomic int n_done;       /* ranges */
	int n_saves_lost;
	struct fake_store store;
};

/* The workers and the scribe, from the kernel's list of the supervisor's children. */
static int
list_workers(pid_t supervisor, pid_t *pid)
{
	char name[64];
	FILE *f;
	int n = 0;

	snprintf(name, sizeof name, "/proc/%d/task/%d/children", (int)supervisor, (int)supervisor);
	f = fopen(name, "re");
	while (f != NULL && n < CHILDREN_MAX && fscanf(f, "%d", &pid[n]) == 1)
		n += pid[n] != getpid();
	if (f != NULL)
		fclose(f);
	return n;
}

static bool
is_listed(pid_t supervisor, pid_t wanted)
{
	pid_t pid[CHILDREN_MAX];
	int n = list_workers(supervisor, pid);

	while (n > 0 && pid[n - 1] != wanted)
		n--;
	return n > 0;
}

/* The second look makes sure that the number was not given to another process meanwhile. */
static bool
kill_one(pid_t supervisor, uint64_t random)
{
	pid_t pid[CHILDREN_MAX];
	int n = list_workers(supervisor, pid), fd;
	bool is_killed;

	if (n == 0)
		return false;
	fd = pidfd_open(pid[random % n], 0);
	is_killed = fd != -1 && is_listed(supervisor, pid[random % n]) &&
	    pidfd_send_signal(fd, SIGKILL, NULL, 0) == 0;
	if (fd != -1)
		close(fd);
	return is_killed;
}

/* Kills no faster than ranges are done: a farm without progress gives up, and rightly so. */
_Noreturn static void
kill_at_random(struct chaos *c, pid_t supervisor)
{
	uint64_t random = c->seed;
	int n_done = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (c->n_killed < c->n_kills && getppid() == supervisor) {
		random = fake_hash(random + 1);
		usleep((useconds_t)(random % PAUSE_MAX_us));
		if (c->n_done == n_done)
			continue;
		n_done = c->n_done;
		c->n_killed += kill_one(supervisor, random >> 32);
	}
	_exit(0);
}

static void
on_range(void *ctx, enum farm_event_kind kind, const struct farm_range *r, int worker)
{
	struct chaos *c = ctx;

	(void)r;
	(void)worker;
	c->n_done += kind == RANGE_DONE;
}

static void
on_saved(void *ctx, bool is_good, const char *text)
{
	struct chaos *c = ctx;

	(void)text;
	c->n_saves_lost += !is_good;
}

/* The same sums, with five times the work. */
static int
run_longer(void *ctx, const struct farm_range *r, struct farm_tally *t, struct err *e)
{
	for (int i = 0; i < 4; i++) {
		fake_run(ctx, r, t, e);
		memset(t->bins, 0, FAKE_BINS * sizeof *t->bins);
		memset(t->counters, 0, sizeof t->counters);
	}
	return fake_run(ctx, r, t, e);
}

static pid_t
start_killer(struct chaos *c)
{
	pid_t supervisor = getpid(), pid;

	fflush(NULL);
	c->n_killed = c->n_done = c->n_saves_lost = 0;
	c->store.n_saved = 0;
	pid = fork();
	if (pid == 0)
		kill_at_random(c, supervisor);
	return pid;
}

static void
stop_killer(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Compares, frees and tells. */
static bool
is_same(struct farm_result *a, struct farm_result *b, const char *what)
{
	bool same = is_same_result(a, b);

	printf("%s: %d deaths, %d ranges, %.2f s: %s\n", what, (int)b->n_deaths, (int)b->n_ranges,
	    b->seconds, same ? "same" : "DIFFERENT");
	farm_result_free(b);
	return same;
}

static int
run_chaos(struct chaos *c, struct farm_job job, bool is_slab_shared, struct farm_result *r,
    struct err *e)
{
	struct farm_watch watch = { .range = on_range, .saved = on_saved, .ctx = c };
	struct farm_safety safety = { .save = fake_save, .save_interval_s = SAVE_INTERVAL_s,
	    .ctx = &c->store };
	struct farm_options o = { .n_workers = 4, .is_slab_shared = is_slab_shared,
	    .watch = &watch, .safety = &safety };
	pid_t killer = start_killer(c);
	int status;

	job.run = run_longer;
	status = farm_run(&job, &o, r, e);
	stop_killer(killer);
	printf("%s: %d kills, %d saves, %d of them lost\n", is_slab_shared ? "one slab" :
	    "slab per worker", c->n_killed, c->store.n_saved, c->n_saves_lost);
	return status;
}

static int
check(struct chaos *c, bool is_slab_shared)
{
	struct farm_job job = fake_job((uint64_t)c->n_kills * RANGES_PER_KILL * 10 + 7, 10);
	struct farm_options serial = { .is_serial = true }, again = { .n_workers = 3 };
	struct farm_start start;
	struct farm_result a, b;
	struct err e;
	bool same;

	if (farm_run(&job, &serial, &a, &e) == -1 ||
	    run_chaos(c, job, is_slab_shared, &b, &e) == -1)
		return fprintf(stderr, "%s\n", e.text), -1;
	same = is_same(&a, &b, "disturbed");
	start = fake_start(&c->store);
	again.start = &start;
	if (farm_run(&job, &again, &b, &e) == -1)
		return fprintf(stderr, "%s\n", e.text), -1;
	same &= is_same(&a, &b, "resumed");
	farm_result_free(&a);
	return same ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct chaos *c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);

	if (c == MAP_FAILED)
		return 1;
	c->n_kills = argc > 1 ? atoi(argv[1]) : 100;
	c->seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	return check(c, false) == 0 && check(c, true) == 0 ? 0 : 1;
}
