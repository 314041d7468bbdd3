/* Command-line options as rows of a table: parsing and help both come from the row. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

struct option_row {
	char letter;              /* 0: none */
	const char *name;         /* NULL ends the table */
	const char *argument;     /* what --help calls it; NULL: the option takes none */
	const char *help;
};

/* Calls set() for each option, in order, with the row's number. Operands are left behind
 * argv[*first_operand]. -1 with ERR_USAGE for an unknown option, a missing argument, or what
 * set() says. */
int options_parse(const struct option_row *rows, int argc, char **argv,
    int (*set)(void *ctx, int row, const char *argument, struct err *e), void *ctx,
    int *first_operand, struct err *e);

void options_help(const struct option_row *rows, FILE *out);

#endif
