#pragma once
#include <arb.h>
#include <arf.h>
#include <mag.h>
static inline const char *arb_face_version(void) { return arb_version; }
static inline arf_ptr arb_mid(arb_ptr x) { return arb_midref(x); }
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
