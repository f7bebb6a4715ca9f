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
  private let densities: SharedDensities

  init(_ flow: VlasovLattice) {
    histories = Array(repeating: TruncationHistory(), count: flow.orders * flow.model.species.count)
    momentum = MomentumMeasure(
      flow.lattice, reach: flow.lattice.hasWholeShifts ? flow.model.potentials.highestMode : 1)
    interpolation = flow.lattice.hasWholeShifts ? nil : InterpolationMeasure()
    let reach = 2 * flow.model.potentials.highestMode
    edges = flow.model.species.indices.map { flow.lattice.edge($0, modes: reach) }
    let stability = ForceStability(model: flow.model, lattice: flow.lattice)
    self.stability = stability
    densities = SharedDensities(flow, stability.modes)
  }

  /// Before every step: what is about to leave the lattice, and the force. Cost: the rows of the highest modes and the edges of
  /// the lowest; of several orders one pass.
  /// - Throws: what the ranks throw.
  mutating func step(_ flow: VlasovLattice) throws {
    let isFlow = flow.coupling == .nonperturbative
    let now = try measures(of: flow, onlyCut: isFlow, flow.field.rows.share.greatest)
    let densities = try densities.now(flow)
    look(
      at: flow, now, densities, withMomenta: flow.steps.isMultiple(of: Self.stepsBetweenMomenta))
    try interpolation?.step(flow)
    let species = flow.model.species.count
    for alpha in 0..<species {
      let forces = (0..<flow.orders).map { z(alpha, order: $0, densities) }
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

  private func z(_ species: Int, order: Int, _ densities: SharedDensities.Values) -> Double {
    stability.mean(species) { densities($0, order, $1) }
  }

  /// Takes what there is now.
  private mutating func look(
    at flow: VlasovLattice, _ now: [TruncationMeasure], _ densities: SharedDensities.Values,
    withMomenta: Bool
  ) {
    for index in histories.indices { histories[index].look(at: now[index]) }
    guard flow.coupling == .nonperturbative else { return }
    for species in flow.model.species.indices {
      force = .greatest(force, z(species, order: 0, densities))
      // One rank has them.
      if withMomenta, flow.field.rows.share.own.contains(0) {
        momentum.add(species: species, mass: flow.model.fractions[species]) {
          flow.gridValue(species: species, order: 0, mode: .zero, point: $0)
        }
      }
    }
  }

  /// The same with a last look at the flow as it is.
  /// - Parameters:
  ///   - greatest: of numbers that every rank has, the largest.
  ///   - densities: those of the flow.
  /// - Returns: the histories, and |w| now.
  mutating func lastLook(
    at flow: VlasovLattice, _ greatest: ([Double]) throws -> [Double],
    _ densities: (SharedDensities) throws -> SharedDensities.Values
  ) rethrows -> (histories: [TruncationHistory], now: [TruncationMeasure]) {
    let now = try measures(of: flow, onlyCut: false, greatest)
    look(at: flow, now, try densities(self.densities), withMomenta: true)
    momentum.largest = try greatest([momentum.largest])[0]
    return (histories, now)
  }

  private func measures(
    of flow: VlasovLattice, onlyCut: Bool, _ greatest: ([Double]) throws -> [Double]
  ) rethrows -> [TruncationMeasure] {
    let (rows, species) = (flow.field.rows, flow.model.species.count)
    var measures = [TruncationMeasure](repeating: TruncationMeasure(), count: flow.orders * species)
    for row in rows.computed {
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
    let squares = try greatest(measures.flatMap(\.squares))
    return stride(from: 0, to: squares.count, by: 3).map {
      TruncationMeasure(squares: squares[$0..<($0 + 3)])
    }
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
