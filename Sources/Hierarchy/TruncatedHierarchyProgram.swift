// The plan of a right side flattened into plain memory, and its evaluation line by line,
//
//     k(g_1 … g_{r−1}, ·) = Σ_groups S(g_1 … g_{r−1}) · line(·),   S = S_0 + Σ_i S_i(g_i) + Σ_numbers weight Π tables Π blocks.
//
// `prepare` makes once per row and right side what all its lines share: the weights, S_0, S_i over the grid of particle i,
// and the lines that do not move. Cost per line: a stream of P complex numbers and r numbers per group.

internal import CKernels
import CLibraries
import Interaction
import PhaseSpace

/// A compiled plan. Nothing is allocated in an evaluation.
final class TruncatedHierarchyProgram {
  private struct Stride {
    let slot: Int
    let stride: Int
  }

  private struct Block {
    let base: Int
    let imaginaryOffset: Int
    let sign: Double
    let strides: Range<Int>
  }

  private struct Weight {
    let coefficient: Double
    let constants: Range<Int>
  }

  private struct Number {
    let weights: Range<Int>
    let factors: Range<Int>
    let blocks: Range<Int>
  }

  private struct Line {
    let weights: Range<Int>
    let block: Block
    /// Stride along the last particle; its other strides are in `block`.
    let stride: Int
    let table: UnsafePointer<Double>?
  }

  /// The numbers that depend on one particle, over its grid; those of all groups of a row lie together point by point.
  private struct SlotSum {
    let slot: Int
    let points: Int
    let numbers: Range<Int>
    /// Where it is prepared for the centre, and from point to point.
    let centre: Int
    let stride: Int
  }

  private struct Group {
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

  private struct Row {
    let groups: Range<Int>
    /// Groups before it have no table on their line, or not on a moving one; all others have.
    let plain: Int
  }

  private struct Factor {
    let slot: Int
    let table: UnsafePointer<Double>
  }

  private let rows: GrowingBuffer<Row>
  private let groups: GrowingBuffer<Group>
  private let slotSums: GrowingBuffer<SlotSum>
  private let numbers: GrowingBuffer<Number>
  private let lines: GrowingBuffer<Line>
  private let weights: GrowingBuffer<Weight>
  private let factors: GrowingBuffer<Factor>
  private let blocks: GrowingBuffer<Block>
  private let strides: GrowingBuffer<Stride>
  private let tables: [UnsafeMutableBufferPointer<Double>]
  private let mostGroups: Int
  private let widest: Int
  /// Doubles that `prepare` fills for all rows together.
  let preparedCount: Int

  /// What one thread needs: the terms of a line, and its moving lines where they are gathered.
  struct Workspace {
    /// (x, y) ↦ (a x + b y, c x + d y), that is S · (x + iσy) with a = Re S, b = −σ Im S, c = Im S, d = σ Re S.
    fileprivate let terms: UnsafeMutablePointer<vlasov_line_term>
    /// Where the line in `lines` of a group stands in the state, nil where none does.
    fileprivate let gatheredFrom: UnsafeMutablePointer<UnsafePointer<Double>?>
    /// Per group P reals and P imaginary parts.
    fileprivate let lines: UnsafeMutablePointer<Double>

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

