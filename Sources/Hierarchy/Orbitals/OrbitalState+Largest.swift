// The largest |w| of a marginal on the lattice. Small marginals are looked at everywhere. Of larger ones the greatest value is found
// by ascent: one particle after the other moves to the best of all its sites while the others stay, until none moves. That is a
// maximum in every particle on its own, attained on the lattice, from a start at the best site of each mode; it may not be the
// largest of all, so it is a lower bound of the maximum.

import CLibraries
import PhaseSpace

extension OrbitalState {
  /// Values up to which all sites are looked at.
  private static let everywhere = 4e6

  /// Whether the values of an order are few enough to be looked at everywhere.
  func isSmall(_ order: MarginalOrder) -> Bool {
    order.slots.reduce(0.5) { $0 * Double(basis[$1].length / 2) } <= Self.everywhere
  }

  /// The largest |w| of a core.
  func largest(_ core: [Double], _ order: MarginalOrder) -> Double {
    guard core.contains(where: { $0 != 0 }) else { return 0 }
    return isSmall(order) ? largestEverywhere(core, order) : largestByAscent(core, order)
  }

  private func largestEverywhere(_ core: [Double], _ order: MarginalOrder) -> Double {
    let layout = TruncatedHierarchyLayout(orders: [order], lattice: basis[0].lattice)
    var square = 0.0
    forEachLine(of: layout, order: 0, core: core) { _, _, points, values in
      for i in 0..<points {
        square = .greatest(square, values[i] * values[i] + values[points + i] * values[points + i])
      }
    }
    return square.squareRoot()
  }

  /// At least one start for each mode n ≥ 0. Cost: some ten passes over the sites per slot and start.
  func largestByAscent(_ core: [Double], _ order: MarginalOrder) -> Double {
    let slots = order.slots
    let modes = basis[0].lattice.modeCount
    return ((modes / 2)..<modes).reduce(0.0) { (best: Double, row: Int) -> Double in
      guard var places = start(core, order, slots, row: row) else { return best }
      var value = 0.0
      for _ in 0..<20 {
        let before = value
        for slot in slots.indices {
          let (place, found) = bestSite(core, order, slots, places, moving: slot)
          if found > value { (places[slot], value) = (place, found) }
        }
        if value <= before * (1 + 1e-9) { break }
      }
      return .greatest(best, value)
    }
  }

  /// Sites, each the best for the L² norm over the slots that are left, the first one in a mode.
  private func start(_ core: [Double], _ order: MarginalOrder, _ slots: [Int], row: Int) -> [Int]? {
    var (real, imaginary) = (core, [Double](repeating: 0, count: core.count))
    var rest = order
    var places: [Int] = []
    for (slot, species) in slots.enumerated() {
      let points = basis[species].lattice.pointCount(species)
      let rows = slot == 0 ? row..<(row + 1) : 0..<basis[species].lattice.modeCount
      var gram = OrbitalState(basis: basis, cores: [real], shape: shape).gram(0, rest, species)
      let other = OrbitalState(basis: basis, cores: [imaginary], shape: shape).gram(0, rest, species)
      for i in gram.indices { gram[i] += other[i] }
      var (place, largest) = (-1, 0.0)
      for row in rows {
        let lengths = basis[species].lengths(gram, row: row)
        for g in 0..<points where lengths[g] > largest { (place, largest) = (row * points + g, lengths[g]) }
      }
      guard place >= 0 else { return nil }
      places.append(place)
      (real, imaginary, rest) = contracted(real, imaginary, place, species, rest)
    }
    return places
  }

  private func contracted(
    _ real: [Double], _ imaginary: [Double], _ place: Int, _ species: Int, _ order: MarginalOrder
  ) -> ([Double], [Double], MarginalOrder) {
    var counts = order.counts
    counts[species] -= 1
    let rest = MarginalOrder(counts)
    let points = basis[species].lattice.pointCount(species)
    let (x, y) = basis[species].values(row: place / points, point: place % points)
    let (u, v) = contracted(real, imaginary, x, y, species, rest)
    return (u, v, rest)
  }

  /// The best site of one slot while the others stay.
  private func bestSite(
    _ core: [Double], _ order: MarginalOrder, _ slots: [Int], _ places: [Int], moving: Int
  ) -> (place: Int, value: Double) {
    var (real, imaginary, rest) = (core, [Double](repeating: 0, count: core.count), order)
    for slot in slots.indices where slot != moving {
      (real, imaginary, rest) = contracted(real, imaginary, places[slot], slots[slot], rest)
    }
    let functions = basis[slots[moving]]
    let points = functions.lattice.pointCount(slots[moving])
    var line = [Double](repeating: 0, count: 2 * points)
    var (place, square) = (places[moving], 0.0)
    for row in 0..<functions.lattice.modeCount {
      functions.combine(real, imaginary, row: row, into: &line)
      for g in 0..<points {
        let size = line[g] * line[g] + line[points + g] * line[points + g]
        if size > square { (place, square) = (row * points + g, size) }
      }
    }
    return (place, square.squareRoot())
  }
}
