/* A small subset of YAML as a tree of texts: mappings, lists and one-line values, each with its place. */
#ifndef IO_YAML_H
#define IO_YAML_H

#include <stddef.h>

#include "base/err.h"
#include "io/diagnostic.h"
#include "io/text_file.h"

#define YAML_DEPTH_MAX 8
#define YAML_NODES_MAX 100000
#define YAML_CHILDREN_MAX 2000   /* of one mapping or list */

enum yaml_kind {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAPPING,
	YAML_REFUSED      /* outside the subset; its error has been reported */
};

struct yaml_node {
	enum yaml_kind kind;
	struct span at;            /* the value; for a mapping or a list, its first byte */
	char *text;                /* of a scalar: one line, "" if there is nothing; else NULL */
	char *key;                 /* in a mapping; else NULL */
	struct span key_at;
	size_t n;                  /* children */
	struct yaml_node *first, *last, *next;
};

/* Reads the one document of `f`. Anchors, aliases, tags, directives, further documents, duplicate
 * keys and values of several lines are errors, added to d (of duplicate keys the tree has all). Returns
 * the root (an empty mapping for an empty document), which the caller frees, or NULL: then the reason is
 * in d, or, if the memory ran out, in e with kind ERR_SYSTEM. */
struct yaml_node *yaml_parse(const struct text_file *f, struct diagnostics *d, struct err *e);
void yaml_free(struct yaml_node *root);

#endif
