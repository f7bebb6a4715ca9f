import CLibraries
import Hierarchy
import Husimi
import Interaction
import ManyBody
import Numerics
import PhaseSpace

/// One description of the state, with its own dynamics; all start from the same Slater determinants.
protocol Stage: AnyObject {
  var name: String { get }
  func advance(to time: Double) throws
  /// r_m of each species, m = 1 … highest.
  func densityModes(upTo highest: Int) -> [[Complex<Double>]]
  /// The Husimi measure of a species at q_j = Λj/Q and the given momenta, values[i·Q + j].
  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double]
}

/// The N-body Schrödinger equation.
final class ExactStage: Stage {
  let name = "exact"
  private let settings: Settings
  private let propagator: ChebyshevPropagator
  private(set) var state: FockState
  private var time = 0.0

  init(_ settings: Settings, _ start: SlaterDeterminant, workers: Workers) throws {
    self.settings = settings
    let space = try FockSpace(
      waves: start.waves, particles: settings.particles, masses: settings.model.masses)
    state = try start.state(in: space)
    propagator = try ChebyshevPropagator(
      Hamiltonian(
        space: space, interaction: settings.interaction, totalMomentum: state.definiteMomentum,
        workers: workers))
  }

  func advance(to time: Double) throws {
    state = try propagator.evolve(state, by: time - self.time).state
    self.time = time
  }

  func densityModes(upTo highest: Int) -> [[Complex<Double>]] {
    (0..<2).map { species in (1...highest).map { state.densityMode(species, [$0]) } }
  }

  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double] {
    try HusimiGrid(
      of: state, species: species, window: settings.window, positions: positions, momenta: momenta
    ).values
  }
}

/// Hartree–Fock: one Slater determinant per species.
final class HartreeFockStage: Stage {
  let name = "hartree-fock"
  private let settings: Settings
  private let equations: HartreeFock
  private var time = 0.0

  init(_ settings: Settings, _ start: SlaterDeterminant, workers: Workers) throws {
    self.settings = settings
    equations = try HartreeFock(
      interaction: settings.interaction, period: settings.period, particles: settings.particles,
      masses: settings.model.masses, orbitals: start.orbitals,
      points: 4 * (settings.modes + 2 * settings.interaction.highestMode + 1), workers: workers)
  }

  func advance(to time: Double) throws {
    let steps = Int(((time - self.time) / 0.02).rounded(.up))
    for _ in 0..<steps { try equations.step((time - self.time) / Double(steps)) }
    self.time = time
  }

  func densityModes(upTo highest: Int) -> [[Complex<Double>]] {
    (0..<2).map { species in (1...highest).map { equations.densityMode(species, $0) } }
  }

  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double] {
    try HusimiGrid(
      of: equations.slaterDeterminant(), species: species, window: settings.window, positions: positions,
      momenta: momenta
    ).values
  }
}

/// A mean-field equation on the Fourier lattice: Hartree's with the Moyal kernel, Vlasov's with the classical one. The
/// initial data are the Wigner functions of the orbitals, so that only the dynamics differs.
final class LatticeStage: Stage {
  let name: String
  private let settings: Settings
  private let flow: VlasovLattice

  init(_ settings: Settings, _ start: SlaterDeterminant, kernel: Kernel, workers: Workers) throws {
    name = kernel.hbar == nil ? "vlasov" : "hartree"
    self.settings = settings
    let hierarchy = try WignerHierarchy(state: start)
    let model = try Model(
      geometry: settings.model.geometry, species: settings.model.species,
      potentials: settings.model.potentials,
      kernel: kernel)
    flow = try VlasovLattice(
      model: model,
      states: (0..<2).map { WignerState(hierarchy, species: $0) }, lattice: settings.lattice, coupling: .nonperturbative, workers: workers)
  }

  func advance(to time: Double) throws {
    let target = Int((time / settings.lattice.timeStep).rounded())
    try flow.advance(steps: target - flow.steps)
  }

  /// ρ̂(κn) = w(0, n) is the mean of e^{iκnq}: r_m = w(0, −m).
  func densityModes(upTo highest: Int) -> [[Complex<Double>]] {
    (0..<2).map { species in
      (1...highest).map {
        flow.gridValue(species: species, order: 0, mode: ModeIndex(-$0, 0, 0), point: .zero)
      }
    }
  }

  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double] {
    let spacing = settings.lattice.spacing(species)
    let halfWidth = min(settings.lattice.halfWidths[species], Int((settings.xiReach / spacing).rounded(.up)))
    let inversion = try CharacteristicInversion(
      period: settings.period, modes: settings.lattice.modes, xiExtent: spacing * Double(halfWidth),
      halfWidth: halfWidth)
    let smoothed = SmoothedHierarchy(
      LatticeFunction(flow: flow, spacing: spacing, kappa: settings.lattice.kappa), window: settings.window,
      hbar: settings.hbar)
    return inversion.grid(of: smoothed, species: species, positions: positions, momenta: momenta)
  }
}

/// The lattice's values at its own points.
private struct LatticeFunction: InitialHierarchy {
  nonisolated(unsafe) let flow: VlasovLattice
  let spacing: Double
  let kappa: Double

  func value(at particles: [PhasePoint]) -> Complex<Double> {
    guard let particle = particles.first else { return 1 }
    return flow.gridValue(
      species: particle.species, order: 0, mode: ModeIndex(Int((particle.eta[0] / kappa).rounded()), 0, 0),
      point: ModeIndex(Int((particle.xi[0] / spacing).rounded()), 0, 0))
  }

  func isNonnegative(hbar: Double?) -> Bool { false }
}
