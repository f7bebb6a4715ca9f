import CLibraries
import Computing
import Foundation
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// Roots against those of Tests/References/dispersion.py, which integrates over momenta instead of using the plasma function.
@Suite("Linear theory")
struct DispersionTests {
  /// w, u, σ
  typealias Stream = (weight: Double, drift: Double, sigma: Double)

  /// Species (n, m, streams) and v_{αβ}(k²) at a wave number.
  static func dielectric(
    _ k: DecimalNumber, _ species: [(fraction: DecimalNumber, mass: DecimalNumber, streams: [Stream])],
    coupling: (Int, Int, Ball) -> Ball
  ) throws -> DielectricFunction {
    let wave = Ball(k)
    return try DielectricFunction(
      fractions: species.map { Ball($0.fraction) }, masses: species.map { Ball($0.mass) },
      coupling: species.indices.map { alpha in species.indices.map { coupling(alpha, $0, wave * wave) } },
      wave: [wave],
      responses: species.map { species in
        GaussianMomenta(
          species.streams.map {
            .init(
              weight: $0.weight, drift: SpaceVector(components: [$0.drift]),
              sigma: SpaceVector(components: [$0.sigma]))
          })
      })
  }

  /// Electrons on a fixed background, σ = ω_p = 1.
  static func electrons(_ k: DecimalNumber, _ streams: [Stream] = [(1, 0, 1)]) throws -> DielectricFunction {
    try dielectric(k, [(1, 1, streams)]) { Ball(1) / $2 }
  }

  private static func check(_ root: ComplexBall, _ omega: String, _ gamma: String) throws {
    for (ball, text) in [(root.real, omega), (root.imaginary, gamma)] {
      // 20 digits were printed: the last is rounded.
      let difference = ball - Ball(try #require(DecimalNumber(text)))
      #expect(difference.magnitude.upper < 1e-18, "\(ball) \(text)")
      #expect(ball.upper - ball.lower <= max(2 * ball.middle.ulp, 1e-60))
    }
  }

  @Test(
    "Landau damping: the least damped roots, with 18 digits of another method",
    arguments: [
      (0.25, "1.1057308230132558013", "-0.0021640780639425857271"),
      (0.3, "1.1598464805919137969", "-0.012620368421117157387"),
      (0.35, "1.220953506161678806", "-0.034318050858299781275"),
      (0.4, "1.2850569696537460651", "-0.066127958690749235712"),
      (0.5, "1.4156618886045364298", "-0.15335946690960483409"),
      (1, "2.0459048656906245943", "-0.85133045869205615163"),
    ] as [(DecimalNumber, String, String)])
  func landau(k: DecimalNumber, omega: String, gamma: String) throws {
    let root = try Self.electrons(k).leastDamped()
    try Self.check(root, omega, gamma)
  }

  @Test(
    "two streams: the growing root, which does not travel",
    arguments: [(2.4, "0.22584425503471039337"), (3, "0.28450968620496001024")])
  func twoStreams(drift: Double, gamma: String) throws {
    let root = try Self.electrons(0.2, [(0.5, drift, 1), (0.5, -drift, 1)]).leastDamped()
    try Self.check(root, "0", gamma)
  }

  @Test(
    "ion acoustic waves: the least damped roots, −γ/ω = 0.0276 at mass ratio 1836 and T_e/T_i = 10",
    arguments: [
      (100, "0.011780848635839455924", "-0.00076082881296958404026"),
      (1836, "0.0027459714964824624035", "-0.000075766236746055001905"),
    ] as [(DecimalNumber, String, String)])
  func ionAcoustic(mass: DecimalNumber, omega: String, gamma: String) throws {
    // σ_i² = M T_i with T_e/T_i = 10; a Double of the width is off by half an ulp, the root by as much.
    let width = (mass.value / 10).squareRoot()
    let dielectric = try Self.dielectric(0.1, [(0.5, 1, [(1, 0, 1)]), (0.5, mass, [(1, 0, width)])]) {
      Ball($0 == $1 ? 2 : -2) / $2
    }
    let root = try #require(
      dielectric.enclosedRoot(near: ComplexBall(exactly: 0.24 / (mass.value).squareRoot() * 0.5, -1e-4)))
    #expect((root.real - Ball(try #require(DecimalNumber(omega)))).magnitude.upper < 1e-17)
    #expect((root.imaginary - Ball(try #require(DecimalNumber(gamma)))).magnitude.upper < 1e-17)
  }

  @Test("a root moved in its twelfth digit is no root, and the other sign of ω is one as well")
  func moved() throws {
    let dielectric = try Self.electrons(0.5)
    let root = try dielectric.leastDamped()
    #expect(dielectric.values(on: root).value.containsZero)
    let moved = root.middle * ComplexBall(Ball(DecimalNumber(1 + 1e-12)))
    #expect(!dielectric.values(on: moved.widened(by: 1e-14)).value.containsZero)
    let mirror = ComplexBall(-root.real, root.imaginary)
    let found = try #require(dielectric.enclosedRoot(near: mirror.middle))
    #expect(found.overlaps(mirror))
    #expect(dielectric.enclosedRoot(near: moved)?.overlaps(root) == true)
  }

