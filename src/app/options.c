/* Parses command-line options by their table. */
#include "app/options.h"

#include <getopt.h>
#include <stdbool.h>
#include <string.h>

enum { ROWS_MAX = 32, FIRST_LONG = 256 };

/* getopt's own tables, made from ours. */
static void
translate(const struct option_row *rows, struct option *longs, char *letters)
{
	*letters++ = ':';
	for (int i = 0; rows[i].name != NULL; i++) {
		int has_argument = rows[i].argument != NULL;

		longs[i] = (struct option){rows[i].name, has_argument ? required_argument : no_argument,
		    NULL, FIRST_LONG + i};
		if (rows[i].letter == 0)
			continue;
		*letters++ = rows[i].letter;
		if (has_argument)
			*letters++ = ':';
	}
	*letters = '\0';
}

static int
row_of_letter(const struct option_row *rows, int letter)
{
	int i = 0;

	while (rows[i].letter != letter)
		i++;
	return i;
}

/* What getopt objects to, as its user wrote it. */
static int
refuse(const struct option_row *rows, const char *word, bool is_bare, struct err *e)
{
	char letter[] = {'-', (char)optopt, '\0'};
	bool is_letter = optopt > ' ' && optopt < 127;

	if (is_bare)
		return err_set(e, ERR_USAGE, "option '%s' needs an argument", is_letter ? letter : word);
	if (optopt >= FIRST_LONG)
		return err_set(e, ERR_USAGE, "option '--%s' takes no argument", rows[optopt - FIRST_LONG].name);
	return err_set(e, ERR_USAGE, "unknown option '%s'", is_letter ? letter : word);
}

int
options_parse(const struct option_row *rows, int argc, char **argv,
    int (*set)(void *ctx, int row, const char *argument, struct err *e), void *ctx,
    int *first_operand, struct err *e)
{
	struct option longs[ROWS_MAX + 1] = {{0}};
	char letters[2 * ROWS_MAX + 2];
	int c;

	translate(rows, longs, letters);
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == '?' || c == ':')
			return refuse(rows, argv[optind - 1], c == ':', e);
		if (set(ctx, c >= FIRST_LONG ? c - FIRST_LONG : row_of_letter(rows, c), optarg, e) != 0)
			return -1;
	}
	*first_operand = optind;
	return 0;
}

void
options_help(const struct option_row *rows, FILE *out)
{
	for (int i = 0; rows[i].name != NULL; i++) {
		char left[64];

		snprintf(left, sizeof left, "%s%c%c --%s%s%s", "  ",
		    rows[i].letter ? '-' : ' ', rows[i].letter ? rows[i].letter : ' ',
		    rows[i].name, rows[i].argument ? " " : "",
		    rows[i].argument ? rows[i].argument : "");
		fprintf(out, "%-32s %s\n", left, rows[i].help);
	}
}
