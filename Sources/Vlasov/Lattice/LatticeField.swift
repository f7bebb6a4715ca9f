// All orders and species of a Vlasov lattice as they lie, and the force on them, in blocks of a row that stay in cache
// (LatticeField+Force.swift). What moves them is a `LatticeIntegrator`.

import CLibraries
import Interaction
import Numerics
import PhaseSpace

/// All orders and species of a Vlasov lattice, and the force.
final class LatticeField {
  let rows: LatticeRows
  var force: LatticeForce
  let workers: Workers
  /// What other ranks have of it.
  let halo: HaloExchange
  private let densities: SiteGather

  /// w
  let state: UnsafeMutablePointer<Double>
  let scratch: UnsafeMutablePointer<Double>
  let scratchPerPiece: Int
  /// κ_ħ(κm·ξ) per species and pair, over the ξ grid.
  let kernels: [[[Double]]]

  /// Points per block: the block's matrices stay in the second-level cache. Not a multiple of 256, which would
  /// put the same column of all their rows (two parts of a block apart) into the same set of the first-level one.
  static let blockPoints = 264

  /// - Throws: `MemoryError` before anything is allocated.
  init(
    model: Model, lattice: FourierLattice, orders: Int, isPerturbative: Bool, workers: Workers,
    ranks: Ranks = .single
  ) throws(MemoryError) {
    try Memory.require(
      Self.bytes(model: model, lattice: lattice, orders: orders, threads: workers.threads, ranks: ranks),
      for: "\(orders) order\(orders == 1 ? "" : "s") of the Vlasov lattice (all stages)")
    force = LatticeForce(model: model, orders: orders, isPerturbative: isPerturbative, modes: lattice.modes)
    rows = try LatticeRows(
      lattice: lattice, orders: orders, ghosts: force.highestFirstComponent, ranks: ranks)
    (halo, densities) = (HaloExchange(rows), SiteGather(force.sites, rows))
    self.workers = workers
    scratchPerPiece = Self.scratchCount(force)
    state = .allocate(capacity: rows.count)
    scratch = .allocate(capacity: max(1, scratchPerPiece * workers.threads))
    state.initialize(repeating: 0, count: rows.count)
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

  /// Bytes of w and what an integrator holds, the scratch memory, the matrices of the force and κ_ħ over the grids; nil on
  /// overflow.
  static func bytes(
    model: Model, lattice: FourierLattice, orders: Int, threads: Int, ranks: Ranks = .single
  ) -> Int? {
    // One order costs nothing to set up, and the matrices of many may not fit.
    let force = LatticeForce(model: model, orders: 1, isPerturbative: false, modes: lattice.modes)
    let state = LatticeRows.count(
      lattice: lattice, orders: orders, ghosts: force.highestFirstComponent, ranks: ranks)
    let tables = force.pairs.enumerated().map { species, pairs in
      Memory.product(pairs.count, Memory.sum(lattice.pointCount(species), Memory.product(2, orders, orders)))
    }
    let integrator = LatticeIntegration.doubles(
      of: lattice, state: state, orders: orders, threads: threads)
    let doubles = Memory.sum(
      state, integrator, Memory.product(scratchCount(force), orders, threads), Memory.sum(tables))
    return Memory.product(doubles, 8)
  }

  deinit {
    state.deallocate()
    scratch.deallocate()
  }

  /// Order `order` of a stored row at a grid index.
  func value(species: Int, row: Int, order: Int, index: Int) -> Complex<Double> {
    let points = rows.lattice.pointCount(species)
    let at = rows.offset(species: species, row: row) + 2 * order * points + index
    return Complex(state[at], state[at + points])
  }

  /// The numbers of an order of a row: P reals, then P imaginary parts.
  func line(species: Int, row: Int, order: Int) -> UnsafePointer<Double> {
    UnsafePointer(
      state + rows.offset(species: species, row: row) + 2 * order * rows.lattice.pointCount(species))
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

  /// The force of the densities of a buffer.
  /// - Throws: `NumericalFailure` when a density is not finite; what the ranks throw.
  func updateForce(from buffer: UnsafePointer<Double>) throws {
    try densities.read(buffer)
    try force.update(densities.values, rows.lattice)
  }

  /// Everything that the force reads beside the computed rows: what other ranks have, and the mirror images.
  /// - Throws: what the ranks throw.
  func refreshGhosts(of buffer: UnsafeMutablePointer<Double>) throws {
    try halo.update(buffer)
    mirror(buffer)
  }

  /// w(ξ,n) = conj w(−ξ,−n) on the ghost slabs.
  private func mirror(_ buffer: UnsafeMutablePointer<Double>) {
    let lattice = rows.lattice
    nonisolated(unsafe) let target = buffer
    let rows = rows
    workers.forEachRange(of: rows.mirrored * lattice.speciesCount) { range in
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

  /// Makes the ghosts of the state consistent after `set` on every stored row.
  func refreshState() { mirror(state) }
}
