// What homogeneous data of momentum density g (mass 1) answer to a field e^{i(k·q − ωt)}: with c = k/m,
//
//     J(ω) = ∫_0^∞ t e^{iωt} ĝ(ct) dt,     ĝ(x) = ∫ g(p) e^{−ix·p} dp,
//
// continued to all ω: Landau's contour is in it. For a Gaussian of mean u and widths σ, with s² = Σ(c_iσ_i)²,
//
//     ĝ(ct) = e^{−ic·u t − s²t²/2},   J = (1 + ζZ(ζ))/s²,   ζ = (ω − c·u)/√2 s,   Z(ζ) = i√π e^{−ζ²} erfc(−iζ),
//
// Z the plasma dispersion function, Z′ = −2(1 + ζZ): a Gaussian of width s in the frequency of a free particle.

public import CLibraries

/// The linear answer of homogeneous data to a plane wave, in balls (rectangles of ω, so that every printed root is a proof).
///
/// A state of one's own gives J and J′, and how large J″ is on a rectangle and J far away:
///
///     struct Cold: MomentumResponse {      // g = δ: every particle at rest, J = −1/ω²
///       func jet(_ w: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
///         (-(ComplexBall(Ball(1)) / (w * w)), ComplexBall(Ball(2)) / (w * w * w))
///       }
///       func curvature(on w: ComplexBall, along c: [Ball]) -> Ball { Ball(6) / (w * w * w * w).magnitude }
///       func farBound(distance r: Ball, depth y: Ball, along c: [Ball]) -> Ball? { Ball(1) / (r * r) }
///     }
public protocol MomentumResponse: Sendable {
  /// Rectangles that contain J(ω) and J′(ω) for every ω of the argument, which is as good as a point. c = k/m, d components.
  func jet(_ omega: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall)
  /// An upper bound of |J″| on a rectangle: what J and J′ on it are beside their values in the middle. A rectangle is wide where
  /// one asks for it, and J itself, evaluated on a wide one, would know little.
  func curvature(on omega: ComplexBall, along c: [Ball]) -> Ball
  /// An upper bound of |J| where Im ω ≥ −depth and |Re ω| ≥ distance, and where Im ω ≥ distance; nil where there is none yet, and
  /// a larger distance is wanted.
  func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball?
}

/// A sum of Gaussian momentum densities, Σ_j w_j Gauss(u_j, σ_j).
public struct GaussianMomenta: MomentumResponse {
  /// w, u and σ of one Gaussian.
  public struct Component: Sendable, Hashable {
    /// w
    public let weight: Double
    /// u per axis
    public let drift: SpaceVector
    /// σ per axis, positive
    public let sigma: SpaceVector

    /// w Gauss(u, σ)
    public init(weight: Double, drift: SpaceVector, sigma: SpaceVector) {
      (self.weight, self.drift, self.sigma) = (weight, drift, sigma)
    }
  }

  /// The Gaussians; the sum of their weights is the mass.
  public let components: [Component]

  /// Σ_j w_j Gauss(u_j, σ_j)
  public init(_ components: [Component]) { self.components = components }

  /// J′ = (Z + ζZ′)/√2 s³
  public func jet(_ omega: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
    var (value, derivative) = (ComplexBall(Ball(0)), ComplexBall(Ball(0)))
    for component in components {
      let wave = Wave(component, c)
      let zeta = wave.zeta(omega)
      let plasma = wave.plasma(zeta)
      let slope = ComplexBall(Ball(1)) + zeta * plasma
      let factor = ComplexBall(Ball(DecimalNumber(component.weight)) * wave.inverseSquare)
      value = value + factor * slope
      derivative =
        derivative + factor * ComplexBall(wave.perFrequency)
        * (plasma - ComplexBall(Ball(2)) * zeta * slope)
    }
    return (value, derivative)
  }

  /// With S = 1 + ζZ and a = √2 ζ, |S″| = 2|∫_0^∞ g e^{iaτ} dτ| with g = τ³e^{−τ²/2}, for Im ζ ≥ 0: at most 4, and four times by parts
  /// (g‴(0) = 6, the lower derivatives vanish there, ∫|g⁗| ≤ ∫(60τ + 75τ³ + 18τ⁵ + τ⁷)e^{−τ²/2} dτ = 402) at most
  /// 2·408/|a|⁴ = 204/|ζ|⁴. Below, of S(−ζ) + 2i√π ζe^{−ζ²}, the second derivative of the last, 2i√π(4ζ³ − 6ζ)e^{−ζ²}, comes to it.
  /// J″ = S″/2s⁴.
  public func curvature(on omega: ComplexBall, along c: [Ball]) -> Ball {
    components.reduce(Ball(0)) { sum, component in
      let wave = Wave(component, c)
      let zeta = wave.zeta(omega)
      let nearest = zeta.magnitude.lower
      var bound = nearest > 3 ? Ball(204) / Ball(exactly: nearest).power(4) : Ball(4)
      if zeta.imaginary.lower < 0 {
        let size = Ball(exactly: zeta.magnitude.upper)
        let below = (-(zeta * zeta)).real
        bound =
          bound + Ball(2) * Ball.pi.squareRoot() * (Ball(4) * size * size * size + Ball(6) * size)
          * Ball(exactly: below.upper).exponential()
      }
      let square = wave.inverseSquare
      return sum + Ball(DecimalNumber(component.weight)).magnitude * bound * square * square / Ball(2)
    }
  }

