/* Fuzzes the reader of tally.bin: what it takes has its bins, and can be judged. */
#include "fuzz_seal.h"

#include "io/tally_file.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tally_file f;
	struct err e = {0};
	volatile double sum = 0.0;

	if (tally_file_read(&f, fuzz_sealed_file(data, n), &e) != 0)
		return 0;
	for (size_t bin = 0; bin < f.tally.layout.n_bins && bin < 100000; bin += 7)
		sum += tally_error_MeV(&f.tally, bin);
	if (f.tally.layout.n_bins < 100000) {
		tally_check_balance(&f.tally, &e);
		sum += tally_mean_relative_error(&f.tally);
	}
	tally_file_free(&f);
	return 0;
}
