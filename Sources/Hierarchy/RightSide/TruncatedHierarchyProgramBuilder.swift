// Compiles the groups of a row, as the plan gives them, into the plain memory of a program.

import Computing
import Interaction
import PhaseSpace

/// A program that is being compiled, row by row.
struct TruncatedHierarchyProgramBuilder {
  private typealias Code = TruncatedHierarchyCode
  private typealias Factoring = TruncatedHierarchyFactoring

  let layout: TruncatedHierarchyLayout
  private(set) var code = TruncatedHierarchyCode()
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
    let firstGroup = code.groups.count
    // Per particle, the groups that have a sum over its grid, and where the next of them stands.
    let sums = (0..<last).map { slot in
      ordered.count { group in group.numbers.contains { $0.number.slots == [slot] } }
    }
    var nextSum = (0..<last).map { prepare(2 * layout.lattice.pointCount(slots[$0]) * sums[$0]) }
    for group in ordered { append(group, slots: slots, sums: sums, nextSum: &nextSum) }
    code.rows.append(
      Code.Row(groups: firstGroup..<code.groups.count, plain: ordered.count { !Self.hasTable($0) }))
    mostGroups = max(mostGroups, ordered.count)
  }

  private mutating func append(
    _ group: TruncatedHierarchyFactoring.Group, slots: [Int], sums: [Int], nextSum: inout [Int]
  ) {
    let last = slots.count - 1
    let constants = append(group.numbers.filter { $0.number.slots.isEmpty })
    let joint = append(group.numbers.filter { $0.number.slots.count > 1 })
    let at = prepare(2 + 2 * joint.count)
    let firstSum = code.slotSums.count
    for slot in 0..<last {
      let own = append(group.numbers.filter { $0.number.slots == [slot] })
      guard !own.isEmpty else { continue }
      let points = layout.lattice.pointCount(slots[slot])
      code.slotSums.append(
        Code.SlotSum(
          slot: slot, points: points, numbers: own, centre: nextSum[slot] + points / 2 * 2 * sums[slot],
          stride: 2 * sums[slot]))
      nextSum[slot] += 2
    }
    var ownLines: [Code.Line] = []
    for entry in group.lines {
      let part = entry.line.block
      let position = part.slots.firstIndex(of: last) ?? 0
      ownLines.append(
        Code.Line(
          weights: append(entry.weights), block: block(part.read, part.slots, skipping: last),
          stride: part.read.strides[position],
          table: entry.line.table.map { UnsafePointer(code.tables[$0].baseAddress!) }))
    }
    for line in ownLines { code.lines.append(line) }
    let moves = Self.moves(group)
    code.groups.append(
      Code.Group(
        constants: constants, slotSums: firstSum..<code.slotSums.count, numbers: joint,
        lines: (code.lines.count - ownLines.count)..<code.lines.count, moves: moves, at: at,
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
    var parts: [Code.Number] = []
    for entry in entries { parts.append(number(entry.number, entry.weights)) }
    for part in parts { code.numbers.append(part) }
    return (code.numbers.count - parts.count)..<code.numbers.count
  }

  private mutating func number(
    _ number: TruncatedHierarchyFactoring.Number, _ own: [TruncatedHierarchyFactoring.Weight]
  ) -> TruncatedHierarchyCode.Number {
    let firstFactor = code.factors.count
    for factor in number.factors {
      let table = code.tables[factor.table]
      let centre = UnsafePointer(table.baseAddress! + table.count / 2)
      code.factors.append(Code.Factor(slot: factor.slot, table: centre))
    }
    let weights = append(own)
    let firstBlock = code.blocks.count
    for part in number.blocks { code.blocks.append(block(part.read, part.slots)) }
    return Code.Number(
      weights: weights, factors: firstFactor..<code.factors.count, blocks: firstBlock..<code.blocks.count)
  }

  /// The constants of all weights first, so that the weights lie in one piece.
  private mutating func append(_ entries: [TruncatedHierarchyFactoring.Weight]) -> Range<Int> {
    var parts: [Code.Weight] = []
    for weight in entries {
      let start = code.blocks.count
      for read in weight.constants { code.blocks.append(block(read, [])) }
      parts.append(Code.Weight(coefficient: weight.coefficient, constants: start..<code.blocks.count))
    }
    let start = code.weights.count
    for part in parts { code.weights.append(part) }
    return start..<code.weights.count
  }

  private mutating func block(
    _ read: TruncatedHierarchyLayout.Read, _ slots: [Int], skipping skipped: Int = -1
  ) -> TruncatedHierarchyCode.Block {
    let start = code.strides.count
    for (slot, stride) in zip(slots, read.strides) where slot != skipped {
      code.strides.append(Code.Stride(slot: slot, stride: stride))
    }
    return Code.Block(
      base: read.base, imaginaryOffset: read.imaginaryOffset, sign: Double(read.sign),
      strides: start..<code.strides.count)
  }

  /// Room for numbers that `prepare` will fill.
  private mutating func prepare(_ count: Int) -> Int {
    prepared += count
    return prepared - count
  }

  /// κ_ħ or its cosine over the grids, for the tables that have come since the last row.
  private mutating func fillTables() {
    let lattice = layout.lattice
    for table in plan.tables.dropFirst(code.tables.count) {
      let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: lattice.pointCount(table.species))
      for index in 0..<values.count {
        let xi = lattice.xi(lattice.point(at: index, species: table.species), species: table.species)
        let x = (table.mode.vector * lattice.kappa).dot(xi)
        values.initializeElement(at: index, to: table.isCosine ? kernel.cosine(x) : kernel(x))
      }
      code.tables.append(values)
    }
  }

  /// Gives back everything, of a program that cannot be made.
  consuming func discard() { code.deallocate() }

  /// What was compiled, and its memory.
  consuming func finished() -> TruncatedHierarchyCode {
    code.shrink()
    return code
  }
}
