/* Fuzzes the reader of ranges.log and that of status.json. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/ranges_log.h"
#include "io/status_file.h"

static const char *
directory(void)
{
	static char dir[] = "/tmp/ionfarm-fuzz.XXXXXX";
	static bool is_made;

	if (!is_made && mkdtemp(dir) == NULL)
		abort();
	is_made = true;
	return dir;
}

static void
put(const char *name, const uint8_t *data, size_t n)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", directory(), name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct run_status status;
	struct err e = {0};
	uint64_t *ranges;
	size_t n_ranges;

	put("ranges.log", data, n);
	ranges_log_attempts(directory(), &ranges, &n_ranges, &e);
	free(ranges);
	put("status.json", data, n);
	status_file_read(&status, directory(), &e);
	return 0;
}
