import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// The cumulant closure with its correlations damped: w_B/c_B → Σ over partitions of cumulants, each of size > 1 times γ.
private struct DampedCumulantClosure: Closure {
  let name = "damped cumulant"
  /// γ: 1 is the cumulant closure, 0 the factorised one.
  let damping: Double

  func terms(particles: Int) -> [ClosureTerm] {
    // Σ_π' Π_B γ_B c_B with every c_B expanded by Möbius inversion; the top cumulant is left out.
    var sum: [[[Int]]: Double] = [:]
    for partition in SetPartitions.all(of: particles) where partition.count > 1 {
      var products: [([[Int]], Double)] = [([], 1)]
      for block in partition {
        let inner = SetPartitions.all(of: block.count)
        products = products.flatMap { blocks, coefficient in
          inner.map { pieces in
            (
              blocks + pieces.map { piece in piece.map { block[$0] } },
              coefficient * SetPartitions.ursell(blocks: pieces.count) * (block.count > 1 ? damping : 1)
            )
          }
        }
      }
      for (blocks, coefficient) in products {
        sum[blocks.sorted { $0.lexicographicallyPrecedes($1) }, default: 0] += coefficient
      }
    }
    return sum.filter { $0.value != 0 }.sorted { "\($0.key)" < "\($1.key)" }
      .map { ClosureTerm(coefficient: $0.value, blocks: $0.key) }
  }
}

@Suite("Closures of truncated hierarchies")
struct TruncatedHierarchyClosureTests {
  private typealias Models = TruncatedHierarchyModel
  private let workers = Workers(threads: 2)

  @Test("Ursell coefficients of a product of independent factors cancel", arguments: 2...5)
  func cumulantsOfIndependentParticlesVanish(n: Int) {
    let sum = SetPartitions.all(of: n).reduce(0) { $0 + SetPartitions.ursell(blocks: $1.count) }
    #expect(sum == 0)
    #expect(SetPartitions.all(of: n).count == [1, 1, 2, 5, 15, 52][n])
    let closure = CumulantClosure().terms(particles: n)
    #expect(closure.reduce(0) { $0 + $1.coefficient } == 1)
  }

  @Test("zero closure at rank R is the Dyson partial sum S_{R−k−ℓ+1}", arguments: [2, 3])
  func zeroClosureIsDysonPartialSum(rank: Int) throws {
    let model = try Models.plasma(strength: 1, fractions: [0.4, 0.6])
    let initial = try Models.factorised(model)
    func defect(_ step: Double) throws -> Double {
      let (modes, extent, time) = rank == 2 ? (3, 4.0, 0.8) : (2, 1.6, 0.4)
      let lattice = try Models.lattice(model, modes: modes, extent: extent, step: step)
      let steps = Int((time / step).rounded())
      // What transport from the edge of the window has reached is cut differently by the two steps.
      let inside = extent - Double(modes) * time + 1e-9
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: rank, closure: ZeroClosure(), workers: workers
      )
      try hierarchy.advance(steps: steps)
      let jets = try VlasovLattice(
        model: model, states: initial.components[0].states, lattice: lattice,
        coupling: .perturbative(orders: rank), workers: workers)
      try jets.advance(steps: steps)
      var worst = 0.0
      for counts in [[1, 0], [0, 1], [1, 1], [2, 0]] {
        let order = MarginalOrder(counts)
        let orders = rank - order.rank + 1
        let slots = order.slots
        let marginal = try hierarchy.marginal(order)
        var index = 0
        marginal.forEachIndex { modes, points in
          defer { index += 1 }
          guard points.allSatisfy({ (Double($0[0]) * lattice.spacing(0)).magnitude <= inside }) else {
            return
          }
          var series: [Complex<Double>] = [1] + Array(repeating: .zero, count: orders - 1)
          for (slot, species) in slots.enumerated() {
            let jet = (0..<orders).map {
              jets.gridValue(species: species, order: $0, mode: modes[slot], point: points[slot])
            }
            series = (0..<orders).map { j in
              (0...j).reduce(Complex<Double>.zero) { $0 + series[$1] * jet[j - $1] }
            }
          }
          let sum = series.reduce(Complex<Double>.zero, +)
          worst = max(worst, (marginal.values[index] - sum).length)
        }
      }
      return worst
    }
    let defects = [try defect(0.4), try defect(0.2)]
    // Far below the 1e-7 of two independent discretisations: Lawson's RK4 of the linear chain of marginals and of the jets is
    // the same polynomial of Δt, so that even the time-stepping errors agree.
    for defect in defects { #expect(defect < 1e-13, "\(defects)") }
  }

  @Test("factorised data stay factorised under the factorised and the cumulant closure, at order 4")
  func factorisedDataStayFactorised() throws {
    let model = try Models.plasma(strength: 1)
    let initial = try Models.factorised(model)
    for closure in [FactorisedClosure(), CumulantClosure()] as [any Closure] {
      var errors: [Double] = []
      for step in [0.4, 0.2] {
        let lattice = try Models.lattice(model, modes: 4, extent: 4, step: step)
        let hierarchy = try TruncatedHierarchy(
          model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, workers: workers)
        let steps = Int((0.8 / step).rounded())
        try hierarchy.advance(steps: steps)
        let reference = try Models.reference(model, initial, lattice, steps: steps)
        errors.append(hierarchy.orders.map { hierarchy.distance($0, to: reference).maximum }.max() ?? 1)
      }
      #expect(errors[1] < 1e-7, "\(closure.name): \(errors)")
      #expect(try ConvergenceOrder.local(steps: [0.4, 0.2], errors: errors)[0] > 3.5, "\(errors)")
    }
  }

