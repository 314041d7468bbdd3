/* Reads the tree of a job file into checked values. */
#include "io/job_values.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"

struct reader {
	const struct text_file *f;
	struct job_values *v;
	struct diagnostics *d;
	struct err *e;
};

static int read_section(struct reader *r, enum job_id section, const struct yaml_node *node);
static int finish_section(struct reader *r, enum job_id section);

__attribute__((format(printf, 4, 5)))
static void
complain(struct reader *r, enum job_id id, struct span at, const char *fmt, ...)
{
	char message[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	diagnostics_add(r->d, r->f, at, "%s: %s", job_keys[id].path, message);
}

static void
complain_value(struct reader *r, enum job_id id, struct span at, const char *reason)
{
	complain(r, id, at, "%s (for example %s)", reason, job_keys[id].example);
}

/* The place in the file of a part of a scalar; the whole of it if quoting moved the characters. */
static struct span
part_of(const struct yaml_node *node, struct span part)
{
	if (node->at.length != strlen(node->text))
		return node->at;
	return (struct span){ node->at.offset + part.offset, part.length };
}

static void
read_count(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];
	struct span at;
	struct err why;

	value->is_good = job_key_count(&value->count, id, node->text, &at, &why) == 0;
	if (!value->is_good)
		complain_value(r, id, part_of(node, at), why.text);
}

static bool
read_quantity(struct reader *r, enum job_id id, const struct yaml_node *node, struct quantity *q)
{
	struct span at;
	struct err why;

	if (job_key_quantity(q, id, node->text, &at, &why) == 0)
		return true;
	complain_value(r, id, part_of(node, at), why.text);
	return false;
}

static void
read_choice(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];
	struct err why;

	value->is_good = job_key_choice(&value->choice, id, node->text, &why) == 0;
	if (!value->is_good)
		complain(r, id, node->at, "%s", why.text);
}

static void
read_text(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];

	value->text = node->text;
	value->is_good = node->text[0] != '\0';
	if (!value->is_good)
		complain_value(r, id, node->at, "found nothing, expected a name");
}

/* The least and the most elements that a list may have. */
static void
limits_of_list(enum job_id id, size_t *least, size_t *most)
{
	const struct job_key *k = &job_keys[id];

	*least = k->n_least > 0 ? (size_t)k->n_least : JOB_VECTOR_LENGTH;
	*most = k->n_most > 0 ? (size_t)k->n_most : JOB_VECTOR_LENGTH;
}

/* Whether the list has as many elements as it should; says so if not. */
static bool
check_length(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	size_t least, most;
	char reason[80], expected[40];

	limits_of_list(id, &least, &most);
	if (node->n >= least && node->n <= most)
		return true;
	if (least == most)
		snprintf(expected, sizeof expected, "%zu%s", least,
		    least == JOB_VECTOR_LENGTH ? ", along x, y and z" : ", along x and y");
	else
		snprintf(expected, sizeof expected, "%zu %s %zu", least, most == least + 1 ? "or" : "to",
		    most);
	snprintf(reason, sizeof reason, "found %zu value%s, expected %s", node->n,
	    node->n == 1 ? "" : "s", expected);
	complain_value(r, id, node->at, reason);
	return false;
}

/* Whether an element of a list is a single value; says so if not. */
static bool
check_element(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	if (node->kind == YAML_SCALAR)
		return true;
	if (node->kind != YAML_REFUSED)
		complain_value(r, id, node->at, "found a list or mapping, expected a value");
	return false;
}

static void
read_vector(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];

	if (node->kind == YAML_SCALAR) {
		value->n = 1;
		value->element_at[0] = node->at;
		value->is_good = read_quantity(r, id, node, &value->quantity[0]);
		return;
	}
	if (!check_length(r, id, node))
		return;
	value->is_good = true;
	for (const struct yaml_node *n = node->first; n != NULL; n = n->next) {
		value->element_at[value->n] = n->at;
		value->is_good &= check_element(r, id, n)
		    && read_quantity(r, id, n, &value->quantity[value->n]);
		value->n++;
	}
}

