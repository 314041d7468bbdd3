/* A thin layer of vectors: as many lanes of 32 bits as the processor's registers hold, 16, 8 or 4.
 * Those operations that join lanes (any, highest, rows, compress, transpose) only move numbers, or choose between ways
 * to the same result, so that no lane's bits depend on another's; and every one is exact or correctly rounded: the same
 * source gives the same bits at each width. */
#ifndef PHYS_VEC_H
#define PHYS_VEC_H

#include <stdbool.h>
#include <stdint.h>

#if defined __AVX512F__ && defined __AVX512DQ__ && defined __AVX512VL__ && defined __AVX512BW__
#define VEC_512
enum { VEC_LANES = 16 };
#elif defined __AVX2__
#define VEC_256
enum { VEC_LANES = 8 };
#else
enum { VEC_LANES = 4 };
#endif
#ifdef __SSE2__
#include <immintrin.h>
#endif

#define VEC_ATTRIBUTE(n) __attribute__((vector_size(n), may_alias))
typedef float vf VEC_ATTRIBUTE(4 * VEC_LANES);
typedef int32_t vi VEC_ATTRIBUTE(4 * VEC_LANES);
typedef uint32_t vu VEC_ATTRIBUTE(4 * VEC_LANES);
typedef double vd VEC_ATTRIBUTE(4 * VEC_LANES);      /* half as many lanes */
typedef int64_t vl VEC_ATTRIBUTE(4 * VEC_LANES);
typedef uint64_t vul VEC_ATTRIBUTE(4 * VEC_LANES);

#define VEC_ALIGNED __attribute__((aligned(4 * VEC_LANES)))
#define VEC_INLINE static inline __attribute__((always_inline, unused))

VEC_INLINE vf vf_set(float x) { return (vf){0} + x; }
VEC_INLINE vi vi_set(int32_t x) { return (vi){0} + x; }
VEC_INLINE vu vu_set(uint32_t x) { return (vu){0} + x; }

/* Masks: a bit per lane where the processor has such, else a lane of ones. */
#ifdef VEC_512
typedef __mmask16 vm;
VEC_INLINE vm vm_none(void) { return 0; }
VEC_INLINE vm vm_and(vm a, vm b) { return (vm)(a & b); }
VEC_INLINE vm vm_or(vm a, vm b) { return (vm)(a | b); }
VEC_INLINE vm vm_without(vm a, vm b) { return (vm)(a & ~b); }
VEC_INLINE unsigned vm_bits(vm a) { return a; }
VEC_INLINE vm vf_lt(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ); }
VEC_INLINE vm vf_le(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ); }
VEC_INLINE vm vi_eq(vi a, vi b) { return _mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b); }
VEC_INLINE vm vi_lt(vi a, vi b) { return _mm512_cmplt_epi32_mask((__m512i)a, (__m512i)b); }
VEC_INLINE vm vu_lt(vi a, vi b) { return _mm512_cmplt_epu32_mask((__m512i)a, (__m512i)b); }
VEC_INLINE vf vf_sel(vm m, vf a, vf b) { return (vf)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a); }
VEC_INLINE vi vi_sel(vm m, vi a, vi b) { return (vi)_mm512_mask_blend_epi32(m, (__m512i)b, (__m512i)a); }
#else
typedef vi vm;
VEC_INLINE vm vm_none(void) { return (vi){0}; }
VEC_INLINE vm vm_and(vm a, vm b) { return a & b; }
VEC_INLINE vm vm_or(vm a, vm b) { return a | b; }
VEC_INLINE vm vm_without(vm a, vm b) { return a & ~b; }
VEC_INLINE vm vf_lt(vf a, vf b) { return (vm)(a < b); }
VEC_INLINE vm vf_le(vf a, vf b) { return (vm)(a <= b); }
VEC_INLINE vm vi_eq(vi a, vi b) { return (vm)(a == b); }
VEC_INLINE vm vi_lt(vi a, vi b) { return (vm)(a < b); }
VEC_INLINE vm vu_lt(vi a, vi b) { return (vm)((vu)a < (vu)b); }
#ifdef VEC_256
VEC_INLINE unsigned vm_bits(vm a) { return (unsigned)_mm256_movemask_ps((__m256)a); }
VEC_INLINE vf vf_sel(vm m, vf a, vf b) { return (vf)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m); }
VEC_INLINE vi vi_sel(vm m, vi a, vi b) { return (vi)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m); }
#else
VEC_INLINE unsigned
vm_bits(vm a)
{
	return (a[0] & 1u) | (a[1] & 2u) | (a[2] & 4u) | (a[3] & 8u);
}
VEC_INLINE vi vi_sel(vm m, vi a, vi b) { return (a & m) | (b & ~m); }
VEC_INLINE vf vf_sel(vm m, vf a, vf b) { return (vf)vi_sel(m, (vi)a, (vi)b); }
#endif
#endif

