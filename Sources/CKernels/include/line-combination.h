// The innermost loop of the truncated hierarchy (that of nodes is in series-exponential.h), compiled for several processors and chosen
// when it runs. Swift has no fused multiply–add that becomes two instructions where the target has none (it becomes a call into the C
// library, ten times slower), and no function for a processor other than the one that the build is for.
#ifndef VLASOV_LINE_COMBINATION_H
#define VLASOV_LINE_COMBINATION_H

#include <stddef.h>

/// One term: (x, y) ↦ (a x + b y, c x + d y) on a line of real and imaginary parts, times a table.
struct vlasov_line_term {
  double a, b, c, d;
  const double *_Nonnull real;
  const double *_Nonnull imaginary;
  /// Over the columns; null for 1.
  const double *_Nullable table;
};

/// k ← Σ terms: `points` reals, then as many imaginary parts. The first `plain` of the `count` terms have no table.
///
/// The products are added one after the other in the order of the terms, u a, then v b (u c, then v d), fused where the
/// processor can: a column does not depend on how many there are.
void vlasov_combine_lines(const struct vlasov_line_term *_Nonnull terms, ptrdiff_t plain, ptrdiff_t count,
                          ptrdiff_t points, double *_Nonnull k);

#endif
