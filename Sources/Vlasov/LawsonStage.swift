// Lawson (integrating-factor) RK4 with exact transport. With E = free transport over Δt/2 (an index shift), h = Δt and f the
// force,
//
//     k_1 = f(w), k_2 = f(Ew + h/2 Ek_1), k_3 = f(Ew + h/2 k_2), k_4 = f(E²w + h Ek_3),
//     w ← E²w + h/6 (E²k_1 + 2E(k_2 + k_3) + k_4).
//
// Four buffers w, A, B, N and sixteen streams of the state a step: with A = Ew + h/6 Ek_1 and B = Ew + h/2 Ek_1 the
// half-transported state is Ew = (3A − B)/2.

/// A stage of Lawson's method, and its linear combination on a piece of the state. Each stage evaluates the force of a piece in
/// scratch memory and combines it at once; what is transported is read at shifted points.
package enum LawsonStage: Sendable {
  case first, second, third, fourth

  /// Whether w, k and, in the third stage, A are read at the shifted points.
  @inlinable package var isTransported: Bool { self == .first || self == .third }

  /// A = Ew + h/6 Ek_1, B = Ew + h/2 Ek_1; w and k where they come from.
  @inlinable @inline(__always)
  package static func first(
    _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, from w: UnsafePointer<Double>,
    _ k: UnsafePointer<Double>, count: Int, step h: Double
  ) {
    for i in 0..<count {
      a[i] = w[i] + h / 6 * k[i]
      b[i] = w[i] + h / 2 * k[i]
    }
  }

  /// w = Ew, N = Ew + h/2 k_2, A += h/3 k_2.
  @inlinable @inline(__always)
  package static func second(
    _ a: UnsafeMutablePointer<Double>, _ b: UnsafePointer<Double>, _ w: UnsafeMutablePointer<Double>,
    _ n: UnsafeMutablePointer<Double>, _ k: UnsafePointer<Double>, count: Int, step h: Double
  ) {
    for i in 0..<count {
      let half = 1.5 * a[i] - 0.5 * b[i]
      a[i] += h / 3 * k[i]
      w[i] = half
      n[i] = half + h / 2 * k[i]
    }
  }

  /// A = E(A + h/3 k_3), N = E(Ew + h k_3); A, w and k where they come from.
  @inlinable @inline(__always)
  package static func third(
    _ a: UnsafeMutablePointer<Double>, _ n: UnsafeMutablePointer<Double>, from sum: UnsafePointer<Double>,
    _ w: UnsafePointer<Double>, _ k: UnsafePointer<Double>, count: Int, step h: Double
  ) {
    for i in 0..<count {
      a[i] = sum[i] + h / 3 * k[i]
      n[i] = w[i] + h * k[i]
    }
  }

  /// w = A + h/6 k_4.
  @inlinable @inline(__always)
  package static func fourth(
    _ w: UnsafeMutablePointer<Double>, _ a: UnsafePointer<Double>, _ k: UnsafePointer<Double>, count: Int,
    step h: Double
  ) {
    for i in 0..<count { w[i] = a[i] + h / 6 * k[i] }
  }
}
