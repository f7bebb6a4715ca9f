// What a truncated hierarchy still owes to a true one, and whether it is still physical: the highest cumulant that is kept,
// the laws that hold without truncation, and positivity.

import CLibraries
import Computing
import Interaction
import PhaseSpace
import Vlasov

/// Whether a family of marginals can be that of a nonnegative measure, or of a quantum state.
public enum ClosureState: String, Sendable, Codable, CaseIterable {
  /// No sign that there is no such measure or state, and a lattice that would show one.
  case physical
  /// A lattice that does not resolve the marginals, or a sign within what it may be off.
  case undecided
  /// Something that no such measure or state has, beyond what the lattice may be off.
  case unphysical
}

/// The closure report of one time.
public struct ClosureReport: Sendable, Codable {
  /// max |c^{(k,ℓ)}|, k+ℓ = R, of the cumulants of the normalised marginals: what the next rank feels.
  public let highestCumulant: Double
  /// max |c^{(k,ℓ)}| of every marginal of two particles and more, in the order of the hierarchy: those of rank r measure what products of lower cumulants miss of r particles.
  public let cumulants: [Double]
  /// max |w^{(k,ℓ)+β}(…; 0, 0) − c w^{(k,ℓ)}|, c = n_β, at finite N (N_β − k_β)/N (Lemma 2.1(4)).
  public let contractionDefect: Double
  /// max |w^{(k,ℓ)}(0) − its mass| over the mass.
  public let massDefect: Double
  /// Exchange inside a species, where the storage does not force it.
  public let symmetryDefect: Double
  /// w(−ξ,−η) = conj w(ξ,η), where the storage does not force it.
  public let realityDefect: Double
  /// Σ_α ∫ p m^α per axis (of (2π)^{−d} ∫).
  public let momentum: [Double]
  /// Σ_α ∫ |p|²/2m_α m^α.
  public let kineticEnergy: Double
  /// ½ Σ_{αβ} Σ_m v_{αβ,m} w^{αβ}(0,κm; 0,−κm).
  public let potentialEnergy: Double
  /// max |w^{(k,ℓ)}| / mass; above 1 no nonnegative measure has this characteristic function.
  public let largestRatio: Double
  /// The least variance of a density mode, of N ρ̂_α(κn)/N_α; nil at rank 1, which knows no pairs.
  public let leastVariance: Double?
  /// The least and the greatest value of the reconstructed densities m^α(q,p), d = 1 only.
  public let densityRange: ClosedRange<Double>?
  /// What the modes and points that are cut off may change those densities by, as the sums over modes and points converge; nil
  /// in d > 1, and where they do not.
  public let densityTail: Double?
  /// The least value of a density of two particles over its greatest, of all planes of positions and momenta and, with the classical kernel,
  /// of relative position and momentum (`RelativeGrid`); nil at rank 1 and
  /// in d > 1.
  public let pairDensityMinimum: Double?
  /// With the Moyal kernel, d = 1: the least eigenvalue of a one-particle operator over its greatest.
  public let weylMinimum: Double?
  /// Whether a nonnegative measure, or a state, can have these marginals.
  public let state: ClosureState
  /// What speaks against it, in words; empty where nothing does.
  public let reasons: [String]

  /// Kinetic and potential energy.
  public var energy: Double { kineticEnergy + potentialEnergy }

  /// Whether every figure is a number; the cumulants are not asked, which a marginal of mass zero does not have.
  var isFinite: Bool {
    let single = [
      contractionDefect, massDefect, symmetryDefect, realityDefect, energy, largestRatio, leastVariance ?? 0,
    ]
    return (single + momentum).allSatisfy(\.isFinite)
  }

  /// The state in the course of time: what was not a measure, or was not known to be one, is not taken back in silence when its
  /// signs fade. The marginals of one run follow from one another.
  /// - Parameter earlier: the state so far and since when, nil at first.
  public func state(after earlier: (state: ClosureState, time: Double)?) -> (
    state: ClosureState, reasons: [String]
  ) {
    guard let earlier, earlier.state.severity > state.severity else { return (state, reasons) }
    return (earlier.state, ["\(earlier.state.rawValue) since t = \(earlier.time)"] + reasons)
  }
}

