// e^{−itH/ħ} by Chebyshev polynomials: with the spectrum of H in [E − R, E + R], H̃ = (H − E)/R, z = R|t|/ħ,
//
//     e^{−itH/ħ} = e^{−itE/ħ} [ J_0(z) + 2 Σ_{k≥1} (∓i)^k J_k(z) T_k(H̃) ]      (upper sign for t > 0).
//
// Cutting the sum after K leaves an error of at most 2 Σ_{k>K} |J_k(z)| ‖Ψ‖; returned with 4Kε for rounding. K ≈ z + O(z^{1/3}):
// the cheapest way for given accuracy when memory is short. Four vectors, of which ranks may have a share each.

import CLibraries
public import Numerics

/// The Chebyshev propagator.
public struct ChebyshevPropagator: Propagator {
  public let hamiltonian: Hamiltonian
  /// Bound of the truncation error per call, relative to ‖Ψ‖.
  public let tolerance: Double
  public var vectorsInMemory: Int { 4 }
  /// ħ/R · 1000: a thousand applications of H, to which starting anew adds some fifty.
  public var longestStep: Double {
    let interval = hamiltonian.spectralInterval
    let radius = (interval.upperBound - interval.lowerBound) / 2
    return radius > 0 ? 1000 * hamiltonian.space.hbar / radius : .infinity
  }

  /// - Throws: `ArgumentError` unless 1e-15 ≤ tolerance < 1.
  public init(_ hamiltonian: Hamiltonian, tolerance: Double = 1e-13) throws {
    guard tolerance >= 1e-15, tolerance < 1 else {
      throw ArgumentError("tolerance", expected: "1e-15 … 1", got: "\(tolerance)")
    }
    self.hamiltonian = hamiltonian
    self.tolerance = tolerance
  }

  /// - Throws: `ArgumentError` when |t|·‖H‖/ħ exceeds 10⁶, `MemoryError`, `NumericalFailure` for a NaN.
  public func advance(_ vector: inout [Complex<Double>], by time: Double) throws -> Double {
    let n = hamiltonian.dimension
    precondition(vector.count == n, "a vector of the Hamiltonian's dimension")
    let hbar = hamiltonian.space.hbar
    let interval = hamiltonian.spectralInterval
    let centre = (interval.lowerBound + interval.upperBound) / 2
    let radius = Double.greatest((interval.upperBound - interval.lowerBound) / 2, 1e-300)
    let z = radius * time.magnitude / hbar
    guard !z.isNaN else {
      throw NumericalFailure(in: "the Chebyshev propagator", "the spectrum lies in \(interval)")
    }
    guard z <= 1e6 else {
      throw ArgumentError("time", expected: "|t|·‖H‖/ħ ≤ 10⁶ in one step", got: "\(z)")
    }
    let bessel = besselFunctions(upTo: Int(z) + 40 + Int(8 * z.squareRoot()), at: z)
    var last = bessel.count - 1
    var tail = 0.0
    while last > 0, tail + 2 * bessel[last].magnitude <= tolerance {
      tail += 2 * bessel[last].magnitude
      last -= 1
    }
    try Memory.require(Memory.product(3, n, 16), for: "three vectors of dimension \(n)")

    let kernels = VectorKernels(workers: hamiltonian.workers)
    let (share, ranks) = (hamiltonian.share, hamiltonian.space.ranks)
    let work = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: 3 * max(1, n))
    defer { work.deallocate() }
    var older = work
    var newer = work + n
    let image = work + 2 * n
    let turn = Complex<Double>(0, time >= 0 ? -1 : 1)
    var norm = 0.0
    try vector.withUnsafeMutableBufferPointer { buffer in
      // Of many ranks some have nothing.
      let sum = buffer.baseAddress ?? work
      norm = share.inner(sum, sum, hamiltonian.workers).real.squareRoot()
      older.update(from: sum, count: n)  // T_0
      if last >= 1 {
        hamiltonian.apply(sum, into: newer)  // T_1 = (H − E)/R
        kernels.combine(-centre / radius, older, 1 / radius, newer, n)
        kernels.combine(turn.multiplied(by: 2 * bessel[1]), newer, Complex(bessel[0]), sum, n)
      } else {
        kernels.combine(bessel[0] - 1, older, 1, sum, n)
      }
      var power = turn
      for k in stride(from: 2, through: last, by: 1) {
        power *= turn
        hamiltonian.apply(newer, into: image)
        try ranks.check()
        // T_k = 2 H̃ T_{k−1} − T_{k−2}, in the place of T_{k−2}
        kernels.recur(
          2 / radius, image, -2 * centre / radius, newer, older, power.multiplied(by: 2 * bessel[k]), sum, n)
        swap(&older, &newer)
      }
      kernels.combine(.zero, sum, Complex.unit(-time * centre / hbar), sum, n)
    }
    let isFinite = ranks.all(vector.allSatisfy(\.isFinite))
    try ranks.check()
    guard norm.isFinite, isFinite else {
      throw NumericalFailure(
        in: "the Chebyshev propagator", "a vector that is not finite, from one of norm \(norm)")
    }
    return (tail + 4 * Double(last + 1) * Double.ulpOfOne) * norm
  }
}
