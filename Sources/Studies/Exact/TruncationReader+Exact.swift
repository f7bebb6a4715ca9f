public import CLibraries
import ExperimentKit
import Hierarchy
public import ModelConfiguration
public import PhaseSpace
import Vlasov

extension TruncationReader {
  /// The exact solution at its start: of N = ∞, or of N particles.
  /// - Parameter ranks: the processes that have its lattices together, or what orbitals of N particles need.
  /// - Throws: `ArgumentError`, `MemoryError`.
  public func exactSolution(workers: Workers, ranks: Ranks? = nil) throws -> any ExactSolution {
    guard let number = model.particleNumber else {
      return MixtureSolution(
        try reference(workers: workers, ranks: ranks),
        fewer: try fewerProducts.map { try reference(products: $0, workers: workers, ranks: ranks) },
        orders: orders)
    }
    func hierarchy(_ lattice: FourierLattice) throws -> any RankedHierarchy {
      try self.hierarchy(ExactClosure(), rank: number, on: lattice, workers: workers, ranks: ranks ?? .single)
    }
    return FewParticleSolution(
      try hierarchy(lattice), finer: try hierarchy(finerLattice()), orders: orders)
  }

  /// Whether all hierarchies had better share one exact solution, which takes longer than they do.
  public var sharesExactSolution: Bool { model.particles != nil || fewerProducts != nil }

  /// Holds what the exact solution holds, and what comparing with it takes at once.
  public func holdExactSolution(in plan: inout MemoryPlan, threads: Int, ranks: Ranks = .single) throws {
    guard let number = model.particleNumber else {
      plan.hold("reference", try referenceBytes(threads: threads, ranks: ranks))
      plan.hold("tables", Memory.product(fewerProducts == nil ? 1 : 3, tableBytes))
      return
    }
    let both = try [lattice, finerLattice()].map {
      try memory(ExactClosure(), rank: number, on: $0, threads: threads, ranks: ranks)
    }
    plan.hold("reference", Memory.sum(both.map { Memory.sum($0.state, $0.rightSide) }))
    plan.phase { $0.hold("distance", both[0].distance) }
  }

  /// The hierarchies of the exact solution of a few particles.
  public func exactHierarchies() throws -> [(rank: Int, lattice: FourierLattice)] {
    try model.particleNumber.map { [($0, lattice), ($0, try finerLattice())] } ?? []
  }

  private func finerLattice() throws -> FourierLattice { try ReferenceSolution.finer(lattice, model) }
}
