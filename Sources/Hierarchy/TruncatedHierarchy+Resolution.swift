import CLibraries
public import Computing
import PhaseSpace
import Vlasov

extension TruncatedHierarchy {
  /// What the lattice cuts off, the worst of all marginals, each relative to its own largest |w|; and how large the step is for
  /// the forces on all particles of a marginal, mean and mutual. Cost: one pass over the state.
  public func resolution() -> [ResolutionFigure] {
    let ends = lattice.masses.indices.map { lattice.edge($0) }
    let isEnd = lattice.masses.indices.map { species in
      var flags = [Bool](repeating: false, count: lattice.pointCount(species))
      for point in ends[species] { flags[point] = true }
      return flags
    }
    var measures = [TruncationMeasure](repeating: TruncationMeasure(), count: orders.count)
    for row in layout.rows {
      let slots = layout.orders[row.order].slots
      let norms = row.modes.map { lattice.mode(at: $0).maximumNorm }
      let isTop = norms.contains(lattice.modes)
      // The particles that the force can turn round.
      let slow = norms.map { $0 <= model.potentials.highestMode }
      let last = slots.count - 1
      let points = lattice.pointCount(slots[last])
      let lines = slots.dropLast().reduce(1) { $0 * lattice.pointCount($1) }
      for line in 0..<lines {
        var rest = line
        var isWhole = false
        for slot in stride(from: last - 1, through: 0, by: -1) {
          let count = lattice.pointCount(slots[slot])
          isWhole = isWhole || (slow[slot] && isEnd[slots[slot]][rest % count])
          rest /= count
        }
        let start = current + row.offset + 2 * points * line
        if isWhole {
          measures[row.order].add(start, points: points, edge: 0..<points, isTop: isTop)
        } else {
          measures[row.order].add(
            start, points: points, edge: slow[last] ? ends[slots[last]] : [], isTop: isTop)
        }
      }
    }
    let edge = measures.reduce(0) { Double.greatest($0, $1.edge) }
    let top = measures.reduce(0) { Double.greatest($0, $1.top) }
    return [
      ResolutionFigure(
        "|w| at the edge of the ξ window", time: time, value: edge, limit: TruncationMeasure.limit),
      ResolutionFigure("|w| of the highest modes", time: time, value: top, limit: TruncationMeasure.limit),
      ResolutionFigure(
        "the forces in a step", time: time, value: forcesInAStep(), limit: ForceStability.limit),
    ]
  }

  private func forcesInAStep() -> Double {
    let stability = ForceStability(model: model, lattice: lattice)
    let mean = model.species.indices.map { alpha in
      stability.mean(alpha) { value(species: [$0], modes: [$1], points: [.zero]) }
    }
    return orders.reduce(0.0) { largest, order in
      let slots = order.slots
      var sum = slots.reduce(0.0) { $0 + mean[$1] }
      for first in slots.indices {
        for second in slots.indices where first < second {
          sum += stability.pair(slots[first], slots[second])
        }
      }
      return .greatest(largest, sum)
    }
  }
}
