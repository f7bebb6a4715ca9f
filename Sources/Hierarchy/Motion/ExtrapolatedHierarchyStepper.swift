// All marginals as a system whose steps are extrapolated (ExtrapolatedSteps.swift in Vlasov): every ξ axis of a row is carried by its
// own mode, the right side made line by line there, and the row of it carried back.

import CLibraries
import Computing
import PhaseSpace
import Vlasov

/// Steps of Δt or, with a tolerance, as many as it takes, in six buffers and three rows a thread.
final class ExtrapolatedHierarchyStepper: HierarchyStepper, ExtrapolatedSystem {
  let layout: TruncatedHierarchyLayout
  let state: UnsafeMutablePointer<Double>
  private let program: TruncatedHierarchyProgram
  private let workers: Workers
  private let steps: ExtrapolatedSteps
  private let moved: UnsafeMutablePointer<Double>
  private let workspaces: [TruncatedHierarchyProgram.Workspace]
  private let prepared: UnsafeMutablePointer<Double>
  private let rowScratch: UnsafeMutablePointer<Double>
  private let rowLength: Int
  private var transports: StepTransports
  private let rows: [Shape]
  private let stability: HierarchyForces

  /// A row: its numbers, the points of its grids, and the axes along which transport moves it.
  private struct Shape {
    let offset: Int
    let count: Int
    /// Points of the grids before the last, and of that.
    let leading: [Int]
    let points: Int
    let axes: [FreeTransport.Axis]
  }

  /// States it holds, w among them.
  static let buffers = 2 + ExtrapolatedSteps.buffers

  /// Bytes of the buffers and the rows of every thread; nil on overflow.
  static func bytes(doubles: Int?, layoutRow row: Int?, lattice: FourierLattice, threads: Int) -> Int? {
    Memory.sum(
      Memory.product(doubles, buffers, 8), Memory.product(row, 3 * 8, threads),
      StepTransports.bytes(of: lattice))
  }

  /// Numbers of the longest row; nil on overflow.
  static func longestRow(_ orders: [MarginalOrder], _ lattice: FourierLattice) -> Int? {
    Memory.largest(
      orders.map { $0.slots.map { lattice.pointCount($0) }.reduce(2) { Memory.product($0, $1) } })
  }

  init(
    layout: TruncatedHierarchyLayout, program: TruncatedHierarchyProgram, forces: HierarchyForces,
    workers: Workers
  ) {
    (self.layout, self.program, self.workers, stability) = (layout, program, workers, forces)
    let lattice = layout.lattice
    transports = StepTransports(lattice)
    steps = ExtrapolatedSteps(
      control: StepControl(tolerance: lattice.tolerance, interval: lattice.timeStep), count: layout.count,
      workers: workers)
    rows = layout.rows.map { row in
      let slots = layout.orders[row.order].slots
      let counts = slots.map { lattice.pointCount($0) }
      let last = slots.count - 1
      let axes = slots.indices.flatMap { slot in
        FreeTransport.axes(
          lattice, species: slots[slot], mode: lattice.mode(at: row.modes[slot]),
          outer: counts[..<slot].reduce(slot == last ? 2 : 1, *),
          inner: slot == last ? 1 : counts[(slot + 1)...].reduce(2, *))
      }
      return Shape(
        offset: row.offset, count: counts.reduce(2, *), leading: Array(counts.dropLast()),
        points: counts[last], axes: axes)
    }
    workspaces = (0..<workers.threads).map { _ in program.makeWorkspace() }
    prepared = .allocate(capacity: max(1, program.preparedCount))
    prepared.initialize(repeating: 0, count: max(1, program.preparedCount))
    (state, moved) = (.allocate(capacity: layout.count), .allocate(capacity: layout.count))
    for buffer in [state, moved] { buffer.initialize(repeating: 0, count: layout.count) }
    rowLength = rows.map(\.count).max() ?? 0
    rowScratch = .allocate(capacity: max(1, 3 * rowLength * workers.threads))
    rowScratch.initialize(repeating: 0, count: max(1, 3 * rowLength * workers.threads))
  }

