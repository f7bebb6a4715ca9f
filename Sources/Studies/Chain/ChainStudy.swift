// One state along the chain from Schrödinger's equation to Vlasov's: the same Slater determinants, each description with its own
// dynamics, and what is compared at every time.

import CLibraries
public import Husimi
import Interaction
public import PhaseSpace
import Wasserstein

/// A state of fermions, the lattices of its classical and semiclassical descriptions, and the grids on which they are compared.
public struct ChainStudy: Sendable {
  /// The particles, plane waves and orbitals.
  public let system: FermionSystem
  /// Of the Husimi measures.
  public let window: any Window
  /// Of the mean-field equations.
  public let lattice: FourierLattice
  /// Of the finite-N hierarchy that one particle of each species goes through; nil: none does.
  public let hierarchyLattice: FourierLattice?
  /// The cells of W_1; nil: it is not taken.
  public let histogram: PhaseSpaceGrid?
  /// The grid of the pictures.
  public let grid: PictureGrid
  /// The largest step of Hartree–Fock.
  public let timeStep: Double
  /// ξ beyond which the window's ambiguity function is below 1e-16.
  public let xiReach: Double

  /// All of them.
  public init(
    system: FermionSystem, window: any Window, lattice: FourierLattice, hierarchyLattice: FourierLattice?,
    histogram: PhaseSpaceGrid?, grid: PictureGrid, timeStep: Double
  ) {
    self.system = system
    self.window = window
    self.lattice = lattice
    self.hierarchyLattice = hierarchyLattice
    self.histogram = histogram
    self.grid = grid
    self.timeStep = timeStep
    xiReach = Self.reach(of: window, hbar: system.hbar)
  }

  /// The same potentials, masses and orbitals for one fermion of each species: N = S, ħ = 1/S unless the model has its own.
  public func ofOneEach() throws -> ChainStudy {
    let (model, count) = (system.model, system.model.species.count)
    let fraction = DecimalNumber(1 / Double(count))
    let one = try Model(
      geometry: model.geometry,
      species: model.species.map {
        try Species(name: $0.name, fraction: fraction, mass: $0.mass, charge: $0.charge)
      },
      potentials: model.potentials, kernel: model.kernel,
      particles: [Int](repeating: 1, count: count))
    return ChainStudy(
      system: try FermionSystem(
        model: one, modes: system.modes, profiles: system.profiles, convergence: system.convergence),
      window: window,
      lattice: lattice, hierarchyLattice: hierarchyLattice, histogram: histogram, grid: grid,
      timeStep: timeStep)
  }

  /// The lattice of the finite-N hierarchy where the state goes through it: closed at R = N, one particle of each species.
  public var ownHierarchyLattice: FourierLattice? {
    system.particles.allSatisfy { $0 == 1 } ? hierarchyLattice : nil
  }

  /// The same species and potentials with this kernel, N = ∞ or as many particles as there are.
  func model(kernel: Kernel, isFinite: Bool = false) throws -> Model {
    let model = system.model
    return try Model(
      geometry: model.geometry, species: model.species, potentials: model.potentials, kernel: kernel,
      particles: isFinite ? system.particles : nil)
  }

  /// Positions of the Hartree–Fock orbitals.
  var hartreeFockPoints: Int { system.gridPoints(4) }
  /// The density modes that are compared.
  public var highestMode: Int { max(1, system.highestMode) }

  /// The smallest ξ, on a 5 % ladder, from which on |a_ħ(ξ, 0)| stays below 1e-16.
  static func reach(of window: any Window, hbar: Double) -> Double {
    var xi = 1e4
    while xi > 1e-3, window.smoothing(xi: xi / 1.05, eta: 0, hbar: hbar).magnitude < 1e-16 { xi /= 1.05 }
    return xi
  }
}
