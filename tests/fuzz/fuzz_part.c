/* Fuzzes the readers of part.bin: what is taken for a part can be judged, and added to an empty sum once. */
#include "fuzz_seal.h"

#include "io/tally_file.h"

static void
add(const struct tally_file *head, const char *path)
{
	struct tally_file sum;
	struct err e = {0};
	int status;

	if (tally_file_start_sum(&sum, head, &e) != 0)
		return;
	status = tally_file_add(&sum, path, &e);
	if (status == 0 && (!stretches_are_equal(&sum.part.ranges, &head->part.ranges) ||
	    (head->part.ranges.n > 0 && tally_file_add(&sum, path, &e) == 0)))
		abort();
	tally_file_free(&sum);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *path = fuzz_sealed_file(data, n);
	struct tally_file f;
	struct err e = {0};

	if (tally_file_read_part(&f, path, &e) == 0) {
		if (f.tally.layout.n_bins < 100000)
			tally_check_balance(&f.tally, &e);
		tally_file_free(&f);
	}
	if (tally_file_read_head(&f, path, &e) == 0) {
		if (f.tally.layout.n_bins < 100000)
			add(&f, path);
		tally_file_free(&f);
	}
	return 0;
}
