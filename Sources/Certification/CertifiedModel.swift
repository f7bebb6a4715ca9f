import CLibraries
import Computing
import Interaction
import PhaseSpace

/// One product of states on the circle, in balls: what the certified terms and the certified solution start from.
///
/// The data are the decimals of the configuration, of a state the shortest decimals that read back as its numbers.
struct CertifiedModel: Sendable {
  /// κ
  let kappa: Ball
  /// n_α and m_α
  let fractions, masses: [Ball]
  /// The m > 0 of all pairs, sorted.
  let modes: [Int]
  /// 2κm v_{αβ,m} by α, β and the place of m; nil where the pair does not interact at m.
  let couplings: [[[Ball?]]]
  /// The Gaussians of each species.
  let streams: [[GaussianStream]]

  /// ∫|df_0| of each species: n_α where 1 + Σ|a| ≤ 2, else with the height of the trigonometric polynomial.
  var variations: [Double] {
    streams.map { streams in
      streams.reduce(0) { $0 + $1.weight.magnitude.upper * ($1.height <= 2 ? 1 : $1.height) } * (1 + 1e-12)
    }
  }

  /// By how many modes an order can go beyond the one before: min(n_0, m_V), n_0 the highest mode of the data.
  ///
  /// ρ_{m,j} = 0 for m > (j + 1)n_0, and z_{m,j} has the modes m + k of q with |k| ≤ j min(n_0, m_V) only: a force of order i brings the modes
  /// m′ ≤ m_V with ρ_{m′,i} ≠ 0, so m′ ≤ (i + 1)n_0, and uses up i + 1 orders; and ∫ z_{m,j} df_0 takes n_0 modes of the data.
  var modesPerOrder: Int { min(highestMode, streams.joined().map(\.reach).max() ?? 0) }

  /// m_V
  var highestMode: Int { modes.last ?? 0 }

  /// - Throws: `HypothesisError` for a model or data beyond the class: a circle, the classical kernel, N = ∞, no external
  ///   potential, states that are sums of Gaussians in p.
  init(_ model: Model, states: [any OneParticleState], label: String) throws {
    guard model.geometry.dimension == 1, let kappa = model.geometry.kappa(as: Ball.self) else {
      throw HypothesisError(label, requires: "the torus in d = 1")
    }
    guard model.kernel.hbar == nil else {
      throw HypothesisError(label, requires: "the classical kernel")
    }
    guard model.particles == nil else { throw HypothesisError(label, requires: "N = ∞") }
    try model.potentials.requireNoExternal(label)
    let densities = states.compactMap { $0 as? any StripDensity }
    guard densities.count == states.count else {
      throw HypothesisError(label, requires: "maxwellian or two-stream states")
    }
    let constants = InteractionConstants<Ball>(model)
    let species = model.species.indices
    self.kappa = kappa
    fractions = species.map(constants.fraction)
    masses = species.map { constants.mass($0) }
    let atoms = try species.map { alpha in
      try species.map { beta in try constants.atoms(alpha, beta).filter { $0.mode[0] > 0 } }
    }
    let modes = Set(atoms.joined().joined().map { $0.mode[0] }).sorted()
    self.modes = modes
    couplings = atoms.map { row in
      row.map { pair in
        modes.map { m in pair.first { $0.mode[0] == m }.map { Ball(2 * m) * kappa * $0.coefficient } }
      }
    }
    streams = zip(densities, fractions).map { density, fraction in
      density.streams.map { stream in
        var stream = stream
        stream.weight = fraction * stream.weight
        return stream
      }
    }
  }
}
