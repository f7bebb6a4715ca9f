import CLibraries
import PhaseSpace
import Vlasov

/// What is looked at along the way: what leaves the lattice is not there any more when a time is recorded.
struct HierarchyWatch {
  /// Per marginal.
  private var histories: [TruncationHistory]
  /// The largest sum of the forces on all particles of a marginal, in a step.
  private(set) var forces = 0.0
  /// Momenta that the grid hardly tells from others.
  private(set) var momentum: MomentumMeasure
  private let stability: ForceStability
  /// Per species: the points at the edge of the window, and which points these are.
  private let edges: [[Int]]
  private let isEdge: [[Bool]]

  init(_ hierarchy: TruncatedHierarchy) {
    let lattice = hierarchy.lattice
    histories = Array(repeating: TruncationHistory(), count: hierarchy.orders.count)
    momentum = MomentumMeasure(lattice, reach: hierarchy.model.potentials.highestMode)
    stability = ForceStability(model: hierarchy.model, lattice: lattice)
    edges = lattice.masses.indices.map { lattice.edge($0) }
    isEdge = zip(lattice.masses.indices, edges).map { species, edge in
      var flags = [Bool](repeating: false, count: lattice.pointCount(species))
      for point in edge { flags[point] = true }
      return flags
    }
  }

  /// Momenta change little in a step.
  private static let stepsBetweenMomenta = 8

  /// Before every step: the forces, and what is about to leave the lattice. Cost: the rows of the highest modes and the edges.
  mutating func step(_ hierarchy: TruncatedHierarchy) {
    let forces = forces(of: hierarchy)
    self.forces = forces.reduce(self.forces, Double.greatest)
    let now = measures(of: hierarchy, onlyCut: true)
    look(at: hierarchy, now, withMomenta: hierarchy.steps.isMultiple(of: Self.stepsBetweenMomenta))
    for (order, force) in forces.enumerated() { histories[order].take(from: now[order], force: force) }
  }

  /// A last look at the hierarchy as it is; per marginal, what it cut off on its way.
  mutating func lastLook(at hierarchy: TruncatedHierarchy) -> [TruncationHistory] {
    forces = forces(of: hierarchy).reduce(forces, Double.greatest)
    look(at: hierarchy, measures(of: hierarchy, onlyCut: false), withMomenta: true)
    return histories
  }

  private mutating func look(
    at hierarchy: TruncatedHierarchy, _ now: [TruncationMeasure], withMomenta: Bool
  ) {
    for order in histories.indices { histories[order].look(at: now[order]) }
    guard withMomenta else { return }
    for species in hierarchy.model.species.indices {
      momentum.add(species: species, mass: hierarchy.model.fractions[species]) {
        hierarchy.value(species: [species], modes: [.zero], points: [$0])
      }
    }
  }

  /// Per marginal, the forces on all its particles in a step.
  private func forces(of hierarchy: TruncatedHierarchy) -> [Double] {
    let mean = hierarchy.model.species.indices.map { alpha in
      stability.mean(alpha) { hierarchy.value(species: [$0], modes: [$1], points: [.zero]) }
    }
    return hierarchy.orders.map { order in
      let slots = order.slots
      var sum = slots.reduce(0.0) { $0 + mean[$1] }
      for first in slots.indices {
        for second in slots.indices where first < second {
          sum += stability.pair(slots[first], slots[second])
        }
      }
      return sum
    }
  }

  private func measures(of hierarchy: TruncatedHierarchy, onlyCut: Bool) -> [TruncationMeasure] {
    let rows = hierarchy.layout.rows
    let pieces = hierarchy.layout.count < 20_000 ? 1 : hierarchy.workers.threads
    let nothing = [TruncationMeasure](repeating: TruncationMeasure(), count: histories.count)
    var found = [[TruncationMeasure]](repeating: nothing, count: pieces)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let (target, source) = (found.baseAddress!, hierarchy)
      Workers(threads: pieces).forEachPiece(of: rows.count) { piece, range in
        for row in range { add(source, row: row, onlyCut: onlyCut, to: &target[piece]) }
      }
    }
    return found.dropFirst().reduce(into: found[0]) { all, piece in
      for order in all.indices { all[order].merge(piece[order]) }
    }
  }

  private func add(
    _ hierarchy: TruncatedHierarchy, row number: Int, onlyCut: Bool, to measures: inout [TruncationMeasure]
  ) {
    let (layout, lattice) = (hierarchy.layout, hierarchy.lattice)
    let row = layout.rows[number]
    let slots = layout.orders[row.order].slots
    let norms = row.modes.map { lattice.mode(at: $0).maximumNorm }
    let isTop = norms.contains(lattice.modes)
    // The particles that the force can turn round.
    let slow = norms.map { $0 <= hierarchy.model.potentials.highestMode }
    if onlyCut, !isTop, !slow.contains(true) { return }
    let last = slots.count - 1
    let points = lattice.pointCount(slots[last])
    let lines = slots.dropLast().reduce(1) { $0 * lattice.pointCount($1) }
    let ends = slow[last] ? edges[slots[last]] : []
    for line in 0..<lines {
      var rest = line
      var isWhole = false
      for slot in stride(from: last - 1, through: 0, by: -1) {
        let count = lattice.pointCount(slots[slot])
        isWhole = isWhole || (slow[slot] && isEdge[slots[slot]][rest % count])
        rest /= count
      }
      let start = hierarchy.current + row.offset + 2 * points * line
      if isWhole {
        measures[row.order].add(
          start, points: points, edge: 0..<points, isTop: isTop, onlyCut: onlyCut)
      } else {
        measures[row.order].add(start, points: points, edge: ends, isTop: isTop, onlyCut: onlyCut)
      }
    }
  }

  /// All that was seen, finite.
  var saved: [Double] {
    histories.flatMap(\.saved)
      + [forces, momentum.largest].map { $0.isFinite ? $0 : .greatestFiniteMagnitude }
  }

  /// Goes on from what was saved, as many numbers as there are now.
  mutating func restore(_ saved: [Double]) {
    let count = TruncationHistory.savedCount
    histories = histories.indices.map { TruncationHistory(saved: saved[(count * $0)..<(count * ($0 + 1))]) }
    (forces, momentum.largest) = (saved[saved.count - 2], saved[saved.count - 1])
  }
}
