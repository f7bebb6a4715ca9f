#pragma once
// Matrix times vector for balls of up to 128 bits, in whole numbers of 118 bits with one exponent for a vector: what Arb's dot product
// does term by term with exponents of their own, at a sixth of its time. The radius covers everything.
#include <arb.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

// A number is (high 2^60 + low) 2^-117 times the power of the vector, |high| < 2^58, 0 <= low < 2^60.
#define FIXED_LIMB 60
#define FIXED_BITS 117
#define FIXED_MASK ((((int64_t)1) << FIXED_LIMB) - 1)

// The whole number nearest to zero of x 2^(117 - exponent) and its next, |x| < 2^exponent.
static inline void fixed_set_arf(int64_t *high, int64_t *low, arf_srcptr x, slong exponent) {
  *high = *low = 0;
  if (arf_is_special(x)) return;
  mp_srcptr limbs;
  mp_size_t count;
  ARF_GET_MPN_READONLY(limbs, count, x);
  unsigned __int128 mantissa = (unsigned __int128)limbs[count - 1] << 64;
  if (count > 1) mantissa |= limbs[count - 2];
  // x = mantissa 2^(e - 128)
  slong shift = 128 - FIXED_BITS - (slong)ARF_EXP(x) + exponent;
  if (COEFF_IS_MPZ(ARF_EXP(x)) || shift >= 128) return;
  mantissa >>= shift;
  __int128 value = ARF_SGNBIT(x) ? -(__int128)mantissa : (__int128)mantissa;
  *high = (int64_t)(value >> FIXED_LIMB);
  *low = (int64_t)value & FIXED_MASK;
}

// Loads balls, and the exponent that holds them; returns a bound of how far each is from its number, infinity where a ball is not
// finite or beyond all measure.
static inline double fixed_load(
    int64_t *high, int64_t *low, arb_srcptr balls, slong step, slong count, slong *exponent) {
  slong largest = -900;
  double radius = 0;
  for (slong i = 0; i < count; i++) {
    arb_srcptr x = balls + i * step;
    if (!arb_is_finite(x)) return D_INF;
    if (!arf_is_zero(arb_midref(x))) {
      if (COEFF_IS_MPZ(ARF_EXP(arb_midref(x)))) {
        if (fmpz_sgn(ARF_EXPREF(arb_midref(x))) > 0) return D_INF;
      } else if (ARF_EXP(arb_midref(x)) > largest) {
        largest = ARF_EXP(arb_midref(x));
      }
    }
    double own = mag_get_d(arb_radref(x));
    if (own > radius) radius = own;
  }
  if (largest > 900) return D_INF;
  *exponent = largest;
  for (slong i = 0; i < count; i++) fixed_set_arf(high + i, low + i, arb_midref(balls + i * step), largest);
  return radius + ldexp(1.0, (int)(largest - FIXED_BITS));
}

// sum_k a_k v_k as value 2^(exponent - 118), cut downwards by less than one.
static inline __int128 fixed_dot(
    const int64_t *ah, const int64_t *al, const int64_t *vh, const int64_t *vl, slong count) {
  __int128 top = 0, cross = 0, bottom = 0;
  for (slong k = 0; k < count; k++) {
    top += (__int128)ah[k] * vh[k];
    cross += (__int128)ah[k] * vl[k] + (__int128)al[k] * vh[k];
    bottom += (__int128)al[k] * vl[k];
  }
  cross += bottom >> FIXED_LIMB;
  top += cross >> FIXED_LIMB;
  return top * 16 + (int64_t)(((int64_t)cross & FIXED_MASK) >> (FIXED_LIMB - 4));
}

// A matrix of entries |a| < 2 for this.
typedef struct {
  slong rows, columns;
  int64_t *high, *low;
  double entry_error; // of each entry
  double row_sum;     // the largest sum of magnitudes of a row
} fixed_matrix;

