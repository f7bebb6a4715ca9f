public import ExperimentKit
public import Husimi
public import Interaction

/// Reads `husimi-points: [{particles: [{species, q, p}, …]}, …]`: for every entry the points of each species, in the
/// order of the configuration within a species.
public func readHusimiPoints(_ node: ConfigurationNode, model: Model) throws -> [[[HusimiPoint]]] {
  let names = model.species.map(\.name)
  let d = model.geometry.dimension
  return try node.list(orEmpty: true).map { entry in
    var points = [[HusimiPoint]](repeating: [], count: names.count)
    for particle in try entry["particles"].list(atLeast: 1) {
      let name = try particle["species"].choice(of: names)
      let q = try particle["q"].numbers(count: d)
      if let kappa = model.geometry.kappa,
        let far = q.firstIndex(where: { $0.value.magnitude * kappa > 2 * Double.pi * furthestPeriod })
      {
        throw try particle["q"].places(count: d)[far].error(
          expected: "a position at most 10⁶ periods from zero (it counts modulo the period)")
      }
      let p = try particle["p"].numbers(count: d)
      points[names.firstIndex(of: name) ?? 0].append(
        HusimiPoint(position: q.map(\.value), momentum: p.map(\.value)))
    }
    return points
  }
}

/// Positions on the torus further away have too few digits left modulo the period.
private let furthestPeriod = 1e6
