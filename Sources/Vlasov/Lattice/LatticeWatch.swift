import CLibraries
import PhaseSpace

/// What is looked at along the way: what leaves the lattice is not there any more when a time is recorded.
struct LatticeWatch {
  /// Per order and species, orders first.
  private var histories: [TruncationHistory]
  /// The largest z of a step, of the flow.
  private(set) var force = 0.0
  /// Momenta that the grid hardly tells from others, of the flow.
  private(set) var momentum: MomentumMeasure
  /// Where Δξ is chosen, the error of the transports so far.
  private(set) var interpolation: InterpolationMeasure?
  private let edges: [[Int]]
  private let stability: ForceStability

  init(_ flow: VlasovLattice) {
    histories = Array(repeating: TruncationHistory(), count: flow.orders * flow.model.species.count)
    momentum = MomentumMeasure(
      flow.lattice, reach: flow.lattice.hasWholeShifts ? flow.model.potentials.highestMode : 1)
    interpolation = flow.lattice.hasWholeShifts ? nil : InterpolationMeasure()
    let reach = 2 * flow.model.potentials.highestMode
    edges = flow.model.species.indices.map { flow.lattice.edge($0, modes: reach) }
    stability = ForceStability(model: flow.model, lattice: flow.lattice)
  }

  /// Before every step: what is about to leave the lattice, and the force. Cost: the rows of the highest modes and the edges of
  /// the lowest; of several orders one pass.
  mutating func step(_ flow: VlasovLattice) {
    let isFlow = flow.coupling == .nonperturbative
    let now = measures(of: flow, onlyCut: isFlow)
    look(at: flow, now, withMomenta: flow.steps.isMultiple(of: Self.stepsBetweenMomenta))
    interpolation?.step(flow)
    let species = flow.model.species.count
    for alpha in 0..<species {
      let forces = (0..<flow.orders).map { z(flow, alpha, order: $0) }
      for order in 0..<flow.orders {
        // The flow takes from itself; an order w_j from w_a with the force of F_b, a + b = j − 1.
        for from in isFlow ? 0...0 : 0...max(0, order - 1) where isFlow || order > 0 {
          histories[order * species + alpha].take(
            from: now[from * species + alpha], force: isFlow ? forces[0] : forces[order - 1 - from])
        }
      }
    }
  }

  /// Momenta change little in a step.
  private static let stepsBetweenMomenta = 8

  private func z(_ flow: VlasovLattice, _ species: Int, order: Int) -> Double {
    stability.mean(species) { flow.gridValue(species: $0, order: order, mode: $1, point: .zero) }
  }

  /// Takes what there is now.
  private mutating func look(at flow: VlasovLattice, _ now: [TruncationMeasure], withMomenta: Bool) {
    for index in histories.indices { histories[index].look(at: now[index]) }
    guard flow.coupling == .nonperturbative else { return }
    for species in flow.model.species.indices {
      force = .greatest(force, z(flow, species, order: 0))
      if withMomenta {
        momentum.add(species: species, mass: flow.model.fractions[species]) {
          flow.gridValue(species: species, order: 0, mode: .zero, point: $0)
        }
      }
    }
  }

  /// The same with a last look at the flow as it is.
  /// - Returns: the histories, and |w| now.
  mutating func lastLook(at flow: VlasovLattice) -> (histories: [TruncationHistory], now: [TruncationMeasure])
  {
    let now = measures(of: flow, onlyCut: false)
    look(at: flow, now, withMomenta: true)
    return (histories, now)
  }

  private func measures(of flow: VlasovLattice, onlyCut: Bool) -> [TruncationMeasure] {
    let (rows, species) = (flow.field.rows, flow.model.species.count)
    var measures = [TruncationMeasure](repeating: TruncationMeasure(), count: flow.orders * species)
    for row in rows.firstComputedRow..<rows.rowsPerSpecies {
      let norm = rows.mode(ofRow: row).maximumNorm
      let (isSlow, isTop) = (norm <= flow.model.potentials.highestMode, norm == flow.lattice.modes)
      if onlyCut, !isSlow, !isTop { continue }
      for alpha in 0..<species {
        for order in 0..<flow.orders {
          measures[order * species + alpha].add(
            flow.field.line(species: alpha, row: row, order: order), points: flow.lattice.pointCount(alpha),
            edge: isSlow ? edges[alpha] : [], isTop: isTop, onlyCut: onlyCut)
        }
      }
    }
    return measures
  }

  /// All that was seen, finite.
  var saved: [Double] {
    histories.flatMap(\.saved)
      + ([force, momentum.largest] + (interpolation.map { [$0.sum] } ?? [])).map {
        $0.isFinite ? $0 : .greatestFiniteMagnitude
      }
  }

  /// Goes on from what was saved, as many numbers as there are now.
  mutating func restore(_ saved: [Double]) {
    let count = TruncationHistory.savedCount
    histories = histories.indices.map { TruncationHistory(saved: saved[(count * $0)..<(count * ($0 + 1))]) }
    let rest = count * histories.count
    (force, momentum.largest) = (saved[rest], saved[rest + 1])
    interpolation?.sum = saved[saved.count - 1]
  }
}
