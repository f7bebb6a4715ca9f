// Exact one-dimensional W1 of discrete probabilities a, b at points x_1 < … < x_n:
//
//   line    W1 = Σ_i |F(x_i)| (x_{i+1} − x_i),                  F = Σ_{j ≤ i} (a_j − b_j)
//   circle  W1 = min_c Σ_i |F(x_i) − c| Δ_i,                    Δ_n = Λ − (x_n − x_1): c is a weighted median of F
//
// (a flow around the circle is known up to the constant c that passes x = 0). Cost n log n. Masses are normalised.

import CLibraries

/// W1 between two discrete measures on the line, at the same increasing `points`, each normalised to mass one.
public func lineDistance(_ a: [Double], _ b: [Double], at points: [Double]) throws -> Double {
  let excess = try cumulativeExcess(a, b, at: points)
  var distance = 0.0
  for i in 0..<(points.count - 1) { distance += excess[i].magnitude * (points[i + 1] - points[i]) }
  return distance
}

/// W1 between two discrete measures on the circle of length `period`, at the same increasing `points` of [x_1, x_1 + Λ),
/// each normalised to mass one.
public func circleDistance(_ a: [Double], _ b: [Double], at points: [Double], period: Double) throws -> Double
{
  let excess = try cumulativeExcess(a, b, at: points)
  guard period.isFinite, period > points[points.count - 1] - points[0] else {
    throw ArgumentError("period", expected: "more than the spread of the points", got: "\(period)")
  }
  let arcs = points.indices.map { i in
    i + 1 < points.count ? points[i + 1] - points[i] : period - (points[i] - points[0])
  }
  let median = weightedMedian(excess, weights: arcs)
  var distance = 0.0
  for i in points.indices { distance += (excess[i] - median).magnitude * arcs[i] }
  return distance
}

/// F(x_i) = Σ_{j ≤ i} (a_j/Σa − b_j/Σb).
private func cumulativeExcess(_ a: [Double], _ b: [Double], at points: [Double]) throws -> [Double] {
  guard !points.isEmpty, a.count == points.count, b.count == points.count else {
    throw ArgumentError("measures", expected: "\(points.count) masses each", got: "\(a.count), \(b.count)")
  }
  guard points.allSatisfy(\.isFinite), zip(points, points.dropFirst()).allSatisfy(<) else {
    throw ArgumentError("points", expected: "finite and increasing", got: "another order")
  }
  guard (a + b).allSatisfy({ $0 >= 0 && $0.isFinite }) else {
    throw ArgumentError("measures", expected: "finite masses ≥ 0", got: "others")
  }
  let totalA = a.reduce(0, +)
  let totalB = b.reduce(0, +)
  guard totalA > 0, totalB > 0, totalA.isFinite, totalB.isFinite else {
    throw ArgumentError("measures", expected: "positive finite total masses", got: "\(totalA), \(totalB)")
  }
  var running = 0.0
  return points.indices.map { i in
    running += a[i] / totalA - b[i] / totalB
    return running
  }
}

/// A value m that minimises Σ w_i |v_i − m|.
private func weightedMedian(_ values: [Double], weights: [Double]) -> Double {
  let order = values.indices.sorted { values[$0] < values[$1] }
  let half = weights.reduce(0, +) / 2
  var running = 0.0
  for i in order {
    running += weights[i]
    if running >= half { return values[i] }
  }
  return values[order[order.count - 1]]
}