VEC_INLINE bool vm_any(vm a) { return vm_bits(a) != 0; }

/* The first lanes, n of them. */
VEC_INLINE vm
vm_first(int n)
{
	vi number = {0};

	for (int i = 0; i < VEC_LANES; i++)
		number[i] = i;
	return vi_lt(number, vi_set(n));
}

/* From bits, one per lane. */
VEC_INLINE vm
vm_from_bits(unsigned bits)
{
	vi one = {0};

	for (int i = 0; i < VEC_LANES; i++)
		one[i] = 1 << i;
	return vi_eq(vi_set((int32_t)bits) & one, one);
}

/* a < b ? a : b, a > b ? a : b; b of two that cannot be compared. */
#ifdef VEC_512
VEC_INLINE vf vf_min(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
VEC_INLINE vf vf_max(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
VEC_INLINE vf vf_sqrt(vf a) { return (vf)_mm512_sqrt_ps((__m512)a); }
#elif defined VEC_256
VEC_INLINE vf vf_min(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
VEC_INLINE vf vf_max(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
VEC_INLINE vf vf_sqrt(vf a) { return (vf)_mm256_sqrt_ps((__m256)a); }
#else
VEC_INLINE vf vf_min(vf a, vf b) { return vf_sel(vf_lt(a, b), a, b); }
VEC_INLINE vf vf_max(vf a, vf b) { return vf_sel(vf_lt(b, a), a, b); }
VEC_INLINE vf
vf_sqrt(vf a)
{
	for (int i = 0; i < VEC_LANES; i++)
		a[i] = __builtin_sqrtf(a[i]);
	return a;
}
#endif

VEC_INLINE vf vf_abs(vf a) { return (vf)((vi)a & 0x7fffffff); }
VEC_INLINE vf vf_of(vi a) { return __builtin_convertvector(a, vf); }
VEC_INLINE vi vi_of(vf a) { return __builtin_convertvector(a, vi); }   /* towards zero */

/* Largest integer not above a, |a| < 2^31. */
VEC_INLINE vf
vf_floor(vf a)
{
#ifdef VEC_512
	return (vf)_mm512_roundscale_ps((__m512)a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
#elif defined VEC_256
	return (vf)_mm256_floor_ps((__m256)a);
#else
	vf t = vf_of(vi_of(a));

	return t - vf_sel(vf_lt(a, t), vf_set(1.0f), vf_set(0.0f));
#endif
}

/* Products of the lower halves of 64-bit lanes with a constant. */
VEC_INLINE vul
vul_multiply(vul a, uint32_t b)
{
#ifdef VEC_512
	return (vul)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi32((int)b));
#elif defined VEC_256
	return (vul)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi32((int)b));
#elif defined __SSE2__
	return (vul)_mm_mul_epu32((__m128i)a, _mm_set1_epi32((int)b));
#else
	return (a & UINT64_C(0xffffffff)) * (uint64_t)b;
#endif
}

/* Doubles of the lower and the upper half of the lanes. */
VEC_INLINE void
vd_of(vf a, vd *low, vd *high)
{
#ifdef VEC_512
	*low = (vd)_mm512_cvtps_pd(_mm512_castps512_ps256((__m512)a));
	*high = (vd)_mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)a, 1));
#elif defined VEC_256
	*low = (vd)_mm256_cvtps_pd(_mm256_castps256_ps128((__m256)a));
	*high = (vd)_mm256_cvtps_pd(_mm256_extractf128_ps((__m256)a, 1));
#else
	*low = (vd){(double)a[0], (double)a[1]};
	*high = (vd){(double)a[2], (double)a[3]};
#endif
}

/* Into memory, whence single lanes are read: left to itself, the compiler takes the vector apart. */
VEC_INLINE void
vi_store(int32_t to[VEC_LANES], vi a)
{
	*(vi *)to = a;
	__asm__("" : "+m"(*(vi *)to));
}

VEC_INLINE void
vl_store(int64_t to[VEC_LANES], vl low, vl high)
{
	((vl *)to)[0] = low;
	((vl *)to)[1] = high;
	__asm__("" : "+m"(((vl *)to)[0]), "+m"(((vl *)to)[1]));
}

