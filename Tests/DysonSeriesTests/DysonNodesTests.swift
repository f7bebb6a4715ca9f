import CLibraries
import Computing
import DysonSeries
import Foundation
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("The Dyson series by nodes")
struct DysonNodesTests {
  static let workers = Workers(threads: 2)

  @Test("the terms and the solution are those of a fine lattice, to 1e-13")
  func lattice() throws {
    let model = try TestModels.two(masses: [1, 2])
    let states = try TestModels.states(model)
    let points = try DysonRemainderTests.points(model)
    let study = try DysonNodes(
      model: model, initial: ProductMixture(states: states), times: [0.4], points: points, orders: 5)
    let rows = try study.run(workers: Self.workers)
    // Two steps, and what is left of order 4 taken out of both.
    func values(_ step: Double) throws -> [[Complex<Double>]] {
      let lattice = try FourierLattice(
        geometry: model.geometry, modes: 16, xiExtent: 14, timeStep: step, masses: model.masses)
      let flow = try VlasovSolution(
        model: model, initial: ProductMixture(states: states), lattice: lattice, workers: Self.workers)
      let jets = try DysonJets(
        model: model, initial: ProductMixture(states: states), lattice: lattice, orders: 6,
        workers: Self.workers)
      try flow.advance(to: 0.4)
      try jets.advance(to: 0.4)
      return try points.map { try [flow.value(at: $0)] + jets.terms(at: $0) }
    }
    let (coarse, fine) = (try values(0.025), try values(0.0125))
    for (row, (a, b)) in zip(rows, zip(coarse, fine)) {
      for (own, (x, y)) in zip([row.exact] + row.terms, zip(a, b)) {
        let limit = y + (y - x).multiplied(by: 1.0 / 15)
        #expect((own - limit).length < 1e-13, "point \(row.point): \((own - limit).length)")
      }
      #expect(row.errors.exact < 1e-14)
      #expect(row.errors.terms.allSatisfy { $0 < 1e-14 && $0 > 0 })
    }
  }

  @Test("the solution is that of other nodes and other steps, far beyond the times of convergence")
  func solution() throws {
    let model = try TestModels.two(masses: [1, 2], scale: 2)
    let states = try TestModels.states(model)
    let study = try DysonNodes(
      model: model, initial: ProductMixture(states: states), times: [2, 5],
      points: [Point([TestModels.point(model, 1, [0.4], ModeIndex(1, 0, 0))], in: model.geometry)], orders: 1)
    let rows = try study.run(workers: Self.workers)
    var other = NodeSolution(model, states.compactMap { $0 as? MaxwellianState }, positions: 96, spacing: 0.1)
    for row in rows {
      let time = study.times[row.time]
      other.advance(to: time, step: 0.05)
      let value = other.value(species: 1, xi: 0.4 - 1.25 * time / 2, mode: 1)
      #expect((row.exact - value).length <= row.errors.exact, "t = \(time): \((row.exact - value).length)")
      #expect(row.errors.exact < 1e-13, "\(row.errors.exact)")
    }
  }

  @Test("of a mixture with two streams, masses and points of three particles the series sums to the solution")
  func series() throws {
    for row in try DysonNodesModel.easy.get().study().run(workers: Self.workers) {
      let last = row.remainders.count - 1
      #expect(row.remainders[last] <= row.budgets[last], "\(row.point) \(row.time): \(row.remainders)")
      #expect(row.budgets[last] < 1e-14)
      #expect(row.remainders[1] > 1e-8)
    }
  }

