// The innermost loops of what is moved as a power series, in the coupling or in time: the series of e^{ifq} from that of q, and the
// force that follows from it. Compiled for several processors, as the combination of lines.
#ifndef VLASOV_SERIES_EXPONENTIAL_H
#define VLASOV_SERIES_EXPONENTIAL_H

#include <stddef.h>

/// The next coefficient of z = e^{ifq} at `count` points, a multiple of 32: from q = Σ_i λ^i q_i, by λz' = ifz·λq',
///
///     z_j = (if/j) Σ_{i=1}^{j} i q_i z_{j−i},     z = x + iy,
///
/// q_i at q + i·q_stride, x_j and y_j at x + j·stride and y + j·stride; j ≥ 1. To sums[0] and sums[1] go Σ w x_j and Σ w y_j over the
/// points, by lanes of eight and then over the lanes.
void vlasov_next_exponential(ptrdiff_t j, ptrdiff_t count, double f, const double *_Nonnull q, ptrdiff_t q_stride,
                             double *_Nonnull x, double *_Nonnull y, ptrdiff_t stride, const double *_Nonnull w,
                             double *_Nonnull sums);

/// force ← force + Σ_{i=0}^{j} (a_i y_{j−i} − b_i x_{j−i}) = force + [λ^j] Im((a − ib) z) at `count` points, a multiple of 32.
void vlasov_add_series_force(ptrdiff_t j, ptrdiff_t count, const double *_Nonnull a, const double *_Nonnull b,
                             const double *_Nonnull x, const double *_Nonnull y, ptrdiff_t stride, double *_Nonnull force);

#endif
