import CLibraries
import Husimi
import Interaction
import ManyBody
import Numerics

/// Measures the state at one time.
struct Observer {
  let settings: Settings
  let workers: Workers
  let bounds: MomentBound
  /// Names of the terms in a hierarchy record, in its order.
  static let terms = ["m", "dtm", "transport", "divR", "force", "residueForce", "residuePair", "defect"]
  /// (k,ℓ) of the number moments of Lemma 2.2.
  static let numberPowers = [[1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]

  init(_ settings: Settings, _ evolution: Evolution, workers: Workers) throws {
    self.settings = settings
    self.workers = workers
    let state = try evolution.state()
    bounds = MomentBound(state, interaction: settings.interaction, window: settings.window)
  }

  func measure(_ evolution: Evolution, at time: Double) throws -> Snapshot {
    let state = try evolution.state()
    let measure = HusimiMeasure(state: state, window: settings.window)
    let kinetic = (0..<2).map { state.kineticEnergy($0) / Double(settings.total) }
    let husimi = try settings.points.map { try measure.value($0) }
    let grids = try (0..<2).map { try grid(state, $0) }
    let integrals = try (0..<2).map { try latticeIntegrals(state, $0) }
    return Snapshot(
      time: time, error: evolution.error, energy: try evolution.energy(), norm: try evolution.norm(),
      kinetic: kinetic, kineticBound: bounds.kinetic.map { $0.value(at: time) }, husimi: husimi,
      modes: (0..<2).map { species in
        (0...settings.interaction.highestMode).flatMap { m -> [Double] in
          let mode = state.densityMode(species, [m])
          return [mode.real, mode.imaginary]
        }
      },
      occupations: try (0..<2).map { try state.naturalOccupations($0) },
      mass: integrals.map(\.mass), massExpected: [measure.mass([1, 0]), measure.mass([0, 1])],
      moment: integrals.map(\.moment),
      // (2π)^{−1}∫p²m = 2m_α⟨K⟩/N + ħ(N_α/N)‖f'‖²
      momentFromKinetic: (0..<2).map { bounds.secondMoment($0, kinetic: kinetic[$0]) },
      momentBound: (0..<2).map { bounds.secondMoment($0, at: time) },
      symmetry: try symmetry(measure, husimi), grid: grids,
      range: [grids.joined().smallest() ?? .nan, grids.joined().largest() ?? .nan],
      fock: try evolution.fockState().map { try fockFigures($0) },
      companion: evolution.compare(at: time) { try comparison(state, $0, grids) })
  }

  /// (2π)^{−1}∫m and (2π)^{−1}∫p²m on the exact lattice.
  private func latticeIntegrals(_ state: any FermionState, _ species: Int) throws -> (
    mass: Double, moment: Double
  ) {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: settings.window)
    let density = state.oneParticleDensity(species)
    let integral = { (weight: (Double) -> Double) in
      try lattice.integral(
        density: density, waves: state.waves, hbar: state.hbar, window: settings.window, workers: workers,
        weight: weight)
    }
    return (try integral { _ in 1 }, try integral { $0 * $0 })
  }

  /// The largest change of m when the particles of each species are taken in the opposite order.
  private func symmetry(_ measure: HusimiMeasure, _ husimi: [Double]) throws -> Double? {
    try zip(settings.points, husimi).filter { $0.0.contains { $0.count > 1 } }.map { point, value in
      (try measure.value(point.map { $0.reversed() }) - value).magnitude
    }.largest()
  }

  /// m(q,p) on the grid of the figures.
  private func grid(_ state: any FermionState, _ species: Int) throws -> [Double] {
    try HusimiGrid(
      density: state.oneParticleDensity(species), waves: state.waves, hbar: state.hbar,
      window: settings.window, positions: settings.gridPositions, momenta: settings.gridMomenta,
      workers: workers
    ).values
  }

  /// (2π)^{−1} ∫|m − m_HF| over the grid's window, the largest difference of a density mode, Tr|γ − γ_HF|/N.
  private func comparison(
    _ state: any FermionState, _ slater: SlaterDeterminant, _ grids: [[Double]]
  ) throws -> Snapshot.CompanionFigures {
    let step = settings.gridMomenta[1] - settings.gridMomenta[0]
    let cell = settings.period / Double(settings.gridPositions) * step / (2 * .pi)
    return Snapshot.CompanionFigures(
      traceDistance: try (0..<2).map {
        try state.traceDistance(to: slater, $0) / Double(settings.total)
      },
      husimiL1: try (0..<2).map { species in
        zip(grids[species], try grid(slater, species)).reduce(0) { $0 + ($1.0 - $1.1).magnitude } * cell
      },
      densityDistance: (0..<2).map { species in
        (1...max(1, settings.interaction.highestMode)).map {
          (state.densityMode(species, [$0]) - slater.densityMode(species, [$0])).length
        }.largest() ?? .nan
      })
  }

  /// What needs the vector: the number operators of Lemma 2.2, (2.14), the recursion of Lemma 2.1, the hierarchy.
  private func fockFigures(_ state: FockState) throws -> Snapshot.FockFigures {
    let count = Double(settings.total)
    let identity =
      settings.points.isEmpty
      ? nil
      : try HierarchyIdentity(
        state: state, interaction: settings.interaction, window: settings.window, workers: workers)
    return Snapshot.FockFigures(
      // ⟨𝒩_1^k 𝒩_2^ℓ⟩/(N_1^k N_2^ℓ)
      numberMoments: Self.numberPowers.map { powers in
        let expected = zip(settings.particles, powers).reduce(1.0) { product, pair in
          (0..<pair.1).reduce(product) { value, _ in value * Double(pair.0) }
        }
        return state.numberMoment(powers) / expected
      },
      rate: try (0..<2).map {
        try state.kineticEnergyRate($0, interaction: settings.interaction) / count
      },
      rateBound: (0..<2).map {
        bounds.kinetic[$0].derivative(kinetic: state.kineticEnergy($0) / count)
      },
      recursion: try recursion(state),
      hierarchy: try identity.map { identity in
        try settings.points.map { point in
          let t = try identity.terms(point)
          return [
            t.measure, t.timeDerivative, t.transport, t.positionResidue, t.force, t.forceResidue,
            t.pairResidue, t.defect,
          ]
        }
      } ?? [])
  }

  /// The largest defect of the recursion of Lemma 2.1 over the points and the species of which a particle is left.
  private func recursion(_ state: FockState) throws -> Double? {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: settings.window)
    let measure = HusimiMeasure(state: state, window: settings.window)
    var defects: [Double] = []
    for point in settings.points {
      guard
        let lower = state.annihilated(
          try point.map { try $0.map { try measure.coherentState($0).coefficients() } })
      else { continue }
      for species in 0..<2 where lower.removed[species] < settings.particles[species] {
        let integral = try lattice.integral(
          density: lower.oneParticleDensity(species), waves: state.waves, hbar: state.hbar,
          window: settings.window, workers: workers)
        let expected = Double(settings.particles[species] - lower.removed[species]) / Double(settings.total)
        defects.append((integral - expected * lower.squaredNorm).magnitude)
      }
    }
    return defects.largest()
  }
}
