/* Writes small tallies, with and without all that they can hold, parts, checkpoints and a phase space, for a fuzzer to
 * start from, into ./tally, ./part, ./checkpoint and ./phase_space. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/checkpoint.h"
#include "io/checkpoint_format.h"
#include "io/mcpl.h"
#include "io/tally_file.h"
#include "io/tally_format.h"
#include "sample_tally.h"

static void
must(int status, const struct err *e)
{
	if (status == 0)
		return;
	fprintf(stderr, "%s\n", e->text);
	exit(1);
}

/* With the byte in front that the target wants: 0, a file. */
static void
put_file_seed(void)
{
	FILE *in = fopen("checkpoint/checkpoint", "rb"), *out = fopen("checkpoint/file", "wb");
	int c;

	if (in == NULL || out == NULL)
		exit(1);
	fputc(0, out);
	while ((c = fgetc(in)) != EOF)
		fputc(c, out);
	fclose(in);
	fclose(out);
	remove("checkpoint/checkpoint");
}

static void
put_u64(FILE *out, uint64_t x)
{
	unsigned char bytes[8];

	le64_put(bytes, x);
	fwrite(bytes, 1, 8, out);
}

/* 1, a head and a body that is not compressed. */
static void
put_body_seed(const struct sample *s)
{
	const uint64_t field[N_FIELDS] = {
		CHECKPOINT_VERSION, strlen(SAMPLE_PLAN_TEXT), 1000, 7, 8, 1, 1, SAMPLE_BINS, N_CHANNELS, TALLY_BLOCK_BINS,
	};
	unsigned char block[TALLY_SUM_BLOCK_BYTES];
	FILE *out = fopen("checkpoint/body", "wb");

	if (out == NULL)
		exit(1);
	fputc(1, out);
	fwrite(CHECKPOINT_MAGIC, 1, 8, out);
	fwrite(SAMPLE_HASH, 1, 32, out);
	for (int i = 0; i < N_FIELDS; i++)
		put_u64(out, field[i]);
	fputs(SAMPLE_PLAN_TEXT, out);
	put_u64(out, 9);
	put_u64(out, 3);
	for (int i = 0; i < 2 * N_CHANNELS; i++)
		put_u64(out, i % 2 == 0 ? 77 : 0);
	put_u64(out, 1);
	tally_block_encode(block, s->sum + 64, s->square + 64, 64);
	fwrite(block, 1, sizeof block, out);
	put_u64(out, CHECKPOINT_NO_BLOCK);
	fclose(out);
}

/* A name without letters, a comment, and two particles. */
static void
put_phase_space_seed(void)
{
	const struct leaving l[] = {
		{ .Z = 6, .A = 12, .energy_MeV = 4800.0, .direction = { 0.0, 0.6, 0.8 } },
		{ .Z = 1, .A = 1, .energy_MeV = 100.0, .position_cm = { 1.0, -2.0, 3.0 }, .direction = { -1.0, 0.0, 0.0 } },
	};
	const unsigned char texts[] = { 0, 0, 0, 0, 2, 0, 0, 0, 'h', 'i' };
	unsigned char head[MCPL_HEAD_BYTES + 8], bytes[MCPL_LEAVING_BYTES];
	FILE *out = fopen("phase_space/two", "wb");

	if (out == NULL)
		exit(1);
	mcpl_put_head(head, 2, 1, 0);
	fwrite(head, 1, sizeof head, out);
	fwrite(texts, 1, sizeof texts, out);
	for (int i = 0; i < 2; i++) {
		mcpl_put_leaving(bytes, &l[i]);
		fwrite(bytes, 1, sizeof bytes, out);
	}
	fclose(out);
}

int
main(void)
{
	static const uint64_t beyond[] = { 9, 12 };
	struct checkpoint c = { .histories = 1000, .cut.first = 7, .n_prefix = 8, .n_beyond = 2,
	    .beyond = beyond, .n_bins = SAMPLE_BINS };
	struct stretch held[] = { { 1, 3 }, { 8, 10 } };
	const struct part part = { .histories = SAMPLE_HISTORIES, .shard = { 2, 3 }, .ranges = { 2, held } };
	static const int32_t carry[SAMPLE_BINS_MAX] = { [70] = 3, [71] = -1 };
	struct sample s;
	struct err e;

	sample_init_full(&s, GRID_CYLINDRICAL);
	must(tally_file_write("tally", &s.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), &e);
	if (rename("tally/tally.bin", "tally/full") != 0)
		return 1;
	s.tally.carry = carry;
	must(tally_file_write("tally", &s.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), &e);
	if (rename("tally/tally.bin", "tally/carries") != 0)
		return 1;
	sample_init_part(&s, &part);
	must(tally_file_write("part", &s.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), &e);
	sample_init(&s, 5, 3);
	must(tally_file_write("tally", &s.tally, SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), &e);
	must(checkpoint_write("checkpoint", &c, &(struct checkpoint_bins){ s.sum, s.square, s.touched },
	    SAMPLE_PLAN_TEXT, SAMPLE_HASH, &e), &e);
	put_file_seed();
	put_body_seed(&s);
	put_phase_space_seed();
	return 0;
}
