import CLibraries
public import Computing
import PhaseSpace
public import Vlasov

/// A Vlasov flow with impulses, sampled as it goes: `series` has a sample of t = 0 and of every `every`-th step. An impulse is a part
/// of the step at whose end it acts, so that no state lies between.
public final class PulsedFlow: Evolution {
  /// What moves.
  public let flow: VlasovLattice
  /// What is sampled.
  public let probe: FlowProbe
  /// Steps between samples.
  public let every: Int
  /// The samples so far, one after another.
  public private(set) var series: [Double]
  private let pulses: [(step: Int, pulse: FlowPulse)]
  /// ∫∫ f_α² of the data, which (1.1) keeps.
  private let squares: [Double]

  /// - Parameters:
  ///   - flow: at t = 0.
  ///   - pulses: at multiples of its step.
  ///   - every: steps between samples.
  /// - Throws: `ArgumentError` for a pulse between the steps.
  public init(_ flow: VlasovLattice, _ probe: FlowProbe, pulses: [FlowPulse], every: Int) throws {
    (self.flow, self.probe, self.every) = (flow, probe, every)
    squares = try flow.model.species.indices.map { try flow.squaredNorm($0) }
    self.pulses = try pulses.map { (try flow.lattice.steps(to: $0.time.value, after: 0), $0) }
    for (step, pulse) in self.pulses where step == 0 { try pulse.act(on: flow) }
    series = try probe.sample(flow)
  }

  /// t
  public var time: Double { flow.time }

  /// - Throws: as `VlasovLattice`, and `NumericalFailure` as soon as the step is seen to be unstable.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try flow.advance(to: time) {
      for (step, pulse) in pulses where step == flow.steps { try pulse.act(on: flow) }
      if flow.steps.isMultiple(of: Self.stepsBetweenNorms) { try requireStable() }
      if flow.steps.isMultiple(of: every) { series += try probe.sample(flow) }
      try afterStep()
    }
  }

  /// A growth that is none of the flow is e-fold in a step or two, from rounding errors.
  private static let stepsBetweenNorms = 8
  /// Up to which growth of ∫∫ f² a step counts as stable.
  private static let growth = 1e-3

  /// Refuses to go on where ∫∫ f_α² has grown, which the flow keeps and a step only loses as long as it is stable.
  private func requireStable() throws {
    for (species, before) in zip(flow.model.species.indices, squares) {
      let ratio = try flow.squaredNorm(species) / before
      guard ratio <= 1 + Self.growth else {
        throw NumericalFailure(
          in: "the flow after t = \(time.short())",
          "∫∫ f² of \(flow.model.species[species].name), which (1.1) keeps, grown by \((ratio - 1).scientific(1)): a step is unstable "
            + "for the force (z = \(flow.largestForce.scientific(1)) of at most 2.8); until when it was resolved is in 'resolution'"
        )
      }
    }
  }

  /// The flow's numbers, and "series".
  public func save(to sink: some StateSink) {
    flow.save(to: sink)
    sink.write("series", series)
  }

  public func restore(_ state: SavedState) throws {
    let steps = try flow.lattice.steps(in: state)
    let samples = try state.array("series", count: (steps / every + 1) * probe.count)
    try flow.restore(state)
    series = samples
  }

  public func resolution() throws -> [ResolutionFigure] { try flow.resolutionOfAll() }

  /// The samples after one step up to and with another, as they lie.
  func samples(after first: Int, upTo last: Int) -> [Double] {
    let start = first < 0 ? 0 : first / every + 1
    return Array(series[(start * probe.count)..<((last / every + 1) * probe.count)])
  }
}
