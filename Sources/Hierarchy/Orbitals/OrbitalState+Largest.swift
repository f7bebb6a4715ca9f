// The largest |w| of a marginal on the lattice. Small marginals are looked at everywhere. Of larger ones the greatest value is found
// by ascent: one particle after the other moves to the best of all its sites while the others stay, until none moves. That is a
// maximum in every particle on its own, attained on the lattice, from a start at the best site of each mode; it may not be the
// largest of all, so it is a lower bound of the maximum.

import CLibraries
import Computing
import PhaseSpace

extension OrbitalState {
  /// Values up to which all sites are looked at.
  private static let everywhere = 4e6

  /// Whether the values of an order are few enough to be looked at everywhere.
  func isSmall(_ order: MarginalOrder) -> Bool {
    order.slots.reduce(0.5) { $0 * Double(basis[$1].lattice.elementCount($1)) } <= Self.everywhere
  }

  /// The largest |w| of a core.
  func largest(_ core: [Double], _ order: MarginalOrder, _ workers: Workers) -> Double {
    guard core.contains(where: { $0 != 0 }) else { return 0 }
    return isSmall(order) ? largestEverywhere(core, order) : largestByAscent(core, order, workers)
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

  /// At least one start for each mode n ≥ 0, shared among threads; the result does not depend on their number. Cost of each start: one
  /// contraction of the core, and some ten times two of it and a pass over the sites of every slot.
  func largestByAscent(_ core: [Double], _ order: MarginalOrder, _ workers: Workers) -> Double {
    let modes = basis[0].lattice.modeCount
    let whole = ComplexCore(order: order, real: core, imaginary: [])
    let gram = gram(whole, order.slots[0])
    var found = [Double](repeating: 0, count: modes - modes / 2)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      workers.forEachRange(of: found.count) { range in
        for start in range { found[start] = ascent(whole, gram, row: modes / 2 + start) }
      }
    }
    return found.reduce(0, Double.greatest)
  }

  private func ascent(_ core: ComplexCore, _ gram: [Double], row: Int) -> Double {
    guard var places = start(core, gram, row: row) else { return 0 }
    let slots = core.order.slots
    var value = 0.0
    for _ in 0..<20 {
      let before = value
      // What is left when the slots behind each one have their places.
      var behind = [core]
      for slot in slots.indices.dropFirst().reversed() {
        behind.append(contracted(behind[behind.count - 1], slots[slot], at: places[slot]))
      }
      behind.reverse()
      for slot in slots.indices {
        var line = behind[slot]
        for other in 0..<slot { line = contracted(line, slots[other], at: places[other]) }
        let (place, found) = bestSite(line, slots[slot])
        if found > value { (places[slot], value) = (place, found) }
      }
      if value <= before * (1 + 1e-9) { break }
    }
    return value
  }

  /// Sites, each the best for the L² norm over the slots that are left, the first one in a mode.
  private func start(_ core: ComplexCore, _ first: [Double], row: Int) -> [Int]? {
    var rest = core
    var places: [Int] = []
    for (slot, species) in core.order.slots.enumerated() {
      let points = basis[species].lattice.pointCount(species)
      let rows = slot == 0 ? row..<(row + 1) : 0..<basis[species].lattice.modeCount
      let gram = slot == 0 ? first : gram(rest, species)
      var (place, largest) = (-1, 0.0)
      for row in rows {
        let lengths = basis[species].lengths(gram, row: row)
        for g in 0..<points where lengths[g] > largest { (place, largest) = (row * points + g, lengths[g]) }
      }
      guard place >= 0 else { return nil }
      places.append(place)
      if slot < core.order.rank - 1 { rest = contracted(rest, species, at: place) }
    }
    return places
  }

  /// The Gram matrix along one particle of a species.
  private func gram(_ core: ComplexCore, _ species: Int) -> [Double] {
    var gram = OrbitalState(basis: basis, cores: [core.real], shape: shape).gram(0, core.order, species)
    guard !core.imaginary.isEmpty else { return gram }
    let other = OrbitalState(basis: basis, cores: [core.imaginary], shape: shape).gram(0, core.order, species)
    for i in gram.indices { gram[i] += other[i] }
    return gram
  }

  private func contracted(_ core: ComplexCore, _ species: Int, at place: Int) -> ComplexCore {
    let points = basis[species].lattice.pointCount(species)
    let (x, y) = basis[species].values(row: place / points, point: place % points)
    return contracted(core, x, y, species)
  }

  /// The best site of the slot that is left.
  private func bestSite(_ core: ComplexCore, _ species: Int) -> (place: Int, value: Double) {
    let functions = basis[species]
    let points = functions.lattice.pointCount(species)
    let imaginary =
      core.imaginary.isEmpty ? [Double](repeating: 0, count: core.real.count) : core.imaginary
    var line = [Double](repeating: 0, count: 2 * points)
    var (place, square) = (0, 0.0)
    for row in 0..<functions.lattice.modeCount {
      functions.combine(core.real, imaginary, row: row, into: &line)
      for g in 0..<points {
        let size = line[g] * line[g] + line[points + g] * line[points + g]
        if size > square { (place, square) = (row * points + g, size) }
      }
    }
    return (place, square.squareRoot())
  }
}
