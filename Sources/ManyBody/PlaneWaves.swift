// Plane waves of the torus of period Λ: e_n(x) = Λ^{−d/2} e^{iκ n·x}, n ∈ Z^d, |n_i| ≤ cutoff, κ = 2π/Λ.
//
// Index i of a mode runs with the last axis fastest, from (−cutoff, …) to (cutoff, …). Multiplication by
// e^{iκ m·x} is the shift n → n + m.

import CLibraries
public import PhaseSpace

/// The one-particle basis: plane waves |n_i| ≤ `cutoff` on the torus of period `period` in d dimensions.
public struct PlaneWaves: Sendable, Hashable {
  /// d
  public let dimension: Int
  /// n_max: modes with |n_i| ≤ n_max are kept.
  public let cutoff: Int
  /// Period Λ of every axis.
  public let period: Double
  /// The mode vectors n, by index.
  public let modes: [ModeIndex]

  /// 2π/Λ.
  public var wavenumber: Double { 2 * Double.pi / period }
  /// Number of plane waves, (2·cutoff + 1)^d.
  public var count: Int { modes.count }
  private var side: Int { 2 * cutoff + 1 }

  /// - Throws: `ArgumentError` unless 1 ≤ d ≤ 3, cutoff ≥ 0, Λ > 0 and there are at most 10⁶ waves.
  public init(dimension: Int = 1, cutoff: Int, period: Double) throws {
    guard (1...3).contains(dimension) else {
      throw ArgumentError("dimension", expected: "1, 2 or 3", got: "\(dimension)")
    }
    guard cutoff >= 0, cutoff <= 1 << 24 else {
      throw ArgumentError("modes", expected: "0 ≤ modes ≤ 2²⁴", got: "\(cutoff)")
    }
    guard period > 0, period.isFinite else {
      throw ArgumentError("length", expected: "a positive period", got: "\(period)")
    }
    let side = 2 * cutoff + 1
    let count =
      dimension == 1 ? side : Memory.product(side, dimension > 1 ? side : 1, dimension > 2 ? side : 1)
    guard let count, count <= 1_000_000 else {
      throw ArgumentError("modes", expected: "at most 10⁶ plane waves", got: "(2·\(cutoff) + 1)^\(dimension)")
    }
    self.dimension = dimension
    self.cutoff = cutoff
    self.period = period
    modes = (0..<count).map { index in
      var rest = index
      var mode = ModeIndex.zero
      for axis in (0..<dimension).reversed() {
        mode[axis] = rest % side - cutoff
        rest /= side
      }
      return mode
    }
  }

  /// The index of mode n, nil outside the cutoff and outside Z^d.
  public func index(of mode: ModeIndex) -> Int? {
    var index = 0
    for axis in 0..<3 {
      let n = mode[axis]
      guard axis < dimension else {
        guard n == 0 else { return nil }
        continue
      }
      guard n >= -cutoff, n <= cutoff else { return nil }
      index = index * side + n + cutoff
    }
    return index
  }

  /// For every index i of n the index of n + m, nil where it leaves the cutoff.
  public func shift(by m: ModeIndex) -> [Int?] {
    // A sum that wraps around is as far outside as the true one: the cutoff is at most 2²⁴.
    modes.map { n in index(of: n &+ m) }
  }

  /// The same waves with another cutoff.
  /// - Throws: as `init`.
  public func withCutoff(_ cutoff: Int) throws -> PlaneWaves {
    try PlaneWaves(dimension: dimension, cutoff: cutoff, period: period)
  }
}
