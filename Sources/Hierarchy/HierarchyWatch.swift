import CLibraries
import Computing
import PhaseSpace
import Vlasov

/// A hierarchy that is looked at along its way.
protocol WatchedHierarchy: RankedHierarchy {
  /// Steps since time zero.
  var steps: Int { get }
  /// Per marginal, what stands at the edge of the window and in the highest modes; all else too, unless only what is about to be cut off
  /// is asked for.
  func measures(at edges: WindowEdges, onlyCut: Bool) -> [TruncationMeasure]
}

/// Per species: the points at the edge of the window, and which points these are.
struct WindowEdges {
  let points: [[Int]]
  let isEdge: [[Bool]]

  /// - Parameter reach: m_V.
  init(_ lattice: FourierLattice, reach: Int) {
    points = lattice.masses.indices.map { lattice.edge($0, modes: 2 * reach) }
    isEdge = zip(lattice.masses.indices, points).map { species, edge in
      var flags = [Bool](repeating: false, count: lattice.pointCount(species))
      for point in edge { flags[point] = true }
      return flags
    }
  }
}

/// What is looked at along the way: what leaves the lattice is not there any more when a time is recorded.
struct HierarchyWatch<Watched: WatchedHierarchy> {
  /// Per marginal.
  private var histories: [TruncationHistory]
  /// The largest sum of the forces on all particles of a marginal, in a step.
  private(set) var forces = 0.0
  /// Momenta that the grid hardly tells from others.
  private(set) var momentum: MomentumMeasure
  private let stability: ForceStability
  private let edges: WindowEdges

  init(_ hierarchy: Watched) {
    let lattice = hierarchy.lattice
    histories = Array(repeating: TruncationHistory(), count: hierarchy.orders.count)
    let reach = hierarchy.model.potentials.highestMode
    momentum = MomentumMeasure(lattice, reach: lattice.hasWholeShifts ? reach : 1)
    stability = ForceStability(model: hierarchy.model, lattice: lattice)
    edges = WindowEdges(lattice, reach: reach)
  }

  /// Momenta change little in a step.
  private static var stepsBetweenMomenta: Int { 8 }

  /// Before every step: the forces, and what is about to leave the lattice. Cost: the rows of the highest modes and the edges.
  mutating func step(_ hierarchy: Watched) {
    let forces = forces(of: hierarchy)
    self.forces = forces.reduce(self.forces, Double.greatest)
    let now = hierarchy.measures(at: edges, onlyCut: true)
    look(at: hierarchy, now, withMomenta: hierarchy.steps.isMultiple(of: Self.stepsBetweenMomenta))
    for (order, force) in forces.enumerated() { histories[order].take(from: now[order], force: force) }
  }

  /// A last look at the hierarchy as it is; per marginal, what it cut off on its way.
  mutating func lastLook(at hierarchy: Watched) -> [TruncationHistory] {
    forces = forces(of: hierarchy).reduce(forces, Double.greatest)
    look(at: hierarchy, hierarchy.measures(at: edges, onlyCut: false), withMomenta: true)
    return histories
  }

  private mutating func look(
    at hierarchy: Watched, _ now: [TruncationMeasure], withMomenta: Bool
  ) {
    for order in histories.indices { histories[order].look(at: now[order]) }
    guard withMomenta else { return }
    for species in hierarchy.model.species.indices {
      momentum.add(species: species, mass: hierarchy.model.fractions[species]) {
        hierarchy.value(species: [species], modes: [.zero], points: [$0])
      }
    }
  }

  /// z over Δt now, of every marginal.
  func forceRates(of hierarchy: Watched) -> [Double] {
    forces(of: hierarchy).map { $0 / hierarchy.lattice.timeStep }
  }

  /// Per marginal, the forces on all its particles in a step.
  private func forces(of hierarchy: Watched) -> [Double] {
    let mean = hierarchy.model.species.indices.map { alpha in
      stability.mean(alpha) { hierarchy.value(species: [$0], modes: [$1], points: [.zero]) }
    }
    return hierarchy.orders.map { stability.sum($0.slots, mean: mean) }
  }

  /// The figures of a last look: the worst of all marginals, each relative to its own largest |w|; what the lattice does not hold of
  /// the data; and how large the largest step so far was for the forces on all particles of a marginal, mean and mutual.
  ///
  /// - Parameter control: of steps that know their error: their z is held against stability, and their error is one of the figures.
  mutating func figures(of hierarchy: Watched, data: [ResolutionFigure], control: StepControl? = nil)
    -> [ResolutionFigure]
  {
    let histories = lastLook(at: hierarchy)
    let (time, limit) = (hierarchy.time, TruncationMeasure.limit)
    return [
      ResolutionFigure(
        TruncationMeasure.edgeName, time: time,
        value: histories.reduce(0) { .greatest($0, $1.relativeEdge) }, limit: limit),
      ResolutionFigure(
        TruncationMeasure.topName, time: time,
        value: histories.reduce(0) { .greatest($0, $1.relativeTop) }, limit: limit),
    ] + data + (control?.figures(at: time) ?? []) + [
      control?.forceFigure("the forces in a step", forces, steps: hierarchy.steps, at: time)
        ?? ResolutionFigure("the forces in a step", time: time, value: forces, limit: ForceStability.limit),
      ResolutionFigure("momenta near π/Δξ", time: time, value: momentum.largest, limit: limit),
    ]
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
