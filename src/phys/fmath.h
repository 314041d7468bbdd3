/* exp, log, sin and cos whose bits are the same on every machine and with every compiler: only
 * + - * / sqrt and integer operations on IEEE doubles, no libm, no fma, no branch, so that a loop
 * over an array vectorises (fm_atan2 excepted). To be compiled with -ffp-contract=off. The polynomials
 * are our own Chebyshev fits, made with 200 bits; the errors stated are above the largest seen. */
#ifndef PHYS_FMATH_H
#define PHYS_FMATH_H

#include <float.h>
#include <stdint.h>
#include <string.h>

/* 16 is 0 with half floats in registers of their own (ISO/IEC TS 18661-3), as processors with AVX-512-FP16 have. */
_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16, "double must be evaluated as double");
_Static_assert(sizeof(double) == 8 && DBL_MANT_DIG == 53, "double must be IEEE binary64");

#define FM_LN2_HI 0x1.62e42fee00000p-1   /* 32 bits: a product with an exponent is exact */
#define FM_LN2_LO 0x1.a39ef35793c76p-33
#define FM_LOG2E  0x1.71547652b82fep+0
#define FM_INV_LN10 0x1.bcb7b1526e50ep-2
#define FM_2PI_HI 0x1.921fb54442d18p+2
#define FM_2PI_LO 0x1.1a62633145c07p-52
#define FM_PI_HI  0x1.921fb54442d18p+1
#define FM_PI_LO  0x1.1a62633145c07p-53

/* 1.5 2^52: adding it leaves the nearest integer (ties to even) in the low bits of the mantissa. */
#define FM_SHIFTER 0x1.8p+52

static inline uint64_t
fm_bits(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof u);
	return u;
}

static inline double
fm_from_bits(uint64_t u)
{
	double x;

	memcpy(&x, &u, sizeof x);
	return x;
}

static inline double
fm_abs(double x)
{
	return fm_from_bits(fm_bits(x) & UINT64_C(0x7fffffffffffffff));
}

static inline double
fm_sqrt(double x)
{
	return __builtin_sqrt(x);
}

/* Nearest integer, ties to even. |x| < 2^51, exact. */
static inline double
fm_round(double x)
{
	return (x + FM_SHIFTER) - FM_SHIFTER;
}

/* Largest integer not above x. |x| < 2^51, exact. */
static inline double
fm_floor(double x)
{
	double r = fm_round(x);
	uint64_t is_above = UINT64_C(0) - (fm_bits(x - r) >> 63);

	return r - fm_from_bits(is_above & fm_bits(1.0));
}

/* 2^k for the integer that sits in the low bits of k, -1022 <= k <= 1023. */
static inline double
fm_pow2(uint64_t k)
{
	return fm_from_bits((k + 1023) << 52);
}

/* Are a and b, both positive, in this order: a > b? As integers, because compilers hesitate to turn
 * comparisons of doubles, which may trap, into vector code. */
static inline int
fm_is_above(double a, double b)
{
	return (int64_t)fm_bits(a) > (int64_t)fm_bits(b);
}

/* x, but +-1000 beyond that; NaN stays. */
static inline double
fm_limit_1000(double x)
{
	double size = fm_abs(x);
	uint64_t capped = fm_is_above(size, 1000.0) ? fm_bits(1000.0) : fm_bits(size);
	uint64_t u = fm_is_above(size, __builtin_inf()) ? fm_bits(size) : capped;

	return fm_from_bits(u | (fm_bits(x) & UINT64_C(0x8000000000000000)));
}

/* e^x for every x: 0 or infinity where it must be, NaN of NaN. Error < 0.9 ulp where the result
 * is normal, |x| < 708. */
static inline double
fm_exp(double x)
{
	double y = fm_limit_1000(x);
	double shifted = y * FM_LOG2E + FM_SHIFTER;
	double n = shifted - FM_SHIFTER;
	double hi = y - n * FM_LN2_HI;
	double lo = n * FM_LN2_LO;
	double r = hi - lo;
	double rest = (hi - r) - lo;
	double p = 0x1.1f730349868cep-29;
	uint64_t k = fm_bits(shifted) - fm_bits(FM_SHIFTER);
	uint64_t half = ((k + 4096) >> 1) - 2048;   /* two factors: the exponent may not fit in one */

	p = p * r + 0x1.af4de97ca4194p-26;
	p = p * r + 0x1.27e4db646b17ep-22;
	p = p * r + 0x1.71de0231960ebp-19;
	p = p * r + 0x1.a01a01a6d889cp-16;
	p = p * r + 0x1.a01a01abe7fe1p-13;
	p = p * r + 0x1.6c16c16c162d4p-10;
	p = p * r + 0x1.11111111100dcp-7;
	p = p * r + 0x1.5555555555556p-5;
	p = p * r + 0x1.5555555555557p-3;
	p = p * r + 0.5;
	return (1.0 + (r + (r * r * p + rest))) * fm_pow2(half) * fm_pow2(k - half);
}

/* Natural logarithm of a positive, normal, finite x. Error < 0.9 ulp, also near 1. With x = 2^k m,
 * f = m - 1 in [sqrt(1/2) - 1, sqrt(2) - 1) and s = f/(2 + f), log m = 2 atanh(s). */
