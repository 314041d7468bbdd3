/* Writes a number of a table. */
#include "io/csv.h"

#include <math.h>

void
csv_number(struct file *f, double x, char after)
{
	if (isnan(x))
		file_printf(f, "nan%c", after);
	else
		file_printf(f, "%.9g%c", x, after);
}
