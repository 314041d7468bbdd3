/* Chaos: a killer sends SIGKILL to random workers at random times while
 * the run is on; the sums must be those of the serial run.
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

#include "fake_work.h"

#define CHILDREN_MAX 64
#define RANGES_PER_KILL 100
#define PAUSE_MAX_us 5000

struct chaos {
	int n_kills;
	uint64_t seed;
	_Atomic int n_killed;
	_Atomic int n_done;       /* ranges */
};

/* The workers, from the kernel's list of the supervisor's children. */
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
	c->n_killed = c->n_done = 0;
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

static int
check(struct chaos *c, bool is_slab_shared)
{
	struct farm_job job = fake_job((uint64_t)c->n_kills * RANGES_PER_KILL * 20 + 7, 20);
	struct farm_options serial = { .is_serial = true };
	struct farm_watch watch = { .range = on_range, .ctx = c };
	struct farm_options farm = { .n_workers = 4, .is_slab_shared = is_slab_shared,
	    .watch = &watch };
	struct farm_result a, b;
	struct err e;
	pid_t killer;
	bool is_same;
	int r;

	if (farm_run(&job, &serial, &a, &e) == -1)
		return fprintf(stderr, "%s\n", e.text), -1;
	job.run = run_longer;
	killer = start_killer(c);
	r = farm_run(&job, &farm, &b, &e);
	stop_killer(killer);
	if (r == -1)
		return fprintf(stderr, "%s\n", e.text), -1;
	is_same = is_same_result(&a, &b);
	printf("%s: %d kills, %d deaths, %d ranges, %.2f s: %s\n", is_slab_shared ? "one slab" :
	    "slab per worker", c->n_killed, (int)b.n_deaths, (int)b.n_ranges, b.seconds,
	    is_same ? "same" : "DIFFERENT");
	farm_result_free(&a);
	farm_result_free(&b);
	return is_same ? 0 : -1;
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