static inline double
fm_log(double x)
{
	const uint64_t root_half = UINT64_C(0x3fe6a09e667f3bcd);
	uint64_t u = fm_bits(x) + (UINT64_C(0x3ff0000000000000) - root_half);
	uint64_t exponent = fm_bits(0x1p+52) | (u >> 52);
	double k = fm_from_bits(exponent) - (0x1p+52 + 1023.0);
	double f = fm_from_bits((u & UINT64_C(0x000fffffffffffff)) + root_half) - 1.0;
	double s = f / (2.0 + f);
	double z = s * s;
	double half_square = 0.5 * f * f;
	double p = 0x1.2b5900de53b32p-3;

	p = p * z + 0x1.39fe51a7c18f9p-3;
	p = p * z + 0x1.7462b51cb66b1p-3;
	p = p * z + 0x1.c71c62e3f11e6p-3;
	p = p * z + 0x1.2492492df281ap-2;
	p = p * z + 0x1.99999999952d7p-2;
	p = p * z + 0x1.5555555555558p-1;
	return k * FM_LN2_HI + (f - (half_square - (s * (half_square + z * p) + k * FM_LN2_LO)));
}

/* Decimal logarithm, domain of fm_log. Error < 2 ulp. */
static inline double
fm_log10(double x)
{
	return fm_log(x) * FM_INV_LN10;
}

/* x^y for x in the domain of fm_log. Relative error < (1 + |y log x|) 2.3e-16. */
static inline double
fm_pow(double x, double y)
{
	return fm_exp(y * fm_log(x));
}

/* sin and cos of 2 pi r for |r| <= 1/8. */
static inline void
fm_sincos_octant(double r, double *sine, double *cosine)
{
	double z = r * r;
	double p = 0x1.e4a9d9166f052p+1;
	double q = -0x1.b38340f56931fp+0;

	p = p * z + -0x1.e3027dea82bd7p+3;
	p = p * z + 0x1.50783208843ebp+5;
	p = p * z + -0x1.32d2cce500387p+6;
	p = p * z + 0x1.466bc6775a476p+6;
	p = p * z + -0x1.4abbce625be52p+5;
	q = q * z + 0x1.f9cfc07738157p+2;
	q = q * z + -0x1.a6d1f0ab7905cp+4;
	q = q * z + 0x1.e1f50688302c5p+5;
	q = q * z + -0x1.55d3c7e3cbd74p+6;
	q = q * z + 0x1.03c1f081b5ac4p+6;
	*sine = r * FM_2PI_HI + r * (p * z + FM_2PI_LO);
	*cosine = 1.0 - (z * 0x1.3bd3cc9be45dep+4 - z * z * q);
}

/* Sine and cosine of 2 pi t, |t| <= 2^20. Absolute error < 1.5e-16; exact at multiples of 1/4. */
static inline void
fm_sincos_turns(double t, double *sine, double *cosine)
{
	double shifted = 4.0 * t + FM_SHIFTER;
	double r = t - 0.25 * (shifted - FM_SHIFTER);   /* exact */
	uint64_t quadrant = fm_bits(shifted);
	uint64_t is_odd = UINT64_C(0) - (quadrant & 1);
	uint64_t s, c, swap;
	double s0, c0;

	fm_sincos_octant(r, &s0, &c0);
	s = fm_bits(s0);
	c = fm_bits(c0);
	swap = (s ^ c) & is_odd;
	*sine = fm_from_bits(s ^ swap ^ ((quadrant & 2) << 62));
	*cosine = fm_from_bits(c ^ swap ^ (((quadrant + 1) & 2) << 62));
}

/* atan(v)/v - 1 of z = v^2, |v| <= tan(pi/8). */
static inline double
fm_atan_tail(double z)
{
	double p = -0x1.3a2b7a07caea9p-6;

	p = p * z + 0x1.41603647c7a7cp-5;
	p = p * z + -0x1.a098bb6ba4941p-5;
	p = p * z + 0x1.dfe61e80903d2p-5;
	p = p * z + -0x1.10fa75382537fp-4;
	p = p * z + 0x1.3b1262d95579ep-4;
	p = p * z + -0x1.745d0b26b83e7p-4;
	p = p * z + 0x1.c71c7185314cbp-4;
	p = p * z + -0x1.24924924360cbp-3;
	p = p * z + 0x1.999999999934ap-3;
	p = p * z + -0x1.5555555555555p-2;
	return p * z;
}

/* Angle of the point (x, y) in [-pi, pi], 0 at the origin; y = -0 counts as below the axis.
 * Finite arguments, the larger one between 1e-290 and 1e300. Error < 2 ulp. */
static inline double
fm_atan2(double y, double x)
{
	const double tan_pi_8 = 0x1.a827999fcef32p-2;
	double ax = fm_abs(x), ay = fm_abs(y);
	int is_steep = fm_is_above(ay, ax);
	int is_left = (int)(fm_bits(x) >> 63);
	double large = is_steep ? ay : ax;
	double small = is_steep ? ax : ay;
	double past_octant = fm_is_above(small, large * tan_pi_8) ? 1.0 : 0.0;   /* go back pi/4 */
	double bottom = large + past_octant * small + DBL_MIN;       /* 0/0 is 0 */
	double v = (small - past_octant * large) / bottom;
	double low = v * fm_atan_tail(v * v);
	double steep_sign = is_steep ? -1.0 : 1.0;                   /* pi/2 - angle */
	double left_sign = is_left ? -1.0 : 1.0;                     /* pi - angle */
	double eighths = (is_steep ? 2.0 : 0.0) + steep_sign * past_octant;   /* of a turn */
	double sign = left_sign * steep_sign;
	double angle;

	eighths = (is_left ? 4.0 : 0.0) + left_sign * eighths;
	low = sign * low + eighths * (0.25 * FM_PI_LO);
	angle = eighths * (0.25 * FM_PI_HI) + (sign * v + low);
	return fm_from_bits(fm_bits(angle) ^ (fm_bits(y) & UINT64_C(0x8000000000000000)));
}

#endif
