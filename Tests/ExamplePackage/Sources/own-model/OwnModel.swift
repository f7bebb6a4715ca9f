import CLibraries
import Foundation
import Hierarchy
import Interaction
import Numerics
import PhaseSpace

/// V̂(η) = v on |η| ≤ 1 and nothing beyond, v > 0.
struct BoxPotential: RadialPotential {
  let height: DecimalNumber

  func bandlimit<S: RealScalar>(kappa: S?) -> S { S(1) }
  func transform<S: RealScalar>(radius: S) -> S { radius.lower <= 1 ? S(height) : S(0) }
  func absoluteMoment<S: RealScalar>(_ q: Int, dimension: Int) -> S {
    S.unitSphereArea(dimension: dimension) * S(height) / S(dimension + q)
  }
  func supremumOfGradientTransform<S: RealScalar>() -> S { S(height) }
  func smoothnessBreaks() -> [Double] { [0, 1] }
}

/// Momenta of density ∝ sech(πp/2), one wave in space: f(ξ,κn) = sech ξ · (1, a/2 at n = ±1).
struct SechState: OneParticleState {
  let amplitude: Double

  func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> {
    guard eta[0].magnitude < 1.5 else { return 0 }
    return Complex((eta[0].magnitude < 0.5 ? 1 : amplitude / 2) / cosh(xi[0]))
  }
  func isNonnegative(hbar: Double?) -> Bool { hbar == nil && amplitude.magnitude <= 1 }
  var highestMode: Int? { 1 }
}

/// Half the correlations: the mean of the factorised and the cumulant closure.
struct DampedClosure: Closure {
  let name = "damped"

  func terms(particles: Int) -> [ClosureTerm] {
    let closures: [any Closure] = [FactorisedClosure(), CumulantClosure()]
    return closures.flatMap { $0.terms(particles: particles) }.map {
      ClosureTerm(coefficient: $0.coefficient / 2, blocks: $0.blocks)
    }
  }
}
