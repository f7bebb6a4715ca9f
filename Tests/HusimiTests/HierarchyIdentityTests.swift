import CLibraries
import FermionTestModels
import Foundation
import Husimi
import ManyBody
import Numerics
import PhaseSpace
import Testing

@Suite("The hierarchy of Husimi measures")
struct HierarchyIdentityTests {
  static let windows: [any Window] = [
    try! GaussianWindow(width: 1), try! CosinePowerWindow(radius: 2.5, power: 4),
  ]
  static let first = [HusimiPoint(0.7, 0.2), HusimiPoint(2.1, -0.35)]
  static let second = [HusimiPoint(4.0, 0.1), HusimiPoint(5.5, -0.3)]

  private func points(_ order: [Int]) -> [[HusimiPoint]] {
    [Array(Self.first.prefix(order[0])), Array(Self.second.prefix(order[1]))]
  }

  private func exact(_ particles: [Int], cutoff: Int, time: Double) throws -> FockState {
    let space = try FockSpace(
      waves: PlaneWaves(cutoff: cutoff, period: 2 * Double.pi), particles: particles)
    let start = try ReferenceModel.slater(particles, cutoff: cutoff).state(in: space)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    return try ChebyshevPropagator(hamiltonian).evolve(start, by: time).state
  }

  static let orders = [[1, 0], [0, 1], [2, 0], [1, 1], [0, 2], [2, 1]]

  @Test(
    "(3.1), (3.3), (3.5) close for exact, random and Slater states; with the paper's sign of R̂ they do not",
    arguments: [0, 1, 2], [0, 1])
  func closes(_ kind: Int, _ windowIndex: Int) throws {
    let state: FockState
    switch kind {
    case 0: state = try exact([3, 2], cutoff: 3, time: 0.5)
    case 1:
      state = try randomState(
        FockSpace(waves: PlaneWaves(cutoff: 3, period: 2 * Double.pi), particles: [3, 2], masses: [1, 2.5]),
        seed: 17)
    default: state = try exact([3, 2], cutoff: 3, time: 0)
    }
    let identity = try HierarchyIdentity(
      state: state, interaction: ReferenceModel.interaction(), window: Self.windows[windowIndex])
    for order in Self.orders {
      let terms = try identity.terms(points(order))
      #expect(terms.defect.magnitude < 1e-12, "\(order): \(terms.defect)")
      #expect(terms.measure > 0 && terms.measure < 1)
      if order.reduce(0, +) > 1 {
        // dtm + transport − (… − R̂) = 2R̂ with the printed sign
        let printed = terms.defect + 2 * terms.pairResidue
        #expect(printed.magnitude > 1e-4, "the printed sign of R̂ would close at \(order)")
      } else {
        #expect(terms.pairResidue == 0)
      }
    }
  }

  @Test("with H cut at the modes of the state the identity does not close: the larger space is needed")
  func largerSpace() throws {
    let state = try exact([2, 2], cutoff: 3, time: 0.5)
    let interaction = try ReferenceModel.interaction()
    let identity = try HierarchyIdentity(state: state, interaction: interaction, window: Self.windows[0])
    let terms = try identity.terms(points([1, 0]))
    let inside = try Hamiltonian(space: state.space, interaction: interaction).applied(to: state)
    let coherent = try CoherentState(
      position: Self.first[0].position, momentum: Self.first[0].momentum, window: Self.windows[0],
      waves: state.space.waves, hbar: state.space.hbar)
    let phi = try #require(state.annihilated([[coherent.coefficients()], []]))
    let image = try #require(inside.annihilated([[coherent.coefficients()], []]))
    let truncated = 2 * (phi.inner(image) * Complex(0, -1 / state.space.hbar)).real
    #expect((truncated - terms.timeDerivative).magnitude > 1e-4)
  }

  /// ∂_t m from HΨ against the difference quotient of evolved states (many modes, so that the cut does not matter).
  @Test("∂_t m from HΨ is the difference quotient of evolved states")
  func timeDerivative() throws {
    let h = 1e-3
    let states = try [-2, -1, 1, 2].map { try exact([2, 2], cutoff: 9, time: 0.3 + Double($0) * h) }
    let values = try states.map {
      try HusimiMeasure(state: $0, window: Self.windows[0]).value(points([1, 1]))
    }
    let quotient = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
    let identity = try HierarchyIdentity(
      state: exact([2, 2], cutoff: 9, time: 0.3), interaction: ReferenceModel.interaction(),
      window: Self.windows[0])
    #expect((try identity.terms(points([1, 1])).timeDerivative - quotient).magnitude < 1e-8)
  }

