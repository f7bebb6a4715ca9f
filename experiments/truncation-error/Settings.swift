import CLibraries
import ExperimentKit
import Hierarchy
import ModelConfiguration

struct Settings {
  let base: TruncationReader
  let storage: MarginalStorage

  init(_ configuration: ConfigurationNode) throws {
    base = try TruncationReader(
      configuration,
      particles: "null: the exact reference, a mixture of Vlasov products, is one at N = ∞",
      closures: "no exact closure at N = ∞")
    storage = try MarginalStorage(configuration)
    if case .orbitals = storage, !base.lattice.hasWholeShifts {
      throw configuration["lattice"]["xi-step"].error(
        expected: "none with storage: orbitals, whose steps are whole shifts of the grid")
    }
    if case .orbitals(_, let most) = storage, most < base.initial.components.count {
      throw configuration["orbitals"]["most"].error(
        expected: "at least the number of components, \(base.initial.components.count)")
    }
    try base.limitTime(
      configuration, hierarchies: base.closures.count, references: base.closures.map { _ in base.model },
      on: storage)
  }

  /// All that a run holds: one hierarchy after the other, each beside the exact solution.
  func memory(threads: Int) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let (marginals, modes) = (base.orders.count, base.lattice.modes + 1)
    let pairs = Memory.product(base.closures.count, base.times.count)
    let figures = Memory.sum(
      Memory.product(7, marginals), Memory.product(4, modes),
      Memory.product(2, ObservableColumns(base).count), 32)
    plan.hold("records", Memory.product(pairs, figures, ExperimentRun.bytesOfFigure))
    let reference = try base.referenceBytes(threads: threads)
    for closure in base.closures {
      let hierarchy = try base.memory(closure, on: storage, threads: threads)
      plan.phase { plan in
        plan.hold("reference", reference)
        plan.hold("hierarchy", hierarchy.state)
        plan.hold("right side", hierarchy.rightSide)
        plan.hold("tables", base.tableBytes)
        plan.phase { $0.hold("report", hierarchy.report) }
      }
    }
    plan.hold("rows", Memory.product(pairs, marginals + 1, ExperimentRun.bytesOfRow))
    return plan
  }
}