  /// - Parameter selected: compiles these rows alone, as if there were no others; all where nil.
  init(
    _ plan: TruncatedHierarchyPlan, layout: TruncatedHierarchyLayout, kernel: Kernel,
    only selected: [Int]? = nil
  ) {
    let lattice = layout.lattice
    var plan = plan
    var tables: [UnsafeMutableBufferPointer<Double>] = []
    func fillTables() {
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
    var flat = (
      rows: GrowingBuffer<Row>(), groups: GrowingBuffer<Group>(), slotSums: GrowingBuffer<SlotSum>(),
      numbers: GrowingBuffer<Number>(), lines: GrowingBuffer<Line>(), weights: GrowingBuffer<Weight>(),
      factors: GrowingBuffer<Factor>(), blocks: GrowingBuffer<Block>(), strides: GrowingBuffer<Stride>(),
      prepared: 0, mostGroups: 0
    )
    func block(_ read: TruncatedHierarchyLayout.Read, _ slots: [Int], skipping skipped: Int = -1) -> Block {
      let start = flat.strides.count
      for (slot, stride) in zip(slots, read.strides) where slot != skipped {
        flat.strides.append(Stride(slot: slot, stride: stride))
      }
      return Block(
        base: read.base, imaginaryOffset: read.imaginaryOffset, sign: Double(read.sign),
        strides: start..<flat.strides.count)
    }
    func weights(_ weights: [TruncatedHierarchyFactoring.Weight]) -> Range<Int> {
      // The constants of all first, so that the weights lie in one piece.
      let parts = weights.map { weight in
        let start = flat.blocks.count
        for read in weight.constants { flat.blocks.append(block(read, [])) }
        return Weight(coefficient: weight.coefficient, constants: start..<flat.blocks.count)
      }
      let start = flat.weights.count
      for part in parts { flat.weights.append(part) }
      return start..<flat.weights.count
    }
    func number(
      _ entry: (weights: [TruncatedHierarchyFactoring.Weight], number: TruncatedHierarchyFactoring.Number)
    )
      -> Number
    {
      let firstFactor = flat.factors.count
      for factor in entry.number.factors {
        let table = tables[factor.table]
        let centre = UnsafePointer(table.baseAddress! + table.count / 2)
        flat.factors.append(Factor(slot: factor.slot, table: centre))
      }
      let own = weights(entry.weights)
      let firstBlock = flat.blocks.count
      for part in entry.number.blocks { flat.blocks.append(block(part.read, part.slots)) }
      return Number(
        weights: own, factors: firstFactor..<flat.factors.count, blocks: firstBlock..<flat.blocks.count)
    }
    func numbers(
      _ entries: [(weights: [TruncatedHierarchyFactoring.Weight], number: TruncatedHierarchyFactoring.Number)]
    )
      -> Range<Int>
    {
      let parts = entries.map(number)
      for part in parts { flat.numbers.append(part) }
      return (flat.numbers.count - parts.count)..<flat.numbers.count
    }
    func prepared(_ count: Int) -> Int {
      flat.prepared += count
      return flat.prepared - count
    }
    for number in selected ?? Array(layout.rows.indices) {
      let row = layout.rows[number]
      let planned = plan.groups(of: row)
      fillTables()
      let slots = layout.orders[row.order].slots
      let last = slots.count - 1
      func moves(_ group: TruncatedHierarchyFactoring.Group) -> Bool {
        group.lines.contains { $0.line.block.slots.count > 1 }
      }
      func hasTable(_ group: TruncatedHierarchyFactoring.Group) -> Bool {
        moves(group) && group.lines.contains { $0.line.table != nil }
      }
      let ordered = planned.filter { !hasTable($0) } + planned.filter(hasTable)
      let firstGroup = flat.groups.count
      // Per particle, the groups that have a sum over its grid, and where the next of them stands.
      let sums = (0..<last).map { slot in
        ordered.count { group in group.numbers.contains { $0.number.slots == [slot] } }
      }
      var nextSum = (0..<last).map { prepared(2 * lattice.pointCount(slots[$0]) * sums[$0]) }
      for group in ordered {
        let constants = numbers(group.numbers.filter { $0.number.slots.isEmpty })
        let joint = numbers(group.numbers.filter { $0.number.slots.count > 1 })
        let at = prepared(2 + 2 * joint.count)
        let firstSum = flat.slotSums.count
        for slot in 0..<last {
          let own = numbers(group.numbers.filter { $0.number.slots == [slot] })
          guard !own.isEmpty else { continue }
          let points = lattice.pointCount(slots[slot])
          flat.slotSums.append(
            SlotSum(
              slot: slot, points: points, numbers: own, centre: nextSum[slot] + points / 2 * 2 * sums[slot],
              stride: 2 * sums[slot]))
          nextSum[slot] += 2
        }
        let linesOfGroup = group.lines.map { entry in
          let part = entry.line.block
          let position = part.slots.firstIndex(of: last) ?? 0
          return Line(
            weights: weights(entry.weights), block: block(part.read, part.slots, skipping: last),
            stride: part.read.strides[position],
            table: entry.line.table.map { UnsafePointer(tables[$0].baseAddress!) })
        }
        for line in linesOfGroup { flat.lines.append(line) }
        flat.groups.append(
          Group(
            constants: constants, slotSums: firstSum..<flat.slotSums.count, numbers: joint,
            lines: (flat.lines.count - linesOfGroup.count)..<flat.lines.count, moves: moves(group), at: at,
            lineAt: moves(group) ? 0 : prepared(2 * lattice.pointCount(slots[last]))))
      }
      flat.rows.append(
        Row(groups: firstGroup..<flat.groups.count, plain: ordered.count { !hasTable($0) }))
      flat.mostGroups = max(flat.mostGroups, ordered.count)
    }
    flat.rows.shrink()
    flat.groups.shrink()
    flat.slotSums.shrink()
    flat.numbers.shrink()
    flat.lines.shrink()
    flat.weights.shrink()
    flat.factors.shrink()
    flat.blocks.shrink()
    flat.strides.shrink()
    rows = flat.rows
    groups = flat.groups
    slotSums = flat.slotSums
    self.numbers = flat.numbers
    lines = flat.lines
    self.weights = flat.weights
    factors = flat.factors
    blocks = flat.blocks
    strides = flat.strides
    self.tables = tables
    mostGroups = flat.mostGroups
    preparedCount = flat.prepared
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

  /// What all lines of a row share; to be called before the first of them.
  func prepare(
    row: Int, points: Int, from source: UnsafePointer<Double>, in prepared: UnsafeMutablePointer<Double>
  ) {
    for index in rows[row].groups {
      let group = groups[index]
      var constant = (0.0, 0.0)
      for number in group.constants {
        let value = weight(numbers[number].weights, source)
        constant = (constant.0 + value.0, constant.1 + value.1)
      }
      (prepared[group.at], prepared[group.at + 1]) = constant
      for (position, number) in group.numbers.enumerated() {
        let at = group.at + 2 + 2 * position
        (prepared[at], prepared[at + 1]) = weight(numbers[number].weights, source)
      }
      for sum in group.slotSums { prepare(slotSums[sum], from: source, in: prepared) }
      if !group.moves { prepareLine(group, points: points, from: source, in: prepared) }
    }
  }

  /// S_i over the grid of its particle.
  private func prepare(
    _ sum: SlotSum, from source: UnsafePointer<Double>, in prepared: UnsafeMutablePointer<Double>
  ) {
    let half = sum.points / 2
    for g in -half..<(sum.points - half) {
      prepared[sum.centre + sum.stride * g] = 0
      prepared[sum.centre + sum.stride * g + 1] = 0
    }
    for number in sum.numbers {
      let entry = numbers[number]
      let (a, b) = weight(entry.weights, source)
      for g in -half..<(sum.points - half) {
        var (x, y) = (a, b)
        for factor in entry.factors {
          let table = factors[factor].table[g]
          (x, y) = (x * table, y * table)
        }
        for part in entry.blocks {
          let block = blocks[part]
          var at = block.base
          for index in block.strides { at += strides[index].stride * g }
          let (u, v) = (source[at], block.sign * source[at + block.imaginaryOffset])
          (x, y) = (x * u - y * v, x * v + y * u)
        }
        prepared[sum.centre + sum.stride * g] += x
        prepared[sum.centre + sum.stride * g + 1] += y
      }
    }
  }

  /// The sum of the lines of a group, none of which moves.
  private func prepareLine(
    _ group: Group, points: Int, from source: UnsafePointer<Double>, in prepared: UnsafeMutablePointer<Double>
  ) {
    let target = prepared + group.lineAt
    target.update(repeating: 0, count: 2 * points)
    for number in group.lines {
      let line = lines[number]
      let (a, b) = weight(line.weights, source)
      let start = source + line.block.base - line.stride * (points / 2)
      let s = line.block.sign
      for i in 0..<points {
        let factor = line.table.map { $0[i] } ?? 1
        let x = factor * start[line.stride * i]
        let y = s * factor * start[line.stride * i + line.block.imaginaryOffset]
        target[i] += a * x - b * y
        target[points + i] += a * y + b * x
      }
    }
  }

  /// To be called before lines of another row, or of another state, are evaluated.
  func forgetLines(in workspace: Workspace) {
    for position in 0..<mostGroups { workspace.gatheredFrom[position] = nil }
  }

  /// One line of a prepared row: P reals, then P imaginary parts.
  /// - Parameter g: grid points of the other particles, counted from the centre.
  @inline(__always)
  func evaluate(
    row: Int, at g: UnsafePointer<Int>, points: Int, from source: UnsafePointer<Double>,
    prepared: UnsafePointer<Double>, into k: UnsafeMutablePointer<Double>, in workspace: Workspace
  ) {
    let shape = rows.baseAddress! + row
    let first = shape.pointee.groups.lowerBound
    let count = shape.pointee.groups.count
    for position in 0..<count {
      let group = groups.baseAddress! + first + position
      let (a, b) = number(group, g, source, prepared)
      var s = 1.0
      var real = prepared + group.pointee.lineAt
      var imaginary = real + points
      var table: UnsafePointer<Double>?
      if group.pointee.moves {
        let line = lines.baseAddress! + group.pointee.lines.lowerBound
        s = line.pointee.block.sign
        let stride = line.pointee.stride
        table = line.pointee.table
        real = source + address(line.pointee.block, g) - stride * (points / 2)
        imaginary = real + line.pointee.block.imaginaryOffset
        if stride != 1 {
          let gathered = workspace.lines + 2 * widest * position
          // A line that some particle does not move is often the one before.
          if workspace.gatheredFrom[position] != real {
            Self.gather(gathered, real, stride, points)
            Self.gather(gathered + points, imaginary, stride, points)
            workspace.gatheredFrom[position] = real
          }
          real = UnsafePointer(gathered)
          imaginary = UnsafePointer(gathered + points)
        }
      }
      // A whole term, so that nothing of another row's is left.
      workspace.terms[position] = vlasov_line_term(
        a: a, b: -b * s, c: b, d: a * s, real: real, imaginary: imaginary, table: table)
    }
    vlasov_combine_lines(workspace.terms, shape.pointee.plain, count, points, k)
  }

  /// Asks for the moving lines of `evaluate` ahead of it.
  func prefetchLines(row: Int, at g: UnsafePointer<Int>, points: Int, from source: UnsafePointer<Double>) {
    for index in rows[row].groups where groups[index].moves {
      let line = lines[groups[index].lines.lowerBound]
      guard line.stride.magnitude == 1 else { continue }
      let start = source + address(line.block, g) - points / 2
      prefetch(start, count: 2 * points)
    }
  }

  @inline(__always)
  private static func gather(
    _ target: UnsafeMutablePointer<Double>, _ source: UnsafePointer<Double>, _ stride: Int, _ points: Int
  ) {
    if stride == -1 {
      for i in 0..<points { target[i] = source[-i] }
    } else {
      for i in 0..<points { target[i] = source[i * stride] }
    }
  }

  @inline(__always)
  private func address(_ block: Block, _ g: UnsafePointer<Int>) -> Int {
    var at = block.base
    let strides = strides.baseAddress!
    for index in block.strides { at += strides[index].stride * g[strides[index].slot] }
    return at
  }

  /// Σ coefficient Π constants
  private func weight(_ range: Range<Int>, _ source: UnsafePointer<Double>) -> (Double, Double) {
    var sum = (0.0, 0.0)
    for index in range {
      var (x, y) = (weights[index].coefficient, 0.0)
      for number in weights[index].constants {
        let block = blocks[number]
        let (u, v) = (source[block.base], block.sign * source[block.base + block.imaginaryOffset])
        (x, y) = (x * u - y * v, x * v + y * u)
      }
      sum.0 += x
      sum.1 += y
    }
    return sum
  }

  /// S_0 + Σ_i S_i + Σ weight Π tables Π blocks
  @inline(__always)
  private func number(
    _ group: UnsafePointer<Group>, _ g: UnsafePointer<Int>, _ source: UnsafePointer<Double>,
    _ prepared: UnsafePointer<Double>
  ) -> (Double, Double) {
    let own = prepared + group.pointee.at
    var sum = (own[0], own[1])
    for index in group.pointee.slotSums {
      let part = slotSums.baseAddress! + index
      let at = prepared + part.pointee.centre + part.pointee.stride * g[part.pointee.slot]
      sum.0 += at[0]
      sum.1 += at[1]
    }
    let (numbers, factors, blocks) = (numbers.baseAddress!, factors.baseAddress!, blocks.baseAddress!)
    var weight = own + 2
    for index in group.pointee.numbers {
      let number = numbers + index
      var (x, y) = (weight[0], weight[1])
      weight += 2
      for factor in number.pointee.factors {
        let table = factors[factor].table[g[factors[factor].slot]]
        (x, y) = (x * table, y * table)
      }
      for part in number.pointee.blocks {
        let block = blocks + part
        let at = address(block.pointee, g)
        let (u, v) = (source[at], block.pointee.sign * source[at + block.pointee.imaginaryOffset])
        (x, y) = (x * u - y * v, x * v + y * u)
      }
      sum.0 += x
      sum.1 += y
    }
    return sum
  }
}
