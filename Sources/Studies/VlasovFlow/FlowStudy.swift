// The flow of (1.1), or with the Moyal kernel of Hartree's equation, through given times: what it shows of itself at every step and at
// those times, and the same with half the step for its error.

public import CLibraries
public import ExperimentKit
public import Interaction
import Numerics
public import PhaseSpace
import Vlasov

/// A flow and what is followed of it.
public struct FlowStudy: Sendable {
  /// N = ∞
  public let model: Model
  /// The data, one state for each species.
  public let states: [any OneParticleState]
  /// The lattice.
  public let lattice: FourierLattice
  /// When all is recorded.
  public let times: [DecimalNumber]
  /// Impulses, in the order of their times.
  public let pulses: [FlowPulse]
  /// The density modes that are followed, one of each pair ±n.
  public let modes: [ModeIndex]
  /// Steps between the samples of the series.
  public let every: Int
  /// What is fitted.
  public let fits: [FlowFit]
  /// When portraits are drawn, and where.
  public let portraits: (times: [DecimalNumber], grid: FlowPortraitGrid)?
  /// Whether the flow is followed with half the step as well.
  public let isHalved: Bool
  /// What is sampled.
  public let probe: FlowProbe

  /// All of it.
  public init(
    model: Model, states: [any OneParticleState], lattice: FourierLattice, times: [DecimalNumber],
    pulses: [FlowPulse] = [], modes: [ModeIndex], every: Int = 1, fits: [FlowFit] = [],
    portraits: (times: [DecimalNumber], grid: FlowPortraitGrid)? = nil, isHalved: Bool = false
  ) {
    (self.model, self.states, self.lattice, self.times) = (model, states, lattice, times)
    (self.pulses, self.modes, self.every, self.fits) = (pulses, modes, every, fits)
    (self.portraits, self.isHalved) = (portraits, isHalved)
    probe = FlowProbe(model, states, lattice, modes: modes)
  }

  /// The lattice, and that of half the step where it is followed.
  public var lattices: [FourierLattice] {
    get throws { isHalved ? [lattice, try lattice.comparison()] : [lattice] }
  }

  /// The time between samples.
  public var sampleStep: Double { Double(every) * lattice.timeStep }

  /// The flow, and the same with half the step.
  /// - Parameter ranks: the processes that have each of them together.
  public func legs(workers: Workers, ranks: Ranks = .single) throws -> [Leg<FlowRecord>] {
    try lattices.enumerated().map { halvings, lattice in
      Leg(
        halvings == 0 ? "flow" : "half the step", weight: Double(1 + 3 * halvings), through: times
      ) {
        try PulsedFlow(
          try VlasovLattice(
            model: model, states: states, lattice: lattice, coupling: .nonperturbative, workers: workers,
            ranks: ranks),
          FlowProbe(model, states, lattice, modes: modes), pulses: pulses, every: every << halvings)
      } record: { flow, place in
        let before = place == 0 ? -1 : lattice.steps(in: times[place - 1].value) ?? -1
        let isDrawn = halvings == 0 && portraits?.times.contains(times[place]) == true
        return try FlowRecord(flow, states: states, after: before, portraits: isDrawn ? portraits?.grid : nil)
      }
    }
  }

  /// The samples of a leg as far as it came, each `probe.count` numbers.
  public func series(_ records: [Recorded<FlowRecord>]) -> [ArraySlice<Double>] {
    let count = probe.count
    return records.flatMap { recorded -> [ArraySlice<Double>] in
      let values = recorded.record.series.values
      return stride(from: 0, to: values.count, by: count).map { values[$0..<($0 + count)] }
    }
  }

  /// The fits whose windows were reached.
  public func results(_ legs: [[Recorded<FlowRecord>]]) -> [FlowFitResult] {
    let series = legs.map(series)
    return fits.compactMap { fit in
      guard let place = modes.firstIndex(of: fit.mode), !legs.isEmpty,
        let end = times.firstIndex(where: { $0.value >= fit.to.value }), legs[0].count > end
      else { return nil }
      let first = Int((fit.from.value / sampleStep - 1e-9).rounded(.up))
      let last = Int((fit.to.value / sampleStep + 1e-9).rounded(.down))
      // A window may lie between two samples.
      let density = { (series: [ArraySlice<Double>]) in
        series[first..<max(first, last + 1)].map { probe.density($0, species: fit.species, place: place) }
      }
      let window = legs[0][...end]
      let change = window.reduce(0) { Double.greatest($0, $1.record.homogeneousChange) }
      return FlowFitResult(
        fit, samples: density(series[0]),
        halved: legs.count > 1 && legs[1].count > end ? density(series[1]) : nil, step: sampleStep,
        before: series[0].prefix(first + 1).map {
          probe.density($0, species: fit.species, place: place).length
        }
        .largest() ?? 0, homogeneousChange: change, isResolved: window.allSatisfy(\.isResolved),
        root: Result { try fit.root(model, states) })
    }
  }
}
