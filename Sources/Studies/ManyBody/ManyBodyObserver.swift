// What is measured of a state at one time: the statements of Section 2 side by side with what they say, the Husimi measures, and
// every term of (3.5).

public import CLibraries
public import Computing
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import Numerics
import PhaseSpace

/// The states of a study, and what is measured of them.
public final class ManyBodyObserver {
  /// What the figures of the companion's resolution begin with.
  public static let companion = "Hartree–Fock"

  private let study: ManyBodyStudy
  private let states: ManyBodyStates
  private let bounds: MomentBound
  private let workers: Workers
  private let ranks: FockRanks

  /// The states at t = 0.
  /// - Parameter ranks: the processes that have exact states of two species and more together; each has all else.
  /// - Throws: `MemoryError`, `ArgumentError`; what the ranks throw.
  public init(_ study: ManyBodyStudy, workers: Workers, ranks: Ranks = .single) throws {
    self.study = study
    self.workers = workers
    self.ranks = study.fockRanks(ranks)
    states = try ManyBodyStates(study, workers: workers, ranks: self.ranks)
    bounds = MomentBound(try states.state(), interaction: study.system.interaction, window: study.window)
    try self.ranks.check()
  }

  /// What moves.
  public var evolutions: [any Evolution] { states.evolutions }

  private var species: Range<Int> { study.system.model.species.indices }
  private var total: Double { Double(study.system.total) }

  /// The figures of this time, at which the states are.
  /// - Throws: `NumericalFailure`; what the ranks throw.
  public func record(at time: Double) throws -> ManyBodyRecord {
    let record = Result { try figures(at: time) }
    // What failed between ranks made NaN of what depends on it.
    try ranks.check()
    return try record.get()
  }

  private func figures(at time: Double) throws -> ManyBodyRecord {
    let state = try states.state()
    let densities = species.map { state.density($0) }
    let measure = HusimiMeasure(state: state, window: study.window)
    let kinetic = kinetic(state, densities)
    let husimi = try study.points.map { try measure.value($0) }
    let pictures = try densities.map { try picture(state, $0) }
    let integrals = try species.map { try latticeIntegrals(state, $0, densities[$0]) }
    let fock = try states.fockState(highestMode: study.system.highestMode).map {
      try fockFigures($0, kinetic: kinetic)
    }
    let companion = comparison(densities, pictures, at: time)
    return ManyBodyRecord(
      time: time, error: states.error, truncation: try states.exact.map(truncation),
      energy: try states.energy(), norm: states.norm, kinetic: kinetic,
      kineticBound: bounds.kinetic.map { $0.value(at: time) }, husimi: husimi.map(finite),
      modes: densityModes(densities), occupations: try densities.map { try $0.occupations() },
      mass: integrals.map(\.mass), massExpected: species.map { measure.mass(order([$0])) },
      massMissing: integrals.map(\.missing.mass), moment: integrals.map(\.moment),
      momentMissing: integrals.map(\.missing.moment),
      // (2π)^{−1}∫p²m = ħN (2m_α⟨K⟩/N + ħ(N_α/N)‖f'‖²)
      momentFromKinetic: species.map { bounds.secondMoment($0, kinetic: kinetic[$0]) },
      momentBound: species.map { bounds.secondMoment($0, at: time) },
      symmetry: try symmetry(measure, husimi), pictures: pictures.map { RecordedArray($0) },
      least: pictures.joined().smallest() ?? .nan, greatest: pictures.joined().largest() ?? .nan, fock: fock,
      companion: companion.figures, failure: companion.failure)
  }

  /// ⟨K_α⟩/N
  private func kinetic(_ state: any FermionState, _ densities: [OneParticleDensity]) -> [Double] {
    zip(densities, state.masses).map { $0.kineticEnergy(hbar: state.hbar, mass: $1) / total }
  }

  /// r_m by species, m = 0 … and part.
  private func densityModes(_ densities: [OneParticleDensity]) -> [Double] {
    densities.flatMap { density in
      (0...study.system.highestMode).flatMap { m -> [Double] in
        let mode = density.mode(ModeIndex(m, 0, 0))
        return [mode.real / total, mode.imaginary / total]
      }
    }
  }

  /// What the plane waves cut off, and the figures on other ones.
  private func truncation(_ exact: ConvergingEvolution) throws -> ManyBodyRecord.Truncation {
    let differences = exact.differences()
    return ManyBodyRecord.Truncation(
      state: .least(2, exact.main.truncation), densityModes: differences?.densityModes,
      kinetic: differences?.kinetic,
      convergence: try (exact.others + [exact.main]).map { evolution in
        let state = evolution.fockState
        let measure = HusimiMeasure(state: state, window: study.window)
        let densities = species.map { state.density($0) }
        return ManyBodyRecord.OnPlaneWaves(
          modes: state.waves.cutoff, truncation: .least(2, evolution.truncation),
          occupation: evolution.outermostOccupation,
          kinetic: kinetic(state, densities), modesOfDensity: densityModes(densities),
          husimi: try study.points.map { finite(try measure.value($0)) })
      }.sorted { $0.modes < $1.modes })
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  /// How many there are of each species among these particles.
  private func order(_ particles: [Int]) -> [Int] { species.map { a in particles.filter { $0 == a }.count } }

  /// (2π)^{−1}∫m and (2π)^{−1}∫p²m on the exact lattice, and what is missing of them there.
  private func latticeIntegrals(_ state: any FermionState, _ species: Int, _ density: OneParticleDensity)
    throws -> (
      mass: Double, moment: Double, missing: (mass: Double, moment: Double)
    )
  {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: study.window)
    let integrals = try lattice.integrals(
      density: density.matrix, waves: state.waves, hbar: state.hbar, window: study.window,
      workers: workers, weights: [{ _ in 1 }, { $0 * $0 }])
    let mass = state.hbar * Double(study.system.particles[species])
    return (
      integrals[0], integrals[1], (mass * lattice.missing.mass, mass * lattice.missing.moment)
    )
  }

