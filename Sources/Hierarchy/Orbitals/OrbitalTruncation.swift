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

extension [OrbitalFunctions] {
  /// Which orbitals of every species are kept, and per order what is discarded over its norm.
  /// - Parameters:
  ///   - tolerance: what may be discarded, relative to the norm of every marginal.
  ///   - gram: the Gram matrix of a marginal, by its number and order, along one particle of a species.
  func truncations(
    _ orders: [MarginalOrder], norms: [Double], tolerance: Double, most: Int = .max,
    gram: (_ number: Int, _ order: MarginalOrder, _ species: Int) -> [Double]
  ) -> (truncations: [OrbitalTruncation], discarded: [Double]) {
    var squares = [Double](repeating: 0, count: orders.count)
    let truncations = indices.map { species in
      var grams: [(number: Int, gram: [Double])] = []
      for (number, order) in orders.enumerated() where order.counts[species] > 0 && norms[number] > 0 {
        let scale = Double(order.counts[species]) / (norms[number] * norms[number])
        grams.append((number, gram(number, order, species).map { scale * $0 }))
      }
      return OrbitalTruncation(
        grams, order: self[species].count, allowed: tolerance * tolerance / Double(count), most: most)
    }
    for entry in truncations.flatMap(\.squares) { squares[entry.number] += entry.square }
    return (truncations, squares.map { $0.squareRoot() })
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
