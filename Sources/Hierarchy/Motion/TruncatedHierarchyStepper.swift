// One step of all marginals at once by Lawson's RK4 (`LawsonStage`): transport shifts every ξ axis of a row by its own mode.
// A line of k is made in cache and combined at once. The force couples lines of the same ξ_1 … ξ_{r−1} in rows of neighbouring
// modes: each thread takes neighbouring rows of a marginal and goes through them a few lines at a time, so that a line read for
// one row is still in cache for the next.

import CLibraries
import Interaction
import PhaseSpace
import Vlasov

/// Steps the state by Δt on a fixed number of threads. Nothing is allocated in a step.
final class TruncatedHierarchyStepper {
  let layout: TruncatedHierarchyLayout
  private let program: TruncatedHierarchyProgram
  private let workers: Workers
  let step: Double

  private(set) var state: UnsafeMutablePointer<Double>
  var sum: UnsafeMutablePointer<Double>
  var stage: UnsafeMutablePointer<Double>
  var next: UnsafeMutablePointer<Double>
  private let workspaces: [TruncatedHierarchyProgram.Workspace]
  /// What the lines of a row share, for all rows.
  private let prepared: UnsafeMutablePointer<Double>
  /// Per thread: a line of k and a copied line; then the grid points of the line.
  private let scratch: UnsafeMutablePointer<Double>
  private let scratchPerPiece: Int
  private let coordinates: UnsafeMutablePointer<Int>
  private let coordinatesPerPiece: Int
  private let geometry: [RowGeometry]
  /// Per thread.
  private let blocks: [[RowBlock]]

  /// What the loop over the lines of a row needs.
  struct RowGeometry {
    let offset: Int
    let lines: Int
    /// Points of the last grid.
    let points: Int
    let counts: [Int]
    /// Per slot before the last, the shift by the row's mode: source index, −1 outside.
    let shifts: [[Int32]]
    /// Of the last slot.
    let grid: ShiftedGrid
    /// Whether targets lie before their sources.
    let isAscending: Bool
  }

  /// Neighbouring rows of a marginal that are gone through together.
  private struct RowBlock {
    var rows: Range<Int>
    let isAscending: Bool
    /// Lines at a time.
    let tile: Int
  }

  /// Bytes of four buffers; nil on overflow.
  static func bytes(doubles: Int?) -> Int? { Memory.product(doubles, 4, 8) }

  /// Bytes of what a row needs beside its numbers: the loop over its lines.
  static func rowBytes(rank: Int) -> Int { MemoryLayout<RowGeometry>.stride + 2 * (32 + 8 * rank + 16) }

  /// Bytes of the shifted grids and of the lines of every thread.
  static func sharedBytes(lattice: FourierLattice, threads: Int) -> Int? {
    let widest = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    return Memory.sum(
      Memory.sum(lattice.masses.indices.map { Memory.product(lattice.modeCount, lattice.pointCount($0), 4) }),
      Memory.product(threads, Memory.sum(Memory.product(widest, 32), 2048)))
  }

  init(layout: TruncatedHierarchyLayout, program: TruncatedHierarchyProgram, workers: Workers) {
    self.layout = layout
    self.program = program
    self.workers = workers
    step = layout.lattice.timeStep
    let lattice = layout.lattice
    // Where a grid point comes from under a mode, for all rows that share it.
    let isJoint = layout.orders.contains { $0.rank > 1 }
    let sources = lattice.masses.indices.map { species in
      (0..<(isJoint ? lattice.modeCount : 0)).map { index in
        let mode = lattice.mode(at: index)
        return (0..<lattice.pointCount(species)).map { index in
          Int32(
            lattice.pointOffset(lattice.point(at: index, species: species) &+ mode, species: species) ?? -1)
        }
      }
    }
    geometry = layout.rows.map { row in
      let slots = layout.orders[row.order].slots
      let modes = row.modes.map { lattice.mode(at: $0) }
      let leading = Array(slots.dropLast())
      let last = slots[slots.count - 1]
      let lastMode = modes[modes.count - 1]
      let shifts = zip(leading, row.modes).map { sources[$0][$1] }
      let counts = leading.map { lattice.pointCount($0) }
      var linear = 0
      for (slot, count) in counts.enumerated() {
        linear =
          linear * count
          + ShiftedGrid(lattice: lattice, species: leading[slot], shift: modes[slot]).linearShift
      }
      return RowGeometry(
        offset: row.offset, lines: counts.reduce(1, *), points: lattice.pointCount(last), counts: counts,
        shifts: shifts, grid: ShiftedGrid(lattice: lattice, species: last, shift: lastMode),
        isAscending: linear >= 0)
    }
    blocks = Self.blocks(of: geometry, layout: layout, threads: layout.count < 20_000 ? 1 : workers.threads)
    workspaces = (0..<workers.threads).map { _ in program.makeWorkspace() }
    let points = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 1
    prepared = .allocate(capacity: max(1, program.preparedCount))
    prepared.initialize(repeating: 0, count: max(1, program.preparedCount))
    scratchPerPiece = 4 * points + 64
    coordinatesPerPiece = 64
    state = .allocate(capacity: layout.count)
    sum = .allocate(capacity: layout.count)
    stage = .allocate(capacity: layout.count)
    next = .allocate(capacity: layout.count)
    for buffer in [state, sum, stage, next] { buffer.initialize(repeating: 0, count: layout.count) }
    scratch = .allocate(capacity: scratchPerPiece * workers.threads)
    scratch.initialize(repeating: 0, count: scratchPerPiece * workers.threads)
    coordinates = .allocate(capacity: 2 * coordinatesPerPiece * workers.threads)
    coordinates.initialize(repeating: 0, count: 2 * coordinatesPerPiece * workers.threads)
  }

