import CLibraries
import ExperimentKit
import Husimi
import Interaction
import ManyBody
import Numerics

/// All figures of one time, by name: what the rows, the arrays and the checkpoint are made of.
typealias Snapshot = [String: [Double]]

/// Measures the state at one time.
struct Observer {
  let settings: Settings
  let workers: Workers
  let bounds: MomentBound
  /// Names of the terms in a hierarchy record, in its order.
  static let terms = ["m", "dtm", "transport", "divR", "force", "residueForce", "residuePair", "defect"]

  init(_ settings: Settings, _ evolution: Evolution, workers: Workers) throws {
    self.settings = settings
    self.workers = workers
    let state = try evolution.state()
    bounds = MomentBound(state, interaction: settings.interaction, window: settings.window)
  }

  func measure(_ evolution: Evolution, at time: Double) throws -> Snapshot {
    let state = try evolution.state()
    let measure = HusimiMeasure(state: state, window: settings.window)
    let count = Double(settings.total)
    var snapshot: Snapshot = ["time": [time], "error": [evolution.error], "energy": [try evolution.energy()]]
    snapshot["norm"] = [(state as? FockState)?.squaredNorm ?? 1 - evolution.hartreeFock.orthonormalityDefect]
    snapshot["kinetic"] = (0..<2).map { state.kineticEnergy($0) / count }
    snapshot["bound23"] = bounds.kinetic.map { $0.value(at: time) }
    snapshot["bound21"] = (0..<2).map { bounds.secondMoment($0, at: time) }
    snapshot["husimi"] = try settings.points.map { try measure.value($0) }
    let highest = settings.interaction.highestMode
    for species in 0..<2 {
      let modes = (0...highest).map { state.densityMode(species, [$0]) }
      snapshot["modes-\(species)"] = modes.flatMap { [$0.real, $0.imaginary] }
      snapshot["occupations-\(species)"] = try state.naturalOccupations(species)
    }
    try lemma21(state, measure, &snapshot)
    try grids(state, evolution, &snapshot)
    if let fock = try evolution.fockState() { try fockFigures(fock, evolution, &snapshot) }
    return snapshot
  }

  /// The figures of one time from a checkpoint.
  /// - Parameter measured: those of another time: every snapshot has the same, but those that need a Fock-space vector may
  ///   be absent where Hartree–Fock orbitals have spread too far.
  /// - Throws: `InputError` when one is missing or has another length.
  func snapshot(_ index: Int, of saved: CheckpointReader, like measured: Snapshot, at time: Double) throws
    -> Snapshot
  {
    var snapshot: Snapshot = [:]
    let hasVector = saved.has("\(index)/lemma22")
    for (name, values) in measured where !Self.needsVector(name) {
      // Hartree–Fock orbitals are cut at another mode at another time.
      let isCut = settings.method == .hartreeFock && name.hasPrefix("occupations-")
      snapshot[name] = try saved.array("\(index)/\(name)", count: isCut ? nil : values.count)
    }
    if hasVector {
      let sizes =
        ["lemma22": 5, "rate214": 2, "bound214": 2, "recursion": 1].merging(
          settings.points.indices.map { ("hierarchy-\($0)", Self.terms.count) }, uniquingKeysWith: { $1 })
      for (name, count) in sizes { snapshot[name] = try saved.array("\(index)/\(name)", count: count) }
    } else if settings.method == .exact {
      throw saved.error("the array '\(index)/lemma22' is missing")
    }
    guard snapshot["time"] == [time] else {
      throw saved.error("snapshot \(index) is of t = \(snapshot["time"]?.first ?? .nan), not of \(time)")
    }
    return snapshot
  }

  private static func needsVector(_ name: String) -> Bool {
    ["lemma22", "rate214", "bound214", "recursion"].contains(name) || name.hasPrefix("hierarchy-")
  }

