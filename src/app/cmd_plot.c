/* ionfarm plot: pictures of a result. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/exit_status.h"
#include "app/progress.h"
#include "farm/spawn.h"
#include "io/checkpoint.h"
#include "io/plot.h"
#include "io/rundir.h"
#include "io/tally_file.h"

static const struct option_row options[] = {
	{0, NULL, NULL, NULL}
};

static int
no_option(void *ctx, int row, const char *argument, struct err *e)
{
	(void)ctx;
	(void)argument;
	return err_set(e, ERR_INTERNAL, "option %d has no meaning", row);
}

static int
draw(const char *directory, const char *script, struct err *e)
{
	char gnuplot[] = "gnuplot", name[64];
	char *argv[] = {gnuplot, name, NULL};
	int status;

	snprintf(name, sizeof name, "%s", script);
	if (spawn_wait(argv, directory, &status, e) != 0) {
		if (errno == ENOENT)
			return err_set(e, ERR_SYSTEM, "gnuplot is not installed (Debian: gnuplot-nox);"
			    " scripts and data are in %s", directory);
		return -1;
	}
	if (status != 0)
		return err_set(e, ERR_OUTPUT, "gnuplot failed with status %d on %s/%s", status,
		    directory, script);
	return 0;
}

static int
draw_all(const char *dir, const struct tally_layout *l, struct err *e)
{
	char directory[4096];

	if ((size_t)snprintf(directory, sizeof directory, "%s/%s", dir, PLOT_DIRECTORY)
	    >= sizeof directory)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	for (const char *const *script = plot_scripts(l); *script != NULL; script++) {
		if (draw(directory, *script, e) != 0)
			return -1;
		printf("%s/%.*s.png\n", directory, (int)strcspn(*script, "."), *script);
	}
	return 0;
}

/* The pictures are those of the result, whatever has been done since. */
static void
tell_newer_checkpoint(const char *dir, const struct tally *t)
{
	struct progress to;
	struct checkpoint_file c;
	struct err e;
	char text[300];

	if (checkpoint_find(&c, dir, &e, &e) <= CHECKPOINT_NONE)
		return;
	snprintf(text, sizeof text, "the pictures show the %" PRIu64 " histories of tally.bin; a checkpoint holds %"
	    PRIu64, tally_extent(t), checkpoint_histories(&c.head));
	progress_init(&to, stderr, false);
	if (checkpoint_histories(&c.head) > tally_extent(t))
		progress_say(&to, text);
	checkpoint_close(&c);
}

static int
read_result(struct tally_file *tf, const char *dir, struct err *e)
{
	bool is_part = rundir_has(dir, PART_FILE_NAME);
	char path[4096];
	int status;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", dir, is_part ? PART_FILE_NAME : "tally.bin") >= sizeof path)
		return err_set(e, ERR_USAGE, "the directory's name is too long");
	status = is_part ? tally_file_read_part(tf, path, e) : tally_file_read(tf, path, e);
	return status == 0 ? 0 : err_prefix(e, "%s holds no result that could be drawn", dir);
}

/* Above each picture of a part it says of what. */
static const char *
title_of(const struct tally *t, const char *dir, char *title, size_t n)
{
	char text[STRETCHES_TEXT_BYTES];

	if (t->part == NULL)
		return dir;
	snprintf(title, n, "%s (part: ranges %s of %llu)", dir, stretches_text(&t->part->ranges, text),
	    (unsigned long long)part_n_ranges(t->part->histories, t->range_histories));
	return title;
}

static int
cmd_plot(int argc, char **argv, struct err *e)
{
	char title[4096 + STRETCHES_TEXT_BYTES];
	struct tally_file tf;
	int first, status;

	if (options_parse(options, argc, argv, no_option, NULL, &first, e) != 0)
		return -1;
	if (argc - first != 1)
		return err_set(e, ERR_USAGE, "plot takes the directory of one result");
	if (read_result(&tf, argv[first], e) != 0)
		return -1;
	tell_newer_checkpoint(argv[first], &tf.tally);
	status = plot_write(argv[first], title_of(&tf.tally, argv[first], title, sizeof title), &tf.tally, e);
	if (status == 0)
		status = draw_all(argv[first], &tf.tally.layout, e);
	tally_file_free(&tf);
	return status == 0 ? IONFARM_EXIT_COMPLETE : -1;
}

const struct command command_plot = {
	"plot", "DIR", "draws the pictures of a result", options, cmd_plot
};
