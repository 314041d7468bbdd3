/* Writes a result as one page of HTML. */
#include "io/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/html.h"
#include "io/kept_plan.h"
#include "io/plot.h"
#include "io/rundir.h"
#include "io/yaml.h"

enum { REPORT_BYTES_MAX = 4 << 20, PLAN_BYTES_MAX = 4 << 20 };

struct words {
	const char *key, *text;     /* NULL ends a table */
};

static const struct words captions[] = {
	{ "depth.gp", "Depth dose with its standard error" },
	{ "let.gp", "Linear energy transfer against depth" },
	{ "slice.gp", "Dose in a plane along the axis, with isodose lines in percent of its highest" },
	{ "profile.gp", "Lateral profile at the depth of the peak" },
	{ PLOT_PROFILES, "Lateral profiles at chosen depths" },
	{ PLOT_WORKERS, "Workers over the time of the run" },
	{ PLOT_CONVERGENCE, "Mean relative standard error against the number of histories" },
	{ NULL, NULL }
};

/* Headings of what report.json has. */
static const struct words headings[] = {
	{ "provenance", "Provenance" },
	{ "part", "Part" },
	{ "histories", "Histories" },
	{ "energy_balance", "Energy balance" },
	{ "depth_dose", "Depth dose" },
	{ "workers", "Workers" },
	{ "checkpoints", "Checkpoints" },
	{ "merge", "Merge" },
	{ "time", "Time" },
	{ NULL, NULL }
};

/* Nothing may be loaded from anywhere, whatever a text says. */
static const char head[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    "body { font: 16px/1.45 sans-serif; color: #111; max-width: 62em; margin: 2em auto; padding: 0 1em; }\n"
    "h1 { font-size: 1.5em; overflow-wrap: anywhere; } h2 { font-size: 1.15em; margin: 1.6em 0 0.4em; }\n"
    "table { border-collapse: collapse; } td, th { padding: 0.15em 1.2em 0.15em 0; text-align: left; "
    "vertical-align: top; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }\n"
    "td.number { text-align: right; font-variant-numeric: tabular-nums; }\n"
    ".pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(24em, 1fr)); gap: 1em; }\n"
    "figure { margin: 0; break-inside: avoid; } img { width: 100%; } figcaption { font-size: 0.9em; }\n"
    "pre { background: #f4f4f4; padding: 0.8em; overflow-x: auto; font-size: 0.85em; }\n"
    "</style>\n";

/* The words of a table for a key; what is not in it has its own name. */
static const char *
text_of(const struct words *table, const char *key)
{
	while (table->key != NULL && strcmp(table->key, key) != 0)
		table++;
	return table->key != NULL ? table->text : key;
}

static const struct yaml_node *
child(const struct yaml_node *parent, const char *key)
{
	const struct yaml_node *node = parent == NULL ? NULL : parent->first;

	while (node != NULL && strcmp(node->key, key) != 0)
		node = node->next;
	return node;
}

static const char *
text_at(const struct yaml_node *report, const char *section, const char *key)
{
	const struct yaml_node *node = child(child(report, section), key);

	return node != NULL && node->kind == YAML_SCALAR ? node->text : "unknown";
}

/* A number with a few digits that a reader wants; whole ones with all of theirs. */
static void
put_value(struct file *f, const char *text)
{
	char *end, digits[40];
	double x = strtod(text, &end);

	if (strcmp(text, "null") == 0) {
		file_printf(f, "<td>none");
	} else if (end == text || *end != '\0' || strspn(text, "-0123456789") == 0) {
		file_printf(f, "<td>");
		html_put_text(f, text);
	} else {
		snprintf(digits, sizeof digits, "%.6g", x);
		file_printf(f, "<td class=\"number\">%s", strpbrk(text, ".e") == NULL ? text : digits);
	}
	file_printf(f, "</td>");
}

static void put_rows(struct file *f, const struct yaml_node *parent, const char *before);

/* Nested keys are told one after the other: "deaths 1 cause". */
static void
put_row(struct file *f, const struct yaml_node *node, const char *name)
{
	if (node->kind != YAML_SCALAR) {
		put_rows(f, node, name);
		return;
	}
	file_printf(f, "<tr><th>");
	html_put_text(f, name);
	file_printf(f, "</th>");
	put_value(f, node->text);
	file_printf(f, "</tr>\n");
}

static void
put_rows(struct file *f, const struct yaml_node *parent, const char *before)
{
	char name[200];
	size_t i = 0;

	for (const struct yaml_node *node = parent->first; node != NULL; node = node->next) {
		i++;
		if (node->key != NULL)
			snprintf(name, sizeof name, "%s%s%s", before, before[0] != '\0' ? " " : "", node->key);
		else
			snprintf(name, sizeof name, "%s %zu", before, i);
		for (char *c = name; *c != '\0'; c++)
			if (*c == '_')
				*c = ' ';
		put_row(f, node, name);
	}
}

static void
put_sections(struct file *f, const struct yaml_node *report)
{
	for (const struct yaml_node *node = report->first; node != NULL; node = node->next) {
		file_printf(f, "<h2>");
		html_put_text(f, text_of(headings, node->key));
		file_printf(f, "</h2>\n<table>\n");
		put_rows(f, node, "");
		file_printf(f, "</table>\n");
	}
}

static int
put_pictures(struct file *f, const char *dir, const char *const *scripts, size_t n, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 100];

	file_printf(f, "<div class=\"pictures\">\n");
	for (size_t i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/" PLOT_DIRECTORY "/%.*s.png", dir, (int)strcspn(scripts[i], "."), scripts[i]);
		file_printf(f, "<figure>");
		if (html_put_png(f, path, text_of(captions, scripts[i]), e) != 0)
			return -1;
		file_printf(f, "<figcaption>%s</figcaption></figure>\n", text_of(captions, scripts[i]));
	}
	file_printf(f, "</div>\n");
	return 0;
}