  deinit {
    for buffer in [state, moved, prepared, rowScratch] { buffer.deallocate() }
    for workspace in workspaces { workspace.deallocate() }
  }

  var control: StepControl? {
    get { steps.control }
    set { if let newValue { steps.control = newValue } }
  }

  func advance() throws { try steps.advance(state, of: self) }

  func prepare(_ length: Double) { transports.prepare(length) }

  func addRate(
    at time: Int, of y: UnsafeMutablePointer<Double>, times h: Double,
    plus base: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) throws(NumericalFailure) {
    var source = y
    if let transport = transports[time] {
      carry(y, to: moved, by: transport)
      source = moved
    }
    nonisolated(unsafe) let (from, base, to) = (UnsafePointer(source), base, target)
    forEachRow { this, row, piece, scratch in
      let shape = this.rows[row]
      var rate = scratch
      this.rightSide(row, from, to: rate, piece)
      if let transport = this.transports[time] {
        let back = scratch + this.rowLength
        transport.apply(
          shape.axes, isBack: true, from: rate, to: back, other: back + this.rowLength, count: shape.count)
        rate = back
      }
      let (a, b) = (base + shape.offset, to + shape.offset)
      for i in 0..<shape.count { b[i] = a[i] + h * rate[i] }
    }
  }

  func carry(_ y: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>) {
    guard let whole = transports.whole else { return }
    carry(y, to: target, by: whole)
  }

  func forceSize(_ state: UnsafeMutablePointer<Double>) -> Double {
    stability.largest(UnsafePointer(state)) / layout.lattice.timeStep
  }

  /// The worst of all marginals.
  func relative(_ difference: UnsafePointer<Double>, to result: UnsafePointer<Double>) -> Double {
    var (largest, errors) = (layout.orders.map { _ in 0.0 }, layout.orders.map { _ in 0.0 })
    for (shape, row) in zip(rows, layout.rows) {
      for i in shape.offset..<(shape.offset + shape.count) {
        largest[row.order] = .greatest(largest[row.order], result[i].magnitude)
        errors[row.order] = .greatest(errors[row.order], difference[i].magnitude)
      }
    }
    return zip(errors, largest).reduce(0) { $1.0 == 0 ? $0 : .greatest($0, $1.0 / $1.1) }
  }

  private func carry(
    _ source: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>,
    by transport: FreeTransport
  ) {
    nonisolated(unsafe) let (from, to) = (source, target)
    forEachRow { this, row, _, scratch in
      let shape = this.rows[row]
      transport.apply(
        shape.axes, from: from + shape.offset, to: to + shape.offset, other: scratch, count: shape.count)
    }
  }

  /// A row of the right side, line by line.
  private func rightSide(
    _ row: Int, _ source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, _ piece: Int
  ) {
    let shape = rows[row]
    program.prepare(row: row, points: shape.points, from: source, in: prepared)
    program.forgetLines(in: workspaces[piece])
    let lines = shape.leading.reduce(1, *)
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 8) { places in
      guard let centred = places.baseAddress else { return }
      for line in 0..<lines {
        var rest = line
        for slot in stride(from: shape.leading.count - 1, through: 0, by: -1) {
          centred[slot] = rest % shape.leading[slot] - shape.leading[slot] / 2
          rest /= shape.leading[slot]
        }
        program.evaluate(
          row: row, at: centred, points: shape.points, from: source, prepared: UnsafePointer(prepared),
          into: target + 2 * shape.points * line, in: workspaces[piece])
      }
    }
  }

  /// All rows, with a thread's number and its own rows to work in.
  private func forEachRow(
    _ body: @Sendable (ExtrapolatedHierarchyStepper, Int, Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    nonisolated(unsafe) let this = self
    workers.forEachPiece(of: rows.count) { piece, range in
      for row in range { body(this, row, piece, this.rowScratch + 3 * this.rowLength * piece) }
    }
  }
}
