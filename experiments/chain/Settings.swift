import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import ModelConfiguration
import PhaseSpace
import Wasserstein

/// The configuration of `chain`.
struct Settings {
  private(set) var model: Model
  private(set) var particles: [Int]
  let interaction: InteractionModes
  let modes: Int
  let orbitals: [OrbitalProfile]
  let window: any Window
  let lattice: FourierLattice
  let times: [DecimalNumber]
  /// ξ beyond which the window's ambiguity function is below 1e-16.
  private(set) var xiReach: Double
  /// Where one and one fermion of the same model are followed through the finite-N Moyal hierarchy, nil: nowhere.
  let hierarchyLattice: FourierLattice?
  let histogram: PhaseSpaceGrid?
  let gridPositions: Int
  let gridMomenta: [Double]

  init(_ configuration: ConfigurationNode) throws {
    let node = configuration["model"]
    model = try ModelReader(node, readsKernel: false).model
    guard let particles = model.particles, particles.count == 2 else {
      throw node["particles"].error(expected: "the particle numbers of two species")
    }
    guard model.geometry.dimension == 1, let kappa = model.geometry.kappa else {
      throw node.error(expected: "one dimension and a torus", got: "another geometry")
    }
    self.particles = particles
    let potentials = model.potentials
    interaction = try node.locating { try InteractionModes(potentials) }
    let modes = try configuration["modes"].integer(in: 1...31)
    self.modes = modes
    guard particles.allSatisfy({ $0 <= 2 * modes + 1 }) else {
      throw configuration["modes"].error(expected: "at least as many plane waves as fermions of a species")
    }
    orbitals = try readOrbitals(configuration["orbitals"], model: model)
    window = try readWindow(configuration["window"])
    let reader = try LatticeReader(configuration["lattice"], model: model)
    lattice = reader.lattice
    times = try reader.times(configuration["times"])
    xiReach = Settings.reach(of: window, hbar: 1 / Double(particles.reduce(0, +)))
    // What the ends of the ξ window lose travels inwards at κ n_max/m.
    let travel = kappa * Double(lattice.modes) * (times.last?.value ?? 0) / (model.masses.min() ?? 1)
    guard let extent = lattice.xiExtents.smallest(), extent >= xiReach else {
      throw configuration["lattice"]["xi-extent"].error(
        expected: "at least \(xiReach.rounded(.up)), where the window's a_ħ ends "
          + "(\((xiReach + travel).rounded(.up)) keeps the ends away at all times)")
    }
    let hierarchy = configuration["moyal-hierarchy"]
    if !hierarchy.isAbsent {
      let reader = try LatticeReader(hierarchy, model: model)
      _ = try reader.times(configuration["times"])
      hierarchyLattice = reader.lattice
    } else {
      hierarchyLattice = nil
    }
    let period = 2 * .pi / kappa
    let grid = configuration["grid"]
    gridPositions = try grid["positions"].integer(in: 2...1000, default: 64)
    let count = try grid["momenta"].integer(in: 2...1000, default: 65)
    let limit = try grid["p-max"].positive(default: 1.2).value
    gridMomenta = (0..<count).map { -limit + 2 * limit * Double($0) / Double(count - 1) }
    let cells = configuration["histogram"]
    let q = try cells["q"].integer(in: 0...200, default: 28)
    let p = try cells["p"].integer(in: 0...200, default: 28)
    let reach = try cells["p-max"].positive(default: 1.2).value
    histogram =
      q == 0 || p == 0
      ? nil
      : try cells.locating {
        try PhaseSpaceGrid(positions: q, momenta: p, period: period, momentumRange: -reach...reach)
      }
    try limitTime(configuration)
  }

  /// Refuses what would take longer than the configured time.
  private func limitTime(_ configuration: ConfigurationNode) throws {
    let last = times.last?.value ?? 0
    guard last / HartreeFockStage.largestStep < 1e7 else {
      throw configuration["times"].error(
        expected: "at most 10⁷ Hartree–Fock steps of \(HartreeFockStage.largestStep)", got: "\(last)")
    }
    let steps = Double(lattice.steps(in: last) ?? 0)
    try configuration.requireTime(
      seconds: 4 * WorkEstimate.vlasovLattice(lattice, model, steps: steps),
      at: configuration[steps > 10_000 ? "times" : "lattice"], "\(steps) steps on the lattice")
    if let hierarchyLattice {
      let steps = Double(hierarchyLattice.steps(in: last) ?? 0)
      try configuration.requireTime(
        seconds: WorkEstimate.truncatedHierarchy(hierarchyLattice, model, rank: 2, steps: steps),
        at: configuration["moyal-hierarchy"], "\(steps) steps of the hierarchy")
    }
    try configuration.requireTime(
      seconds: WorkEstimate.exactDynamics(
        interaction, particles: particles, masses: model.masses, modes: modes, period: period, time: last,
        times: times.count)
        + WorkEstimate.hartreeFock(
          particles: particles.map(Double.init),
          points: Double(4 * (modes + 2 * interaction.highestMode + 1)),
          highestMode: interaction.highestMode, steps: last / HartreeFockStage.largestStep),
      at: configuration["times"], "exact and Hartree–Fock dynamics")
    try configuration.requireTime(
      seconds: Double(times.count * 20)
        * WorkEstimate.wassersteinDistance(cells: Double(histogram?.cells ?? 0)),
      at: configuration["histogram"], "transport distances")
  }

  /// The same potentials, masses and orbitals for one fermion of each species: N = 2, ħ = 1/2.
  func pair() throws -> Settings {
    var pair = self
    pair.particles = [1, 1]
    pair.model = try Model(
      geometry: model.geometry,
      species: model.species.map { try Species(name: $0.name, fraction: 0.5, mass: $0.mass) },
      potentials: model.potentials, kernel: .moyal(hbar: 0.5), particles: [1, 1])
    pair.xiReach = Settings.reach(of: window, hbar: 0.5)
    return pair
  }

  /// Positions of the Hartree–Fock orbitals.
  var hartreeFockPoints: Int { 4 * (modes + 2 * interaction.highestMode + 1) }
  var total: Int { particles.reduce(0, +) }
  var hbar: Double { 1 / Double(total) }
  var period: Double { 2 * .pi / lattice.kappa }

  /// The smallest ξ, on a 5 % ladder, from which on |a_ħ(ξ, 0)| stays below 1e-16.
  private static func reach(of window: any Window, hbar: Double) -> Double {
    var xi = 1e4
    while xi > 1e-3, window.smoothing(xi: xi / 1.05, eta: 0, hbar: hbar).magnitude < 1e-16 { xi /= 1.05 }
    return xi
  }
}
