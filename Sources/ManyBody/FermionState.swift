// What the Husimi measures need to know of a state, exact or Slater:
//
//     ⟨Ψ, Π_α Π_j a_α*(c_j) Π_α Π_j a_α(c_j) Ψ⟩,     γ_α, the one-particle density matrices (2.8),     Tr γ^{(k,ℓ,…)} Π_j W_j.

public import Numerics
public import PhaseSpace

/// The Weyl operator e^{i(ξ·p̂ + κn·q̂)} on the torus: e^{i(ξ·p̂ + κn·q̂)}|k⟩ = e^{iħκ ξ·(k + n/2)} |k + n⟩.
public struct WeylOperator: Sendable, Hashable {
  /// ξ, d components.
  public let xi: [Double]
  /// n with η = κn.
  public let mode: ModeIndex

  /// The operator of (ξ, κn).
  public init(xi: [Double], mode: ModeIndex) {
    self.xi = xi
    self.mode = mode
  }

  /// e^{iħκ ξ·(k + n/2)} at k.
  func phase(_ k: ModeIndex, hbar: Double, wavenumber: Double) -> Complex<Double> {
    var angle = 0.0
    for axis in xi.indices { angle += xi[axis] * (Double(k[axis]) + Double(mode[axis]) / 2) }
    return Complex.unit(hbar * wavenumber * angle)
  }
}

/// A state of species of fermions on plane waves with fixed particle numbers.
///
///     let m = state.expectation([[f.coefficients()], []])    // m^{(1,0)} at the coherent state f
public protocol FermionState: Sendable {
  /// The plane waves of every species.
  var waves: PlaneWaves { get }
  /// N_α.
  var particles: [Int] { get }
  /// m_α.
  var masses: [Double] { get }
  /// ħ
  var hbar: Double { get }

  /// ⟨Ψ, Π a_α*(c_j) Π a_α(c_j) Ψ⟩ with a(c) = Σ_i c_i a_i; `vectors[α]` are the c's of species α.
  func expectation(_ vectors: [[[Complex<Double>]]]) -> Double

  /// γ_{uw} = ⟨a*_w a_u⟩, M × M, of one species.
  func oneParticleDensity(_ species: Int) -> [Complex<Double>]

  /// Tr γ^{(k,ℓ,…)} Π_j W_j; `operators[α]` act on particles of species α.
  /// - Throws: when the order is not available for this kind of state.
  func weylExpectation(_ operators: [[WeylOperator]]) throws -> Complex<Double>

  /// The same for many operators on two up to `rank` particles in all, no more of a species than there are: what they need
  /// is prepared once.
  /// - Throws: when an order is not available for this kind of state; `MemoryError`.
  func weylExpectations(upTo rank: Int) throws -> @Sendable ([[WeylOperator]]) -> Complex<Double>
}

extension FermionState {
  /// N
  public var totalParticles: Int { particles.reduce(0, +) }

  /// ħ^d N: one in the paper's scaling. (2π)^{−d}∫m = ħ^d N_α is this times N_α/N where ħ is given apart from N.
  public var massScale: Double {
    (0..<waves.dimension).reduce(Double(totalParticles)) { product, _ in product * hbar }
  }
}
