/* The values of a job file, each checked against its row of the table of keys. */
#ifndef IO_JOB_VALUES_H
#define IO_JOB_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "io/diagnostic.h"
#include "io/job_keys.h"
#include "io/quantity.h"
#include "io/yaml.h"
#include "model/grid.h"
#include "model/material.h"

enum { JOB_VECTOR_LENGTH = 3 };

struct job_value {
	bool is_given;                  /* in the file, rightly or not */
	bool is_good;                   /* what follows may be used: given, or the preset default */
	struct span key_at, at;         /* of a value that is not given: the section that lacks it */
	const char *text;               /* names and files; NULL for a section */
	uint64_t count;
	int choice;
	unsigned choices;               /* of a list of choices: a bit for each */
	int n;                          /* elements of a vector; of a vector's lone value 1 */
	const struct yaml_node *list;   /* of mappings: job_values_read_item reads its children */
	struct quantity quantity[JOB_VECTOR_LENGTH];      /* only [0] but for vectors */
	struct span element_at[JOB_VECTOR_LENGTH];
};

struct job_weight {
	const char *symbol;
	struct span at;                 /* of the symbol */
	double weight;
};

struct job_values {
	struct job_value value[JOB_N_KEYS];
	int n_weights;                  /* of the composition read last */
	struct job_weight weight[MATERIAL_ELEMENTS_MAX];
	int n_radii;                    /* of scoring.cylinder.radii */
	double radius_cm[GRID_RADII_MAX + 1];
	struct span radius_at[GRID_RADII_MAX + 1];
	struct yaml_node *tree;         /* holds the texts */
};

/* Reads and checks all values, errors into d. Returns -1 if there is no tree to read from (then the
 * reason is in d) or no memory (then it is in e, kind ERR_SYSTEM). Free in either case. */
int job_values_read(struct job_values *v, const struct text_file *f, struct diagnostics *d,
    struct err *e);

/* Reads an entry of a list of mappings into the values of the keys below the list's, in place of what
 * the entry before left there. Returns -1 without memory. */
int job_values_read_item(struct job_values *v, enum job_id list, const struct yaml_node *item,
    const struct text_file *f, struct diagnostics *d, struct err *e);

void job_values_free(struct job_values *v);

#endif
