// The characteristic functions of the Wigner measures of a quantum state,
//
//     μ_W^{(k,ℓ,…)}(ξ,η) = N^{−(k+ℓ+…)} Tr γ^{(k,ℓ,…)} Π_j e^{i(ξ_j·p̂_j + η_j·q̂_j)},      η ∈ κZ^d,
//
// N^{−1} = ħ^d in the paper's scaling, as data for the hierarchies: with the Moyal kernel at the same ħ and N they obey the exact
// equations. Rank 1 is a sum along a diagonal of γ, prepared once: M complex multiply-adds a value.

import CLibraries
public import Numerics
public import PhaseSpace

/// The Wigner hierarchy of an exact or Slater state, up to a given rank.
public struct WignerHierarchy: MarginalHierarchy {
  /// Ψ, exact or a Slater determinant.
  public let state: any FermionState
  /// Highest rank that can be evaluated.
  public let maximumRank: Int
  private let densities: [[Complex<Double>]]
  private let expectations: @Sendable ([[WeylOperator]]) -> Complex<Double>
  private let hbar: Double
  private let volume: Double

  /// Prepares the reduced density matrices up to `maximumRank` (exact states: at most 3; Slater states need none).
  /// - Throws: `ArgumentError` for rank < 1 or, for an exact state, rank > 3; `MemoryError`.
  public init(state: any FermionState, maximumRank: Int = 1) throws {
    guard maximumRank >= 1 else {
      throw ArgumentError("rank", expected: "at least 1", got: "\(maximumRank)")
    }
    self.state = state
    self.maximumRank = maximumRank
    hbar = state.hbar
    volume = 1 / Double(state.totalParticles)
    densities = state.particles.indices.map { state.oneParticleDensity($0) }
    expectations = try state.weylExpectations(upTo: maximumRank)
  }

  /// μ_W at these arguments; zero where some η is not in κZ^d.
  /// - Precondition: at most `maximumRank` particles.
  public func value(at particles: [PhasePoint]) -> Complex<Double> {
    precondition(particles.count <= maximumRank, "prepare the hierarchy with a higher maximumRank")
    guard let operators = Self.operators(particles, state) else { return .zero }
    let scale = particles.reduce(1.0) { product, _ in product * volume }
    return expectation(operators).multiplied(by: scale)
  }

  /// μ_W at one point, of which nothing is prepared: for few points of an exact state, where density matrices cost more.
  /// - Throws: when the order is not available for this kind of state.
  public static func value(of state: any FermionState, at particles: [PhasePoint]) throws -> Complex<Double> {
    guard let operators = operators(particles, state) else { return .zero }
    let scale = particles.reduce(1.0) { product, _ in product / Double(state.totalParticles) }
    return try state.weylExpectation(operators).multiplied(by: scale)
  }

  /// Of each species; nil where some η is not in κZ^d.
  private static func operators(_ particles: [PhasePoint], _ state: any FermionState) -> [[WeylOperator]]? {
    var operators = [[WeylOperator]](repeating: [], count: state.particles.count)
    let (dimension, kappa) = (state.waves.dimension, state.waves.wavenumber)
    for particle in particles {
      guard let mode = ModeIndex(of: particle.eta, kappa: kappa, dimension: dimension) else { return nil }
      operators[particle.species].append(
        WeylOperator(xi: (0..<dimension).map { particle.xi[$0] }, mode: mode))
    }
    return operators
  }

  private func expectation(_ operators: [[WeylOperator]]) -> Complex<Double> {
    switch operators.reduce(0, { $0 + $1.count }) {
    case 0: return 1
    case 1:
      let species = operators.firstIndex { !$0.isEmpty } ?? 0
      return trace(operators[species][0], species)
    default:
      if zip(operators, state.particles).contains(where: { $0.count > $1 }) { return .zero }
      return expectations(operators)
    }
  }

  /// Tr γW = Σ_k γ_{k,k+n} e^{iħκξ·(k + n/2)}.
  private func trace(_ op: WeylOperator, _ species: Int) -> Complex<Double> {
    let waves = state.waves
    var sum = Complex<Double>.zero
    for (k, mode) in waves.modes.enumerated() {
      guard let target = waves.index(of: mode &+ op.mode) else { continue }
      sum +=
        densities[species][k * waves.count + target]
        * op.phase(mode, hbar: hbar, wavenumber: waves.wavenumber)
    }
    return sum
  }

  /// A positive operator for its own ħ; the Wigner function itself need not be a nonnegative measure.
  public func isNonnegative(hbar: Double?) -> Bool {
    guard let hbar else { return false }
    return (hbar - self.hbar).magnitude <= 1e-12 * self.hbar
  }
}
