// Which entries of the cores a step needs. A basis that holds a step of Δt holds its derivatives: the state's own orbitals, directions of
// size Δt, of size Δt², …, some twenty a species, while an entry of a core of k particles is no larger than the product of the sizes
// of its orbitals. So multisets of all species' orbitals are kept down to a threshold,
//
//     K_k = { I : |I| = k,  Π_{a ∈ I} σ_a ≥ ε },          1 ≥ σ_a the size of orbital a.
//
// K is closed under taking elements away (σ ≤ 1): derivatives of polynomials over K_{k+1} are polynomials over K_k, exactly. What
// multiplication by z_a takes out of K is measured where it happens (`OrbitalRates.cut`), and ε follows from it: the rule of sizes is
// a guess that costs time where it is wrong, not accuracy. With 22 orbitals a species and rank 6 some 10⁴ entries of 8·10⁶ are left.

import CLibraries
import PhaseSpace

/// The multisets of at most `degree` orbitals of all species together whose sizes multiply to a threshold at least.
struct GradedMultisets: Sendable {
  /// Those of k orbitals: blocks of the orders of rank k, in each the largest first.
  struct Level: Sendable {
    let orders: [MarginalOrder]
    /// Per order.
    var blocks: [Range<Int>]
    /// a_1 ≤ … ≤ a_k, [I·k + i], orbitals of all species numbered through.
    let entries: [Int32]
    /// Π σ
    let sizes: [Double]
    /// Π_α k_α! · I!: ‖w‖² = Σ weights · c².
    let weights: [Double]
    /// I!
    let factorials: [Double]
    /// The place of I + b, [I·V + b], −1 where it is left out; empty on the last level.
    var next: [Int32] = []
    /// n_b(I) + 1.
    var gains: [UInt8] = []

    var count: Int { sizes.count }
  }

  /// Orbitals of each species.
  let ranks: [Int]
  /// The first orbital of each species.
  let offsets: [Int]
  /// ε
  let threshold: Double
  /// k = 0 … degree.
  private(set) var levels: [Level]

  /// All orbitals.
  var variables: Int { ranks.reduce(0, +) }

  /// - Parameters:
  ///   - sizes: σ of the orbitals of each species, at most 1.
  ///   - particles: the most of a species that a multiset may have (N_α).
  ///   - most: multisets of one degree; the threshold is raised until there are no more.
  init(sizes: [[Double]], degree: Int, threshold: Double, particles: [Int]?, most: Int) {
    let ranks = sizes.map(\.count)
    self.ranks = ranks
    offsets = ranks.indices.map { ranks[..<$0].reduce(0, +) }
    var threshold = threshold
    while true {
      if let levels = Self.levels(
        sizes, degree: degree, threshold: threshold, particles: particles, most: most)
      {
        (self.levels, self.threshold) = (levels, threshold)
        return
      }
      threshold *= 2
    }
  }

  /// nil where a level has more than `most`.
  private static func levels(
    _ sizes: [[Double]], degree: Int, threshold: Double, particles: [Int]?, most: Int
  ) -> [Level]? {
    let count = sizes.count
    let species = sizes.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element.count) }
    let sizes = sizes.flatMap { $0 }
    var levels = [
      Level(
        orders: [MarginalOrder([Int](repeating: 0, count: count))], blocks: [0..<1], entries: [], sizes: [1],
        weights: [1], factorials: [1])
    ]
    // Where the multiset without its last element stands one level below.
    var parents = [0]
    for k in 0..<degree {
      let level = levels[k]
      let orders = MarginalOrder.all(ofRank: k + 1, speciesCount: count)
      var children: [(parent: Int, last: Int, size: Double, order: Int)] = []
      for (block, order) in zip(level.blocks, level.orders) {
        let successors = (0..<count).map { (alpha: Int) -> Int? in
          if let particles, order.counts[alpha] >= particles[alpha] { return nil }
          return orders.firstIndex(of: order.adding(alpha))
        }
        for parent in block {
          let least = k == 0 ? 0 : Int(level.entries[parent * k + k - 1])
          for a in least..<sizes.count {
            let size = level.sizes[parent] * sizes[a]
            guard size >= threshold, let order = successors[species[a]] else { continue }
            children.append((parent, a, size, order))
          }
        }
        guard children.count <= most else { return nil }
      }
      children.sort { ($0.order, $1.size, $0.parent, $0.last) < ($1.order, $0.size, $1.parent, $1.last) }
      levels[k].link(
        children.map { ($0.parent, $0.last) }, parents, below: k > 0 ? levels[k - 1] : nil, sizes.count)
      levels.append(Level(children, below: level, orders: orders))
      parents = children.map(\.parent)
    }
    return levels
  }
}

extension GradedMultisets.Level {
  /// The multisets of one element more, in their order.
  fileprivate init(
    _ children: [(parent: Int, last: Int, size: Double, order: Int)], below: GradedMultisets.Level,
    orders: [MarginalOrder]
  ) {
    let k = below.entries.count / Swift.max(1, below.count)
    self.orders = orders
    blocks = []
    var start = 0
    for order in orders.indices {
      let end = start + children[start...].prefix { $0.order == order }.count
      blocks.append(start..<end)
      start = end
    }
    sizes = children.map(\.size)
    entries = children.flatMap { child in
      below.entries[(child.parent * k)..<((child.parent + 1) * k)] + [Int32(child.last)]
    }
    factorials = children.map { child in
      let repeated = below.entries[(child.parent * k)..<((child.parent + 1) * k)].count {
        Int($0) == child.last
      }
      return below.factorials[child.parent] * Double(repeated + 1)
    }
    let scales = orders.map { order in
      order.counts.reduce(1.0) { (0..<$1).reduce($0) { $0 * Double($1 + 1) } }
    }
    weights = zip(children, factorials).map { scales[$0.order] * $1 }
  }