  /// Tests/References/fermions.py: (2,2) on |n| ≤ 4 and (3,2) on |n| ≤ 3 at t = 0.5, both windows; (2,2) Slater.
  @Test("every term is the one that an independent program finds")
  func referenceTerms() throws {
    let reference:
      [(
        particles: [Int], cutoff: Int, time: Double, window: Int, order: [Int], values: [Double],
        whole: [Double], force: [Double]
      )] = [
        (
          [2, 2], 4, 0.5, 0, [1, 0],
          [0.5779406933053389, 0.056256778442175914, -0.040245824635040936, 0.059713004886326436, 0],
          [-0.008795159548666456, -0.03490689153052513], [0.004400985933330322, -0.029832716247363715]
        ),
        (
          [2, 2], 4, 0.5, 0, [0, 1],
          [0.5679277530141129, -0.0771094931113546, -0.008563574523960149, 0.031735878247653365, 0],
          [-0.0628757043844986, -0.05453324149846962], [-0.05728916371957394, -0.04311820765559139]
        ),
        (
          [2, 2], 4, 0.5, 0, [1, 1],
          [
            0.3241946391092638, -0.032518245707238574, -0.027087905432491642, 0.021414750573451356,
            -0.019719346270828338,
          ],
          [-0.0017062830617838177, 0.0011246728103940418, -0.02768148448500426, -0.0330384607059593],
          [0.0034692386933350174, 0.004811562041567104, -0.026406319949781272, -0.02743993089471155]
        ),
        (
          [2, 2], 4, 0.5, 0, [2, 0],
          [
            0.07534256294113056, -0.03865293105693956, -0.04231603155474205, -0.02011387241378909,
            -0.04541527043067607,
          ],
          [0, -0.0036208340643444294, 0, -0.011818985702872065],
          [0, -0.0023888844204015295, 0, -0.01265886105252792]
        ),
        (
          [2, 2], 4, 0.5, 1, [1, 1],
          [
            0.20442240655148144, -0.011871779675391709, -0.016686974219676756, 0.007409515356928532,
            -0.010637678588770974,
          ],
          [-0.0014565026520164106, 0.00018124432342484265, -0.011262398911084432, -0.012792933423550154],
          [-0.000553233450799911, 0.0006575618168395906, -0.011179765807141338, -0.011814369806690919]
        ),
        (
          [3, 2], 3, 0.5, 0, [2, 1],
          [
            0.08302044469806351, -0.06583934081920018, -0.036085970646413945, -0.026297911515384194,
            -0.11971775130386908,
          ],
          [
            0.022561936539942526, 0.010750881031289058, 0.0008000124644465659, 0.008054575588822941,
            0.005551033809530629, -0.0036280880803925804,
          ],
          [
            0.019612017609074925, 0.009315516350471703, 0.0006532766600546211, 0.007589801809078219,
            0.006220827092937725, -0.0027106172155693456,
          ]
        ),
        (
          [3, 2], 3, 0.5, 1, [1, 1],
          [
            0.19937390280858472, 0.033689531031086045, -0.021350733752683152, 0.010236805312320903,
            -0.011028330069401876,
          ],
          [0.019421148204160785, 0.010591750497956656, -0.008339662129794357, -0.008542914536839228],
          [0.0189124419627849, 0.010844483655000636, -0.007805023393344054, -0.00789177663792703]
        ),
        (
          [2, 2], 4, 0, 0, [0, 2],
          [
            0.09191906146312254, -0.04372735042598449, -0.025568632534792916, -0.022406799208174764,
            -0.03941990757152121,
          ],
          [0.0014035778306425801, 0, -0.008872854011724012, 0],
          [0.0011765274234319906, 0, -0.010800049421434987, 0]
        ),
      ]
    for r in reference {
      let state = try exact(r.particles, cutoff: r.cutoff, time: r.time)
      let identity = try HierarchyIdentity(
        state: state, interaction: ReferenceModel.interaction(), window: Self.windows[r.window])
      let terms = try identity.terms(points(r.order))
      let values = [
        terms.measure, terms.timeDerivative, terms.transport, terms.positionResidue, terms.pairResidue,
      ]
      for (a, b) in zip(values, r.values) { #expect((a - b).magnitude < 1e-8, "\(r.order): \(values)") }
      var index = 0
      for species in 0..<2 {
        for particle in 0..<r.order[species] {
          for partner in 0..<2 {
            let key = HierarchyTerms.Pair(species: species, particle: particle, partner: partner)
            #expect((terms.forces[key]! - r.force[index]).magnitude < 1e-8)
            #expect((terms.forces[key]! + terms.forceResidues[key]! - r.whole[index]).magnitude < 1e-8)
            index += 1
          }
        }
      }
    }
  }

  @Test("the s-integral of (3.2), (3.4), (3.5), differentiated, is the commutator that the identity uses")
  func forceResidue() throws {
    let state = try exact([3, 2], cutoff: 3, time: 0.5)
    for window in Self.windows {
      let identity = try HierarchyIdentity(
        state: state, interaction: ReferenceModel.interaction(), window: window)
      for order in [[1, 0], [1, 1], [2, 1]] {
        let terms = try identity.terms(points(order))
        for (key, force) in terms.forces {
          let residue = try identity.forceResidue(
            points(order), species: key.species, particle: key.particle, partner: key.partner)
          #expect(
            (residue.quantumDivergence - force - terms.forceResidues[key]!).magnitude < 1e-12)
        }
      }
    }
  }

  @Test("the identity closes in two dimensions")
  func twoDimensions() throws {
    let waves = try PlaneWaves(dimension: 2, cutoff: 1, period: 2 * Double.pi)
    let space = try FockSpace(waves: waves, particles: [2, 1], masses: [1, 1.5])
    let list = { (a: Double) -> [InteractionModes.Coefficient] in
      [(1, 0, a), (-1, 0, a), (1, 1, a / 2), (-1, -1, a / 2), (0, 0, 0.1)].map {
        InteractionModes.Coefficient(mode: ModeIndex($0.0, $0.1, 0), value: $0.2)
      }
    }
    let interaction = try InteractionModes(speciesCount: 2, [list(0.5), list(-0.6), list(-0.6), list(0.4)])
    let identity = try HierarchyIdentity(
      state: randomState(space, seed: 21), interaction: interaction, window: Self.windows[0])
    let a = HusimiPoint(position: [0.7, 1.9], momentum: [0.3, -0.2])
    let b = HusimiPoint(position: [2.0, 5.1], momentum: [-0.4, 0.1])
    for points in [[[a], []], [[], [b]], [[a], [b]], [[a, b], []], [[a, b], [a]]] {
      let terms = try identity.terms(points)
      #expect(terms.defect.magnitude < 1e-12, "\(points.map(\.count)): \(terms.defect)")
      #expect(terms.measure > 0)
    }
  }
}
