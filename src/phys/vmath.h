/* Elementary functions and random numbers of many lanes at once, in single precision: + - * / sqrt and
 * integers only. The polynomials are our own Chebyshev fits. */
#ifndef PHYS_VMATH_H
#define PHYS_VMATH_H

#include "phys/vec.h"

/* Natural logarithm of a positive, normal x; error < 2e-7 absolute below |log x| = 1, 1 ulp beyond. */
VEC_INLINE vf
vf_log(vf x)
{
	const int32_t root_half = 0x3f3504f3;
	vi u = (vi)x - root_half;
	vi exponent = u >> 23;
	vf f = (vf)((u & 0x007fffff) + root_half) - 1.0f;
	vf k = vf_of(exponent);
	vf p = vf_set(0.09048784f);

	p = p * f - 0.14030892f;
	p = p * f + 0.14703899f;
	p = p * f - 0.16602719f;
	p = p * f + 0.19984223f;
	p = p * f - 0.25000703f;
	p = p * f + 0.33333415f;
	return k * 0.69314718f + (f + f * f * (f * p - 0.5f));
}

/* Sine and cosine of 2 pi t, |t| <= 2^20; absolute error < 2e-6. */
VEC_INLINE void
vf_sincos_turns(vf t, vf *sine, vf *cosine)
{
	vf shifted = 4.0f * t + 0x1.8p+23f;
	vf r = t - 0.25f * (shifted - 0x1.8p+23f);
	vi quadrant = (vi)shifted;
	vf z = r * r;
	vf s = r * ((79.813399f * z - 41.331165f) * z + 6.2831761f);
	vf c = ((-84.046771f * z + 64.931097f) * z - 19.739202f) * z + 1.0f;
	vm is_odd = vi_eq(quadrant & 1, vi_set(1));

	*sine = (vf)((vi)vf_sel(is_odd, c, s) ^ ((quadrant & 2) << 30));
	*cosine = (vf)((vi)vf_sel(is_odd, s, c) ^ (((quadrant + 1) & 2) << 30));
}

/* Cube root of a positive, normal x; relative error < 3e-5. Newton's iteration for its inverse,
 * from a third of the exponent. */
VEC_INLINE vf
vf_cbrt(vf x)
{
	vf y = (vf)(0x54a20000 - vi_of(vf_of((vi)x) * (1.0f / 3.0f)));
	vf third = x * (1.0f / 3.0f);

	y = y * (4.0f / 3.0f - third * (y * y * y));
	y = y * (4.0f / 3.0f - third * (y * y * y));
	return x * (y * y);
}

/* Ten rounds of Philox4x32 in lanes of 64 bits; only their lower halves count. */
VEC_INLINE void
vul_philox(uint64_t seed, vul c[4])
{
	uint32_t key_0 = (uint32_t)seed, key_1 = (uint32_t)(seed >> 32);

	for (int round = 0; round < 10; round++) {
		vul first = vul_multiply(c[0], UINT32_C(0xd2511f53));
		vul second = vul_multiply(c[2], UINT32_C(0xcd9e8d57));

		c[0] = (second >> 32) ^ c[1] ^ (uint64_t)key_0;
		c[1] = second;
		c[2] = (first >> 32) ^ c[3] ^ (uint64_t)key_1;
		c[3] = first;
		key_0 += UINT32_C(0x9e3779b9);
		key_1 += UINT32_C(0xbb67ae85);
	}
}

/* Philox4x32-10 (Salmon et al., SC11, 2011): the same block as rng_draw. */
VEC_INLINE void
vu_draw(uint64_t seed, const vu counter[4], vu word[4])
{
	vul even[4], odd[4];

	for (int k = 0; k < 4; k++) {
		even[k] = (vul)counter[k];
		odd[k] = (vul)counter[k] >> 32;
	}
	vul_philox(seed, even);
	vul_philox(seed, odd);
	for (int k = 0; k < 4; k++)
		word[k] = (vu)((even[k] & UINT64_C(0xffffffff)) | (odd[k] << 32));
}

/* Uniform in (0, 1) from the upper `bits` bits, at most 22, of a word; never an end. */
VEC_INLINE vf
vf_uniform(vu word, int bits)
{
	return (vf_of((vi)(word >> (32 - bits))) + 0.5f) * (1.0f / (float)(1 << bits));
}

/* Uniform in (0, 1] from 31 bits. */
VEC_INLINE vf
vf_uniform31(vu word)
{
	return (vf_of((vi)(word >> 1)) + 0.5f) * 0x1p-31f;
}

/* -2 ln u, u the same: the square of the radius of two standard normals, 0 to 44.4. */
VEC_INLINE vf
vf_radius2(vu word)
{
	return -2.0f * vf_log(vf_uniform31(word));
}

#endif
