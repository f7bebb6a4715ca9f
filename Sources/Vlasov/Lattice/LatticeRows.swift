// How the one-particle functions w_j^α(ξ,n), j = 0 … L−1, lie in memory.
//
// Reality, w(−ξ,−n) = conj w(ξ,n), halves the work: only the modes with n_1 ≥ 0 are computed, and the slabs
// n_1 = −g … −1 (g the highest first component of a force mode) are ghosts, refreshed by reflection. Of several ranks each has a
// block of the slabs n_1 = const and those within g of it; where that goes below 0, 1 … g are among them. A row is
// one mode of one species: order by order the P real parts over the ξ grid, then the P imaginary parts, so that
// every kernel is a plain loop over reals.

import CLibraries
import PhaseSpace

/// The rows of a lattice: which modes are stored, and where.
struct LatticeRows: Sendable {
  let lattice: FourierLattice
  let orders: Int
  /// Which slabs are computed here.
  let share: LatticeShare
  /// g: how far the force reaches in n_1.
  let ghosts: Int
  /// Rows of a slab: (2n_max + 1)^{d−1}.
  let rowsPerSlab: Int
  /// The first stored slab, −g for a rank alone.
  let lowest: Int
  /// The first slab that is not stored.
  let end: Int
  /// Rows per species: for a rank alone (g + n_max + 1)(2n_max + 1)^{d−1}.
  let rowsPerSpecies: Int
  /// Reals before the first row of each species, and in total.
  let starts: [Int]
  let count: Int

  /// - Throws: `MemoryError` when the size overflows.
  init(lattice: FourierLattice, orders: Int, ghosts: Int, ranks: Ranks = .single) throws(MemoryError) {
    guard let count = Self.count(lattice: lattice, orders: orders, ghosts: ghosts, ranks: ranks) else {
      throw MemoryError(purpose: "the Fourier lattice", bytes: nil)
    }
    self.lattice = lattice
    self.orders = orders
    self.ghosts = min(ghosts, lattice.modes)
    share = LatticeShare(lattice, ranks)
    let slabs = Self.slabs(share, ghosts: self.ghosts)
    (lowest, end) = (slabs.lowerBound, slabs.upperBound)
    rowsPerSlab = lattice.modeCount / lattice.modesPerAxis
    let perSpecies = slabs.count * rowsPerSlab
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

  /// The slabs that a rank stores.
  private static func slabs(_ share: LatticeShare, ghosts: Int) -> Range<Int> {
    let own = share.own
    guard !own.isEmpty else { return 0..<0 }
    return own.lowerBound - ghosts..<min(share.slabs, own.upperBound + ghosts)
  }

  /// Reals in all; nil on overflow.
  static func count(lattice: FourierLattice, orders: Int, ghosts: Int, ranks: Ranks = .single) -> Int? {
    let slabs = slabs(LatticeShare(lattice, ranks), ghosts: min(ghosts, lattice.modes)).count
    return Memory.sum(
      (0..<lattice.speciesCount).map {
        Memory.product(
          Memory.product(slabs, lattice.modeCount / lattice.modesPerAxis), orders, lattice.pointCount($0), 2)
      })
  }

  /// Index of the row of a mode within its species, nil when it is not stored.
  @inline(__always)
  func row(of mode: ModeIndex) -> Int? {
    let n = lattice.modes
    guard mode[0] >= lowest, mode[0] < end else { return nil }
    var index = mode[0] - lowest
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
    mode[0] = rest + lowest
    return mode
  }

  /// Offset (in reals) of a row.
  @inline(__always)
  func offset(species: Int, row: Int) -> Int {
    starts[species] + row * orders * 2 * lattice.pointCount(species)
  }

  /// The rows that are computed here (of a rank alone n_1 ≥ 0).
  var computed: Range<Int> { rows(ofSlabs: share.own) }

  /// The rows of stored slabs.
  func rows(ofSlabs slabs: Range<Int>) -> Range<Int> {
    slabs.isEmpty
      ? 0..<0 : (slabs.lowerBound - lowest) * rowsPerSlab..<(slabs.upperBound - lowest) * rowsPerSlab
  }

  /// How many rows there are of n_1 < 0, mirror images; they come first.
  var mirrored: Int { max(0, -lowest) * rowsPerSlab }
}
