// What the marginals of two particles say. With the density modes of a configuration, ρ̂_α(k) = N^{−1} Σ_{j of α} e^{ik·q_j},
//
//     E ρ̂_α(k) = w^α(0,k),     E ρ̂_α(k) ρ̂_β(−k) = w^{αβ}(0,k; 0,−k) + δ_{αβ} n_α/N,
//
// the last a particle with itself, at finite N only; w^{αα}(0,0) = n_α(n_α − 1/N) there.

public import Numerics
import PhaseSpace

/// The observables of two species, or of two particles of one.
public struct PairObservables: Sendable, Codable {
  /// α
  public let first: Int
  /// β ≥ α
  public let second: Int
  /// S_{αβ}(k) = E ρ̂_α(k)ρ̂_β(−k) − E ρ̂_α(k) E ρ̂_β(−k)
  ///           = w^{αβ}(0,k; 0,−k) + δ_{αβ} n_α/N − w^α(0,k) w^β(0,−k),     k = κm e_i per axis i, m = 0 … n_max;
  /// nil at rank 1, which knows no pairs. N S_{αβ}/(n_α n_β)^{1/2} is the partial structure factor of Ashcroft and Langreth
  /// (1967); at N = ∞ S is what correlations of order one leave.
  public let structureFactor: [[Complex<Double>]]?
  /// g_{αβ}(x) = c_{αβ}^{−1} Σ_m w^{αβ}(0,κm e_i; 0,−κm e_i) e^{−iκmx}, x = q_1 − q_2 along axis i, of mean 1, at the places x_j =
  /// jΛ/4(n_max + 1); nil at rank 1 and where there are not two such particles.
  public let pairCorrelation: [[Double]]?
  /// ½ Σ_m v_{αβ,m} w^{αβ}(0,κm; 0,−κm), twice of that for α ≠ β: the potential energy of the pair.
  public let interactionEnergy: Double
  /// The same of w^{αβ} − (c_{αβ}/c_α c_β) w^α w^β, zero for a product; nil at rank 1.
  public let correlationEnergy: Double?
  /// The density of x = q_1 − q_2 and of the relative momentum at the places that were asked for (`RelativeGrid`), x slowest; nil in
  /// d > 1, at rank 1, where there are not two such particles, and where nothing was asked for.
  public let relativeDensity: [Double]?
}

extension ObservedMarginals {
  /// The observables of a pair. Cost: a few values a mode, and one for each mode and point of the relative density.
  func observables(of alpha: Int, _ beta: Int, grid: RelativeGrid?) -> PairObservables {
    let mass = MarginalMasses(model).mass(of: .pair(alpha, beta, of: model))
    let isKnown = pairTerms == nil
    let energies = interactionEnergies(alpha, beta)
    return PairObservables(
      first: alpha, second: beta, structureFactor: isKnown ? structureFactor(alpha, beta) : nil,
      pairCorrelation: isKnown && mass > 0 ? pairCorrelationFunction(alpha, beta, mass: mass) : nil,
      interactionEnergy: energies.whole, correlationEnergy: isKnown ? energies.correlation : nil,
      relativeDensity: isKnown && mass > 0 && lattice.dimension == 1
        ? grid.map { relativeDensity(alpha, beta, mass: mass, on: $0) } : nil)
  }

  private func structureFactor(_ alpha: Int, _ beta: Int) -> [[Complex<Double>]] {
    let own = alpha == beta ? model.particleNumber.map { model.fractions[alpha] / Double($0) } ?? 0 : 0
    return (0..<lattice.dimension).map { axis in
      (0...lattice.modes).map { m in
        let mode = ModeIndex.along(axis, m)
        return pair(alpha, beta, mode) + Complex(own) - density(alpha, mode) * density(beta, mode.negated)
      }
    }
  }

  private func pairCorrelationFunction(_ alpha: Int, _ beta: Int, mass: Double) -> [[Double]] {
    (0..<lattice.dimension).map { axis in
      let modes = (0...lattice.modes).map { pair(alpha, beta, .along(axis, $0)) }
      return lattice.pairPlaces.map { x in
        modes.indices.dropFirst().reduce(modes[0].real) { sum, m in
          sum + 2 * (modes[m] * .unit(-lattice.kappa * Double(m) * x)).real
        } / mass
      }
    }
  }

  /// ½ Σ_m v_{αβ,m} Re w^{αβ}(0,κm; 0,−κm), both orders of α ≠ β, and of what is correlated in it.
  func interactionEnergies(_ alpha: Int, _ beta: Int) -> (whole: Double, correlation: Double) {
    var (whole, correlation) = (0.0, 0.0)
    for atom in model.potentials.atoms(alpha, beta) {
      let factor = (alpha == beta ? 0.5 : 1) * atom.coefficient
      let pair = pair(alpha, beta, atom.mode)
      whole += factor * pair.real
      correlation += factor * (pair - uncorrelatedPair(alpha, beta, atom.mode)).real
    }
    return (whole, correlation)
  }
}

extension FourierLattice {
  /// x_j = jΛ/4(n_max + 1), where pair correlations are given.
  public var pairPlaces: [Double] {
    PlaneDensity.Axis.position(half: modes, wavenumber: kappa).places
  }
}
