import CLibraries
import PhaseSpace

// A particle in the arithmetic of a bound: on the torus η = κn with κ in that arithmetic.
extension Particle {
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
