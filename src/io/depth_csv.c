/* Writes what is scored against depth as comma-separated values. */
#include "io/depth_csv.h"

#include "io/csv.h"
#include "io/depth_column.h"

/* The columns that there are come first. */
static size_t
n_columns(const struct tally_layout *l)
{
	const struct depth_column *c;
	size_t n = 0;

	while ((c = depth_column_at(n)) != NULL && depth_column_is_scored(c, l))
		n++;
	return n;
}

int
depth_csv_write(const char *dir, const struct tally *t, struct err *e)
{
	size_t n = n_columns(&t->layout);
	struct file f;

	if (file_create(&f, dir, "depth.csv", e) != 0)
		return -1;
	for (size_t k = 0; k < n; k++)
		file_printf(&f, "%s%c", depth_column_at(k)->name, k + 1 < n ? ',' : '\n');
	for (size_t iz = 0; iz < t->layout.n_depths; iz++)
		for (size_t k = 0; k < n; k++)
			csv_number(&f, depth_column_at(k)->value(t, iz), k + 1 < n ? ',' : '\n');
	return file_commit(&f, e);
}
