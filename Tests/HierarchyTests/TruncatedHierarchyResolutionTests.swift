import CLibraries
import Computing
import Hierarchy
import Interaction
import PhaseSpace
import Testing
import Vlasov

@Suite("What a truncated hierarchy knows of its resolution")
struct TruncatedHierarchyResolutionTests {
  private typealias Models = TruncatedHierarchyModel

  @Test(
    "at rank 1 it is the Vlasov flow's; at rank 2 of factorised data a pair feels twice the force",
    arguments: [1, 2])
  func againstTheFlow(rank: Int) throws {
    let model = try Models.plasma(strength: 1, fractions: [0.3, 0.7])
    let lattice = try Models.lattice(model, modes: 2, extent: 2, step: 0.2)
    let initial = try Models.factorised(model)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: initial, lattice: lattice, rank: rank, closure: FactorisedClosure(),
      workers: Workers(threads: 1))
    let flow = try VlasovSolution(
      model: model, initial: initial, lattice: lattice, workers: Workers(threads: 1))
    try hierarchy.advance(to: 0.6)
    try flow.advance(to: 0.6)
    let (found, expected) = (hierarchy.resolution(), flow.resolution())
    #expect(found.count == 7)
    func figure(_ name: String, _ figures: [ResolutionFigure]) throws -> Double {
      try #require(figures.first { $0.name.contains(name) }).value
    }
    for name in ["beyond the modes", "drift in", "between the points", "momenta"] {
      let (one, other) = (try figure(name, found), try figure(name, expected))
      let tolerance = name == "momenta" ? 1e-2 * other + 1e-9 : 1e-9 * other + 1e-13
      #expect((one - other).magnitude <= tolerance, "\(name)")
    }
    let forces = try (figure("force", found), figure("force", expected))
    #expect(forces.1 > 1e-3)
    #expect((forces.0 - Double(rank) * forces.1).magnitude < 1e-3 * forces.1 * Double(rank - 1) + 1e-13)
    // A pair feels twice the force, and has its own largest |w|.
    for name in ["edge", "highest modes"] {
      let ratio = try figure(name, found) / figure(name, expected)
      #expect(ratio > 0.5 && ratio < 3 * Double(rank), "\(name): \(ratio)")
    }
  }

  @Test("at finite N the mutual force counts, 1/N of it")
  func mutualForce() throws {
    func forces(_ particles: [Int]?) throws -> Double {
      let base = try Models.plasma(strength: 1, fractions: [0.5, 0.5])
      let model = try Model(
        geometry: base.geometry, species: base.species, potentials: base.potentials, particles: particles)
      let hierarchy = try TruncatedHierarchy(
        model: model, initial: Models.factorised(model),
        lattice: Models.lattice(model, modes: 1, extent: 2, step: 0.2), rank: 2, closure: FactorisedClosure(),
        workers: Workers(threads: 1))
      return try #require(hierarchy.resolution().first { $0.name.contains("forces") }).value
    }
    let (infinite, two, twenty) = (try forces(nil), try forces([2, 2]), try forces([20, 20]))
    #expect(two > twenty && twenty > infinite)
    #expect(((two - infinite) / (twenty - infinite) - 10).magnitude < 1e-9)
  }
}
