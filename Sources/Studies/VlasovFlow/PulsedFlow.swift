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

  /// - Parameters:
  ///   - flow: at t = 0.
  ///   - pulses: at multiples of its step.
  ///   - every: steps between samples.
  /// - Throws: `ArgumentError` for a pulse between the steps.
  public init(_ flow: VlasovLattice, _ probe: FlowProbe, pulses: [FlowPulse], every: Int) throws {
    (self.flow, self.probe, self.every) = (flow, probe, every)
    self.pulses = try pulses.map { (try flow.lattice.steps(to: $0.time.value, after: 0), $0) }
    for (step, pulse) in self.pulses where step == 0 { pulse.act(on: flow) }
    series = probe.sample(flow)
  }

  /// t
  public var time: Double { flow.time }

  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    try flow.advance(to: time) {
      for (step, pulse) in pulses where step == flow.steps { pulse.act(on: flow) }
      if flow.steps.isMultiple(of: every) { series += probe.sample(flow) }
      try afterStep()
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

  public func resolution() -> [ResolutionFigure] { flow.resolution() }

  /// The samples after one step up to and with another, as they lie.
  func samples(after first: Int, upTo last: Int) -> [Double] {
    let start = first < 0 ? 0 : first / every + 1
    return Array(series[(start * probe.count)..<((last / every + 1) * probe.count)])
  }
}
