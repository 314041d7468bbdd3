/* The integers of a run on disk: tally.bin. Its bytes are described in ionfarm-result(5). */
#ifndef IO_TALLY_FILE_H
#define IO_TALLY_FILE_H

#include "base/err.h"
#include "model/tally.h"

/* Writes DIR/tally.bin. The bytes depend on the arguments alone; where `touched` is set but all is zero
 * makes no difference. `hash` is the plan's, 32 hexadecimal digits. ERR_OUTPUT, ERR_SYSTEM. */
int tally_file_write(const char *dir, const struct tally *t, const char *plan_text, const char *hash,
    struct err *e);

/* A tally read back; its arrays belong to the file. */
struct tally_file {
	struct tally tally;
	char *plan_text;
	char hash[33];
	int64_t *sum, *remainder;
	tally_square *square;
	unsigned char *touched;
	uint64_t *left_out;
};

/* Returns -1 with nothing to free: ERR_INPUT, naming path and fault, unless the file can be opened and is
 * a whole, unharmed tally of this version; ERR_SYSTEM when reading fails or it does not fit into memory.
 * The balance is not checked here. */
int tally_file_read(struct tally_file *tf, const char *path, struct err *e);
void tally_file_free(struct tally_file *tf);

#endif
