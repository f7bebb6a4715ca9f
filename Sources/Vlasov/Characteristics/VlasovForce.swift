// The mean force of (1.1) from density modes, d = 1. With V_{αβ}(x) = Σ_m v_{αβ,m} e^{iκmx} and
// r^β_m = Σ_j w_j e^{−iκm q_j} (weights of species β, Σ w_j = n_β),
//
//     F_α(q) = −Σ_β (∂V_{αβ} * ρ_β)(q) = 2κ Σ_{m>0} m (Re A_m sin κmq + Im A_m cos κmq),   A_m = u_{α,m} + Σ_β v_{αβ,m} r^β_m,
//
// u_{α,m} the coefficients of an external potential.

import CLibraries
public import Interaction
import Numerics
import PhaseSpace

/// Fourier coefficients of the pair potentials of all species, on the torus in one dimension.
public struct VlasovForce: Sendable, Hashable {
  /// S
  public let speciesCount: Int
  /// κ = 2π/Λ.
  public let wavenumber: Double
  /// M, the highest mode of all potentials.
  public let highestMode: Int
  /// coefficients[α·S + β][m − 1] = v_{αβ,m}, m = 1 … M. The mean (m = 0) makes no force.
  let coefficients: [[Double]]
  /// v_{αβ,0}: only the energy knows it.
  let means: [Double]
  /// u_{α,m}, m = 0 … M.
  let external: [[Double]]

  /// The force of the potentials of a model.
  ///
  /// Throws `ArgumentError` unless the domain is a torus in one dimension.
  public init(_ potentials: PotentialMatrix) throws {
    guard potentials.geometry.dimension == 1, let kappa = potentials.geometry.kappa else {
      throw ArgumentError(
        "domain", expected: "a torus in one dimension, for characteristics", got: "\(potentials.geometry)")
    }
    let highest = potentials.highestMode
    let species = 0..<potentials.speciesCount
    let pairs = species.flatMap { a in species.map { (a, $0) } }
    speciesCount = potentials.speciesCount
    wavenumber = kappa
    highestMode = highest
    coefficients = pairs.map { a, b in
      (0..<highest).map { potentials.coefficient(a, b, mode: ModeIndex($0 + 1, 0, 0)) }
    }
    means = pairs.map { potentials.coefficient($0, $1, mode: .zero) }
    external = species.map { alpha in
      (0...highest).map { potentials.externalCoefficient(alpha, mode: ModeIndex($0, 0, 0)) }
    }
  }

  /// sup |V''_{αβ}| ≤ Σ_m (κm)² |v_m|, both signs of m: a Lipschitz constant of the force between two particles.
  public func lipschitzBound(_ alpha: Int, _ beta: Int) -> Double {
    var sum = 0.0
    for (index, v) in coefficients[alpha * speciesCount + beta].enumerated() {
      let k = wavenumber * Double(index + 1)
      sum += 2 * k * k * v.magnitude
    }
    return sum
  }

  /// sup |U''_α| ≤ Σ_m (κm)² |u_m|, both signs of m.
  func externalLipschitzBound(_ alpha: Int) -> Double {
    external[alpha].enumerated().reduce(0) { sum, term in
      let k = wavenumber * Double(term.offset)
      return sum + 2 * k * k * term.element.magnitude
    }
  }

  /// ½ Σ_{αβ} Σ_m v_{αβ,m} r^α_m conj r^β_m + Σ_α Σ_m u_{α,m} r^α_m, the potential energy per particle.
  func energy(_ modes: [[Complex<Double>]], fractions: [Double]) -> Double {
    var sum = 0.0
    for a in 0..<speciesCount {
      for b in 0..<speciesCount {
        let pair = a * speciesCount + b
        sum += means[pair] * fractions[a] * fractions[b]
        for m in 0..<highestMode {
          sum += 2 * coefficients[pair][m] * (modes[a][m] * modes[b][m].conjugate).real
        }
      }
    }
    var own = 0.0
    for a in 0..<speciesCount {
      own += external[a][0] * fractions[a]
      for m in 0..<highestMode { own += 2 * external[a][m + 1] * modes[a][m].real }
    }
    return sum / 2 + own
  }
}
