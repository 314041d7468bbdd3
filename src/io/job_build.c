/* Reads values and complains, for the builders of the parts of a plan. */
#include "io/job_build.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
job_complain(struct job *j, enum job_id id, struct span at, const char *fmt, ...)
{
	char message[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	diagnostics_add(j->d, j->f, at, "%s: %s", job_keys[id].path, message);
}

bool
job_is_good(const struct job *j, enum job_id id)
{
	return j->v->value[id].is_good;
}

bool
job_is_given(const struct job *j, enum job_id id)
{
	return j->v->value[id].is_given;
}

bool
job_is_fine(const struct job *j, enum job_id id)
{
	return job_is_good(j, id) || !job_is_given(j, id);
}

struct span
job_place(const struct job *j, enum job_id id)
{
	return j->v->value[id].at;
}

struct span
job_element_place(const struct job *j, enum job_id id, int i)
{
	return j->v->value[id].n > 1 ? j->v->value[id].element_at[i] : j->v->value[id].at;
}

double
job_number(const struct job *j, enum job_id id)
{
	return j->v->value[id].quantity[0].value;
}

void
job_vector(const struct job *j, enum job_id id, double out[N_AXES])
{
	for (int i = 0; i < N_AXES; i++)
		out[i] = j->v->value[id].quantity[i].value;
}

bool
job_refuse(struct job *j, const enum job_id *id, int n, const char *reason)
{
	bool is_fine = true;

	for (int i = 0; i < n; i++) {
		if (!job_is_given(j, id[i]))
			continue;
		job_complain(j, id[i], j->v->value[id[i]].key_at, "%s", reason);
		is_fine = false;
	}
	return is_fine;
}

static char *
resolve(const char *directory, const char *file)
{
	char *joined = NULL, *path;

	if (file[0] == '/')
		return realpath(file, NULL);
	if (asprintf(&joined, "%s/%s", directory, file) < 0)
		return NULL;
	path = realpath(joined, NULL);
	free(joined);
	return path;
}

char *
job_file_path(struct job *j, enum job_id id)
{
	const struct job_value *value = &j->v->value[id];
	char *path = resolve(j->directory, value->text);
	char found[80];

	if (path == NULL)
		job_complain(j, id, value->at, "%s: %s",
		    diagnostic_quote(found, sizeof found, value->text), strerror(errno));
	return path;
}

struct length_text
job_in_cm(double value_cm)
{
	struct length_text t;

	snprintf(t.text, sizeof t.text, "%.7g cm", value_cm);
	return t;
}

double
job_lowest(int axis, double size_cm)
{
	return axis == AXIS_Z ? 0.0 : -0.5 * size_cm;
}
