// The signs that marginals are not those of a nonnegative measure (classical kernel) or of a quantum state (Moyal kernel). Each is
// measured by how far it goes beyond what a measure allows, in units of the mass or of the greatest value:
//
//     contraction       |w^{(k,ℓ)+β}(…; 0, 0) − c w^{(k,ℓ)}| > 0; the cumulant closure keeps it exactly, products to the order of the step
//     modulus           |w| > mass
//     variance          E|ρ̂_α(κn)|² − |E ρ̂_α(κn)|² < 0,    E|ρ̂_α(κn)|² = w^{αα}(0,κn; 0,−κn) + w^α(0,0)/N  (the last at finite N)
//     densities         of one and two particles, on planes of phase space and relative to each other, below zero beyond what rings (`PlaneDensity`)
//     Weyl matrix       Moyal: a negative eigenvalue of the one-particle operator (`WeylMatrix`)
//
// With the Moyal kernel the density on (q,p) of one particle is a Wigner function and may be negative; those of positions and of
// momenta, and of the position of one particle and the momentum of another, may not.

import CLibraries
import Computing
import Numerics
import PhaseSpace
import Vlasov

/// One sign: its size, and what the lattice may make of it.
struct PhysicalSign {
  let name: String
  /// Beyond what a measure allows, relative to the mass or the greatest value; at most zero where nothing is.
  let excess: Double
  /// How much of it may be the lattice's.
  let error: Double

  /// A thousandth: what a curve shows, up to where figures of resolution count as resolved.
  static let shown = 1e-3
  /// Where rounding ends.
  static let least = 1e-6

  init(_ name: String, _ excess: Double, error: Double) {
    self.name = name
    self.excess = excess
    self.error = error
  }

  /// What it says. Within its error and below a thousandth it says nothing: there are values beyond any lattice.
  var answer: ClosureState {
    if excess <= Self.least { return .physical }
    if excess > error + Self.least { return .unphysical }
    return excess <= Self.shown ? .physical : .undecided
  }

  var text: String {
    "\(name)\(excess.text)" + (error > 0 ? ", of which the lattice may make \(error.text)" : "")
  }
}

extension Double {
  /// Two digits for a sentence.
  var text: String {
    guard isFinite else { return "\(self)" }
    guard self != 0 else { return "0" }
    let exponent = Double.log10(magnitude).rounded(.down)
    let scaled = (self / Double.pow(10, exponent) * 10).rounded() / 10
    return "\(scaled)e\(Int(exponent))"
  }
}

extension ReportedMarginals {
  /// The least of E|ρ̂_α(κn)|² − |E ρ̂_α(κn)|², n ≠ 0, over n_α²; nil at rank 1.
  func leastVariance() -> Double? {
    guard rank >= 2 else { return nil }
    var least = Double.infinity
    for species in model.species.indices {
      let fraction = model.fractions[species]
      let own = model.particleNumber.map { fraction / Double($0) } ?? 0
      for index in 0..<lattice.modeCount where lattice.mode(at: index) != .zero {
        let mode = lattice.mode(at: index)
        let pair = value(species: [species, species], modes: [mode, mode.negated], points: [.zero, .zero])
          .real
        let mean = value(species: [species], modes: [mode], points: [.zero])
        least = .least(least, (pair + own - mean.lengthSquared) / (fraction * fraction))
      }
    }
    return least == .infinity ? nil : least
  }

  /// The densities that must not be negative, d = 1.
  func densitySigns() throws -> [(name: String, range: DensityRange, isPhaseSpace: Bool, isPair: Bool)] {
    guard lattice.dimension == 1 else { return [] }
    var found: [(String, DensityRange, Bool, Bool)] = []
    for species in model.species.indices {
      let name = model.species[species].name
      if model.kernel.hbar == nil {
        found.append(("(q,p) of \(name)", try plane(of: species).range(), true, false))
      } else {
        for line in lines(of: species) {
          found.append(("\(line.name) of \(name)", try line.density.range(), false, false))
        }
      }
    }
    guard rank >= 2 else { return found }
    for first in model.species.indices {
      for second in model.species.indices where second >= first && holdsPair(first, second) {
        let names = "\(model.species[first].name), \(model.species[second].name)"
        for plane in planes(of: first, second) {
          found.append(("\(plane.name) of \(names)", try plane.density.range(), false, true))
        }
        // A marginal of the pair density as well, but with the Moyal kernel a Wigner function.
        guard model.kernel.hbar == nil else { continue }
        found.append(
          ("(q₁ − q₂, p₁ − p₂) of \(names)", try relativePlane(of: first, second).range(), false, true))
      }
    }
    return found
  }

  private func holdsPair(_ first: Int, _ second: Int) -> Bool {
    var counts = model.species.map { _ in 0 }
    counts[first] += 1
    counts[second] += 1
    return orders.contains(MarginalOrder(counts))
  }

  /// The worst one-particle operator of all species; nil for the classical kernel and in d > 1.
  func weylMatrix() throws -> WeylMatrix? {
    guard let hbar = model.kernel.hbar, lattice.dimension == 1 else { return nil }
    let all = try model.species.indices.map { species in
      let half = lattice.halfWidths[species]
      let lines = (0...lattice.modes).map { n in
        let read = reader([species], modes: [n])
        return (-half...half).map { read($0, 0) }
      }
      return try WeylMatrix(
        lines: lines, spacing: lattice.spacing(species), hbar: hbar, kappa: lattice.kappa)
    }
    return all.min { $0.least < $1.least }
  }
}