static inline int fixed_matrix_init(fixed_matrix *m, arb_srcptr entries, slong rows, slong columns) {
  m->rows = rows;
  m->columns = columns;
  m->high = (int64_t *)malloc(sizeof(int64_t) * (size_t)(rows * columns));
  m->low = (int64_t *)malloc(sizeof(int64_t) * (size_t)(rows * columns));
  m->entry_error = 0;
  m->row_sum = 0;
  if (!m->high || !m->low || columns > 120) return 0;
  double radius = 0;
  for (slong r = 0; r < rows; r++) {
    double sum = 0;
    for (slong k = 0; k < columns; k++) {
      arb_srcptr x = entries + r * columns + k;
      mag_t size;
      mag_init(size);
      arb_get_mag(size, x);
      double magnitude = mag_get_d(size);
      mag_clear(size);
      if (!(magnitude < 2)) return 0;
      sum += magnitude;
      double own = mag_get_d(arb_radref(x));
      if (own > radius) radius = own;
      fixed_set_arf(m->high + r * columns + k, m->low + r * columns + k, arb_midref(x), 1);
    }
    if (sum > m->row_sum) m->row_sum = sum;
  }
  m->row_sum *= 1 + 1e-12;
  m->entry_error = radius + ldexp(1.0, 1 - FIXED_BITS);
  return 1;
}

static inline void fixed_matrix_clear(fixed_matrix *m) {
  free(m->high);
  free(m->low);
}

// How far a row's value is from the true one: sum |a| e_v + sum (|v| + e_v) e_a + the cut.
static inline double fixed_error(const fixed_matrix *m, double loaded, slong exponent) {
  double size = ldexp(1.0, (int)exponent);
  return (m->row_sum * loaded + (double)m->columns * (size + loaded) * m->entry_error +
          ldexp(1.0, (int)(exponent - 115))) *
         (1 + 1e-12);
}

// results_r = row r times the vector. `work` holds 2 columns. Returns 0 where the vector is not finite.
static inline int fixed_matrix_apply(
    const fixed_matrix *m, arb_ptr results, slong result_step, arb_srcptr vector, slong step, int64_t *work) {
  slong exponent = 0;
  int64_t *high = work, *low = work + m->columns;
  double loaded = fixed_load(high, low, vector, step, m->columns, &exponent);
  if (!(loaded < 1e300)) return 0;
  double error = fixed_error(m, loaded, exponent);
  for (slong r = 0; r < m->rows; r++) {
    __int128 value = fixed_dot(m->high + r * m->columns, m->low + r * m->columns, high, low, m->columns);
    arb_ptr result = results + r * result_step;
    unsigned __int128 magnitude = value < 0 ? (unsigned __int128)(-value) : (unsigned __int128)value;
    mp_limb_t limbs[2] = {(mp_limb_t)magnitude, (mp_limb_t)(magnitude >> 64)};
    mp_size_t count = limbs[1] ? 2 : limbs[0] ? 1 : 0;
    if (count == 0)
      arf_zero(arb_midref(result));
    else
      arf_set_mpn(arb_midref(result), limbs, count, value < 0);
    // Units: 2^-117 of both, top counts 2^120 and was multiplied by 16.
    arf_mul_2exp_si(arb_midref(result), arb_midref(result), exponent + 1 - 2 * FIXED_BITS + 2 * FIXED_LIMB - 4);
    mag_set_d(arb_radref(result), error);
  }
  return 1;
}

// sum_r weights_r |row r times the vector|, a bound; infinity where the vector is not finite.
static inline double fixed_matrix_weighted(
    const fixed_matrix *m, const double *weights, arb_srcptr vector, slong step, int64_t *work) {
  slong exponent = 0;
  int64_t *high = work, *low = work + m->columns;
  double loaded = fixed_load(high, low, vector, step, m->columns, &exponent);
  if (!(loaded < 1e300)) return D_INF;
  double error = fixed_error(m, loaded, exponent);
  double sum = 0;
  int scale = (int)(exponent + 1 - 2 * FIXED_BITS + 2 * FIXED_LIMB - 4);
  for (slong r = 0; r < m->rows; r++) {
    if (weights[r] == 0) continue;
    __int128 value = fixed_dot(m->high + r * m->columns, m->low + r * m->columns, high, low, m->columns);
    double size = ldexp((double)(value < 0 ? -value : value), scale);
    sum += weights[r] * (size * (1 + 1e-15) + error);
  }
  return sum * (1 + 1e-12);
}
