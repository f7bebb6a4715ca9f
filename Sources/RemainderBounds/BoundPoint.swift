public import CLibraries
import Interaction
public import PhaseSpace

/// One particle of the point at which a bound is evaluated, in the interaction picture, in the arithmetic of the
/// bound: on the torus η = κn with κ in that arithmetic.
public struct BoundParticle: Sendable {
  /// Index of the species.
  public let species: Int
  /// ξ, d components.
  public let xi: [DecimalNumber]
  /// η, d components, on R^d; ignored where a mode is given.
  public let eta: [DecimalNumber]
  /// n with η = κn on the torus.
  public let mode: ModeIndex?

  /// A particle at (ξ,η), or at (ξ,κn) where a mode n is given.
  public init(species: Int, xi: [DecimalNumber], eta: [DecimalNumber], mode: ModeIndex? = nil) {
    self.species = species
    self.xi = xi
    self.eta = eta
    self.mode = mode
  }

  /// The particle of a phase point, by the shortest decimals that read back as its Doubles; `mode` on the torus.
  public init(_ point: PhasePoint, mode: ModeIndex?, dimension: Int) {
    species = point.species
    xi = (0..<dimension).map { DecimalNumber(point.xi[$0]) }
    eta = (0..<dimension).map { DecimalNumber(point.eta[$0]) }
    self.mode = mode
  }

  /// The components of η.
  func etaComponents<Scalar: RealScalar>(kappa: Scalar?) -> [Scalar] {
    guard let mode, let kappa else { return eta.map { Scalar($0) } }
    return xi.indices.map { kappa * Scalar(mode[$0]) }
  }

  /// |ξ|
  func distance<Scalar: RealScalar>(as _: Scalar.Type = Scalar.self) -> Scalar { norm(xi.map { Scalar($0) }) }

  /// |η|
  func drift<Scalar: RealScalar>(kappa: Scalar?) -> Scalar { norm(etaComponents(kappa: kappa)) }

  /// |ξ − ηt/m|, the distance at the other end of the path.
  func finalDistance<Scalar: RealScalar>(time: Scalar, mass: Scalar, kappa: Scalar?) -> Scalar {
    let eta: [Scalar] = etaComponents(kappa: kappa)
    return norm(zip(xi, eta).map { Scalar($0) - $1 * time / mass })
  }
}

/// |a|
private func norm<Scalar: RealScalar>(_ components: [Scalar]) -> Scalar {
  if components.count == 1 { return components[0].magnitude }
  return components.reduce(Scalar(0)) { $0 + $1 * $1 }.squareRoot()
}
