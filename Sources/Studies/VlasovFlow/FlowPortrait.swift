// A portrait of phase space: the density of a species, in d > 1 that of its first axis (integrated over the others),
//
//     f(q,p) = (1/2πΛ) Σ_n e^{−iκnq} ∫ w(ξe_1,κne_1) e^{−iξp} dξ,
//
// the integral a sum over the points of the ξ grid. What the window and the modes cut off may change it by: the largest change
// where the last quarter of both is left out as well.

import CLibraries
public import ExperimentKit
import Numerics
import PhaseSpace
import Vlasov

/// Where portraits are drawn: q_j = Λj/Q, and P momenta of each species.
public struct FlowPortraitGrid: Sendable {
  /// Q
  public let positions: Int
  /// p_i, per species.
  public let momenta: [[Double]]
  /// Λ
  public let period: Double

  /// Q positions, the momenta of each species, the period.
  public init(positions: Int, momenta: [[Double]], period: Double) {
    (self.positions, self.momenta, self.period) = (positions, momenta, period)
  }

  /// p, q of a species.
  public func axes(species: Int) -> [ResultAxis] {
    [
      ResultAxis("p", momenta[species], unit: "momentum"),
      ResultAxis("q", (0..<positions).map { period * Double($0) / Double(positions) }, unit: "length"),
    ]
  }
}

/// The density of one species at one time.
public struct FlowPortrait: Codable, Sendable {
  /// f(q_j,p_i), momentum by momentum.
  public let values: RecordedArray
  /// The least and the greatest of them.
  public let minimum, maximum: Double
  /// What the cut-off may change them by.
  public let cut: Double

  /// Cost: P(2G + 1)(n_max + 1) + PQ n_max.
  /// - Throws: what the ranks throw that have the flow together.
  init(_ flow: VlasovLattice, species: Int, on grid: FlowPortraitGrid) throws {
    let lattice = flow.lattice
    let (half, modes) = (lattice.halfWidths[species], lattice.modes)
    let (keptPoints, keptModes) = (half * 3 / 4, modes * 3 / 4)
    let spacing = lattice.spacing(species)
    let lines = try (0...modes).map { n in
      try flow.values(
        at: (-half...half).map { g in
          LatticeSite(species: species, mode: ModeIndex(n, 0, 0), point: ModeIndex(g, 0, 0))
        })
    }
    let factor = spacing / (2 * .pi * grid.period)
    // e^{−iκnq_j}, twice of it for the pair ±n.
    let waves = (0...modes).map { n in
      (0..<grid.positions).map { j in
        Complex.unit(-2 * .pi * Double(n * j % grid.positions) / Double(grid.positions))
          .multiplied(by: factor * (n == 0 ? 1 : 2))
      }
    }
    var (values, cut) = ([Double](), 0.0)
    values.reserveCapacity(grid.positions * grid.momenta[species].count)
    for p in grid.momenta[species] {
      let phases = (-half...half).map { Complex.unit(-Double($0) * spacing * p) }
      var row = [Double](repeating: 0, count: grid.positions)
      var change = row
      for n in 0...modes {
        var (inner, outer) = (Complex<Double>.zero, Complex<Double>.zero)
        for g in 0...(2 * half) {
          let term = lines[n][g] * phases[g]
          if abs(g - half) <= keptPoints { inner += term } else { outer += term }
        }
        let lost = n <= keptModes ? outer : inner + outer
        for j in row.indices {
          row[j] += ((inner + outer) * waves[n][j]).real
          change[j] += (lost * waves[n][j]).real
        }
      }
      values += row
      cut = change.reduce(cut) { .greatest($0, $1.magnitude) }
    }
    self.values = RecordedArray(values)
    self.cut = cut
    (minimum, maximum) = (values.smallest() ?? 0, values.largest() ?? 0)
  }
}
