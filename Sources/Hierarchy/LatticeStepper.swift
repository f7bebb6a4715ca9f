// Lawson (integrating-factor) RK4 with exact transport. With E = free transport over Δt/2 (an index shift) and
// f the force,
//
//     k_1 = f(w), k_2 = f(Ew + h/2 Ek_1), k_3 = f(Ew + h/2 k_2), k_4 = f(E²w + h Ek_3),
//     w ← E²w + h/6 (E²k_1 + 2E(k_2 + k_3) + k_4).
//
// Four buffers and sixteen streams of the state a step: each stage evaluates the force of a block in scratch
// memory and combines it at once; the two transports are gathered reads at shifted points. With
// A = Ew + h/6 Ek_1 and B = Ew + h/2 Ek_1 the half-transported state is Ew = (3A − B)/2.

import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// Steps all orders and species of a Vlasov lattice state by Δt. Nothing is allocated in a step.
final class LatticeStepper {
  let rows: LatticeRows
  private(set) var force: LatticeForce
  private let workers: Workers
  private let step: Double

  /// w, A, B and the next stage.
  private var state: UnsafeMutablePointer<Double>
  private var sum: UnsafeMutablePointer<Double>
  private var stage: UnsafeMutablePointer<Double>
  private var next: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>
  private let scratchPerPiece: Int
  /// κ_ħ(κm·ξ) per species and pair, over the ξ grid.
  private let kernels: [[[Double]]]

  /// Points per block: the block's matrices stay in the second-level cache. Not a multiple of 256, which would
  /// put the same column of all their rows (two parts of a block apart) into the same set of the first-level one.
  static let blockPoints = 264

  private enum Phase { case first, second, third, fourth }

  /// - Throws: `MemoryError` before anything is allocated.
  init(model: Model, lattice: FourierLattice, orders: Int, isPerturbative: Bool, workers: Workers)
    throws(MemoryError)
  {
    try Memory.require(
      Self.bytes(model: model, lattice: lattice, orders: orders, threads: workers.threads),
      for: "\(orders) order\(orders == 1 ? "" : "s") of the Vlasov lattice (four stages)")
    force = LatticeForce(model: model, orders: orders, isPerturbative: isPerturbative, modes: lattice.modes)
    rows = try LatticeRows(lattice: lattice, orders: orders, ghosts: force.highestFirstComponent)
    self.workers = workers
    step = lattice.timeStep
    scratchPerPiece = Self.scratchCount(force)
    state = .allocate(capacity: rows.count)
    sum = .allocate(capacity: rows.count)
    stage = .allocate(capacity: rows.count)
    next = .allocate(capacity: rows.count)
    scratch = .allocate(capacity: max(1, scratchPerPiece * workers.threads))
    for buffer in [state, sum, stage, next] { buffer.initialize(repeating: 0, count: rows.count) }
    scratch.initialize(repeating: 0, count: max(1, scratchPerPiece * workers.threads))
    let kernel = model.kernel
    kernels = force.pairs.enumerated().map { species, pairs in
      pairs.map { pair in
        (0..<lattice.pointCount(species)).map { index in
          let xi = lattice.xi(lattice.point(at: index, species: species), species: species)
          return kernel((pair.mode.vector * lattice.kappa).dot(xi))
        }
      }
    }
  }

  /// Doubles a thread works in: the product, two gathered rows, and U and S of every pair; all L × block complex numbers.
  private static func scratchCount(_ force: LatticeForce) -> Int {
    let pairs = force.pairs.map(\.count).max() ?? 0
    return (2 * pairs + 3) * force.orders * blockPoints * 2
  }

  /// Bytes of four buffers, the scratch memory, the matrices of the force and κ_ħ over the grids; nil on overflow.
  static func bytes(model: Model, lattice: FourierLattice, orders: Int, threads: Int) -> Int? {
    // One order costs nothing to set up, and the matrices of many may not fit.
    let force = LatticeForce(model: model, orders: 1, isPerturbative: false, modes: lattice.modes)
    guard let rows = try? LatticeRows(lattice: lattice, orders: orders, ghosts: force.highestFirstComponent)
    else { return nil }
    let tables = force.pairs.enumerated().map { species, pairs in
      Memory.product(pairs.count, Memory.sum(lattice.pointCount(species), Memory.product(2, orders, orders)))
    }
    let doubles = Memory.sum(
      Memory.product(rows.count, 4), Memory.product(scratchCount(force), orders, threads), Memory.sum(tables))
    return Memory.product(doubles, 8)
  }

