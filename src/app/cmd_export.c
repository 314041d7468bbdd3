/* ionfarm export: what was scored, in the formats of other programs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "farm/spawn.h"
#include "io/export.h"
#include "io/rundir.h"
#include "lib/exit_status.h"
#include "lib/result_read.h"

#define PROGRAMS_VARIABLE "IONFARM_LIBEXECDIR"

enum { OPT_OUTPUT, OPT_TO, OPT_WHAT };

static const struct option_row options[] = {
	[OPT_OUTPUT] = {'o', "output", "FILE", "the file to write (DIR/WHAT with the format's ending)"},
	[OPT_TO] = {'t', "to", "FORMAT", "npy, nrrd, nifti, mha, vtk, csv or dicom"},
	[OPT_WHAT] = {'W', "what", "WHAT", "dose (the default), error, fluence, let_t or let_d"},
	{0, NULL, NULL, NULL}
};

struct wish {
	const char *to, *what, *output;
};

/* Where the file goes. */
struct target {
	char dir[4096], name[64];
};

static int
set_option(void *ctx, int row, const char *argument, struct err *e)
{
	struct wish *w = ctx;

	switch (row) {
	case OPT_OUTPUT:
		w->output = argument;
		return 0;
	case OPT_TO:
		w->to = argument;
		return 0;
	case OPT_WHAT:
		w->what = argument;
		return 0;
	}
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static int
set_target(struct target *to, const char *output, const char *dir, const char *name, struct err *e)
{
	const char *slash = output == NULL ? NULL : strrchr(output, '/');
	size_t dir_length = slash == NULL ? 0 : slash == output ? 1 : (size_t)(slash - output);

	if (output == NULL)
		snprintf(to->dir, sizeof to->dir, "%s", dir);
	else if (slash == NULL)
		snprintf(to->dir, sizeof to->dir, ".");
	else
		snprintf(to->dir, sizeof to->dir, "%.*s", (int)dir_length, output);
	if (output != NULL)
		name = slash == NULL ? output : slash + 1;
	if (dir_length > RUNDIR_LENGTH_MAX || snprintf(to->name, sizeof to->name, "%s", name) >= (int)sizeof to->name)
		return err_set(e, ERR_USAGE, "the name of the file is too long: %s", output);
	if (to->name[0] == '\0')
		return err_set(e, ERR_USAGE, "'%s' names no file", output);
	return 0;
}

/* Lets the format's program make the file out of the MetaImage `from`. */
static int
convert(const struct export_format *format, const struct export *x, const struct target *to, const char *from,
    struct err *e)
{
	const char *programs = getenv(PROGRAMS_VARIABLE);
	char program[4200], what[16], title[96];
	char *argv[] = {program, what, title, (char[72]){0}, (char[72]){0}, NULL};
	int status;

	snprintf(program, sizeof program, "%s/%s", programs != NULL ? programs : PROGRAMS_DIRECTORY, format->converter);
	snprintf(what, sizeof what, "%s", x->field->word);
	snprintf(title, sizeof title, "%s", x->title);
	snprintf(argv[3], 72, "./%s", from);
	snprintf(argv[4], 72, "./%s", to->name);
	if (spawn_wait(argv, to->dir, &status, e) != 0)
		return -1;
	return status == 0 ? 0 : err_set(e, status == IONFARM_EXIT_OUTPUT_FAILED ? ERR_OUTPUT : ERR_SYSTEM,
	    "%s failed with status %d", program, status);
}

static int
write_converted(const struct export_format *format, const struct export *x, const struct target *to,
    struct err *e)
{
	char from[64];
	struct err ignored;
	int status;

	if (snprintf(from, sizeof from, ".%s.mha", to->name) >= (int)sizeof from)
		return err_set(e, ERR_USAGE, "the name of the file is too long: %s", to->name);
	if (export_write(format, x, to->dir, from, e) != 0)
		return -1;
	status = convert(format, x, to, from, e);
	rundir_remove(to->dir, from, &ignored);
	return status;
}

/* Where the voxels are, and of what they are a part, which not every format can hold. */
static void
tell(const struct export *x, const struct target *to)
{
	const struct tally *t = x->tally;
	const int *n = t->layout.grid.n;
	char ranges[STRETCHES_TEXT_BYTES];
	double size[N_AXES], first[N_AXES];
	char unit[64];

	export_place(x, size, first);
	printf("%s/%s: %s, %s; %d x %d x %d voxels of %.12g x %.12g x %.12g mm, the centre of the first at "
	    "%.12g, %.12g, %.12g mm", to->dir, to->name, x->field->file,
	    field_unit_text(x->field, &t->layout, unit), n[AXIS_X], n[AXIS_Y], n[AXIS_Z], size[AXIS_X],
	    size[AXIS_Y], size[AXIS_Z], first[AXIS_X], first[AXIS_Y], first[AXIS_Z]);
	if (t->part != NULL)
		printf("; part: ranges %s of %" PRIu64, stretches_text(&t->part->ranges, ranges),
		    cut_n_ranges(t->cut, t->part->histories));
	printf("\n");
}

static int
export_field(const struct wish *w, const struct tally_file *tf, const char *dir, struct err *e)
{
	const struct export_format *format;
	struct export x = { .tally = &tf->tally };
	struct target to;
	char name[64], title[80];

	if (export_format_find(&format, w->to, e) != 0 || field_find(&x.field, w->what, &tf->tally.layout, e) != 0)
		return -1;
	if (tally_histories(&tf->tally) == 0)
		return err_set(e, ERR_INPUT, "%s: no history was done, there is nothing to export", dir);
	snprintf(title, sizeof title, "ionfarm plan %s, %" PRIu64 " histories", tf->hash, tally_histories(&tf->tally));
	x.title = title;
	snprintf(name, sizeof name, "%s.%s", x.field->file, format->ending);
	if (set_target(&to, w->output, dir, name, e) != 0)
		return -1;
	if ((format->converter != NULL ? write_converted(format, &x, &to, e)
	    : export_write(format, &x, to.dir, to.name, e)) != 0)
		return -1;
	tell(&x, &to);
	return 0;
}

static int
cmd_export(int argc, char **argv, struct err *e)
{
	struct wish w = { .what = "dose" };
	struct tally_file tf;
	int first, status;

	if (options_parse(options, argc, argv, set_option, &w, &first, e) != 0)
		return -1;
	if (argc - first != 1 || strlen(argv[first]) > RUNDIR_LENGTH_MAX)
		return err_set(e, ERR_USAGE, "export takes the directory of one result");
	if (w.to == NULL)
		return err_set(e, ERR_USAGE, "--to FORMAT is missing");
	if (result_read(&tf, argv[first], e) != 0)
		return err_prefix(e, "%s holds no result that could be exported", argv[first]);
	status = export_field(&w, &tf, argv[first], e);
	tally_file_free(&tf);
	return status == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_export = {
	"export", "DIR", "writes a result for other programs", options, cmd_export
};
