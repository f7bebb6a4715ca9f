import CLibraries
public import ExperimentKit
import Interaction
import ModelConfiguration
import PhaseSpace

extension FlowStudy {
  /// Reads `model`, `initial` (one product), `lattice`, `times`, and where they are written `density-modes`, `series`, `pulses`,
  /// `fit`, `portraits`, `portrait-grid`, `error`.
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ configuration: ConfigurationNode) throws {
    let model = try ModelReader(configuration["model"]).model
    guard model.particles == nil else {
      throw configuration["model"]["particles"].error(expected: "null: the Vlasov equation is one at N = ∞")
    }
    let initial = try InitialReader(configuration["initial"], model: model).hierarchy
    guard initial.components.count == 1 else {
      throw configuration["initial"]["kind"].error(expected: "factorised: one flow is followed")
    }
    let states = initial.components[0].states
    let reader = try LatticeReader(
      configuration["lattice"], model: model, states: [states], times: try readTimes(configuration["times"]))
    let lattice = reader.lattice
    let isWide = lattice.halfWidths.allSatisfy { $0 >= FlowProbe.reach }
    guard isWide, lattice.modes > 0 else {
      throw configuration["lattice"][isWide ? "modes" : "xi-extent"].error(
        expected: isWide ? "a mode at least" : "at least \(FlowProbe.reach) points of the ξ grid on each side"
      )
    }
    let times = try reader.times(configuration["times"])
    let context = Context(model: model, lattice: lattice, reader: reader, last: times.last?.value ?? 0)
    let fits = try context.fits(configuration["fit"])
    self.init(
      model: model, states: states, lattice: lattice, times: times,
      pulses: try context.pulses(configuration["pulses"]),
      modes: try context.modes(configuration["density-modes"], with: fits),
      every: try configuration["series"]["every"].integer(in: 1...1_000_000, default: 1), fits: fits,
      portraits: try context.portraits(configuration, times, states),
      isHalved: try configuration["error"].choice(of: ["none", "halved-step"], default: "none") != "none")
    try limitTime(configuration)
  }
}

/// What the readers need to know.
private struct Context {
  let model: Model
  let lattice: FourierLattice
  let reader: LatticeReader
  let last: Double

  var names: [String] { model.species.map(\.name) }

  func species(_ node: ConfigurationNode) throws -> Int {
    names.firstIndex(of: try node.choice(of: names, default: names[0])) ?? 0
  }

  func mode(_ node: ConfigurationNode) throws -> ModeIndex {
    try readWave(node, dimension: lattice.dimension, highest: lattice.modes)
  }

  func multiple(_ node: ConfigurationNode) throws -> DecimalNumber {
    let time = try node.number("a time from 0 to the last of times") { $0 >= 0 && $0 <= last }
    guard lattice.steps(in: time.value) != nil, (Rational(time) / Rational(reader.timeStep)).isInteger else {
      throw node.error(expected: "a multiple of lattice.time-step (\(reader.timeStep.text))")
    }
    return time
  }

  func pulses(_ node: ConfigurationNode) throws -> [FlowPulse] {
    try node.list(orEmpty: true).map { entry in
      let species = try species(entry["species"])
      let amplitude = try entry["amplitude"].number("a momentum times xi-extent of at most 1e4") {
        $0.magnitude * lattice.xiExtents[species] <= 1e4
      }
      return FlowPulse(
        time: try multiple(entry["time"]), species: species, mode: try mode(entry["mode"]),
        amplitude: amplitude.value, phase: try entry["phase"].number(default: 0).value)
    }.sorted { $0.time.value < $1.time.value }
  }

  func fits(_ node: ConfigurationNode) throws -> [FlowFit] {
    try node.list(orEmpty: true).map { entry in
      let from = try entry["from"].number("a time ≥ 0") { $0 >= 0 }
      let to = try entry["to"].number("a time after 'from', at most the last of times") {
        $0 > from.value && $0 <= last
      }
      var near: (Double, Double)?
      if entry["near"].isAbsent {
        entry["near"].recordNull()
      } else {
        let numbers = try entry["near"].numbers(count: 2)
        near = (numbers[0].value, numbers[1].value)
      }
      let mode = try mode(entry["mode"])
      guard mode.isFirstOfPair else {
        throw entry["mode"].error(expected: "of the pair ±m the one whose first component is positive")
      }
      let kind = try entry["kind"].choice(of: FlowFit.Kind.allCases.map(\.rawValue))
      return FlowFit(
        mode: mode, species: try species(entry["species"]), from: from, to: to,
        kind: FlowFit.Kind(rawValue: kind) ?? .damped, near: near)
    }
  }

  /// Half of the modes |n_i| ≤ n, and those that are fitted.
  func modes(_ node: ConfigurationNode, with fits: [FlowFit]) throws -> [ModeIndex] {
    let d = lattice.dimension
    let most = try node.integer(
      in: 1...min([64, 16, 4][d - 1], lattice.modes), default: min([4, 2, 1][d - 1], lattice.modes))
    var modes = (0..<lattice.modeCount).map { lattice.mode(at: $0) }
      .filter { $0.isFirstOfPair && $0.maximumNorm <= most }
    for fit in fits where !modes.contains(fit.mode) { modes.append(fit.mode) }
    return modes
  }

  func portraits(
    _ configuration: ConfigurationNode, _ times: [DecimalNumber], _ states: [any OneParticleState]
  ) throws -> (times: [DecimalNumber], grid: FlowPortraitGrid)? {
    let node = configuration["portraits"]
    let chosen = try node.numbers(default: [])
    for (index, time) in chosen.enumerated() where !times.contains(where: { $0.value == time.value }) {
      throw try node.list()[index].error(expected: "one of 'times'")
    }
    // Known also where there is no portrait.
    let grid = configuration["portrait-grid"]
    let positions = try grid["positions"].integer(in: 2...4096, default: 96)
    let rows = try grid["momenta"].integer(in: 2...4096, default: 129)
    let ranges = try names.indices.map { species in
      try grid["range"][names[species]].numbers(count: 2, default: usual(states[species], species))
    }
    guard !chosen.isEmpty else { return nil }
    let momenta = try names.indices.map { species in
      let range = ranges[species]
      let last = Double.pi / lattice.spacing(species)
      guard range[0].value < range[1].value, -last < range[0].value, range[1].value < last else {
        throw grid["range"][names[species]].error(
          expected: "a least and a greatest momentum, within ±π/Δξ = ±\(last.short())")
      }
      return (0..<rows).map {
        range[0].value + (range[1].value - range[0].value) * Double($0) / Double(rows - 1)
      }
    }
    guard case .torus(let period) = model.geometry.domain else { return nil }
    return (
      times.filter { time in chosen.contains { $0.value == time.value } },
      FlowPortraitGrid(positions: positions, momenta: momenta, period: period.value)
    )
  }

  /// The mean of the first component of the momentum, and four standard deviations to both sides; ±1 of widths beyond all numbers.
  private func usual(_ state: any OneParticleState, _ species: Int) -> [DecimalNumber] {
    let h = lattice.spacing(species)
    let value = state.value(xi: SpaceVector(h, 0, 0), eta: .zero)
    let mean = value.phase / h
    let width = (Double.greatest(0, 2 * (1 - value.length)) / (h * h)).squareRoot()
    let reach = width > 0 && width.isFinite ? 4 * width : 1
    let ends = [mean - reach, mean + reach].map { reach < 0.01 ? $0 : ($0 * 1000).rounded() / 1000 }
    return (ends.allSatisfy(\.isFinite) ? ends : [-1, 1]).map { DecimalNumber($0) }
  }
}