/* Turns a square of 64-bit numbers, as many as fit into a vector, about its diagonal. */
enum { VEC_SQUARE = VEC_LANES / 2 };
VEC_INLINE void
vl_transpose(vl a[VEC_SQUARE])
{
#ifdef VEC_512
	__m512i pair[8], quad[8];

	for (int i = 0; i < 8; i += 2) {
		pair[i] = _mm512_unpacklo_epi64((__m512i)a[i], (__m512i)a[i + 1]);
		pair[i + 1] = _mm512_unpackhi_epi64((__m512i)a[i], (__m512i)a[i + 1]);
	}
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++) {
			quad[4 * k + i] = _mm512_shuffle_i64x2(pair[4 * k + i], pair[4 * k + i + 2], 0x88);
			quad[4 * k + i + 2] = _mm512_shuffle_i64x2(pair[4 * k + i], pair[4 * k + i + 2], 0xdd);
		}
	for (int i = 0; i < 4; i++) {
		a[i] = (vl)_mm512_shuffle_i64x2(quad[i], quad[4 + i], 0x88);
		a[i + 4] = (vl)_mm512_shuffle_i64x2(quad[i], quad[4 + i], 0xdd);
	}
#elif defined VEC_256
	__m256i pair[4];

	for (int i = 0; i < 4; i += 2) {
		pair[i] = _mm256_unpacklo_epi64((__m256i)a[i], (__m256i)a[i + 1]);
		pair[i + 1] = _mm256_unpackhi_epi64((__m256i)a[i], (__m256i)a[i + 1]);
	}
	for (int i = 0; i < 2; i++) {
		a[i] = (vl)_mm256_permute2x128_si256(pair[i], pair[i + 2], 0x20);
		a[i + 2] = (vl)_mm256_permute2x128_si256(pair[i], pair[i + 2], 0x31);
	}
#else
	vl first = {a[0][0], a[1][0]}, second = {a[0][1], a[1][1]};

	a[0] = first;
	a[1] = second;
#endif
}

/* Adds to numbers that stand anywhere. */
VEC_INLINE void
vl_add_to(int64_t *to, vl a)
{
	typedef int64_t loose __attribute__((vector_size(4 * VEC_LANES), may_alias, aligned(8)));

	*(loose *)to += (loose)a;
}

/* 64-bit numbers of the lower and the upper half of the lanes: zero where the mask is not set. */
VEC_INLINE vl
vl_keep(vm m, int half, vl a)
{
#ifdef VEC_512
	return (vl)_mm512_maskz_mov_epi64((__mmask8)(m >> 8 * half), (__m512i)a);
#elif defined VEC_256
	return a & (vl)_mm256_cvtepi32_epi64(half ? _mm256_extracti128_si256((__m256i)m, 1)
	    : _mm256_castsi256_si128((__m256i)m));
#else
	return a & (vl){m[2 * half], m[2 * half + 1]};
#endif
}

/* The lanes of the mask, one after the other, to where there is room for all; and how many. */
VEC_INLINE void
vi_compress(int32_t *to, vm m, vi a)
{
#ifdef VEC_512
	_mm512_storeu_si512(to, _mm512_maskz_compress_epi32(m, (__m512i)a));
#else
	for (unsigned bits = vm_bits(m); bits != 0; bits &= bits - 1)
		*to++ = a[__builtin_ctz(bits)];
#endif
}

VEC_INLINE int
vl_compress(int64_t *to, vm m, const vl a[2])
{
	int n = __builtin_popcount(vm_bits(m));

#ifdef VEC_512
	_mm512_storeu_si512(to, _mm512_maskz_compress_epi64((__mmask8)m, (__m512i)a[0]));
	_mm512_storeu_si512(to + __builtin_popcount(m & 0xffu),
	    _mm512_maskz_compress_epi64((__mmask8)(m >> 8), (__m512i)a[1]));
#else
	for (unsigned bits = vm_bits(m); bits != 0; bits &= bits - 1) {
		int i = __builtin_ctz(bits);

		*to++ = a[i / VEC_SQUARE][i % VEC_SQUARE];
	}
#endif
	return n;
}

VEC_INLINE vd
vd_min(vd a, vd b)
{
#ifdef VEC_512
	return (vd)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined VEC_256
	return (vd)_mm256_min_pd((__m256d)a, (__m256d)b);
#else
	return (vd){a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1]};
#endif
}

/* Sums that wrap, as those of lanes that stand still may. */
VEC_INLINE vi
vi_sum(vi a, vi b)
{
	return (vi)((vu)a + (vu)b);
}

