import CLibraries
import DysonSeries
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Trees continued from the flow")
struct DysonTreesContinuationTests {
  let workers = Workers(threads: 2)

  @Test("from w_s of the flow the trees give the terms of the restarted jets, and their sum the flow at t")
  func continuation() throws {
    let model = try TestModels.two()
    let data = try ProductMixture(states: try TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 12, xiExtent: 22, timeStep: 0.05, masses: model.masses)
    let flow = try VlasovSolution(model: model, initial: data, lattice: lattice, workers: workers)
    try flow.advance(to: 1)
    let state = FlowState(flow, model: model, initial: data)
    #expect(state.isNonnegative(hbar: nil) && !state.isNonnegative(hbar: 0.1))
    let point = [TestModels.point(model, 1, [0.6], ModeIndex(1, 0, 0))]
    let restarted = state.restarted(point, masses: model.masses)
    let jets = try DysonJets(restarting: flow, orders: 5, workers: workers)
    try jets.advance(to: 0.5)
    let exact = try jets.terms(at: try Point(restarted, in: model.geometry))
    let trees = try DysonTrees(model, initial: state)
    var sum = trees.zerothTerm(at: restarted)
    var variance = 0.0
    for order in 1...2 {
      let term = try trees.term(
        order, at: restarted, time: 0.5, budget: .samples(40_000), workers: workers)
      #expect(term.agrees(with: exact[order], sigmas: 3.5), "D_\(order): \(term) against \(exact[order])")
      sum += term.value
      variance += term.standardError * term.standardError
    }
    try flow.advance(to: 1.5)
    let solution = try flow.value(at: try Point(point, in: model.geometry))
    // What is missing are the terms from D_3 on, as the jets give them.
    let rest = exact[3].length + 2 * exact[4].length
    #expect((sum - solution).length <= 3.5 * variance.squareRoot() + rest + 1e-7)
    #expect((trees.zerothTerm(at: restarted) - solution).length > 2 * rest)
  }

  @Test("a term that leaves the window of the lattice fails")
  func window() throws {
    let model = try TestModels.two()
    let data = try ProductMixture(states: try TestModels.states(model))
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 4, xiExtent: 2, timeStep: 0.05, masses: model.masses)
    let flow = try VlasovSolution(model: model, initial: data, lattice: lattice, workers: workers)
    let trees = try DysonTrees(model, initial: FlowState(flow, model: model, initial: data))
    #expect(throws: NumericalFailure.self) {
      try trees.term(
        2, at: [TestModels.point(model, 0, [1.9], ModeIndex(-1, 0, 0))], time: 2, budget: .samples(3200))
    }
  }
}
