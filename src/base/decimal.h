/* Decimal numbers to doubles and back: exact, and the same in every locale. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stddef.h>

#define DECIMAL_LENGTH_MAX 100   /* characters that a number may have */
#define DECIMAL_TEXT_MAX 40      /* bytes that decimal_write needs */

enum decimal_status {
	DECIMAL_OK,
	DECIMAL_TOO_LONG,    /* more than DECIMAL_LENGTH_MAX characters */
	DECIMAL_TOO_LARGE,   /* beyond the largest double */
	DECIMAL_TOO_SMALL    /* not zero, but below the smallest normal double */
};

/* Length of the decimal number that `text` starts with: [+-] digits [. digits] [e [+-] digits].
 * 0 if there is none; "nan", "inf" and "0x1p3" are none. */
size_t decimal_scan(const char *text);

/* The double nearest to (the number in text[0..length)) x 10^exponent. The power of ten is applied
 * to the decimal digits, so that "0.3" mm and "0.03" cm are the same double. Zero has no sign. */
enum decimal_status decimal_read(double *value, const char *text, size_t length, int exponent);

/* The shortest number that decimal_read turns back into `value` with the same exponent: with 2,
 * 0.05 becomes "5e-4", written "0.0005". Finite values only. Returns buf. */
char *decimal_write(char buf[DECIMAL_TEXT_MAX], double value, int exponent);

#endif
