// e^{−itH/ħ} in Krylov spaces: Lanczos gives H V_m = V_m T_m + β_m v_{m+1} e_m^T, and Ψ(s) ≈ ‖Ψ‖ V_m e^{−isT_m/ħ} e_1. The
// residual of this curve is β_m [e^{−isT_m/ħ}]_{m1} v_{m+1}, hence
//
//     error(τ) ≤ ‖Ψ‖ (β_m/ħ) ∫_0^τ |[e^{−isT_m/ħ}]_{m1}| ds,
//
// which decides how far one space is used: τ is halved until the bound is in proportion to the tolerance. The sum of the
// bounds is returned, with 4mε for the rounding of every space. m + 2 vectors.

import CLibraries
public import Numerics

/// The Lanczos propagator with m vectors and steps chosen from the error bound.
public struct KrylovPropagator: Propagator {
  public let hamiltonian: Hamiltonian
  /// m.
  public let subspaceDimension: Int
  /// Bound of the error per call, relative to ‖Ψ‖.
  public let tolerance: Double
  public var vectorsInMemory: Int { subspaceDimension + 2 }

  /// - Throws: `ArgumentError` unless 2 ≤ m ≤ 10 (12 vectors in all) and 1e-14 ≤ tolerance < 1.
  public init(_ hamiltonian: Hamiltonian, subspaceDimension: Int = 9, tolerance: Double = 1e-12) throws {
    guard (2...10).contains(subspaceDimension) else {
      throw ArgumentError("subspace dimension", expected: "2 … 10", got: "\(subspaceDimension)")
    }
    guard tolerance >= 1e-14, tolerance < 1 else {
      throw ArgumentError("tolerance", expected: "1e-14 … 1", got: "\(tolerance)")
    }
    self.hamiltonian = hamiltonian
    self.subspaceDimension = subspaceDimension
    self.tolerance = tolerance
  }

  /// - Throws: `MemoryError`, `NumericalFailure` for a NaN or when steps become useless.
  public func advance(_ vector: inout [Complex<Double>], by time: Double) throws -> Double {
    let n = hamiltonian.dimension
    precondition(vector.count == n, "a vector of the Hamiltonian's dimension")
    guard time != 0 else { return 0 }
    try Memory.require(
      Memory.product(subspaceDimension + 1, n, 16), for: "\(subspaceDimension + 1) vectors of dimension \(n)")
    let kernels = VectorKernels(workers: hamiltonian.workers)
    let share = hamiltonian.share
    let basis = UnsafeMutablePointer<Complex<Double>>.allocate(capacity: (subspaceDimension + 1) * max(1, n))
    defer { basis.deallocate() }
    var total = 0.0
    var remaining = time
    try vector.withUnsafeMutableBufferPointer { buffer in
      // Of many ranks some have nothing.
      let state = buffer.baseAddress ?? basis
      let norm = share.inner(state, state, hamiltonian.workers).real.squareRoot()
      try share.ranks.check()
      guard norm.isFinite else { throw NumericalFailure(in: "the Krylov propagator", "norm \(norm)") }
      guard norm > 0 else { return }
      while remaining != 0 {
        let space = try lanczos(state, norm, basis, n, kernels)
        var step = remaining
        var error = space.bound(step)
        while error > tolerance * (step / time).magnitude {
          step /= 2
          guard step.magnitude > 1e-12 * time.magnitude else {
            throw NumericalFailure(in: "the Krylov propagator", "no step meets the tolerance \(tolerance)")
          }
          error = space.bound(step)
        }
        let weights = space.amplitudes(step)
        kernels.combine(weights[0].multiplied(by: norm), basis, .zero, state, n)
        for j in weights.indices.dropFirst() {
          kernels.combine(weights[j].multiplied(by: norm), basis + j * n, 1, state, n)
        }
        total += (error + 4 * Double(subspaceDimension) * Double.ulpOfOne) * norm
        remaining = (remaining - step).magnitude <= 1e-15 * time.magnitude ? 0 : remaining - step
      }
    }
    return total
  }

  private func lanczos(
    _ state: UnsafeMutablePointer<Complex<Double>>, _ norm: Double,
    _ basis: UnsafeMutablePointer<Complex<Double>>, _ n: Int, _ kernels: VectorKernels
  ) throws -> KrylovSpace {
    let inner = { (x: UnsafeMutablePointer<Complex<Double>>, y: UnsafeMutablePointer<Complex<Double>>) in
      hamiltonian.share.inner(x, y, hamiltonian.workers)
    }
    kernels.assign(1 / norm, state, basis, n)
    var diagonal: [Double] = []
    var offDiagonal: [Double] = []
    for j in 0..<subspaceDimension {
      let current = basis + j * n
      let next = basis + (j + 1) * n
      hamiltonian.apply(current, into: next)
      if j > 0 { kernels.combine(-offDiagonal[j - 1], basis + (j - 1) * n, 1, next, n) }
      let alpha = inner(current, next).real
      kernels.combine(-alpha, current, 1, next, n)
      let beta = inner(next, next).real.squareRoot()
      try hamiltonian.space.ranks.check()
      guard alpha.isFinite, beta.isFinite else {
        throw NumericalFailure(in: "the Krylov propagator", "H gave a NaN")
      }
      diagonal.append(alpha)
      offDiagonal.append(beta)
      // An invariant subspace: the residual is rounding, no further direction exists.
      if beta <= 1e-14 * (alpha.magnitude + (offDiagonal.largest() ?? 0)) { break }
      kernels.combine(0, next, 1 / beta, next, n)
    }
    return try KrylovSpace(
      diagonal: diagonal, offDiagonal: offDiagonal, hbar: hamiltonian.space.hbar)
  }
}

/// T_m, its spectral decomposition and the coupling β_m out of the space.
private struct KrylovSpace {
  let values: [Double]
  let vectors: [Double]  // row k: eigenvector of values[k]
  let coupling: Double
  let hbar: Double
  private static let rule = GaussLegendre(points: 16)

  init(diagonal: [Double], offDiagonal: [Double], hbar: Double) throws {
    (values, vectors) = try HermitianEigenproblem.solveTridiagonal(
      diagonal: diagonal, offDiagonal: offDiagonal)
    coupling = offDiagonal.last ?? 0
    self.hbar = hbar
  }

  /// e^{−isT/ħ} e_1.
  func amplitudes(_ s: Double) -> [Complex<Double>] {
    let m = values.count
    return (0..<m).map { j in
      var sum = Complex<Double>.zero
      for k in 0..<m {
        sum += Complex.unit(-s * values[k] / hbar).multiplied(by: vectors[k * m] * vectors[k * m + j])
      }
      return sum
    }
  }

  /// (β_m/ħ) ∫_0^τ |[e^{−isT_m/ħ}]_{m1}| ds.
  func bound(_ time: Double) -> Double {
    var integral = 0.0
    for (x, w) in zip(Self.rule.nodes, Self.rule.weights) {
      integral += w * (amplitudes(x * time).last?.length ?? 0)
    }
    return coupling / hbar * integral * time.magnitude
  }
}
