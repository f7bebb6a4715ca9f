// What many-body follows: fermions from the same Slater determinants, exactly or in Hartree–Fock, the exact state with its
// Hartree–Fock companion unless there is to be none; and what is measured of them.

import CLibraries
import Computing
public import Husimi
import ManyBody

/// One state of fermions, how it moves, and where it is looked at.
public struct ManyBodyStudy: Sendable {
  /// How the state moves.
  public enum Method: String, CaseIterable, Sendable {
    /// The Schrödinger equation, Chebyshev's propagator.
    case exact
    /// Slater determinants.
    case hartreeFock = "hartree-fock"
  }

  /// The particles, plane waves and orbitals.
  public let system: FermionSystem
  /// Of the Husimi measures.
  public let window: any Window
  /// How the state moves.
  public let method: Method
  /// Whether an exact state has a Hartree–Fock companion.
  public let hasCompanion: Bool
  /// The largest step of Hartree–Fock.
  public let timeStep: Double
  /// Where the terms of (3.5) are taken: the points of each species.
  public let points: [[[HusimiPoint]]]
  /// The grid of the pictures.
  public let grid: PictureGrid

  /// All of them; a state that is not exact has no companion.
  public init(
    system: FermionSystem, window: any Window, method: Method, hasCompanion: Bool, timeStep: Double,
    points: [[[HusimiPoint]]], grid: PictureGrid
  ) {
    self.system = system
    self.window = window
    self.method = method
    self.hasCompanion = hasCompanion && method == .exact
    self.timeStep = timeStep
    self.points = points
    self.grid = grid
  }

  /// The ranks as those that have its states together: exact states of two species or more. All else every rank has.
  func fockRanks(_ ranks: Ranks) -> FockRanks {
    ranks.count > 1 && method == .exact && system.particles.count > 1 ? FockRanks(ranks) : .single
  }

  /// Whether Hartree–Fock orbitals move, as the state or beside it.
  public var followsHartreeFock: Bool { method == .hartreeFock || hasCompanion }
  /// Positions of the Hartree–Fock orbitals.
  public var gridPoints: Int { system.gridPoints(method == .exact ? 4 : 2) }

  /// By so much the norm² of a coherent state may be above 1 on the circle: beyond rounding, the window is too wide for it.
  public var normExcess: Double { window.normExcess(hbar: system.hbar, period: system.period) }

  /// Numbers of the largest vector that Slater determinants are written as.
  static let largestVector = 2_000_000
}

/// The states that are followed.
enum ManyBodyStates {
  case exact(ConvergingEvolution, companion: Expendable<HartreeFock>?)
  case hartreeFock(HartreeFock)

  /// - Parameter ranks: who has the exact states together.
  init(_ study: ManyBodyStudy, workers: Workers, ranks: FockRanks) throws {
    let start = try study.system.start()
    let orbitals =
      study.followsHartreeFock
      ? try study.system.hartreeFock(
        from: start, points: study.gridPoints, largestStep: study.timeStep, workers: workers)
      : nil
    if study.method == .hartreeFock, let orbitals {
      self = .hartreeFock(orbitals)
    } else {
      self = .exact(
        try study.system.exact(from: start, workers: workers, ranks: ranks),
        companion: orbitals.map { Expendable($0) { _ = try $0.slaterDeterminant() } })
    }
  }

  /// What moves.
  var evolutions: [any Evolution] {
    switch self {
    case .exact(let exact, let companion):
      companion.map { [NamedEvolution($0, ManyBodyObserver.companion), exact] } ?? [exact]
    case .hartreeFock(let orbitals): [orbitals]
    }
  }

  /// The state the observables are taken of.
  func state() throws -> any FermionState {
    switch self {
    case .exact(let exact, _): exact.main.fockState
    case .hartreeFock(let orbitals): try orbitals.slaterDeterminant()
    }
  }

  /// The exact state with those on other plane waves; nil of Hartree–Fock.
  var exact: ConvergingEvolution? {
    if case .exact(let exact, _) = self { exact } else { nil }
  }

  /// Bound of the propagation error so far.
  var error: Double {
    if case .exact(let exact, _) = self { exact.main.error } else { 0 }
  }

  /// ‖Ψ‖² of the exact state, 1 less the orbitals' defect of a determinant.
  var norm: Double {
    switch self {
    case .exact(let exact, _): exact.main.fockState.squaredNorm
    case .hartreeFock(let orbitals): 1 - orbitals.orthonormalityDefect
    }
  }

  func energy() throws -> Double {
    switch self {
    case .exact(let exact, _): try exact.main.energy()
    case .hartreeFock(let orbitals): orbitals.energy.total
    }
  }

  /// A Fock-space vector of the state, nil when it would be too large.
  func fockState(highestMode: Int) throws -> FockState? {
    switch self {
    case .exact(let exact, _): return exact.main.fockState
    case .hartreeFock(let orbitals):
      let slater = try orbitals.slaterDeterminant(tail: 1e-28)
      let memory = FockMemory(modes: slater.waves.count, particles: slater.particles)
      guard slater.waves.cutoff + highestMode <= 31, let bytes = memory.vector(),
        bytes <= 16 * ManyBodyStudy.largestVector
      else { return nil }
      return try slater.state(
        in: FockSpace(
          waves: slater.waves, particles: slater.particles, masses: slater.masses, hbar: slater.hbar))
    }
  }
}
