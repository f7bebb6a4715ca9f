// The plan of a right side flattened into plain memory:
//
//     k(g_1 … g_{r−1}, ·) = Σ_groups S(g_1 … g_{r−1}) · line(·),   S = S_0 + Σ_i S_i(g_i) + Σ_numbers weight Π tables Π blocks.
//
// `TruncatedHierarchyProgramBuilder` compiles it, `prepare` makes what all lines of a row share, `evaluate` makes a line.

internal import CKernels
import CLibraries
import Computing
import Interaction
import PhaseSpace

/// A compiled plan. Nothing is allocated in an evaluation.
final class TruncatedHierarchyProgram {
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

  let rows: GrowingBuffer<Row>
  let groups: GrowingBuffer<Group>
  let slotSums: GrowingBuffer<SlotSum>
  let numbers: GrowingBuffer<Number>
  let lines: GrowingBuffer<Line>
  let weights: GrowingBuffer<Weight>
  let factors: GrowingBuffer<Factor>
  let blocks: GrowingBuffer<Block>
  let strides: GrowingBuffer<Stride>
  private let tables: [UnsafeMutableBufferPointer<Double>]
  let mostGroups: Int
  let widest: Int
  /// Doubles that `prepare` fills for all rows together.
  let preparedCount: Int

  /// - Parameter selected: compiles these rows alone, as if there were no others; all where nil.
  /// - Throws: `MemoryError` when there is no room for it.
  convenience init(
    _ plan: TruncatedHierarchyPlan, layout: TruncatedHierarchyLayout, kernel: Kernel,
    only selected: [Int]? = nil
  ) throws(MemoryError) {
    var builder = TruncatedHierarchyProgramBuilder(plan, layout: layout, kernel: kernel)
    do {
      for number in selected ?? Array(layout.rows.indices) {
        builder.append(layout.rows[number])
        try builder.check()
      }
    } catch {
      builder.deallocate()
      throw error
    }
    self.init(builder)
  }

  /// Takes what was built, and its memory.
  private init(_ built: consuming TruncatedHierarchyProgramBuilder) {
    built.shrink()
    rows = built.rows
    groups = built.groups
    slotSums = built.slotSums
    numbers = built.numbers
    lines = built.lines
    weights = built.weights
    factors = built.factors
    blocks = built.blocks
    strides = built.strides
    tables = built.tables
    mostGroups = built.mostGroups
    preparedCount = built.prepared
    let lattice = built.layout.lattice
    widest = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
  }

  deinit {
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

  /// Bytes of the compiled rows, without the tables and what `prepare` fills.
  var compiledBytes: Int {
    rows.bytes + groups.bytes + slotSums.bytes + numbers.bytes + lines.bytes + weights.bytes + factors.bytes
      + blocks.bytes + strides.bytes
  }

  /// Bytes of the tables.
  var tableBytes: Int { tables.reduce(0) { $0 + 8 * $1.count } }

  /// Bytes of one workspace.
  var workspaceBytes: Int {
    max(1, mostGroups)
      * (16 * widest + MemoryLayout<vlasov_line_term>.stride + MemoryLayout<UnsafePointer<Double>?>.stride)
  }

  /// What one thread needs: the terms of a line, and its moving lines where they are gathered.
  struct Workspace {
    /// (x, y) ↦ (a x + b y, c x + d y), that is S · (x + iσy) with a = Re S, b = −σ Im S, c = Im S, d = σ Re S.
    let terms: UnsafeMutablePointer<vlasov_line_term>
    /// Where the line in `lines` of a group stands in the state, nil where none does.
    let gatheredFrom: UnsafeMutablePointer<UnsafePointer<Double>?>
    /// Per group P reals and P imaginary parts.
    let lines: UnsafeMutablePointer<Double>

    func deallocate() {
      terms.deallocate()
      gatheredFrom.deallocate()
      lines.deallocate()
    }
  }

  /// A workspace, to be deallocated by the caller.
  func makeWorkspace() -> Workspace {
    let count = max(1, mostGroups)
    let lines = UnsafeMutablePointer<Double>.allocate(capacity: count * 2 * widest)
    lines.initialize(repeating: 0, count: count * 2 * widest)
    let terms = UnsafeMutablePointer<vlasov_line_term>.allocate(capacity: count)
    terms.initialize(
      repeating: vlasov_line_term(
        a: 0, b: 0, c: 0, d: 0, real: UnsafePointer(lines), imaginary: UnsafePointer(lines), table: nil),
      count: count)
    let gatheredFrom = UnsafeMutablePointer<UnsafePointer<Double>?>.allocate(capacity: count)
    gatheredFrom.initialize(repeating: nil, count: count)
    return Workspace(terms: terms, gatheredFrom: gatheredFrom, lines: lines)
  }
}
