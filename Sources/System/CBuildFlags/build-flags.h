// What the compiler was and what it was allowed to use, as its macros say.
#pragma once

static inline const char *build_compiler(void) { return __VERSION__; }

// The instruction sets beyond the baseline, separated by spaces.
static inline const char *build_instruction_sets(void) {
  return ""
#ifdef __x86_64__
         "x86-64"
#endif
#ifdef __aarch64__
         "aarch64"
#endif
#ifdef __AVX__
         " avx"
#endif
#ifdef __AVX2__
         " avx2"
#endif
#ifdef __FMA__
         " fma"
#endif
#ifdef __AVX512F__
         " avx512f"
#endif
#ifdef __AVX512DQ__
         " avx512dq"
#endif
#ifdef __AVX512VL__
         " avx512vl"
#endif
#ifdef __ARM_FEATURE_SVE
         " sve"
#endif
      ;
}
