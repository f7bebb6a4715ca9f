// Where the marginals of rank ≤ R lie in memory. Of every orbit of mode tuples (n_1 … n_r) under exchange inside a species
// and under reality, w(−ξ,−n) = conj w(ξ,n), one row is stored: sorted inside each species, and not below its mirror image.
//
// A row is Π_i P_{α_i} complex numbers over the ξ grids; a line is the last grid: its P reals, then its P imaginary parts.
// Rows of rank r: ½ (Π_α C(M + k_α − 1, k_α) + self-mirrored), M = (2n_max + 1)^d, instead of M^r.

import CLibraries
import Interaction
import PhaseSpace

/// The stored rows of a truncated hierarchy, and how any mode tuple is read from them.
struct TruncatedHierarchyLayout: Sendable {
  /// One stored mode tuple.
  struct Row: Sendable {
    let order: Int
    /// Row-major mode index per slot.
    let modes: [Int]
    /// Doubles before it.
    let offset: Int
    /// Tuples of the full array it stands for.
    let multiplicity: Int
  }

  /// A read of w at a tuple of modes: value(g) = re[base + Σ_s stride_s g_s] + i·sign·im, g counted from the centre.
  struct Read: Sendable, Hashable {
    let base: Int
    let imaginaryOffset: Int
    /// −1 when the mirror image is stored: conjugate, and all strides negative.
    let sign: Int
    /// One stride per particle asked for, in the order asked.
    let strides: [Int]
  }

  let lattice: FourierLattice
  let orders: [MarginalOrder]
  let rows: [Row]
  /// Doubles in all.
  let count: Int
  private let index: [[Int]: Int]
  private let orderIndex: [MarginalOrder: Int]

  /// The marginals 1 ≤ k+ℓ+… ≤ R that are not identically zero.
  static func orders(model: Model, rank: Int) -> [MarginalOrder] {
    (1...rank).flatMap { MarginalOrder.all(ofRank: $0, speciesCount: model.species.count) }.filter { order in
      guard let particles = model.particles else { return true }
      return zip(order.counts, particles).allSatisfy { $0 <= $1 }
    }
  }

  /// Doubles of the whole state, computed without enumerating anything; nil on overflow.
  static func doubles(orders: [MarginalOrder], lattice: FourierLattice) -> Int? {
    Memory.sum(
      orders.map { order in
        let points = order.slots.map { lattice.pointCount($0) }.reduce(2) { Memory.product($0, $1) }
        return Memory.product(rows(of: order, lattice: lattice), points)
      })
  }

  /// Stored rows, computed without enumerating them; nil on overflow.
  static func rows(of order: MarginalOrder, lattice: FourierLattice) -> Int? {
    let modes = lattice.modeCount
    var tuples: Int? = 1
    var mirrored: Int? = 1
    for count in order.counts {
      tuples = Memory.product(tuples, multisets(of: modes, size: count))
      mirrored = Memory.product(
        mirrored, Memory.sum((0...(count / 2)).map { multisets(of: (modes - 1) / 2, size: $0) }))
    }
    return Memory.sum(tuples, mirrored).map { $0 / 2 }
  }

  /// A row among the rows, its modes, and its place in a dictionary by modes: small arrays of their own and half-filled tables.
  static let bytesOfKeptRow = 256

  /// Bytes of the rows themselves and of the loops over their lines; nil on overflow.
  static func rowBytes(orders: [MarginalOrder], lattice: FourierLattice) -> Int? {
    Memory.sum(
      orders.map { order in
        Memory.product(
          rows(of: order, lattice: lattice),
          bytesOfKeptRow + TruncatedHierarchyStepper.rowBytes(rank: order.rank))
      })
  }

  /// C(n + k − 1, k)
  private static func multisets(of n: Int, size k: Int) -> Int? {
    var result: Int? = 1
    for i in 0..<k { result = Memory.product(result, n + i).map { $0 / (i + 1) } }
    return result
  }

  init(orders: [MarginalOrder], lattice: FourierLattice) {
    var rows: [Row] = []
    var index: [[Int]: Int] = [:]
    var offset = 0
    for (number, order) in orders.enumerated() {
      let slots = order.slots
      let size = 2 * slots.reduce(1) { $0 * lattice.pointCount($1) }
      var modes = [Int](repeating: 0, count: slots.count)
      func descend(_ slot: Int) {
        if slot == slots.count {
          let mirror = Self.sorted(modes.map { lattice.modeCount - 1 - $0 }, slots)
          guard !modes.lexicographicallyPrecedes(mirror) else { return }
          let orbit = Self.arrangements(of: modes, slots) * (modes == mirror ? 1 : 2)
          index[[number] + modes] = rows.count
          rows.append(Row(order: number, modes: modes, offset: offset, multiplicity: orbit))
          offset += size
          return
        }
        let first = slot > 0 && slots[slot] == slots[slot - 1] ? modes[slot - 1] : 0
        for mode in first..<lattice.modeCount {
          modes[slot] = mode
          descend(slot + 1)
        }
      }
      descend(0)
    }
    self.lattice = lattice
    self.orders = orders
    self.rows = rows
    self.index = index
    count = offset
    orderIndex = Dictionary(uniqueKeysWithValues: orders.enumerated().map { ($1, $0) })
  }

  private static func sorted(_ modes: [Int], _ slots: [Int]) -> [Int] {
    modes.indices.sorted { (slots[$0], modes[$0], $0) < (slots[$1], modes[$1], $1) }.map { modes[$0] }
  }

  /// Different mode tuples that sort to this one.
  private static func arrangements(of modes: [Int], _ slots: [Int]) -> Int {
    var result = 1
    var seen: [[Int]: Int] = [:]
    var perSpecies: [Int: Int] = [:]
    for (mode, species) in zip(modes, slots) {
      perSpecies[species, default: 0] += 1
      seen[[species, mode], default: 0] += 1
      result = result * (perSpecies[species] ?? 1) / (seen[[species, mode]] ?? 1)
    }
    return result
  }

  /// Whether the order is stored (at finite N, those with too many particles vanish).
  func holds(_ order: MarginalOrder) -> Bool { orderIndex[order] != nil }

  /// How to read w for particles of these species and modes in any order; nil where it vanishes (a mode outside the lattice
  /// or too many particles).
  func read(species: [Int], modes: [ModeIndex]) -> Read? {
    var offsets: [Int] = []
    for mode in modes {
      guard let offset = lattice.modeOffset(mode) else { return nil }
      offsets.append(offset)
    }
    var counts = [Int](repeating: 0, count: lattice.speciesCount)
    for one in species { counts[one] += 1 }
    guard let order = orderIndex[MarginalOrder(counts)] else { return nil }
    let last = lattice.modeCount - 1
    for sign in [1, -1] {
      let signed = sign == 1 ? offsets : offsets.map { last - $0 }
      let arrangement = signed.indices.sorted {
        (species[$0], signed[$0], $0) < (species[$1], signed[$1], $1)
      }
      guard let row = index[[order] + arrangement.map { signed[$0] }] else { continue }
      var strides = [Int](repeating: 0, count: species.count)
      var stride = 1
      var base = rows[row].offset
      var imaginaryOffset = 0
      for (position, particle) in arrangement.enumerated().reversed() {
        let points = lattice.pointCount(species[particle])
        strides[particle] = sign * stride
        base += stride * (points / 2)
        if position == species.count - 1 {
          imaginaryOffset = points
          stride = 2 * points
        } else {
          stride *= points
        }
      }
      return Read(base: base, imaginaryOffset: imaginaryOffset, sign: sign, strides: strides)
    }
    return nil
  }
}
