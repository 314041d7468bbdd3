/* Public errors. */
#include "lib/api_error.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/exit_status.h"

void
error_clear(struct ionfarm_error **error)
{
	if (error != NULL)
		*error = NULL;
}

/* NULL: there are none, or no memory for them. */
static char *
details_of(const struct diagnostics *d)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out;

	if (d == NULL || d->n == 0)
		return NULL;
	out = open_memstream(&text, &n);
	if (out == NULL)
		return NULL;
	diagnostics_print(d, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

int
error_give(struct ionfarm_error **error, const struct err *e, const struct diagnostics *d)
{
	if (error == NULL)
		return -1;
	*error = malloc(sizeof **error);
	if (*error != NULL)
		**error = (struct ionfarm_error){ .err = *e, .details = details_of(d) };
	return -1;
}

int
error_null(struct ionfarm_error **error)
{
	struct err e;

	err_set(&e, ERR_USAGE, "an argument is NULL that must not be");
	return error_give(error, &e, NULL);
}

const char *
ionfarm_error_text(const struct ionfarm_error *error)
{
	return error != NULL ? error->err.text : "no memory";
}

const char *
ionfarm_error_details(const struct ionfarm_error *error)
{
	return error != NULL && error->details != NULL ? error->details : "";
}

enum ionfarm_exit
ionfarm_error_status(const struct ionfarm_error *error)
{
	return error != NULL ? exit_status_of(error->err.kind) : IONFARM_EXIT_FAILED;
}

void
ionfarm_error_free(struct ionfarm_error *error)
{
	if (error != NULL)
		free(error->details);
	free(error);
}
