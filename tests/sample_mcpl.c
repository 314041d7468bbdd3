/* Puts MCPL files together. */
#include "sample_mcpl.h"

#include <stdlib.h>
#include <string.h>

struct bytes {
	unsigned char *at;
	size_t n;
};

static void
put(struct bytes *b, const void *from, size_t n)
{
	b->at = realloc(b->at, b->n + n + 1);
	if (b->at == NULL)
		abort();
	memcpy(b->at + b->n, from, n);
	b->n += n;
}

static void
put_u32(struct bytes *b, uint32_t x)
{
	put(b, &x, sizeof x);
}

static void
put_number(struct bytes *b, bool is_single, double x)
{
	float single = (float)x;

	if (is_single)
		put(b, &single, sizeof single);
	else
		put(b, &x, sizeof x);
}

static void
put_text(struct bytes *b, const char *text)
{
	put_u32(b, (uint32_t)strlen(text));
	put(b, text, strlen(text));
}

static void
put_head(struct bytes *b, const struct sample_mcpl *m)
{
	uint64_t n = m->n;
	uint32_t numbers = 7 + (m->has_polarisation ? 3 : 0) + (m->weight == 0.0 ? 1 : 0);

	put(b, "MCPL003L", 8);
	put(b, &n, sizeof n);
	put_u32(b, m->n_comments);
	put_u32(b, m->n_blobs);
	put_u32(b, m->has_flags);
	put_u32(b, m->has_polarisation);
	put_u32(b, m->is_single);
	put_u32(b, (uint32_t)m->pdg);
	put_u32(b, numbers * (m->is_single ? 4 : 8) + (m->pdg == 0 ? 4 : 0) + (m->has_flags ? 4 : 0));
	put_u32(b, m->weight != 0.0);
	if (m->weight != 0.0)
		put_number(b, false, m->weight);
	put_text(b, "some code");
	for (uint32_t i = 0; i < m->n_comments; i++)
		put_text(b, i % 2 == 0 ? "a comment" : "");
	for (uint32_t i = 0; i < m->n_blobs; i++)
		put_text(b, i == 0 ? "first" : "second");
	for (uint32_t i = 0; i < m->n_blobs; i++)
		put_text(b, i == 0 ? "\x01\x02\x03" : "");
}

static void
put_particle(struct bytes *b, const struct sample_mcpl *m, const struct sample_particle *p)
{
	const double number[] = { p->x, p->y, p->z, p->u, p->v, p->energy, 0.25 };
	const uint32_t flags = 77;

	for (int k = 0; k < 3 && m->has_polarisation; k++)
		put_number(b, m->is_single, 0.5);
	for (int k = 0; k < 7; k++)
		put_number(b, m->is_single, number[k]);
	if (m->weight == 0.0)
		put_number(b, m->is_single, p->weight);
	if (m->pdg == 0)
		put(b, &p->pdg, sizeof p->pdg);
	if (m->has_flags)
		put(b, &flags, sizeof flags);
}

unsigned char *
sample_mcpl(const struct sample_mcpl *m, size_t *n_bytes)
{
	struct bytes b = { NULL, 0 };

	put_head(&b, m);
	for (size_t i = 0; i < m->n; i++)
		put_particle(&b, m, &m->particle[i]);
	*n_bytes = b.n;
	return b.at;
}
