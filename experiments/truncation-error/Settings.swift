import CLibraries
import ExperimentKit
import Hierarchy
import Interaction
import ModelConfiguration
import PhaseSpace
import Vlasov

struct Settings {
  let base: TruncationReader

  var model: Model { base.model }
  var initial: ProductMixture { base.initial }
  var lattice: FourierLattice { base.lattice }
  var rank: Int { base.rank }
  var closures: [any Closure] { base.closures }
  var times: [DecimalNumber] { base.times }

  init(_ configuration: ConfigurationNode) throws {
    base = try TruncationReader(
      configuration,
      particles: "null: the exact reference, a mixture of Vlasov products, is one at N = ∞",
      closures: "no exact closure at N = ∞")
    try base.limitTime(
      configuration, hierarchies: base.closures.count, vlasovEquations: base.initial.components.count)
  }

  /// All that a run holds: one hierarchy after the other, each beside the exact solution.
  func memory(threads: Int) -> MemoryPlan {
    var plan = MemoryPlan()
    let components = initial.components.count
    let tables = ProductTables.bytes(components: components, lattice: lattice)
    let rows = Memory.product(closures.count, times.count, base.orders.count + 1)
    let figures = Memory.sum(Memory.product(3, base.orders.count), Memory.product(4, lattice.modes + 1), 16)
    plan.hold("records", Memory.product(closures.count, times.count, figures, ExperimentRun.bytesOfFigure))
    let flow = VlasovLattice.bytes(
      model: model, lattice: lattice, coupling: .nonperturbative, threads: threads)
    plan.phase { plan in
      plan.hold("Vlasov lattices", Memory.product(flow, components))
      for closure in closures {
        plan.phase { plan in
          let hierarchy = TruncatedHierarchy.memory(
            model: model, lattice: lattice, rank: rank, closure: closure, threads: threads)
          plan.hold("hierarchy", hierarchy.state)
          plan.hold("right side", hierarchy.rightSide)
          plan.hold("tables of the initial data, of the exact solution", tables)
          plan.phase { $0.hold("report", hierarchy.report) }
        }
      }
    }
    plan.hold("rows", Memory.product(rows, ExperimentRun.bytesOfRow))
    return plan
  }
}
