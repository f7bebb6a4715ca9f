import CLibraries
import DysonSeries
import Interaction
import LatticeTestModels
import Numerics
import PhaseSpace
import Testing

/// The trees against the jets: the same D_j from the lattice, to order 4.
@Suite("Trees against jets")
struct DysonTreesJetsTests {
  let workers = Workers(threads: 2)

  enum Case: String, CaseIterable { case classical, moyal, mixture, unequalMasses }

  @Test("four terms on the torus are the jets of the lattice", arguments: Case.allCases)
  func torus(kind: Case) throws {
    let model = try TestModels.two(
      kernel: kind == .moyal ? .moyal(hbar: 0.9) : .classical,
      masses: kind == .unequalMasses ? [1, 2] : [1, 1])
    let first = ProductMixture.Component(weight: 1, states: try TestModels.states(model))
    let second = ProductMixture.Component(weight: 0.3, states: try TestModels.states(model, scale: -1.5))
    let data = try ProductMixture(
      components: kind == .mixture
        ? [ProductMixture.Component(weight: 0.7, states: first.states), second] : [first])
    let points = [
      [TestModels.point(model, 0, [0.4], ModeIndex(1, 0, 0))],
      [
        TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0)),
        TestModels.point(model, 1, [-0.3], ModeIndex(-1, 0, 0)),
      ],
      [
        TestModels.point(model, 0, [0.5], ModeIndex(1, 0, 0)),
        TestModels.point(model, 0, [0.2], ModeIndex(0, 0, 0)),
        TestModels.point(model, 1, [-0.3], ModeIndex(-1, 0, 0)),
      ],
    ]
    let lattice = try FourierLattice(
      geometry: model.geometry, modes: 10, xiExtent: 16, timeStep: 0.05, masses: model.masses)
    let jets = try DysonJets(model: model, initial: data, lattice: lattice, orders: 5, workers: workers)
    try jets.advance(to: 1)
    let trees = try DysonTrees(model, initial: data)
    for (index, point) in points.enumerated() {
      let exact = try jets.terms(at: try Point(point, in: model.geometry))
      #expect((trees.zerothTerm(at: point) - exact[0]).length < 1e-12)
      for order in 1...4 {
        let term = try trees.term(
          order, at: point, time: 1, budget: .samples(order < 4 ? 200_000 : 2_000_000), stream: UInt32(index),
          workers: workers)
        #expect(
          term.agrees(with: exact[order], sigmas: 3.5), "D_\(order), point \(index): \(term), \(exact[order])"
        )
        if order == 1 { #expect(term.standardError <= 0.01 * exact[order].length) }
      }
    }
  }

  /// V̂ on R and its sampling κV̂(κm) on a period of 16π: the sums over modes are Riemann sums of smooth functions
  /// with bounded support, closer to the integrals than the error bars.
  @Test("four terms on the line are the jets of a large period")
  func line() throws {
    let kappa = 0.125
    let line = try TreeTests.bumps(dimension: 1)
    let circle = try TreeTests.bumps(
      dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi / kappa)))
    let data = try TreeTests.factorised(dimension: 1)
    let point = [TreeTests.particle(0, [0.7], [3 * kappa])]
    let lattice = try FourierLattice(
      geometry: circle.geometry, modes: 47, xiExtent: 9, timeStep: 0.2, masses: circle.masses)
    let jets = try DysonJets(model: circle, initial: data, lattice: lattice, orders: 5, workers: workers)
    try jets.advance(to: 1)
    let exact = try jets.terms(at: try Point(point, in: circle.geometry))
    let trees = try DysonTrees(line, initial: data)
    for order in 1...4 {
      let term = try trees.term(order, at: point, time: 1, budget: .samples(150_000), workers: workers)
      #expect(term.agrees(with: exact[order], sigmas: 3.5), "D_\(order): \(term) against \(exact[order])")
    }
  }
}
