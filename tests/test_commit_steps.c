/* A commit that is killed at any instruction and finished by another gives the same bits.
 * The child is stepped from instruction to instruction. A kill there leaves the shared memory as it is then, so
 * that what the supervisor makes of it is tried on a copy. Skipped where no child may be traced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_commit.h"

#define SKIP 77
#define N_FINISHERS 12         /* that are stepped themselves, from states of the first commit on */
#define STATES_MIN 100

static const struct farm_range before = { .index = 1, .first = 10, .count = 10, .shift = 3 };
static const struct farm_range after = { .index = 0, .first = 0, .count = 10 };
static const struct farm_range full = { .index = 2, .first = 20, .count = 10, .shift = 1 };
static const struct farm_range rest = { .index = 3, .first = 30, .count = 5, .is_remainder = true };

/* What is stepped: a whole commit, or what is left of one. */
enum part { COMMIT, FINISH };

struct steps {
	const struct farm_range *range;
	struct slab_block clean;       /* what it must come to */
	struct slab_block seen, copy;  /* the latest state, and where it is recovered */
	unsigned long n_instructions, n_states;
	unsigned long keep;            /* number of a state, of which `kept` is given a copy */
	struct slab_block kept;
};

static struct slab_block
block_open(bool is_private)
{
	struct slab_block b;

	assert_true(fake_block_open(&b, is_private));
	return b;
}

/* Guard pages stand between the parts. */
static size_t
rest_bytes(const struct slab_layout *l)
{
	return l->workers - l->remainder - shm_page_up(1);
}

static size_t
worker_bytes(const struct slab_layout *l)
{
	return l->stride - shm_page_up(1);
}

static void
copy_block(const struct slab_block *to, const struct slab_block *from)
{
	const struct slab_layout *l = &from->layout;

	memcpy(to->shm.base + l->remainder, from->shm.base + l->remainder, rest_bytes(l));
	memcpy(to->shm.base + l->workers, from->shm.base + l->workers, worker_bytes(l));
}

static bool
is_same_state(const struct slab_block *a, const struct slab_block *b)
{
	const struct slab_layout *l = &a->layout;

	return memcmp(a->shm.base + l->remainder, b->shm.base + l->remainder, rest_bytes(l)) == 0 &&
	    memcmp(a->shm.base + l->workers, b->shm.base + l->workers, worker_bytes(l)) == 0;
}

_Noreturn static void
live(const struct slab_block *b, const struct farm_range *range, enum part part)
{
	struct commit c = commit_of(b, 0);
	struct err e;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
		_exit(SKIP);
	raise(SIGSTOP);
	if ((part == COMMIT ? fake_commit(&c, range, &e) : commit_finish(&c, &e)) == -1)
		_exit(1);
	commit_clear(&c);
	_exit(0);
}

static pid_t
start(const struct slab_block *b, const struct farm_range *range, enum part part)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		live(b, range, part);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	return pid;
}

/* True when it stands before its next instruction, false when it has ended well. */
static bool
step(pid_t pid)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status)) {
		assert_int_equal(WEXITSTATUS(status), 0);
		return false;
	}
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	return true;
}

/* The lane must be as new as well: one more range shows it. */
static void
recover(struct steps *s)
{
	copy_block(&s->copy, &s->seen);
	assert_int_equal(fake_recover(&s->copy, s->range), 0);
	assert_int_equal(fake_clean_commit(&s->copy, &after), 0);
	if (!is_same_block(&s->clean, &s->copy))
		fail_msg("another result after instruction %lu, state %lu", s->n_instructions,
		    s->n_states);
}

static void
keep(struct steps *s)
{
	if (s->n_states == s->keep)
		copy_block(&s->kept, &s->seen);
}

/* Steps a child through its part in block `b`, which is shared with it, and calls `look` at each new state. */
static void
step_through(struct steps *s, const struct slab_block *b, enum part part, void (*look)(struct steps *s))
{
	pid_t pid = start(b, s->range, part);

	s->n_instructions = s->n_states = 0;
	copy_block(&s->seen, b);
	while (step(pid)) {
		s->n_instructions++;
		if (is_same_state(&s->seen, b))
			continue;
		copy_block(&s->seen, b);
		s->n_states++;
		look(s);
	}
}

static void
steps_open(struct steps *s, const struct farm_range *range)
{
	s->range = range;
	s->clean = block_open(true);
	s->seen = block_open(true);
	s->copy = block_open(true);
	assert_int_equal(fake_clean_commit(&s->clean, &before), 0);
	assert_int_equal(fake_clean_commit(&s->clean, range), 0);
	assert_int_equal(fake_clean_commit(&s->clean, &after), 0);
}

static void
steps_close(struct steps *s)
{
	slab_block_close(&s->clean);
	slab_block_close(&s->seen);
	slab_block_close(&s->copy);
}

static struct slab_block
block_with_a_scored_range(const struct farm_range *range)
{
	struct slab_block b = block_open(false);
	struct commit c = commit_of(&b, 0);

	assert_int_equal(fake_clean_commit(&b, &before), 0);
	fake_score(&c, range);
	return b;
}

static void
check_commit(const struct farm_range *range)
{
	struct slab_block b = block_with_a_scored_range(range);
	struct steps s = { 0 };

	steps_open(&s, range);
	step_through(&s, &b, COMMIT, recover);
	print_message("%lu instructions, %lu states\n", s.n_instructions, s.n_states);
	assert_true(s.n_states > STATES_MIN);
	steps_close(&s);
	slab_block_close(&b);
}

static void
a_kill_at_any_instruction_changes_no_bit(void **state)
{
	(void)state;
	check_commit(&full);
}

static void
a_kill_in_the_remainder_changes_no_bit(void **state)
{
	(void)state;
	check_commit(&rest);
}

/* From one state of a commit: whoever finishes it may be killed at any instruction too. */
static bool
check_finisher(const struct farm_range *range, unsigned long from)
{
	struct slab_block b = block_with_a_scored_range(range);
	struct steps s = { .keep = from, .kept = block_open(false) };
	struct commit c = commit_of(&s.kept, 0);
	bool is_underway;

	steps_open(&s, range);
	step_through(&s, &b, COMMIT, keep);
	is_underway = commit_is_underway(&c);
	if (is_underway)
		step_through(&s, &s.kept, FINISH, recover);
	steps_close(&s);
	slab_block_close(&b);
	slab_block_close(&s.kept);
	return is_underway;
}

static void
a_kill_of_the_finisher_changes_no_bit(void **state)
{
	int n = 0;

	(void)state;
	for (int i = 0; i < N_FINISHERS; i++)
		n += check_finisher(&full, STATES_MIN + 61ul * (unsigned long)i);
	assert_true(n > N_FINISHERS / 2);
}

static bool
may_trace(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1 ? SKIP : 0);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kill_at_any_instruction_changes_no_bit),
		cmocka_unit_test(a_kill_in_the_remainder_changes_no_bit),
		cmocka_unit_test(a_kill_of_the_finisher_changes_no_bit),
	};

	if (!may_trace()) {
		printf("skipped: no process may be traced here\n");
		return SKIP;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
