// The way of a state into graded multisets before a step, and back after it.

import Computing
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
  /// The multisets of the entries that count: those that are left out make up at most a share of the norm of every marginal, or there
  /// are more than `most` of a number of particles; the largest first.
  func names(
    _ orders: [MarginalOrder], norms: [Double], omitting share: Double, degree: Int, most: Int
  ) -> MultisetNames {
    var result = MultisetNames(degree: degree, most: most)
    var found: [(square: Double, name: MultisetName, degree: Int)] = []
    for (number, order) in orders.enumerated() where norms[number] > 0 {
      let scale = 1 / (norms[number] * norms[number])
      let squares = zip(shape.weights(order), cores[number]).map { scale * $0 * $1 * $1 }
      let least = SquareSum.threshold(squares, leaving: share * share)
      for place in squares.indices where squares[place] >= least && squares[place] > 0 {
        found.append((squares[place], name(at: place, order), order.rank))
      }
    }
    found.sort { ($0.square, $1.name) > ($1.square, $0.name) }
    for (square, name, degree) in found { result.insert(name, degree: degree, size: square.squareRoot()) }
    return result
  }

  /// The multiset of an entry of a core.
  private func name(at place: Int, _ order: MarginalOrder) -> MultisetName {
    var (rest, result) = (place, MultisetName())
    for (species, count) in order.counts.enumerated().reversed() {
      let own = shape.multisets[species]
      let at = rest % own.counts[count]
      rest /= own.counts[count]
      for i in 0..<count {
        result = result.adding(MultisetName.element(species, Int(own.entries[count][at * count + i])))
      }
    }
    return result
  }
}

/// Sums of the smallest of many squares.
enum SquareSum {
  /// A power of two such that the squares below it add up to at most `allowed`: up to a factor of two the largest.
  static func threshold(_ squares: [Double], leaving allowed: Double) -> Double {
    let lowest = -1100
    var sums = [Double](repeating: 0, count: 2200)
    for square in squares where square > 0 && square.isFinite {
      sums[Int(square.exponent) - lowest] += square
    }
    var (bin, sum) = (0, 0.0)
    while bin < sums.count, sum + sums[bin] <= allowed {
      sum += sums[bin]
      bin += 1
    }
    return bin == sums.count ? .infinity : Double(sign: .plus, exponent: bin + lowest, significand: 1)
  }
}

extension GradedMultisets {
  /// Entries below this share of what truncation may discard are left out where cores change their orbitals, and counted.
  private static let smallest = 1e-4

  /// In as few orbitals as the tolerance allows, as `OrbitalState.truncated`.
  func truncated(
    _ polynomials: [[Double]], _ orders: [MarginalOrder], _ basis: [OrbitalFunctions], norms: [Double],
    tolerance: Double, most: Int, _ shapes: inout ShapeCache, _ workers: Workers
  ) -> (state: OrbitalState, discarded: [Double]) {
    let (truncations, discarded) = basis.truncations(orders, norms: norms, tolerance: tolerance, most: most) {
      _, order, species in gram(polynomials[order.rank], order, species)
    }
    let shape = shapes.shape(truncations.map(\.kept))
    let matrices = truncations.map(\.matrix)
    let found = orders.inTurns(workers, (core: [Double](), omitted: 0.0)) { number, order in
      let least = Self.smallest * tolerance * norms[number]
      return substituted(
        polynomials[order.rank], order, matrices, into: shape, omitting: least * least)
    }
    let missed = orders.indices.map { number in
      let share = norms[number] > 0 ? found[number].omitted / (norms[number] * norms[number]) : 0
      return (discarded[number] * discarded[number] + share).squareRoot()
    }
    return (
      OrbitalState(
        basis: zip(basis, truncations).map { $0.combined($1) }, cores: found.map(\.core), shape: shape),
      missed
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
    forEachLink(degree: order.rank - 1, species, rows: block) { i, orbital, place, gain in
      rows[orbital * block.count + i - block.lowerBound] =
        level.weights[i].squareRoot() * gain * polynomial[place]
    }
    return DenseRows.overlaps(rows, r, rows, r)
  }

  /// The core of an order in other orbitals, V of every species r × r', row-major: as `CoreShape.substituted`, all species at once.
  /// Contracts slots one by one with the new orbitals a_1 ≤ a_2 ≤ … of each species in turn; of j slots done,
  ///
  ///     Σ_{I ⊇ a_1 … a_j} ‖entry I‖² ≤ Π_α k_α!/(k_α − j_α)! ‖what is left‖²,
  ///
  /// and where that is at most `least` the entries stay zero. Their squares are the second result.
  func substituted(
    _ polynomial: [Double], _ order: MarginalOrder, _ matrices: [[Double]], into shape: CoreShape,
    omitting least: Double
  ) -> (core: [Double], omitted: Double) {
    var change = CoreChange(self, order, matrices, shape, least: least)
    guard !change.isEmpty else { return (change.result, 0) }
    for (place, i) in levels[order.rank].block(order).enumerated() { change.buffer[place] = polynomial[i] }
    change.descend(0, 0, 0, 0, 0, 1)
    return (change.result, change.omitted)
  }
}

/// What `GradedMultisets.substituted` does: each contraction with all new orbitals of a slot at once.
private struct CoreChange {
  let sets: GradedMultisets
  let slots: [Int]
  let shape: CoreShape
  let matrices: [[Double]]
  let least: Double
  /// What is left after each slot, for one new orbital of it; where that of all of them begins in the buffer, one orbital after the
  /// other; and the factor of its norm.
  let blocks: [Range<Int>]
  let starts: [Int]
  let factors: [Double]
  var buffer: [Double]
  /// Of each slot and new orbital, ‖what is left‖².
  var squares: [[Double]]
  var result: [Double]
  var omitted = 0.0