  /// Tests/References/truncated_hierarchy.py, as for the next.
  @Test("fewer than sixteen ξ points: the errors that an independent program finds", arguments: [3.5, 4])
  func fewPoints(extent: Double) throws {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let cosine = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.5)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "e", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, cosine)]))
    let state = try MaxwellianState(
      geometry: geometry, sigma: [1], drift: [0],
      modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: 0.3)])
    let initial = try ProductMixture(states: [state])
    let lattice = try Models.lattice(model, modes: 1, extent: extent, step: 1)
    #expect(lattice.pointCount(0) == (extent == 4 ? 17 : 15))
    let reference = try Models.reference(model, initial, lattice, steps: 1)
    for (closure, rank, expected) in [(CumulantClosure(), 2, 7.1e-5), (FactorisedClosure(), 3, 3.8e-5)]
      as [(any Closure, Int, Double)]
    {
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: rank, closure: closure, workers: workers)
      try hierarchy.advance(steps: 1)
      let error = hierarchy.distance(MarginalOrder([rank]), to: reference).maximum
      #expect((error / expected - 1).magnitude < 0.03, "\(closure.name), extent \(extent): \(error)")
    }
  }

  @Test(
    "mixture data: the closure errors of an independent program",
    arguments: [
      ("zero", [6.446e-04, 1.666e-03, 1.106e-03, 2.478e-03, 4.464e-03]),
      ("factorised", [6.414e-04, 1.651e-03, 1.087e-03, 2.464e-03, 4.460e-03]),
      ("cumulant", [3.296e-05, 1.029e-04, 2.559e-05, 6.648e-05, 1.395e-04]),
    ])
  func mixtureErrors(name: String, expected: [Double]) throws {
    let model = try Models.plasma(strength: 0.8, fractions: [0.4, 0.6])
    let initial = try Models.mixture(model)
    let lattice = try Models.lattice(model, modes: 4, extent: 5, step: 0.25)
    let closures: [any Closure] = [ZeroClosure(), FactorisedClosure(), CumulantClosure()]
    let closure = try #require(closures.first { $0.name == name })
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, workers: workers)
    try hierarchy.advance(steps: 4)
    let reference = try Models.reference(model, initial, lattice, steps: 4)
    for (counts, error) in zip([[1, 0], [0, 1], [2, 0], [1, 1], [0, 2]], expected) {
      let measured = hierarchy.distance(MarginalOrder(counts), to: reference).maximum
      #expect((measured / error - 1).magnitude < 0.01, "\(counts): \(measured) against \(error)")
    }
  }

  @Test("mixture data: the cumulant closure is better at rank 3 than at rank 2, up to t = 1")
  func higherRankIsBetter() throws {
    let model = try Models.plasma(strength: 1)
    let initial = try Models.mixture(model)
    let lattice = try Models.lattice(model, modes: 2, extent: 2, step: 0.25)
    var errors: [[Double]] = []
    for rank in 2...3 {
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: rank, closure: CumulantClosure(),
        workers: workers)
      var own: [Double] = []
      for steps in [2, 4] {
        try hierarchy.advance(steps: 2)
        let reference = try Models.reference(model, initial, lattice, steps: steps)
        own.append(hierarchy.distance(MarginalOrder([1, 0]), to: reference).maximum)
        own.append(hierarchy.distance(MarginalOrder([1, 1]), to: reference).maximum)
      }
      errors.append(own)
    }
    for (pair, triple) in zip(errors[0], errors[1]) { #expect(triple < pair, "\(errors)") }
    #expect(errors[1][0] < errors[0][0] / 2, "\(errors)")
  }

  @Test("a closure of one's own: damping 1 is the cumulant closure, 0 the factorised one")
  func closureOfOnesOwn() throws {
    let model = try Models.plasma(strength: 1, fractions: [0.3, 0.7])
    let initial = try Models.mixture(model)
    let lattice = try Models.lattice(model, modes: 2, extent: 2, step: 0.25)
    func run(_ closure: any Closure) throws -> TruncatedHierarchy {
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, workers: workers)
      try hierarchy.advance(steps: 4)
      return hierarchy
    }
    let order = MarginalOrder([1, 1])
    let cumulant = try run(CumulantClosure())
    let factorised = try run(FactorisedClosure())
    #expect(try run(DampedCumulantClosure(damping: 1)).distance(order, to: cumulant).maximum < 1e-15)
    #expect(try run(DampedCumulantClosure(damping: 0)).distance(order, to: factorised).maximum < 1e-15)
    let half = try run(DampedCumulantClosure(damping: 0.5))
    let whole = try factorised.distance(order, to: cumulant).maximum
    let part = try half.distance(order, to: cumulant).maximum
    #expect(part > 0.3 * whole && part < 0.7 * whole)
  }

  @Test("closures that are no partitions, and the exact closure away from R = N, are refused")
  func badClosures() throws {
    struct Overlapping: Closure {
      let name = "overlapping"
      func terms(particles: Int) -> [ClosureTerm] {
        [ClosureTerm(coefficient: 1, blocks: [[0, 1], [1, 2]])]
      }
    }
    let model = try Models.plasma(strength: 1)
    let initial = try Models.factorised(model)
    let lattice = try Models.lattice(model, modes: 1, extent: 1, step: 0.5)
    #expect(throws: ArgumentError.self) {
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: Overlapping(), workers: workers)
    }
    #expect(throws: HypothesisError.self) {
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: ExactClosure(), workers: workers)
    }
    let large = try Models.lattice(model, modes: 20, extent: 30, step: 0.05)
    #expect(throws: MemoryError.self) {
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: large, rank: 3, closure: ZeroClosure(), workers: workers)
    }
  }
}
