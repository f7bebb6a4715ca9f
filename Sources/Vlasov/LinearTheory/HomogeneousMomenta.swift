// Homogeneous data beside Gaussian ones: momenta all multiplied by a number s that is known as a ball (a temperature that is a given
// fraction of another's), and cold beams, the limit of all widths to 0:
//
//     g_s(p) = s^{−d} g(p/s):   ĝ_s(x) = ĝ(sx),   J_s(ω; c) = J(ω; sc),
//     g = Σ_j w_j δ(p − u_j):   J(ω) = −Σ_j w_j/(ω − c·u_j)².

public import CLibraries
package import Interaction
public import PhaseSpace

/// The momenta of another response, multiplied by s.
public struct ScaledMomenta: MomentumResponse {
  /// The response of g.
  public let base: any MomentumResponse
  /// s > 0
  public let factor: Ball

  /// g(p/s)
  public init(_ base: any MomentumResponse, times factor: Ball) { (self.base, self.factor) = (base, factor) }

  public func jet(_ omega: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
    base.jet(omega, along: c.map { $0 * factor })
  }

  public func curvature(on omega: ComplexBall, along c: [Ball]) -> Ball {
    base.curvature(on: omega, along: c.map { $0 * factor })
  }

  public func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? {
    base.farBound(distance: distance, depth: depth, along: c.map { $0 * factor })
  }
}

/// Beams without any spread, Σ_j w_j δ(p − u_j). J is its own continuation, with poles at ω = c·u_j: roots come in pairs ω, ω̄, and
/// only those that grow are looked for (`DielectricFunction.growingRoots`).
public struct ColdMomenta: MomentumResponse {
  /// w and u of one beam.
  public struct Beam: Sendable, Hashable {
    /// w
    public let weight: Double
    /// u per axis
    public let drift: SpaceVector

    /// w δ(p − u)
    public init(weight: Double, drift: SpaceVector) { (self.weight, self.drift) = (weight, drift) }
  }

  /// The beams.
  public let beams: [Beam]

  /// Σ_j w_j δ(p − u_j)
  public init(_ beams: [Beam]) { self.beams = beams }

  /// w and c·u
  private func shifted(_ beam: Beam, _ c: [Ball]) -> (weight: Ball, shift: Ball) {
    let shift = c.enumerated().reduce(Ball(0)) {
      $0 + $1.element * Ball(DecimalNumber(beam.drift[$1.offset]))
    }
    return (Ball(DecimalNumber(beam.weight)), shift)
  }

  public func jet(_ omega: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
    var (value, derivative) = (ComplexBall(Ball(0)), ComplexBall(Ball(0)))
    for beam in beams {
      let (weight, shift) = shifted(beam, c)
      let distance = omega - ComplexBall(shift)
      let term = ComplexBall(weight) / (distance * distance)
      value = value - term
      derivative = derivative + ComplexBall(Ball(2)) * term / distance
    }
    return (value, derivative)
  }

  /// |J″| ≤ Σ 6w/|ω − c·u|⁴
  public func curvature(on omega: ComplexBall, along c: [Ball]) -> Ball {
    beams.reduce(Ball(0)) { sum, beam in
      let (weight, shift) = shifted(beam, c)
      return sum + Ball(6) * weight.magnitude / (omega - ComplexBall(shift)).magnitude.power(4)
    }
  }

  /// |ω − c·u| ≥ distance − |c·u|, along the real axis and above.
  public func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? {
    var total = Ball(0)
    for beam in beams {
      let (weight, shift) = shifted(beam, c)
      let nearest = distance - shift.magnitude
      guard nearest.lower > 0 else { return nil }
      total = total + weight.magnitude / nearest.power(2)
    }
    return total
  }
}

extension Model {
  /// J_α of the homogeneous parts of states.
  /// - Throws: `ArgumentError` for a state whose response is not known.
  package func momentumResponses(of states: [any OneParticleState]) throws(ArgumentError)
    -> [any MomentumResponse]
  {
    var responses: [any MomentumResponse] = []
    for (state, species) in zip(states, species) {
      guard let response = state.momentumResponse else {
        throw ArgumentError(
          species.name, expected: "a state whose momentum response is known (maxwellian, two-stream)",
          got: "\(type(of: state))")
      }
      responses.append(response)
    }
    return responses
  }

  /// κ, where linear theory applies.
  /// - Throws: `ArgumentError` on R^d, with the Moyal kernel, at finite N, and in an external potential, where nothing is homogeneous.
  package func homogeneousTorus() throws(ArgumentError) -> Ball {
    guard let kappa = geometry.kappa(as: Ball.self) else {
      throw ArgumentError("domain", expected: "a torus", got: "space")
    }
    guard case .classical = kernel, particles == nil else {
      throw ArgumentError("kernel", expected: "the classical kernel and N = ∞", got: "another")
    }
    guard !potentials.isExternal else {
      throw ArgumentError("external", expected: "no external potential", got: "one")
    }
    return kappa
  }
}
