/* Fuzzes the reader of ranges.log and that of status.json. */
#include "fuzz.h"

#include <math.h>
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

/* Times and numbers are within the bounds that the pictures rely on. */
static void
check_event(void *ctx, const struct ranges_event *event)
{
	double *last_s = ctx;

	if (!(event->at_s > 0 && event->at_s < 1e11 && event->histories >= 0 && event->histories < INFINITY) ||
	    event->worker < 0 || event->worker >= RANGES_WORKERS_MAX)
		abort();
	*last_s = event->at_s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct run_status status;
	struct err e = {0};
	uint64_t *ranges;
	size_t n_ranges;
	double last_s;

	put("ranges.log", data, n);
	ranges_log_attempts(directory(), &ranges, &n_ranges, &e);
	free(ranges);
	ranges_log_visit(directory(), check_event, &last_s, &e);
	put("status.json", data, n);
	status_file_read(&status, directory(), &e);
	return 0;
}
