// What is measured of a state at one time: the statements of Section 2 side by side with what they say, the Husimi measures, and
// every term of (3.5).

import CLibraries
public import Computing
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import Numerics

/// The states of a study, and what is measured of them.
public final class ManyBodyObserver {
  /// What the figures of the companion's resolution begin with.
  public static let companion = "Hartree–Fock"

  private let study: ManyBodyStudy
  private let states: ManyBodyStates
  private let bounds: MomentBound
  private let workers: Workers

  /// The states at t = 0.
  /// - Throws: `MemoryError`, `ArgumentError`.
  public init(_ study: ManyBodyStudy, workers: Workers) throws {
    self.study = study
    self.workers = workers
    states = try ManyBodyStates(study, workers: workers)
    bounds = MomentBound(try states.state(), interaction: study.system.interaction, window: study.window)
  }

  /// What moves.
  public var evolutions: [any Evolution] { states.evolutions }

  private var species: Range<Int> { study.system.model.species.indices }
  private var total: Double { Double(study.system.total) }

  /// The figures of this time, at which the states are.
  /// - Throws: `NumericalFailure`.
  public func record(at time: Double) throws -> ManyBodyRecord {
    let state = try states.state()
    let measure = HusimiMeasure(state: state, window: study.window)
    let kinetic = species.map { state.kineticEnergy($0) / total }
    let husimi = try study.points.map { try measure.value($0) }
    let pictures = try species.map { try picture(state, $0) }
    let integrals = try species.map { try latticeIntegrals(state, $0) }
    let fock = try states.fockState(highestMode: study.system.highestMode).map { try fockFigures($0) }
    let companion = comparison(state, pictures, at: time)
    return ManyBodyRecord(
      time: time, error: states.error, energy: try states.energy(), norm: states.norm, kinetic: kinetic,
      kineticBound: bounds.kinetic.map { $0.value(at: time) }, husimi: husimi.map(finite),
      modes: species.flatMap { species in
        (0...study.system.highestMode).flatMap { m -> [Double] in
          let mode = state.densityMode(species, [m])
          return [mode.real, mode.imaginary]
        }
      },
      occupations: try species.map { try state.naturalOccupations($0) },
      mass: integrals.map(\.mass), massExpected: species.map { measure.mass(order([$0])) },
      moment: integrals.map(\.moment),
      // (2π)^{−1}∫p²m = ħN (2m_α⟨K⟩/N + ħ(N_α/N)‖f'‖²)
      momentFromKinetic: species.map { bounds.secondMoment($0, kinetic: kinetic[$0]) },
      momentBound: species.map { bounds.secondMoment($0, at: time) },
      symmetry: try symmetry(measure, husimi), pictures: pictures.map { RecordedArray($0) },
      least: pictures.joined().smallest() ?? .nan, greatest: pictures.joined().largest() ?? .nan, fock: fock,
      companion: companion.figures, failure: companion.failure)
  }

  private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  /// How many there are of each species among these particles.
  private func order(_ particles: [Int]) -> [Int] { species.map { a in particles.filter { $0 == a }.count } }

  /// (2π)^{−1}∫m and (2π)^{−1}∫p²m on the exact lattice.
  private func latticeIntegrals(_ state: any FermionState, _ species: Int) throws -> (
    mass: Double, moment: Double
  ) {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: study.window)
    let density = state.oneParticleDensity(species)
    let integral = { [study, workers] (weight: (Double) -> Double) in
      try lattice.integral(
        density: density, waves: state.waves, hbar: state.hbar, window: study.window, workers: workers,
        weight: weight)
    }
    return (try integral { _ in 1 }, try integral { $0 * $0 })
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
  private func picture(_ state: any FermionState, _ species: Int) throws -> [Double] {
    try HusimiGrid(
      density: state.oneParticleDensity(species), waves: state.waves, hbar: state.hbar, window: study.window,
      positions: study.grid.positions, momenta: study.grid.momenta, workers: workers
    ).values
  }

  /// The exact state against its companion; a comparison that fails is the companion's end.
  private func comparison(_ state: any FermionState, _ pictures: [[Double]], at time: Double) -> (
    figures: ManyBodyRecord.CompanionFigures?, failure: EvolutionFailure?
  ) {
    guard case .exact(_, let companion?) = states else { return (nil, nil) }
    let figures = companion.attempt(at: time) { orbitals in
      let slater = try orbitals.slaterDeterminant()
      return ManyBodyRecord.CompanionFigures(
        traceDistance: try species.map { try state.traceDistance(to: slater, $0) / total },
        husimiL1: try species.map { study.grid.distance(pictures[$0], try picture(slater, $0)) },
        densityDistance: species.map { species in
          (1...max(1, study.system.highestMode)).map {
            (state.densityMode(species, [$0]) - slater.densityMode(species, [$0])).length
          }.largest() ?? .nan
        })
    }
    return (figures, companion.failure)
  }

  /// What needs the vector: the number operators of Lemma 2.2, (2.14), the recursion of Lemma 2.1, the hierarchy.
  private func fockFigures(_ state: FockState) throws -> ManyBodyRecord.FockFigures {
    let pairs = species.flatMap { a in species.filter { $0 >= a }.map { [a, $0] } }
    return ManyBodyRecord.FockFigures(
      numberMoments: (species.map { [$0] } + pairs).map { particles in
        let expected = particles.reduce(1.0) { $0 * Double(study.system.particles[$1]) }
        return state.numberMoment(order(particles)) / expected
      },
      rate: try species.map {
        try state.kineticEnergyRate($0, interaction: study.system.interaction) / total
      },
      rateBound: species.map { bounds.kinetic[$0].derivative(kinetic: state.kineticEnergy($0) / total) },
      recursion: try recursion(state), hierarchy: try hierarchy(state))
  }

  private func hierarchy(_ state: FockState) throws -> [ManyBodyRecord.HierarchyFigures] {
    guard !study.points.isEmpty else { return [] }
    let identity = try HierarchyIdentity(
      state: state, interaction: study.system.interaction, window: study.window, workers: workers)
    return try study.points.map { point in
      let t = try identity.terms(point)
      return ManyBodyRecord.HierarchyFigures(
        m: finite(t.measure), dtm: finite(t.timeDerivative), transport: finite(t.transport),
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
        let integral = try lattice.integral(
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
