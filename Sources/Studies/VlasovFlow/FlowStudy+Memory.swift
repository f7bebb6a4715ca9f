public import CLibraries
public import ExperimentKit
import ModelConfiguration
import PhaseSpace
import Vlasov

extension FlowStudy {
  /// All that a run holds: one lattice after the other, the samples, the records and portraits.
  /// - Parameter ranks: the processes that have a lattice together; the memory is that of this one.
  /// - Throws: `ArgumentError` for more sites than can be counted.
  public func memory(threads: Int, ranks: Ranks = .single) throws -> MemoryPlan {
    var plan = MemoryPlan()
    let steps = lattice.steps(in: times.last?.value ?? 0) ?? 0
    let legs = isHalved ? 2 : 1
    let samples = Memory.product(steps / every + 1, probe.count, 8)
    let figures = Memory.sum(probe.count, model.species.count, 32)
    plan.hold("records", Memory.product(times.count, legs, figures, ExperimentRun.bytesOfFigure))
    // In the records, and there as a checkpoint has them.
    plan.hold("series", Memory.product(samples, 2 * legs))
    if let portraits {
      let points = portraits.grid.momenta.reduce(0) { $0 + $1.count }
      plan.hold("portraits", Memory.product(portraits.times.count, points, portraits.grid.positions, 16))
    }
    for lattice in try lattices {
      plan.phase { plan in
        plan.hold(
          "lattice",
          VlasovLattice.bytes(
            model: model, lattice: lattice, coupling: .nonperturbative, threads: threads, ranks: ranks))
        plan.hold("samples", samples)
        if let bytes = pulses.map({ impulseBytes($0, lattice) }).max() {
          plan.phase { $0.hold("impulse", bytes) }
        }
        if portraits != nil {
          let lines = model.species.indices.map { (lattice.modes + 2) * lattice.pointsPerAxis($0) }.max() ?? 0
          plan.phase { $0.hold("portrait", Memory.product(lines, 16)) }
        }
      }
    }
    plan.hold("rows", Memory.product(times.count, 2 * ExperimentRun.bytesOfRow))
    plan.hold("arrays", Memory.product(samples, legs))
    return plan
  }

  /// The Bessel functions at every point, and the points that are worked at.
  private func impulseBytes(_ pulse: FlowPulse, _ lattice: FourierLattice) -> Int {
    let terms = 2 * lattice.modes / max(1, pulse.mode.maximumNorm) + 1
    return lattice.pointCount(pulse.species) * (terms + 6) * 8
      + VlasovLattice.impulseBytes(lattice, species: pulse.species)
  }

  /// Refuses a flow that takes longer than the configured time.
  public func limitTime(_ configuration: ConfigurationNode) throws {
    let steps = Double(lattice.steps(in: times.last?.value ?? 0) ?? 0)
    var seconds = WorkEstimate.vlasovLattice(lattice, model, steps: steps)
    if isHalved { seconds += WorkEstimate.vlasovLattice(try lattice.comparison(), model, steps: 2 * steps) }
    for pulse in pulses {
      let terms = Double(2 * lattice.modes / max(1, pulse.mode.maximumNorm) + 1)
      seconds += 4e-8 * Double(lattice.elementCount(pulse.species)) * terms
    }
    if let portraits {
      let momenta = portraits.grid.momenta.map { Double($0.count) }
      let terms = momenta.enumerated().reduce(0) { sum, entry in
        let line = Double(lattice.pointsPerAxis(entry.offset)) + Double(portraits.grid.positions)
        return sum + entry.element * line * Double(lattice.modes + 1)
      }
      seconds += 3e-9 * Double(portraits.times.count) * terms
    }
    try configuration.requireTime(
      seconds: seconds, at: configuration[steps > 10_000 ? "times" : "lattice"], "\(Int(steps)) steps")
  }
}
