import CLibraries
import Computing
import DysonSeries
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Remainders of the Dyson series")
struct DysonRemainderTests {
  static let workers = Workers(threads: 2)

  static func points(_ model: Model) throws -> [Point] {
    let one = ModeIndex(1, 0, 0)
    return try [
      [TestModels.point(model, 0, [0.5], one)],
      [TestModels.point(model, 1, [-0.37], ModeIndex(2, 0, 0))],
      [TestModels.point(model, 0, [0.5], one), TestModels.point(model, 1, [0.21], one.negated)],
      [
        TestModels.point(model, 0, [0.5], one), TestModels.point(model, 0, [0.1], one.negated),
        TestModels.point(model, 1, [-0.25], .zero),
      ],
    ].map { try Point($0, in: model.geometry) }
  }

  static func study(
    modes: Int, extent: Double, step: Double, times: [Double] = [0.4, 1.2], orders: Int = 4,
    points chosen: [Point]? = nil
  ) throws -> DysonRemainder {
    let model = try TestModels.two(masses: [1, 2], scale: 2)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: modes, xiExtent: extent, timeStep: step, masses: model.masses)
    return try DysonRemainder(
      model: model, initial: ProductMixture(states: TestModels.states(model)),
      lattice: lattice, times: times, points: chosen ?? points(model), orders: orders)
  }

  @Test(
    "the budget covers the error of |Δ_L| against a refined run: large steps, few modes, a narrow window, all",
    arguments: [(18, 14.0, 0.2), (2, 14, 0.05), (18, 2, 0.05), (2, 2.2, 0.2)])
  func budgetsAreHonest(modes: Int, extent: Double, step: Double) throws {
    let rows = try Self.study(modes: modes, extent: extent, step: step).run(workers: Self.workers)
    let truth = try Self.reference.get()
    var largestError = 0.0
    var largestShare = 0.0
    for (row, exact) in zip(rows, truth) {
      let place = "point \(row.point), time \(row.time)"
      func expect(_ what: String, _ error: Double, _ own: Double, _ others: Double) {
        #expect(error <= own + others, "\(place), \(what): \(error) > \(own + others)")
      }
      expect("exact", (row.exact - exact.exact).length, row.errors.exact, exact.errors.exact)
      for order in 0..<4 {
        let error = (row.remainders[order] - exact.remainders[order]).magnitude
        let budget = row.budgets[order] + exact.budgets[order]
        expect("Δ_\(order + 1)", error, row.budgets[order], exact.budgets[order])
        expect(
          "S_\(order + 1)", (row.partialSums[order] - exact.partialSums[order]).length,
          row.errors.partialSums[order], exact.errors.partialSums[order])
        largestError = max(largestError, error)
        largestShare = max(largestShare, error / budget)
      }
      for order in 0...4 {
        expect(
          "D_\(order)", (row.terms[order] - exact.terms[order]).length, row.errors.terms[order],
          exact.errors.terms[order])
      }
    }
    // The coarse lattices are wrong enough to tell, and the budget is not extravagant.
    #expect(largestError > 1e-8, "\(largestError)")
    // In a narrow window what drifts in from beyond may be anything, and is flagged.
    #expect(largestShare > (extent < 3 ? 1e-6 : 0.05), "\(largestShare)")
  }

  /// Converged to rounding and to the ninth digit of the time step.
  static let reference = Result {
    try study(modes: 22, extent: 16, step: 0.05).run(workers: workers)
  }

  @Test("S_L, D_L and Δ_L belong together: exact = S_L + Δ_L, S_{L+1} = S_L + D_L")
  func rowsAreConsistent() throws {
    let row = try Self.reference.get()[3]
    for order in 0..<4 {
      #expect(((row.exact - row.partialSums[order]).length - row.remainders[order]).magnitude < 1e-16)
      if order > 0 {
        let next = row.partialSums[order - 1] + row.terms[order]
        #expect((row.partialSums[order] - next).length < 1e-17)
      }
    }
    #expect(row.terms.count == 5 && row.partialSums.count == 4)
  }

  @Test("halving Δt from 0.05 changes the default of the main job by less than 1e-9")
  func defaultIsConverged() throws {
    // The configuration of experiments/dyson-remainder/default.yaml.
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6.283185307179586))
    let one = ModeIndex(1, 0, 0)
    func potential(_ v: DecimalNumber) throws -> TrigonometricPotential {
      try TrigonometricPotential(modes: [.init(mode: one, coefficient: v)])
    }
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "electron", fraction: 0.5), Species(name: "ion", fraction: 0.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try potential(0.5)), (0, 1, try potential(-0.4)), (1, 1, try potential(0.3))]))
    let initial = try ProductMixture(
      states: [
        MaxwellianState(
          geometry: geometry, sigma: [1], drift: [0.2], modulations: [.init(mode: one, amplitude: 0.3)]),
        MaxwellianState(
          geometry: geometry, sigma: [0.6], drift: [-0.1],
          modulations: [.init(mode: one, amplitude: -0.2, phase: 0.4)]),
      ])
    let electron = TestModels.point(model, 0, [0.5], one)
    let points = try [
      [electron], [TestModels.point(model, 1, [1], one)],
      [electron, TestModels.point(model, 1, [-0.25], one.negated)],
      [
        electron, TestModels.point(model, 0, [0], one.negated), TestModels.point(model, 1, [1], .zero),
      ],
    ].map { try Point($0, in: geometry) }
    func values(_ step: Double) throws -> [Complex<Double>] {
      let lattice = try FourierLattice(
        geometry: geometry, modes: 14, xiExtent: 16, timeStep: step, masses: [1, 1])
      let flow = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: Self.workers)
      let jets = try DysonJets(
        model: model, initial: initial, lattice: lattice, orders: 13, workers: Self.workers)
      return try [0.2, 0.35, 0.8, 1.4, 2].flatMap { time in
        try flow.advance(to: time)
        try jets.advance(to: time)
        return try points.flatMap { try [flow.value(at: $0)] + jets.terms(at: $0) }
      }
    }
    let (coarse, fine) = (try values(0.05), try values(0.025))
    let change = zip(coarse, fine).map { ($0 - $1).length }.max() ?? .infinity
    #expect(change < 1e-9, "\(change)")
    #expect(change > 0)
  }

  @Test("every step of every lattice is called; a callback that throws stops the run at once")
  func stopping() throws {
    let study = try Self.study(modes: 3, extent: 4, step: 0.2, orders: 2)
    var steps = 0
    _ = try study.run(workers: Self.workers) { steps += 1 }
    // Six steps to t = 1.2, nine on the refined lattice.
    #expect(steps == 6 + 9 + 6)
    struct Stop: Error {}
    steps = 0
    #expect(throws: Stop.self) {
      try study.run(workers: Self.workers) {
        steps += 1
        if steps == 5 { throw Stop() }
      }
    }
    #expect(steps == 5)
  }

  @Test(
    "from whatever step a run on a lattice goes on, its samples are the same to the bit", arguments: [1, 2])
  func resuming(components: Int) throws {
    let model = try TestModels.two(masses: [1, 2], scale: 2)
    let states = try TestModels.states(model)
    let initial = try ProductMixture(
      components: (0..<components).map {
        .init(weight: 1 / Double(components), states: $0 == 0 ? states : states.reversed())
      })
    let study = try DysonRemainder(
      model: model, initial: initial,
      lattice: FourierLattice(
        geometry: model.geometry, modes: 3, xiExtent: 4, timeStep: 0.2, masses: model.masses),
      times: [0.4, 1.2], points: Self.points(model), orders: 2)
    let whole = try study.start(on: .refined, workers: Self.workers)
    var moments: [SavedState] = []
    try whole.advance(to: 1.2) { moments.append(whole.state) }
    let record = try whole.record()
    #expect(moments.count == 9 && Set(moments.map(\.time)).count == 9)
    for moment in moments {
      let resumed = try study.start(on: .refined, workers: Self.workers)
      try resumed.restore(moment)
      try resumed.advance(to: 1.2)
      #expect(try resumed.record() == record)
      #expect(resumed.state == whole.state)
    }
    let name = try #require(moments[4].arrays.keys.min())
    var other = moments[4]
    other.arrays[name]?.removeLast()
    #expect(throws: SavedStateError.self) { try whole.restore(other) }
    other.arrays[name] = nil
    #expect(throws: SavedStateError.self) { try whole.restore(other) }
  }

  @Test("what is sampled at all points together are the values and the terms at each")
  func samples() throws {
    let study = try Self.study(modes: 3, extent: 4, step: 0.2, orders: 2)
    let moving = try study.start(on: .configured, workers: Self.workers)
    try moving.advance(to: study.times[0])
    let samples = try moving.record().samples
    for (point, sample) in zip(study.points, samples) {
      #expect(try sample.exact == moving.solution.value(at: point))
      #expect(try sample.terms == moving.series.terms(at: point))
      #expect(try sample.coarseExact == moving.solution.value(at: point, nodes: 8))
      #expect(try sample.coarseTerms == moving.series.terms(at: point, nodes: 8))
    }
    #expect(samples.count > study.points.count)
  }

  @Test("rows are made of what is there, and none of samples of another study")
  func unfinished() throws {
    let study = try Self.study(modes: 3, extent: 4, step: 0.2, orders: 2)
    let whole = try study.run(workers: Self.workers)
    var records = try DysonRemainder.Grid.allCases.map { grid in
      let moving = try study.start(on: grid, workers: Self.workers)
      return try study.times.map { time in
        try moving.advance(to: time)
        return try moving.record()
      }
    }
    #expect(try study.rows(records).map(\.?.budgets) == whole.map(\.budgets))
    records[2].removeLast()
    let rows = try study.rows(records)
    #expect(rows.map { $0 == nil } == study.points.flatMap { _ in [false, true] })
    #expect(rows[0]?.exact == whole[0].exact)
    let other = try Self.study(modes: 3, extent: 4, step: 0.2, orders: 3)
    records[1] = [try other.start(on: .configured, workers: Self.workers).record()]
    #expect(throws: ArgumentError.self) { try study.rows(records) }
  }

  @Test("times off the grid, points off the window or the modes and absurd orders are refused before the run")
  func refusals() throws {
    let model = try TestModels.two()
    func point(_ xi: Double, _ n: Int) throws -> Point {
      try Point([TestModels.point(model, 0, [xi], ModeIndex(n, 0, 0))], in: model.geometry)
    }
    #expect(throws: ArgumentError.self) { try Self.study(modes: 3, extent: 4, step: 0.2, times: [0.3]) }
    #expect(throws: ArgumentError.self) { try Self.study(modes: 3, extent: 4, step: 0.2, orders: 0) }
    #expect(throws: ArgumentError.self) {
      try Self.study(modes: 3, extent: 4, step: 0.2, points: [point(4.2, 0)])
    }
    // Inside at t = 0, outside at t = 1.2: −3.5 − 1.25·1.2.
    #expect(throws: ArgumentError.self) {
      try Self.study(modes: 3, extent: 4, step: 0.2, points: [point(-3.5, 1)])
    }
    #expect(throws: ArgumentError.self) {
      try Self.study(modes: 3, extent: 4, step: 0.2, points: [point(0, 4)])
    }
    #expect(throws: ArgumentError.self) {
      try Point(
        [PhasePoint(species: 0, xi: .zero, eta: SpaceVector(0.6, 0, 0))], in: model.geometry)
    }
  }

  @Test("a point on the very edge of the window stays inside every lattice of the study")
  func edgeOfTheWindow() throws {
    // 4.05/Δξ = 32.4 grid points of species 0: the window rounds; the finer lattice must not round it away.
    let model = try TestModels.two()
    for extent in [4.05, 4.07, 4.1] {
      let lattice = try FourierLattice(
        geometry: model.geometry, modes: 3, xiExtent: extent, timeStep: 0.2, masses: [1, 2])
      let edge = Double(lattice.halfWidths[0]) * lattice.spacing(0)
      let point = try Point(
        [TestModels.point(model, 0, [edge - 0.01], .zero)], in: model.geometry)
      let rows = try Self.study(
        modes: 3, extent: extent, step: 0.2, times: [0.4], orders: 1, points: [point]
      ).run(workers: Self.workers)
      #expect(rows.count == 1 && rows[0].budgets[0].isFinite)
    }
  }

  @Test("μ̄ and D_j are symmetric inside a species, real in phase space, and |μ̄| ≤ n_1^k n_2^ℓ")
  func symmetryRealityBound() throws {
    let model = try TestModels.two()
    let initial = try ProductMixture(states: TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 8, xiExtent: 10, timeStep: 0.1, masses: model.masses)
    let flow = try VlasovSolution(model: model, initial: initial, lattice: lattice, workers: Self.workers)
    let jets = try DysonJets(
      model: model, initial: initial, lattice: lattice, orders: 4, workers: Self.workers)
    try flow.advance(to: 0.8)
    try jets.advance(to: 0.8)
    let a = TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0))
    let b = TestModels.point(model, 1, [-0.3], ModeIndex(2, 0, 0))
    let c = TestModels.point(model, 0, [0.13], ModeIndex(-1, 0, 0))
    func negated(_ p: PhasePoint) -> PhasePoint {
      PhasePoint(species: p.species, xi: -p.xi, eta: -p.eta)
    }
    func both(_ particles: [PhasePoint]) throws -> [Complex<Double>] {
      let point = try Point(particles, in: model.geometry)
      return try [flow.value(at: point)] + jets.terms(at: point)
    }
    let values = try both([a, b, c])
    for (value, swapped) in zip(values, try both([c, b, a])) { #expect((value - swapped).length < 1e-17) }
    for (value, mirror) in zip(values, try both([negated(a), negated(b), negated(c)])) {
      #expect((value - mirror.conjugate).length < 1e-17)
    }
    #expect(values[0].length > 1e-5)
    let mass = 0.3 * 0.7 * 0.3
    #expect(values[0].length <= mass)
    let origin = TestModels.point(model, 0, [0], .zero)
    let other = TestModels.point(model, 1, [0], .zero)
    let masses = try both([origin, other, origin])
    #expect((masses[0] - Complex(mass)).length < 1e-15)
    for correction in masses.dropFirst(2) { #expect(correction.length < 1e-16) }
  }

  @Test("overflow or NaN of the state stops the run and says where")
  func notFinite() throws {
    let model = try TestModels.two(scale: 1e200)
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 3, xiExtent: 4, timeStep: 0.2, masses: model.masses)
    let point = try Point(
      [TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0))], in: model.geometry)
    func failure(_ states: [any OneParticleState], at time: Double) throws -> NumericalFailure? {
      let study = try DysonRemainder(
        model: model, initial: ProductMixture(states: states), lattice: lattice,
        times: [time], points: [point], orders: 3)
      return #expect(throws: NumericalFailure.self) { try study.run(workers: Self.workers) }
    }
    #expect(try failure(TestModels.states(model), at: 0.4)?.place.contains("force of mode") == true)
    struct Broken: OneParticleState {
      func value(xi: SpaceVector, eta: SpaceVector) -> Complex<Double> { Complex(.nan) }
      func isNonnegative(hbar: Double?) -> Bool { true }
    }
    #expect(try failure([Broken(), Broken()], at: 0)?.place.contains("point 0, t = 0") == true)
  }
}