  var isEmpty: Bool { blocks[0].isEmpty }

  init(
    _ sets: GradedMultisets, _ order: MarginalOrder, _ matrices: [[Double]], _ shape: CoreShape, least: Double
  ) {
    (self.sets, self.shape, self.matrices, self.least) = (sets, shape, matrices, least)
    slots = order.slots
    var (rest, blocks) = (order.counts, [sets.levels[order.rank].block(order)])
    var (starts, factors) = ([0], [1.0])
    var size = blocks[0].count
    for species in slots {
      factors.append(factors[factors.count - 1] * Double(rest[species]))
      rest[species] -= 1
      let left = MarginalOrder(rest)
      blocks.append(sets.levels[left.rank].block(left))
      starts.append(size)
      size += blocks[blocks.count - 1].count * shape.ranks[species]
    }
    (self.blocks, self.starts, self.factors) = (blocks, starts, factors)
    buffer = [Double](repeating: 0, count: size)
    squares = slots.map { [Double](repeating: 0, count: shape.ranks[$0]) }
    result = [Double](repeating: 0, count: shape.size(order))
  }

  /// - Parameter place: where what is left of the slots so far begins in the buffer.
  mutating func descend(
    _ depth: Int, at place: Int = 0, _ lowest: Int, _ own: Int, _ taken: Int, _ before: Int, _ scale: Double
  ) {
    let species = slots[depth]
    let new = shape.multisets[species]
    let isLast = depth + 1 == slots.count
    let closes = isLast || slots[depth + 1] != species
    contract(depth, species, at: place, from: lowest)
    for a in lowest..<new.variables {
      let bound = factors[depth + 1] * squares[depth][a]
      if bound <= least {
        omitted += bound
        continue
      }
      let next = starts[depth + 1] + a * blocks[depth + 1].count
      let multiset = Int(new.next[taken][own * new.variables + a])
      if closes {
        let whole = before * new.counts[taken + 1] + multiset
        let factor = scale / new.factorials[taken + 1][multiset]
        if isLast { result[whole] = factor * buffer[next] }
        if !isLast { descend(depth + 1, at: next, 0, 0, 0, whole, factor) }
      } else {
        descend(depth + 1, at: next, a, multiset, taken + 1, before, scale)
      }
    }
  }

  /// Σ_b V_ba ∂_b of what is left, and its squared norm, for all a ≥ `lowest`.
  private mutating func contract(_ depth: Int, _ species: Int, at place: Int, from lowest: Int) {
    let degree = slots.count - depth - 1
    let rows = blocks[depth + 1]
    let (width, count) = (shape.ranks[species], rows.count)
    let (from, to) = (place - blocks[depth].lowerBound, starts[depth + 1] - rows.lowerBound)
    let kinds = sets.ranks.count
    let level = sets.levels[degree]
    for a in lowest..<width { squares[depth][a] = 0 }
    squares[depth].withUnsafeMutableBufferPointer { squares in
      buffer.withUnsafeMutableBufferPointer { buffer in
        matrices[species].withUnsafeBufferPointer { matrix in
          level.links.withUnsafeBufferPointer { links in
            level.starts.withUnsafeBufferPointer { starts in
              withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { sums in
                for i in rows {
                  for a in lowest..<width { sums[a] = 0 }
                  for at in Int(starts[i * kinds + species])..<Int(starts[i * kinds + species + 1]) {
                    let link = links[at]
                    let value = link.gain * buffer[from + Int(link.place)]
                    let row = Int(link.orbital) * width
                    for a in lowest..<width { sums[a] += matrix[row + a] * value }
                  }
                  let weight = level.weights[i]
                  for a in lowest..<width {
                    buffer[to + a * count + i] = sums[a]
                    squares[a] += weight * sums[a] * sums[a]
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
