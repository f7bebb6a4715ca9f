import CLibraries
import Foundation
import Numerics
import PhaseSpace
import Testing

@Suite("Initial hierarchies")
struct InitialHierarchyTests {
  static let torus = try! PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
  static let kappa = 2 * Double.pi / 5

  static func mixture() throws -> ProductMixture {
    let a = try MaxwellianState(
      geometry: torus, sigma: [0.9], drift: [0.2],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.4, phase: 0.7)])
    let b = try MaxwellianState(geometry: torus, sigma: [0.6], drift: [-0.3])
    let c = try GaussianState(dimension: 1, sigma: [1.1], drift: [0], width: [0.5], centre: [1])
    return try ProductMixture(
      components: [.init(weight: 0.7, states: [a, b]), .init(weight: 0.3, states: [b, c])])
  }

  static func point(_ species: Int, _ xi: Double, _ mode: Int) -> PhasePoint {
    PhasePoint(species: species, xi: SpaceVector(xi, 0, 0), eta: SpaceVector(kappa * Double(mode), 0, 0))
  }

  @Test("the modulated Maxwellian is the Fourier transform of 1 + a cos(κq + φ), by quadrature")
  func maxwellianAgainstQuadrature() throws {
    let state = try MaxwellianState(
      geometry: Self.torus, sigma: [0.8], drift: [0.3],
      modulations: [.init(mode: ModeIndex(2, 0, 0), amplitude: 0.6, phase: 0.9)])
    let count = 64
    for (xi, mode) in [(0.0, 2), (0.7, -2), (-1.3, 0), (0.4, 1)] {
      var integral = Complex<Double>.zero
      for i in 0..<count {
        let q = 5 * Double(i) / Double(count)
        let density = (1 + 0.6 * cos(2 * Self.kappa * q + 0.9)) / Double(count)
        integral += Complex(length: 1, phase: Self.kappa * Double(mode) * q).multiplied(by: density)
      }
      // ∫ e^{iξp} exp(−(p−u)²/2σ²)/√(2πσ²) dp on p ∈ u ± 9σ
      var momentum = Complex<Double>.zero
      let rule = GaussLegendre(points: 80, from: 0.3 - 9 * 0.8, to: 0.3 + 9 * 0.8)
      for (p, w) in zip(rule.nodes, rule.weights) {
        let density = exp(-(p - 0.3) * (p - 0.3) / (2 * 0.64)) / (2 * Double.pi * 0.64).squareRoot()
        momentum += Complex(length: 1, phase: xi * p).multiplied(by: w * density)
      }
      let value = state.value(
        xi: SpaceVector(xi, 0, 0), eta: SpaceVector(Self.kappa * Double(mode), 0, 0))
      #expect((value - integral * momentum).length < 1e-13)
    }
  }

  @Test("data have mass 1 in every order")
  func masses() throws {
    let zero = [Self.point(0, 0, 0), Self.point(1, 0, 0), Self.point(1, 0, 0)]
    for count in 0...3 {
      #expect((try Self.mixture().value(at: Array(zero.prefix(count))) - 1).length < 1e-15)
    }
  }

  @Test("reality f(−ξ,−η) = conj f(ξ,η), symmetry inside a species, |f| ≤ 1")
  func realitySymmetryBound() throws {
    let data = try Self.mixture()
    let points = [Self.point(0, 0.4, 1), Self.point(0, -0.8, 0), Self.point(1, 0.3, 0)]
    let mirrored = [Self.point(0, -0.4, -1), Self.point(0, 0.8, 0), Self.point(1, -0.3, 0)]
    let value = data.value(at: points)
    #expect(value.length > 1e-3)
    #expect((data.value(at: mirrored) - value.conjugate).length < 1e-15)
    #expect((data.value(at: [points[1], points[2], points[0]]) - value).length < 1e-15)
    #expect(value.length <= 1)
  }

  @Test("a mixture with correlations does not factorise")
  func mixtureIsCorrelated() throws {
    let data = try Self.mixture()
    let a = Self.point(0, 0, 1)
    let pair = data.value(at: [a, Self.point(0, 0, -1)])
    let product = data.value(at: [a]) * data.value(at: [Self.point(0, 0, -1)])
    #expect((pair - product).length > 1e-4)
  }

  @Test("restricting to fewer particles: the extra (ξ,η) at 0 gives the lower order")
  func restriction() throws {
    let data = try Self.mixture()
    let points = [Self.point(0, 0.4, 1)]
    let extended = data.value(at: points + [Self.point(1, 0, 0)])
    #expect((extended - data.value(at: points)).length < 1e-15)
  }

  @Test("states that are not there are refused")
  func refusals() throws {
    let space = try PhaseSpaceGeometry(dimension: 1, domain: .space)
    #expect(throws: ArgumentError.self) {
      try MaxwellianState(geometry: space, sigma: [1], drift: [0])
    }
    #expect(throws: ArgumentError.self) {
      try MaxwellianState(geometry: Self.torus, sigma: [0], drift: [0])
    }
    #expect(throws: ArgumentError.self) {
      try GaussianState(dimension: 2, sigma: [1], drift: [0, 0], width: [1, 1], centre: [0, 0])
    }
    let state = try GaussianState(dimension: 1, sigma: [1], drift: [0], width: [1], centre: [0])
    for components in [
      [ProductMixture.Component(weight: 0.9, states: [state])], [], [.init(weight: 1, states: [])],
      [.init(weight: 0.5, states: [state]), .init(weight: 0.5, states: [state, state])],
    ] {
      #expect(throws: ArgumentError.self) { try ProductMixture(components: components) }
    }
    #expect(throws: ArgumentError.self) {
      try TwoStreamState(forward: state, backward: state, weight: 1.5)
    }
  }

  @Test("positivity: classical |a| ≤ 1, quantum needs a e^{ħ²κ²|m|²/8σ²} ≤ 1 and σs ≥ ħ/2")
  func positivity() throws {
    let nearOne = try MaxwellianState(
      geometry: Self.torus, sigma: [0.2], drift: [0],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.99)])
    #expect(nearOne.isNonnegative(hbar: nil))
    #expect(!nearOne.isNonnegative(hbar: 0.5))
    #expect(nearOne.isNonnegative(hbar: 1e-3))
    let narrow = try GaussianState(dimension: 1, sigma: [0.1], drift: [0], width: [1], centre: [0])
    #expect(narrow.isNonnegative(hbar: 0.2))
    #expect(!narrow.isNonnegative(hbar: 0.21))
  }

  @Test("positivity is decided on the decimals: pure states, and modulations that sum to 1, are allowed")
  func positivityOnTheEdge() throws {
    // In Double 0.1 · 0.7 < 0.14/2 and 0.2 + 0.4 + 0.3 + 0.1 > 1.
    #expect(0.1 * 0.7 < 0.14 / 2 && 0.2 + 0.4 + 0.3 + 0.1 > 1)
    let pure = try GaussianState(dimension: 1, sigma: [0.1], drift: [0], width: [0.7], centre: [0])
    #expect(pure.isNonnegative(hbar: 0.14) && !pure.isNonnegative(hbar: 0.14000000000000004))
    let amplitudes = [0.2, -0.4, 0.3, 0.1]
    func state(_ amplitudes: [Double]) throws -> MaxwellianState {
      try MaxwellianState(
        geometry: Self.torus, sigma: [1], drift: [0],
        modulations: amplitudes.enumerated().map {
          .init(mode: ModeIndex($0.offset + 1, 0, 0), amplitude: $0.element)
        })
    }
    #expect(try state(amplitudes).isNonnegative(hbar: nil))
    #expect(try !state(amplitudes + [0.00000000000000001]).isNonnegative(hbar: nil))
    #expect(try state([0, 0]).isNonnegative(hbar: 1))
  }

  @Test(
    "states of extreme but finite numbers have values, and NaN where the phase overflows, but stop no program"
  )
  func extremes() throws {
    let maxwellian = try MaxwellianState(
      geometry: Self.torus, sigma: [1e-300], drift: [1e308],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 1e308, phase: 1e308)])
    #expect(maxwellian.value(xi: SpaceVector(10, 0, 0), eta: .zero).real.isNaN)
    #expect(maxwellian.value(xi: .zero, eta: .zero) == 1)
    let gaussian = try GaussianState(dimension: 1, sigma: [1], drift: [-1e308], width: [1], centre: [1e308])
    #expect(gaussian.value(xi: SpaceVector(10, 0, 0), eta: .zero).real.isNaN)
    #expect(throws: ArgumentError.self) {
      try MaxwellianState(
        geometry: Self.torus, sigma: [1], drift: [0],
        modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: .nan)])
    }
  }

  @Test("covariances that are semidefinite only to rounding make data whose positivity is not known")
  func covariancesOnTheEdge() throws {
    let state = try GaussianState(dimension: 1, sigma: [1], drift: [0], width: [1], centre: [0])
    func data(_ covariance: [Double], order: Int) throws -> CorrelatedGaussians {
      try CorrelatedGaussians(
        states: Array(repeating: state, count: order),
        momentumCovariance: covariance, positionCovariance: Array(repeating: 0, count: order * order))
    }
    for (covariance, isKnown) in [
      ([0.1, 0.3, 0.3, 0.9], true), ([0.1, 0.3, 0.3, 0.8999999999999999], false), ([0, 0, 0, 0.2], true),
      ([0, 1e-17, 1e-17, 1], false), ([0.1, 0.2, 0.3, 0.2, 0.4, 0.6, 0.3, 0.6, 0.9], true),
    ] {
      let order = covariance.count == 4 ? 2 : 3
      #expect(try data(covariance, order: order).isNonnegative(hbar: nil) == isKnown, "\(covariance)")
    }
  }
}
