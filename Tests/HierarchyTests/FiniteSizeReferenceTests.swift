import CLibraries
import Computing
import Foundation
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import TestRandomNumbers
import Testing
import Vlasov

@Suite("Distances to the exact solution, against values that share nothing with the lattice")
struct FiniteSizeReferenceTests {
  private static let isCampaign = ProcessInfo.processInfo.environment["VLASOV_CAMPAIGN"] == "1"

  @Test(
    "at rank 1 N particles are the Vlasov equation with the force (N − 1)/N: distances within what the lattice is off by",
    arguments: 0..<(isCampaign ? 24 : 4))
  func rankOne(seed: UInt64) throws {
    var random = SplitMix(spreading: seed &+ 100)
    let number = Int.random(in: 2...16, using: &random)
    let strength = Double.random(in: -1...1, using: &random)
    let own = OneSpeciesModel(
      strength: strength, sigma: .random(in: 0.7...1, using: &random),
      components: [(1, .random(in: 0.1...0.5, using: &random), 0)],
      modes: Int.random(in: 3...6, using: &random),
      extent: .random(in: 5...10, using: &random), particles: number)
    var reduced = own
    reduced.strength = strength * Double(number - 1) / Double(number)
    reduced.particles = nil
    let hierarchy = try own.hierarchy(rank: 1, FactorisedClosure())
    let (reference, exactOwn) = (try own.reference(until: 3), try reduced.reference(until: 3))
    for time in [1.0, 2, 3] {
      try hierarchy.advance(to: time)
      try reference.advance(to: time)
      try exactOwn.advance(to: time)
      let exact = reference.components()
      let truth = exactOwn.components()[0].table.distance(to: exact[0].table)[0].maximum
      let found = hierarchy.distance(MarginalOrder([1]), to: try ProductTables(exact)).maximum
      let order = MarginalOrder([1])
      let bar =
        exact.error(of: order).maximum + exactOwn.componentsOnLattice().error(of: order).maximum
      #expect(abs(found - truth) <= bar + 1e-14, "t = \(time): \(found), \(truth) ± \(bar)")
      // What the reference itself finds of the lattice is about that: resolved or said.
      let said = reference.componentsOnLattice().error(of: order).maximum
      if reference.resolution().allSatisfy(\.isResolved) {
        #expect(abs(found - truth) <= 3 * said + 1e-12, "t = \(time): \(found), \(truth) ± \(said)")
      }
    }
  }

  @Test("marginals with more particles than there are count as zero: the distance is the reference")
  func tooManyParticles() throws {
    let setup = OneSpeciesModel(strength: 0.5, components: [(1, 0.3, 0)], modes: 1, extent: 2, particles: 1)
    let hierarchy = try setup.hierarchy(rank: 2, CumulantClosure())
    let reference = try setup.reference(until: 1)
    try reference.advance(to: 0)
    let tables = try ProductTables(reference.components())
    let distance = hierarchy.distance(MarginalOrder([2]), to: tables)
    #expect(distance.maximum == distance.referenceMaximum && abs(distance.maximum - 1) < 1e-14)
    let norms = reference.components()[0].table.norms[0]
    #expect(abs(distance.l2 - norms.l2 * norms.l2) < 1e-13)
    // Twice the marginal of one particle is off by once it.
    let one = hierarchy.distance(MarginalOrder([1]), times: 2, to: tables)
    #expect(abs(one.maximum - 1) < 1e-14 && abs(one.l2 - norms.l2) < 1e-13)
  }

  @Test("Moyal: the finer, wider lattice; its error covers the lattice's, and the solution is Hartree's")
  func moyal() throws {
    let setup = OneSpeciesModel(
      strength: 0.5, components: [(1, 0.3, 0)], modes: 3, extent: 5, kernel: .moyal(hbar: 0.5))
    let reference = try setup.reference(until: 2)
    try reference.advance(to: 2)
    var wide = setup
    (wide.modes, wide.extent, wide.step) = (10, 20, 0.0625)
    let flow = try VlasovSolution(
      model: wide.model(), initial: wide.initial(), lattice: wide.lattice(), workers: Workers(threads: 2))
    try flow.advance(to: 2)
    let truth = OneParticleTable(flow.components[0].lattice, on: try setup.lattice(), stride: 4)
    let found = reference.components()[0]
    let error = found.table.distance(to: truth)[0].maximum
    #expect(
      error <= found.errors[0].maximum && error < found.errors[0].maximum / 2, "\(error) \(found.errors)")
    #expect(found.errors[0].maximum < 1e-3)
    // Resumed in its middle: the same bits.
    struct Stop: Error {}
    let (first, second) = (try setup.reference(until: 2), try setup.reference(until: 2))
    var made = 0
    #expect(throws: Stop.self) {
      try first.advance(to: 2) {
        made += 1
        if made == 15 { throw Stop() }
      }
    }
    try second.restore(first.state)
    try second.advance(to: 2)
    #expect(second.state == reference.state)
  }
}
