/* Collects and prints the errors in a user's files. */
#include "io/diagnostic.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_BEFORE 60   /* of a long line, shown left of the place */
#define COLUMNS_AFTER 40

/* One character of the line: itself, or a substitute of the same width. */
static size_t
put_character(FILE *out, const char *s, size_t left)
{
	size_t n = utf8_length(s, left);

	if (n > 0)
		fwrite(s, 1, n, out);
	else
		fputc(*s == '\t' ? ' ' : '?', out);
	return n > 0 ? n : 1;
}

/* The part of the line around the place, and the carets under it. */
static void
put_excerpt(FILE *out, const struct text_file *f, struct span at, const struct place *p)
{
	size_t first = p->column > COLUMNS_BEFORE ? p->column - COLUMNS_BEFORE : 1;
	size_t i = p->line_start, column = 1, caret = 0;

	fprintf(out, "%5zu | %s", p->line, first > 1 ? "..." : "");
	for (; i < p->line_end && column < p->column + COLUMNS_AFTER; column++) {
		size_t n = utf8_length(f->text + i, p->line_end - i);

		if (column >= first)
			n = put_character(out, f->text + i, p->line_end - i);
		if (i >= at.offset && i < at.offset + at.length)
			caret++;
		i += n > 0 ? n : 1;
	}
	fprintf(out, "%s\n      | %*s^", i < p->line_end ? "..." : "",
	    (int)(p->column - first + (first > 1 ? 3 : 0)), "");
	while (caret-- > 1)
		fputc('~', out);
	fputc('\n', out);
}

static char *
render(const struct text_file *f, struct span at, const struct place *p, const char *message)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	fprintf(out, "%s:%zu:%zu: %s\n", f->name, p->line, p->column, message);
	if (p->line_end > p->line_start)
		put_excerpt(out, f, at, p);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static bool
is_before(const struct diagnostic *a, const struct diagnostic *b)
{
	if (strcmp(a->file, b->file) != 0)
		return false;
	return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* Keeps the errors of one file in the order of its lines. */
static void
insert(struct diagnostics *d, struct diagnostic new)
{
	size_t i = d->n_kept++;

	for (; i > 0 && is_before(&new, &d->kept[i - 1]); i--)
		d->kept[i] = d->kept[i - 1];
	d->kept[i] = new;
}

void
diagnostics_add(struct diagnostics *d, const struct text_file *f, struct span at,
    const char *fmt, ...)
{
	struct diagnostic new;
	char message[1000];
	struct place p;
	va_list ap;

	d->n++;
	if (d->n_kept == DIAGNOSTICS_KEPT_MAX)
		return;
	p = text_file_place(f, at.offset);
	new.line = p.line;
	new.column = p.column;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	new.file = strdup(f->name);
	new.text = render(f, at, &p, message);
	if (new.file != NULL && new.text != NULL) {
		insert(d, new);
		return;
	}
	free(new.file);
	free(new.text);
}

int
diagnostics_summary(const struct diagnostics *d, const char *name, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s: %zu error%s", name, d->n, d->n == 1 ? "" : "s");
}

void
diagnostics_print(const struct diagnostics *d, FILE *out)
{
	for (size_t i = 0; i < d->n_kept; i++)
		fputs(d->kept[i].text, out);
	if (d->n > d->n_kept)
		fprintf(out, "and %zu more errors\n", d->n - d->n_kept);
}

void
diagnostics_free(struct diagnostics *d)
{
	for (size_t i = 0; i < d->n_kept; i++) {
		free(d->kept[i].file);
		free(d->kept[i].text);
	}
	*d = (struct diagnostics){ 0 };
}

const char *
diagnostic_quote(char *buf, size_t n, const char *text)
{
	size_t left = strlen(text), used = 0;

	while (left > 0) {
		size_t k = utf8_length(text, left);

		if (used + (k > 0 ? k : 1) + 4 > n) {
			memcpy(buf + used, "...", 3);
			used += 3;
			break;
		}
		memcpy(buf + used, k > 0 ? text : "?", k > 0 ? k : 1);
		used += k > 0 ? k : 1;
		text += k > 0 ? k : 1;
		left -= k > 0 ? k : 1;
	}
	buf[used] = '\0';
	return buf;
}
