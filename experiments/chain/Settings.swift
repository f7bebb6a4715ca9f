import CLibraries
import ExperimentKit
import ModelConfiguration
import PhaseSpace
import Studies
import Wasserstein

/// The configuration of `chain`.
struct Settings {
  /// The chain, and where there is a `moyal-hierarchy` that of one fermion of each species.
  let chains: [ChainStudy]
  let times: [DecimalNumber]

  init(_ configuration: ConfigurationNode) throws {
    let system = try FermionSystem(configuration, modes: 1...31, readsExternal: true)
    let window = try readWindow(configuration["window"])
    let reader = try LatticeReader(configuration["lattice"], model: system.model)
    times = try reader.times(configuration["times"])
    let hierarchy = configuration["moyal-hierarchy"]
    let hierarchyReader = hierarchy.isAbsent ? nil : try LatticeReader(hierarchy, model: system.model)
    _ = try hierarchyReader?.times(configuration["times"])
    let chain = ChainStudy(
      system: system, window: window, lattice: reader.lattice, hierarchyLattice: hierarchyReader?.lattice,
      histogram: try Self.readHistogram(configuration["histogram"], period: system.period),
      grid: try PictureGrid(
        configuration["grid"], period: system.period, atMost: 1000, default: (positions: 64, momenta: 65)),
      timeStep: try configuration["time-step"].positive(default: 0.02).value)
    // What the ends of the ξ window lose travels inwards at κ n_max/m.
    let travel =
      reader.lattice.kappa * Double(reader.lattice.modes) * (times.last?.value ?? 0)
      / (system.model.masses.min() ?? 1)
    guard let extent = reader.lattice.xiExtents.smallest(), extent >= chain.xiReach else {
      throw configuration["lattice"]["xi-extent"].error(
        expected: "at least \(chain.xiReach.rounded(.up)), where the window's a_ħ ends "
          + "(\((chain.xiReach + travel).rounded(.up)) keeps the ends away at all times)")
    }
    chains = try hierarchyReader == nil ? [chain] : [chain, chain.ofOneEach()]
    try limitTime(configuration)
  }

  private static func readHistogram(_ node: ConfigurationNode, period: Double) throws -> PhaseSpaceGrid? {
    let q = try node["q"].integer(in: 0...200, default: 28)
    let p = try node["p"].integer(in: 0...200, default: 28)
    let reach = try node["p-max"].positive(default: 1.2).value
    guard q > 0, p > 0 else { return nil }
    return try node.locating {
      try PhaseSpaceGrid(positions: q, momenta: p, period: period, momentumRange: -reach...reach)
    }
  }

  /// Refuses what would take longer than the configured time.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let (chain, last) = (chains[0], times.last?.value ?? 0)
    guard last / chain.timeStep < 1e7 else {
      throw configuration["times"].error(
        expected: "at most 10⁷ Hartree–Fock steps of \(chain.timeStep)", got: "\(last)")
    }
    for part in work(of: chain, hierarchy: chain.hierarchyLattice) {
      try configuration.requireTime(seconds: part.seconds, at: configuration[part.key], part.what)
    }
    try configuration.requireTime(
      seconds: Double(times.count * 20)
        * WorkEstimate.wassersteinDistance(cells: Double(chain.histogram?.cells ?? 0)),
      at: configuration["histogram"], "transport distances")
  }

  /// Seconds of what moves in a chain.
  private func work(of chain: ChainStudy, hierarchy: FourierLattice?) -> [(
    seconds: Double, key: String, what: String
  )] {
    let last = times.last?.value ?? 0
    let steps = Double(chain.lattice.steps(in: last) ?? 0)
    var parts = [
      (
        seconds: 4 * WorkEstimate.vlasovLattice(chain.lattice, chain.system.model, steps: steps),
        key: steps > 10_000 ? "times" : "lattice", what: "\(steps) steps on the lattice"
      )
    ]
    if let lattice = hierarchy {
      let steps = Double(lattice.steps(in: last) ?? 0)
      parts.append(
        (
          WorkEstimate.truncatedHierarchy(
            lattice, chain.system.model, rank: chain.system.particles.count, steps: steps),
          "moyal-hierarchy", "\(steps) steps of the hierarchy"
        ))
    }
    parts.append(
      (
        chain.system.exactSeconds(to: last, times: times.count)
          + chain.system.hartreeFockSeconds(
            points: chain.system.gridPoints(4), steps: last / chain.timeStep),
        "times", "exact and Hartree–Fock dynamics"
      ))
    return parts
  }

  /// How much a chain weighs beside another one.
  func weight(of chain: ChainStudy) -> Double {
    work(of: chain, hierarchy: chain.ownHierarchyLattice).reduce(0.01) { $0 + $1.seconds }
  }
}