static void
read_series(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_values *v = r->v;
	struct quantity q;

	if (!check_length(r, id, node))
		return;
	v->value[id].is_good = true;
	for (const struct yaml_node *n = node->first; n != NULL; n = n->next, v->n_radii++) {
		q.value = 0.0;
		v->value[id].is_good &= check_element(r, id, n) && read_quantity(r, id, n, &q);
		v->radius_cm[v->n_radii] = q.value;
		v->radius_at[v->n_radii] = n->at;
	}
}

static void
read_choices(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];
	struct err why;
	int choice;

	if (!check_length(r, id, node))
		return;
	value->is_good = true;
	for (const struct yaml_node *n = node->first; n != NULL; n = n->next) {
		if (!check_element(r, id, n)) {
			value->is_good = false;
		} else if (job_key_choice(&choice, id, n->text, &why) < 0) {
			complain(r, id, n->at, "%s", why.text);
			value->is_good = false;
		} else if ((value->choices & 1u << choice) != 0) {
			complain(r, id, n->at, "%s is there twice", n->text);
			value->is_good = false;
		} else {
			value->choices |= 1u << choice;
		}
	}
}

static bool
read_weight(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_weight *w = &r->v->weight[r->v->n_weights];
	struct quantity q;

	for (int i = 0; i < r->v->n_weights; i++)
		if (strcmp(r->v->weight[i].symbol, node->key) == 0)
			return false;   /* the duplicate has been reported */
	if (node->kind == YAML_REFUSED)
		return false;
	if (node->kind != YAML_SCALAR) {
		complain_value(r, id, node->at, "expected a part by weight for each element");
		return false;
	}
	if (r->v->n_weights == MATERIAL_ELEMENTS_MAX) {
		complain(r, id, node->key_at, "more than %d elements", MATERIAL_ELEMENTS_MAX);
		return false;
	}
	if (!read_quantity(r, id, node, &q))
		return false;
	*w = (struct job_weight){ node->key, node->key_at, q.value };
	r->v->n_weights++;
	return true;
}

static void
read_composition(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];

	r->v->n_weights = 0;
	value->is_good = node->n > 0;
	if (!value->is_good)
		complain_value(r, id, node->at, "found no element");
	for (const struct yaml_node *n = node->first; n != NULL; n = n->next)
		value->is_good &= read_weight(r, id, n);
}

static void
read_list(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	struct job_value *value = &r->v->value[id];

	value->is_good = node->n > 0;
	value->list = node;
	if (!value->is_good)
		complain_value(r, id, node->at, "found an empty list");
}

static enum yaml_kind
expected_kind(enum job_type type)
{
	if (type == JOB_IS_SECTION || type == JOB_IS_COMPOSITION)
		return YAML_MAPPING;
	return type == JOB_IS_VECTOR || type == JOB_IS_SERIES || type == JOB_IS_CHOICES
	    || type == JOB_IS_LIST || type == JOB_IS_LIST_OR_FILE ? YAML_LIST : YAML_SCALAR;
}

/* Whether a key that expects a list may have a value instead. */
static bool
may_be_scalar(enum job_id id)
{
	return job_keys[id].type == JOB_IS_LIST_OR_FILE
	    || (job_keys[id].type == JOB_IS_VECTOR && job_keys[id].n_least == 1);
}

/* What a key that expects a list wants, in words. */
static const char *
list_name(enum job_id id)
{
	enum job_type type = job_keys[id].type;

	if (type == JOB_IS_LIST)
		return "a list of mappings";
	if (type == JOB_IS_VECTOR && job_keys[id].n_most == 0)
		return "a list of three";
	return may_be_scalar(id) ? "a value or a list" : "a list";
}

/* A section with nothing in it reads as a value with nothing in it. */
static bool
is_empty(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR && node->text[0] == '\0';
}

