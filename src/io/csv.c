/* Writes a number of a table. */
#include "io/csv.h"

#include <math.h>

void
csv_last(struct file *f, double x)
{
	if (isnan(x))
		file_printf(f, "nan");
	else
		file_printf(f, "%.9g", x);
}

void
csv_number(struct file *f, double x, char after)
{
	csv_last(f, x);
	file_printf(f, "%c", after);
}
