import CLibraries
import Hierarchy

extension OrbitalHierarchy {
  /// The largest distance of all marginals to full storage in L², over the norm of each.
  func largestDistance(to full: TruncatedHierarchy) throws -> Double {
    try orders.enumerated().map { number, order in try distance(order, to: full).l2 / norms[number] }
      .largest() ?? 0
  }
}
