// What is looked at along the way, as `HierarchyWatch` does it in full storage: what leaves the lattice, the forces, the momenta. A
// marginal is looked at along one particle at a time,
//
//     (‖w^{o}(x, ·)‖₂ over the other particles)² = Σ_ab φ_a(x) φ_b(x) G^{o}_ab,
//
// at the edge of the window and in the highest modes against its largest value over all x.

import CLibraries
import Numerics
import PhaseSpace
import Vlasov

/// The figures of an evolution on shared orbitals.
struct OrbitalWatch {
  private var histories: [TruncationHistory]
  private(set) var forces = 0.0
  private(set) var momentum: MomentumMeasure
  private let stability: ForceStability
  private let edges: [[Int]]

  init(_ hierarchy: OrbitalHierarchy) {
    histories = Array(repeating: TruncationHistory(), count: hierarchy.orders.count)
    momentum = MomentumMeasure(hierarchy.lattice, reach: hierarchy.model.potentials.highestMode)
    stability = ForceStability(model: hierarchy.model, lattice: hierarchy.lattice)
    edges = hierarchy.lattice.masses.indices.map { hierarchy.lattice.edge($0) }
  }

  private static let stepsBetweenMomenta = 8

  /// Before every step. Cost: r² times the sites of the edges and of the highest modes, for every marginal.
  mutating func step(_ hierarchy: OrbitalHierarchy) {
    let forces = forces(of: hierarchy)
    self.forces = forces.reduce(self.forces, Double.greatest)
    let now = measures(of: hierarchy, onlyCut: true)
    look(at: hierarchy, now, withMomenta: hierarchy.steps.isMultiple(of: Self.stepsBetweenMomenta))
    for (order, force) in forces.enumerated() { histories[order].take(from: now[order], force: force) }
  }

  /// A last look at the hierarchy as it is; per marginal, what it cut off on its way.
  mutating func lastLook(at hierarchy: OrbitalHierarchy) -> [TruncationHistory] {
    forces = forces(of: hierarchy).reduce(forces, Double.greatest)
    look(at: hierarchy, measures(of: hierarchy, onlyCut: false), withMomenta: true)
    return histories
  }

  private mutating func look(at hierarchy: OrbitalHierarchy, _ now: [TruncationMeasure], withMomenta: Bool) {
    for order in histories.indices { histories[order].look(at: now[order]) }
    guard withMomenta else { return }
    for species in hierarchy.model.species.indices {
      momentum.add(species: species, mass: hierarchy.model.fractions[species]) {
        hierarchy.value(species: [species], modes: [.zero], points: [$0])
      }
    }
  }

  /// Per marginal, the forces on all its particles in a step.
  private func forces(of hierarchy: OrbitalHierarchy) -> [Double] {
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

  private func measures(of hierarchy: OrbitalHierarchy, onlyCut: Bool) -> [TruncationMeasure] {
    let (lattice, reach) = (hierarchy.lattice, hierarchy.model.potentials.highestMode)
    return hierarchy.orders.enumerated().map { number, order in
      var measure = TruncationMeasure()
      for species in lattice.masses.indices where order.counts[species] > 0 {
        let gram = hierarchy.current.gram(number, order, species)
        for row in 0..<lattice.modeCount {
          let norm = lattice.mode(at: row).maximumNorm
          let (isTop, isSlow) = (norm == lattice.modes, norm <= reach)
          guard isTop || isSlow || !onlyCut else { continue }
          let line = hierarchy.current.basis[species].lengths(gram, row: row)
          measure.add(
            line, points: lattice.pointCount(species), edge: isSlow ? edges[species] : [], isTop: isTop,
            onlyCut: onlyCut)
        }
      }
      return measure
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

extension OrbitalFunctions {
  /// (Σ_ab conj φ_a φ_b G_ab)^{1/2} over the points of a mode: P numbers, then P zeros.
  func lengths(_ gram: [Double], row: Int) -> [Double] {
    let (points, r, half) = (lattice.pointCount(species), count, length / 2)
    var result = [Double](repeating: 0, count: 2 * points)
    for g in 0..<points {
      var sum = 0.0
      for a in 0..<r {
        let (x, y) = (values[a * length + row * points + g], values[a * length + half + row * points + g])
        for b in 0..<r {
          let (u, v) = (values[b * length + row * points + g], values[b * length + half + row * points + g])
          sum += gram[a * r + b] * (x * u + y * v)
        }
      }
      result[g] = Double.greatest(0, sum).squareRoot()
    }
    return result
  }
}
