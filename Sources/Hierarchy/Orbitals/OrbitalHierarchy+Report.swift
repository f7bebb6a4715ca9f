// What a report reads of shared orbitals: cumulants and contractions are cores again, whose largest values are looked for as in
// distances (`OrbitalState.largest`). Exchange and reality hold by storage.

import Numerics
import PhaseSpace

extension OrbitalHierarchy: ReportedMarginals {
  /// What the marginals still owe to true ones, and whether they are physical, at the present time. Maxima over marginals of many
  /// particles are attained, see `looksEverywhere`.
  /// - Throws: `NumericalFailure` when a figure is not finite; `MemoryError`, `ArgumentError` from the transform.
  public func report() throws -> ClosureReport { try closureReport() }

  /// The one-particle density of a species, (2π)^{−1} ∫ m dq dp = w(0,0).
  /// - Throws: `ArgumentError` in d > 1.
  public func density(species: Int) throws -> ReconstructedDensity {
    try reconstructedDensity(species: species)
  }

  func cumulants(ofRank rank: Int) throws -> [Double] {
    // All partitions are there, each with the coefficient of its shape.
    let closure = try OrbitalClosure.cumulants(rank: rank, model: model)
    let kept = orders.indices.filter { orders[$0].rank <= rank }
    let cumulants = closure.closed(
      kept.map { current.cores[$0] }, kept.map { orders[$0] }, current.shape, ofMass: false)
    return orders.filter { $0.rank == rank }.map { order in
      cumulants[order].map { current.largest($0, order, system.workers) } ?? 0
    }
  }

  func contractionDefect() -> (absolute: Double, relative: Double) {
    var (largest, worst) = (0.0, 0.0)
    let centre = current.basis.map { functions in
      functions.values(row: lattice.modeCount / 2, point: lattice.pointCount(functions.species) / 2).real
    }
    for (number, order) in orders.enumerated() where order.rank < rank {
      for beta in model.species.indices {
        guard let longer = orders.firstIndex(of: order.adding(beta)) else { continue }
        let (mass, whole) = (masses.mass(of: order), masses.mass(of: orders[longer]))
        var difference = current.cores[number].map { mass == 0 ? 0 : -whole / mass * $0 }
        current.shape.addContraction(
          of: current.cores[longer], with: centre[beta], beta, to: order, factor: 1, into: &difference)
        let found = current.largest(difference, order, system.workers)
        largest = .greatest(largest, found)
        worst = .greatest(worst, found == 0 ? 0 : found / whole)
      }
    }
    return (largest, worst)
  }

  func largestRatio() -> Double {
    zip(orders, current.cores).reduce(0.0) { largest, entry in
      let found = current.largest(entry.1, entry.0, system.workers)
      return .greatest(largest, found == 0 ? 0 : found / masses.mass(of: entry.0))
    }
  }

  /// Zero: symmetric cores and orbitals with φ(−ξ,−n) = conj φ(ξ,n) have no other values.
  func selfMapDefect(mirrored: Bool) -> Double { 0 }

  func reader(_ species: [Int], modes: [Int]) -> (Int, Int) -> Complex<Double> {
    var counts = model.species.map { _ in 0 }
    for one in species { counts[one] += 1 }
    let rows = modes.map { lattice.modeOffset(ModeIndex($0, 0, 0)) }
    guard let number = orders.firstIndex(of: MarginalOrder(counts)), !rows.contains(nil) else {
      return { _, _ in .zero }
    }
    let lines = zip(species, rows).map { current.basis[$0].line(row: $1 ?? 0) }
    let core = current.matrix(number, species)
    let halves = species.map { lattice.halfWidths[$0] }
    return { g, h in
      let x = lines[0][g + halves[0]]
      let y = lines.count > 1 ? lines[1][h + halves[1]] : [1]
      var sum = Complex<Double>.zero
      for (a, u) in x.enumerated() {
        var part = Complex<Double>.zero
        for (b, v) in y.enumerated() { part += v.multiplied(by: core[a * y.count + b]) }
        sum += u * part
      }
      return sum
    }
  }
}

extension OrbitalFunctions {
  /// φ_1 … φ_r at each point of a mode.
  fileprivate func line(row: Int) -> [[Complex<Double>]] {
    (0..<lattice.pointCount(species)).map { point in
      let (x, y) = values(row: row, point: point)
      return zip(x, y).map { Complex($0, $1) }
    }
  }
}

extension OrbitalState {
  /// The core of one particle as a column, or of two as a matrix C_ab, a of the first species, row-major.
  fileprivate func matrix(_ number: Int, _ species: [Int]) -> [Double] {
    let core = cores[number]
    guard species.count > 1 else { return core }
    let ranks = species.map { shape.ranks[$0] }
    return (0..<ranks[0]).flatMap { a in
      (0..<ranks[1]).map { b in
        if species[0] < species[1] { return core[a * ranks[1] + b] }
        if species[0] > species[1] { return core[b * ranks[0] + a] }
        let sets = shape.multisets[species[0]]
        let place = Int(sets.next[1][a * ranks[1] + b])
        return sets.factorials[2][place] * core[place]
      }
    }
  }
}
