import CLibraries
import Foundation
import Interaction
import PhaseSpace
import Testing
import Vlasov

/// Roots along wave numbers, and the largest growth rates: against Tests/References/dispersion.py, and cold data against their
/// polynomial.
@Suite("Linear theory along wave numbers")
struct DispersionCurveTests {
  /// Species (n, m, q), v = q_α q_β g/k².
  private static func model(
    _ species: [(fraction: DecimalNumber, mass: DecimalNumber, charge: DecimalNumber)],
    strength: DecimalNumber,
    potential make: (([DecimalNumber]) throws -> any BandLimitedPotential)? = nil
  ) throws -> Model {
    let species = try species.enumerated().map {
      try Species(name: "s\($0)", fraction: $1.fraction, mass: $1.mass, charge: $1.charge)
    }
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in species.indices {
      for b in a..<species.count {
        let factors = [strength, species[a].charge, species[b].charge]
        pairs.append((a, b, try make?(factors) ?? InversePowerPotential(factors: factors, modes: 40)))
      }
    }
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(20 * Double.pi)))
    return try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: species.count, pairs: pairs))
  }

  private static func gauss(_ streams: [(weight: Double, drift: Double, sigma: Double)]) -> GaussianMomenta {
    GaussianMomenta(
      streams.map {
        .init(
          weight: $0.weight, drift: SpaceVector(components: [$0.drift]),
          sigma: SpaceVector(components: [$0.sigma]))
      })
  }

  private static func cold(_ drift: Double) -> ColdMomenta {
    ColdMomenta([.init(weight: 1, drift: SpaceVector(components: [drift]))])
  }

  private static func electrons(_ streams: [(weight: Double, drift: Double, sigma: Double)]) throws
    -> DispersionCurve
  {
    try DispersionCurve(model([(1, 1, -1)], strength: 1), responses: [gauss(streams)])
  }

  /// Cold electrons of drift 1 through cold ions: 1 = 1/(ω − k)² + 1/Mω².
  private static func buneman(_ mass: DecimalNumber) throws -> DispersionCurve {
    try DispersionCurve(
      model([(0.5, 1, -1), (0.5, mass, 1)], strength: 2), responses: [cold(1), cold(0)])
  }

  private func agrees(_ ball: Ball, _ text: String, within width: Double) throws {
    let difference = ball - Ball(try #require(DecimalNumber(text)))
    #expect(difference.magnitude.upper < width, "\(ball) \(text)")
  }

  @Test(
    "a wave number and the same mode of the torus have the same roots; the roots of mass one are Landau's")
  func waves() throws {
    let model = try Self.model([(1, 1, -1)], strength: 1)
    let response = Self.gauss([(1, 0, 1)])
    let curve = try DispersionCurve(model, responses: [response])
    // κ = 0.1 up to 1e-17.
    let mode = try DielectricFunction(model, responses: [response], mode: ModeIndex(5, 0, 0)).leastDamped()
    let root = try curve.dielectric(at: Ball(DecimalNumber(0.5))).leastDamped()
    #expect((mode - root).magnitude.upper < 1e-15)
    try agrees(root.real, "1.4156618886045364298", within: 1e-18)
    try agrees(root.imaginary, "-0.15335946690960483409", within: 1e-18)
    #expect(try #require(curve.bandlimit) > 3.999)
  }

  @Test("dω/dk of a branch is what its roots have at neighbouring wave numbers", arguments: [0.3, 0.5, 0.9])
  func slope(k: Double) throws {
    let curve = try Self.electrons([(0.7, 0, 1), (0.3, 1.5, 0.8)])
    let start = try curve.dielectric(at: Ball(exactly: k)).leastDamped() / ComplexBall(Ball(exactly: k))
    func root(_ k: Double) throws -> ComplexBall {
      try #require(try curve.branch(at: Ball(exactly: k), nearPhase: start)).omega
    }
    let h = 0x1p-20
    let difference = (try root(k + h) - root(k - h)) / ComplexBall(exactly: 2 * h, 0)
    let branch = try #require(try curve.branch(at: Ball(exactly: k), nearPhase: start))
    #expect((branch.slope - difference).magnitude.upper < 1e-9)
    #expect(branch.slope.magnitude.lower > 0.1)
    // On an interval: every root between its ends, and no wider than what they differ by, times a little.
    let interval = Ball.hull(Ball(exactly: k), Ball(exactly: k + 0x1p-30))
    let all = try #require(try curve.branch(at: interval, nearPhase: start))
    for j in 0...4 {
      let one = try #require(try curve.branch(at: Ball(exactly: k + Double(j) * 0x1p-32), nearPhase: start))
      #expect(all.phase.containsInInterior(one.phase) || all.phase.overlaps(one.phase))
      #expect((all.slope - one.slope).containsZero)
    }
    #expect(all.omega.real.upper - all.omega.real.lower < 0x1p-25)
  }

  @Test(
    "two warm streams: the largest growth rate and where it is",
    arguments: [
      (2.4, "0.24082358627984075996", "0.23208012612914525776"),
      (3, "0.20853488278092938104", "0.28494659511034752416"),
    ] as [(Double, String, String)])
  func twoStreams(drift: Double, wavenumber: String, gamma: String) throws {
    let curve = try Self.electrons([(0.5, drift, 1), (0.5, -drift, 1)])
    let root = try curve.dielectric(at: Ball(DecimalNumber(0.2))).leastDamped()
    let maximum = try #require(try curve.growthMaximum(near: 0.2, root: root, in: 0.1...0.3))
    try agrees(maximum.wavenumber, wavenumber, within: 2e-12)
    try agrees(maximum.omega.imaginary, gamma, within: 1e-18)
    #expect(maximum.omega.real.lower <= 0 && maximum.omega.real.upper >= 0)
    let phase = maximum.omega / ComplexBall(maximum.wavenumber)
    func rate(_ k: Double) throws -> ComplexBall {
      try #require(try curve.branch(at: Ball(exactly: k), nearPhase: phase)).omega
    }
    let ends = try [0.99, 1.01].map { try rate($0 * maximum.wavenumber.middle).imaginary }
    #expect(ends.allSatisfy { $0.upper < maximum.omega.imaginary.lower && $0.lower > 0 })
    // Where the rate only rises there is no maximum.
    #expect(try curve.growthMaximum(near: 0.1, root: rate(0.1), in: 0.08...0.12) == nil)
  }

  @Test(
    "Buneman's instability of cold beams: 0.054373 at kv = 1.006 for mass ratio 1836",
    arguments: [
      (1836, "1.0061662650648267341", "0.03558975101674395213", "0.054373455484121521491"),
      (100, "1.0413914694075367632", "0.1078425380688531134", "0.13646995324501706786"),
    ] as [(DecimalNumber, String, String, String)])
  func buneman(mass: DecimalNumber, wavenumber: String, omega: String, gamma: String) throws {
    let curve = try Self.buneman(mass)
    let root = try #require(try curve.dielectric(at: Ball(1)).fastestGrowing())
    // The band of mass ratio 1836 ends at (1 + M^{−1/3})^{3/2} = 1.124.
    let maximum = try #require(try curve.growthMaximum(near: 1, root: root, in: 0.9...1.1))
    try agrees(maximum.wavenumber, wavenumber, within: 2e-12)
    try agrees(maximum.omega.imaginary, gamma, within: 1e-18)
    // Re ω moves with k, of which a dozen digits are proved.
    try agrees(maximum.omega.real, omega, within: 2e-12)
  }

  @Test("cold beams: as many growing roots as their polynomial has, of one, two and three species")
  func growing() throws {
    // Of ω²: none grows.
    let one = try DispersionCurve(Self.model([(1, 1, 1)], strength: 1), responses: [Self.cold(0)])
    #expect(try one.dielectric(at: Ball(1)).fastestGrowing() == nil)
    // (1 + M^{−1/3})^{3/2} = 1.33999… ends the band of M = 100.
    let two = try Self.buneman(100)
    #expect(try two.dielectric(at: Ball(DecimalNumber(1.33))).growingRoots(above: 1e-3).count == 1)
    #expect(try two.dielectric(at: Ball(DecimalNumber(1.35))).growingRoots(above: 1e-3).isEmpty)
    #expect(try two.dielectric(at: Ball(DecimalNumber(1.35))).fastestGrowing() == nil)
    let three = try DispersionCurve(
      Self.model([(0.5, 1, 1), (0.3, 1, 1), (0.2, 1, 1)], strength: 1),
      responses: [Self.cold(0), Self.cold(1.5), Self.cold(-1.5)])
    let roots = try three.dielectric(at: Ball(1)).growingRoots(above: 1e-3)
    // numpy.roots of the polynomial of degree six.
    let expected = [
      (0.8277527422843936, 0.26287921992606816), (-0.8786602028456684, 0.19413559293834798),
    ]
    #expect(roots.count == 2)
    for (root, (real, imaginary)) in zip(roots, expected) {
      #expect(
        (root.real.middle - real).magnitude < 1e-13 && (root.imaginary.middle - imaginary).magnitude < 1e-13)
    }
  }

  @Test("momenta scaled by a ball are those of the other width")
  func scaled() throws {
    let model = try Self.model([(0.5, 1, -1), (0.5, 100, 1)], strength: 2)
    func root(_ ions: any MomentumResponse) throws -> ComplexBall {
      let curve = try DispersionCurve(model, responses: [Self.gauss([(1, 0, 1)]), ions])
      let near = ComplexBall(exactly: 0.0122, -0.0013)
      return try #require(curve.dielectric(at: Ball(DecimalNumber(0.1))).enclosedRoot(near: near))
    }
    let direct = try root(Self.gauss([(1, 0, 5)]))
    let scaled = try root(ScaledMomenta(Self.gauss([(1, 0, 1)]), times: (Ball(100) / Ball(4)).squareRoot()))
    #expect(direct.overlaps(scaled) && direct.magnitude.lower > 1e-3)
    #expect(scaled.real.upper - scaled.real.lower < 1e-17)
  }

  @Test("potentials that know only their modes, external potentials and quantum kernels are refused")
  func refusals() throws {
    let trigonometric = try Self.model([(1, 1, 1)], strength: 1) { _ in
      try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 1)])
    }
    #expect(throws: ArgumentError.self) { try DispersionCurve(trigonometric, responses: [Self.cold(0)]) }
    let model = try Self.model([(1, 1, 1)], strength: 1)
    #expect(throws: ArgumentError.self) {
      try DispersionCurve(model.with(kernel: .moyal(hbar: 1)), responses: [Self.cold(0)])
    }
    let lattice = try Model(
      geometry: model.geometry, species: model.species,
      potentials: PotentialMatrix(
        geometry: model.geometry, speciesCount: 1, pairs: [],
        external: [(0, TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 1)]))]))
    #expect(throws: ArgumentError.self) { try DispersionCurve(lattice, responses: [Self.cold(0)]) }
    #expect(throws: ArgumentError.self) {
      try DielectricFunction(lattice, responses: [Self.cold(0)], mode: ModeIndex(1, 0, 0))
    }
  }
}
