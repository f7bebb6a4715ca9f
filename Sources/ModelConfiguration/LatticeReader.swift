public import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads `lattice: {modes, xi-extent, time-step}` into a `FourierLattice`; `xi-extent` is one number, or one for each species
/// by its name. Where the data are given, also `{modes, xi-extent, xi-step, time-step | tolerance}`: with `xi-step` (as
/// `xi-extent`) or `tolerance` the ξ grid is chosen by itself, and what is absent is what `LatticeSuggestion` makes of the data.
public struct LatticeReader {
  /// The lattice, made for the model's domain and masses.
  public let lattice: FourierLattice
  /// Δt as configured.
  public let timeStep: DecimalNumber
  let node: ConfigurationNode

  /// Reads `lattice:`. Throws `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let modes = try node["modes"].integer(in: 0...100_000)
    let extents = try Self.perSpecies(node["xi-extent"], model)
    try self.init(
      node, model: model, modes: modes, xiExtents: extents, timeStep: try node["time-step"].positive())
  }

  /// Reads `lattice:` with all its keys.
  /// - Parameters:
  ///   - states: the data, of every component of a mixture one state for each species.
  ///   - times: those that steps must hit.
  ///   - isFourthOrder: whether steps on a chosen grid are those of shared orbitals.
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(
    _ node: ConfigurationNode, model: Model, states: [[any OneParticleState]], times: [DecimalNumber],
    isFourthOrder: Bool = false
  ) throws {
    let modes = try node["modes"].integer(in: 0...100_000)
    let isChosen = !node["xi-step"].isAbsent || !node["tolerance"].isAbsent
    guard isChosen, model.geometry.kappa != nil else {
      for key in ["xi-step", "tolerance"] { node[key].recordNull() }
      let extents = try Self.perSpecies(node["xi-extent"], model)
      try self.init(
        node, model: model, modes: modes, xiExtents: extents, timeStep: try node["time-step"].positive())
      return
    }
    var tolerance: Double?
    if node["tolerance"].isAbsent {
      node["tolerance"].recordNull()
    } else {
      tolerance = try node["tolerance"].number("a number from 1e-14 to 0.01") { $0 >= 1e-14 && $0 <= 0.01 }
        .value
    }
    let suggestion = LatticeSuggestion(
      model: model, states: states, modes: modes, times: times, tolerance: tolerance,
      isFourthOrder: isFourthOrder)
    let steps = try Self.perSpecies(node["xi-step"], model, default: suggestion.xiSteps)
    let extents = try Self.perSpecies(node["xi-extent"], model, default: suggestion.xiExtents)
    try self.init(
      node, model: model, modes: modes, xiExtents: extents,
      timeStep: try node["time-step"].positive(default: suggestion.timeStep), xiSteps: steps,
      tolerance: tolerance)
  }

  /// One number, or one for each species by its name.
  private static func perSpecies(
    _ node: ConfigurationNode, _ model: Model, default values: [DecimalNumber]? = nil
  ) throws -> [Double] {
    if let values, !node.isMapping, Set(values.map(\.text)).count > 1, node.isAbsent {
      return try zip(model.species, values).map { try node[$0.name].positive(default: $1).value }
    }
    return try model.species.enumerated().map { index, species in
      try (node.isMapping ? node[species.name] : node).positive(default: values?[index]).value
    }
  }

  private init(
    _ node: ConfigurationNode, model: Model, modes: Int, xiExtents: [Double], timeStep: DecimalNumber,
    xiSteps: [Double]? = nil, tolerance: Double? = nil
  ) throws {
    self.timeStep = timeStep
    guard model.geometry.kappa != nil else {
      throw node.error(
        expected: "no lattice on R^d: the Fourier lattice needs domain kind torus", got: "space")
    }
    let step = timeStep.value
    lattice = try node.locating {
      try FourierLattice(
        model, modes: modes, xiExtents: xiExtents, timeStep: step, xiSteps: xiSteps, tolerance: tolerance)
    }
    self.node = node
  }

  /// Reads `times:`, each a multiple of the time step, at most 5·10⁸ steps, increasing. A multiple as the decimals are
  /// written: the time of the lattice and that of a certified bound are then one number, up to the rounding of the lattice's.
  public func times(_ node: ConfigurationNode) throws -> [DecimalNumber] {
    let times = try readTimes(node)
    let step = Rational(timeStep)
    for (index, time) in times.enumerated()
    where !(Rational(time) / step).isInteger || lattice.steps(in: time.value) == nil {
      throw try node.list()[index].error(
        expected: "a multiple of \(self.node["time-step"].path) (\(timeStep.text)), at most 5·10⁸ steps")
    }
    return times
  }
}

/// Reads `times:`: increasing numbers ≥ 0.
public func readTimes(_ node: ConfigurationNode) throws -> [DecimalNumber] {
  let times = try node.numbers(atLeast: 1)
  for (index, time) in times.enumerated() {
    guard time.value >= 0, index == 0 || time.value > times[index - 1].value else {
      throw try node.list()[index].error(expected: "increasing times ≥ 0")
    }
  }
  return times
}
