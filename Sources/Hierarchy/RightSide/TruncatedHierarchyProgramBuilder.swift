// Compiles the groups of a row, as the plan gives them, into the plain memory of a program.

import Computing
import Interaction
import PhaseSpace

/// A program that is being compiled, row by row.
struct TruncatedHierarchyProgramBuilder {
  private typealias Program = TruncatedHierarchyProgram
  private typealias Factoring = TruncatedHierarchyFactoring

  let layout: TruncatedHierarchyLayout
  private(set) var rows = GrowingBuffer<TruncatedHierarchyProgram.Row>()
  private(set) var groups = GrowingBuffer<TruncatedHierarchyProgram.Group>()
  private(set) var slotSums = GrowingBuffer<TruncatedHierarchyProgram.SlotSum>()
  private(set) var numbers = GrowingBuffer<TruncatedHierarchyProgram.Number>()
  private(set) var lines = GrowingBuffer<TruncatedHierarchyProgram.Line>()
  private(set) var weights = GrowingBuffer<TruncatedHierarchyProgram.Weight>()
  private(set) var factors = GrowingBuffer<TruncatedHierarchyProgram.Factor>()
  private(set) var blocks = GrowingBuffer<TruncatedHierarchyProgram.Block>()
  private(set) var strides = GrowingBuffer<TruncatedHierarchyProgram.Stride>()
  private(set) var tables: [UnsafeMutableBufferPointer<Double>] = []
  /// Doubles that `prepare` will fill.
  private(set) var prepared = 0
  private(set) var mostGroups = 0
  private var plan: TruncatedHierarchyPlan
  private let kernel: Kernel

  init(_ plan: TruncatedHierarchyPlan, layout: TruncatedHierarchyLayout, kernel: Kernel) {
    self.plan = plan
    self.layout = layout
    self.kernel = kernel
  }

  /// Compiles a row.
  mutating func append(_ row: TruncatedHierarchyLayout.Row) {
    let planned = plan.groups(of: row)
    fillTables()
    let slots = layout.orders[row.order].slots
    let last = slots.count - 1
    let ordered = planned.filter { !Self.hasTable($0) } + planned.filter(Self.hasTable)
    let firstGroup = groups.count
    // Per particle, the groups that have a sum over its grid, and where the next of them stands.
    let sums = (0..<last).map { slot in
      ordered.count { group in group.numbers.contains { $0.number.slots == [slot] } }
    }
    var nextSum = (0..<last).map { prepare(2 * layout.lattice.pointCount(slots[$0]) * sums[$0]) }
    for group in ordered { append(group, slots: slots, sums: sums, nextSum: &nextSum) }
    rows.append(
      Program.Row(groups: firstGroup..<groups.count, plain: ordered.count { !Self.hasTable($0) }))
    mostGroups = max(mostGroups, ordered.count)
  }

  private mutating func append(
    _ group: TruncatedHierarchyFactoring.Group, slots: [Int], sums: [Int], nextSum: inout [Int]
  ) {
    let last = slots.count - 1
    let constants = append(group.numbers.filter { $0.number.slots.isEmpty })
    let joint = append(group.numbers.filter { $0.number.slots.count > 1 })
    let at = prepare(2 + 2 * joint.count)
    let firstSum = slotSums.count
    for slot in 0..<last {
      let own = append(group.numbers.filter { $0.number.slots == [slot] })
      guard !own.isEmpty else { continue }
      let points = layout.lattice.pointCount(slots[slot])
      slotSums.append(
        Program.SlotSum(
          slot: slot, points: points, numbers: own, centre: nextSum[slot] + points / 2 * 2 * sums[slot],
          stride: 2 * sums[slot]))
      nextSum[slot] += 2
    }
    var ownLines: [Program.Line] = []
    for entry in group.lines {
      let part = entry.line.block
      let position = part.slots.firstIndex(of: last) ?? 0
      ownLines.append(
        Program.Line(
          weights: append(entry.weights), block: block(part.read, part.slots, skipping: last),
          stride: part.read.strides[position],
          table: entry.line.table.map { UnsafePointer(tables[$0].baseAddress!) }))
    }
    for line in ownLines { lines.append(line) }
    let moves = Self.moves(group)
    groups.append(
      Program.Group(
        constants: constants, slotSums: firstSum..<slotSums.count, numbers: joint,
        lines: (lines.count - ownLines.count)..<lines.count, moves: moves, at: at,
        lineAt: moves ? 0 : prepare(2 * layout.lattice.pointCount(slots[last]))))
  }

