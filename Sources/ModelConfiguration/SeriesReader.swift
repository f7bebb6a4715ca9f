public import CLibraries
public import ExperimentKit
public import Interaction
public import PhaseSpace

/// Reads what experiments with the Dyson series share: `model`, `points`, `orders`, `bounds`; and gives their results the
/// axes and the radii that they have in common.
public struct SeriesReader {
  /// The model, at N = ∞ where `atFiniteN` is not given.
  public let model: Model
  /// Where the terms are evaluated.
  public let points: [Point]
  /// The highest order.
  public let orders: Int
  /// The chosen bounds.
  public let bounds: BoundsReader

  /// - Parameter atFiniteN: whether the experiment has the series of the finite-N hierarchy, too.
  /// - Throws: `ConfigurationError` with the key path of what is wrong.
  public init(_ configuration: ConfigurationNode, orders limit: Int, atFiniteN: Bool = false) throws {
    model = try ModelReader(configuration["model"]).model
    guard model.particles == nil || atFiniteN else {
      throw configuration["model"]["particles"].error(
        expected: "null: this experiment has the Dyson series at N = ∞ only (dyson-trees has both)")
    }
    points = try PointsReader(configuration["points"], model: model).points
    for (entry, point) in zip(try configuration["points"].list(), points) {
      for (alpha, count) in point.order(speciesCount: model.species.count).counts.enumerated() {
        guard let there = model.particles?[alpha], count > there else { continue }
        throw entry["particles"].error(
          expected: "at most \(there) of species \(model.species[alpha].name), as many as there are",
          got: "\(count)")
      }
    }
    orders = try configuration["orders"].integer(in: 1...limit)
    bounds = try BoundsReader(configuration["bounds"])
  }

  /// (k,ℓ,…) of every point.
  public var marginals: [MarginalOrder] {
    points.map { $0.order(speciesCount: model.species.count) }
  }

  /// point × time × order 1 … `orders`
  public func axes(_ times: [DecimalNumber]) -> [ResultAxis] {
    [
      ResultAxis("point", Array(points.indices)), ResultAxis("time", times.map(\.value)),
      ResultAxis("order", Array(1...orders)),
    ]
  }

  /// `radii` of a summary: the time up to which each bound that applies converges, null where it always does.
  /// - Throws: as `AppliedBounds.radii`.
  public func radii(_ applied: AppliedBounds) throws -> (String, JSONValue) {
    ("radii", .object(try applied.radii(points: points).map { ($0.name, .optional($0.time)) }))
  }
}