static void
put_top(struct file *f, const char *dir, const struct yaml_node *report)
{
	file_write(f, head, sizeof head - 1);
	file_printf(f, "<title>ionfarm: ");
	html_put_text(f, dir);
	file_printf(f, "</title>\n</head>\n<body>\n<h1>");
	html_put_text(f, dir);
	file_printf(f, "</h1>\n<p>");
	html_put_text(f, text_at(report, "provenance", "program"));
	file_printf(f, ", plan <code>");
	html_put_text(f, text_at(report, "provenance", "plan_hash"));
	file_printf(f, "</code>, seed ");
	html_put_text(f, text_at(report, "provenance", "seed"));
	file_printf(f, ": ");
	html_put_text(f, text_at(report, "histories", "done"));
	file_printf(f, " of ");
	html_put_text(f, text_at(report, "histories", "asked"));
	file_printf(f, " histories, ended ");
	html_put_text(f, text_at(report, "provenance", "ended"));
	file_printf(f, ".</p>\n");
}

static int
read_part(struct text_file *part, const char *dir, const char *name, size_t limit, struct err *e)
{
	char path[RUNDIR_LENGTH_MAX + 100];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return text_file_read(part, path, limit, e);
}

/* NULL: e tells why. */
static struct yaml_node *
read_report(const char *dir, struct err *e)
{
	struct diagnostics d = { 0 };
	struct text_file f;
	struct yaml_node *root;

	if (read_part(&f, dir, "report.json", REPORT_BYTES_MAX, e) != 0)
		return NULL;
	e->kind = ERR_NONE;
	root = yaml_parse(&f, &d, e);
	if (d.n > 0) {
		diagnostics_summary(&d, f.name, e);
		yaml_free(root);
		root = NULL;
	} else if (root != NULL && root->kind != YAML_MAPPING) {
		err_set(e, ERR_INPUT, "%s is no report of a run", f.name);
		yaml_free(root);
		root = NULL;
	}
	diagnostics_free(&d);
	text_file_free(&f);
	return root;
}

static int
put_page(struct file *f, const char *dir, const char *const *scripts, size_t n, const struct yaml_node *report,
    struct err *e)
{
	struct text_file plan;

	put_top(f, dir, report);
	if (put_pictures(f, dir, scripts, n, e) != 0 || read_part(&plan, dir, KEPT_PLAN_NAME, PLAN_BYTES_MAX, e) != 0)
		return -1;
	put_sections(f, report);
	file_printf(f, "<h2>Plan</h2>\n<p>With every value given; as a job file it means the same.</p>\n<pre>");
	html_put_text(f, plan.text);
	file_printf(f, "</pre>\n</body>\n</html>\n");
	text_file_free(&plan);
	return 0;
}

int
page_write(const char *dir, const char *const *scripts, size_t n, struct err *e)
{
	struct yaml_node *report = read_report(dir, e);
	struct file f;
	int status;

	if (report == NULL)
		return -1;
	status = file_create(&f, dir, PAGE_NAME, e);
	if (status == 0 && (status = put_page(&f, dir, scripts, n, report, e)) != 0)
		file_abort(&f);
	else if (status == 0)
		status = file_commit(&f, e);
	yaml_free(report);
	return status;
}
