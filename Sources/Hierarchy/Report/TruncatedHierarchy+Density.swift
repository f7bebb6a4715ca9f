// The phase-space density back from its characteristic function, d = 1,
//
//     m(q,p) = Λ^{−1} Σ_n e^{−iκnq} ∫ w(ξ,κn) e^{−iξp} dξ,   so that (2π)^{−1} ∫ m dq dp = w(0,0),
//
// by FFT over the ξ grid (p_j = 2πj/(PΔξ)) and a sum over the modes at 4(n_max + 1) positions.

import CLibraries
import Numerics
import PhaseSpace

/// m^α(q,p) on a grid: values[position · momenta.count + momentum].
public struct ReconstructedDensity: Sendable {
  /// q_i, 4(n_max + 1) of them over the period.
  public let positions: [Double]
  /// p_j = 2πj/(PΔξ), |j| ≤ P/2, ascending.
  public let momenta: [Double]
  /// m^α(q_i, p_j), momenta fastest.
  public let values: [Double]
}

extension TruncatedHierarchy {
  /// The one-particle density of a species.
  /// - Throws: `ArgumentError` in d > 1.
  public func density(species: Int) throws -> ReconstructedDensity {
    try density(species: species, modes: lattice.modes, window: lattice.pointCount(species) / 2)
  }

  /// The same from the modes |n| ≤ `modes` and the grid points |g| ≤ `window` alone.
  private func density(species: Int, modes: Int, window: Int) throws -> ReconstructedDensity {
    guard lattice.dimension == 1 else {
      throw ArgumentError("dimension", expected: "1 for a reconstructed density", got: "\(lattice.dimension)")
    }
    let points = lattice.pointCount(species)
    let half = points / 2
    let spacing = lattice.spacing(species)
    let period = 2 * Double.pi / lattice.kappa
    let transform = try FourierTransform(length: points)
    let positions = (0..<(4 * (lattice.modes + 1))).map {
      Double($0) * period / Double(4 * (lattice.modes + 1))
    }
    let momenta = (-half...half).map { 2 * .pi * Double($0) / (Double(points) * spacing) }
    var values = [Double](repeating: 0, count: positions.count * points)
    var row = [Complex<Double>](repeating: .zero, count: points)
    for n in -modes...modes {
      let mode = ModeIndex(components: [n])
      for g in -half...half {
        row[g < 0 ? g + points : g] =
          g.magnitude > window.magnitude
          ? .zero : value(species: [species], modes: [mode], points: [ModeIndex(components: [g])])
      }
      row.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!) }
      for (index, q) in positions.enumerated() {
        let wave = Complex.unit(-lattice.kappa * Double(n) * q).multiplied(by: spacing / period)
        for j in -half...half {
          values[index * points + j + half] += (wave * row[j < 0 ? j + points : j]).real
        }
      }
    }
    return ReconstructedDensity(positions: positions, momenta: momenta, values: values)
  }

  /// The least and the greatest value of all one-particle densities, and how far they can be trusted: what the outermost
  /// modes and the outer quarter of the ξ window bring at most. What lies beyond both, and is cut off, rings as much or less.
  func densityRange() throws -> (range: ClosedRange<Double>, ringing: Double) {
    var (least, greatest, ringing) = (Double.infinity, -Double.infinity, 0.0)
    for species in model.species.indices {
      let half = lattice.pointCount(species) / 2
      let whole = try density(species: species).values
      let inner = try density(species: species, modes: max(0, lattice.modes - 1), window: half * 3 / 4).values
      for (value, part) in zip(whole, inner) {
        least = .least(least, value)
        greatest = .greatest(greatest, value)
        ringing = .greatest(ringing, (value - part).magnitude)
      }
    }
    guard least <= greatest else {
      throw NumericalFailure(in: "the reconstructed density at t = \(time)", "values that are not numbers")
    }
    return (least...greatest, ringing)
  }
}