  /// Twice by parts, s²J = −(1/a²)[1 + ∫_0^∞ (τ³ − 3τ) e^{iaτ − τ²/2} dτ], a = √2 ζ, so |s²J| ≤ 3/|ζ|² for Im ζ ≥ 0. Below,
  /// 1 + ζZ(ζ) = 1 + (−ζ)Z(−ζ) + 2i√π ζe^{−ζ²} adds 2√π (x + y)e^{y² − x²} for |Re ζ| ≥ x ≥ 1, |Im ζ| ≤ y, where it falls with x.
  public func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? {
    var total = Ball(0)
    for component in components {
      let wave = Wave(component, c)
      let x = (distance - wave.shift.magnitude) * wave.perFrequency
      let y = depth * wave.perFrequency
      guard x.lower >= 1 else { return nil }
      let below = Ball(2) * Ball.pi.squareRoot() * (x + y) * (y * y - x * x).exponential()
      total =
        total + Ball(DecimalNumber(component.weight)).magnitude * wave.inverseSquare
        * (Ball(3) / (x * x) + below)
    }
    return total
  }

  /// One Gaussian along one wave.
  private struct Wave {
    /// c·u
    let shift: Ball
    /// 1/s² and 1/√2 s
    let inverseSquare, perFrequency: Ball

    init(_ component: Component, _ c: [Ball]) {
      var (shift, square) = (Ball(0), Ball(0))
      for (axis, c) in c.enumerated() {
        shift = shift + c * Ball(DecimalNumber(component.drift[axis]))
        let width = c * Ball(DecimalNumber(component.sigma[axis]))
        square = square + width * width
      }
      self.shift = shift
      inverseSquare = Ball(1) / square
      perFrequency = Ball(1) / (Ball(2) * square).squareRoot()
    }

    func zeta(_ omega: ComplexBall) -> ComplexBall {
      (omega - ComplexBall(shift)) * ComplexBall(perFrequency)
    }

    /// Z(ζ) = i√π e^{−ζ²} erfc(−iζ)
    func plasma(_ zeta: ComplexBall) -> ComplexBall {
      ComplexBall(Ball(0), Ball.pi.squareRoot()) * (-(zeta * zeta)).exponential()
        * (-(ComplexBall.i * zeta)).complementaryErrorFunction()
    }
  }
}

extension MaxwellianState {
  /// Gauss(u, σ)
  public var momentumResponse: (any MomentumResponse)? {
    GaussianMomenta([.init(weight: 1, drift: drift, sigma: sigma)])
  }
}

extension TwoStreamState {
  /// w g_+ + (1 − w) g_−
  public var momentumResponse: (any MomentumResponse)? {
    guard let ahead = forward.momentumResponse, let back = backward.momentumResponse else { return nil }
    let share = Ball(DecimalNumber(weight))
    return MixedMomenta(parts: [(share, ahead), (Ball(1) - share, back)])
  }
}

/// A sum of momentum densities, Σ_j w_j g_j.
public struct MixedMomenta: MomentumResponse {
  /// w_j and g_j.
  public let parts: [(weight: Ball, response: any MomentumResponse)]

  /// Σ_j w_j g_j
  public init(parts: [(weight: Ball, response: any MomentumResponse)]) { self.parts = parts }

  public func jet(_ omega: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
    var (value, derivative) = (ComplexBall(Ball(0)), ComplexBall(Ball(0)))
    for part in parts {
      let jet = part.response.jet(omega, along: c)
      value = value + ComplexBall(part.weight) * jet.value
      derivative = derivative + ComplexBall(part.weight) * jet.derivative
    }
    return (value, derivative)
  }

  public func curvature(on omega: ComplexBall, along c: [Ball]) -> Ball {
    parts.reduce(Ball(0)) { $0 + $1.weight.magnitude * $1.response.curvature(on: omega, along: c) }
  }

  public func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? {
    var total = Ball(0)
    for part in parts {
      guard let bound = part.response.farBound(distance: distance, depth: depth, along: c) else { return nil }
      total = total + part.weight.magnitude * bound
    }
    return total
  }
}
