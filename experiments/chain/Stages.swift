import CLibraries
import ExperimentKit
import Hierarchy
import Husimi
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Vlasov

/// One description of the state, with its own dynamics; all start from the same Slater determinants.
protocol Stage: AnyObject {
  var name: String { get }
  func advance(to time: Double) throws
  /// r_m of each species, m = 1 … highest.
  func densityModes(upTo highest: Int) -> [[Complex<Double>]]
  /// The Husimi measure of a species at q_j = Λj/Q and the given momenta, values[i·Q + j].
  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double]
  /// Writes the state to a checkpoint under this name.
  func write(_ name: String, to writer: CheckpointWriter)
  /// Goes on from the state it had at this time, bit for bit.
  func restore(_ numbers: [Double], at time: Double) throws
}

/// From real and imaginary parts in turn.
private func complex(_ numbers: [Double]) -> [Complex<Double>] {
  stride(from: 0, to: numbers.count - 1, by: 2).map { Complex(numbers[$0], numbers[$0 + 1]) }
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

  func write(_ name: String, to writer: CheckpointWriter) { writer.write(name, state.coefficients) }

  func restore(_ numbers: [Double], at time: Double) throws {
    guard numbers.count == 2 * state.coefficients.count else {
      throw ArgumentError(
        "the exact state", expected: "\(2 * state.coefficients.count) numbers", got: "\(numbers.count)")
    }
    state = FockState(space: state.space, coefficients: complex(numbers))
    self.time = time
  }
}

/// The finite-N Moyal hierarchy closed at R = N = 2: the Schrödinger equation in the language of (1.8).
final class MoyalHierarchyStage: Stage {
  let name = "moyal-hierarchy"
  private let settings: Settings
  private let hierarchy: TruncatedHierarchy

  init(_ settings: Settings, _ start: SlaterDeterminant, lattice: FourierLattice, workers: Workers) throws {
    self.settings = settings
    let wigner = try WignerHierarchy(state: start)
    let data = try ProductMixture(
      components: [.init(weight: 1, states: (0..<2).map { WignerState(wigner, species: $0) })])
    hierarchy = try TruncatedHierarchy(
      model: settings.model, initial: data, lattice: lattice, rank: 2, closure: ExactClosure(),
      workers: workers)
  }

  func advance(to time: Double) throws {
    try hierarchy.advance(steps: steps(to: time) - hierarchy.steps)
  }

  private func steps(to time: Double) -> Int { Int((time / hierarchy.lattice.timeStep).rounded()) }

  func write(_ name: String, to writer: CheckpointWriter) { hierarchy.withState { writer.write(name, $0) } }

  func restore(_ numbers: [Double], at time: Double) throws {
    try hierarchy.restore(numbers, steps: steps(to: time))
  }

  func densityModes(upTo highest: Int) -> [[Complex<Double>]] {
    (0..<2).map { species in
      (1...highest).map {
        hierarchy.value(species: [species], modes: [ModeIndex(-$0, 0, 0)], points: [.zero])
      }
    }
  }

  func husimi(_ species: Int, positions: Int, momenta: [Double]) throws -> [Double] {
    let hierarchy = hierarchy
    return try settings.husimi(
      on: hierarchy.lattice, species, positions: positions, momenta: momenta
    ) { hierarchy.value(species: [species], modes: [$0], points: [$1]) }
  }
}

/// Hartree–Fock: one Slater determinant per species.
final class HartreeFockStage: Stage {
  let name = "hartree-fock"
  static let largestStep = 0.02
  private let settings: Settings
  private let equations: HartreeFock
  private var time = 0.0

  init(_ settings: Settings, _ start: SlaterDeterminant, workers: Workers) throws {
    self.settings = settings
    equations = try HartreeFock(
      interaction: settings.interaction, period: settings.period, particles: settings.particles,
      masses: settings.model.masses, orbitals: start.orbitals,
      points: settings.hartreeFockPoints, workers: workers)
  }

