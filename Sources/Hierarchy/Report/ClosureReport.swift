// What a truncated hierarchy still owes to a true one, and whether it is still physical: the highest cumulant that is kept,
// the laws that hold without truncation, and positivity.

import CLibraries
import Interaction
import PhaseSpace

/// The closure report of one time.
public struct ClosureReport: Sendable, Codable {
  /// max |c^{(k,ℓ)}|, k+ℓ = R, of the cumulants of the normalised marginals: what the next rank feels.
  public let highestCumulant: Double
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
  /// The least and the greatest value of the reconstructed densities m^α(q,p), d = 1 only.
  public let densityRange: ClosedRange<Double>?
  /// What the outermost modes and the outer quarter of the ξ window bring to those densities: a value below zero by less
  /// may be the ringing of what the lattice cuts off.
  public let densityRinging: Double?
  /// What is unphysical, in words; empty when nothing is.
  public let violations: [String]

  /// Kinetic and potential energy.
  public var energy: Double { kineticEnergy + potentialEnergy }

  /// Whether every figure is a number; the cumulants are not asked, which a marginal of mass zero does not have.
  var isFinite: Bool {
    let single = [
      contractionDefect, massDefect, symmetryDefect, realityDefect, energy, largestRatio,
    ]
    return (single + momentum).allSatisfy(\.isFinite)
  }
}

extension TruncatedHierarchy {
  /// The closure report at the present time.
  ///
  /// Derivatives at ξ = 0 are eighth-order differences on the grid. `densityRange` is the inverse Fourier transform over the
  /// window. A violation is reported when it exceeds `tolerance` times the scale of the quantity, for the densities beyond
  /// what the lattice itself makes ring.
  /// - Throws: `NumericalFailure` when a figure is not finite; `MemoryError`, `ArgumentError` from the transform.
  public func report(tolerance: Double = 1e-6) throws -> ClosureReport {
    let ratio = largestRatio()
    let density = try lattice.dimension == 1 ? densityRange() : nil
    var violations: [String] = []
    if !(ratio <= 1 + tolerance) {
      violations.append("|w| exceeds the mass by a factor of \(ratio): no nonnegative measure has it")
    }
    if let (range, ringing) = density {
      let scale = Double.greatest(range.upperBound.magnitude, range.lowerBound.magnitude)
      // The Wigner function of a positive operator may be negative: only the classical density may not.
      if model.kernel.hbar == nil, range.lowerBound < -tolerance * scale - ringing {
        violations.append(
          "a one-particle density reaches \(range.lowerBound) < 0 (ringing explains \(ringing))")
      }
    }
    let (momentum, kinetic) = moments()
    let report = ClosureReport(
      highestCumulant: highestCumulant(), contractionDefect: contractionDefect(), massDefect: massDefect(),
      symmetryDefect: selfMapDefect(mirrored: false), realityDefect: selfMapDefect(mirrored: true),
      momentum: momentum, kineticEnergy: kinetic, potentialEnergy: potentialEnergy(), largestRatio: ratio,
      densityRange: density?.range, densityRinging: density?.ringing, violations: violations)
    guard report.isFinite else {
      throw NumericalFailure(in: "the closure report at t = \(time)", "a figure that is not finite")
    }
    return report
  }
}
