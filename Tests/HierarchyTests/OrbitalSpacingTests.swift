import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Shared orbitals on a chosen Δξ")
struct OrbitalSpacingTests {
  private typealias Models = TruncatedHierarchyModel

  /// Who closes, how many particles, which kernel.
  struct Case: Sendable, CustomStringConvertible {
    let closure: any Closure
    var particles: [Int]?
    var kernel = Kernel.classical
    var description: String {
      "\(closure.name), N = \(particles.map { "\($0)" } ?? "∞"), ħ = \(kernel.hbar ?? 0)"
    }
  }

  private static let cases = [
    Case(closure: ZeroClosure()), Case(closure: CumulantClosure()),
    Case(closure: FactorisedClosure(), kernel: .moyal(hbar: 0.5)),
    Case(closure: CumulantClosure(), particles: [3, 7]),
    Case(closure: CumulantClosure(), particles: [3, 7], kernel: .moyal(hbar: 0.5)),
  ]

  private func lattice(_ model: Model, step: Double, spacing: Double = 0.3, tolerance: Double? = nil) throws
    -> FourierLattice
  {
    try FourierLattice(
      model, modes: 2, xiExtents: [9, 9.6], timeStep: step, xiSteps: [spacing, 0.8 * spacing],
      tolerance: tolerance)
  }

  private func orbitals(_ one: Case, _ lattice: (Model) throws -> FourierLattice, tolerance: Double) throws
    -> OrbitalHierarchy
  {
    let model = try Models.plasma(
      strength: 0.8, fractions: [0.3, 0.7], kernel: one.kernel, particles: one.particles)
    return try OrbitalHierarchy(
      model: model, initial: Models.mixture(model), lattice: lattice(model), rank: 2, closure: one.closure,
      tolerance: tolerance, mostOrbitals: 48)
  }

  /// Full storage, whose steps are those of the extrapolated midpoint rule.
  private func full(like orbitals: OrbitalHierarchy) throws -> TruncatedHierarchy {
    try TruncatedHierarchy(
      model: orbitals.model, initial: Models.mixture(orbitals.model), lattice: orbitals.lattice, rank: 2,
      closure: orbitals.closure, workers: Workers(threads: 1))
  }

  @Test("within the errors of steps and storage of full storage, and these within 30 times", arguments: cases)
  func againstFullStorage(one: Case) throws {
    let orbitals = try orbitals(one, { try lattice($0, step: 0.25) }, tolerance: 1e-6)
    let full = try full(like: orbitals)
    #expect(try orbitals.largestDistance(to: full) < 1e-13, "the data are exact")
    try full.advance(to: 1)
    try orbitals.advance(to: 1)
    let found = try orbitals.largestDistance(to: full)
    let estimate = orbitals.orders.map { orbitals.storageShare($0) }.largest() ?? .nan
    #expect(found <= estimate, "\(found) beyond \(estimate)")
    #expect(estimate <= 30 * found && estimate < 1e-3, "\(estimate) against \(found)")
  }

  @Test("steps are of fourth order, and know their error within a factor of 4")
  func order() throws {
    let one = Case(closure: CumulantClosure())
    let pairs = try [0.5, 0.25].map { step in
      let orbitals = try orbitals(one, { try lattice($0, step: step) }, tolerance: 1e-7)
      let full = try full(like: orbitals)
      try full.advance(to: 1)
      try orbitals.advance(to: 1)
      return (found: try orbitals.largestDistance(to: full), estimate: orbitals.stepErrors.largest() ?? .nan)
    }
    for pair in pairs {
      #expect(pair.found < 4 * pair.estimate && pair.estimate < 4 * pair.found, "\(pair)")
    }
    #expect(pairs[0].found > 10 * pairs[1].found && pairs[0].found < 30 * pairs[1].found, "\(pairs)")
  }

