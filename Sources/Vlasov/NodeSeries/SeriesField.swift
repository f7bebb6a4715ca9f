// The mean force on a particle of species α, d = 1 on the torus, in the form that the series of nodes take: with ρ_{β,m} = ∫ e^{iκmq} df_β
// and real coefficients,
//
//     F_α(q) = Im Σ_{m>0} (a_m − ib_m) e^{iκmq},     a_m + ib_m = 2κm (u_{α,m} + Σ_β v_{αβ,m} ρ_{β,m}),
//
// u_{α,m} those of an external potential. Linear in the densities, so it holds coefficient by coefficient of any series.

import CLibraries
package import Interaction
import PhaseSpace

/// A complex number of a density or of a field.
package struct SeriesAmplitude: Sendable, Hashable {
  /// Its parts.
  package var real = 0.0
  package var imaginary = 0.0

  package init() {}
}

/// The modes m > 0 on which any species feels a force, and how strongly.
package struct SeriesField: Sendable, Hashable {
  /// κ
  package let wavenumber: Double
  /// m, ascending.
  package let modes: [Int]
  /// 2κm v_{αβ,m} at [α·S + β].
  private let pairs: [[Double]]
  /// 2κm u_{α,m}
  private let external: [[Double]]
  private let speciesCount: Int

  /// - Precondition: d = 1 on the torus.
  package init(_ potentials: PotentialMatrix) {
    guard let kappa = potentials.geometry.kappa, potentials.geometry.dimension == 1 else {
      preconditionFailure("nodes have a torus in one dimension")
    }
    let species = 0..<potentials.speciesCount
    let modes = Set(species.flatMap { potentials.forceModes(of: $0) }.map { abs($0[0]) }).sorted()
    func coefficients(_ value: (ModeIndex) -> Double) -> [Double] {
      modes.map { 2 * kappa * Double($0) * value(ModeIndex($0, 0, 0)) }
    }
    pairs = species.flatMap { a in
      species.map { b in coefficients { potentials.coefficient(a, b, mode: $0) } }
    }
    external = species.map { a in coefficients { potentials.externalCoefficient(a, mode: $0) } }
    speciesCount = species.count
    wavenumber = kappa
    self.modes = modes
  }

  /// a_m and b_m of one order from ρ_{β,m}, β-major.
  /// - Parameter order: an external force is of order 0.
  package func amplitude(_ alpha: Int, mode: Int, order: Int, _ density: (_ beta: Int) -> SeriesAmplitude)
    -> SeriesAmplitude
  {
    var sum = SeriesAmplitude()
    if order == 0 { sum.real = external[alpha][mode] }
    for beta in 0..<speciesCount {
      let (strength, density) = (pairs[alpha * speciesCount + beta][mode], density(beta))
      sum.real += strength * density.real
      sum.imaginary += strength * density.imaginary
    }
    return sum
  }
}
