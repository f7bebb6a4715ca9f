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
}