/* Whether the node's shape suits the key; says so if not. */
static bool
check_kind(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	static const char *const found[] = {
		[YAML_SCALAR] = "a value", [YAML_LIST] = "a list", [YAML_MAPPING] = "a mapping"
	};
	const char *const expected[] = {
		[YAML_SCALAR] = "a value", [YAML_LIST] = list_name(id),
		[YAML_MAPPING] = "a mapping of keys to values"
	};
	enum job_type type = job_keys[id].type;
	enum yaml_kind kind = expected_kind(type);
	char reason[100];

	if (node->kind == YAML_REFUSED)
		return false;
	if (node->kind == kind || (type == JOB_IS_NAME_OR_SECTION && node->kind == YAML_MAPPING)
	    || (type == JOB_IS_SECTION && is_empty(node))
	    || (may_be_scalar(id) && node->kind == YAML_SCALAR))
		return true;
	snprintf(reason, sizeof reason, "found %s, expected %s",
	    is_empty(node) ? "nothing" : found[node->kind], expected[kind]);
	complain_value(r, id, node->at, reason);
	return false;
}

static int
read_value(struct reader *r, enum job_id id, const struct yaml_node *node)
{
	enum job_type type = job_keys[id].type;
	struct job_value *value = &r->v->value[id];

	if (!check_kind(r, id, node))
		return 0;
	if (type == JOB_IS_SECTION || (type == JOB_IS_NAME_OR_SECTION && node->kind == YAML_MAPPING)) {
		value->is_good = true;
		return read_section(r, id, node);
	}
	if (type == JOB_IS_COUNT)
		read_count(r, id, node);
	else if (type == JOB_IS_QUANTITY)
		value->is_good = read_quantity(r, id, node, &value->quantity[0]);
	else if (type == JOB_IS_VECTOR)
		read_vector(r, id, node);
	else if (type == JOB_IS_CHOICE)
		read_choice(r, id, node);
	else if (type == JOB_IS_COMPOSITION)
		read_composition(r, id, node);
	else if (type == JOB_IS_SERIES)
		read_series(r, id, node);
	else if (type == JOB_IS_CHOICES)
		read_choices(r, id, node);
	else if (node->kind == YAML_LIST)
		read_list(r, id, node);
	else
		read_text(r, id, node);
	return 0;
}

struct sibling_names {
	enum job_id section;
};

static const char *
sibling_name(size_t i, void *ctx)
{
	const struct sibling_names *s = ctx;

	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (job_key_section(id) == s->section && i-- == 0)
			return job_key_name(id);
	return NULL;
}

/* A key of that very name in another section, or of that path; JOB_N_KEYS if there is none. */
static enum job_id
find_elsewhere(const char *name)
{
	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (job_key_section(id) != JOB_N_KEYS
		    && (strcmp(name, job_key_name(id)) == 0 || strcmp(name, job_keys[id].path) == 0))
			return id;
	return JOB_N_KEYS;
}

static void
complain_unknown(struct reader *r, enum job_id section, const struct yaml_node *node)
{
	struct sibling_names siblings = { section };
	const char *near = nearest_name(node->key, sibling_name, &siblings);
	enum job_id elsewhere = find_elsewhere(node->key);
	char key[48], where[80] = "";

	diagnostic_quote(key, sizeof key, node->key);
	if (section != JOB_N_KEYS)
		snprintf(where, sizeof where, " in %s", job_keys[section].path);
	if (near != NULL)
		diagnostics_add(r->d, r->f, node->key_at, "unknown key %s%s, did you mean %s?",
		    key, where, near);
	else if (elsewhere != JOB_N_KEYS)
		diagnostics_add(r->d, r->f, node->key_at, "unknown key %s%s, did you mean %s "
		    "in the section %s?", key, where, job_key_name(elsewhere),
		    job_keys[job_key_section(elsewhere)].path);
	else
		diagnostics_add(r->d, r->f, node->key_at, "unknown key %s%s", key, where);
}

static enum job_id
find_in_section(enum job_id section, const char *name)
{
	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (job_key_section(id) == section && strcmp(name, job_key_name(id)) == 0)
			return id;
	return JOB_N_KEYS;
}

/* The default is read as if it stood in a file of its own. */
static int
apply_preset(struct reader *r, enum job_id id)
{
	struct text_file f;
	struct reader preset = { &f, r->v, r->d, r->e };
	struct yaml_node *node;
	int rc = -1;

	if (text_file_copy(&f, "default", job_keys[id].preset, strlen(job_keys[id].preset), r->e) < 0)
		return -1;
	node = yaml_parse(&f, r->d, r->e);
	if (node != NULL)
		rc = read_value(&preset, id, node);
	yaml_free(node);
	text_file_free(&f);
	return rc;
}

