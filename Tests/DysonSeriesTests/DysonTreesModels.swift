import CLibraries
import DysonSeries
import Interaction
import Numerics
import PhaseSpace

/// Models, data and the deterministic evaluator that the tests of the trees compare with.
enum TreeTests {
  static func bumps(
    dimension d: Int, masses: [DecimalNumber] = [1, 1], kernel: Kernel = .classical, domain: Domain = .space
  ) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: d, domain: domain)
    let bump = { (strength: DecimalNumber) in
      try BumpPotential(strength: strength, bandlimit: 1.5, power: 2)
    }
    return try Model(
      geometry: geometry,
      species: [
        try Species(name: "electron", fraction: 0.5, mass: masses[0]),
        try Species(name: "ion", fraction: 0.5, mass: masses[1]),
      ],
      potentials: try PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try bump(1.0)), (0, 1, try bump(-0.7)), (1, 1, try bump(0.8))]),
      kernel: kernel)
  }

  static func gaussian(_ d: Int, _ sigma: Double, _ drift: [Double], _ width: Double, _ centre: [Double])
    throws -> GaussianState
  {
    try GaussianState(
      dimension: d, sigma: Array(repeating: sigma, count: d), drift: Array(drift.prefix(d)),
      width: Array(repeating: width, count: d), centre: Array(centre.prefix(d)))
  }

  static func gaussians(dimension d: Int) throws -> [GaussianState] {
    [
      try gaussian(d, 1.0, [0.2, 0, 0], 0.8, [0, 0, 0]),
      try gaussian(d, 0.6, [-0.3, 0, 0.1], 1.1, [0.5, 0, 0]),
    ]
  }

  static func factorised(dimension d: Int) throws -> ProductMixture {
    try ProductMixture(states: try gaussians(dimension: d))
  }

  static func mixture(dimension d: Int) throws -> ProductMixture {
    let other = [
      try gaussian(d, 0.8, [-0.4, 0.1, 0], 0.9, [0.6, 0, 0]),
      try gaussian(d, 0.7, [0.1, 0, 0], 0.7, [-0.2, 0, 0]),
    ]
    return try ProductMixture(
      components: [
        ProductMixture.Component(weight: 0.65, states: try gaussians(dimension: d)),
        ProductMixture.Component(weight: 0.35, states: other),
      ])
  }

  static func correlated(dimension d: Int) throws -> CorrelatedGaussians {
    try CorrelatedGaussians(
      states: try gaussians(dimension: d),
      momentumCovariance: [0.3, -0.2, -0.2, 0.4], positionCovariance: [0.5, 0.3, 0.3, 0.6])
  }

  static func particle(_ species: Int, _ xi: [Double], _ eta: [Double]) -> PhasePoint {
    PhasePoint(species: species, xi: SpaceVector(components: xi), eta: SpaceVector(components: eta))
  }

  static func electron(dimension d: Int) -> [PhasePoint] {
    [particle(0, Array([0.7, -0.2, 0.1].prefix(d)), Array([0.4, 0.1, -0.3].prefix(d)))]
  }

  /// (1,1) and (2,1) points of the line.
  static let pair = [particle(0, [0.7], [0.4]), particle(1, [-0.5], [-0.9])]
  static let triple = [particle(0, [0.7], [0.4]), particle(1, [-0.5], [-0.9]), particle(0, [0.2], [0.3])]

  /// D_j by nested quadrature: K(t_1)…K(t_j)μ_0 pointwise, Gauss–Legendre in every time.
  static func term(
    _ order: Int, of data: some InitialHierarchy, _ model: Model, at particles: [PhasePoint], time: Double,
    timePoints: Int = 8, radialPoints: Int = 16, angularPoints: Int = 24
  ) throws -> Complex<Double> {
    let rule = GaussLegendre(points: timePoints, from: 0, to: time)
    let function = data.marginals(of: model)
    var sum = Complex<Double>.zero
    for (t, weight) in zip(rule.nodes, rule.weights) {
      let outer = try InteractionOperator(
        model, time: t, radialPoints: radialPoints, angularPoints: angularPoints)
      if order == 1 {
        sum += outer.applied(to: function).value(at: particles).multiplied(by: weight)
        continue
      }
      let inner = GaussLegendre(points: timePoints, from: 0, to: t)
      for (s, innerWeight) in zip(inner.nodes, inner.weights) {
        let operatorAtS = try InteractionOperator(
          model, time: s, radialPoints: radialPoints, angularPoints: angularPoints)
        let value = outer.applied(to: operatorAtS.applied(to: function)).value(at: particles)
        sum += value.multiplied(by: weight * innerWeight)
      }
    }
    return sum
  }
}

/// A hierarchy behind a wall: the trees cannot see that it is a product of Gaussians.
struct Opaque<Wrapped: InitialHierarchy>: InitialHierarchy {
  let wrapped: Wrapped
  func value(at particles: [PhasePoint]) -> Complex<Double> { wrapped.value(at: particles) }
  func isNonnegative(hbar: Double?) -> Bool { wrapped.isNonnegative(hbar: hbar) }
}

extension DysonTrees.Term {
  /// Whether both parts lie within `sigmas` error bars of a reference.
  func agrees(with reference: Complex<Double>, sigmas: Double = 3) -> Bool {
    (value.real - reference.real).magnitude <= sigmas * standardErrorRe + 1e-13
      && (value.imaginary - reference.imaginary).magnitude <= sigmas * standardErrorIm + 1e-13
  }
}
