// What a report reads of full storage.

import Numerics
import PhaseSpace

extension TruncatedHierarchy: ReportedMarginals {
  /// What the marginals still owe to true ones, and whether they are physical, at the present time.
  ///
  /// Derivatives at ξ = 0 are eighth-order differences on the grid; densities are inverse Fourier transforms over modes and
  /// window.
  /// - Throws: `NumericalFailure` when a figure is not finite; `MemoryError`, `ArgumentError` from the transform.
  public func report() throws -> ClosureReport { try closureReport() }

  /// The one-particle density of a species, (2π)^{−1} ∫ m dq dp = w(0,0).
  /// - Throws: `ArgumentError` in d > 1.
  public func density(species: Int) throws -> ReconstructedDensity {
    try reconstructedDensity(species: species)
  }

  /// w of one or two particles at these modes, over their points.
  func reader(_ species: [Int], modes: [Int]) -> (Int, Int) -> Complex<Double> {
    guard let read = layout.read(species: species, modes: modes.map { ModeIndex($0, 0, 0) }) else {
      return { _, _ in .zero }
    }
    let (current, sign) = (current, Double(read.sign))
    let (first, second) = (read.strides[0], species.count > 1 ? read.strides[1] : 0)
    return { g, h in
      let at = read.base + first * g + second * h
      return Complex(current[at], sign * current[at + read.imaginaryOffset])
    }
  }
}