  /// Whether its line depends on other particles than the last.
  private static func moves(_ group: TruncatedHierarchyFactoring.Group) -> Bool {
    group.lines.contains { $0.line.block.slots.count > 1 }
  }

  /// Whether its line moves and has a table.
  private static func hasTable(_ group: TruncatedHierarchyFactoring.Group) -> Bool {
    moves(group) && group.lines.contains { $0.line.table != nil }
  }

  /// Numbers with their weights, in one piece.
  private mutating func append(
    _ entries: [(
      weights: [TruncatedHierarchyFactoring.Weight], number: TruncatedHierarchyFactoring.Number
    )]
  ) -> Range<Int> {
    var parts: [Program.Number] = []
    for entry in entries { parts.append(number(entry.number, entry.weights)) }
    for part in parts { numbers.append(part) }
    return (numbers.count - parts.count)..<numbers.count
  }

  private mutating func number(
    _ number: TruncatedHierarchyFactoring.Number, _ own: [TruncatedHierarchyFactoring.Weight]
  ) -> TruncatedHierarchyProgram.Number {
    let firstFactor = factors.count
    for factor in number.factors {
      let table = tables[factor.table]
      let centre = UnsafePointer(table.baseAddress! + table.count / 2)
      factors.append(Program.Factor(slot: factor.slot, table: centre))
    }
    let weights = append(own)
    let firstBlock = blocks.count
    for part in number.blocks { blocks.append(block(part.read, part.slots)) }
    return Program.Number(
      weights: weights, factors: firstFactor..<factors.count, blocks: firstBlock..<blocks.count)
  }

  /// The constants of all weights first, so that the weights lie in one piece.
  private mutating func append(_ entries: [TruncatedHierarchyFactoring.Weight]) -> Range<Int> {
    var parts: [Program.Weight] = []
    for weight in entries {
      let start = blocks.count
      for read in weight.constants { blocks.append(block(read, [])) }
      parts.append(Program.Weight(coefficient: weight.coefficient, constants: start..<blocks.count))
    }
    let start = weights.count
    for part in parts { weights.append(part) }
    return start..<weights.count
  }

  private mutating func block(
    _ read: TruncatedHierarchyLayout.Read, _ slots: [Int], skipping skipped: Int = -1
  ) -> TruncatedHierarchyProgram.Block {
    let start = strides.count
    for (slot, stride) in zip(slots, read.strides) where slot != skipped {
      strides.append(Program.Stride(slot: slot, stride: stride))
    }
    return Program.Block(
      base: read.base, imaginaryOffset: read.imaginaryOffset, sign: Double(read.sign),
      strides: start..<strides.count)
  }

  /// Room for numbers that `prepare` will fill.
  private mutating func prepare(_ count: Int) -> Int {
    prepared += count
    return prepared - count
  }

  /// κ_ħ or its cosine over the grids, for the tables that have come since the last row.
  private mutating func fillTables() {
    let lattice = layout.lattice
    for table in plan.tables.dropFirst(tables.count) {
      let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: lattice.pointCount(table.species))
      for index in 0..<values.count {
        let xi = lattice.xi(lattice.point(at: index, species: table.species), species: table.species)
        let x = (table.mode.vector * lattice.kappa).dot(xi)
        values.initializeElement(at: index, to: table.isCosine ? kernel.cosine(x) : kernel(x))
      }
      tables.append(values)
    }
  }

  /// Whether everything that was appended is there.
  /// - Throws: `MemoryError`.
  func check() throws(MemoryError) {
    try rows.check()
    try groups.check()
    try slotSums.check()
    try numbers.check()
    try lines.check()
    try weights.check()
    try factors.check()
    try blocks.check()
    try strides.check()
  }

  /// Gives back everything, of a program that cannot be made.
  func deallocate() {
    rows.deallocate()
    groups.deallocate()
    slotSums.deallocate()
    numbers.deallocate()
    lines.deallocate()
    weights.deallocate()
    factors.deallocate()
    blocks.deallocate()
    strides.deallocate()
    for table in tables { table.deallocate() }
  }

  /// Gives back what is reserved beyond the elements.
  mutating func shrink() {
    rows.shrink()
    groups.shrink()
    slotSums.shrink()
    numbers.shrink()
    lines.shrink()
    weights.shrink()
    factors.shrink()
    blocks.shrink()
    strides.shrink()
  }
}
