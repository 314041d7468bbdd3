/* Public options. */
#include "lib/api_options.h"

#include <stdlib.h>

#include "lib/api_error.h"
#include "lib/c_locale.h"

struct ionfarm_options *
ionfarm_options_new(void)
{
	struct ionfarm_options *o = calloc(1, sizeof *o);

	if (o != NULL)
		run_options_init(&o->run);
	return o;
}

int
ionfarm_options_set(struct ionfarm_options *options, const char *name, const char *value, struct ionfarm_error **error)
{
	struct c_locale locale;
	struct err e;
	int status;

	error_clear(error);
	if (options == NULL || name == NULL)
		return error_null(error);
	if (c_locale_begin(&locale, &e) == 0) {
		status = run_options_set(&options->run, name, value, &e);
		c_locale_end(&locale);
		if (status == 0)
			return 0;
	}
	return error_give(error, &e, NULL);
}

void
ionfarm_options_listen(struct ionfarm_options *options, ionfarm_progress_fn *progress, ionfarm_text_fn *text, void *ctx)
{
	struct listener *l = &options->run.listener;

	*l = (struct listener){ progress, text, ctx, l->interval_ms };
}

void
ionfarm_options_free(struct ionfarm_options *options)
{
	free(options);
}
