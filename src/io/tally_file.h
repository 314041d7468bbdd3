/* The integers of a run on disk: tally.bin. Its bytes are described in ionfarm-result(5). */
#ifndef IO_TALLY_FILE_H
#define IO_TALLY_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/tally.h"

#define PART_FILE_NAME "part.bin"

/* Writes DIR/tally.bin, or of a part DIR/part.bin. The bytes depend on the arguments alone; where `touched` is
 * set but all is zero makes no difference. `hash` is the plan's, 32 hexadecimal digits. ERR_OUTPUT,
 * ERR_SYSTEM. */
int tally_file_write(const char *dir, const struct tally *t, const char *plan_text, const char *hash,
    struct err *e);

/* A tally read back; its arrays belong to the file. Not to be copied: of a part, it points to itself. */
struct tally_file {
	struct tally tally;
	struct part part;              /* what part it is, if it is one */
	char *plan_text;
	uint64_t plan_bytes;
	char hash[33];
	bool has_carries;              /* in the file; `carry` is there when there are any */
	int64_t *sum, *remainder;
	int32_t *carry;
	tally_square *square;
	unsigned char *touched;
	uint64_t *left_out;
};

/* Returns -1 with nothing to free: ERR_INPUT, naming path and fault, unless the file can be opened and is
 * a whole, unharmed tally of this version; ERR_SYSTEM when reading fails or it does not fit into memory.
 * The balance is not checked here. */
int tally_file_read(struct tally_file *tf, const char *path, struct err *e);

/* The same of a part, and no other file. */
int tally_file_read_part(struct tally_file *tf, const char *path, struct err *e);

/* What a part's file says of itself before its bins, which stay NULL. Its checksum has not been looked at. */
int tally_file_read_head(struct tally_file *tf, const char *path, struct err *e);

/* Whether the file of a part is as it was written. */
int tally_file_check_part(const char *path, struct err *e);

/* A tally of no range, as large as that of `like`; to be freed. ERR_SYSTEM. */
int tally_file_start_sum(struct tally_file *sum, const struct tally_file *like, struct err *e);

/* Adds a part to the sum: each bin and counter as an integer, the ranges and what was left out as sets. Reads
 * the file once and takes no memory for its bins. A sum of more than 64 bits has a carry. After a failure the sum is
 * worth nothing, but for being freed. ERR_INPUT, also when it is of another plan or has ranges that the sum has
 * already; ERR_INTERNAL: an integer overflows; ERR_SYSTEM. */
int tally_file_add(struct tally_file *sum, const char *path, struct err *e);
void tally_file_free(struct tally_file *tf);

#endif