VEC_INLINE vl
vl_add(vl a, vl b)
{
	return (vl)((vul)a + (vul)b);
}

VEC_INLINE vl
vl_sub(vl a, vl b)
{
	return (vl)((vul)a - (vul)b);
}

/* Bits of the lanes whose 64-bit numbers are negative. */
VEC_INLINE unsigned
vl_negative(vl low, vl high)
{
#ifdef VEC_512
	return _mm512_movepi64_mask((__m512i)low) | (unsigned)_mm512_movepi64_mask((__m512i)high) << VEC_SQUARE;
#elif defined VEC_256
	return (unsigned)_mm256_movemask_pd((__m256d)low) | (unsigned)_mm256_movemask_pd((__m256d)high) << VEC_SQUARE;
#else
	return (low[0] < 0) | (low[1] < 0) << 1 | (high[0] < 0) << 2 | (high[1] < 0) << 3;
#endif
}

/* The nearest integer, ties to even, |a| < 2^51. */
VEC_INLINE vl
vl_nearest(vd a)
{
	const vd magic = (vd){0} + 0x1.8p+52;

	return vl_sub((vl)(a + magic), (vl)magic);
}

/* The highest of all lanes. */
VEC_INLINE int32_t
vi_highest(vi a)
{
#ifdef VEC_512
	return _mm512_reduce_max_epi32((__m512i)a);
#else
	int32_t lane[VEC_LANES] VEC_ALIGNED, highest;

	vi_store(lane, a);
	highest = lane[0];
	for (int i = 1; i < VEC_LANES; i++)
		highest = lane[i] > highest ? lane[i] : highest;
	return highest;
#endif
}

/* Four columns out of a table: lane i takes table[row[i] * stride], and the three that follow. */
VEC_INLINE void
vf_rows(const float *table, vi row, int stride, vf column[4])
{
	typedef float v4 __attribute__((vector_size(16), may_alias, aligned(16)));
	int32_t at[VEC_LANES] VEC_ALIGNED;
	vf a[4], low, high, low2, high2;

	vi_store(at, row * stride);
	for (int k = 0; k < 4; k++) {
#ifdef VEC_512
		__m512 r = _mm512_castps128_ps512((__m128)*(const v4 *)(table + at[k]));

		r = _mm512_insertf32x4(r, (__m128)*(const v4 *)(table + at[4 + k]), 1);
		r = _mm512_insertf32x4(r, (__m128)*(const v4 *)(table + at[8 + k]), 2);
		a[k] = (vf)_mm512_insertf32x4(r, (__m128)*(const v4 *)(table + at[12 + k]), 3);
#elif defined VEC_256
		__m256 r = _mm256_castps128_ps256((__m128)*(const v4 *)(table + at[k]));

		a[k] = (vf)_mm256_insertf128_ps(r, (__m128)*(const v4 *)(table + at[4 + k]), 1);
#else
		a[k] = (vf)*(const v4 *)(table + at[k]);
#endif
	}
#ifdef VEC_512
#define VEC_UNPACK(half, x, y) (vf)_mm512_unpack##half##_ps((__m512)(x), (__m512)(y))
#define VEC_PAIRS(x, y, m) (vf)_mm512_shuffle_ps((__m512)(x), (__m512)(y), m)
#elif defined VEC_256
#define VEC_UNPACK(half, x, y) (vf)_mm256_unpack##half##_ps((__m256)(x), (__m256)(y))
#define VEC_PAIRS(x, y, m) (vf)_mm256_shuffle_ps((__m256)(x), (__m256)(y), m)
#endif
#ifdef VEC_UNPACK
	low = VEC_UNPACK(lo, a[0], a[1]);
	high = VEC_UNPACK(hi, a[0], a[1]);
	low2 = VEC_UNPACK(lo, a[2], a[3]);
	high2 = VEC_UNPACK(hi, a[2], a[3]);
	column[0] = VEC_PAIRS(low, low2, 0x44);
	column[1] = VEC_PAIRS(low, low2, 0xee);
	column[2] = VEC_PAIRS(high, high2, 0x44);
	column[3] = VEC_PAIRS(high, high2, 0xee);
#else
	low = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5);
	high = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
	low2 = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5);
	high2 = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
	column[0] = __builtin_shufflevector(low, low2, 0, 1, 4, 5);
	column[1] = __builtin_shufflevector(low, low2, 2, 3, 6, 7);
	column[2] = __builtin_shufflevector(high, high2, 0, 1, 4, 5);
	column[3] = __builtin_shufflevector(high, high2, 2, 3, 6, 7);
#endif
}

#endif
