/* Writes the scripts by which shells complete the command line. */
#include "app/completion.h"

#include <stdbool.h>
#include <string.h>

/* What the argument of an option, or an operand, is completed with; of everything else there is no telling. */
static const struct { const char *word, *bash, *zsh; } kinds[] = {
	{ "DIR", "-d", "_files -/" },
	{ "DIR...", "-d", "_files -/" },
	{ "FILE", "-f", "_files" },
	{ "JOB", "-f", "_files" },
	{ "PART...", "-d", "_files -/" },
};

static const char *
completer(const char *word, bool is_zsh)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return is_zsh ? kinds[i].zsh : kinds[i].bash;
	return is_zsh ? " " : "";
}

/* The operands, of which the last is the one that is completed: "-o DIR PART..." too. */
static const char *
last_word(const char *operands)
{
	const char *blank = strrchr(operands, ' ');

	return blank == NULL ? operands : blank + 1;
}

/* Options that take a word of this kind, as the pattern of a case: "--output|-o". */
static void
put_pattern(const struct option_row *rows, const char *kind, FILE *out)
{
	int n = 0;

	for (; rows->name != NULL; rows++) {
		if (rows->argument == NULL || strcmp(completer(rows->argument, false), kind) != 0)
			continue;
		fprintf(out, "%s--%s", n++ == 0 ? "" : "|", rows->name);
		if (rows->letter != 0)
			fprintf(out, "|-%c", rows->letter);
	}
}

static void
put_bash_case(const struct command *c, const char *kind, FILE *out)
{
	bool is_used = false;

	for (const struct option_row *row = c->options; row->name != NULL; row++)
		is_used = is_used || (row->argument != NULL && strcmp(completer(row->argument, false), kind) == 0);
	if (!is_used)
		return;
	fprintf(out, "\t\t");
	put_pattern(c->options, kind, out);
	fprintf(out, ") kind='%s' ;;\n", kind[0] == '\0' ? "none" : kind);
}

static void
put_bash_command(const struct command *c, FILE *out)
{
	fprintf(out, "\t%s)\n\t\toptions='--help", c->name);
	for (const struct option_row *row = c->options; row->name != NULL; row++)
		fprintf(out, " --%s", row->name);
	fprintf(out, "'\n\t\tkind='%s'\n\t\tcase $before in\n", completer(last_word(c->operands), false));
	put_bash_case(c, "-d", out);
	put_bash_case(c, "-f", out);
	put_bash_case(c, "", out);
	fprintf(out, "\t\tesac ;;\n");
}

static void
put_bash(const struct command *const *commands, size_t n, FILE *out)
{
	fprintf(out, "# Completion of ionfarm(1) for bash, made from its tables of commands and options.\n"
	    "_ionfarm() {\n\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options= kind=\n"
	    "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s ", commands[i]->name);
	fprintf(out, "--help --version' -- \"$word\")\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; i < n; i++)
		put_bash_command(commands[i], out);
	fprintf(out, "\tesac\n\tCOMPREPLY=()\n\tcase $kind:$word in\n\tnone:*) ;;\n"
	    "\t*:-*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\") ;;\n"
	    "\t-[df]:*) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen \"$kind\" -- \"$word\") ;;\n"
	    "\tesac\n}\ncomplete -F _ionfarm ionfarm\n");
}

/* In single quotes, where zsh's _arguments reads brackets and colons. */
static void
put_zsh_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text) != NULL)
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
}

static void
put_zsh_option(const struct option_row *row, FILE *out)
{
	if (row->letter != 0)
		fprintf(out, "\t\t\t'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter,
		    row->argument != NULL ? "+" : "", row->name, row->argument != NULL ? "=" : "");
	else
		fprintf(out, "\t\t\t'--%s%s[", row->name, row->argument != NULL ? "=" : "");
	put_zsh_text(row->help, out);
	fprintf(out, "]");
	if (row->argument != NULL)
		fprintf(out, ":%s:%s", row->argument, completer(row->argument, true));
	fprintf(out, "' \\\n");
}

static void
put_zsh_command(const struct command *c, FILE *out)
{
	const char *operand = last_word(c->operands);

	fprintf(out, "\t%s)\n\t\t_arguments -s \\\n", c->name);
	for (const struct option_row *row = c->options; row->name != NULL; row++)
		put_zsh_option(row, out);
	fprintf(out, "\t\t\t'(- *)--help[tells the options]' '*:%s:%s' ;;\n", operand, completer(operand, true));
}

static void
put_zsh(const struct command *const *commands, size_t n, FILE *out)
{
	fprintf(out, "#compdef ionfarm\n# Completion of ionfarm(1) for zsh, made from its tables of commands and options.\n"
	    "local -a commands=(\n");
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "\t'%s:", commands[i]->name);
		put_zsh_text(commands[i]->summary, out);
		fprintf(out, "'\n");
	}
	fprintf(out, ")\nif (( CURRENT == 2 )); then\n\t_describe command commands\n\treturn\nfi\n"
	    "shift words\n(( CURRENT-- ))\ncase $words[1] in\n");
	for (size_t i = 0; i < n; i++)
		put_zsh_command(commands[i], out);
	fprintf(out, "esac\n");
}

int
completion_print(const char *shell, const struct command *const *commands, size_t n, FILE *out)
{
	if (strcmp(shell, "bash") == 0)
		put_bash(commands, n, out);
	else if (strcmp(shell, "zsh") == 0)
		put_zsh(commands, n, out);
	else
		return -1;
	return 0;
}
