// The exact solution at N = ∞: the mixture of Vlasov (or Hartree) solutions of the products that the data are. Correlated Gaussians are
// a mixture of infinitely many; Gauss and Hermite's rule makes M^{directions} of them. Two rules move side by side, of M and of M + 1
// nodes a direction: the values are those of the second, and its distance to the first, the error of the first, bounds its own as long
// as more nodes are nearer.

import CLibraries
public import Computing
import Hierarchy
import Interaction
public import PhaseSpace
public import Vlasov

/// The exact solution of the infinite hierarchy.
public final class MixtureSolution: ExactSolution {
  private let model: Model
  private let orders: [MarginalOrder]
  private let solution: ReferenceSolution
  private let fewer: ReferenceSolution?

  /// - Parameters:
  ///   - fewer: the same with a node less a direction, where the data are no products.
  ///   - orders: the marginals that it is wanted of.
  public init(
    _ solution: ReferenceSolution, fewer: ReferenceSolution? = nil, orders: [MarginalOrder]
  ) {
    (self.solution, self.fewer, self.orders, model) = (solution, fewer, orders, solution.model)
  }

  public var moving: [any Evolution] {
    guard let fewer else { return [solution] }
    // Of many products the worst of each figure says as much as all of them.
    func without(_ evolution: any Evolution, _ further: @escaping () -> [ResolutionFigure]) -> NamedEvolution
    {
      NamedEvolution(evolution, "correlated data", counting: { _ in false }, and: further)
    }
    return [
      without(solution) { [self] in solution.resolution().worst },
      without(fewer) { [self] in [figure(fewer)] },
    ]
  }

  /// What a node less a direction changes at particles that stand together, over the mass, the largest of all species.
  private func figure(_ fewer: ReferenceSolution) -> ResolutionFigure {
    let difference = solution.components().difference(to: fewer.components())
    var value = 0.0
    for order in orders {
      for (species, count) in order.counts.enumerated() where count == order.rank {
        value = .greatest(value, difference.largestTogether(count, of: species) / model.mass(of: order))
      }
    }
    return ResolutionFigure(
      "the error of the nodes of correlated data", time: solution.time, value: value,
      limit: TruncationMeasure.limit)
  }

  public func present() throws -> any ExactMarginals {
    let components = solution.components()
    return try PresentMixture(
      observed: ExactMixture(components, of: model), components: components,
      tables: ProductTables(components), solution: solution,
      difference: fewer.map { try ProductTables(components.difference(to: $0.components())) })
  }
}

private final class PresentMixture: ExactMarginals {
  let observed: any ObservedMarginals
  private let components: [ProductComponent]
  private let tables: ProductTables
  private let solution: ReferenceSolution
  private let difference: ProductTables?
  /// What a node less changes, found once for all hierarchies.
  private var known: [MarginalOrder: Double] = [:]

  init(
    observed: any ObservedMarginals, components: [ProductComponent], tables: ProductTables,
    solution: ReferenceSolution, difference: ProductTables?
  ) {
    (self.observed, self.components, self.tables) = (observed, components, tables)
    (self.solution, self.difference) = (solution, difference)
  }

  func comparison(with hierarchy: any RankedHierarchy, _ order: MarginalOrder) -> ExactComparison {
    ExactComparison(
      distance: hierarchy.distance(order, times: 1, to: tables),
      referenceError: components.error(of: order).maximum + errorOfRule(order, hierarchy),
      latticeError: solution.latticeError(of: order))
  }

  private func errorOfRule(_ order: MarginalOrder, _ hierarchy: any RankedHierarchy) -> Double {
    guard let difference else { return 0 }
    if let error = known[order] { return error }
    // The distance of nothing to the difference of both mixtures.
    let error = hierarchy.distance(order, times: 0, to: difference).maximum
    known[order] = error
    return error
  }
}

extension [ProductComponent] {
  /// The mixture of these less another one.
  fileprivate func difference(to other: [ProductComponent]) -> [ProductComponent] {
    self + other.map { ProductComponent(weight: -$0.weight, table: $0.table, errors: $0.errors) }
  }

  /// max |Σ_i w_i (w^i_α)^k| over the sites.
  fileprivate func largestTogether(_ count: Int, of species: Int) -> Double {
    guard let lattice = first?.table.lattice else { return 0 }
    let points = lattice.pointCount(species)
    var square = 0.0
    for row in 0..<lattice.modeCount {
      for point in 0..<points {
        var (x, y) = (0.0, 0.0)
        for component in self {
          let line = component.table.values[species][row]
          var (u, v) = (component.weight, 0.0)
          for _ in 0..<count {
            (u, v) = (u * line[point] - v * line[points + point], u * line[points + point] + v * line[point])
          }
          (x, y) = (x + u, y + v)
        }
        square = .greatest(square, x * x + y * y)
      }
    }
    return square.squareRoot()
  }
}

extension [ResolutionFigure] {
  /// The largest of each name, in the order in which they come; NaN is larger than all.
  fileprivate var worst: [ResolutionFigure] {
    var (result, places) = ([ResolutionFigure](), [String: Int]())
    for figure in self {
      if let place = places[figure.name] {
        let known = result[place].value
        if !known.isNaN, figure.value.isNaN || figure.value > known { result[place] = figure }
      } else {
        places[figure.name] = result.count
        result.append(figure)
      }
    }
    return result
  }
}