  deinit {
    for buffer in [state, sum, stage, next] { buffer.deallocate() }
    scratch.deallocate()
  }

  /// Order `order` of a stored row at a grid index.
  func value(species: Int, row: Int, order: Int, index: Int) -> Complex<Double> {
    let points = rows.lattice.pointCount(species)
    let at = rows.offset(species: species, row: row) + 2 * order * points + index
    return Complex(state[at], state[at + points])
  }

  /// Sets order `order` of a mode and its mirror image; `values` over the ξ grid of the species.
  func set(species: Int, order: Int, mode: ModeIndex, to value: (ModeIndex) -> Complex<Double>) {
    guard let row = rows.row(of: mode) else { return }
    let points = rows.lattice.pointCount(species)
    let start = rows.offset(species: species, row: row) + 2 * order * points
    for index in 0..<points {
      let number = value(rows.lattice.point(at: index, species: species))
      state[start + index] = number.real
      state[start + points + index] = number.imaginary
    }
  }

  /// Puts other numbers in the place of w, as many as `rows.count`.
  func replaceContents(_ numbers: [Double]) { state.update(from: numbers, count: rows.count) }

  /// The numbers of w where they lie.
  func withContents<Result>(_ body: (UnsafeBufferPointer<Double>) -> Result) -> Result {
    body(UnsafeBufferPointer(start: state, count: rows.count))
  }

  /// Advances by Δt.
  /// - Throws: `NumericalFailure` when a density is not finite.
  func advance() throws(NumericalFailure) {
    try evaluate(.first, from: state)
    refreshGhosts(of: stage)
    try evaluate(.second, from: stage)
    refreshGhosts(of: next)
    swap(&stage, &next)
    try evaluate(.third, from: stage)
    refreshGhosts(of: next)
    swap(&stage, &next)
    try evaluate(.fourth, from: stage)
    refreshGhosts(of: state)
  }

  private func evaluate(_ phase: Phase, from source: UnsafeMutablePointer<Double>)
    throws(NumericalFailure)
  {
    try force.update(from: source, rows: rows)
    let computed = rows.rowsPerSpecies - rows.firstComputedRow
    nonisolated(unsafe) let this = self
    nonisolated(unsafe) let from = source
    workers.forEachPiece(of: computed * rows.lattice.speciesCount) { piece, range in
      for index in range {
        // Species alternate, so that every piece has the same share of each.
        let species = index % this.rows.lattice.speciesCount
        let row = this.rows.firstComputedRow + index / this.rows.lattice.speciesCount
        this.evaluateRow(phase, species: species, row: row, from: from, piece: piece)
      }
    }
  }

  private func evaluateRow(
    _ phase: Phase, species: Int, row: Int, from source: UnsafeMutablePointer<Double>, piece: Int
  ) {
    let points = rows.lattice.pointCount(species)
    let mode = rows.mode(ofRow: row)
    let shift = phase == .first || phase == .third ? mode : .zero
    let grid = ShiftedGrid(lattice: rows.lattice, species: species, shift: shift)
    // In the third stage A is transported in place: rows are read ahead of where they are written.
    let blocks = (points + Self.blockPoints - 1) / Self.blockPoints
    for count in 0..<blocks {
      let block = grid.linearShift >= 0 ? count : blocks - 1 - count
      let start = block * Self.blockPoints
      let range = start..<min(points, start + Self.blockPoints)
      let product = forceProduct(
        species: species, mode: mode, range: range, grid: grid, from: source, piece: piece)
      combine(phase, species: species, row: row, range: range, grid: grid, product: product, piece: piece)
    }
  }

