// The lattice on which ∫dq dp is exact (d = 1): q equispaced with more than 2n_max points, p ∈ ħκZ. Then
//
//     (2πħ)^{−1} Σ cell |f_{q,p}⟩⟨f_{q,p}| = 1      on the plane waves |n| ≤ n_max,
//
// exactly for windows of support shorter than the period, and to the Gaussian's tail otherwise. The momenta run until
// |f̂|² has fallen below the tolerance.

public import CLibraries
import Foundation
public import ManyBody
public import Numerics

/// Positions, momenta and cell of the exact phase-space quadrature.
public struct HusimiLattice: Sendable {
  /// Number of equispaced positions, 2n_max + 2.
  public let positions: Int
  /// p ∈ ħκZ.
  public let momenta: [Double]
  /// Δq Δp/2π: the weight of a point in (2π)^{−1}∫dq dp.
  public let cell: Double

  /// - Throws: `ArgumentError` in dimensions other than one, `NumericalFailure` for a window whose transform does not decay.
  public init(waves: PlaneWaves, hbar: Double, window: any Window, tolerance: Double = 1e-14) throws {
    guard waves.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for a phase-space lattice", got: "\(waves.dimension)")
    }
    positions = 2 * waves.cutoff + 2
    let peak = window.transform(0)
    // The largest |f̂/f̂(0)|² k over an octave bounds what lies beyond.
    var reach = 1.0
    while true {
      let worst =
        (0...400).map { i -> Double in
          let k = reach * (1 + Double(i) / 400)
          let ratio = window.transform(k) / peak
          return ratio * ratio * k
        }.largest() ?? 0
      if worst < tolerance { break }
      reach *= 1.25
      guard reach < 1e5 else { throw NumericalFailure(in: "the window", "its transform does not decay") }
    }
    let spacing = hbar * waves.wavenumber
    let count = (reach * hbar.squareRoot() / spacing).rounded(.up)
    guard count < 1e7 else {
      throw ArgumentError(
        "window", expected: "a window that spans fewer than 10⁷ momenta ħκn", got: "\(count)")
    }
    let half = waves.cutoff + Int(count)
    momenta = (-half...half).map { spacing * Double($0) }
    cell = waves.period / Double(positions) * spacing / (2 * Double.pi)
  }

  /// (2π)^{−1} ∫dq dp w(p) m(q,p) of the one-particle density matrix γ, for a weight w of the momentum.
  /// - Throws: as `HusimiGrid`.
  public func integral(
    density: [Complex<Double>], waves: PlaneWaves, hbar: Double, window: any Window, workers: Workers,
    weight: (Double) -> Double = { _ in 1 }
  ) throws -> Double {
    let grid = try HusimiGrid(
      density: density, waves: waves, hbar: hbar, window: window, positions: positions, momenta: momenta,
      workers: workers)
    var sum = 0.0
    for (i, p) in momenta.enumerated() {
      var row = 0.0
      for j in 0..<positions { row += grid[momentum: i, position: j] }
      sum += weight(p) * row
    }
    return sum * cell
  }
}
