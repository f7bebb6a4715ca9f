import CLibraries
import Computing
import Hierarchy
import Husimi
import Interaction
import ManyBody
import Numerics
import PhaseSpace
import Vlasov

/// One description of the state with its own dynamics, and how it is looked at.
struct ChainStage {
  let name: String
  let evolution: any Evolution
  /// Why it is no longer there, where it may fail without the others.
  var failure: () -> EvolutionFailure? = { nil }
  /// The exact state with those on other plane waves, where it is one.
  var exact: ConvergingEvolution? { evolution as? ConvergingEvolution }
  /// r_m of a species, m ≥ 1.
  let densityMode: (_ species: Int, _ m: Int) throws -> Complex<Double>
  /// The Husimi measure of a species at q_j = Λj/Q and the given momenta, values[i·Q + j].
  let husimi: (_ species: Int, _ positions: Int, _ momenta: [Double]) throws -> [Double]
}

extension ChainStudy {
  /// The names of the stages in their order.
  public var stageNames: [String] {
    ["exact"] + (ownHierarchyLattice == nil ? [] : ["moyal-hierarchy"]) + [
      "hartree-fock", "hartree", "vlasov",
    ]
  }

  /// The stages at t = 0, all from the same Slater determinants.
  func stages(workers: Workers) throws -> [ChainStage] {
    let start = try system.start()
    let wigner = try WignerHierarchy(state: start.determinant)
    return try [exact(from: start, workers)] + [moyalHierarchy(from: wigner, workers)].compactMap(\.self)
      + [
        hartreeFock(from: start, workers),
        meanField("hartree", .moyal(hbar: DecimalNumber(system.hbar)), from: wigner, workers),
        meanField("vlasov", .classical, from: wigner, workers),
      ]
  }

  /// The N-body Schrödinger equation.
  private func exact(from start: (determinant: SlaterDeterminant, cut: OrbitalCut), _ workers: Workers) throws
    -> ChainStage
  {
    let exact = try system.exact(from: start, workers: workers)
    return ChainStage(
      name: "exact", evolution: exact,
      densityMode: { exact.main.fockState.densityMode($0, ModeIndex($1, 0, 0)) },
      husimi: { try grid(of: exact.main.fockState, $0, $1, $2) })
  }

  /// The finite-N Moyal hierarchy closed at R = N, one particle of each species: the Schrödinger equation in the language of (1.8).
  private func moyalHierarchy(from wigner: WignerHierarchy, _ workers: Workers) throws -> ChainStage? {
    guard let lattice = ownHierarchyLattice else { return nil }
    let data = try ProductMixture(components: [.init(weight: 1, states: states(wigner))])
    let hierarchy = try TruncatedHierarchy(
      model: model(kernel: .moyal(hbar: DecimalNumber(system.hbar)), isFinite: true), initial: data,
      lattice: lattice, rank: system.total, closure: ExactClosure(), workers: workers)
    return ChainStage(
      name: "moyal-hierarchy", evolution: shown(hierarchy, on: lattice),
      densityMode: { hierarchy.value(species: [$0], modes: [ModeIndex(-$1, 0, 0)], points: [.zero]) },
      husimi: { species, positions, momenta in
        try smoothed(on: lattice, species, positions, momenta) {
          hierarchy.value(species: [species], modes: [$0], points: [$1])
        }
      })
  }

  /// Hartree–Fock: one Slater determinant per species. It may fail, of strong interactions, and leaves the others alone.
  private func hartreeFock(
    from start: (determinant: SlaterDeterminant, cut: OrbitalCut), _ workers: Workers
  ) throws -> ChainStage {
    let orbitals = try system.hartreeFock(
      from: start, points: hartreeFockPoints, largestStep: timeStep, workers: workers)
    let expendable = Expendable(orbitals) { _ = try $0.slaterDeterminant() }
    return ChainStage(
      name: "hartree-fock", evolution: expendable, failure: { expendable.failure },
      densityMode: { orbitals.densityMode($0, $1) },
      husimi: { try grid(of: orbitals.slaterDeterminant(), $0, $1, $2) })
  }

  /// A mean-field equation on the Fourier lattice: Hartree's with the Moyal kernel, Vlasov's with the classical one. The initial
  /// data are the Wigner functions of the orbitals, so that only the dynamics differs. ρ̂(κn) = w(0, n) is the mean of e^{iκnq}:
  /// r_m = w(0, −m).
  private func meanField(_ name: String, _ kernel: Kernel, from wigner: WignerHierarchy, _ workers: Workers)
    throws -> ChainStage
  {
    let flow = try VlasovLattice(
      model: model(kernel: kernel), states: states(wigner), lattice: lattice, coupling: .nonperturbative,
      workers: workers)
    return ChainStage(
      name: name, evolution: shown(flow, on: lattice),
      densityMode: { flow.gridValue(species: $0, order: 0, mode: ModeIndex(-$1, 0, 0), point: .zero) },
      husimi: { species, positions, momenta in
        try smoothed(on: lattice, species, positions, momenta) {
          flow.gridValue(species: species, order: 0, mode: $0, point: $1)
        }
      })
  }

  private func shown(_ moving: any Evolution, on lattice: FourierLattice) -> ShownLattice {
    ShownLattice(moving, on: lattice, window: window, hbar: system.hbar, reach: xiReach)
  }

  private func states(_ wigner: WignerHierarchy) -> [WignerState] {
    system.model.species.indices.map { WignerState(wigner, species: $0) }
  }

  private func grid(of state: some FermionState, _ species: Int, _ positions: Int, _ momenta: [Double]) throws
    -> [Double]
  {
    try HusimiGrid(of: state, species: species, window: window, positions: positions, momenta: momenta).values
  }

  /// m from a characteristic function on a lattice: times a_ħ, and back by Fourier transform; times ħN, for the function is of
  /// mass N_α/N and the measure of ħN_α.
  private func smoothed(
    on lattice: FourierLattice, _ species: Int, _ positions: Int, _ momenta: [Double],
    value: @escaping (ModeIndex, ModeIndex) -> Complex<Double>
  ) throws -> [Double] {
    let spacing = lattice.spacing(species)
    let halfWidth = Int(min(Double(lattice.halfWidths[species]), (xiReach / spacing).rounded(.up)))
    let inversion = try CharacteristicInversion(
      period: system.period, modes: lattice.modes, xiExtent: spacing * Double(halfWidth), halfWidth: halfWidth
    )
    let smoothed = SmoothedHierarchy(
      LatticeFunction(grid: value, spacing: spacing, kappa: lattice.kappa), window: window, hbar: system.hbar)
    let scale = system.hbar * Double(system.total)
    return inversion.grid(of: smoothed, species: species, positions: positions, momenta: momenta).map {
      $0 * scale
    }
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
