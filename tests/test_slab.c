/* The shared block: layout, guards, folding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "farm/slab.h"

#define N_BINS 1000

static struct slab_block
block_of(int n_workers, bool is_shared, uint64_t n_items)
{
	struct farm_job job = { .n_items = n_items, .cut.first = 10, .n_bins = N_BINS,
	    .n_counters = 2 };
	struct farm_options o = { .n_workers = n_workers, .is_slab_shared = is_shared };
	struct slab_layout l;
	struct slab_block b;
	struct err e;

	assert_int_equal(slab_layout_init(&l, &job, &o, &e), 0);
	assert_int_equal(slab_block_open(&b, &l, false, &e), 0);
	return b;
}

static void
fill_part(void *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		assert_int_equal(((unsigned char *)p)[i], 0);
	memset(p, 0xff, bytes);
}

static void
fill_slab(struct slab s)
{
	fill_part(s.sum, N_BINS * sizeof *s.sum);
	fill_part(s.touched, N_BINS / FARM_BLOCK_BINS + 1);
	if (s.square != NULL) {
		fill_part(s.square, N_BINS * sizeof *s.square);
		fill_part(s.counters, FARM_COUNTERS_MAX * sizeof *s.counters);
	}
}

static void
fill_all(struct slab_block *b, int n_workers, bool is_shared)
{
	for (int w = 0; w < n_workers; w++) {
		struct lane lane = slab_lane(b, w);

		fill_part(lane.record, sizeof *lane.record);
		fill_part(lane.bins, N_BINS * sizeof *lane.bins);
		fill_part(lane.strips, N_BINS / FARM_BLOCK_BINS + 1);
		if (w == 0 || !is_shared)
			fill_slab(slab_of(b, w));
	}
	fill_slab(slab_remainder(b));
}

static void
parts_do_not_overlap(void **state)
{
	struct slab_block b;
	struct err e;

	(void)state;
	for (int is_shared = 0; is_shared < 2; is_shared++) {
		b = block_of(3, is_shared, 35);
		fill_all(&b, 3, is_shared);
		assert_int_equal(slab_block_check(&b, &e), 0);
		slab_block_close(&b);
	}
}

static void
all_workers_have_the_one_shared_slab(void **state)
{
	struct slab_block b = block_of(3, true, 30);

	(void)state;
	assert_ptr_equal(slab_of(&b, 0).sum, slab_of(&b, 2).sum);
	assert_ptr_not_equal(slab_lane(&b, 0).bins, slab_lane(&b, 2).bins);
	assert_null(slab_remainder(&b).sum);
	slab_block_close(&b);
}

static int
signal_of_writing(const struct slab_block *b, int keep, volatile unsigned char *p)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		if (keep >= 0)
			slab_block_keep(b, keep);
		*p = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
a_stray_write_kills_its_writer_only(void **state)
{
	struct slab_block b = block_of(3, false, 35);
	unsigned char *first = (unsigned char *)slab_lane(&b, 1).record;

	(void)state;
	assert_int_equal(signal_of_writing(&b, -1, first - 1), SIGSEGV);
	assert_int_equal(signal_of_writing(&b, -1, b.shm.base), SIGSEGV);
	assert_int_equal(signal_of_writing(&b, 1, (unsigned char *)slab_of(&b, 0).sum), SIGSEGV);
	assert_int_equal(signal_of_writing(&b, 1, (unsigned char *)slab_of(&b, 2).sum), SIGSEGV);
	assert_int_equal(signal_of_writing(&b, 1, (unsigned char *)slab_of(&b, 1).sum), 0);
	assert_int_equal(slab_of(&b, 1).sum[0], 1);
	slab_block_close(&b);
}

static void
fold_adds_all_slabs_to_the_first(void **state)
{
	struct slab_block b = block_of(3, false, 30);
	struct slab s;
	struct err e;

	(void)state;
	for (int w = 0; w < 3; w++) {
		s = slab_of(&b, w);
		s.touched[w] = 1;
		s.sum[w * FARM_BLOCK_BINS + 5] = 100 + w;
		s.square[w * FARM_BLOCK_BINS + 5] = (farm_square)7 << 100;
		s.counters[1] = -1 - w;
	}
	assert_int_equal(slab_fold(&b, &e), 0);
	s = slab_of(&b, 0);
	for (int w = 0; w < 3; w++) {
		assert_int_equal(s.sum[w * FARM_BLOCK_BINS + 5], 100 + w);
		assert_true(s.square[w * FARM_BLOCK_BINS + 5] == (farm_square)7 << 100);
	}
	assert_true(s.counters[1] == -6);
	assert_int_equal(slab_of(&b, 2).sum[2 * FARM_BLOCK_BINS + 5], 0);
	slab_block_close(&b);
}

static void
fold_says_when_a_sum_overflows(void **state)
{
	struct slab_block b = block_of(2, false, 30);
	struct err e;

	(void)state;
	for (int w = 0; w < 2; w++) {
		slab_of(&b, w).touched[0] = 1;
		slab_of(&b, w).sum[9] = INT64_MAX / 2 + 1;
	}
	assert_int_equal(slab_fold(&b, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "overflow"));
	slab_block_close(&b);
}

static void
a_wiped_lane_is_as_new(void **state)
{
	struct slab_block b = block_of(2, false, 30);

	(void)state;
	slab_lane(&b, 1).bins[N_BINS - 1] = 3;
	slab_lane(&b, 1).strips[1] = 1;
	slab_lane(&b, 1).record->last_committed = 12;
	slab_of(&b, 1).sum[0] = 8;
	slab_lane_wipe(&b, 1);
	assert_int_equal(slab_lane(&b, 1).bins[N_BINS - 1], 0);
	assert_int_equal(slab_lane(&b, 1).strips[1], 0);
	assert_int_equal(slab_lane(&b, 1).record->last_committed, 0);
	assert_int_equal(slab_of(&b, 1).sum[0], 8);
	slab_block_close(&b);
}

static void
memory_stays_under_48_bytes_per_bin_and_worker(void **state)
{
	struct farm_job job = { .n_items = 1037, .cut.first = 10, .n_counters = 9 };
	struct farm_options o = { .n_workers = 7 };

	(void)state;
	for (job.n_bins = 1; job.n_bins < 100000000; job.n_bins *= 3) {
		size_t bytes = farm_memory(&job, &o);

		assert_true(bytes >= job.n_bins * (7 * 32 + 8));
		assert_true(bytes <= job.n_bins * 48 * 8 + (50 << 20));
		bytes = farm_memory_of_save(&job, &o);
		assert_true(bytes >= job.n_bins * 32);
		assert_true(bytes <= job.n_bins * 48 + (1 << 20));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_do_not_overlap),
		cmocka_unit_test(all_workers_have_the_one_shared_slab),
		cmocka_unit_test(a_stray_write_kills_its_writer_only),
		cmocka_unit_test(fold_adds_all_slabs_to_the_first),
		cmocka_unit_test(fold_says_when_a_sum_overflows),
		cmocka_unit_test(a_wiped_lane_is_as_new),
		cmocka_unit_test(memory_stays_under_48_bytes_per_bin_and_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