  @Test("all roots of a rectangle: as many as the argument principle counts, each alone in its rectangle")
  func complete() throws {
    let dielectric = try Self.electrons(0.5)
    let box = FrequencyBox(real: -6...6, imaginary: -2.6...1)
    let roots = try dielectric.allRoots(in: box)
    #expect(try dielectric.rootCount(in: box) == roots.count)
    // The pairs ±ω of Landau's root and of four more of the infinitely many below: those that Newton's method finds from a grid
    // of points with the Faddeeva function of another library.
    #expect(roots.count == 10)
    for (i, root) in roots.enumerated() {
      #expect(dielectric.values(on: root).value.containsZero)
      #expect(roots[..<i].allSatisfy { !$0.overlaps(root) })
      #expect(roots.contains { $0.overlaps(ComplexBall(-root.real, root.imaginary)) })
    }
    #expect(try dielectric.roots(above: 0.1).isEmpty)
    #expect(try dielectric.rootCount(in: FrequencyBox(real: 1...2, imaginary: -0.2 ... -0.1)) == 1)
  }

  @Test("cold particles of one species: ω = ±ω_p exactly, through a response of one's own")
  func cold() throws {
    struct Cold: MomentumResponse {
      func jet(_ w: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
        (-(ComplexBall(Ball(1)) / (w * w)), ComplexBall(Ball(2)) / (w * w * w))
      }
      func curvature(on w: ComplexBall, along c: [Ball]) -> Ball { Ball(6) / (w * w * w * w).magnitude }
      func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? { Ball(1) / (distance * distance) }
    }
    let dielectric = try DielectricFunction(
      fractions: [Ball(1)], masses: [Ball(4)], coupling: [[Ball(9)]], wave: [Ball(2)], responses: [Cold()])
    // n|k|²v/m = 4·9/4.
    let root = try #require(dielectric.enclosedRoot(near: ComplexBall(exactly: 2.5, 0.3)))
    #expect((root.real - Ball(3)).magnitude.upper < 1e-60 && root.imaginary.magnitude.upper < 1e-60)
    #expect(try dielectric.rootCount(in: FrequencyBox(real: 2...5, imaginary: -1...1)) == 1)
    #expect(try dielectric.rootCount(in: FrequencyBox(real: 4...5, imaginary: -1...1)) == 0)
  }

  @Test("where the far field has no bound that is what the search for the least damped wave says")
  func unbounded() throws {
    struct Far: MomentumResponse {
      func jet(_ w: ComplexBall, along c: [Ball]) -> (value: ComplexBall, derivative: ComplexBall) {
        (-(ComplexBall(Ball(1)) / (w * w)), ComplexBall(Ball(2)) / (w * w * w))
      }
      func curvature(on w: ComplexBall, along c: [Ball]) -> Ball { Ball(6) / (w * w * w * w).magnitude }
      func farBound(distance: Ball, depth: Ball, along c: [Ball]) -> Ball? { nil }
    }
    let dielectric = try DielectricFunction(
      fractions: [Ball(1)], masses: [Ball(1)], coupling: [[Ball(1)]], wave: [Ball(1)], responses: [Far()])
    let error = #expect(throws: NumericalFailure.self) { try dielectric.leastDamped() }
    #expect(error?.place == "the far field of D")
  }

  @Test("r(t) of a small wave: the lattice's flow at amplitude 1e-6, and its own error")
  func response() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(4 * Double.pi)))
    let mode = ModeIndex(1, 0, 0)
    func potential(_ factors: [DecimalNumber]) throws -> InversePowerPotential {
      try InversePowerPotential(factors: factors, modes: 1)
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.4), Species(name: "b", fraction: 0.6, mass: 3)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential([2])), (0, 1, try potential([-1])), (1, 1, try potential([0.5]))]))
    let amplitude = 1e-6
    let states: [any OneParticleState] = try [(1.0, 0.3, 0.4), (1.4, -0.2, 2.0)].map { sigma, drift, phase in
      try MaxwellianState(
        geometry: geometry, sigma: [sigma], drift: [drift],
        modulations: [.init(mode: mode, amplitude: amplitude, phase: phase)])
    }
    let linear = try LinearResponse(model, states, mode: mode).densities(to: 8, steps: 16)
    #expect(linear.error < 1e-7 * amplitude)
    let lattice = try FourierLattice(model, modes: 2, xiExtent: 12, timeStep: 0.025)
    let flow = try VlasovLattice(
      model: model, states: states, lattice: lattice, coupling: .nonperturbative,
      workers: Workers(threads: 1))
    for j in [4, 9, 16] {
      try flow.advance(to: Double(j) / 2)
      for species in 0..<2 {
        let r = flow.gridValue(species: species, order: 0, mode: mode, point: .zero)
        #expect((r - linear.values[j][species]).length < 1e-6 * amplitude, "t = \(j / 2), \(species)")
        #expect(r.length > 1e-3 * amplitude)
      }
    }
  }

  @Test("what linear theory does not know is refused")
  func refusals() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 5))
    let potentials = try PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [])
    let species = [try Species(name: "a", fraction: 1)]
    let model = try Model(geometry: geometry, species: species, potentials: potentials)
    let moyal = try model.with(kernel: .moyal(hbar: 1))
    let maxwellian = try MaxwellianState(geometry: geometry, sigma: [1], drift: [0])
    struct Other: OneParticleState {
      func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { 1 }
      func isNonnegative(hbar: Double?) -> Bool { true }
    }
    for (model, state, mode) in [
      (model, maxwellian, 0), (moyal, maxwellian, 1), (model, Other(), 1),
    ] as [(Model, any OneParticleState, Int)] {
      #expect(throws: ArgumentError.self) {
        try DielectricFunction(model, [state], mode: ModeIndex(mode, 0, 0))
      }
    }
    // Without interaction no wave lasts, however far below one looks.
    #expect(throws: NumericalFailure.self) {
      try DielectricFunction(model, [maxwellian], mode: ModeIndex(1, 0, 0)).leastDamped(from: 1e-6)
    }
  }
}
