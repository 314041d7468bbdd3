/* The head of tally.bin, which its writer and its reader share. */
#ifndef IO_TALLY_FORMAT_H
#define IO_TALLY_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/tally.h"

#define TALLY_MAGIC "IONTALLY"
#define TALLY_VERSION 6
#define TALLY_VERSION_CARRIES 7      /* of a file that has a section of carries, and is else the same */
#define TALLY_HEADER_BYTES 744
#define TALLY_HASH_DIGITS 32
#define TALLY_SUM_BLOCK_BYTES ((size_t)TALLY_BLOCK_BINS * (8 + 16))
#define TALLY_REMAINDER_BLOCK_BYTES ((size_t)TALLY_BLOCK_BINS * 8)
#define TALLY_CARRY_BLOCK_BYTES ((size_t)TALLY_BLOCK_BINS * 4)
#define TALLY_CHECKSUM_BYTES 8

struct tally_header {
	char hash[TALLY_HASH_DIGITS];
	uint64_t plan_bytes;
	bool has_carries;
	struct tally tally;          /* all but its arrays, and those of its layout */
};

void tally_header_encode(unsigned char to[TALLY_HEADER_BYTES], const struct tally_header *h);

/* Checks each number on its own and against the others. `path` is for the message. The layout lacks the
 * densities and the radii of rings, which do not belong to the header. */
int tally_header_decode(struct tally_header *h, const unsigned char from[TALLY_HEADER_BYTES],
    const char *path, struct err *e);

/* Whether a counter can be one: far from the end of its type, so that sums of a few cannot overflow. */
bool tally_count_is_possible(tally_count n);

/* Blocks of TALLY_BLOCK_BINS bins; the bytes of a bitmap with a bit for each, in 64-bit words. */
size_t tally_n_blocks(const struct tally_layout *l);
size_t tally_bitmap_bytes(const struct tally_layout *l);

/* The plan's text is followed by zeros up to a multiple of 8 bytes. */
size_t tally_padding(uint64_t plan_bytes);

/* Radii of rings in the file: the edges of a cylinder, none of a lattice. */
size_t tally_n_radii(const struct tally_layout *l);

/* Doubles are kept as their bits. */
double le64_get_double(const unsigned char *from);
void le64_put_double(unsigned char *to, double x);
/* The sums and squares of a block's first n_bins bins; the rest is written as zeros. */
void tally_block_encode(unsigned char to[TALLY_SUM_BLOCK_BYTES], const int64_t *sum,
    const tally_square *square, size_t n_bins);
void tally_block_decode(const unsigned char from[TALLY_SUM_BLOCK_BYTES], int64_t *sum,
    tally_square *square, size_t n_bins);

uint64_t le64_get(const unsigned char *from);
void le64_put(unsigned char *to, uint64_t x);
uint32_t le32_get(const unsigned char *from);
void le32_put(unsigned char *to, uint32_t x);

#endif