  /// The largest change of m when the particles of each species are taken in the opposite order.
  private func symmetry(_ measure: HusimiMeasure, _ husimi: [Double]) throws -> Double? {
    let changes = try zip(study.points, husimi).filter { $0.0.contains { $0.count > 1 } }.map {
      point, value in
      (try measure.value(point.map { $0.reversed() }) - value).magnitude
    }
    return changes.largest()
  }

  /// m(q,p) on the grid of the pictures.
  private func picture(_ state: any FermionState, _ density: OneParticleDensity) throws -> [Double] {
    try HusimiGrid(
      density: density.matrix, waves: state.waves, hbar: state.hbar, window: study.window,
      positions: study.grid.positions, momenta: study.grid.momenta, workers: workers
    ).values
  }

  /// The exact state against its companion; a comparison that fails is the companion's end.
  private func comparison(_ densities: [OneParticleDensity], _ pictures: [[Double]], at time: Double) -> (
    figures: ManyBodyRecord.CompanionFigures?, failure: EvolutionFailure?
  ) {
    guard case .exact(_, let companion?) = states else { return (nil, nil) }
    let figures = companion.attempt(at: time) { orbitals in
      let slater = try orbitals.slaterDeterminant()
      let others = species.map { slater.density($0) }
      let shown = try others.map { try picture(slater, $0) }
      return ManyBodyRecord.CompanionFigures(
        traceDistance: try zip(densities, others).map { try $0.traceDistance(to: $1) / total },
        husimiL1: species.map { study.grid.distance(pictures[$0], shown[$0]) },
        husimiL1Error: species.map {
          study.grid.distanceError(
            pictures[$0], shown[$0], mass: study.system.hbar * Double(study.system.particles[$0]))
        },
        densityDistance: species.map { species in
          (1...max(1, study.system.highestMode)).map {
            let mode = ModeIndex($0, 0, 0)
            return (densities[species].mode(mode) - others[species].mode(mode)).length / total
          }.largest() ?? .nan
        })
    }
    return (figures, companion.failure)
  }

  /// What needs the vector: the number operators of Lemma 2.2, (2.14), the recursion of Lemma 2.1, the hierarchy.
  private func fockFigures(_ state: FockState, kinetic: [Double]) throws -> ManyBodyRecord.FockFigures {
    let pairs = species.flatMap { a in species.filter { $0 >= a }.map { [a, $0] } }
    return ManyBodyRecord.FockFigures(
      numberMoments: (species.map { [$0] } + pairs).map { particles in
        let expected = particles.reduce(1.0) { $0 * Double(study.system.particles[$1]) }
        return state.numberMoment(order(particles)) / expected
      },
      rate: try species.map {
        try state.kineticEnergyRate($0, interaction: study.system.interaction) / total
      },
      rateBound: species.map { bounds.kinetic[$0].derivative(kinetic: kinetic[$0]) },
      recursion: try recursion(state), hierarchy: try hierarchy(state))
  }

  private func hierarchy(_ state: FockState) throws -> [ManyBodyRecord.HierarchyFigures] {
    guard !study.points.isEmpty else { return [] }
    let identity = try HierarchyIdentity(
      state: state, interaction: study.system.interaction, window: study.window, workers: workers)
    let differences = try states.exact?.main.timeDerivative { state in
      let measure = HusimiMeasure(state: state, window: study.window)
      return try study.points.map { try measure.value($0) }
    }
    return try study.points.enumerated().map { index, point in
      let t = try identity.terms(point)
      return ManyBodyRecord.HierarchyFigures(
        m: finite(t.measure), dtm: finite(t.timeDerivative),
        difference: differences.flatMap { finite($0[index]) },
        transport: finite(t.transport),
        divR: finite(t.positionResidue), force: finite(t.force), residueForce: finite(t.forceResidue),
        residuePair: finite(t.pairResidue), defect: finite(t.defect))
    }
  }

  /// The largest defect of the recursion of Lemma 2.1 over the points and the species of which a particle is left.
  private func recursion(_ state: FockState) throws -> Double? {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: study.window)
    let measure = HusimiMeasure(state: state, window: study.window)
    var defects: [Double] = []
    for point in study.points {
      guard
        let lower = state.annihilated(
          try point.map { try $0.map { try measure.coherentState($0).coefficients() } })
      else { continue }
      for species in species where lower.removed[species] < study.system.particles[species] {
        let integral = try lattice.mass(
          density: lower.oneParticleDensity(species), waves: state.waves, hbar: state.hbar,
          window: study.window, workers: workers)
        let expected =
          Double(study.system.particles[species] - lower.removed[species]) / total * state.massScale
        defects.append((integral - expected * lower.squaredNorm).magnitude)
      }
    }
    return defects.largest()
  }
}
