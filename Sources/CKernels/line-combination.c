#include "line-combination.h"

// A product and a sum of one expression are fused where the target can, and never across expressions.
#pragma STDC FP_CONTRACT ON

// The version for the target of the build, and those for what x86 processors have beyond it.

#if defined(__AVX512F__)
#define WIDTH 8
#elif defined(__AVX__)
#define WIDTH 4
#else
#define WIDTH 2
#endif
#define COMBINE combine_here
#define TARGET
#include "line-combination-kernel.h"

#if defined(__x86_64__) && !(defined(__AVX2__) && defined(__FMA__))
#define HAS_AVX2_VERSION
#define WIDTH 4
#define COMBINE combine_avx2
#define TARGET __attribute__((target("avx2,fma")))
#include "line-combination-kernel.h"
#endif

#if defined(__x86_64__) && !defined(__AVX512F__)
#define HAS_AVX512_VERSION
#define WIDTH 8
#define COMBINE combine_avx512
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#include "line-combination-kernel.h"
#endif

void vlasov_combine_lines(const struct vlasov_line_term *terms, ptrdiff_t plain, ptrdiff_t count, ptrdiff_t points,
                          double *k) {
#ifdef HAS_AVX512_VERSION
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma")) {
    combine_avx512(terms, plain, count, points, k);
    return;
  }
#endif
#ifdef HAS_AVX2_VERSION
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    combine_avx2(terms, plain, count, points, k);
    return;
  }
#endif
  combine_here(terms, plain, count, points, k);
}
