// Nodes that are refined level by level: the first two always, further ones where those differ and they are affordable.

/// The sizes of levels of nodes, and what they cost.
package protocol RefinedNodes {
  /// What the nodes are expected to do.
  var motion: MotionEstimate { get }
  /// The last refinement.
  var highestLevel: Int { get }
  /// Products of a level until a time.
  func products(_ level: Int, until time: Double) -> Double
  /// Whether a level may be gone to.
  func isAffordable(_ level: Int, until time: Double) -> Bool
}

extension RefinedNodes {
  /// Products of the first two levels.
  package func firstProducts(until time: Double) -> Double {
    products(0, until: time) + products(1, until: time)
  }

  /// Products of the refinements up to a level.
  package func refinements(_ level: Int, until time: Double) -> Double {
    level < 2 ? 0 : (2...level).reduce(0) { $0 + products($1, until: time) }
  }

  /// Products of the first two levels, and of refinements where the force is strong.
  package func work(until time: Double) -> Double {
    let first = firstProducts(until: time)
    guard motion.isViolent else { return first }
    let last = (2...max(2, highestLevel)).last { isAffordable($0, until: time) } ?? 1
    return first + refinements(last, until: time)
  }
}
