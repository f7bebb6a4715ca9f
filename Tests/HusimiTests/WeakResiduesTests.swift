import CLibraries
import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("Residues in weak form")
struct WeakResiduesTests {
  /// φ_1 = 1 + 0.6cos(q − 0.4) + 0.3cos(2q − 1.1), φ_2 = 1 − 0.5cos(q + 0.3); Gaussians of ϕ at 0.1, −0.05, widths 0.3, 0.35.
  static func testFunctions() throws -> [PhaseSpaceTestFunction] {
    [
      try PhaseSpaceTestFunction(
        constant: 1,
        waves: [.init(mode: 1, amplitude: 0.6, phase: 0.4), .init(mode: 2, amplitude: 0.3, phase: 1.1)],
        centre: 0.1, width: 0.3),
      try PhaseSpaceTestFunction(
        constant: 1, waves: [.init(mode: 1, amplitude: -0.5, phase: -0.3)], centre: -0.05, width: 0.35),
    ]
  }

  /// The Hartree–Fock reference orbitals of N = 2n particles at t = 0.
  private func slater(_ n: Int, _ occupation: OrbitalProfile.Occupation, masses: [Double] = [1, 1]) throws
    -> SlaterDeterminant
  {
    let profiles = try ReferenceModel.profiles(occupation)
    let points = try HartreeFock.gridPoints(
      profiles: profiles, particles: [n, n], period: ReferenceModel.period, highestMode: 2)
    return try HartreeFock(
      interaction: ReferenceModel.interaction(), period: ReferenceModel.period, particles: [n, n],
      masses: masses,
      profiles: profiles, points: points
    ).slaterDeterminant()
  }

  private func residues(_ state: SlaterDeterminant, _ window: any Window) throws -> WeakResidues {
    try WeakResidues(
      state, interaction: ReferenceModel.interaction(), window: window, testFunctions: Self.testFunctions())
  }

  /// R_1, R_2, R̃ 11, 12, 21, exchange 11, R̂ 12, 11, exchange 11, spectator 12, F 11, 12, 21, M 1, 2:
  /// Tests/References/weak_residues.py.
  static let references: [(occupation: OrbitalProfile.Occupation, count: Int, values: [Double])] = [
    (
      .sea, 17,
      [
        0.0136849912055186, 0.005825034575846898, 0.0021701240576763037, 0.0015081970580226867,
        0.0012735182001764184,
        -0.0009448640062488913, 0.09752270420305542, 0.11967727554197904, -0.0011525658040512981,
        -0.0008057775383280286, 0.14626889732211779, 0.07829977745461243, 0.09552474749249822,
        2.392712711124963,
        2.6934439724728643,
      ]
    ),
    (
      .gaussian, 33,
      [
        0.005350527118570884, 0.0023747773254285598, 0.0008364000602890803, 0.0006095524632868804,
        0.000521908466147844, -0.00013819000449244228, 0.03274605431733554, 0.03654014479854063,
        -0.0007939731803131327, -9.024308442932318e-05, 0.10711248710155602, 0.060396792441128916,
        0.07434538744514899, 2.1524010743215345, 2.447189260577182,
      ]
    ),
  ]

  private func list(_ r: WeakResidues) -> [Double] {
    [
      r.velocity[0], r.velocity[1], r.force[0][0], r.force[0][1], r.force[1][0], r.forceCorrelation[0][0],
      r.pair[0][1],
      r.pair[0][0], r.pairCorrelation[0][0], r.spectator?[0][1] ?? .nan, r.classicalForce[0][0],
      r.classicalForce[0][1],
      r.classicalForce[1][0], r.measure[0], r.measure[1],
    ]
  }

  @Test("every term as an independent program finds it", arguments: [0, 1])
  func reference(index: Int) throws {
    let reference = Self.references[index]
    let found = list(try residues(slater(reference.count, reference.occupation), GaussianWindow(width: 1)))
    for (value, expected) in zip(found, reference.values) {
      #expect((value - expected).magnitude < 1e-11, "\(value) for \(expected)")
    }
  }

