// By how much the time step of a study is refined. Not by 2: on a grid of spacing Δξ a momentum p is told from p + 2π/Δξ by
// nothing, and with half the spacing from p + 4π/Δξ; a drift of 8πm/(κΔt) is none on both lattices, and their difference
// says that the wrong answer is right. All times must be whole steps of both, so the ratio depends on them.

import PhaseSpace

/// So many steps of the refined lattice for so many of the configured one.
public struct StepRefinement: Sendable, Hashable {
  /// Steps of the configured lattice from one common time of both to the next.
  public let old: Int
  /// Steps of the refined lattice in the same time.
  public let new: Int

  /// 3 for 2, 5 for 3 or 8 for 5 where all times are so many steps apart, else 3 for 1.
  /// - Parameter steps: the configured lattice's steps to the times.
  public init(steps: [Int]) {
    let common = steps.reduce(0, Self.divisor)
    let ratios = [(2, 3), (3, 5), (5, 8)]
    (old, new) = ratios.first { common.isMultiple(of: $0.0) } ?? (1, 3)
  }

  /// The greatest common divisor; that of 0 and n is n.
  private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
