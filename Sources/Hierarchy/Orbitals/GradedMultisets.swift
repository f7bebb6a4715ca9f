// The entries of the cores that a step uses. A basis that holds a step of Δt holds its derivatives: the state's own orbitals, directions
// of size Δt, of size Δt², …, some twenty a species, but most entries of cores over them are zero to any tolerance. So of all multisets
// of all species' orbitals a few are kept (`MultisetNames`), K_k those of k orbitals.
//
// K is closed under taking elements away: derivatives of polynomials over K_{k+1} are polynomials over K_k, and the coefficients of a
// product are sums over K, both exactly. What multiplication by z_a takes out of K is measured where it happens (`OrbitalRates.cut`).

import CLibraries
import Computing
import PhaseSpace

/// The multisets of at most `degree` orbitals of all species together that a step uses.
struct GradedMultisets: Sendable {
  /// Those of k orbitals: blocks of the orders of rank k, in each in the order of their names.
  struct Level: Sendable {
    let orders: [MarginalOrder]
    /// Per order.
    let blocks: [Range<Int>]
    let names: [MultisetName]
    /// a_1 ≤ … ≤ a_k, [I·k + i], orbitals of all species numbered through.
    let entries: [Int32]
    /// Π_α k_α! · I!: ‖w‖² = Σ weights · c².
    let weights: [Double]
    /// I!
    let factorials: [Double]
    /// Where the multiset without its last element stands one level below.
    fileprivate let parents: [Int32]
    /// The place of I + b, [I·V + b], −1 where it is left out; empty on the last level.
    fileprivate(set) var next: [Int32] = []
    /// n_b(I) + 1.
    fileprivate(set) var gains: [UInt8] = []
    /// The I + b that are there, most are not: those of I and a species from `starts[I·S + α]` on to the next one.
    fileprivate(set) var links: [Link] = []
    fileprivate(set) var starts: [Int32] = []

    var count: Int { weights.count }
  }

  /// One I + b: b among the orbitals of its species, its place one level above, n_b(I) + 1.
  struct Link: Sendable {
    let orbital: Int32
    let place: Int32
    let gain: Double
  }

  /// Orbitals of each species.
  let ranks: [Int]
  /// The first orbital of each species.
  let offsets: [Int]
  /// k = 0 … degree.
  private(set) var levels: [Level]
  /// Of pairs of degrees k ≥ l, by their place in `pairs`: the parts of every multiset of k + l.
  let parts: [MultisetParts]

  /// All orbitals.
  var variables: Int { ranks.reduce(0, +) }

  /// - Parameters:
  ///   - ranks: orbitals of each species.
  ///   - pairs: degrees k ≥ l of the products that will be asked for.
  init(_ names: MultisetNames, ranks: [Int], pairs: [(k: Int, l: Int)], _ workers: Workers) {
    self.ranks = ranks
    let offsets = ranks.indices.map { ranks[..<$0].reduce(0, +) }
    self.offsets = offsets
    let variables = ranks.reduce(0, +)
    var levels: [Level] = []
    for (k, sizes) in names.sizes.enumerated() {
      levels.append(Level(sizes.entries.map(\.name), degree: k, below: levels.last, offsets, workers))
      if k > 0 { levels[k - 1].link(levels[k], below: k > 1 ? levels[k - 2] : nil, ranks) }
    }
    self.levels = levels
    parts = pairs.map { MultisetParts(levels, k: $0.k, l: $0.l, variables, workers) }
  }
}

