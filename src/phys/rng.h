/* Random numbers as a pure function of (seed, history, draw): Philox4x32-10 (Salmon et al.,
 * SC11, 2011), so that a history that is done again, anywhere, draws the same. */
#ifndef PHYS_RNG_H
#define PHYS_RNG_H

#include <stdint.h>

#include <Random123/philox.h>

#include "phys/fmath.h"

struct rng_block {
	uint32_t word[4];
};

/* Each particle of a history has 256 substreams: steps draw from the first, the tail of single scattering from the
 * next ones, nuclear events from the last. Numbers of histories have 56 bits; the rest of 64 is the substream. */
enum { RNG_HISTORY_BITS = 56, RNG_EVENTS = 255 };

static inline uint64_t
rng_substream(uint64_t history, unsigned k)
{
	return history | (uint64_t)k << RNG_HISTORY_BITS;
}

/* The draw-th block of 128 random bits of a history, or of a substream of it. `stream` tells apart the particles
 * of one history; the primary is stream 0. */
static inline struct rng_block
rng_draw(uint64_t seed, uint64_t history, uint32_t draw, uint32_t stream)
{
	philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
	philox4x32_ctr_t counter = {{(uint32_t)history, (uint32_t)(history >> 32), draw, stream}};
	philox4x32_ctr_t out = philox4x32(counter, key);

	return (struct rng_block){{out.v[0], out.v[1], out.v[2], out.v[3]}};
}

/* Uniform in (0, 1), never an end: (k + 1/2) / 2^bits from the upper `bits` bits of a word, at most
 * 31 of them. By way of int32_t, which every processor converts many at a time. */
static inline double
rng_uniform(uint32_t word, unsigned bits)
{
	return ((double)(int32_t)(word >> (32 - bits)) + 0.5) * (1.0 / (double)(UINT32_C(1) << bits));
}

/* The same from all 32 bits. */
static inline double
rng_uniform32(uint32_t word)
{
	return ((double)(int32_t)word + 0x1p31 + 0.5) * 0x1p-32;
}

/* A sequence of uniform numbers, for what needs an unknown number of them: the words of one block after
 * the other. */
struct rng_sequence {
	uint64_t seed, history;
	uint32_t draw, stream;       /* of the next block */
	int left;                    /* words of this one */
	struct rng_block block;
};

static inline struct rng_sequence
rng_sequence(uint64_t seed, uint64_t history, uint32_t draw, uint32_t stream)
{
	return (struct rng_sequence){.seed = seed, .history = history, .draw = draw, .stream = stream};
}

static inline double
rng_next(struct rng_sequence *s)
{
	if (s->left == 0) {
		s->block = rng_draw(s->seed, s->history, s->draw++, s->stream);
		s->left = 4;
	}
	return rng_uniform32(s->block.word[--s->left]);
}

/* Two independent standard normals from two uniforms (Box and Muller, 1958). With 32 bits of
 * radius the tail ends at 6.8 sigma. */
static inline void
rng_normals(double radius_uniform, double angle_uniform, double *first, double *second)
{
	double r = __builtin_sqrt(-2.0 * fm_log(radius_uniform));
	double s, c;

	fm_sincos_turns(angle_uniform, &s, &c);
	*first = r * c;
	*second = r * s;
}

#endif
