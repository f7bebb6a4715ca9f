import CLibraries
import Computing
import Hierarchy
import Interaction
import PhaseSpace
import Testing
import Vlasov

@Suite("Shared orbitals against full storage")
struct OrbitalHierarchyTests {
  private typealias Models = TruncatedHierarchyModel

  /// One comparison: who closes, how many particles, which kernel.
  struct Case: Sendable, CustomStringConvertible {
    let closure: any Closure
    var rank = 2
    var particles: [Int]?
    var kernel = Kernel.classical
    var tolerance = 1e-5
    var description: String {
      "\(closure.name), rank \(rank), N = \(particles.map { "\($0)" } ?? "∞"), ħ = \(kernel.hbar ?? 0)"
    }
  }

  private static let cases = [
    Case(closure: ZeroClosure()), Case(closure: FactorisedClosure()), Case(closure: CumulantClosure()),
    Case(closure: CumulantClosure(), particles: [3, 7]),
    Case(closure: FactorisedClosure(), kernel: .moyal(hbar: 0.5)),
    Case(closure: CumulantClosure(), particles: [3, 7], kernel: .moyal(hbar: 0.5)),
  ]

  private func both(_ one: Case, modes: Int, extent: Double, step: Double) throws -> (
    full: TruncatedHierarchy, orbitals: OrbitalHierarchy
  ) {
    let model = try Models.plasma(
      strength: 0.8, fractions: [0.3, 0.7], kernel: one.kernel, particles: one.particles)
    let lattice = try Models.lattice(model, modes: modes, extent: extent, step: step)
    let initial = try Models.mixture(model)
    return (
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: one.rank, closure: one.closure,
        workers: Workers(threads: 1)),
      try OrbitalHierarchy(
        model: model, initial: initial, lattice: lattice, rank: one.rank, closure: one.closure,
        tolerance: one.tolerance)
    )
  }

  @Test("two particles: within the error estimate, which is within 30 times the error", arguments: cases)
  func pairs(one: Case) throws {
    let (full, orbitals) = try both(one, modes: 2, extent: 8, step: 0.25)
    #expect(try orbitals.largestDistance(to: full) < 1e-13, "the data are exact")
    try full.advance(to: 1)
    try orbitals.advance(to: 1)
    let (found, estimate) = (try orbitals.largestDistance(to: full), orbitals.errors.largest() ?? 0)
    // Where the basis closes on itself, what is left is the edge of the window, which the two cut off differently.
    #expect(found <= estimate + 5e-8, "\(found) beyond \(estimate)")
    #expect(estimate <= 30 * found, "\(estimate) against \(found)")
    if orbitals.widest.allSatisfy({ $0 < orbitals.mostOrbitals }) {
      #expect(estimate <= one.tolerance, "what was asked for")
    } else {
      #expect(one.particles != nil, "ten particles that feel each other fill all orbitals")
    }
  }

  @Test(
    "three particles on a coarse lattice",
    arguments: [ZeroClosure() as any Closure, FactorisedClosure(), CumulantClosure()])
  func triples(closure: any Closure) throws {
    let (full, orbitals) = try both(
      Case(closure: closure, rank: 3, tolerance: 1e-3), modes: 1, extent: 6, step: 0.5)
    try full.advance(to: 1)
    try orbitals.advance(to: 1)
    let (found, estimate) = (try orbitals.largestDistance(to: full), orbitals.errors.largest() ?? 0)
    #expect(found <= estimate && estimate <= 30 * found, "\(found) against \(estimate)")
  }

  @Test("a tighter tolerance, a smaller error, in proportion")
  func tolerances() throws {
    let errors = try [1e-3, 1e-5, 1e-7].map { tolerance in
      let (full, orbitals) = try both(
        Case(closure: FactorisedClosure(), tolerance: tolerance), modes: 2, extent: 10, step: 0.25)
      try full.advance(to: 0.75)
      try orbitals.advance(to: 0.75)
      return try orbitals.largestDistance(to: full)
    }
    #expect(errors[0] > 10 * errors[1] && errors[1] > 10 * errors[2], "\(errors)")
  }

  @Test("two tolerances differ by no more than what both say they miss")
  func errorsOfTwoTolerances() throws {
    // Entries over functions that begin to count within a step have to find their way into the closed marginal.
    let (_, coarse) = try both(
      Case(closure: CumulantClosure(), tolerance: 1e-6), modes: 3, extent: 8, step: 0.0625)
    let (_, fine) = try both(
      Case(closure: CumulantClosure(), tolerance: 1e-8), modes: 3, extent: 8, step: 0.0625)
    try coarse.advance(to: 0.25)
    try fine.advance(to: 0.25)
    for (number, order) in fine.orders.enumerated() {
      let distance = try coarse.distance(order, to: fine).l2 / fine.norms[number]
      #expect(distance <= coarse.errors[number] + fine.errors[number], "\(order): \(distance)")
    }
    #expect(fine.ranks.allSatisfy { $0 <= 6 }, "no functions made of what was forgotten: \(fine.ranks)")
  }

  @Test("values at any sites in any order are those of full storage, and mirrored ones conjugate")
  func values() throws {
    let (full, orbitals) = try both(Case(closure: CumulantClosure()), modes: 2, extent: 8, step: 0.25)
    try full.advance(to: 0.5)
    try orbitals.advance(to: 0.5)
    let sites = [(0, 1, 3), (1, -2, -5), (1, 0, 7), (0, -1, 0)]
    for (a, n, g) in sites {
      for (b, m, h) in sites {
        let (modes, points) = ([n, m].map { ModeIndex($0, 0, 0) }, [g, h].map { ModeIndex($0, 0, 0) })
        let (own, other) = (
          orbitals.value(species: [a, b], modes: modes, points: points),
          full.value(species: [a, b], modes: modes, points: points)
        )
        #expect((own - other).length < 1e-5)
        let mirrored = orbitals.value(
          species: [b, a], modes: modes.reversed().map(\.negated), points: points.reversed().map(\.negated))
        #expect((own - mirrored.conjugate).length < 1e-15, "exchange and reality are exact")
      }
    }
    #expect(orbitals.value(species: [0], modes: [ModeIndex(3, 0, 0)], points: [.zero]) == .zero)
  }

  @Test("a resumed run goes on to the same bits")
  func resumption() throws {
    let one = Case(closure: CumulantClosure(), tolerance: 1e-4)
    let (_, straight) = try both(one, modes: 2, extent: 8, step: 0.25)
    let (_, resumed) = try both(one, modes: 2, extent: 8, step: 0.25)
    try straight.advance(to: 0.5)
    try resumed.restore(straight.state)
    try straight.advance(to: 1)
    try resumed.advance(to: 1)
    #expect(straight.state == resumed.state)
    #expect(straight.resolution() == resumed.resolution())
    var broken = straight.state
    broken.arrays["cores"]?.removeLast()
    #expect(throws: SavedStateError.self) { try resumed.restore(broken) }
  }

  @Test("factorised data stay factorised at N = ∞: the orbitals are those of the Vlasov solution")
  func products() throws {
    let model = try Models.plasma(strength: 0.8, fractions: [0.3, 0.7])
    let lattice = try Models.lattice(model, modes: 3, extent: 9, step: 0.25)
    let initial = try Models.factorised(model)
    let orbitals = try OrbitalHierarchy(
      model: model, initial: initial, lattice: lattice, rank: 3, closure: CumulantClosure(), tolerance: 1e-6)
    try orbitals.advance(to: 1)
    let reference = try Models.reference(model, initial, lattice, steps: 4)
    for (number, order) in orbitals.orders.enumerated() {
      let distance = orbitals.distance(order, to: reference)
      // Products of Lawson steps are not a Lawson step of products, at order Δt⁵.
      #expect(distance.l2 <= orbitals.norms[number] * 1e-6 * Double(order.rank), "\(order)")
      #expect(distance.maximum <= distance.referenceMaximum * 1e-6 * Double(order.rank), "\(order)")
    }
    #expect(orbitals.ranks.allSatisfy { $0 <= 2 }, "\(orbitals.ranks)")
  }

  @Test("at rank 6 factorised data stay the Vlasov product, to what is said of them")
  func productsAtRankSix() throws {
    let model = try Models.plasma(strength: 0.8, fractions: [0.3, 0.7])
    let lattice = try Models.lattice(model, modes: 3, extent: 9, step: 0.125)
    let initial = try Models.factorised(model)
    let orbitals = try OrbitalHierarchy(
      model: model, initial: initial, lattice: lattice, rank: 6, closure: CumulantClosure(), tolerance: 1e-5)
    try orbitals.advance(to: 0.25)
    let reference = try Models.reference(model, initial, lattice, steps: 2)
    for (number, order) in orbitals.orders.enumerated() {
      let distance = orbitals.distance(order, to: reference).l2 / orbitals.norms[number]
      // Products of Lawson steps are not a Lawson step of products, at order Δt⁵.
      #expect(distance <= orbitals.errors[number] + 1e-7 * Double(order.rank), "\(order): \(distance)")
    }
    let estimate = orbitals.errors.largest() ?? .nan
    #expect(estimate <= 0.25 * 1e-5, "what was asked for: \(estimate)")
  }

  @Test("the zero closure at N = ∞ is the Dyson series: rank 4's mean is rank 2's plus terms of order 3")
  func dysonSums() throws {
    // S_{R−k+1}: w^{(1)} at rank R has D_0 … D_{R−1}, so that ranks R and R + 1 differ by D_R, of order t^R.
    let model = OneSpeciesModel(strength: 0.4, components: [(1, 0.3, 0)], modes: 3, extent: 8, step: 0.125)
    func mean(rank: Int, time: Double) throws -> OrbitalHierarchy {
      let orbitals = try OrbitalHierarchy(
        model: model.model(), initial: model.initial(), lattice: model.lattice(), rank: rank,
        closure: ZeroClosure(), tolerance: 1e-7)
      try orbitals.advance(to: time)
      return orbitals
    }
    let order = MarginalOrder([1])
    let one = try mean(rank: 1, time: 0.25)
    let two = try mean(rank: 2, time: 0.25)
    // D_1 by quadrature at some sites.
    let lattice = try model.lattice()
    for (n, g) in [(0, 8), (1, 0), (1, 12), (-2, 4)] {
      let (modes, points) = ([ModeIndex(n, 0, 0)], [ModeIndex(g, 0, 0)])
      let term =
        two.value(species: [0], modes: modes, points: points)
        - one.value(species: [0], modes: modes, points: points)
      let expected = model.firstTerm(lattice.spacing(0) * Double(g), n, time: 0.25)
      #expect((term.real - expected).magnitude < 1e-6 && term.imaginary.magnitude < 1e-6, "\(n), \(g)")
    }
    let early = try mean(rank: 4, time: 0.25).distance(order, to: mean(rank: 3, time: 0.25)).l2
    let late = try mean(rank: 4, time: 0.5).distance(order, to: mean(rank: 3, time: 0.5)).l2
    #expect(late / early > 6 && late / early < 20, "D_3 = O(t³) and more: \(late / early)")
  }

  @Test("at t = 20 masses, contraction and orthonormality hold to the estimate")
  func longTime() throws {
    let model = OneSpeciesModel(
      strength: 0.05, sigma: 0.5, components: [(0.6, 0.1, 0), (0.4, -0.1, 0)], modes: 2, extent: 30, step: 0.5
    )
    let orbitals = try OrbitalHierarchy(
      model: model.model(), initial: model.initial(), lattice: model.lattice(), rank: 3,
      closure: CumulantClosure(), tolerance: 1e-5)
    try orbitals.advance(to: 20)
    let estimate = orbitals.errors.largest() ?? 0
    #expect(estimate < 20 * 1e-5 && estimate > 0)
    for rank in 1...3 {
      let zero = [ModeIndex](repeating: .zero, count: rank)
      let mass = orbitals.value(species: zero.map { _ in 0 }, modes: zero, points: zero)
      #expect((mass - 1).length < 10 * estimate, "rank \(rank)")
    }
  }

  @Test("what it cannot do it says")
  func refusals() throws {
    struct Pairing: Closure {
      let name = "pairing"
      func terms(particles: Int) -> [ClosureTerm] { [.init(coefficient: 1, blocks: [[0, 1], [2]])] }
    }
    let model = try Models.plasma(strength: 1)
    let lattice = try Models.lattice(model, modes: 1, extent: 4, step: 0.5)
    let initial = try Models.mixture(model)
    func make(_ closure: any Closure, rank: Int = 2, tolerance: Double = 1e-3) throws -> OrbitalHierarchy {
      try OrbitalHierarchy(
        model: model, initial: initial, lattice: lattice, rank: rank, closure: closure, tolerance: tolerance)
    }
    #expect(throws: HypothesisError.self) { try make(Pairing()) }
    #expect(throws: HypothesisError.self) { try make(ExactClosure()) }
    for tolerance in [0, -1, 2, Double.nan] {
      #expect(throws: ArgumentError.self) { try make(ZeroClosure(), tolerance: tolerance) }
    }
    #expect(throws: ArgumentError.self) { try make(ZeroClosure(), rank: 9) }
  }
}
