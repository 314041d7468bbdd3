/* Numbers with units, read strictly from text. */
#ifndef IO_QUANTITY_H
#define IO_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"
#include "io/text_file.h"

/* Bits, so that a key can accept several. */
enum dimension {
	DIMENSION_NUMBER = 1 << 0,               /* without a unit */
	DIMENSION_FRACTION = 1 << 1,             /* internal: 1 */
	DIMENSION_ENERGY = 1 << 2,               /* MeV */
	DIMENSION_ENERGY_PER_NUCLEON = 1 << 3,   /* MeV per nucleon */
	DIMENSION_LENGTH = 1 << 4,               /* cm */
	DIMENSION_ANGLE = 1 << 5,                /* rad */
	DIMENSION_DENSITY = 1 << 6,              /* g/cm3 */
	DIMENSION_EXCITATION = 1 << 7,           /* eV: energies of atoms */
	DIMENSION_TIME = 1 << 8                  /* s */
};

/* value in the internal unit = number x 10^exponent x factor */
struct unit {
	const char *name;
	enum dimension dimension;
	int exponent;
	double factor;                /* 1 but for degrees, minutes and hours */
};

struct quantity {
	double value;                 /* internal unit */
	enum dimension dimension;
	const struct unit *unit;      /* NULL for a plain number */
};

/* Reads "400 MeV/u". `dimensions` are those accepted. On failure -1, the reason in e (ERR_INPUT)
 * and, in `at`, the part of the text that is to blame. */
int quantity_parse(struct quantity *q, const char *text, unsigned dimensions, struct span *at,
    struct err *e);

/* Reads a whole number, 0 to 2^64 - 1; "1e6" and "2.5e3" are whole. Failure as above. */
int count_parse(uint64_t *n, const char *text, struct span *at, struct err *e);

/* All units in order; NULL past the end. */
const struct unit *unit_at(size_t index);
const struct unit *unit_by_name(const char *name);

/* "mm, cm or m": all that the dimensions accept. Returns buf. */
const char *unit_list(char *buf, size_t n, unsigned dimensions);

/* The number of units of `unit` in value (its factor must be 1), so that it reads back exactly. */
char *quantity_number(char buf[DECIMAL_TEXT_MAX], double value, const struct unit *unit);

#endif