  /// R_1, R̃ 11, 12, exchange 11, R̂ 12, F 11 with test functions narrower than ħκ/2, and with windows wider than the period:
  /// Tests/References/weak_residues.py.
  static let narrow: [(count: Int, width: Double, window: any Window, values: [Double])] = [
    (
      5, 0.005, try! GaussianWindow(width: 1.0),
      [
        0.001601769751661228, 0.00016030218934165973, -0.00015566741114892042, -0.00013635878807686087,
        -9.037439182244297e-05, 0.004533145958724354,
      ]
    ),
    (
      9, 0.005, try! GaussianWindow(width: 1.0),
      [
        0.0012716543546411282, 0.00013296390673468283, -0.0001294652541307447, -6.670203434094387e-05,
        -7.305143489230467e-05, 0.006280540912400143,
      ]
    ),
    (
      17, 0.005, try! GaussianWindow(width: 1.0),
      [
        0.000851535269644126, 9.192435144552737e-05, -9.210777033069866e-05, -2.4543774299702333e-05,
        -4.846573171927602e-05, 0.007772372883377126,
      ]
    ),
    (
      5, 0.0005, try! GaussianWindow(width: 1.0),
      [
        0.00016023464021423236, 1.6034142521563564e-05, -1.557046900779079e-05, -1.3641276365505978e-05,
        -9.040933506287162e-07, 0.0004534613714143176,
      ]
    ),
    (
      5, 0.02, try! CosinePowerWindow(radius: 2.5, power: 2),
      [
        0.006645809345641757, 0.0005199150491082098, -0.0005012900001011671, -0.00034432938426864825,
        -0.0013373268419728558, 0.016961074625077656,
      ]
    ),
    (
      5, 0.002, try! CosinePowerWindow(radius: 2.5, power: 6),
      [
        0.0007115899195917286, 8.510862369987904e-06, -8.470816776765477e-06, -6.963721459404088e-06,
        -4.9708800558971005e-06, 0.0007984419311684437,
      ]
    ),
    (
      5, 0.05, try! GaussianWindow(width: 12),
      [
        9.931612136839485e-06, 0.11155235628327395, -0.13116010213832088, -0.0003258757223193969,
        -0.007370389552004482, 0.00041025910079911347,
      ]
    ),
    (
      3, 0.3, try! CosinePowerWindow(radius: 14.0, power: 3),
      [
        0.0010653971433889674, 0.1353058347260917, -0.13626707975768276, -0.026234314359336517,
        -0.26096742801702616, 0.02795669264118666,
      ]
    ),
  ]

  @Test(
    "test functions narrower than the lattice of momenta, windows wider than the period",
    arguments: narrow.indices)
  func narrowTestFunctions(index: Int) throws {
    let reference = Self.narrow[index]
    func cosine(_ v: Double) -> [InteractionModes.Coefficient] {
      [1, -1].map { .init(mode: ModeIndex($0, 0, 0), value: v) }
    }
    let attraction = cosine(-0.6)
    let interaction = try InteractionModes(
      speciesCount: 2,
      [cosine(0.5), attraction, attraction, []])
    let profiles = try [0, 0.5].map { try OrbitalProfile(amplitude: 0.3, phase: $0, momentum: 0.25) }
    let particles = [reference.count, reference.count]
    let points = try HartreeFock.gridPoints(
      profiles: profiles, particles: particles, period: ReferenceModel.period, highestMode: 1)
    let state = try HartreeFock(
      interaction: interaction, period: ReferenceModel.period, particles: particles, masses: [1, 1],
      profiles: profiles, points: points
    ).slaterDeterminant()
    let functions = try [(0.6, 0.4), (-0.5, -0.3)].map {
      try PhaseSpaceTestFunction(
        constant: 1, waves: [.init(mode: 1, amplitude: $0.0, phase: $0.1)], centre: 0.1,
        width: reference.width)
    }
    let r = try WeakResidues(
      state, interaction: interaction, window: reference.window, testFunctions: functions)
    let found = [
      r.velocity[0], r.force[0][0], r.force[0][1], r.forceCorrelation[0][0], r.pair[0][1],
      r.classicalForce[0][0],
    ]
    let errors = [
      r.errors.velocity[0], r.errors.force[0][0], r.errors.force[0][1], r.errors.forceCorrelation[0][0],
      r.errors.pair[0][1], r.errors.force[0][0],
    ]
    for (value, (expected, error)) in zip(found, zip(reference.values, errors)) {
      // The orbitals are cut at 1e-12.
      #expect((value - expected).magnitude < error + 1e-9 * expected.magnitude, "\(value) for \(expected)")
    }
  }

  @Test("other windows: cos² of radius 2.5, a Gaussian of width 0.7")
  func otherWindows() throws {
    let cosine = try residues(slater(17, .sea), CosinePowerWindow(radius: 2.5, power: 2))
    let narrow = try residues(slater(33, .sea), GaussianWindow(width: 0.7))
    let pairs = [
      (cosine.velocity[0], 0.014367867445279417), (cosine.force[0][0], 0.0020645656129699153),
      (cosine.forceCorrelation[0][0], -0.0008738770055474977), (cosine.pair[0][1], 0.09662976642139019),
      (narrow.velocity[0], 0.014349602952204119), (narrow.force[0][1], 0.0003799975479350237),
      (narrow.pairCorrelation[0][0], -0.00015330781656148188),
    ]
    for (value, expected) in pairs {
      #expect((value - expected).magnitude < 1e-9, "\(value) for \(expected)")
    }
  }

