import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing

@Suite("Conservation, symmetry and restarts of truncated hierarchies")
struct TruncatedHierarchyConservationTests {
  private typealias Models = TruncatedHierarchyModel
  private let workers = Workers(threads: 2)

  @Test(
    "mass, contraction, reality and symmetry to rounding; momentum as the differences show it, order 8; energy, order 4",
    arguments: [false, true])
  func conservation(isFinite: Bool) throws {
    let particles = isFinite ? [4, 6] : nil
    let model = try Models.plasma(
      strength: 1.5, fractions: [0.4, 0.6], kernel: isFinite ? .moyal(hbar: 0.3) : .classical,
      particles: particles)
    let initial = try Models.mixture(model)
    var (drifts, momenta): ([Double], [Double]) = ([], [])
    for step in [0.5, 0.25] {
      let lattice = try Models.lattice(model, modes: 3, extent: 9, step: step)
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: CumulantClosure(),
        workers: workers)
      let before = try hierarchy.report()
      #expect(before.contractionDefect < 1e-15 && before.largestRatio < 1 + 1e-14)
      try hierarchy.advance(steps: Int((1.5 / step).rounded()))
      let after = try hierarchy.report()
      #expect(after.massDefect < 1e-14)
      #expect(after.contractionDefect < 1e-14, "\(after.contractionDefect)")
      #expect(after.symmetryDefect < 1e-15 && after.realityDefect < 1e-15)
      momenta.append((after.momentum[0] - before.momentum[0]).magnitude)
      #expect((after.kineticEnergy - before.kineticEnergy).magnitude > 1e-3, "energy is exchanged")
      #expect(after.highestCumulant > 1e-4)
      drifts.append((after.energy - before.energy).magnitude)
    }
    // v_m = v_{−m}: the forces cancel exactly at ξ = 0, in every stage of the step. What is left is the error of the
    // eighth-order differences that read the momentum off the grid, and Δξ is κΔt/2.
    #expect(momenta[1] < 1e-7, "\(momenta)")
    #expect(momenta[0] / momenta[1] > 128, "\(momenta)")
    #expect(drifts[1] < 2e-5, "\(drifts)")
    #expect(try ConvergenceOrder.local(steps: [0.5, 0.25], errors: drifts)[0] > 3.4, "\(drifts)")
  }

  @Test("a closure that treats particles unequally breaks the symmetry, and the report shows it")
  func reportShowsDefects() throws {
    struct PairClosure: Closure {
      let name = "pair"
      func terms(particles: Int) -> [ClosureTerm] { [ClosureTerm(coefficient: 2, blocks: [[0, 1], [2]])] }
    }
    struct LeadingClosure: Closure {
      let name = "leading"
      func terms(particles: Int) -> [ClosureTerm] { [ClosureTerm(coefficient: 1, blocks: [[0], [1, 2]])] }
    }
    let model = try Models.plasma(strength: 4)
    let initial = try Models.mixture(model)
    let lattice = try Models.lattice(model, modes: 2, extent: 4, step: 0.25)
    func report(_ closure: any Closure) throws -> ClosureReport {
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: closure, workers: workers)
      try hierarchy.advance(steps: 8)
      return try hierarchy.report()
    }
    #expect(try report(CumulantClosure()).symmetryDefect < 1e-14)
    #expect(try report(LeadingClosure()).symmetryDefect > 1e-4)
    #expect(try report(PairClosure()).contractionDefect > 1e-2)
  }

  @Test(
    "a density below zero is unphysical beyond what the lattice makes ring, and never physical by more than a thousandth"
  )
  func negativeDensities() throws {
    func report(
      strength: Double, modes: Int, extent: Double, steps: Int = 2, _ closure: any Closure
    ) throws -> ClosureReport {
      let model = try Models.plasma(strength: strength)
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: Models.factorised(model),
        lattice: Models.lattice(model, modes: modes, extent: extent, step: 0.5 / Double(steps)), rank: 1,
        closure: closure, workers: workers)
      try hierarchy.advance(steps: steps)
      return try hierarchy.report()
    }
    // The exact solution is a density; two modes and a narrow window make it ring.
    let coarse = try report(strength: 4, modes: 2, extent: 4, FactorisedClosure())
    #expect(coarse.state == .undecided && (coarse.densityRange?.lowerBound ?? 0) < -1e-4, "\(coarse)")
    let fine = try report(strength: 4, modes: 8, extent: 12, steps: 8, FactorisedClosure())
    #expect(fine.state == .physical, "\(fine)")
    // The second partial sum of a strongly coupled series is no density.
    let model = try Models.plasma(strength: 16)
    let strong = try TruncatedHierarchy(
      model: model, initial: Models.mixture(model),
      lattice: Models.lattice(model, modes: 6, extent: 10, step: 0.25), rank: 2, closure: ZeroClosure(),
      workers: workers)
    try strong.advance(steps: 2)
    let found = try strong.report()
    #expect((found.densityTail ?? 1) < 1e-4 && (found.densityRange?.lowerBound ?? 0) < -1e-3, "\(found)")
    #expect(found.state == .unphysical && found.reasons.contains { $0.contains("(q,p)") }, "\(found.reasons)")
  }

  @Test("the reconstructed density of the initial Maxwellian is the Maxwellian")
  func reconstruction() throws {
    let model = try Models.plasma(strength: 1, fractions: [0.4, 0.6])
    let lattice = try Models.lattice(model, modes: 2, extent: 9, step: 0.25)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: Models.factorised(model), lattice: lattice, rank: 1,
      closure: FactorisedClosure(),
      workers: workers)
    let density = try hierarchy.density(species: 1)
    for (i, q) in density.positions.enumerated() {
      for (j, p) in density.momenta.enumerated() {
        let x = (p + 0.2) / 0.8
        let exact =
          0.6 * (1 - 0.2 * Double.cos(q)) * Double.exp(-x * x / 2) / (0.8 * (2 * Double.pi).squareRoot())
        #expect((density.values[i * density.momenta.count + j] - exact).magnitude < 1e-9)
      }
    }
    #expect(try hierarchy.report().state == .physical)
  }

  @Test("a restart in mid-run is bit-identical, and so is any number of threads", arguments: [2, 3])
  func restart(rank: Int) throws {
    let model = try Models.plasma(strength: 1, fractions: [0.3, 0.7])
    let initial = try Models.mixture(model)
    let lattice = try Models.lattice(model, modes: rank == 2 ? 2 : 1, extent: rank == 2 ? 2 : 1, step: 0.25)
    func start(_ threads: Int) throws -> TruncatedHierarchy {
      try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: rank, closure: CumulantClosure(),
        workers: Workers(threads: threads))
    }
    let whole = try start(2)
    try whole.advance(steps: 3)
    let saved = whole.state
    try whole.advance(steps: 2)
    let resumed = try start(1)
    try resumed.restore(saved)
    try resumed.advance(steps: 2)
    #expect(resumed.state == whole.state)
    #expect(throws: SavedStateError.self) { try resumed.restore(SavedState(time: 0, arrays: ["w": [1]])) }
    #expect(throws: SavedStateError.self) {
      try resumed.restore(SavedState(time: 0.03, arrays: saved.arrays))
    }
  }

  @Test("in two dimensions too, with unequal masses: factorised data stay factorised at rank 2")
  func twoDimensions() throws {
    let geometry = try PhaseSpaceGeometry(dimension: 2, domain: .torus(length: 5))
    let model = try Model(
      geometry: geometry,
      species: [Species(name: "a", fraction: 0.5, mass: 1), Species(name: "b", fraction: 0.5, mass: 1.5)],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (
            0, 0,
            try TrigonometricPotential(
              modes: [
                .init(mode: ModeIndex(1, 0, 0), coefficient: 0.3),
                .init(mode: ModeIndex(1, -1, 0), coefficient: 0.2),
              ])
          ), (0, 1, try TrigonometricPotential(modes: [.init(mode: ModeIndex(0, 1, 0), coefficient: -0.4)])),
        ]))
    let states: [any OneParticleState] = try [0.8, 0.9].map {
      try MaxwellianState(
        geometry: geometry, sigma: [$0, 0.7], drift: [0.2, -0.1],
        modulations: [
          .init(mode: ModeIndex(1, 0, 0), amplitude: 0.3, phase: 0.4),
          .init(mode: ModeIndex(0, 1, 0), amplitude: 0.2, phase: 1),
        ])
    }
    let initial = try ProductMixture(states: states)
    let lattice = try FourierLattice(
      geometry: geometry, modes: 1, xiExtent: 1, timeStep: 0.4, masses: model.masses)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: initial, lattice: lattice, rank: 2, closure: CumulantClosure(), workers: workers)
    try hierarchy.advance(steps: 2)
    let reference = try Models.reference(model, initial, lattice, steps: 2)
    for order in hierarchy.orders {
      #expect(hierarchy.distance(order, to: reference).maximum < 2e-6, "\(order)")
    }
    #expect(try hierarchy.report().contractionDefect < 1e-15)
  }

  @Test("rank 3 with 61 points and two species stays below 12 GiB, and storage is what was computed")
  func memory() throws {
    let model = try Models.plasma(strength: 1)
    let lattice = try Models.lattice(model, modes: 3, extent: 3, step: 0.2)
    #expect(lattice.pointCount(0) == 61)
    let bytes = try #require(TruncatedHierarchy.peakBytes(model: model, lattice: lattice, rank: 3))
    #expect(bytes < 12 << 30 && bytes > 1 << 30)
    let small = try Models.lattice(model, modes: 2, extent: 1, step: 0.25)
    for rank in 1...3 {
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: Models.factorised(model), lattice: small, rank: rank, closure: ZeroClosure(),
        workers: workers)
      #expect(
        try TruncatedHierarchy.peakBytes(model: model, lattice: small, rank: rank)
          == 4 * 8 * hierarchy.state.array("w").count)
    }
  }
}
