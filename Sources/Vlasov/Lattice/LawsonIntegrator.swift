// One step of all orders and species of a Vlasov lattice by Lawson's RK4 (`LawsonStage`): rows in blocks that stay in cache, the
// force of a block (LatticeField+Force.swift), then its linear combination (LawsonIntegrator+Combination.swift).

import CLibraries
import PhaseSpace

/// Steps of Δt with whole shifts, in four buffers. Nothing is allocated in a step.
final class LawsonIntegrator: LatticeIntegrator {
  let field: LatticeField
  let step: Double

  /// A, B and the next stage.
  var sum: UnsafeMutablePointer<Double>
  var stage: UnsafeMutablePointer<Double>
  var next: UnsafeMutablePointer<Double>

  var rows: LatticeRows { field.rows }
  var state: UnsafeMutablePointer<Double> { field.state }
  static let buffers = 3

  init(_ field: LatticeField) {
    self.field = field
    step = field.rows.lattice.timeStep
    sum = .allocate(capacity: field.rows.count)
    stage = .allocate(capacity: field.rows.count)
    next = .allocate(capacity: field.rows.count)
    for buffer in [sum, stage, next] { buffer.initialize(repeating: 0, count: field.rows.count) }
  }

  deinit {
    for buffer in [sum, stage, next] { buffer.deallocate() }
  }

  func advance() throws {
    try evaluate(.first, from: state)
    try field.refreshGhosts(of: stage)
    try evaluate(.second, from: stage)
    try field.refreshGhosts(of: next)
    swap(&stage, &next)
    try evaluate(.third, from: stage)
    try field.refreshGhosts(of: next)
    swap(&stage, &next)
    try evaluate(.fourth, from: stage)
    try field.refreshGhosts(of: state)
  }

  private func evaluate(_ stage: LawsonStage, from source: UnsafeMutablePointer<Double>) throws {
    try field.updateForce(from: source)
    let computed = rows.computed
    nonisolated(unsafe) let this = self
    nonisolated(unsafe) let from = source
    field.workers.forEachPiece(of: computed.count * rows.lattice.speciesCount) { piece, range in
      for index in range {
        // Species alternate, so that every piece has the same share of each.
        let species = index % this.rows.lattice.speciesCount
        let row = computed.lowerBound + index / this.rows.lattice.speciesCount
        this.evaluateRow(stage, species: species, row: row, from: from, piece: piece)
      }
    }
  }

  private func evaluateRow(
    _ stage: LawsonStage, species: Int, row: Int, from source: UnsafeMutablePointer<Double>, piece: Int
  ) {
    let points = rows.lattice.pointCount(species)
    let mode = rows.mode(ofRow: row)
    let shift = stage.isTransported ? mode : .zero
    let grid = ShiftedGrid(lattice: rows.lattice, species: species, shift: shift)
    // In the third stage A is transported in place: rows are read ahead of where they are written.
    let blocks = (points + LatticeField.blockPoints - 1) / LatticeField.blockPoints
    for count in 0..<blocks {
      let block = grid.linearShift >= 0 ? count : blocks - 1 - count
      let start = block * LatticeField.blockPoints
      let range = start..<min(points, start + LatticeField.blockPoints)
      let product = field.forceProduct(
        species: species, mode: mode, range: range, grid: grid, from: source, piece: piece)
      combine(stage, species: species, row: row, range: range, grid: grid, product: product, piece: piece)
    }
  }
}