  deinit {
    for buffer in [state, sum, stage, next, scratch, prepared] { buffer.deallocate() }
    coordinates.deallocate()
    for workspace in workspaces { workspace.deallocate() }
  }

  /// Advances by Δt.
  func advance() {
    evaluate(.first, from: state)
    evaluate(.second, from: stage)
    swap(&stage, &next)
    evaluate(.third, from: stage)
    swap(&stage, &next)
    evaluate(.fourth, from: stage)
  }

  /// Below a few thousand numbers the threads cost more than they bring (then there is one list). Every thread takes
  /// neighbouring rows of every marginal, as many numbers as the others.
  private static func blocks(of geometry: [RowGeometry], layout: TruncatedHierarchyLayout, threads: Int)
    -> [[RowBlock]]
  {
    var blocks = [[RowBlock]](repeating: [], count: threads)
    var first = 0
    while first < geometry.count {
      let order = layout.rows[first].order
      let end = layout.rows[first...].firstIndex { $0.order != order } ?? geometry.count
      for piece in 0..<threads {
        for row in (first + (end - first) * piece / threads)..<(first + (end - first) * (piece + 1) / threads)
        {
          let ascending = geometry[row].isAscending
          if let open = blocks[piece].last, open.rows.upperBound == row, open.isAscending == ascending,
            layout.rows[open.rows.lowerBound].order == order
          {
            blocks[piece][blocks[piece].count - 1].rows = open.rows.lowerBound..<(row + 1)
          } else {
            let tile = max(1, Self.tileNumbers / (2 * geometry[row].points))
            blocks[piece].append(RowBlock(rows: row..<(row + 1), isAscending: ascending, tile: tile))
          }
        }
      }
      first = end
    }
    return blocks
  }

  /// Numbers of a row that are gone through before the next row: some dozen rows of them fit the second-level cache.
  private static let tileNumbers = 2048

  private func evaluate(_ stage: LawsonStage, from source: UnsafeMutablePointer<Double>) {
    nonisolated(unsafe) let this = self
    nonisolated(unsafe) let from = UnsafePointer(source)
    workers.forEachPiece(of: blocks.count) { _, range in
      for piece in range { this.evaluate(stage, piece, from) }
    }
  }

  private func evaluate(_ stage: LawsonStage, _ piece: Int, _ source: UnsafePointer<Double>) {
    geometry.withUnsafeBufferPointer { shapes in
      blocks[piece].withUnsafeBufferPointer { blocks in
        for block in blocks {
          for row in block.rows {
            program.prepare(row: row, points: shapes[row].points, from: source, in: prepared)
          }
          let lines = shapes[block.rows.lowerBound].lines
          var done = 0
          while done < lines {
            let visits = done..<min(lines, done + block.tile)
            for row in block.rows {
              evaluate(
                stage, row, shapes.baseAddress! + row, visits, block.isAscending, source, piece,
                hasNext: row + 1 < block.rows.upperBound)
            }
            done = visits.upperBound
          }
        }
      }
    }
  }

  /// Some lines of a row: from the first on, or from the last back where targets lie behind their sources.
  private func evaluate(
    _ stage: LawsonStage, _ row: Int, _ shape: UnsafePointer<RowGeometry>, _ visits: Range<Int>,
    _ ascending: Bool,
    _ source: UnsafePointer<Double>, _ piece: Int, hasNext: Bool
  ) {
    let lines = shape.pointee.lines
    let leading = shape.pointee.counts.count
    let g = coordinates + 2 * coordinatesPerPiece * piece
    let centred = g + coordinatesPerPiece
    let isShifted = stage.isTransported
    let k = scratch + scratchPerPiece * piece
    let workspace = workspaces[piece]
    program.forgetLines(in: workspace)
    for visit in visits {
      let line = ascending ? visit : lines - 1 - visit
      var rest = line
      for slot in stride(from: leading - 1, through: 0, by: -1) {
        let count = shape.pointee.counts[slot]
        g[slot] = rest % count
        rest /= count
      }
      var from = 0
      if isShifted {
        for slot in 0..<leading {
          let shifted = Int(shape.pointee.shifts[slot][g[slot]])
          from = shifted < 0 || from < 0 ? -1 : from * shape.pointee.counts[slot] + shifted
          centred[slot] = shifted - shape.pointee.counts[slot] / 2
        }
      } else {
        from = line
        for slot in 0..<leading { centred[slot] = g[slot] - shape.pointee.counts[slot] / 2 }
      }
      if from >= 0 {
        if hasNext {
          program.prefetchLines(row: row + 1, at: centred, points: shape.pointee.points, from: source)
          prefetchTargets(stage, shape + 1, line: line)
        }
        program.evaluate(
          row: row, at: centred, points: shape.pointee.points, from: source,
          prepared: UnsafePointer(prepared),
          into: k, in: workspace)
      }
      combine(stage, shape, line: line, from: from, k: k)
    }
  }
}
