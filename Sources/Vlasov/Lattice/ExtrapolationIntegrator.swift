// A Vlasov lattice as a system whose steps are extrapolated (ExtrapolatedSteps.swift): row by row, carried, forced and carried back.

import CLibraries
import Computing
import PhaseSpace

/// Steps of Δt or, with a tolerance, as many as it takes, in five buffers and three rows a thread.
final class ExtrapolationIntegrator: LatticeIntegrator, ExtrapolatedSystem {
  let field: LatticeField
  private let steps: ExtrapolatedSteps
  /// T(τ)y
  private let moved: UnsafeMutablePointer<Double>
  private let rowScratch: UnsafeMutablePointer<Double>
  private let rowLength: Int
  private var transports: StepTransports
  /// Per species and row, the axes along which transport moves it.
  private let axes: [[[FreeTransport.Axis]]]
  /// Per species, the largest |κ_ħ| of each pair of force modes.
  private let kernelSizes: [[Double]]

  static let buffers = 1 + ExtrapolatedSteps.buffers

  init(_ field: LatticeField) {
    self.field = field
    let (lattice, rows) = (field.rows.lattice, field.rows)
    transports = StepTransports(lattice)
    steps = ExtrapolatedSteps(
      control: StepControl(tolerance: lattice.tolerance, interval: lattice.timeStep), count: rows.count,
      workers: field.workers)
    axes = lattice.masses.indices.map { species in
      (0..<rows.rowsPerSpecies).map { row in
        FreeTransport.axes(
          lattice, species: species, mode: rows.mode(ofRow: row), outer: 2 * rows.orders, inner: 1)
      }
    }
    moved = .allocate(capacity: rows.count)
    moved.initialize(repeating: 0, count: rows.count)
    rowLength = 2 * rows.orders * (lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 0)
    rowScratch = .allocate(capacity: 3 * rowLength * field.workers.threads)
    rowScratch.initialize(repeating: 0, count: 3 * rowLength * field.workers.threads)
    kernelSizes = field.kernels.map { $0.map { $0.reduce(0) { .greatest($0, $1.magnitude) } } }
  }

  deinit {
    moved.deallocate()
    rowScratch.deallocate()
  }

  /// Doubles of the rows and the transports; nil on overflow.
  static func tables(_ lattice: FourierLattice, _ orders: Int, _ threads: Int) -> Int? {
    let points = lattice.masses.indices.map { lattice.pointCount($0) }.max() ?? 0
    return Memory.sum(
      Memory.product(points, orders, Memory.product(6, threads)),
      StepTransports.bytes(of: lattice).map { $0 / 8 })
  }

  var control: StepControl? {
    get { steps.control }
    set { if let newValue { steps.control = newValue } }
  }

  func advance() throws { try steps.advance(field.state, of: self) }

  func prepare(_ length: Double) { transports.prepare(length) }

  func addRate(
    at time: Int, of y: UnsafeMutablePointer<Double>, times h: Double,
    plus base: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) throws {
    var source = y
    if let transport = transports[time] {
      try carryRows(y, to: moved, by: transport)
      source = moved
    }
    try field.updateForce(from: source)
    nonisolated(unsafe) let (from, base, to) = (source, base, target)
    forEachRow { this, species, row, scratch in
      this.addRate(row, species, time, of: from, h, plus: base, to: to, scratch)
    }
  }

  func carry(_ y: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>) throws {
    guard let whole = transports.whole else { return }
    try carryRows(y, to: target, by: whole)
  }

  func forceSize(_ state: UnsafeMutablePointer<Double>) throws -> Double {
    // The orders of a series are a triangular system: none grows by itself.
    guard !field.force.isPerturbative else { return 0 }
    try field.updateForce(from: state)
    return field.force.pairs.indices.reduce(0) { largest, species in
      let matrix = field.force.matrices[species]
      return .greatest(
        largest,
        field.force.pairs[species].indices.reduce(0) { sum, pair in
          let (f, g) = (matrix[2 * pair], matrix[2 * pair + 1])
          return sum + 2 * (f * f + g * g).squareRoot() * kernelSizes[species][pair]
        })
    }
  }

  /// The worst of all species and orders; of orders that are still zero, none.
  func relative(_ difference: UnsafePointer<Double>, to result: UnsafePointer<Double>) throws -> Double {
    let rows = field.rows
    var found: [Double] = []
    for species in 0..<rows.lattice.speciesCount {
      let points = rows.lattice.pointCount(species)
      for order in 0..<rows.orders {
        var (largest, error) = (0.0, 0.0)
        for row in rows.computed {
          let start = rows.offset(species: species, row: row) + 2 * order * points
          for i in start..<(start + 2 * points) {
            largest = .greatest(largest, result[i].magnitude)
            error = .greatest(error, difference[i].magnitude)
          }
        }
        found += [largest, error]
      }
    }
    found = try rows.share.greatest(found)
    return stride(from: 0, to: found.count, by: 2).reduce(0) { worst, place in
      found[place + 1] == 0 ? worst : .greatest(worst, found[place + 1] / found[place])
    }
  }

  /// target = base + h T(−τ) f(source) on a row.
  private func addRate(
    _ row: Int, _ species: Int, _ time: Int, of source: UnsafeMutablePointer<Double>, _ h: Double,
    plus base: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>,
    _ scratch: (piece: Int, row: UnsafeMutablePointer<Double>)
  ) {
    let rows = field.rows
    let points = rows.lattice.pointCount(species)
    let mode = rows.mode(ofRow: row)
    let grid = ShiftedGrid(lattice: rows.lattice, species: species, shift: .zero)
    var rate = scratch.row
    for start in stride(from: 0, to: points, by: LatticeField.blockPoints) {
      let range = start..<min(points, start + LatticeField.blockPoints)
      let product = field.forceProduct(
        species: species, mode: mode, range: range, grid: grid, from: source, piece: scratch.piece)
      for part in 0..<(2 * rows.orders) {
        (rate + part * points + start).update(from: product + part * range.count, count: range.count)
      }
    }
    let count = 2 * rows.orders * points
    if let transport = transports[time] {
      let back = rate + rowLength
      transport.apply(
        axes[species][row], isBack: true, from: rate, to: back, other: back + rowLength, count: count)
      rate = back
    }
    let offset = rows.offset(species: species, row: row)
    let (a, b) = (base + offset, target + offset)
    for i in 0..<count { b[i] = a[i] + h * rate[i] }
  }

  private func carryRows(
    _ source: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>,
    by transport: FreeTransport
  ) throws {
    nonisolated(unsafe) let (from, to) = (source, target)
    forEachRow { this, species, row, scratch in
      let offset = this.field.rows.offset(species: species, row: row)
      transport.apply(
        this.axes[species][row], from: from + offset, to: to + offset, other: scratch.row,
        count: 2 * this.field.rows.orders * this.field.rows.lattice.pointCount(species))
    }
    try field.refreshGhosts(of: target)
  }

  /// All computed rows of all species, with a thread's own rows to work in.
  private func forEachRow(
    _ body:
      @Sendable (ExtrapolationIntegrator, Int, Int, (piece: Int, row: UnsafeMutablePointer<Double>)) -> Void
  ) {
    let rows = field.rows
    let species = rows.lattice.speciesCount
    nonisolated(unsafe) let this = self
    field.workers.forEachPiece(of: rows.computed.count * species) { piece, range in
      let scratch = this.rowScratch + 3 * this.rowLength * piece
      for index in range {
        body(this, index % species, rows.computed.lowerBound + index / species, (piece, scratch))
      }
    }
  }
}
