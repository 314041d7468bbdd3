/* Fuzzes the reader of job files: what it takes, it describes, and the description means the same plan. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/job.h"

static void
describe_again(const struct plan *p)
{
	struct diagnostics d = {0};
	struct plan again;
	struct err e = {0};
	char *text = NULL, *a, *b;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (out == NULL)
		abort();
	job_describe(p, out);
	fclose(out);
	if (job_read_text(&again, text, n, "again", "/nonexistent", &d, &e) != 0)
		abort();
	a = plan_text(p, &e);
	b = plan_text(&again, &e);
	if (a == NULL || b == NULL || strcmp(a, b) != 0)
		abort();
	free(a);
	free(b);
	free(text);
	plan_free(&again);
	diagnostics_free(&d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct diagnostics d = {0};
	struct plan p;
	struct err e = {0};

	if (job_read_text(&p, (const char *)data, n, "job", "/nonexistent", &d, &e) == 0) {
		describe_again(&p);
		plan_free(&p);
	}
	diagnostics_free(&d);
	return 0;
}