  /// Lemma 2.1, corrected (2.15) and Proposition 2.1 on the exact lattice.
  private func lemma21(_ state: any FermionState, _ measure: HusimiMeasure, _ snapshot: inout Snapshot) throws
  {
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: settings.window)
    for species in 0..<2 {
      let density = state.oneParticleDensity(species)
      let integral = { (weight: (Double) -> Double) in
        try lattice.integral(
          density: density, waves: state.waves, hbar: state.hbar, window: settings.window, workers: workers,
          weight: weight)
      }
      let fraction = measure.mass(species == 0 ? [1, 0] : [0, 1])
      let moment = try integral { $0 * $0 }
      snapshot["mass", default: []].append(try integral { _ in 1 })
      snapshot["massExpected", default: []].append(fraction)
      // (2π)^{−1}∫p²m = 2m_α⟨K⟩/N + ħ(N_α/N)‖f'‖²
      snapshot["moment", default: []].append(moment)
      snapshot["momentFromKinetic", default: []].append(
        bounds.secondMoment(species, kinetic: snapshot["kinetic"]?[species] ?? .nan))
    }
    var worst = 0.0
    for (index, point) in settings.points.enumerated() {
      let exchanged = try measure.value(point.map { $0.reversed() })
      worst = max(worst, (exchanged - (snapshot["husimi"]?[index] ?? .nan)).magnitude)
    }
    snapshot["symmetry"] = [worst]
  }

  /// m(q,p) on the grid of the figures, its range, and the distance to Hartree–Fock.
  private func grids(_ state: any FermionState, _ evolution: Evolution, _ snapshot: inout Snapshot) throws {
    let slater = try evolution.hartreeFock.slaterDeterminant()
    var low = Double.infinity
    var high = -Double.infinity
    for species in 0..<2 {
      let grid = { (of: any FermionState) in
        try HusimiGrid(
          density: of.oneParticleDensity(species), waves: of.waves, hbar: of.hbar, window: settings.window,
          positions: settings.gridPositions, momenta: settings.gridMomenta, workers: workers
        ).values
      }
      let values = try grid(state)
      low = min(low, values.min() ?? 0)
      high = max(high, values.max() ?? 0)
      snapshot["grid-\(species)"] = values
      guard settings.method == .exact else { continue }
      // (2π)^{−1} ∫|m − m_HF| over the grid's window, the largest difference of a density mode, Tr|γ − γ_HF|/N.
      let step = settings.gridMomenta[1] - settings.gridMomenta[0]
      let cell = settings.period / Double(settings.gridPositions) * step / (2 * .pi)
      let other = try grid(slater)
      snapshot["husimiL1", default: []].append(
        zip(values, other).reduce(0) { $0 + ($1.0 - $1.1).magnitude } * cell)
      let difference = (1...max(1, settings.interaction.highestMode)).map {
        (state.densityMode(species, [$0]) - slater.densityMode(species, [$0])).length
      }
      snapshot["densityDistance", default: []].append(difference.max() ?? 0)
      snapshot["traceDistance", default: []].append(
        try state.traceDistance(to: slater, species) / Double(settings.total))
    }
    snapshot["range"] = [low, high]
  }

  /// What needs the vector: the number operators of Lemma 2.2, the recursion of Lemma 2.1, the hierarchy.
  private func fockFigures(_ state: FockState, _ evolution: Evolution, _ snapshot: inout Snapshot) throws {
    // ⟨𝒩_1^k 𝒩_2^ℓ⟩/(N_1^k N_2^ℓ), k + ℓ = 1, 2
    snapshot["lemma22"] = [[1, 0], [0, 1], [2, 0], [1, 1], [0, 2]].map { powers in
      let expected = zip(settings.particles, powers).reduce(1.0) { product, pair in
        (0..<pair.1).reduce(product) { value, _ in value * Double(pair.0) }
      }
      return state.numberMoment(powers) / expected
    }
    // (2.14)
    let count = Double(settings.total)
    snapshot["rate214"] = try (0..<2).map {
      try state.kineticEnergyRate($0, interaction: settings.interaction) / count
    }
    snapshot["bound214"] = (0..<2).map {
      bounds.kinetic[$0].derivative(kinetic: state.kineticEnergy($0) / count)
    }
    let lattice = try HusimiLattice(waves: state.waves, hbar: state.hbar, window: settings.window)
    let measure = HusimiMeasure(state: state, window: settings.window)
    var recursion = 0.0
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
        recursion = max(recursion, (integral - expected * lower.squaredNorm).magnitude)
      }
    }
    snapshot["recursion"] = [recursion]
    guard !settings.points.isEmpty else { return }
    let identity = try HierarchyIdentity(
      state: state, interaction: settings.interaction, window: settings.window, workers: workers)
    for (index, point) in settings.points.enumerated() {
      let t = try identity.terms(point)
      snapshot["hierarchy-\(index)"] = [
        t.measure, t.timeDerivative, t.transport, t.positionResidue, t.force, t.forceResidue, t.pairResidue,
        t.defect,
      ]
    }
  }
}
