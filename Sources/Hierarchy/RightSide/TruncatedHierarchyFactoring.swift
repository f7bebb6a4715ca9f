// The right side of one row, a sum of products number(g_1 … g_{r−1}) × line(·), brought into few of them. A product is
//
//     weight · Π tables Π blocks (g_1 … g_{r−1}) · table · block (·),      weight = coefficient · Π blocks at ξ = 0
//
// with one weight for the whole row. Where the line does not depend on g either, the sum is a matrix of weights between
// numbers and lines, and either side can be summed first: Σ_n S_n (Σ_l W_nl L_l) or Σ_l (Σ_n W_nl S_n) L_l. What is left per
// line of the row is one stream for each number or line of a cover of all nonzero weights; the greedy cover is taken.
// For rank 2 with the cumulant closure and one force mode: 10 streams instead of 17.

import PhaseSpace

/// Collects the products of one row.
struct TruncatedHierarchyFactoring {
  typealias Read = TruncatedHierarchyLayout.Read

  /// coefficient · Π constants, the constants read where all their particles stand at ξ = 0.
  struct Weight {
    let coefficient: Double
    let constants: [Read]
  }

  /// A block at given particles of the row.
  struct Block: Hashable {
    let read: Read
    let slots: [Int]
  }

  /// Π tables Π blocks of particles before the last.
  struct Number: Hashable {
    let factors: [TruncatedHierarchyPlan.Factor]
    let blocks: [Block]

    /// The particles it depends on, ascending.
    var slots: [Int] { Set(factors.map(\.slot) + blocks.flatMap(\.slots)).sorted() }
  }

  /// A block that holds the last particle, times a table on it.
  struct Line: Hashable {
    let block: Block
    let table: Int?
  }

  /// (Σ weights · numbers) × (Σ weights · lines). One of the sums has a single term of weight 1; a line that moves with the
  /// particles before the last stands alone.
  struct Group {
    var numbers: [(weights: [Weight], number: Number)]
    var lines: [(weights: [Weight], line: Line)]
  }

  private static let one = [Weight(coefficient: 1, constants: [])]

  private let layout: TruncatedHierarchyLayout
  private let slots: [Int]
  private var numbers: [Number] = []
  private var lines: [Line] = []
  private var numberIndex: [Number: Int] = [:]
  private var lineIndex: [Line: Int] = [:]
  /// The weights of (line, number), in the order they came.
  private var weights: [(line: Int, number: Int, weights: [Weight])] = []
  private var weightIndex: [[Int]: Int] = [:]

  init(layout: TruncatedHierarchyLayout, slots: [Int]) {
    self.layout = layout
    self.slots = slots
  }

  /// Adds one product; particles beyond the row's own stand at ξ = 0. Nothing when a factor vanishes.
  mutating func add(
    _ coefficient: Double, _ factors: [TruncatedHierarchyPlan.Factor], _ species: [Int], _ modes: [ModeIndex],
    _ blocks: [[Int]]
  ) {
    guard coefficient != 0 else { return }
    let last = slots.count - 1
    var line: Block?
    var own: [Block] = []
    var constants: [Read] = []
    for block in blocks {
      guard let read = layout.read(species: block.map { species[$0] }, modes: block.map { modes[$0] }) else {
        return
      }
      let kept = block.indices.filter { block[$0] <= last }
      let part = Block(
        read: Read(
          base: read.base, imaginaryOffset: read.imaginaryOffset, sign: read.sign,
          strides: kept.map { read.strides[$0] }), slots: kept.map { block[$0] })
      if block.contains(last) {
        line = part
      } else if kept.isEmpty {
        constants.append(read)
      } else {
        own.append(part)
      }
    }
    guard let line else { return }
    let weight = Weight(coefficient: coefficient, constants: constants)
    let l = Self.index(
      Line(block: line, table: factors.first { $0.slot == last }?.table), in: &lines, &lineIndex)
    let n = Self.index(
      Number(factors: factors.filter { $0.slot != last }, blocks: own), in: &numbers, &numberIndex)
    if let known = weightIndex[[l, n]] {
      weights[known].weights.append(weight)
    } else {
      weightIndex[[l, n]] = weights.count
      weights.append((l, n, [weight]))
    }
  }

  private static func index<Key: Hashable>(_ key: Key, in keys: inout [Key], _ indices: inout [Key: Int])
    -> Int
  {
    if let index = indices[key] { return index }
    indices[key] = keys.count
    keys.append(key)
    return keys.count - 1
  }

  /// The products of the row: lines that move one by one, the others covered greedily, numbers first where it is even.
  func groups() -> [Group] {
    var groups: [Group] = []
    var fixed: [Int] = []
    var moving: [Int: Int] = [:]
    for (edge, entry) in weights.enumerated() {
      guard lines[entry.line].block.slots.count > 1 else {
        fixed.append(edge)
        continue
      }
      if let group = moving[entry.line] {
        groups[group].numbers.append((entry.weights, numbers[entry.number]))
      } else {
        moving[entry.line] = groups.count
        groups.append(
          Group(
            numbers: [(entry.weights, numbers[entry.number])], lines: [(Self.one, lines[entry.line])]))
      }
    }
    while !fixed.isEmpty {
      let byNumber = Self.most(fixed.map { weights[$0].number })
      let byLine = Self.most(fixed.map { weights[$0].line })
      if byNumber.count >= byLine.count {
        let taken = fixed.filter { weights[$0].number == byNumber.key }
        groups.append(
          Group(
            numbers: [(Self.one, numbers[byNumber.key])],
            lines: taken.map { (weights[$0].weights, lines[weights[$0].line]) }))
        fixed.removeAll { weights[$0].number == byNumber.key }
      } else {
        let taken = fixed.filter { weights[$0].line == byLine.key }
        groups.append(
          Group(
            numbers: taken.map { (weights[$0].weights, numbers[weights[$0].number]) },
            lines: [(Self.one, lines[byLine.key])]))
        fixed.removeAll { weights[$0].line == byLine.key }
      }
    }
    return groups
  }

  /// The most frequent key, the least of them where several are.
  private static func most(_ keys: [Int]) -> (key: Int, count: Int) {
    var counts: [Int: Int] = [:]
    for key in keys { counts[key, default: 0] += 1 }
    let best = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
    return (best?.key ?? 0, best?.value ?? 0)
  }
}
