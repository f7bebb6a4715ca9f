import Foundation

/// How far the characteristics of a field leave the real axis when one of q and p starts beyond it.
///
/// Of X + iY the force of a real field has |Im F| ≤ Σ_m |g_m| sinh(κm|Y|), so m_α|Y|″ ≤ Σ_m |g_m| sinh(κm|Y|). As long as
/// |Y| ≤ Y* the right side is at most m_α ω²|Y| with m_α ω² = Σ_m |g_m| sinh(κmY*)/Y*; Y* is tried until it holds.
struct StripTrack: Sendable {
  /// Where it began: |Im q| ≤ a, or |Im p| ≤ bσ.
  let width: Double
  /// Bounds of |Im Q| and of |Im P|/m_α, which grow.
  private(set) var position, velocity: Double

  /// - Parameters:
  ///   - width: a, or b
  ///   - position: |Im q|
  ///   - velocity: |Im p|/m_α
  init(width: Double, position: Double, velocity: Double) {
    (self.width, self.position, self.velocity) = (width, position, velocity)
  }

  /// The same strip, this far from the axis.
  func at(position: Double, velocity: Double) -> StripTrack {
    StripTrack(width: width, position: position, velocity: velocity)
  }

  /// Over a panel of this length: ∞ where no Y* was found.
  /// - Parameters:
  ///   - force: |g_m| on the panel.
  ///   - waves: κm
  mutating func advance(_ length: Double, force: [Double], waves: [Double], mass: Double) {
    guard position.isFinite else { return }
    var limit = (position + velocity * length) * 1.25 + 1e-30
    for _ in 0..<12 {
      var square = 0.0
      for (g, wave) in zip(force, waves) { square += g * sinh(wave * limit) / limit }
      let rate = (square / mass * (1 + 1e-12)).squareRoot()
      let (c, s) = (cosh(rate * length), rate > 1e-8 ? sinh(rate * length) / rate : length * 1.000001)
      let next = (position * c + velocity * s) * (1 + 1e-12)
      if next <= limit {
        velocity = (position * rate * sinh(rate * length) + velocity * c) * (1 + 1e-12)
        position = next
        return
      }
      guard next < 700 else { break }
      limit = next * 1.3
    }
    (position, velocity) = (.infinity, .infinity)
  }
}
