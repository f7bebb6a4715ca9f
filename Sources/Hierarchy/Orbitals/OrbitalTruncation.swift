// Which combinations of orbitals are kept: the first eigenvectors of Σ_o k_α G^{o}/‖w^{o}‖² along each species, until what is
// discarded is at most a share of the norm of every marginal.

import PhaseSpace

/// The orbitals of one species that are kept.
struct OrbitalTruncation {
  /// V, r × (number kept), row-major: the new orbitals in the old ones.
  let matrix: [Double]
  let kept: Int
  /// Per marginal, by its number: the square of what is discarded with the others over its norm.
  let squares: [(number: Int, square: Double)]

  /// - Parameters:
  ///   - grams: per marginal that has particles of the species, k_α G^{o}/‖w^{o}‖².
  ///   - order: r
  ///   - allowed: the square that may be discarded of each.
  ///   - most: orbitals that are kept at most, whatever is discarded.
  init(_ grams: [(number: Int, gram: [Double])], order r: Int, allowed: Double, most: Int = .max) {
    var sum = [Double](repeating: 0, count: r * r)
    for entry in grams { for i in sum.indices { sum[i] += entry.gram[i] } }
    let vectors = GradedEigenproblem.solve(sum, order: r).vectors
    // Of every marginal, what is discarded with the last orbitals, one more at a time.
    var (kept, tails) = (r, grams.map { _ in 0.0 })
    while kept > 1 {
      let next = zip(grams, tails).map {
        $1 + Double.greatest(0, $0.gram.form(vectors, column: kept - 1, order: r))
      }
      guard kept > most || next.allSatisfy({ $0 <= allowed }) else { break }
      (kept, tails) = (kept - 1, next)
    }
    squares = zip(grams, tails).map { ($0.number, $1) }
    matrix = (0..<r).flatMap { a in vectors[(a * r)..<(a * r + kept)] }
    self.kept = kept
  }
}

extension OrbitalFunctions {
  /// Σ_a V_ab φ_a
  func combined(_ truncation: OrbitalTruncation) -> OrbitalFunctions {
    OrbitalFunctions(
      lattice, species: species,
      values: combined(DenseRows.transposed(truncation.matrix, count, truncation.kept)))
  }
}

extension [Double] {
  /// vᵀ A v for a column of a matrix of vectors.
  fileprivate func form(_ vectors: [Double], column: Int, order n: Int) -> Double {
    var sum = 0.0
    for a in 0..<n {
      for b in 0..<n { sum += vectors[a * n + column] * self[a * n + b] * vectors[b * n + column] }
    }
    return sum
  }
}
