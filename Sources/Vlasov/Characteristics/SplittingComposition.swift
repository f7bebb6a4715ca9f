/// A symmetric composition of drift–kick–drift steps: shares γ_i of a step, γ_i = γ_{s+1−i}, Σ γ_i = 1, chosen so that the
/// errors of the parts cancel up to an order.
public struct SplittingComposition: Sendable, Hashable {
  /// γ_1 … γ_s.
  public let shares: [Double]
  /// The error of a step of length h is O(h^{order + 1}).
  public let order: Int

  /// Suzuki's s, s, 1 − 4s, s, s with s = 1/(4 − 4^{1/3}), order 4.
  public static let suzuki: SplittingComposition = {
    let s = 1 / (4 - 1.5874010519681994)
    return SplittingComposition(shares: [s, s, 1 - 4 * s, s, s], order: 4)
  }()

  /// Seventeen parts, order 8 (W. Kahan, R.-C. Li, Math. Comp. 66 (1997)): for errors near rounding.
  public static let kahanLi: SplittingComposition = {
    let half = [
      0.13020248308889008087881763, 0.56116298177510838456196441, -0.38947496264484728640807860,
      0.15884190655515560089621075, -0.39590389413323757733623154, 0.18453964097831570709183254,
      0.25837438768632204729397911, 0.29501172360931029887096624,
    ]
    return SplittingComposition(shares: half + [-0.60550853383003451169892108] + half.reversed(), order: 8)
  }()
}
