import CLibraries
public import ExperimentKit

/// The grid of pictures of phase space: q_j = Λj/Q, j < Q, and P momenta from −p_max to p_max. Values lie momentum by momentum,
/// values[i·Q + j] = m(q_j, p_i), as in every array of results over phase space.
public struct PictureGrid: Sendable, Hashable {
  /// Q
  public let positions: Int
  /// p_i
  public let momenta: [Double]
  /// Λ
  public let period: Double

  /// Reads `grid: {positions, momenta, p-max}`.
  public init(
    _ node: ConfigurationNode, period: Double, atMost largest: Int,
    default count: (positions: Int, momenta: Int)
  ) throws {
    positions = try node["positions"].integer(in: 2...largest, default: count.positions)
    let rows = try node["momenta"].integer(in: 2...largest, default: count.momenta)
    let limit = try node["p-max"].positive(default: 1.2).value
    momenta = (0..<rows).map { -limit + 2 * limit * Double($0) / Double(rows - 1) }
    self.period = period
  }

  /// Δq Δp/2π
  public var cell: Double { period / Double(positions) * (momenta[1] - momenta[0]) / (2 * .pi) }

  /// p, q.
  public var axes: [ResultAxis] {
    [
      ResultAxis("p", momenta),
      ResultAxis("q", (0..<positions).map { period * Double($0) / Double(positions) }),
    ]
  }

  /// Bytes of one picture.
  public var bytes: Int? { Memory.product(positions, momenta.count, 8) }

  /// (2π)^{−1} ∫|a − b| of two pictures.
  public func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1).magnitude } * cell
  }

  /// How much of a measure of this mass, in units of (2π)^{−1}∫, a picture does not show.
  public func outside(_ picture: [Double], mass: Double) -> Double {
    .greatest(0, mass - picture.reduce(0, +) * cell)
  }

  /// The error of the distance as one of measures of this mass: what neither picture shows, and the change on the grid of every second
  /// momentum, and of every second position where their number is even, which is more than its own error.
  public func distanceError(_ a: [Double], _ b: [Double], mass: Double) -> Double {
    let step = positions % 2 == 0 ? 2 : 1
    var coarse = 0.0
    for i in stride(from: 0, to: momenta.count, by: 2) {
      for j in stride(from: 0, to: positions, by: step) {
        coarse += (a[i * positions + j] - b[i * positions + j]).magnitude
      }
    }
    return (coarse * Double(2 * step) * cell - distance(a, b)).magnitude + outside(a, mass: mass)
      + outside(b, mass: mass)
  }
}