  @Test("R_1 = −(ħ/2s²m)∂_p m to 10⁻¹² for Gaussian windows, with masses")
  func gaussianIdentity() throws {
    for (width, masses) in [(1.0, [1.0, 1.0]), (0.6, [2.0, 0.5])] {
      let (state, window) = (try slater(17, .gaussian, masses: masses), try GaussianWindow(width: width))
      let exact = try residues(state, window)
      let leading = try LeadingResidues(
        state, interaction: ReferenceModel.interaction(), window: window, testFunctions: Self.testFunctions())
      for species in 0..<2 {
        #expect((exact.velocity[species] - leading.velocity[species]).magnitude < 1e-12)
        #expect(exact.velocity[species].magnitude > 1e-3)
      }
    }
  }

  @Test("leading terms: the rest is one order smaller, for Gaussian and compact windows", arguments: [0, 1])
  func leading(windowIndex: Int) throws {
    let window: any Window =
      windowIndex == 0 ? try GaussianWindow(width: 1) : try CosinePowerWindow(radius: 2.5, power: 6)
    func relative(_ n: Int) throws -> [Double] {
      let state = try slater(n, .sea)
      let exact = try residues(state, window)
      let first = try LeadingResidues(
        state, interaction: ReferenceModel.interaction(), window: window, testFunctions: Self.testFunctions())
      return [
        exact.velocity[0] / first.velocity[0] - 1, exact.force[0][0] / first.force[0][0] - 1,
        exact.force[0][1] / first.force[0][1] - 1, exact.force[1][0] / first.force[1][0] - 1,
        exact.pair[0][1] / first.pair[0][1] - 1, exact.pair[0][0] / first.pair[0][0] - 1,
      ].map(\.magnitude)
    }
    let (coarse, fine) = (try relative(33), try relative(129))
    for (a, b) in zip(coarse, fine) {
      #expect(b < 0.025, "\(fine)")
      // ħ falls by 3.9. The pair residue has no second order to speak of: it is within 2·10⁻⁴ before.
      #expect(b < a / 3.2 || b < 2e-3, "\(coarse) \(fine)")
    }
  }

