// The plain memory of a compiled right side: pieces of one kind lie together, and name pieces of the others by ranges of indices.

import Computing

/// What a `TruncatedHierarchyProgram` runs: made by its builder, given back by whoever holds it last.
struct TruncatedHierarchyCode {
  struct Stride {
    let slot: Int
    let stride: Int
  }

  struct Block {
    let base: Int
    let imaginaryOffset: Int
    let sign: Double
    let strides: Range<Int>
  }

  struct Weight {
    let coefficient: Double
    let constants: Range<Int>
  }

  struct Number {
    let weights: Range<Int>
    let factors: Range<Int>
    let blocks: Range<Int>
  }

  struct Line {
    let weights: Range<Int>
    let block: Block
    /// Stride along the last particle; its other strides are in `block`.
    let stride: Int
    let table: UnsafePointer<Double>?
  }

  /// The numbers that depend on one particle, over its grid; those of all groups of a row lie together point by point.
  struct SlotSum {
    let slot: Int
    let points: Int
    let numbers: Range<Int>
    /// Where it is prepared for the centre, and from point to point.
    let centre: Int
    let stride: Int
  }

  struct Group {
    /// Without particles: S_0.
    let constants: Range<Int>
    let slotSums: Range<Int>
    /// Of several particles; their weights are prepared.
    let numbers: Range<Int>
    let lines: Range<Int>
    let moves: Bool
    /// Where S_0, the weights and the line are prepared.
    let at: Int
    let lineAt: Int
  }

  struct Row {
    let groups: Range<Int>
    /// Groups before it have no table on their line, or not on a moving one; all others have.
    let plain: Int
  }

  struct Factor {
    let slot: Int
    let table: UnsafePointer<Double>
  }

  var rows = GrowingBuffer<Row>()
  var groups = GrowingBuffer<Group>()
  var slotSums = GrowingBuffer<SlotSum>()
  var numbers = GrowingBuffer<Number>()
  var lines = GrowingBuffer<Line>()
  var weights = GrowingBuffer<Weight>()
  var factors = GrowingBuffer<Factor>()
  var blocks = GrowingBuffer<Block>()
  var strides = GrowingBuffer<Stride>()
  /// κ_ħ or its cosine over the grids.
  var tables: [UnsafeMutableBufferPointer<Double>] = []

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

  /// Gives back everything.
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

  /// Bytes of the pieces, without the tables.
  var bytes: Int {
    rows.bytes + groups.bytes + slotSums.bytes + numbers.bytes + lines.bytes + weights.bytes + factors.bytes
      + blocks.bytes + strides.bytes
  }

  /// Bytes of the tables.
  var tableBytes: Int { tables.reduce(0) { $0 + 8 * $1.count } }
}