extension GradedMultisets.Level {
  fileprivate init(
    _ names: [MultisetName], degree k: Int, below: GradedMultisets.Level?, _ offsets: [Int],
    _ workers: Workers
  ) {
    orders = MarginalOrder.all(ofRank: k, speciesCount: offsets.count)
    // Names by their order: the counts as digits.
    func number(_ counts: [Int]) -> Int { counts.reduce(0) { $0 * (k + 1) + $1 } }
    let places = offsets.indices.reversed().reduce(into: [Int](repeating: 1, count: offsets.count)) {
      if $1 + 1 < offsets.count { $0[$1] = $0[$1 + 1] * (k + 1) }
    }
    var sorted: [Int: [MultisetName]] = [:]
    for name in names {
      var key = 0
      for place in 0..<k { key += places[MultisetName.species(of: name.element(fromEnd: place))] }
      sorted[key, default: []].append(name)
    }
    var own = orders.map { sorted[number($0.counts)] ?? [] }
    own.withUnsafeMutableBufferPointer { own in
      nonisolated(unsafe) let own = own
      workers.forEachRange(of: own.count) { range in for i in range { own[i].sort() } }
    }
    var (all, blocks, parents): ([MultisetName], [Range<Int>], [Int32]) = ([], [], [])
    for (order, own) in zip(orders, own) {
      blocks.append(all.count..<(all.count + own.count))
      all += own
      guard let below, let last = order.counts.lastIndex(where: { $0 > 0 }) else { continue }
      // The last element is of the last species: what stands before it has one order, and the same succession.
      var counts = order.counts
      counts[last] -= 1
      var parent = below.block(MarginalOrder(counts)).lowerBound
      for name in own {
        let without = name.removing(fromEnd: 0)
        while below.names[parent] < without { parent += 1 }
        parents.append(Int32(parent))
      }
    }
    self.names = all
    self.blocks = blocks
    self.parents = parents
    entries = all.flatMap { name in
      (0..<k).reversed().map { place in
        let element = name.element(fromEnd: place)
        return Int32(offsets[MultisetName.species(of: element)] + MultisetName.orbital(of: element))
      }
    }
    factorials = all.indices.map { i in
      guard let below else { return 1 }
      let name = all[i]
      let last = name.element(fromEnd: 0)
      let repeated = (0..<k).prefix { name.element(fromEnd: $0) == last }.count
      return below.factorials[Int(parents[i])] * Double(repeated)
    }
    let scales = orders.map { order in
      order.counts.reduce(1.0) { (0..<$1).reduce($0) { $0 * Double($1 + 1) } }
    }
    var weights = factorials
    for (block, scale) in zip(blocks, scales) { for i in block { weights[i] *= scale } }
    self.weights = weights
  }

  /// Fills in where I + b stands: a new last element is a child; one that is not last comes by I without its last element.
  fileprivate mutating func link(
    _ above: GradedMultisets.Level, below: GradedMultisets.Level?, _ ranks: [Int]
  ) {
    let (k, variables) = (entries.count / Swift.max(1, count), ranks.reduce(0, +))
    next = [Int32](repeating: -1, count: count * variables)
    gains = [UInt8](repeating: 1, count: count * variables)
    for place in 0..<above.count {
      let last = Int(above.entries[place * (k + 1) + k])
      next[Int(above.parents[place]) * variables + last] = Int32(place)
    }
    for i in 0..<count {
      for at in (i * k)..<((i + 1) * k) { gains[i * variables + Int(entries[at])] += 1 }
      guard let below else { continue }
      let last = Int(entries[i * k + k - 1])
      let row = Int(parents[i]) * ranks.count
      var first = 0
      for (species, rank) in ranks.enumerated() where first < last {
        for at in Int(below.starts[row + species])..<Int(below.starts[row + species + 1]) {
          let b = first + Int(below.links[at].orbital)
          guard b < last else { break }
          next[i * variables + b] = next[Int(below.links[at].place) * variables + last]
        }
        first += rank
      }
    }
    links.reserveCapacity(above.count * (k + 1))
    starts.reserveCapacity(count * ranks.count + 1)
    var at = 0
    for _ in 0..<count {
      for rank in ranks {
        starts.append(Int32(links.count))
        for orbital in 0..<rank where next[at + orbital] >= 0 {
          links.append(
            GradedMultisets.Link(
              orbital: Int32(orbital), place: next[at + orbital], gain: Double(gains[at + orbital])))
        }
        at += rank
      }
    }
    starts.append(Int32(links.count))
  }

  /// The places of an order.
  func block(_ order: MarginalOrder) -> Range<Int> {
    orders.firstIndex(of: order).map { blocks[$0] } ?? 0..<0
  }
}

extension GradedMultisets {
  /// Polynomials of degrees 0 … `degree`, zero.
  func zero(degree: Int) -> [[Double]] {
    (0...degree).map { [Double](repeating: 0, count: levels[$0].count) }
  }

  /// Calls `body` for the J + b of a species that are there, J of K_k and in some rows.
  @inline(__always)
  func forEachLink(
    degree k: Int, _ species: Int, rows: Range<Int>,
    _ body: (_ row: Int, _ orbital: Int, _ place: Int, _ gain: Double) -> Void
  ) {
    let width = ranks.count
    levels[k].links.withUnsafeBufferPointer { links in
      levels[k].starts.withUnsafeBufferPointer { starts in
        for row in rows {
          for at in Int(starts[row * width + species])..<Int(starts[row * width + species + 1]) {
            body(row, Int(links[at].orbital), Int(links[at].place), links[at].gain)
          }
        }
      }
    }
  }

  /// ∂_b p for every orbital b of a species, one after the other, p of degree k + 1: r rows over K_k.
  func slices(_ p: [Double], degree k: Int, _ species: Int) -> [Double] {
    let rows = levels[k].count
    var result = [Double](repeating: 0, count: ranks[species] * rows)
    result.withUnsafeMutableBufferPointer { target in
      p.withUnsafeBufferPointer { p in
        forEachLink(degree: k, species, rows: 0..<rows) { row, orbital, place, gain in
          target[orbital * rows + row] = gain * p[place]
        }
      }
    }
    return result
  }

