// The way of a state into graded multisets before a step, and back after it.

import PhaseSpace

extension OrbitalState {
  /// The cores as polynomials over K, whose first orbitals of each species are those of this state, and per order the norm of what K
  /// leaves out.
  func graded(_ orders: [MarginalOrder], _ sets: GradedMultisets, degree: Int) -> (
    polynomials: [[Double]], outside: [Double]
  ) {
    var result = sets.zero(degree: degree)
    result[0][0] = 1
    let outside = zip(orders, cores).map { order, core in
      let k = order.rank
      let level = sets.levels[k]
      var held = [Bool](repeating: false, count: core.count)
      for i in level.block(order) {
        guard let place = place(of: level.entries[(i * k)..<((i + 1) * k)], order, sets) else { continue }
        result[k][i] = core[place]
        held[place] = true
      }
      guard held.contains(false) else { return 0.0 }
      let weights = shape.weights(order)
      return core.indices.reduce(0.0) { held[$1] ? $0 : $0 + weights[$1] * core[$1] * core[$1] }.squareRoot()
    }
    return (result, outside)
  }

  /// Where a multiset of all species' orbitals stands in the core of an order; nil where an orbital is not of this state.
  private func place(of entries: ArraySlice<Int32>, _ order: MarginalOrder, _ sets: GradedMultisets) -> Int? {
    var (result, from) = (0, entries.startIndex)
    for (species, count) in order.counts.enumerated() {
      let own = shape.multisets[species]
      var place = 0
      for i in 0..<count {
        let orbital = Int(entries[from + i]) - sets.offsets[species]
        guard orbital < own.variables else { return nil }
        place = Int(own.next[i][place * own.variables + orbital])
      }
      result = result * own.counts[count] + place
      from += count
    }
    return result
  }
}

extension OrbitalState {
  /// σ of the orbitals for `GradedMultisets`: the square root of what the marginals have of each, at most, since an entry of two
  /// particles that are correlated is as large as either.
  func sizes(_ orders: [MarginalOrder], norms: [Double]) -> [[Double]] {
    basis.indices.map { species in
      let r = basis[species].count
      var largest = [Double](repeating: 0, count: r)
      for (number, order) in orders.enumerated() where order.counts[species] > 0 && norms[number] > 0 {
        let gram = gram(number, order, species)
        for a in 0..<r {
          let share = Double.greatest(0, gram[a * r + a]).squareRoot() / norms[number]
          largest[a] = .greatest(largest[a], share)
        }
      }
      return largest.map { Double.least(1, $0).squareRoot() }
    }
  }
}

extension GradedMultisets {
  /// In as few orbitals as the tolerance allows, as `OrbitalState.truncated`.
  func truncated(
    _ polynomials: [[Double]], _ orders: [MarginalOrder], _ basis: [OrbitalFunctions], norms: [Double],
    tolerance: Double, most: Int, _ shapes: inout ShapeCache
  ) -> (state: OrbitalState, discarded: [Double]) {
    let (truncations, discarded) = basis.truncations(orders, norms: norms, tolerance: tolerance, most: most) {
      _, order, species in gram(polynomials[order.rank], order, species)
    }
    let shape = shapes.shape(truncations.map(\.kept))
    let cores = orders.map { substituted(polynomials[$0.rank], $0, truncations.map(\.matrix), into: shape) }
    return (
      OrbitalState(basis: zip(basis, truncations).map { $0.combined($1) }, cores: cores, shape: shape),
      discarded
    )
  }

  /// ‖w^{o}‖² of a part of a polynomial.
  func squaredNorm(_ polynomial: [Double], _ order: MarginalOrder) -> Double {
    let level = levels[order.rank]
    return level.block(order).reduce(0) { $0 + level.weights[$1] * polynomial[$1] * polynomial[$1] }
  }

  /// The Gram matrix of a marginal along one particle of a species.
  func gram(_ polynomial: [Double], _ order: MarginalOrder, _ species: Int) -> [Double] {
    let level = levels[order.rank - 1]
    var rest = order.counts
    rest[species] -= 1
    let (block, r) = (level.block(MarginalOrder(rest)), ranks[species])
    var rows = [Double](repeating: 0, count: r * block.count)
    for (row, i) in block.enumerated() {
      let root = level.weights[i].squareRoot()
      for b in 0..<r {
        let at = i * variables + offsets[species] + b
        let from = Int(level.next[at])
        if from >= 0 { rows[b * block.count + row] = root * Double(level.gains[at]) * polynomial[from] }
      }
    }
    return DenseRows.overlaps(rows, r, rows, r)
  }

  /// The core of an order in other orbitals, V of every species r × r', row-major: as `CoreShape.substituted`, all species at once.
  func substituted(
    _ polynomial: [Double], _ order: MarginalOrder, _ matrices: [[Double]], into shape: CoreShape
  )
    -> [Double]
  {
    var result = [Double](repeating: 0, count: shape.size(order))
    // Contracts slots one by one with the new orbitals a_1 ≤ a_2 ≤ … of each species in turn.
    func descend(
      _ part: [Double], _ order: MarginalOrder, _ species: Int, _ taken: Int, _ least: Int,
      _ own: Int, _ before: Int, _ scale: Double
    ) {
      let new = shape.multisets[species]
      guard order.counts[species] > 0 else {
        let place = before * new.counts[taken] + own
        let factor = scale / new.factorials[taken][own]
        if species + 1 == ranks.count {
          result[place] = factor * part[0]
        } else {
          descend(part, order, species + 1, 0, 0, 0, place, factor)
        }
        return
      }
      var counts = order.counts
      counts[species] -= 1
      let rest = MarginalOrder(counts)
      for a in least..<new.variables {
        descend(
          contracted(part, order, to: rest, species, matrices[species], column: a, of: new.variables), rest,
          species, taken + 1, a, Int(new.next[taken][own * new.variables + a]), before, scale)
      }
    }
    let block = levels[order.rank].block(order)
    descend(Array(polynomial[block]), order, 0, 0, 0, 0, 0, 1)
    return result
  }

  /// Σ_b V_ba ∂_b of the part of an order: that of the rest.
  private func contracted(
    _ part: [Double], _ order: MarginalOrder, to rest: MarginalOrder, _ species: Int, _ matrix: [Double],
    column a: Int, of columns: Int
  ) -> [Double] {
    let level = levels[rest.rank]
    let (block, start) = (level.block(rest), levels[order.rank].block(order).lowerBound)
    let (r, first, all) = (ranks[species], offsets[species], variables)
    return [Double](unsafeUninitializedCapacity: block.count) { target, initialized in
      part.withUnsafeBufferPointer { part in
        level.next.withUnsafeBufferPointer { next in
          level.gains.withUnsafeBufferPointer { gains in
            for (row, i) in block.enumerated() {
              var sum = 0.0
              for b in 0..<r {
                let at = i * all + first + b
                let from = Int(next[at])
                if from >= 0 { sum += matrix[b * columns + a] * Double(gains[at]) * part[from - start] }
              }
              target[row] = sum
            }
          }
        }
      }
      initialized = block.count
    }
  }
}
