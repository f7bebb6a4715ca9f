// How the one-particle functions w_j^α(ξ,n), j = 0 … L−1, lie in memory.
//
// Reality, w(−ξ,−n) = conj w(ξ,n), halves the work: only the modes with n_1 ≥ 0 are computed, and the slabs
// n_1 = −g … −1 (g the highest first component of a force mode) are ghosts, refreshed by reflection. A row is
// one mode of one species: order by order the P real parts over the ξ grid, then the P imaginary parts, so that
// every kernel is a plain loop over reals.

import CLibraries
import PhaseSpace

/// The rows of a lattice: which modes are stored, and where.
struct LatticeRows: Sendable {
  let lattice: FourierLattice
  let orders: Int
  /// g: ghost slabs n_1 = −g … −1.
  let ghosts: Int
  /// Rows per species: (g + n_max + 1)(2n_max + 1)^{d−1}.
  let rowsPerSpecies: Int
  /// Reals before the first row of each species, and in total.
  let starts: [Int]
  let count: Int

  /// - Throws: `MemoryError` when the size overflows.
  init(lattice: FourierLattice, orders: Int, ghosts: Int) throws(MemoryError) {
    guard let count = Self.count(lattice: lattice, orders: orders, ghosts: ghosts) else {
      throw MemoryError(purpose: "the Fourier lattice", bytes: nil)
    }
    self.lattice = lattice
    self.orders = orders
    self.ghosts = min(ghosts, lattice.modes)
    let perSpecies = Self.rows(lattice: lattice, ghosts: ghosts)
    rowsPerSpecies = perSpecies
    var starts: [Int] = []
    var total = 0
    for species in 0..<lattice.speciesCount {
      starts.append(total)
      total += perSpecies * orders * lattice.pointCount(species) * 2
    }
    self.starts = starts
    self.count = count
  }

  private static func rows(lattice: FourierLattice, ghosts: Int) -> Int {
    (min(ghosts, lattice.modes) + lattice.modes + 1) * (lattice.modeCount / lattice.modesPerAxis)
  }

  /// Reals in all; nil on overflow.
  static func count(lattice: FourierLattice, orders: Int, ghosts: Int) -> Int? {
    Memory.sum(
      (0..<lattice.speciesCount).map {
        Memory.product(rows(lattice: lattice, ghosts: ghosts), orders, lattice.pointCount($0), 2)
      })
  }

  /// Index of the row of a mode within its species, nil when it is not stored.
  @inline(__always)
  func row(of mode: ModeIndex) -> Int? {
    let n = lattice.modes
    guard mode[0] >= -ghosts, mode[0] <= n else { return nil }
    var index = mode[0] + ghosts
    for axis in 1..<3 where axis < lattice.dimension {
      guard mode[axis] >= -n, mode[axis] <= n else { return nil }
      index = index * lattice.modesPerAxis + mode[axis] + n
    }
    return index
  }

  /// The mode of a row.
  func mode(ofRow row: Int) -> ModeIndex {
    var rest = row
    var mode = ModeIndex.zero
    for axis in stride(from: lattice.dimension - 1, to: 0, by: -1) {
      mode[axis] = rest % lattice.modesPerAxis - lattice.modes
      rest /= lattice.modesPerAxis
    }
    mode[0] = rest - ghosts
    return mode
  }

  /// Offset (in reals) of a row.
  @inline(__always)
  func offset(species: Int, row: Int) -> Int {
    starts[species] + row * orders * 2 * lattice.pointCount(species)
  }

  /// The first row that is computed (n_1 = 0).
  var firstComputedRow: Int { ghosts * (lattice.modeCount / lattice.modesPerAxis) }
}
