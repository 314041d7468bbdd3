/* Completion for shells, made from the tables of commands and options. */
#ifndef APP_COMPLETION_H
#define APP_COMPLETION_H

#include <stddef.h>
#include <stdio.h>

#include "app/command.h"

/* The script for "bash" or "zsh", on `out`; -1 for another shell. */
int completion_print(const char *shell, const struct command *const *commands, size_t n, FILE *out);

#endif
