import ExperimentKit

/// All figures of one time: what the rows, the arrays, the checks and the checkpoint are made of.
struct Snapshot {
  /// What needs the vector in Fock space; no figures of a Hartree–Fock state that is too large for it.
  struct FockFigures {
    /// ⟨𝒩_1^k 𝒩_2^ℓ⟩/(N_1^k N_2^ℓ), Lemma 2.2.
    let numberMoments: [Double]
    /// d⟨K_α⟩/dt / N and its bound, (2.14).
    let rate: [Double]
    let rateBound: [Double]
    /// The defect of the recursion of Lemma 2.1; nil where no point leaves a particle to integrate over.
    let recursion: Double?
    /// The terms of (3.5) at each point, in the order of `Observer.terms`.
    let hierarchy: [[Double]]
  }

  /// An exact state against its Hartree–Fock companion, per species.
  struct CompanionFigures {
    let traceDistance: [Double]
    let husimiL1: [Double]
    let densityDistance: [Double]
  }

  let time: Double
  /// Bound of the propagation error.
  let error: Double
  let energy: Double
  let norm: Double
  /// ⟨K_α⟩/N and its bound, Lemma 2.3.
  let kinetic: [Double]
  let kineticBound: [Double]
  /// m at the points.
  let husimi: [Double]
  /// r_m per species, m = 0 …, re and im in turn.
  let modes: [[Double]]
  let occupations: [[Double]]
  /// ∫m and what Lemma 2.1 says it is.
  let mass: [Double]
  let massExpected: [Double]
  /// ∫p²m, the same from ⟨K⟩ by (2.15), and the bound of Proposition 2.1.
  let moment: [Double]
  let momentFromKinetic: [Double]
  let momentBound: [Double]
  /// |m − m with particles of a species exchanged|; nil where no point has two of a species.
  let symmetry: Double?
  /// m on the grid of the figures, per species, and its least and greatest value.
  let grid: [[Double]]
  let range: [Double]
  let fock: FockFigures?
  let companion: CompanionFigures?
}

// For checkpoints: the figures by name.
extension Snapshot {
  var numbers: [String: [Double]] {
    var numbers = [
      "scalars": [time, error, energy, norm], "kinetic": kinetic, "kineticBound": kineticBound,
      "husimi": husimi, "mass": mass, "massExpected": massExpected, "moment": moment,
      "momentFromKinetic": momentFromKinetic, "momentBound": momentBound, "range": range,
    ]
    for species in 0..<2 {
      numbers["modes-\(species)"] = modes[species]
      numbers["occupations-\(species)"] = occupations[species]
      numbers["grid-\(species)"] = grid[species]
    }
    if let symmetry { numbers["symmetry"] = [symmetry] }
    if let fock {
      numbers["numberMoments"] = fock.numberMoments
      numbers["rate"] = fock.rate
      numbers["rateBound"] = fock.rateBound
      if let recursion = fock.recursion { numbers["recursion"] = [recursion] }
      for (point, terms) in fock.hierarchy.enumerated() { numbers["hierarchy-\(point)"] = terms }
    }
    if let companion {
      numbers["traceDistance"] = companion.traceDistance
      numbers["husimiL1"] = companion.husimiL1
      numbers["densityDistance"] = companion.densityDistance
    }
    return numbers
  }

  /// The figures of one time from a checkpoint.
  /// - Parameter hasCompanion: whether the exact state had its companion at this time.
  /// - Throws: `InputError` when one is missing or has another length.
  init(_ index: Int, of saved: CheckpointReader, _ settings: Settings, at time: Double, hasCompanion: Bool)
    throws
  {
    func part(_ name: String, _ count: Int?, mayBeNaN: Bool = false) throws -> [Double] {
      try saved.array("\(index)/\(name)", count: count) { _ in mayBeNaN }
    }
    func species(_ name: String, _ count: Int?) throws -> [[Double]] {
      try (0..<2).map { try part("\(name)-\($0)", count) }
    }
    func figure(_ name: String) throws -> Double? {
      saved.has("\(index)/\(name)") ? try part(name, 1, mayBeNaN: true)[0] : nil
    }
    let isExact = settings.method == .exact
    let scalars = try part("scalars", 4)
    guard scalars[0] == time else {
      throw saved.error("snapshot \(index) is of t = \(scalars[0]), not of \(time)")
    }
    (self.time, error, energy, norm) = (scalars[0], scalars[1], scalars[2], scalars[3])
    kinetic = try part("kinetic", 2)
    kineticBound = try part("kineticBound", 2)
    // At a point out of reach m need not be a number.
    husimi = try part("husimi", settings.points.count, mayBeNaN: true)
    modes = try species("modes", 2 * (settings.interaction.highestMode + 1))
    // Hartree–Fock orbitals are cut at another mode at another time.
    occupations = try species("occupations", isExact ? 2 * settings.modes + 1 : nil)
    mass = try part("mass", 2)
    massExpected = try part("massExpected", 2)
    moment = try part("moment", 2)
    momentFromKinetic = try part("momentFromKinetic", 2)
    momentBound = try part("momentBound", 2)
    symmetry = try figure("symmetry")
    grid = try species("grid", settings.gridMomenta.count * settings.gridPositions)
    range = try part("range", 2)
    fock =
      isExact || saved.has("\(index)/numberMoments")
      ? FockFigures(
        numberMoments: try part("numberMoments", Observer.numberPowers.count), rate: try part("rate", 2),
        rateBound: try part("rateBound", 2), recursion: try figure("recursion"),
        hierarchy: try settings.points.indices.map {
          try part("hierarchy-\($0)", Observer.terms.count, mayBeNaN: true)
        }) : nil
    companion =
      hasCompanion
      ? CompanionFigures(
        traceDistance: try part("traceDistance", 2), husimiL1: try part("husimiL1", 2),
        densityDistance: try part("densityDistance", 2)) : nil
  }
}
