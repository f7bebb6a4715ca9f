// What a step wants of entries that are not kept: for every J of K_{k−1} and every orbital a how much the right side would add to the
// entry of J + a during the step, Σ b_i Δt |y_a[J]| over the stages. Those that count are named, the others make up a share at most.

import PhaseSpace

/// The amounts, for all J and for rows of orbitals of each species: those of the basis, or orbitals that are about to join it.
struct OrbitalReach {
  /// Orbitals of each species that the rows stand for.
  let orbitals: [Range<Int>]
  /// Where the amounts of [k − 1][species] begin, each [J][row].
  let starts: [[Int]]
  var amounts: [Double]
  /// Of recollisions, [k − 2][species][species of the other particle]: J + a then has to be there for the other to leave.
  var partners: [[[[Double]]]] = []

  /// - Parameter rank: the largest k.
  init(_ sets: GradedMultisets, orbitals: [Range<Int>], rank: Int) {
    self.orbitals = orbitals
    var (starts, total) = ([[Int]](), 0)
    for k in 0..<rank {
      var own: [Int] = []
      for rows in orbitals {
        own.append(total)
        total += rows.count * sets.levels[k].count
      }
      starts.append(own)
    }
    (self.starts, amounts) = (starts, [Double](repeating: 0, count: total))
  }

  /// Raises y of the basis's own orbitals (`GradedMultisets.raise`), and adds what is left.
  mutating func raise(
    _ y: [Double], degree: Int, _ species: Int, _ sets: GradedMultisets, into p: inout [Double],
    weight: Double
  ) -> [(order: MarginalOrder, square: Double)] {
    let place = starts[degree][species]
    return amounts.withUnsafeMutableBufferPointer {
      sets.raise(y, degree: degree, species, into: &p, weight: weight, left: (place, $0))
    }
  }

  /// Adds y of orbitals that are all new.
  mutating func add(_ y: [Double], degree: Int, _ species: Int, weight: Double) {
    let start = starts[degree][species]
    for i in y.indices { amounts[start + i] += weight * y[i].magnitude }
  }

  /// Adds what one particle of a recollision leaves.
  /// - Parameter partner: the species of the other one.
  mutating func add(_ y: [Double], degree: Int, _ species: Int, partner: Int, weight: Double) {
    while partners.count <= degree {
      partners.append(orbitals.map { _ in [[Double]](repeating: [], count: orbitals.count) })
    }
    if partners[degree][species][partner].isEmpty {
      partners[degree][species][partner] = [Double](repeating: 0, count: y.count)
    }
    for i in y.indices { partners[degree][species][partner][i] += weight * y[i].magnitude }
  }

  /// Names the multisets that count, so that of every marginal and species those that are left out make up at most `share` of its norm;
  /// the largest where there is no room for all. Whether there are new ones.
  /// - Parameters:
  ///   - isNew: whether the orbitals are not yet in the basis of `sets`.
  ///   - number: of an order among `norms`.
  func name(
    in names: inout MultisetNames, _ sets: GradedMultisets, isNew: Bool, norms: [Double],
    number: (MarginalOrder) -> Int?, leaving share: Double
  ) -> Bool {
    let before = names.count
    for (degree, own) in starts.enumerated() {
      var found: [(square: Double, name: MultisetName)] = []
      for species in orbitals.indices {
        let size = orbitals[species].count * sets.levels[degree].count
        found += counting(
          amounts[own[species]..<(own[species] + size)], degree, species, nil, sets, isNew, norms, number,
          share)
        guard degree < partners.count else { continue }
        for (partner, amounts) in partners[degree][species].enumerated() where !amounts.isEmpty {
          found += counting(amounts[...], degree, species, partner, sets, isNew, norms, number, share)
        }
      }
      found.sort { ($0.square, $1.name) > ($1.square, $0.name) }
      for (square, name) in found { names.insert(name, degree: degree + 1, size: square.squareRoot()) }
    }
    return names.count > before
  }

  private func counting(
    _ amounts: ArraySlice<Double>, _ degree: Int, _ species: Int, _ partner: Int?, _ sets: GradedMultisets,
    _ isNew: Bool, _ norms: [Double], _ number: (MarginalOrder) -> Int?, _ share: Double
  ) -> [(square: Double, name: MultisetName)] {
    let (level, rows) = (sets.levels[degree], orbitals[species])
    var result: [(square: Double, name: MultisetName)] = []
    for (order, block) in zip(level.orders, level.blocks) where !block.isEmpty {
      let (one, whole) = (order.adding(species), partner.map { order.adding(species).adding($0) })
      guard let place = number(whole ?? one), norms[place] > 0 else { continue }
      // All slots of the marginal, or all pairs.
      let count = Double(one.counts[species]) * Double(whole?.counts[partner ?? 0] ?? 1)
      let scale = count * count / (norms[place] * norms[place])
      var squares: [Double] = []
      for i in block {
        let start = amounts.startIndex + i * rows.count
        for (row, orbital) in rows.enumerated() {
          let isKept = !isNew && level.next[i * sets.variables + sets.offsets[species] + orbital] >= 0
          let amount = amounts[start + row]
          squares.append(isKept ? 0 : scale * level.weights[i] * amount * amount)
        }
      }
      let least = SquareSum.threshold(squares, leaving: share * share)
      var at = 0
      for i in block {
        for orbital in rows {
          if squares[at] >= least, squares[at] > 0 {
            let repeated =
              isNew ? 1 : Double(level.gains[i * sets.variables + sets.offsets[species] + orbital])
            let element = MultisetName.element(species, orbital)
            result.append((squares[at] * repeated / count, level.names[i].adding(element)))
          }
          at += 1
        }
      }
    }
    return result
  }
}

extension GradedMultisets {
  /// Tells names of some degrees how large their entries are, the largest in any of several states.
  func measure(
    _ states: [[[Double]]], degrees: Set<Int>, norms: [Double], number: (MarginalOrder) -> Int?,
    in names: inout MultisetNames
  ) {
    for k in degrees.sorted() where k > 0 && k < levels.count {
      let level = levels[k]
      for (order, block) in zip(level.orders, level.blocks) {
        guard let place = number(order), norms[place] > 0 else { continue }
        for i in block {
          let largest = states.reduce(0.0) { .greatest($0, $1[k][i].magnitude) }
          names.insert(
            level.names[i], degree: k, size: level.weights[i].squareRoot() * largest / norms[place])
        }
      }
    }
  }
}
