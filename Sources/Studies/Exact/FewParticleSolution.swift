// The exact solution of a few particles: their hierarchy of rank N, which the exact closure ends (`ExactClosure`). It stands on the
// lattice of the hierarchies that are compared with it, in their storage, so that what it is off by (steps, window, modes) is in both.
// How much that is another one says, of half the step and of the spacing, with more modes and a window half as wide again
// (`ReferenceSolution.finer`): their distance at the sites is the error of the coarser, and of its steps fifteen sixteenths.

import CLibraries
public import Computing
public import Hierarchy
import Interaction
public import PhaseSpace
import Vlasov

/// The exact solution of N particles on a lattice, with its error.
public final class FewParticleSolution: ExactSolution {
  private let own: any RankedHierarchy
  private let finer: any RankedHierarchy
  private let orders: [MarginalOrder]
  private var found: (time: Double, distances: [MarginalOrder: MarginalDistance])?

  /// - Parameters:
  ///   - own: the hierarchy of rank N with the exact closure.
  ///   - finer: the same on a finer lattice, which has the sites of the other.
  ///   - orders: the marginals that it is wanted of.
  public init(_ own: any RankedHierarchy, finer: any RankedHierarchy, orders: [MarginalOrder]) {
    (self.own, self.finer, self.orders) = (own, finer, orders)
  }

  public var moving: [any Evolution] {
    [
      NamedEvolution(own, "the exact solution"),
      NamedEvolution(finer, "the exact solution on a finer lattice", and: figures),
    ]
  }

  /// Both errors over the mass, the largest of all marginals.
  private func figures() throws -> [ResolutionFigure] {
    let distances = try distances()
    func figure(_ name: String, _ error: (MarginalOrder, MarginalDistance) -> Double) -> ResolutionFigure {
      ResolutionFigure(
        name, time: own.time,
        value: distances.reduce(0) { .greatest($0, error($1.key, $1.value) / own.model.mass(of: $1.key)) },
        limit: TruncationMeasure.limit)
    }
    return [
      figure("the error of the lattice in the exact solution") { latticeError($1) },
      figure("the error of the reference") { referenceError($0, $1) },
    ]
  }

  public func present() throws -> any ExactMarginals { PresentParticles(self, distances: try distances()) }

  private func distances() throws -> [MarginalOrder: MarginalDistance] {
    if let found, found.time == own.time { return found.distances }
    let distances = try Dictionary(
      uniqueKeysWithValues: orders.map { ($0, try own.distance($0, to: finer)) })
    found = (own.time, distances)
    return distances
  }

  /// A tenth more than the distance, as for N = ∞: the finer one is off by a sixteenth where steps are what matters.
  private func latticeError(_ distance: MarginalDistance) -> Double { 1.1 * distance.maximum }

  /// The same, and what the storage misses.
  private func referenceError(_ order: MarginalOrder, _ distance: MarginalDistance) -> Double {
    latticeError(distance) + own.storageShare(order) * distance.referenceMaximum
  }

  private struct PresentParticles: ExactMarginals {
    private let solution: FewParticleSolution
    private let distances: [MarginalOrder: MarginalDistance]

    init(_ solution: FewParticleSolution, distances: [MarginalOrder: MarginalDistance]) {
      (self.solution, self.distances) = (solution, distances)
    }

    var observed: any ObservedMarginals { solution.own }

    func comparison(with hierarchy: any RankedHierarchy, _ order: MarginalOrder) throws -> ExactComparison {
      guard let error = distances[order] else {
        throw ArgumentError("order", expected: "one of those that the solution is wanted of", got: "\(order)")
      }
      return ExactComparison(
        distance: try hierarchy.distance(order, to: solution.own),
        referenceError: solution.referenceError(order, error), latticeError: solution.latticeError(error))
    }
  }
}
