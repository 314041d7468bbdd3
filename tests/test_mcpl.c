/* MCPL files are written as the format says, and read whatever of it they use; what is no such file is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "io/mcpl.h"
#include "sample_mcpl.h"
#include "scratch.h"

static char path[256];

static int
make(void **state)
{
	scratch_set_up(state);
	scratch_path(&scratch, "p.mcpl", path);
	return 0;
}

/* Reads the file to its end: the number of particles, the first in p; -1. */
static int
read_whole(struct mcpl_particle *p, struct err *e)
{
	struct mcpl_particle other;
	struct mcpl_file f;
	int n = 0, more;

	if (mcpl_open(&f, path, NULL, e) != 0)
		return -1;
	while ((more = mcpl_next(&f, n == 0 ? p : &other, e)) > 0)
		n++;
	mcpl_close(&f);
	return more < 0 ? -1 : n;
}

static void
refuse(const void *bytes, size_t n, const char *words)
{
	struct mcpl_particle p;
	struct err e = { 0 };

	scratch_write(&scratch, "p.mcpl", bytes, n);
	assert_int_equal(read_whole(&p, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	if (strstr(e.text, words) == NULL || strstr(e.text, path) == NULL)
		fail_msg("expected \"%s\", found \"%s\"", words, e.text);
}

static const struct sample_particle protons[] = {
	{ 1.25, -2.5, 3.75, 0.6, 0.0, 150.0, 2.0, 2212 },          /* z is the largest: (0.6, 0, 0.8) */
	{ 0.0, 0.0, 0.0, -2.0, 0.5, -20.5, 2.0, 2212 },            /* x: (-sqrt(0.5), 0.5, -0.5) */
	{ 0.0, 0.0, 0.0, 0.5, (double)INFINITY, 1.0, 2.0, 2212 },  /* y, and no z: (0.5, sqrt(0.75), 0) */
};

static const struct sample_mcpl plain = { .n = 3, .particle = protons };

static unsigned char *
plain_bytes(size_t *n)
{
	return sample_mcpl(&plain, n);
}

static void
assert_near(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.17g is not %.17g", a, b);
}

static void
assert_protons(double tolerance)
{
	const double direction[3][3] = { { 0.6, 0.0, 0.8 }, { -sqrt(0.5), 0.5, -0.5 }, { 0.5, sqrt(0.75), 0.0 } };
	struct mcpl_particle p;
	struct mcpl_file f;
	struct err e;

	assert_int_equal(mcpl_open(&f, path, NULL, &e), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(mcpl_next(&f, &p, &e), 1);
		assert_int_equal(p.pdg, 2212);
		assert_true(p.weight == 2.0);
		assert_true(p.energy_MeV == fabs(protons[i].energy) && p.position_cm[1] == protons[i].y);
		for (int k = 0; k < 3; k++)
			assert_near(p.direction[k], direction[i][k], tolerance);
	}
	assert_int_equal(mcpl_next(&f, &p, &e), 0);
	mcpl_close(&f);
}

/* All that the format may leave out or have beside, and compressed. */
static void
every_layout_is_read(void **state)
{
	(void)state;
	for (int i = 0; i < 64; i++) {
		struct sample_mcpl m = plain;
		unsigned char *bytes;
		size_t n;

		m.is_single = i & 1;
		m.has_flags = i & 2;
		m.has_polarisation = i & 4;
		m.pdg = i & 8 ? 2212 : 0;
		m.weight = i & 16 ? 2.0 : 0.0;
		m.n_comments = i & 32 ? 3 : 0;
		m.n_blobs = i & 32 ? 2 : 0;
		bytes = sample_mcpl(&m, &n);
		scratch_write(&scratch, "p.mcpl", bytes, n);
		assert_protons(m.is_single ? 1e-7 : 1e-15);
		free(bytes);
	}
}

static void
write_compressed(const unsigned char *bytes, size_t n)
{
	gzFile z = gzopen(path, "wb");

	assert_non_null(z);
	assert_int_equal(gzwrite(z, bytes, (unsigned)n), n);
	assert_int_equal(gzclose(z), Z_OK);
}

static void
a_compressed_file_is_read_and_refused_when_it_is_cut(void **state)
{
	size_t n, n_packed;
	unsigned char *bytes = plain_bytes(&n);
	char *packed;

	(void)state;
	write_compressed(bytes, n);
	assert_protons(1e-15);
	packed = scratch_read(&scratch, "p.mcpl", &n_packed);
	refuse(packed, n_packed - 20, "damaged MCPL file: ");
	packed[n_packed - 7] ^= 1;
	refuse(packed, n_packed, "damaged MCPL file: ");
	free(packed);
	free(bytes);
}

static void
a_blob_is_kept_by_its_name(void **state)
{
	struct sample_mcpl m = plain;
	unsigned char *bytes;
	struct mcpl_file f;
	struct err e;
	size_t n;

	(void)state;
	m.n_blobs = 2;
	bytes = sample_mcpl(&m, &n);
	scratch_write(&scratch, "p.mcpl", bytes, n);
	assert_int_equal(mcpl_open(&f, path, "first", &e), 0);
	assert_int_equal(f.blob_bytes, 3);
	assert_memory_equal(f.blob, "\x01\x02\x03", 3);
	assert_int_equal(f.head_bytes, n - 3 * f.head.particle_bytes);
	mcpl_close(&f);
	assert_int_equal(mcpl_open(&f, path, "third", &e), 0);
	assert_null(f.blob);
	mcpl_close(&f);
	free(bytes);
}

static void
a_file_cut_anywhere_is_refused(void **state)
{
	struct sample_mcpl m = plain;
	unsigned char *bytes;
	size_t n;

	(void)state;
	m.weight = 2.0;
	m.n_comments = m.n_blobs = 2;
	bytes = sample_mcpl(&m, &n);
	for (size_t cut = 0; cut < n; cut++)
		refuse(bytes, cut, cut < 8 ? "no MCPL file" : cut < n - 3 * 60 ? "it ends within its head" : "it ends after ");
	bytes[n] = 0;
	refuse(bytes, n + 1, "it goes on behind the last of its 3 particles");
	free(bytes);
}

/* One byte of the head changed. */
static void
refuse_changed(size_t at, unsigned char byte, const char *words)
{
	size_t n;
	unsigned char *bytes = plain_bytes(&n);

	bytes[at] = byte;
	refuse(bytes, n, words);
	free(bytes);
}

static void
absurd_heads_are_refused(void **state)
{
	(void)state;
	refuse_changed(0, 'N', "no MCPL file");
	refuse_changed(6, '2', "of another version than 3");
	refuse_changed(7, 'B', "big-endian");
	refuse_changed(7, 'X', "no order of bytes");
	refuse_changed(15, 0xff, "it ends after 3 of ");            /* 2^63 particles */
	refuse_changed(8, 0, "it was never closed");
	refuse_changed(19, 0xff, "more than 100000 comments");
	refuse_changed(23, 0xff, "more than 100000 comments");
	refuse_changed(16, 1, "damaged MCPL file: ");               /* a comment that is a particle */
	refuse_changed(24, 2, "neither 0 nor 1");
	refuse_changed(24, 1, "the length of a particle");
	refuse_changed(40, 99, "the length of a particle");
	refuse_changed(51, 0xff, "it ends within its head");        /* the name of the program: 4 GB long */
}

static void
what_is_no_regular_file_is_refused(void **state)
{
	struct mcpl_particle p;
	struct err e;

	(void)state;
	assert_int_equal(read_whole(&p, &e), -1);
	assert_non_null(strstr(e.text, "No such file"));
	snprintf(path, sizeof path, "%s", scratch.dir);
	assert_int_equal(read_whole(&p, &e), -1);
	assert_non_null(strstr(e.text, "Is a directory"));
	snprintf(path, sizeof path, "/dev/zero");
	assert_int_equal(read_whole(&p, &e), -1);
}

/* A direction from two numbers, all over the sphere and along each axis. */
static void
direction_of(int i, double d[3])
{
	double z = cos(0.1 + 0.37 * i), turn = 2.385 * i, r = sqrt(1.0 - z * z);

	if (i < 6) {
		d[0] = d[1] = d[2] = 0.0;
		d[i / 2] = i % 2 == 0 ? 1.0 : -1.0;
		return;
	}
	d[0] = r * cos(turn);
	d[1] = r * sin(turn);
	d[2] = i % 7 == 0 ? 0.0 : z;
	if (i % 7 == 0) {
		d[0] = cos(turn);
		d[1] = sin(turn);
	}
}

enum { N_DIRECTIONS = 2000 };

static void
what_is_written_is_read_to_the_last_bit_but_of_directions(void **state)
{
	unsigned char head[MCPL_HEAD_BYTES + 8], name[4] = { 0 }, *bytes;
	size_t n_head = sizeof head + sizeof name, n = n_head + N_DIRECTIONS * MCPL_LEAVING_BYTES;
	struct mcpl_particle p;
	struct mcpl_file f;
	struct err e;

	(void)state;
	bytes = malloc(n);
	assert_non_null(bytes);
	mcpl_put_head(head, N_DIRECTIONS, 0, 0);
	memcpy(bytes, head, sizeof head);
	memcpy(bytes + sizeof head, name, sizeof name);
	for (int i = 0; i < N_DIRECTIONS; i++) {
		struct leaving l = { .Z = 6, .A = 12, .energy_MeV = 1.0 + i, .position_cm = { 0.1 * i, -1.0, 1.0 / (1 + i) } };

		direction_of(i, l.direction);
		mcpl_put_leaving(bytes + n_head + (size_t)i * MCPL_LEAVING_BYTES, &l);
	}
	scratch_write(&scratch, "p.mcpl", bytes, n);
	assert_int_equal(mcpl_open(&f, path, NULL, &e), 0);
	for (int i = 0; i < N_DIRECTIONS; i++) {
		double d[3];

		assert_int_equal(mcpl_next(&f, &p, &e), 1);
		direction_of(i, d);
		assert_int_equal(p.pdg, 1000060120);
		assert_true(p.weight == 1.0 && p.energy_MeV == 1.0 + i);
		assert_true(p.position_cm[0] == 0.1 * i && p.position_cm[2] == 1.0 / (1 + i));
		for (int k = 0; k < 3; k++)
			assert_near(p.direction[k], d[k], 4e-16);
	}
	assert_int_equal(mcpl_next(&f, &p, &e), 0);
	mcpl_close(&f);
	free(bytes);
}

static void
codes_are_those_of_nuclei_in_their_ground_state(void **state)
{
	int Z, A;

	(void)state;
	assert_int_equal(pdg_of_ion(1, 1), 2212);
	assert_int_equal(pdg_of_ion(1, 2), 1000010020);
	assert_int_equal(pdg_of_ion(26, 56), 1000260560);
	assert_true(pdg_is_ion(2212, &Z, &A) && Z == 1 && A == 1);
	assert_true(pdg_is_ion(1000010010, &Z, &A) && Z == 1 && A == 1);
	assert_true(pdg_is_ion(1000922380, &Z, &A) && Z == 92 && A == 238);
	assert_false(pdg_is_ion(1000060121, &Z, &A));           /* excited */
	assert_false(pdg_is_ion(1010010030, &Z, &A));           /* with a strange quark */
	assert_false(pdg_is_ion(2112, &Z, &A) || pdg_is_ion(-2212, &Z, &A) || pdg_is_ion(22, &Z, &A));
	assert_false(pdg_is_ion(1000000010, &Z, &A) || pdg_is_ion(1000060050, &Z, &A) || pdg_is_ion(0, &Z, &A));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		in_scratch_after(every_layout_is_read, make),
		in_scratch_after(a_compressed_file_is_read_and_refused_when_it_is_cut, make),
		in_scratch_after(a_blob_is_kept_by_its_name, make),
		in_scratch_after(a_file_cut_anywhere_is_refused, make),
		in_scratch_after(absurd_heads_are_refused, make),
		in_scratch_after(what_is_no_regular_file_is_refused, make),
		in_scratch_after(what_is_written_is_read_to_the_last_bit_but_of_directions, make),
		in_scratch_after(codes_are_those_of_nuclei_in_their_ground_state, make),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
