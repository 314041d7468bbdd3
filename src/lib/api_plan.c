/* Public plans. */
#include "lib/api_plan.h"

#include <stdlib.h>

#include "base/host.h"
#include "io/job.h"
#include "lib/api_error.h"
#include "lib/c_locale.h"

#define NAME_OF_TEXT "job.yaml"

static int
find_hash(struct ionfarm_plan *p, struct err *e)
{
	char *text = plan_text(&p->plan, e);

	if (text == NULL)
		return -1;
	plan_hash(text, p->hash);
	free(text);
	return 0;
}

static int
parse_text(struct ionfarm_plan *p, const char *text, size_t length, const char *directory, struct diagnostics *d,
    struct err *e)
{
	if (text_file_copy(&p->job, NAME_OF_TEXT, text, length, e) != 0)
		return -1;
	return job_read_text(&p->plan, text, length, NAME_OF_TEXT, directory != NULL ? directory : ".", d, e);
}

/* From a file where there is a path, else from a text. */
static struct ionfarm_plan *
make(const char *path, const char *text, size_t length, const char *directory, struct ionfarm_error **error)
{
	double began_s = host_seconds();
	struct ionfarm_plan *p = calloc(1, sizeof *p);
	struct diagnostics d = {0};
	struct c_locale locale;
	struct err e;
	int status = -1;

	error_clear(error);
	if (p == NULL) {
		err_sys(&e, "memory for a plan");
	} else if (c_locale_begin(&locale, &e) == 0) {
		status = path != NULL ? job_read(&p->plan, &p->job, path, &d, &e)
		    : parse_text(p, text, length, directory, &d, &e);
		status = status == 0 ? find_hash(p, &e) : -1;
		c_locale_end(&locale);
	}
	if (status != 0) {
		error_give(error, &e, &d);
		ionfarm_plan_free(p);
		p = NULL;
	} else {
		p->read_s = host_seconds() - began_s;
	}
	diagnostics_free(&d);
	return p;
}

struct ionfarm_plan *
ionfarm_plan_read(const char *path, struct ionfarm_error **error)
{
	if (path != NULL)
		return make(path, NULL, 0, NULL, error);
	error_null(error);
	return NULL;
}

struct ionfarm_plan *
ionfarm_plan_parse(const char *text, size_t length, const char *directory, struct ionfarm_error **error)
{
	if (text != NULL)
		return make(NULL, text, length, directory, error);
	error_null(error);
	return NULL;
}

const char *
ionfarm_plan_hash(const struct ionfarm_plan *plan)
{
	return plan->hash;
}

void
ionfarm_plan_free(struct ionfarm_plan *plan)
{
	if (plan == NULL)
		return;
	plan_free(&plan->plan);
	text_file_free(&plan->job);
	free(plan);
}