  @Test(
    "too few nodes say so: the errors cover the distance to many", arguments: numbers, scales)
  func tooFew(number: Int, scale: Double) throws {
    let model = try DysonNodesModel.hard.get()[number]
    let rows = try model.study(scale: scale, highestLevel: 1).run(workers: Self.workers)
    let truth = try Self.many[number].get()
    for (row, exact) in zip(rows, truth) {
      func expect(_ what: String, _ error: Double, _ own: Double, _ others: Double) {
        #expect(
          error <= own + others, "\(model), \(row.point) \(row.time) \(what): \(error) > \(own) + \(others)")
      }
      expect("exact", (row.exact - exact.exact).length, row.errors.exact, exact.errors.exact)
      for j in row.terms.indices {
        expect("D_\(j)", (row.terms[j] - exact.terms[j]).length, row.errors.terms[j], exact.errors.terms[j])
      }
      for j in row.remainders.indices {
        expect(
          "Δ_\(j + 1)", (row.remainders[j] - exact.remainders[j]).magnitude, row.budgets[j], exact.budgets[j])
      }
    }
  }

  private static let many = (0..<5).map { number in
    Result { try DysonNodesModel.hard.get()[number].study(scale: 1.3).run(workers: workers) }
  }

  /// All with VLASOV_CAMPAIGN=1; else those that are quick.
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"
  static let numbers = isCampaign ? Array(0..<5) : [0, 1, 3]
  static let scales = isCampaign ? [0.12, 0.25, 0.4, 0.55, 0.7, 0.85] : [0.25, 0.55]

  @Test("what is refined as far as it may be is right to 1e-12 of what is added up", arguments: numbers)
  func refined(number: Int) throws {
    for row in try Self.many[number].get() {
      #expect(row.errors.exact < 1e-12, "\(row.point) \(row.time) \(row.errors.exact)")
      for (j, error) in row.errors.terms.enumerated() {
        #expect(error < 1e-12 * max(1, row.terms[j].length), "\(row.point) \(row.time) \(j) \(error)")
      }
    }
  }

  @Test("bit-identical for any number of threads")
  func threads() throws {
    let study = try DysonNodesModel.easy.get().study()
    let (one, three) = (
      try study.start(workers: Workers(threads: 1)), try study.start(workers: Workers(threads: 3))
    )
    for time in study.times {
      try one.advance(to: time)
      try three.advance(to: time)
      #expect(try one.record() == three.record())
    }
    #expect(one.state == three.state)
  }

  @Test("stopped in the middle of its way, saved and restored, it ends in the same bits")
  func resumption() throws {
    struct Stop: Error {}
    // Refined on the way: the levels of the saved state are others than those of a new run.
    let study = try DysonNodesModel.hard.get()[0].study(scale: 0.6)
    let whole = try study.start(workers: Self.workers)
    var steps = 0
    for time in study.times { try whole.advance(to: time) { steps += 1 } }
    for stop in [1, steps / 3, steps - 2] {
      var (moving, count, place) = (try study.start(workers: Self.workers), 0, 0)
      func move() throws {
        while place < study.times.count {
          try moving.advance(to: study.times[place]) {
            count += 1
            if count == stop { throw Stop() }
          }
          place += 1
        }
      }
      #expect(throws: Stop.self) { try move() }
      let state = moving.state
      moving = try study.start(workers: Self.workers)
      try moving.restore(state)
      try move()
      #expect(count == steps, "\(count) \(steps)")
      #expect(try moving.record() == whole.record())
      #expect(moving.state == whole.state)
    }
    var broken = whole.state
    broken.arrays["levels"] = [0, 9]
    #expect(throws: SavedStateError.self) { try study.start(workers: Self.workers).restore(broken) }
  }

  @Test("refuses what has no nodes, with the reason")
  func refusals() throws {
    let model = try TestModels.two()
    let initial = try ProductMixture(states: TestModels.states(model))
    #expect(DysonNodes.obstacle(model, initial) == nil)
    let quantum = try model.with(kernel: .moyal(hbar: 0.1))
    #expect(DysonNodes.obstacle(quantum, initial) == "the classical kernel")
    let (plane, data) = try TestModels.inDimensions(2)
    #expect(DysonNodes.obstacle(plane, data) == "d = 1 and a torus")
    #expect(throws: HypothesisError.self) {
      try DysonNodes(model: plane, initial: data, times: [1], points: [], orders: 2)
    }
    #expect(throws: ArgumentError.self) {
      try DysonNodes(model: model, initial: initial, times: [1, 1], points: [], orders: 2)
    }
    #expect(throws: ArgumentError.self) {
      try DysonNodes(model: model, initial: initial, times: [1], points: [], orders: 0)
    }
  }
}
