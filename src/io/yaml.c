/* Builds the tree of a YAML text from the events of libfyaml. */
#include "io/yaml.h"

#include <libfyaml.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct builder {
	const struct text_file *f;
	struct diagnostics *d;
	struct err *e;
	struct fy_parser *parser;
	struct fy_diag *diag;
	struct yaml_node *root;
	struct yaml_node *open[YAML_DEPTH_MAX];   /* the collections that are being read */
	size_t depth;
	size_t n_nodes, n_documents;
	char *key;                                /* read, its value to come */
	struct span key_at;
};

/* The limit on the depth keeps the recursion short. */
void
yaml_free(struct yaml_node *root)
{
	while (root != NULL) {
		struct yaml_node *next = root->next;

		yaml_free(root->first);
		free(root->text);
		free(root->key);
		free(root);
		root = next;
	}
}

static int
no_memory(struct builder *b)
{
	return err_set(b->e, ERR_SYSTEM, "%s: no memory", b->f->name);
}

/* Where an event stands in the text; an empty value stands behind its key. */
static struct span
event_span(const struct builder *b, struct fy_event *event)
{
	const struct fy_mark *start = fy_event_start_mark(event), *end = fy_event_end_mark(event);
	struct span at = { b->key_at.offset + b->key_at.length, 0 };

	if (start == NULL)
		return at;
	at.offset = start->input_pos;
	if (end != NULL && end->input_pos > start->input_pos)
		at.length = end->input_pos - start->input_pos;
	return at;
}

/* Finds a key among the children; NULL if it is new. */
static struct yaml_node *
find_key(const struct yaml_node *parent, const char *key)
{
	for (struct yaml_node *n = parent->first; n != NULL; n = n->next)
		if (strcmp(n->key, key) == 0)
			return n;
	return NULL;
}

static void
report_duplicate(struct builder *b, const struct yaml_node *earlier, const struct yaml_node *node)
{
	struct place p = text_file_place(b->f, earlier->key_at.offset);
	char key[48];

	diagnostics_add(b->d, b->f, node->key_at, "%s: given twice, first in line %zu",
	    diagnostic_quote(key, sizeof key, node->key), p.line);
}

static void
append(struct yaml_node *parent, struct yaml_node *node)
{
	if (parent->last == NULL)
		parent->first = node;
	else
		parent->last->next = node;
	parent->last = node;
	parent->n++;
}

/* Takes the pending key, if the parent is a mapping. */
static struct yaml_node *
new_node(struct builder *b, enum yaml_kind kind, struct span at)
{
	struct yaml_node *node = calloc(1, sizeof *node);

	if (node == NULL) {
		no_memory(b);
		return NULL;
	}
	node->kind = kind;
	node->at = at;
	node->key = b->key;
	node->key_at = b->key_at;
	b->key = NULL;
	b->n_nodes++;
	return node;
}

/* Hangs a node under the open collection; 0, or -1 when the limit is reached. */
static int
attach(struct builder *b, struct yaml_node *node)
{
	struct yaml_node *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;
	struct yaml_node *earlier;

	if (parent == NULL) {
		b->root = node;
		return 0;
	}
	earlier = parent->kind == YAML_MAPPING ? find_key(parent, node->key) : NULL;
	if (earlier != NULL)
		report_duplicate(b, earlier, node);
	append(parent, node);
	if (b->n_nodes <= YAML_NODES_MAX && parent->n <= YAML_CHILDREN_MAX)
		return 0;
	diagnostics_add(b->d, b->f, node->at, parent->n > YAML_CHILDREN_MAX
	    ? "more than the %d values that a mapping or list may have"
	    : "more than the %d values that a job file may have",
	    parent->n > YAML_CHILDREN_MAX ? YAML_CHILDREN_MAX : YAML_NODES_MAX);
	return -1;
}

static bool
expects_key(const struct builder *b)
{
	return b->depth > 0 && b->open[b->depth - 1]->kind == YAML_MAPPING && b->key == NULL;
}

static void
check_properties(struct builder *b, struct fy_token *anchor, struct fy_token *tag, struct span at)
{
	if (anchor != NULL)
		diagnostics_add(b->d, b->f, at, "anchors (&name) are not part of a job file");
	if (tag != NULL)
		diagnostics_add(b->d, b->f, at, "tags (!name) are not part of a job file");
}

/* Why a scalar cannot be taken; NULL if it can. The text of one on several lines may be folded, so
 * that it is the source which tells. */
static const char *
scalar_fault(const struct builder *b, const char *text, size_t length, struct span at)
{
	if (memchr(b->f->text + at.offset, '\n', at.length) != NULL
	    || memchr(b->f->text + at.offset, '\r', at.length) != NULL)
		return "a value must stand on one line";
	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_length(text + i, length - i);
		if (n == 0 && text[i] != '\t')
			return "a value may have no control characters";
		n += n == 0;
	}
	return NULL;
}

static int
on_key(struct builder *b, const char *text, size_t length, struct span at)
{
	b->key_at = at;
	b->key = strndup(text, length);
	return b->key == NULL ? no_memory(b) : 0;
}

