import CLibraries
import Foundation

/// The nodes of one Gaussian of one species: q_i = iΛ/N_q, p_j = u + jhσ, |j| ≤ J, and what the rule errs by.
///
/// In q the rule is exact for trigonometric polynomials of degree < N_q. In p it errs, of a function with |f| ≤ F e^{A b} in the
/// strip |Im p| ≤ bσ, by at most
///
///     2M/(e^{2πb/h} − 1) + tail,     M = w (1 + Σ|a|) e^{b²/2} F e^{A b},     tail = w (1 + Σ|a|) F · 2 e^{−(Jh)²/2}/(√(2π) Jh)
///
/// for any b > 0 (Trefethen and Weideman, SIAM Rev. 56 (2014), theorem 5.1); b = 2π/h − A is best.
struct NodeRule: Sendable {
  /// Index of the species.
  let species: Int
  let stream: GaussianStream
  /// h, a Double exactly
  let spacing: Double
  /// J
  let reach: Int
  /// N_q
  let positions: Int

  var rows: Int { 2 * reach + 1 }
  private var height: Double { (stream.weight.magnitude.upper * stream.height).nextUp }

  /// A rule that errs by about ε of functions that grow like e^{A b}.
  /// - Parameters:
  ///   - growth: A
  ///   - magnitude: ln F
  init(species: Int, stream: GaussianStream, positions: Int, growth: Double, magnitude: Double, error: Double) {
    self.species = species
    self.stream = stream
    self.positions = positions
    let digits = -Foundation.log(error)
    let step = 2 * Double.pi / (growth + (2 * max(1, digits + magnitude)).squareRoot())
    // Few bits, so that jh is exact.
    spacing = (step * 1024).rounded(.down) / 1024
    reach = Int(((2 * max(1, digits)).squareRoot() / max(spacing, 1e-3)).rounded(.up))
  }

  /// u + jhσ
  func momentum(_ row: Int) -> Ball {
    stream.drift + Ball(exactly: Double(row - reach) * spacing) * stream.sigma
  }

  /// q_i, in units of Λ = 2π/κ.
  func position(_ i: Int) -> Ball { Ball(i) / Ball(positions) }

  /// w h e^{−(jh)²/2}/√(2π) (1 + Σ a_j cos(2πm_j i/N_q + φ_j)) / N_q
  func weight(row: Int, _ i: Int) -> Ball {
    let x = Ball(exactly: Double(row - reach) * spacing)
    let gaussian = (-(x * x) / Ball(2)).exponential() / (Ball(2) * Ball.pi).squareRoot()
    var height = Ball(1)
    for wave in stream.waves {
      let angle = ComplexBall(Ball(0), Ball(2 * wave.mode * i) * Ball.pi / Ball(positions) + wave.phase)
      height += wave.amplitude * angle.exponential().real
    }
    return stream.weight * Ball(exactly: spacing) * gaussian * height / Ball(positions)
  }

  /// The error bound for a function with |f| ≤ F e^{A b}.
  func error(growth: Double, magnitude: Double) -> Double {
    guard magnitude.isFinite, growth.isFinite, spacing > 0 else { return .infinity }
    let furthest = Double(reach) * spacing
    let tail =
      2 * Foundation.exp(-furthest * furthest / 2) / ((2 * Double.pi).squareRoot() * furthest) * height
      * magnitude
    let full = 2 * Double.pi / spacing
    let b = full - growth
    guard b > 0.1 else { return .infinity }
    // e^{2πb/h} − 1 ≥ e^{2πb/h}(1 − e^{−2πb/h}); the exponent in one piece.
    let exponent = b * b / 2 + growth * b - full * b
    let strip = 2 * height * magnitude * Foundation.exp(exponent) / (1 - Foundation.exp(-full * b))
    return (tail + strip) * (1 + 1e-10)
  }
}