  /// Fills in where I + b stands: a new last element is a child; one that is not last comes by I without its last element.
  fileprivate mutating func link(
    _ children: [(parent: Int, last: Int)], _ parents: [Int], below: GradedMultisets.Level?, _ variables: Int
  ) {
    let k = entries.count / Swift.max(1, count)
    next = [Int32](repeating: -1, count: count * variables)
    gains = [UInt8](repeating: 1, count: count * variables)
    for (place, child) in children.enumerated() { next[child.parent * variables + child.last] = Int32(place) }
    for i in 0..<count {
      for a in entries[(i * k)..<((i + 1) * k)] { gains[i * variables + Int(a)] += 1 }
      guard let below else { continue }
      let last = Int(entries[i * k + k - 1])
      for b in 0..<last {
        let sibling = Int(below.next[parents[i] * variables + b])
        if sibling >= 0 { next[i * variables + b] = next[sibling * variables + last] }
      }
    }
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

  /// ∂_b p for every orbital b of a species, one after the other, p of degree k + 1: r rows over K_k.
  func slices(_ p: [Double], degree k: Int, _ species: Int) -> [Double] {
    let (r, first, all, level) = (ranks[species], offsets[species], variables, levels[k])
    let rows = level.count
    return [Double](unsafeUninitializedCapacity: r * rows) { target, initialized in
      p.withUnsafeBufferPointer { p in
        level.next.withUnsafeBufferPointer { next in
          level.gains.withUnsafeBufferPointer { gains in
            for i in 0..<rows {
              for b in 0..<r {
                let at = i * all + first + b
                let from = Int(next[at])
                target[b * rows + i] = from < 0 ? 0 : Double(gains[at]) * p[from]
              }
            }
          }
        }
      }
      initialized = r * rows
    }
  }

  /// Σ_a z_a y_a added to p of degree k + 1, y as `slices` lays them out; what is outside K is left.
  func addRaised(_ y: [Double], degree k: Int, _ species: Int, into p: inout [Double]) {
    let (r, first, all, level) = (ranks[species], offsets[species], variables, levels[k])
    let rows = level.count
    y.withUnsafeBufferPointer { y in
      p.withUnsafeMutableBufferPointer { p in
        level.next.withUnsafeBufferPointer { next in
          for i in 0..<rows {
            for a in 0..<r {
              let to = Int(next[i * all + first + a])
              if to >= 0 { p[to] += y[a * rows + i] }
            }
          }
        }
      }
    }
  }

  /// Of each order o, what `addRaised` leaves of one of its slots of the species: Σ (k_α − 1)! … J! y_a[J]², J + a outside K.
  func squaresOutside(_ y: [Double], degree k: Int, _ species: Int) -> [(
    order: MarginalOrder, square: Double
  )] {
    let (r, first, all, level) = (ranks[species], offsets[species], variables, levels[k])
    let rows = level.count
    return zip(level.orders, level.blocks).map { order, block in
      var sum = 0.0
      for i in block {
        for a in 0..<r where level.next[i * all + first + a] < 0 {
          sum += level.weights[i] * y[a * rows + i] * y[a * rows + i]
        }
      }
      return (order.adding(species), sum)
    }
  }

  /// Σ_i A on slot i of the particles of a species, of degree k ≥ 1.
  func sumOverSlots(_ matrix: [Double], _ p: [Double], degree k: Int, _ species: Int) -> [Double] {
    var result = [Double](repeating: 0, count: p.count)
    let r = ranks[species]
    addRaised(
      DenseRows.product(matrix, r, r, slices(p, degree: k - 1, species)), degree: k - 1, species,
      into: &result)
    return result
  }

  /// p q of degrees k and l, over K_{k+l}. Cost: the pairs whose sizes multiply to ε, l steps each (l ≤ k).
  func product(_ p: [Double], _ k: Int, _ q: [Double], _ l: Int) -> [Double] {
    guard k >= l else { return product(q, l, p, k) }
    var result = [Double](repeating: 0, count: levels[k + l].count)
    let (all, least) = (variables, threshold)
    let (longer, shorter) = (levels[k], levels[l])
    let tables = levels[k..<(k + l)].map(\.next)
    result.withUnsafeMutableBufferPointer { result in
      p.withUnsafeBufferPointer { p in
        longer.sizes.withUnsafeBufferPointer { sizes in
          for (j, value) in q.enumerated() where value != 0 {
            let smallest = least / shorter.sizes[j] * (1 - 1e-12)
            let added = shorter.entries[(j * l)..<((j + 1) * l)].map { Int($0) }
            for block in longer.blocks {
              for i in block {
                // The largest stand first.
                guard sizes[i] >= smallest else { break }
                var at = i
                for (step, b) in added.enumerated() {
                  at = tables[step].withUnsafeBufferPointer { Int($0[at * all + b]) }
                  if at < 0 { break }
                }
                if at >= 0 { result[at] += value * p[i] }
              }
            }
          }
        }
      }
    }
    return result
  }
}
