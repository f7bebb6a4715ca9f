public import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads `lattice: {modes, xi-extent, time-step}` into a `FourierLattice`; `xi-extent` is one number, or one for each species
/// by its name.
public struct LatticeReader {
  /// The lattice, made for the model's domain and masses.
  public let lattice: FourierLattice
  /// Δt as configured.
  public let timeStep: DecimalNumber
  let node: ConfigurationNode

  /// Reads `lattice:`. Throws `ConfigurationError` with the key path of what is wrong.
  public init(_ node: ConfigurationNode, model: Model) throws {
    let modes = try node["modes"].integer(in: 0...100_000)
    let window = node["xi-extent"]
    let extents = try model.species.map { species in
      try (window.isMapping ? window[species.name] : window).positive().value
    }
    timeStep = try node["time-step"].positive()
    guard model.geometry.kappa != nil else {
      throw node.error(
        expected: "no lattice on R^d: the Fourier lattice needs domain kind torus", got: "space")
    }
    let step = timeStep.value
    lattice = try node.locating {
      try FourierLattice(model, modes: modes, xiExtents: extents, timeStep: step)
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
