#include "series-exponential.h"

// A product and a sum of one expression are fused where the target can, and never across expressions.
#pragma STDC FP_CONTRACT ON

// Eight doubles, of any alignment: one register or several, as the processor has them; the sums are the same.
typedef double eight __attribute__((vector_size(64), aligned(8), may_alias));

// The version for the target of the build, and those for what x86 processors have beyond it.

#define NEXT next_here
#define ADD add_here
#define TARGET
#include "series-exponential-kernel.h"

#if defined(__x86_64__) && !(defined(__AVX2__) && defined(__FMA__))
#define HAS_AVX2_VERSION
#define NEXT next_avx2
#define ADD add_avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "series-exponential-kernel.h"
#endif

#if defined(__x86_64__) && !defined(__AVX512F__)
#define HAS_AVX512_VERSION
#define NEXT next_avx512
#define ADD add_avx512
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#include "series-exponential-kernel.h"
#endif

void vlasov_next_exponential(ptrdiff_t j, ptrdiff_t count, double f, const double *q, ptrdiff_t q_stride, double *x,
                             double *y, ptrdiff_t stride, const double *w, double *sums) {
#ifdef HAS_AVX512_VERSION
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) {
    next_avx512(j, count, f, q, q_stride, x, y, stride, w, sums);
    return;
  }
#endif
#ifdef HAS_AVX2_VERSION
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    next_avx2(j, count, f, q, q_stride, x, y, stride, w, sums);
    return;
  }
#endif
  next_here(j, count, f, q, q_stride, x, y, stride, w, sums);
}

void vlasov_add_series_force(ptrdiff_t j, ptrdiff_t count, const double *a, const double *b, const double *x, const double *y,
                             ptrdiff_t stride, double *force) {
#ifdef HAS_AVX512_VERSION
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) {
    add_avx512(j, count, a, b, x, y, stride, force);
    return;
  }
#endif
#ifdef HAS_AVX2_VERSION
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    add_avx2(j, count, a, b, x, y, stride, force);
    return;
  }
#endif
  add_here(j, count, a, b, x, y, stride, force);
}