  /// Σ_m … of one row on a block of (shifted) points, L × block, in scratch memory.
  private func forceProduct(
    species: Int, mode: ModeIndex, range: Range<Int>, grid: ShiftedGrid,
    from source: UnsafeMutablePointer<Double>, piece: Int
  ) -> UnsafeMutablePointer<Double> {
    let orders = rows.orders
    let width = 2 * range.count
    let pairs = force.pairs[species]
    let product = scratch + piece * scratchPerPiece
    let stacked = product + 3 * orders * Self.blockPoints * 2
    for (index, pair) in pairs.enumerated() {
      let plus = rows.row(of: mode &+ pair.mode).map { source + rows.offset(species: species, row: $0) }
      let minus = rows.row(of: mode &- pair.mode).map { source + rows.offset(species: species, row: $0) }
      let u = stacked + 2 * index * orders * width
      kernels[species][index].withUnsafeBufferPointer { kernel in
        formPair(
          plus, minus, kernel.baseAddress!, rows.lattice.pointCount(species), range, grid, u,
          u + orders * width)
      }
    }
    force.matrices[species].withUnsafeBufferPointer { matrix in
      if pairs.isEmpty {
        product.update(repeating: 0, count: orders * width)
      } else if force.isPerturbative {
        toeplitzProduct(
          matrix.baseAddress!, stacked, product, orders: orders, pairs: pairs.count, width: width)
      } else {
        accumulate(matrix, stacked, product, width)
      }
    }
    return product
  }

  /// The flow's one row: product = Σ_i c_i·stacked_i.
  private func accumulate(
    _ coefficients: UnsafeBufferPointer<Double>, _ stacked: UnsafeMutablePointer<Double>,
    _ product: UnsafeMutablePointer<Double>, _ width: Int
  ) {
    let (f, g) = (coefficients[0], coefficients[1])
    let u = stacked
    let s = stacked + width
    for i in 0..<width { product[i] = f * u[i] + g * s[i] }
    for index in stride(from: 2, to: coefficients.count, by: 2) {
      let (f, g) = (coefficients[index], coefficients[index + 1])
      let u = stacked + index * width
      let s = u + width
      for i in 0..<width { product[i] += f * u[i] + g * s[i] }
    }
  }

  /// U = κ(w₊ − w₋) and S = iκ(w₊ + w₋), read at the shifted points with κ there; zero outside the window. A row
  /// that is not there is zero.
  private func formPair(
    _ plus: UnsafeMutablePointer<Double>?, _ minus: UnsafeMutablePointer<Double>?,
    _ kernel: UnsafePointer<Double>, _ points: Int, _ range: Range<Int>, _ grid: ShiftedGrid,
    _ u: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>
  ) {
    let length = range.count
    grid.forEachPiece(of: range) { destination, sourceIndex, count in
      let k = kernel + sourceIndex
      for order in 0..<rows.orders {
        let x = u + 2 * order * length + destination
        let y = s + 2 * order * length + destination
        let at = 2 * order * points + sourceIndex
        if let plus, let minus {
          let (a, b) = (plus + at, minus + at)
          let (c, d) = (a + points, b + points)
          // Explicitly eight at a time: with two targets the compiler gives up proving that nothing overlaps.
          var i = 0
          while i + 8 <= count {
            let factor = eight(k + i)
            let (ar, br, ai, bi) = (eight(a + i), eight(b + i), eight(c + i), eight(d + i))
            store(factor * (ar - br), x + i)
            store(factor * (ai - bi), x + length + i)
            store(-factor * (ai + bi), y + i)
            store(factor * (ar + br), y + length + i)
            i += 8
          }
          while i < count {
            x[i] = k[i] * (a[i] - b[i])
            x[length + i] = k[i] * (c[i] - d[i])
            y[i] = -k[i] * (c[i] + d[i])
            y[length + i] = k[i] * (a[i] + b[i])
            i += 1
          }
        } else if let row = plus ?? minus {
          let sign = plus == nil ? -1.0 : 1.0
          let a = row + at
          let c = a + points
          for i in 0..<count {
            x[i] = sign * k[i] * a[i]
            y[length + i] = k[i] * a[i]
            x[length + i] = sign * k[i] * c[i]
            y[i] = -k[i] * c[i]
          }
        } else {
          for part in [x, x + length, y, y + length] { part.update(repeating: 0, count: count) }
        }
      }
    } outside: { destination, count in
      for order in 0..<(2 * rows.orders) {
        (u + order * length + destination).update(repeating: 0, count: count)
        (s + order * length + destination).update(repeating: 0, count: count)
      }
    }
  }

