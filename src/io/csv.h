/* Numbers in a table of text. */
#ifndef IO_CSV_H
#define IO_CSV_H

#include "io/file.h"

/* Nine digits and the character behind them; "nan" for what does not exist, without the sign that
 * printf gives it on some machines. */
void csv_number(struct file *f, double x, char after);
void csv_last(struct file *f, double x);      /* with none */

#endif