  @Test(
    "slopes in ħ from N = 66 to 514: 1 for R, R̃ direct and R̂, 2 for the exchange of R̃; the printed sign has slope 0",
    arguments: OrbitalProfile.Occupation.allCases)
  func slopes(occupation: OrbitalProfile.Occupation) throws {
    let window = try GaussianWindow(width: 1)
    let counts = [33, 65, 129, 257]
    let terms = try counts.map { try residues(slater($0, occupation), window) }
    func slope(_ value: (WeakResidues) -> Double) -> Double {
      // Least squares of log|value| against log ħ, ħ = 1/2n.
      let x = counts.map { -log(2 * Double($0)) }
      let y = terms.map { log(value($0).magnitude) }
      let (mx, my) = (x.reduce(0, +) / 4, y.reduce(0, +) / 4)
      return zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
        / x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    }
    for a in 0..<2 {
      #expect((slope { $0.velocity[a] } - 1).magnitude < 0.05)
      for b in 0..<2 { #expect((slope { $0.force[a][b] } - 1).magnitude < 0.05) }
    }
    #expect((slope { $0.pair[0][1] } - 1).magnitude < 0.05)
    #expect((slope { $0.pair[0][0] } - 1).magnitude < 0.05)
    #expect((slope { $0.forceCorrelation[0][0] } - 2).magnitude < 0.0505)
    #expect(slope { $0.pairCorrelation[0][0] } > 1.9)
    // E3: with ∇V_21(q_{k+1} − q̃_j) the classical term does not cancel.
    #expect(slope { $0.printedForce(1, 0) }.magnitude < 0.05)
    #expect(terms.allSatisfy { $0.printedForce(1, 0).magnitude > 50 * $0.force[1][0].magnitude })
  }

  @Test("an exact state that is a Slater determinant has the same residues")
  func exactSlater() throws {
    let waves = try PlaneWaves(cutoff: 3, period: ReferenceModel.period)
    let profiles = try ReferenceModel.profiles(.sea)
    let state = try SlaterDeterminant(
      orbitals: (0..<2).map {
        try profiles[$0].orbitals(waves: waves, count: 3 - $0, total: 5, hbar: 0.2).orbitals
      }, masses: [1, 2])
    let space = try FockSpace(waves: waves, particles: [3, 2], masses: [1, 2])
    let window = try GaussianWindow(width: 0.8)
    let one = try residues(state, window)
    let two = try WeakResidues(
      state.state(in: space), interaction: ReferenceModel.interaction(), window: window,
      testFunctions: Self.testFunctions())
    #expect(two.spectator == nil)
    let values = [one, two].map { r -> [Double] in
      let tables: [[[Double]]] = [r.force, r.forceCorrelation, r.classicalForce, r.pair, r.pairCorrelation]
      return r.measure + r.velocity + tables.flatMap { $0.flatMap { $0 } }
    }
    for (a, b) in zip(values[0], values[1]) { #expect((a - b).magnitude < 1e-12) }
    #expect(one.forceCorrelation[0][0].magnitude > 1e-4 && one.pairCorrelation[0][0].magnitude > 1e-4)
  }

  @Test("the weak form is the integral of the pointwise residues of an entangled state")
  func pointwise() throws {
    let space = try FockSpace(
      waves: PlaneWaves(cutoff: 1, period: ReferenceModel.period), particles: [2, 1], masses: [1, 1.5])
    let state = try randomState(space, seed: 5)
    let window = try GaussianWindow(width: 1)
    let interaction = try ReferenceModel.interaction()
    let functions = try Self.testFunctions()
    let weak = try WeakResidues(state, interaction: interaction, window: window, testFunctions: functions)
    let identity = try HierarchyIdentity(state: state, interaction: interaction, window: window)
    // |q-modes| ≤ 2 + 2 (potential) + 2 (test function): 12 positions suffice; p in steps of ħκ/2.
    let step = 1.0 / 6
    let positions = (0..<12).map { Double($0) * ReferenceModel.period / 12 }
    func nodes(_ species: Int) -> [(q: Double, p: Double, weight: Double)] {
      let f = functions[species]
      return positions.flatMap { q in
        (Int(-3 / step)...Int(3 / step)).map { j in
          let p = Double(j) * step
          var phi = f.constant
          for wave in f.waves { phi += wave.amplitude * cos(Double(wave.mode) * q - wave.phase) }
          return (q, p, phi * f.momentumFactor(p) * ReferenceModel.period / 12 * step)
        }
      }
    }
    for species in 0..<2 {
      var (measure, velocity, force, classical) = (0.0, 0.0, [0.0, 0.0], [0.0, 0.0])
      for node in nodes(species) {
        let point = [HusimiPoint(node.q, node.p)]
        let terms = try identity.terms(species == 0 ? [point, []] : [[], point])
        measure += node.weight * terms.measure
        velocity += node.weight * terms.positionResidue
        for partner in 0..<2 {
          let key = HierarchyTerms.Pair(species: species, particle: 0, partner: partner)
          force[partner] += node.weight * (terms.forceResidues[key] ?? 0)
          classical[partner] += node.weight * (terms.forces[key] ?? 0)
        }
      }
      #expect((measure - weak.measure[species]).magnitude < 1e-9)
      #expect((velocity - weak.velocity[species]).magnitude < 1e-9)
      for partner in 0..<2 {
        let expected = weak.force[species][partner] + weak.forceCorrelation[species][partner]
        #expect((force[partner] - expected).magnitude < 1e-9, "\(species) \(partner)")
      }
    }
    // (1,1): the pair residue, on the positions of both.
    var pair = 0.0
    for a in nodes(0) where a.weight.magnitude > 1e-9 {
      for b in nodes(1) where b.weight.magnitude > 1e-9 {
        pair +=
          a.weight * b.weight
          * (try identity.terms([[HusimiPoint(a.q, a.p)], [HusimiPoint(b.q, b.p)]]).pairResidue)
      }
    }
    #expect((pair - weak.pair[0][1] - weak.pairCorrelation[0][1]).magnitude < 1e-6)
    #expect(weak.pairCorrelation[0][1].magnitude > 1e-3)
  }

  @Test(
    "test functions that no sum over momenta reaches are refused",
    arguments: [(1e200, 0.3), (-1e30, 0.3), (0, 1e30), (0, 1e300)])
  func extremes(centre: Double, width: Double) throws {
    let wide = try PhaseSpaceTestFunction(constant: 1, waves: [], centre: centre, width: width)
    let state = try slater(1, .sea)
    let window = try GaussianWindow()
    #expect(throws: ArgumentError.self) {
      try WeakResidues(
        state, interaction: ReferenceModel.interaction(), window: window, testFunctions: [wide, wide])
    }
    #expect(throws: ArgumentError.self) {
      try LeadingResidues(
        state, interaction: ReferenceModel.interaction(), window: window, testFunctions: [wide, wide])
    }
  }
}