  @Test("a tolerance of the lattice is kept by shorter steps, and a resumed run makes the same ones")
  func tolerance() throws {
    let one = Case(closure: CumulantClosure())
    func make() throws -> OrbitalHierarchy {
      try orbitals(one, { try lattice($0, step: 0.5, tolerance: 1e-6) }, tolerance: 1e-6)
    }
    let (straight, resumed) = (try make(), try make())
    try straight.advance(to: 0.5)
    try resumed.restore(straight.state)
    try straight.advance(to: 1)
    try resumed.advance(to: 1)
    #expect(straight.state == resumed.state)
    #expect(straight.resolution() == resumed.resolution())
    let error = straight.stepErrors.largest() ?? .nan
    #expect(error <= 1e-6 && error > 1e-8, "\(error)")
    let full = try full(like: straight)
    try full.advance(to: 1)
    #expect(try straight.largestDistance(to: full) <= straight.storageShare(MarginalOrder([1, 1])) * 2)
  }

  @Test("a spacing that is too coarse for the momenta says so, by what it is off")
  func coarseSpacing() throws {
    let one = Case(closure: CumulantClosure())
    let coarse = try orbitals(one, { try lattice($0, step: 0.25, spacing: 0.75) }, tolerance: 1e-7)
    let fine = try orbitals(one, { try lattice($0, step: 0.25, spacing: 0.375) }, tolerance: 1e-7)
    try coarse.advance(to: 1)
    try fine.advance(to: 1)
    let found =
      try coarse.orders.enumerated().map { number, order in
        try coarse.distance(order, to: fine).l2 / coarse.norms[number]
      }.largest() ?? .nan
    func figure(_ hierarchy: OrbitalHierarchy) -> Double {
      hierarchy.resolution().first { $0.name == "the error of interpolation in ξ" }?.value ?? .nan
    }
    #expect(found > 1e-6, "coarse by something: \(found)")
    #expect(found <= figure(coarse) && figure(coarse) < 1000 * found, "\(found) against \(figure(coarse))")
    #expect(figure(fine) < 0.01 * figure(coarse), "half of it: \(figure(fine))")
  }

  @Test("a window with something at its end: steps go on where shorter ones do not help, and figures say so")
  func smallWindow() throws {
    let model = try Models.plasma(strength: 0.8, fractions: [0.3, 0.7])
    let small = try FourierLattice(
      model, modes: 2, xiExtents: [2.4, 2.4], timeStep: 0.5, xiSteps: [0.3, 0.3], tolerance: 1e-7)
    let orbitals = try OrbitalHierarchy(
      model: model, initial: Models.mixture(model), lattice: small, rank: 2, closure: CumulantClosure(),
      tolerance: 1e-4)
    try orbitals.advance(to: 1)
    let unresolved = orbitals.resolution().filter { !$0.isResolved }.map(\.name)
    #expect(unresolved.contains("the error of the steps"), "\(unresolved)")
    #expect(orbitals.windowErrors.allSatisfy { $0 > 1e-5 }, "\(orbitals.windowErrors)")
  }

  @Test("images that are not kept are made again, to the same bits")
  func forgotten() throws {
    let states = try [nil, 0].map { bytes in
      let model = try Models.plasma(strength: 0.8, fractions: [0.3, 0.7], particles: [3, 7])
      let orbitals = try OrbitalHierarchy(
        model: model, initial: Models.mixture(model), lattice: lattice(model, step: 0.25), rank: 2,
        closure: CumulantClosure(), tolerance: 1e-5, workers: Workers(threads: 2), mostImageBytes: bytes)
      try orbitals.advance(to: 0.5)
      return orbitals.state
    }
    #expect(states[0] == states[1])
  }

  @Test("in the plane as in full storage, with forces along both axes")
  func plane() throws {
    let one = OrbitalCase(
      name: "plane", masses: [1, 1.5], dimension: 2, rank: 1,
      lattice: (modes: 2, extent: 6, step: 0.25, steps: 2),
      spacing: 0.25, tolerance: 1e-6)
    let (full, orbitals) = try one.both()
    try full.advance(to: 0.5)
    try orbitals.advance(to: 0.5)
    for (number, order) in orbitals.orders.enumerated() {
      let found = try orbitals.distance(order, to: full).l2 / orbitals.norms[number]
      let estimate = orbitals.storageShare(order)
      #expect(found <= estimate && estimate < 1e-4, "\(order): \(found) beyond \(estimate)")
      #expect(estimate < 30 * found, "\(order): \(estimate) against \(found)")
    }
  }
}