extension ClosureState {
  /// Physical, undecided, unphysical.
  var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension ReportedMarginals {
  /// The closure report at the present time.
  ///
  /// Derivatives at ξ = 0 are eighth-order differences on the grid; densities are inverse Fourier transforms over modes and
  /// window. The signs that there is no nonnegative measure (with the Moyal kernel: no quantum state) are those of
  /// `physicalSigns`. One that is larger than what the lattice may make of it says *unphysical*; one that is not, or a figure of
  /// resolution beyond its limit, *undecided*.
  /// - Throws: `NumericalFailure` when a figure is not finite; `MemoryError`, `ArgumentError` from the transform.
  func closureReport() throws -> ClosureReport {
    // Data that are no state are a sign themselves, in the operator's eigenvalues.
    let resolution = resolution().filter { $0.name != DataOnLattice.negativeWeylMatrix }
    let contraction = contractionDefect()
    let ratio = largestRatio()
    let variance = leastVariance()
    let densities = try densitySigns()
    let weyl = try weylMatrix()
    // Each limit stands for an error of a thousandth.
    let error = resolution.reduce(0) { Double.greatest($0, $1.value / $1.limit) } * PhysicalSign.shown
    var signs = [
      PhysicalSign("the contraction of a marginal is off by ", contraction.relative, error: error),
      PhysicalSign("|w| exceeds the mass by ", ratio - 1, error: 2 * error),
    ]
    if let variance {
      signs.append(PhysicalSign("a density mode has the variance −", -variance, error: 4 * error))
    }
    for density in densities {
      let range = density.range
      signs += [
        PhysicalSign(
          "the density \(density.name) falls below zero by ", range.excess, error: range.share + 4 * error),
        PhysicalSign(
          "the density \(density.name), averaged, falls below zero by ", range.smoothExcess, error: 4 * error),
      ]
    }
    if let weyl {
      signs.append(
        PhysicalSign("the one-particle operator has the eigenvalue −", -weyl.least, error: 4 * error))
    }
    var answers = signs.map { ($0.answer, $0.text) }
    answers += resolution.filter { !$0.isResolved }.map {
      (.undecided, "\($0.name): \($0.value.text), limit \($0.limit.text)")
    }
    let worst = answers.max { $0.0.severity < $1.0.severity }?.0 ?? .physical
    let (momentum, kinetic) = moments()
    let phase = densities.filter(\.isPhaseSpace).map(\.range)
    let pairs = densities.filter(\.isPair).map(\.range)
    let cumulants = try (min(2, rank)...rank).map { try self.cumulants(ofRank: $0) }
    let report = ClosureReport(
      highestCumulant: (cumulants.last ?? []).reduce(0) { .greatest($0, $1) },
      cumulants: rank < 2 ? [] : cumulants.flatMap { $0 }, contractionDefect: contraction.absolute,
      massDefect: massDefect(),
      symmetryDefect: selfMapDefect(mirrored: false), realityDefect: selfMapDefect(mirrored: true),
      momentum: momentum, kineticEnergy: kinetic, potentialEnergy: potentialEnergy(), largestRatio: ratio,
      leastVariance: variance, densityRange: Self.span(phase),
      densityTail: Self.finite(phase.map { 2 * .pi * $0.tail }.largest()),
      pairDensityMinimum: pairs.map { -$0.excess }.smallest(), weylMinimum: weyl?.least, state: worst,
      reasons: answers.filter { $0.0 != .physical }.map(\.1))
    guard report.isFinite else {
      throw NumericalFailure(in: "the closure report at t = \(time)", "a figure that is not finite")
    }
    return report
  }

  private static func span(_ ranges: [DensityRange]) -> ClosedRange<Double>? {
    guard let least = ranges.map(\.least).smallest(), let greatest = ranges.map(\.greatest).largest(),
      least <= greatest
    else { return nil }
    return (2 * .pi * least)...(2 * .pi * greatest)
  }

  private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