  /// Σ_a z_a y_a added to p of degree k + 1, y of every J one number for each orbital of the species. What is outside K is left: of each
  /// order o of p, and of one of its slots of the species, Σ (k_α − 1)! … J! y_a[J]², J + a outside K.
  /// - Parameter left: of every J and orbital, |y_a[J]| that is left is added with a weight, from a place on.
  func raise(
    _ y: [Double], degree k: Int, _ species: Int, into p: inout [Double], weight: Double = 1,
    left: (place: Int, amounts: UnsafeMutableBufferPointer<Double>)? = nil
  ) -> [(order: MarginalOrder, square: Double)] {
    let (r, first, all, level) = (ranks[species], offsets[species], variables, levels[k])
    return y.withUnsafeBufferPointer { y in
      p.withUnsafeMutableBufferPointer { p in
        level.next.withUnsafeBufferPointer { next in
          zip(level.orders, level.blocks).map { order, block in
            var square = 0.0
            for i in block {
              var own = 0.0
              for a in 0..<r {
                let (to, value) = (Int(next[i * all + first + a]), y[i * r + a])
                if to >= 0 {
                  p[to] += value
                } else {
                  own += value * value
                  if let left { left.amounts[left.place + i * r + a] += weight * value.magnitude }
                }
              }
              square += level.weights[i] * own
            }
            return (order.adding(species), square)
          }
        }
      }
    }
  }

  /// ∂_b B for every orbital b of a species and some of the J of K_k: [J][kinds · mode + kind][b], where B of the kinds 0 and 1 of each
  /// mode are given, one after the other, each over K_{k+1}; zero for other kinds.
  func slices(_ sources: [Double], of kinds: Int, degree k: Int, _ species: Int, rows: Range<Int>) -> [Double]
  {
    let (r, size) = (ranks[species], levels[k + 1].count)
    let lines = size == 0 ? 0 : sources.count / size
    let width = lines / 2 * kinds * r
    var result = [Double](repeating: 0, count: width * rows.count)
    result.withUnsafeMutableBufferPointer { target in
      sources.withUnsafeBufferPointer { sources in
        forEachLink(degree: k, species, rows: rows) { row, orbital, place, gain in
          let to = (row - rows.lowerBound) * width + orbital
          for line in 0..<lines {
            target[to + (line / 2 * kinds + line % 2) * r] = gain * sources[line * size + place]
          }
        }
      }
    }
    return result
  }

  /// ∂_e p for functionals e over the orbitals of a species, p of degree k + 1: one row over K_k for each.
  func contracted(
    _ p: [Double], degree k: Int, _ species: Int, with functionals: [[Double]], _ workers: Workers
  ) -> [Double] {
    let (rows, lines) = (levels[k].count, functionals.count)
    let weights = (0..<ranks[species]).flatMap { b in functionals.map { $0[b] } }
    var result = [Double](repeating: 0, count: lines * rows)
    result.withUnsafeMutableBufferPointer { target in
      nonisolated(unsafe) let target = target
      workers.forEachRange(of: rows, grain: 2000) { range in
        p.withUnsafeBufferPointer { p in
          weights.withUnsafeBufferPointer { weights in
            forEachLink(degree: k, species, rows: range) { row, orbital, place, gain in
              let value = gain * p[place]
              for line in 0..<lines { target[line * rows + row] += weights[orbital * lines + line] * value }
            }
          }
        }
      }
    }
    return result
  }

  /// p q of degrees k and l, over K_{k+l}: of every multiset, the sum over its parts. Cost: a few operations for each part.
  func product(_ p: [Double], _ k: Int, _ q: [Double], _ l: Int, _ workers: Workers) -> [Double] {
    guard k >= l else { return product(q, l, p, k, workers) }
    let count = levels[k + l].count
    guard let parts = parts.first(where: { ($0.k, $0.l) == (k, l) }) else {
      return [Double](repeating: 0, count: count)
    }
    return [Double](unsafeUninitializedCapacity: count) { target, initialized in
      nonisolated(unsafe) let target = target
      workers.forEachRange(of: count, grain: 2000) { range in
        p.withUnsafeBufferPointer { p in
          q.withUnsafeBufferPointer { q in
            parts.places.withUnsafeBufferPointer { places in
              for i in range {
                var sum = 0.0
                for part in Int(parts.starts[i])..<Int(parts.starts[i + 1]) {
                  sum += p[Int(places[2 * part])] * q[Int(places[2 * part + 1])]
                }
                target[i] = sum
              }
            }
          }
        }
      }
      initialized = count
    }
  }
}
