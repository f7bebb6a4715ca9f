import CAllocationCount
import CLibraries
import Hierarchy
import PhaseSpace
import Testing
import Vlasov

/// Asks for memory in a loop would cost more than the loop. Counted on the calling thread, which does all the work here.
@Suite("Memory in steps", .enabled(if: allocations_are_counted() != 0, "a sanitizer has its own allocator"))
struct AllocationTests {
  private func allocations(_ body: () throws -> Void) rethrows -> Int {
    let before = allocation_count()
    try body()
    return allocation_count() - before
  }

  @Test("the count sees an allocation")
  func counts() {
    var sizes: [Int] = []
    let count = allocations { sizes = (0..<100).map { [Int](repeating: $0, count: $0 + 1).count } }
    #expect(sizes.count == 100 && count >= 100)
  }

  @Test("a step of the truncated hierarchy allocates nothing", arguments: [2, 3])
  func truncatedHierarchy(rank: Int) throws {
    let model = try TruncatedHierarchyModel.plasma(strength: 0.5)
    let hierarchy = try TruncatedHierarchy(
      model: model, initial: TruncatedHierarchyModel.mixture(model),
      lattice: TruncatedHierarchyModel.lattice(
        model, modes: 4 - rank, extent: rank == 2 ? 2 : 0.8, step: 0.2), rank: rank,
      closure: CumulantClosure(), workers: Workers(threads: 1))
    try hierarchy.advance(steps: 1)
    #expect(try allocations { try hierarchy.advance(steps: 3) } == 0)
  }

  @Test(
    "a step of the Vlasov flow and its jets allocates nothing",
    arguments: [VlasovLattice.Coupling.nonperturbative, .perturbative(orders: 4)])
  func vlasovLattice(coupling: VlasovLattice.Coupling) throws {
    let model = try TruncatedHierarchyModel.plasma(strength: 0.5)
    let states = try TruncatedHierarchyModel.factorised(model).components[0].states
    let flow = try VlasovLattice(
      model: model, states: states,
      lattice: TruncatedHierarchyModel.lattice(model, modes: 4, extent: 4, step: 0.2), coupling: coupling,
      workers: Workers(threads: 1))
    try flow.advance(steps: 1)
    #expect(try allocations { try flow.advance(steps: 3) } == 0)
  }
}
