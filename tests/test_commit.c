/* A commit that is killed anywhere and finished by another gives the same bits.
 * Compiled with FARM_FAILPOINTS, like the farm's sources it is linked with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_commit.h"
#include "farm/failpoint.h"

#define N_PASSES_MAX 100

static const char *const failpoints[] = {
	"commit.start", "commit.fill", "commit.filled", "commit.logged", "commit.replay",
	"commit.replayed", "commit.unit", "commit.committed", "commit.finished",
};

/* Where the child kills itself: at the pass-th time it comes by. */
static struct { const char *name; int pass; } trap;

void
farm_failpoint(const char *name)
{
	if (trap.name != NULL && strcmp(name, trap.name) == 0 && --trap.pass == 0)
		raise(SIGKILL);
}

static struct slab_block
block_open(void)
{
	struct slab_block b;

	assert_true(fake_block_open(&b, false));
	return b;
}

static int
do_range(const struct commit *c, const struct farm_range *range, struct err *e)
{
	fake_score(c, range);
	return fake_commit(c, range, e);
}

/* Commits in a child that dies at the trap. True when it did die there. */
static bool
commit_in_child(const struct commit *c, const struct farm_range *range, const char *name, int pass)
{
	pid_t pid = fork();
	int status = 0;
	struct err e;

	if (pid == 0) {
		trap.name = name;
		trap.pass = pass;
		_exit(do_range(c, range, &e) == 0 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static void
clean_commit(const struct slab_block *b, const struct farm_range *range)
{
	assert_int_equal(fake_clean_commit(b, range), 0);
}

static bool
killed_commit(const struct slab_block *b, const struct farm_range *range, const char *name, int pass)
{
	struct commit c = commit_of(b, 0);
	bool was_killed = commit_in_child(&c, range, name, pass);

	assert_int_equal(fake_recover(b, range), 0);
	return was_killed;
}

static int
check_all_passes(const char *name, const struct farm_range *range)
{
	struct farm_range first = { .index = 1, .first = 10, .count = 10, .shift = 3 };
	struct slab_block clean = block_open(), killed;
	bool was_killed = true;
	int pass;

	clean_commit(&clean, &first);
	clean_commit(&clean, range);
	for (pass = 1; was_killed && pass < N_PASSES_MAX; pass++) {
		killed = block_open();
		clean_commit(&killed, &first);
		was_killed = killed_commit(&killed, range, name, pass);
		if (!is_same_block(&clean, &killed))
			fail_msg("killed at %s, pass %d", name, pass);
		slab_block_close(&killed);
	}
	slab_block_close(&clean);
	assert_false(was_killed);        /* each pass was tried */
	return pass - 2;
}

static void
a_kill_at_any_step_changes_no_bit(void **state)
{
	struct farm_range range = { .index = 2, .first = 20, .count = 10, .shift = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof failpoints / sizeof *failpoints; i++)
		assert_true(check_all_passes(failpoints[i], &range) > 0);
}

static void
a_kill_in_the_remainder_changes_no_bit(void **state)
{
	struct farm_range range = { .index = 3, .first = 30, .count = 5, .is_remainder = true };

	(void)state;
	for (size_t i = 0; i < sizeof failpoints / sizeof *failpoints; i++)
		assert_true(check_all_passes(failpoints[i], &range) > 0);
}

static void
a_finisher_that_is_killed_is_finished_in_turn(void **state)
{
	struct farm_range range = { .index = 0, .count = 10 };
	struct slab_block clean = block_open(), killed = block_open();
	struct commit c = commit_of(&killed, 0);
	struct err e;

	(void)state;
	clean_commit(&clean, &range);
	assert_true(commit_in_child(&c, &range, "commit.logged", 1));
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			trap.name = i % 2 == 0 ? "commit.replay" : "commit.filled";
			trap.pass = 2;
			_exit(commit_finish(&c, &e) == 0 ? 0 : 1);
		} else {
			wait(NULL);
		}
	assert_true(commit_is_underway(&c));
	assert_int_equal(commit_finish(&c, &e), 0);
	assert_true(is_same_block(&clean, &killed));
	slab_block_close(&clean);
	slab_block_close(&killed);
}

static void
squares_are_those_of_the_range_sums(void **state)
{
	struct farm_range a = { .index = 0, .shift = 3 }, b = { .index = 1 };
	struct slab_block block = block_open();
	struct slab s = slab_of(&block, 0);
	int64_t x, y;

	(void)state;
	clean_commit(&block, &a);
	clean_commit(&block, &b);
	for (size_t i = 128; i < 192; i++) {
		x = fake_bin(a.index, i);
		y = fake_bin(b.index, i);
		assert_int_equal(s.sum[i], x + y);
		assert_true(s.square[i] == 8 * (farm_square)x * x + (farm_square)y * y);
	}
	assert_int_equal(s.sum[64], 0);
	assert_true(s.counters[0] == 34 && s.counters[1] == -1);
	slab_block_close(&block);
}

static void
clear_leaves_an_empty_tally(void **state)
{
	struct farm_range range = { .index = 0 };
	struct slab_block b = block_open();
	struct commit c = commit_of(&b, 0);

	(void)state;
	clean_commit(&b, &range);
	for (size_t i = 0; i < FAKE_COMMIT_BINS; i++)
		assert_int_equal(c.lane.bins[i] | c.lane.strips[i / FARM_BLOCK_BINS], 0);
	assert_false(commit_is_underway(&c));
	slab_block_close(&b);
}

/* A map of strips that fills its pages to the last byte, before a guard page. */
static void
a_tally_that_ends_with_its_page_is_committed(void **state)
{
	struct farm_job job = { .n_items = 30, .cut.first = 10, .n_counters = 2 };
	struct farm_options o = { .n_workers = 1, .is_slab_shared = true };
	struct farm_range range = { .index = 0, .count = 10 };
	int64_t counters[FARM_COUNTERS_MAX] = { 17 };
	size_t last, n_blocks = shm_page_up(1);
	struct slab_layout l;
	struct slab_block b;
	struct commit c;
	struct err e;

	(void)state;
	job.n_bins = n_blocks * FARM_BLOCK_BINS;
	assert_int_equal(slab_layout_init(&l, &job, &o, &e), 0);
	assert_int_equal(slab_block_open(&b, &l, false, &e), 0);
	c = commit_of(&b, 0);
	for (size_t i = 1; i <= 8; i++) {
		last = n_blocks - i;
		commit_open(&c, &range);
		c.lane.bins[last * FARM_BLOCK_BINS] = (int64_t)i;
		c.lane.strips[last] = 1;
		commit_start(&c, counters);
		assert_int_equal(commit_finish(&c, &e), 0);
		commit_clear(&c);
		assert_int_equal(c.slab.sum[last * FARM_BLOCK_BINS], i);
	}
	slab_block_close(&b);
}

static void
expect_overflow(const struct slab_block *b)
{
	struct commit c = commit_of(b, 0);
	struct farm_range range = { .index = 0 };
	struct err e;

	assert_int_equal(do_range(&c, &range, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "overflow"));
}

static void
overflow_of_any_integer_is_an_error(void **state)
{
	struct slab_block sum = block_open(), square = block_open(), counter = block_open();

	(void)state;
	slab_of(&sum, 0).sum[130] = INT64_MAX - 5;
	expect_overflow(&sum);
	slab_of(&square, 0).square[130] = ~(farm_square)0;
	expect_overflow(&square);
	slab_of(&counter, 0).counters[0] = (farm_count)(~(farm_square)0 >> 1);
	expect_overflow(&counter);
	slab_block_close(&sum);
	slab_block_close(&square);
	slab_block_close(&counter);
}

static void
a_broken_record_is_refused(void **state)
{
	struct slab_block b = block_open();
	struct commit c = commit_of(&b, 0);
	struct err e;

	(void)state;
	c.lane.record->step = UINT64_MAX / 2;
	assert_int_equal(commit_finish(&c, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	slab_block_close(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kill_at_any_step_changes_no_bit),
		cmocka_unit_test(a_kill_in_the_remainder_changes_no_bit),
		cmocka_unit_test(a_finisher_that_is_killed_is_finished_in_turn),
		cmocka_unit_test(squares_are_those_of_the_range_sums),
		cmocka_unit_test(clear_leaves_an_empty_tally),
		cmocka_unit_test(a_tally_that_ends_with_its_page_is_committed),
		cmocka_unit_test(overflow_of_any_integer_is_an_error),
		cmocka_unit_test(a_broken_record_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
