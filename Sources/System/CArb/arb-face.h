#pragma once
#include <acb.h>
#include <acb_hypgeom.h>
#include <arb.h>
#include <arf.h>
#include <flint/fmpq.h>
#include <mag.h>
#include "arb-fixed-point.h"
static inline const char *arb_face_version(void) { return arb_version; }
static inline arb_ptr acb_real(acb_ptr z) { return acb_realref(z); }
static inline arb_ptr acb_imag(acb_ptr z) { return acb_imagref(z); }
static inline arf_ptr arb_mid(arb_ptr x) { return arb_midref(x); }
// Widens the ball by a radius, rounded upwards.
static inline void arb_add_error_double(arb_ptr x, double radius) {
  mag_t error;
  mag_init(error);
  mag_set_d(error, radius);
  arb_add_error_mag(x, error);
  mag_clear(error);
}
// A Double not above (not below) every number of the ball.
static inline double arb_lower_double(arb_srcptr x, slong precision) {
  arf_t end;
  arf_init(end);
  arb_get_lbound_arf(end, x, precision);
  double result = arf_get_d(end, ARF_RND_FLOOR);
  arf_clear(end);
  return result;
}
static inline double arb_upper_double(arb_srcptr x, slong precision) {
  arf_t end;
  arf_init(end);
  arb_get_ubound_arf(end, x, precision);
  double result = arf_get_d(end, ARF_RND_CEIL);
  arf_clear(end);
  return result;
}
// A Double not below the magnitude of any number of the ball, and not below its radius.
static inline double arb_magnitude_double(arb_srcptr x) {
  mag_t bound;
  mag_init(bound);
  arb_get_mag(bound, x);
  double result = mag_get_d(bound);
  mag_clear(bound);
  return result;
}
static inline double arb_radius_double(arb_srcptr x) { return mag_get_d(arb_radref(x)); }
static inline double arb_middle_double(arb_srcptr x) { return arf_get_d(arb_midref(x), ARF_RND_NEAR); }

// digits·10^exponent, exactly; 0 where the digits are none.
static inline int rational_set_decimal(fmpq *x, const char *digits, slong exponent) {
  fmpz_t power;
  if (fmpz_set_str(&x->num, digits, 10) != 0) return -1;
  fmpz_one(&x->den);
  fmpz_init_set_ui(power, 10);
  fmpz_pow_ui(power, power, (ulong)(exponent < 0 ? -exponent : exponent));
  if (exponent < 0)
    fmpq_div_fmpz(x, x, power);
  else
    fmpq_mul_fmpz(x, x, power);
  fmpz_clear(power);
  return 0;
}
static inline int rational_is_integer(const fmpq *x) { return fmpz_is_one(&x->den); }
static inline int rational_fits_slong(const fmpq *x) { return fmpz_is_one(&x->den) && fmpz_fits_si(&x->num); }
static inline slong rational_get_slong(const fmpq *x) { return fmpz_get_si(&x->num); }
