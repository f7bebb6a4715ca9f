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
  public let positions: [Double]
  public let momenta: [Double]
  public let values: [Double]
}

extension TruncatedHierarchy {
  /// The one-particle density of a species.
  /// - Throws: `ArgumentError` in d > 1.
  public func density(species: Int) throws -> ReconstructedDensity {
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
    for n in -lattice.modes...lattice.modes {
      let mode = ModeIndex(components: [n])
      for g in -half...half {
        row[g < 0 ? g + points : g] = value(
          species: [species], modes: [mode], points: [ModeIndex(components: [g])])
      }
      row.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!) }
      for (index, q) in positions.enumerated() {
        let wave = Complex(length: spacing / period, phase: -lattice.kappa * Double(n) * q)
        for j in -half...half {
          values[index * points + j + half] += (wave * row[j < 0 ? j + points : j]).real
        }
      }
    }
    return ReconstructedDensity(positions: positions, momenta: momenta, values: values)
  }

  /// The least and the greatest value of all one-particle densities.
  func densityRange() throws -> ClosedRange<Double> {
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for species in model.species.indices {
      for value in try density(species: species).values {
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    guard least <= greatest else {
      throw NumericalFailure(in: "the reconstructed density at t = \(time)", "values that are not numbers")
    }
    return least...greatest
  }
}