static int
on_scalar(struct builder *b, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	struct span at = event_span(b, event);
	enum fy_scalar_style style = fy_token_scalar_style(token);
	struct yaml_node *node;
	const char *fault;
	size_t length = 0;
	const char *text = fy_token_get_text(token, &length);

	if (text == NULL)
		text = "";
	check_properties(b, event->scalar.anchor, event->scalar.tag, at);
	if (style == FYSS_LITERAL || style == FYSS_FOLDED)
		fault = "expected the value on the line of its key";
	else
		fault = scalar_fault(b, text, length, at);
	if (fault != NULL)
		diagnostics_add(b->d, b->f, at, "%s", fault);
	if (expects_key(b))
		return on_key(b, text, length, at);
	node = new_node(b, fault == NULL ? YAML_SCALAR : YAML_REFUSED, at);
	if (node == NULL)
		return -1;
	if (attach(b, node) < 0)
		return -1;
	node->text = strndup(text, length);
	return node->text == NULL ? no_memory(b) : 0;
}

static int
on_alias(struct builder *b, struct fy_event *event)
{
	struct span at = event_span(b, event);
	struct yaml_node *node;

	diagnostics_add(b->d, b->f, at, "aliases (*name) are not part of a job file");
	if (expects_key(b))
		return on_key(b, "", 0, at);
	node = new_node(b, YAML_REFUSED, at);
	return node == NULL ? -1 : attach(b, node);
}

static int
on_open(struct builder *b, struct fy_event *event, enum yaml_kind kind)
{
	struct span at = event_span(b, event);
	struct yaml_node *node;

	if (expects_key(b) || b->depth == YAML_DEPTH_MAX) {
		diagnostics_add(b->d, b->f, at, expects_key(b) ? "expected a key, found a %s"
		    : "a %s nested too deeply", kind == YAML_LIST ? "list" : "mapping");
		return -1;
	}
	if (kind == YAML_LIST)
		check_properties(b, event->sequence_start.anchor, event->sequence_start.tag, at);
	else
		check_properties(b, event->mapping_start.anchor, event->mapping_start.tag, at);
	node = new_node(b, kind, at);
	if (node == NULL || attach(b, node) < 0)
		return -1;
	b->open[b->depth++] = node;
	return 0;
}

static int
on_document(struct builder *b, struct fy_event *event)
{
	struct fy_document_state *state = event->document_start.document_state;
	struct span at = event_span(b, event);

	if (fy_document_state_version_explicit(state) || fy_document_state_tags_explicit(state))
		diagnostics_add(b->d, b->f, (struct span){ 0, 0 },
		    "directives (%%YAML, %%TAG) are not part of a job file");
	if (++b->n_documents == 1)
		return 0;
	diagnostics_add(b->d, b->f, at, "a second document begins here, expected only one");
	return -1;
}

static int
on_event(struct builder *b, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		return on_document(b, event);
	case FYET_SCALAR:
		return on_scalar(b, event);
	case FYET_ALIAS:
		return on_alias(b, event);
	case FYET_SEQUENCE_START:
		return on_open(b, event, YAML_LIST);
	case FYET_MAPPING_START:
		return on_open(b, event, YAML_MAPPING);
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* The byte at a line and column (in characters), both from 1. */
static size_t
offset_of(const struct text_file *f, int line, int column)
{
	size_t i = 0;

	for (; line > 1 && i < f->length; i++)
		line -= f->text[i] == '\n' || (f->text[i] == '\r' && f->text[i + 1] != '\n');
	for (; column > 1 && i < f->length && f->text[i] != '\n'; column--)
		for (i++; i < f->length && (f->text[i] & 0xc0) == 0x80; )
			i++;
	return i;
}

/* The library reports an error once or again while it unwinds: the first tells the cause. */
static void
report_syntax(struct builder *b)
{
	void *iterator = NULL;
	const struct fy_diag_error *error = fy_diag_errors_iterate(b->diag, &iterator);
	struct span at = { 0, 1 };

	if (error != NULL)
		at.offset = offset_of(b->f, error->line, error->column);
	diagnostics_add(b->d, b->f, at, "not valid YAML: %s",
	    error != NULL ? error->msg : "the text cannot be read");
}

/* 0 at the end of the text, -1 when the tree is of no use. */
static int
read_events(struct builder *b)
{
	struct fy_event *event;

	while ((event = fy_parser_parse(b->parser)) != NULL) {
		int rc = on_event(b, event);

		fy_parser_event_free(b->parser, event);
		if (rc < 0)
			return -1;
	}
	if (!fy_parser_get_stream_error(b->parser))
		return 0;
	report_syntax(b);
	return -1;
}

static int
start_parser(struct builder *b)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE
	};

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	b->diag = fy_diag_create(&diag_cfg);
	if (b->diag == NULL)
		return no_memory(b);
	fy_diag_set_collect_errors(b->diag, true);
	cfg.diag = b->diag;
	b->parser = fy_parser_create(&cfg);
	if (b->parser == NULL || fy_parser_set_string(b->parser, b->f->text, b->f->length) < 0)
		return no_memory(b);
	return 0;
}

struct yaml_node *
yaml_parse(const struct text_file *f, struct diagnostics *d, struct err *e)
{
	struct builder b = { .f = f, .d = d, .e = e };
	int rc = start_parser(&b);

	if (rc == 0)
		rc = read_events(&b);
	if (rc == 0 && b.root == NULL)
		b.root = new_node(&b, YAML_MAPPING, (struct span){ 0, 0 });
	free(b.key);
	if (b.parser != NULL)
		fy_parser_destroy(b.parser);
	if (b.diag != NULL)
		fy_diag_destroy(b.diag);
	if (rc == 0)
		return b.root;
	yaml_free(b.root);
	return NULL;
}