  func advance(to time: Double) throws {
    let steps = Int(((time - self.time) / Self.largestStep).rounded(.up))
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

  func write(_ name: String, to writer: CheckpointWriter) {
    let coefficients = equations.coefficients
    writer.write(name, count: coefficients.reduce(0) { $0 + 2 * $1.count }) { next in
      for rows in coefficients { rows.withUnsafeBytes { next($0.bindMemory(to: Double.self)) } }
    }
  }

  func restore(_ numbers: [Double], at time: Double) throws {
    let size = 2 * equations.coefficients.reduce(0) { $0 + $1.count }
    guard numbers.count == size else {
      throw ArgumentError("the orbitals", expected: "\(size) numbers", got: "\(numbers.count)")
    }
    var rest = complex(numbers)[...]
    try equations.replaceCoefficients(
      equations.coefficients.map { old in
        defer { rest = rest.dropFirst(old.count) }
        return Array(rest.prefix(old.count))
      })
    self.time = time
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
    flow = try VlasovLattice(
      model: settings.flowModel(kernel: kernel),
      states: (0..<2).map { WignerState(hierarchy, species: $0) }, lattice: settings.lattice,
      coupling: .nonperturbative, workers: workers)
  }

  func advance(to time: Double) throws { try flow.advance(steps: steps(to: time) - flow.steps) }

  private func steps(to time: Double) -> Int { Int((time / settings.lattice.timeStep).rounded()) }

  func write(_ name: String, to writer: CheckpointWriter) { flow.withState { writer.write(name, $0) } }

  func restore(_ numbers: [Double], at time: Double) throws {
    try flow.restore(numbers, steps: steps(to: time))
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
    let flow = flow
    return try settings.husimi(
      on: settings.lattice, species, positions: positions, momenta: momenta
    ) { flow.gridValue(species: species, order: 0, mode: $0, point: $1) }
  }
}

extension Settings {
  /// m from a characteristic function on a lattice: times a_ħ, and back by Fourier transform.
  fileprivate func husimi(
    on lattice: FourierLattice, _ species: Int, positions: Int, momenta: [Double],
    value: @escaping (ModeIndex, ModeIndex) -> Complex<Double>
  ) throws -> [Double] {
    let spacing = lattice.spacing(species)
    let halfWidth = Int(min(Double(lattice.halfWidths[species]), (xiReach / spacing).rounded(.up)))
    let inversion = try CharacteristicInversion(
      period: period, modes: lattice.modes, xiExtent: spacing * Double(halfWidth), halfWidth: halfWidth)
    let smoothed = SmoothedHierarchy(
      LatticeFunction(grid: value, spacing: spacing, kappa: lattice.kappa), window: window, hbar: hbar)
    return inversion.grid(of: smoothed, species: species, positions: positions, momenta: momenta)
  }
}

/// The lattice's values at its own points.
private struct LatticeFunction: MarginalHierarchy {
  /// The value at a mode and a point of the grid.
  nonisolated(unsafe) let grid: (ModeIndex, ModeIndex) -> Complex<Double>
  let spacing: Double
  let kappa: Double

  func value(at particles: [PhasePoint]) -> Complex<Double> {
    guard let particle = particles.first else { return 1 }
    return grid(
      ModeIndex(Int((particle.eta[0] / kappa).rounded()), 0, 0),
      ModeIndex(Int((particle.xi[0] / spacing).rounded()), 0, 0))
  }

  func isNonnegative(hbar: Double?) -> Bool { false }
}

extension Settings {
  /// The model of a mean-field equation: N = ∞.
  func flowModel(kernel: Kernel) throws -> Model {
    try Model(
      geometry: model.geometry, species: model.species, potentials: model.potentials, kernel: kernel)
  }

  /// The chain's stages at t = 0, all from the same Slater determinants.
  func stages(workers: Workers) throws -> [any Stage] {
    let waves = try PlaneWaves(cutoff: modes, period: period)
    let start = try SlaterDeterminant(
      orbitals: orbitals.enumerated().map { species, profile in
        try profile.orbitals(waves: waves, count: particles[species], total: total, hbar: hbar).orbitals
      }, masses: model.masses)
    var stages: [any Stage] = [try ExactStage(self, start, workers: workers)]
    if let lattice = hierarchyLattice, particles == [1, 1] {
      stages.append(try MoyalHierarchyStage(self, start, lattice: lattice, workers: workers))
    }
    stages.append(try HartreeFockStage(self, start, workers: workers))
    stages.append(
      try LatticeStage(self, start, kernel: .moyal(hbar: DecimalNumber(hbar)), workers: workers))
    stages.append(try LatticeStage(self, start, kernel: .classical, workers: workers))
    return stages
  }
}
