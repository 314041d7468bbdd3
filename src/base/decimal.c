/* Decimal numbers to doubles and back, through the C library's correctly rounded conversions. */
#include "base/decimal.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPONENT_MAX 100000      /* larger ones mean the same: infinity or zero */
#define DIGITS_ENOUGH 17         /* decimal digits that tell all doubles apart */
#define PLAIN_FIRST (-5)         /* powers of ten written without an exponent */
#define PLAIN_LAST 15

static size_t
scan_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static size_t
scan_exponent(const char *text)
{
	size_t sign, digits;

	if (text[0] != 'e' && text[0] != 'E')
		return 0;
	sign = text[1] == '+' || text[1] == '-';
	digits = scan_digits(text + 1 + sign);
	return digits > 0 ? 1 + sign + digits : 0;
}

size_t
decimal_scan(const char *text)
{
	size_t n = text[0] == '+' || text[0] == '-';
	size_t whole, part = 0;

	whole = scan_digits(text + n);
	n += whole;
	if (text[n] == '.') {
		part = scan_digits(text + n + 1);
		n += 1 + part;
	}
	if (whole + part == 0)
		return 0;
	return n + scan_exponent(text + n);
}

/* strtod and snprintf follow the thread's locale; this puts it to "C" and returns the old one. */
static locale_t
enter_c_locale(locale_t *c)
{
	*c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return uselocale(*c);
}

static void
leave_c_locale(locale_t c, locale_t old)
{
	uselocale(old);
	if (c != (locale_t)0)
		freelocale(c);
}

static double
read_c(const char *text)
{
	locale_t c, old = enter_c_locale(&c);
	double value = strtod(text, NULL);

	leave_c_locale(c, old);
	return value;
}

/* The exponent at text[0..length), kept within +-EXPONENT_MAX. */
static int
read_exponent(const char *text, size_t length)
{
	int value = 0, is_negative = 0;

	for (size_t i = 1; i < length; i++) {
		if (text[i] == '-')
			is_negative = 1;
		else if (text[i] != '+' && value < EXPONENT_MAX)
			value = 10 * value + (text[i] - '0');
	}
	return is_negative ? -value : value;
}

enum decimal_status
decimal_read(double *value, const char *text, size_t length, int exponent)
{
	char buf[DECIMAL_LENGTH_MAX + 32];
	size_t mantissa;

	*value = 0.0;
	if (length > DECIMAL_LENGTH_MAX)
		return DECIMAL_TOO_LONG;
	for (mantissa = 0; mantissa < length; mantissa++)
		if (text[mantissa] == 'e' || text[mantissa] == 'E')
			break;
	memcpy(buf, text, mantissa);
	exponent += read_exponent(text + mantissa, length - mantissa);
	snprintf(buf + mantissa, sizeof buf - mantissa, "e%d", exponent);
	*value = read_c(buf);
	if (!isfinite(*value))
		return DECIMAL_TOO_LARGE;
	if (strcspn(buf, "123456789") < mantissa && fabs(*value) < DBL_MIN)
		return DECIMAL_TOO_SMALL;
	*value += 0.0;   /* -0 + 0 is +0 */
	return DECIMAL_OK;
}

/* "d.dddde[+-]xx" with as few digits as read back exactly; returns the power of ten of the first. */
static int
shortest_digits(char buf[DECIMAL_TEXT_MAX], double value)
{
	locale_t c, old = enter_c_locale(&c);

	for (int digits = 0; digits < DIGITS_ENOUGH; digits++) {
		snprintf(buf, DECIMAL_TEXT_MAX, "%.*e", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	leave_c_locale(c, old);
	return (int)strtol(strchr(buf, 'e') + 1, NULL, 10);
}

/* Puts digits[0..n), the first of them worth 10^power, in plain notation. */
static char *
put_plain(char *out, const char *digits, int n, int power)
{
	int last = power < 0 ? power : 0;   /* the lowest power that must be written */

	if (power - (n - 1) < last)
		last = power - (n - 1);
	for (int p = power > 0 ? power : 0; p >= last; p--) {
		int i = power - p;

		if (p == -1)
			*out++ = '.';
		*out++ = i >= 0 && i < n ? digits[i] : '0';
	}
	return out;
}

static char *
put_scientific(char *out, const char *digits, int n, int power)
{
	*out++ = digits[0];
	if (n > 1)
		*out++ = '.';
	memcpy(out, digits + 1, (size_t)(n - 1));
	out += n - 1;
	return out + snprintf(out, 8, "e%d", power);
}

char *
decimal_write(char buf[DECIMAL_TEXT_MAX], double value, int exponent)
{
	char raw[DECIMAL_TEXT_MAX], digits[DIGITS_ENOUGH + 1];
	int n = 0, power;
	char *out = buf;

	if (value == 0.0)
		return strcpy(buf, "0");
	power = shortest_digits(raw, value) - exponent;
	for (const char *s = raw; *s != 'e'; s++)
		if (*s >= '0' && *s <= '9')
			digits[n++] = *s;
	if (value < 0.0)
		*out++ = '-';
	if (power >= PLAIN_FIRST && power <= PLAIN_LAST)
		out = put_plain(out, digits, n, power);
	else
		out = put_scientific(out, digits, n, power);
	*out = '\0';
	return buf;
}