static void
complain_missing(struct reader *r, enum job_id id, struct span at)
{
	const struct job_key *k = &job_keys[id];

	diagnostics_add(r->d, r->f, at, "missing %s %s: %s (for example %s: %s)",
	    k->type == JOB_IS_SECTION ? "section" : "key", k->path, k->help, job_key_name(id),
	    k->example);
}

/* Required keys are missed only in a section that is there. */
static bool
is_missing(const struct reader *r, enum job_id id)
{
	enum job_id section = job_key_section(id);
	const enum job_id *unless = job_keys[id].unless;

	for (int i = 0; i < 2; i++)
		if (unless[i] != 0 && r->v->value[unless[i]].is_given)
			return false;
	return job_keys[id].is_required && (section == JOB_N_KEYS || r->v->value[section].is_given);
}

/* A key that was not given: its default, or a complaint. */
static int
finish_key(struct reader *r, enum job_id id, struct span section_at)
{
	struct job_value *value = &r->v->value[id];

	value->at = value->key_at = section_at;
	if (is_missing(r, id))
		complain_missing(r, id, section_at);
	else if (job_keys[id].preset != NULL)
		return apply_preset(r, id);
	else if (job_keys[id].type == JOB_IS_SECTION)
		return finish_section(r, id);
	return 0;
}

static int
finish_section(struct reader *r, enum job_id section)
{
	struct span at = section == JOB_N_KEYS ? (struct span){ 0, 0 } : r->v->value[section].key_at;

	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (job_key_section(id) == section && !r->v->value[id].is_given
		    && finish_key(r, id, at) < 0)
			return -1;
	return 0;
}

static int
read_entry(struct reader *r, enum job_id section, const struct yaml_node *node)
{
	enum job_id id = find_in_section(section, node->key);
	struct job_value *value;

	if (id == JOB_N_KEYS) {
		complain_unknown(r, section, node);
		return 0;
	}
	value = &r->v->value[id];
	if (value->is_given)
		return 0;   /* the duplicate has been reported */
	value->is_given = true;
	value->key_at = node->key_at;
	value->at = node->at;
	return read_value(r, id, node);
}

static int
read_section(struct reader *r, enum job_id section, const struct yaml_node *node)
{
	for (const struct yaml_node *n = node->first; n != NULL; n = n->next)
		if (read_entry(r, section, n) < 0)
			return -1;
	return finish_section(r, section);
}

int
job_values_read(struct job_values *v, const struct text_file *f, struct diagnostics *d,
    struct err *e)
{
	struct reader r = { f, v, d, e };

	memset(v, 0, sizeof *v);
	v->tree = yaml_parse(f, d, e);
	if (v->tree == NULL)
		return -1;
	if (v->tree->kind != YAML_MAPPING) {
		diagnostics_add(d, f, v->tree->at,
		    "expected keys and values (for example histories: 1e6)");
		return -1;
	}
	return read_section(&r, JOB_N_KEYS, v->tree);
}

int
job_values_read_item(struct job_values *v, enum job_id list, const struct yaml_node *item,
    const struct text_file *f, struct diagnostics *d, struct err *e)
{
	struct reader r = { f, v, d, e };
	size_t length = strlen(job_keys[list].path);

	for (enum job_id id = 0; id < JOB_N_KEYS; id++)
		if (strncmp(job_keys[id].path, job_keys[list].path, length) == 0
		    && job_keys[id].path[length] == '.')
			v->value[id] = (struct job_value){ 0 };
	v->value[list].key_at = item->at;
	if (item->kind == YAML_MAPPING)
		return read_section(&r, list, item);
	if (item->kind != YAML_REFUSED)
		complain_value(&r, list, item->at, "found no mapping of keys to values");
	return 0;
}

void
job_values_free(struct job_values *v)
{
	yaml_free(v->tree);
	v->tree = NULL;
}
