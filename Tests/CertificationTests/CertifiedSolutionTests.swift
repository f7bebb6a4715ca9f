import CLibraries
import Certification
import Computing
import Interaction
import PhaseSpace
import Testing
import Vlasov

@Suite("Certified solution")
struct CertifiedSolutionTests {
  let workers = Workers(threads: 2)
  let points = [
    CertificationModels.point((0, 0.5, 1)), CertificationModels.point((1, 1.0, 1)),
    CertificationModels.point((0, 0, 2)), CertificationModels.point((0, 0.5, 1), (1, -0.25, -1)),
  ]

  func solution(
    _ model: Model, _ states: [any OneParticleState], times: [DecimalNumber], radius: Double,
    changing: (inout SolutionPlan) -> Void = { _ in }
  ) throws -> CertifiedSolution {
    var plan = try SolutionPlan(model, states: states, times: times, points: points, radius: radius)
    changing(&plan)
    return try CertifiedSolution(
      model, states: states, times: times, points: points, plan: plan, workers: workers)
  }

  @Test("free transport is the closed form: in the interaction picture nothing moves")
  func free() throws {
    let (full, states) = try CertificationModels.twoSpecies()
    let model = try Model(
      geometry: full.geometry, species: full.species,
      potentials: try PotentialMatrix(geometry: full.geometry, speciesCount: 2, pairs: []))
    let flow = try solution(model, states, times: [0.4], radius: 1e-15)
    try flow.advance(to: 0.4)
    for (point, value) in zip(points.prefix(3), flow.values()) {
      let argument = try point.arguments(in: model.geometry)[0]
      let closed = states[argument.species].value(xi: argument.xi, eta: argument.eta)
      let ball = ComplexBall(exactly: closed.real / 2, closed.imaginary / 2).widened(by: 1e-16)
      #expect(value.contains(ball) && value.radius < 1e-15)
    }
  }

  @Test("the lattice is inside to its own error, at the orders of its time step", arguments: [0, 1])
  func lattice(_ index: Int) throws {
    let (model, states) = try index == 0 ? CertificationModels.twoSpecies() : CertificationModels.unequal()
    let flow = try solution(model, states, times: [0.5], radius: 1e-11)
    try flow.advance(to: 0.5)
    let values = flow.values()
    let errors = try [0.05, 0.025].map { step in
      let lattice = try FourierLattice(model, modes: 14, xiExtent: 16, timeStep: step)
      let peer = try VlasovSolution(
        model: model, initial: try ProductMixture(states: states), lattice: lattice, workers: workers)
      try peer.advance(to: 0.5)
      return try zip(points, values).map { point, value in
        let there = try peer.value(at: point)
        return (ComplexBall(exactly: there.real, there.imaginary) - value).magnitude.upper
      }.max() ?? .nan
    }
    #expect(errors[1] < 1e-8 && errors[1] < errors[0] / 8, "\(errors)")
  }

  @Test("the radius at t = ½ is what was asked for, and another plan's enclosure overlaps")
  func radius() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let fine = try solution(model, states, times: [0.5], radius: 1e-12)
    try fine.advance(to: 0.5)
    #expect(fine.values().allSatisfy { $0.radius < 1e-12 })
    var widths: [Double] = []
    for round in 0..<6 {
      let coarse = try solution(model, states, times: [0.5], radius: 1e-7) { plan in
        switch round {
        case 0: plan.rules = plan.rules.map { $0.with(positions: max(8, $0.positions / 2)) }
        case 1: plan.rules = plan.rules.map { $0.with(spacing: 1.6 * $0.spacing, reach: $0.reach * 5 / 8) }
        case 2: plan.degree = 12
        case 3: plan.rounds = 0
        case 4: plan.rules = plan.rules.map { $0.with(spacing: $0.spacing, reach: $0.reach / 2) }
        default: plan.panelLength *= 3
        }
      }
      do {
        try coarse.advance(to: 0.5)
      } catch is NumericalFailure {
        continue  // A clear refusal.
      }
      for (a, b) in zip(fine.values(), coarse.values()) { #expect(b.contains(a), "round \(round)") }
      widths.append(coarse.values().map(\.radius).max() ?? 0)
    }
    #expect(widths.filter { $0 > 1e-8 }.count >= 3, "\(widths)")
  }

  @Test("a field that is corrupted in its tenth digit only widens the enclosure")
  func corruptedField() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let clean = try solution(model, states, times: [0.3], radius: 1e-13)
    try clean.advance(to: 0.3)
    let corrupted = try solution(model, states, times: [0.3], radius: 1e-13)
    corrupted.disturbance = 1e-10
    try corrupted.advance(to: 0.3)
    for (a, b) in zip(clean.values(), corrupted.values()) {
      #expect(b.contains(a) && b.radius > a.radius && b.radius < 1e-9)
    }
  }

  @Test("densities and field energy are those of the lattice, to its error")
  func energy() throws {
    let (model, states) = try CertificationModels.unequal()
    let flow = try solution(model, states, times: [0.5], radius: 1e-12)
    try flow.advance(to: 0.5)
    let peer = try VlasovLattice(
      model: model, states: states,
      lattice: try FourierLattice(model, modes: 14, xiExtent: 16, timeStep: 0.0125),
      coupling: .nonperturbative,
      workers: workers)
    try peer.advance(to: 0.5)
    var energy = 0.0
    for (alpha, beta) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      for atom in model.potentials.atoms(alpha, beta) {
        let a = peer.gridValue(species: alpha, order: 0, mode: atom.mode, point: .zero)
        let b = peer.gridValue(species: beta, order: 0, mode: atom.mode, point: .zero)
        energy += 0.5 * atom.coefficient * (a * b.conjugate).real
      }
    }
    let enclosed = flow.fieldEnergy()
    #expect(enclosed.radius < 1e-12 && (enclosed.middle - energy).magnitude < 1e-9 * energy.magnitude)
    let (plus, minus) = (flow.density(of: 0, mode: 2), flow.density(of: 0, mode: -2))
    #expect(plus.contains(ComplexBall(minus.real, -minus.imaginary)))
  }

  @Test("a saved state goes on to the same bits")
  func saved() throws {
    let (model, states) = try CertificationModels.unequal()
    let times: [DecimalNumber] = [0.3, 0.9]
    let whole = try solution(model, states, times: times, radius: 1e-8)
    try whole.advance(to: 0.3)
    let state = whole.state
    let resumed = try solution(model, states, times: times, radius: 1e-8)
    try resumed.restore(state)
    try whole.advance(to: 0.9)
    try resumed.advance(to: 0.9)
    let texts = [whole, resumed].map { $0.values().map { $0.real.exactText + $0.imaginary.exactText } }
    #expect(texts[0] == texts[1] && !texts[0].isEmpty)
    for array in ["panels", "distances", "strips", "characteristics"] {
      var damaged = state
      damaged.arrays[array]?.removeLast()
      let other = try solution(model, states, times: times, radius: 1e-8)
      #expect(throws: SavedStateError.self) { try other.restore(damaged) }
    }
  }

  @Test("a time at which no strip is left is refused, not guessed")
  func strips() throws {
    let (model, states) = try CertificationModels.twoSpecies()
    let flow = try solution(model, states, times: [30], radius: 1e-4) { plan in
      plan.rules = plan.rules.map { $0.with(spacing: 0.5, reach: 12).with(positions: 8) }
    }
    #expect(throws: NumericalFailure.self) { try flow.advance(to: 30) }
  }
}