  /// All orders of a row at the shifted points of a block; zero outside the window.
  private func gather(
    _ row: UnsafeMutablePointer<Double>, into target: UnsafeMutablePointer<Double>, _ range: Range<Int>,
    _ grid: ShiftedGrid, _ points: Int
  ) {
    let length = range.count
    grid.forEachPiece(of: range) { destination, sourceIndex, count in
      for part in 0..<(2 * rows.orders) {
        (target + part * length + destination).update(from: row + part * points + sourceIndex, count: count)
      }
    } outside: { destination, count in
      for part in 0..<(2 * rows.orders) {
        (target + part * length + destination).update(repeating: 0, count: count)
      }
    }
  }

  /// The linear combinations of a stage on one block, reals throughout.
  private func combine(
    _ phase: Phase, species: Int, row: Int, range: Range<Int>, grid: ShiftedGrid,
    product: UnsafeMutablePointer<Double>, piece: Int
  ) {
    let h = step
    let points = rows.lattice.pointCount(species)
    let length = range.count
    let offset = rows.offset(species: species, row: row)
    let base = scratch + piece * scratchPerPiece
    let area = rows.orders * Self.blockPoints * 2
    let (gathered, other) = (base + area, base + 2 * area)
    switch phase {
    case .first: gather(state + offset, into: gathered, range, grid, points)
    case .third:
      gather(state + offset, into: gathered, range, grid, points)
      gather(sum + offset, into: other, range, grid, points)
    case .second, .fourth: break
    }
    // Real and imaginary parts of every order, alike.
    for part in 0..<(2 * rows.orders) {
      let k = product + part * length
      let at = offset + part * points + range.lowerBound
      let (a, b, w, n) = (sum + at, stage + at, state + at, next + at)
      switch phase {
      case .first:
        let shifted = gathered + part * length
        for i in 0..<length {
          a[i] = shifted[i] + h / 6 * k[i]
          b[i] = shifted[i] + h / 2 * k[i]
        }
      case .second:
        for i in 0..<length {
          let half = 1.5 * a[i] - 0.5 * b[i]
          a[i] += h / 3 * k[i]
          w[i] = half
          n[i] = half + h / 2 * k[i]
        }
      case .third:
        let shifted = gathered + part * length
        let shiftedSum = other + part * length
        for i in 0..<length {
          a[i] = shiftedSum[i] + h / 3 * k[i]
          n[i] = shifted[i] + h * k[i]
        }
      case .fourth:
        for i in 0..<length { w[i] = a[i] + h / 6 * k[i] }
      }
    }
  }

  /// w(ξ,n) = conj w(−ξ,−n) on the ghost slabs.
  func refreshGhosts(of buffer: UnsafeMutablePointer<Double>) {
    let lattice = rows.lattice
    nonisolated(unsafe) let target = buffer
    let rows = rows
    workers.forEachRange(of: rows.firstComputedRow * lattice.speciesCount) { range in
      for index in range {
        let species = index % lattice.speciesCount
        let row = index / lattice.speciesCount
        guard let mirror = rows.row(of: rows.mode(ofRow: row).negated) else { continue }
        let points = lattice.pointCount(species)
        for order in 0..<rows.orders {
          let to = target + rows.offset(species: species, row: row) + 2 * order * points
          let from = target + rows.offset(species: species, row: mirror) + 2 * order * points
          for i in 0..<points {
            to[i] = from[points - 1 - i]
            to[points + i] = -from[2 * points - 1 - i]
          }
        }
      }
    }
  }

  /// Makes the ghosts of the state consistent after `set`.
  func refreshState() { refreshGhosts(of: state) }
}

@inline(__always)
private func eight(_ source: UnsafePointer<Double>) -> SIMD8<Double> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD8<Double>.self)
}

@inline(__always)
private func eight(_ source: UnsafeMutablePointer<Double>) -> SIMD8<Double> { eight(UnsafePointer(source)) }

@inline(__always)
private func store(_ values: SIMD8<Double>, _ target: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(target).storeBytes(of: values, as: SIMD8<Double>.self)
}
