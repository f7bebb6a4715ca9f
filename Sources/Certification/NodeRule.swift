import CLibraries
import Computing
import Foundation

/// The nodes of one Gaussian of one species: q_i = iΛ/N_q, p_j = u + jhσ, |j| ≤ J, and what the rule errs by.
///
/// In q the rule is exact for trigonometric polynomials of degree < N_q. In p it errs, of a function with |f| ≤ F e^{A b} in the
/// strip |Im p| ≤ bσ, by at most
///
///     2M/(e^{2πb/h} − 1) + tail,     M = w (1 + Σ|a|) e^{b²/2} F e^{A b},     tail = w (1 + Σ|a|) F · 2 e^{−(Jh)²/2}/(√(2π) Jh)
///
/// for any b > 0 (Trefethen and Weideman, SIAM Rev. 56 (2014), theorem 5.1); b = 2π/h − A is best.
package struct NodeRule: Sendable {
  /// Index of the species.
  package let species: Int
  package let stream: GaussianStream
  /// h, a Double exactly
  package let spacing: Double
  /// J
  package let reach: Int
  /// N_q
  package let positions: Int
  private var disturbance = 0.0

  var rows: Int { 2 * reach + 1 }
  private var height: Double { (stream.weight.magnitude.upper * stream.height).nextUp }

  /// A rule that errs by about ε of functions that grow like e^{A b}.
  /// - Parameters:
  ///   - growth: A
  ///   - magnitude: ln F
  init(species: Int, stream: GaussianStream, positions: Int, growth: Double, magnitude: Double, error: Double)
  {
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
    let weight = stream.weight * Ball(exactly: spacing) * gaussian * height / Ball(positions)
    return i == 0 && row == reach ? weight * Ball(exactly: 1 + disturbance) : weight
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
    return (tail + strip) * (1 + 1e-10) + 1e-290
  }

  /// A rule with this spacing, reach and number of positions.
  package init(species: Int, stream: GaussianStream, spacing: Double, reach: Int, positions: Int) {
    self.species = species
    self.stream = stream
    self.spacing = spacing
    self.reach = reach
    self.positions = positions
  }

  /// The same with other positions, or another spacing and reach.
  package func with(positions: Int) -> NodeRule {
    NodeRule(species: species, stream: stream, spacing: spacing, reach: reach, positions: positions)
  }
  package func with(spacing: Double, reach: Int) -> NodeRule {
    NodeRule(species: species, stream: stream, spacing: spacing, reach: reach, positions: positions)
  }
  /// For tests: one node's weight off by this much, relatively.
  package func disturbed(by amount: Double) -> NodeRule {
    var rule = self
    rule.disturbance = amount
    return rule
  }

  /// Σ w of all nodes, which is w_stream (1 + nothing) up to what the rules err by: a check of the weights.
  func checkMass(_ weights: [BallVector], kappa: Ball) throws {
    var sum = Ball(0)
    for row in weights { for i in 0..<row.count { sum += row[i] } }
    let widths = (1...40).map { (width: 0.25 * Double($0), growth: 0.0) }
    let error = momentumError(widths) + positionError(widths, kappa: kappa)
    guard error.isFinite, !(stream.weight - sum).isCertainlyNonzero(beyond: error) else {
      throw NumericalFailure(in: "the nodes of species \(species)", "their weights do not sum to its mass")
    }
  }

  /// What lies beyond |j| = J of a function with |f| ≤ 1.
  private var tail: Double {
    let furthest = Double(reach) * spacing
    return 2 * Foundation.exp(-furthest * furthest / 2) / ((2 * Double.pi).squareRoot() * furthest) * height
  }

  /// What the rule in p errs by of a function with |f| ≤ e^{g(b)} in the strip |Im p| ≤ bσ, 1 on the real axis: the best of these b.
  func momentumError(_ strips: [(width: Double, growth: Double)]) -> Double {
    let full = 2 * Double.pi / spacing
    let best = strips.reduce(Double.infinity) { best, strip in
      let exponent = strip.width * strip.width / 2 + strip.growth - full * strip.width
      return exponent.isFinite
        ? min(best, 2 * height * Foundation.exp(exponent) / (1 - Foundation.exp(-full * strip.width))) : best
    }
    return (best + tail) * (1 + 1e-10) + 1e-290
  }

  /// What the rule in q errs by of a function with |f| ≤ e^{g(a)} in the strip |Im q| ≤ a, for all p together: a periodic function
  /// analytic there has 2M/(e^{2πaN_q/Λ} − 1) (theorem 3.2 there).
  func positionError(_ strips: [(width: Double, growth: Double)], kappa: Ball) -> Double {
    let mass = stream.weight.magnitude.upper * (1 + spacing)  // Σ_j of the Gaussian weights
    let best = strips.reduce(Double.infinity) { best, strip in
      let full = (kappa * Ball(positions) * Ball(exactly: strip.width)).lower
      let waves = stream.waves.reduce(1.0) {
        $0 + $1.amplitude.magnitude.upper
          * cosh((kappa * Ball(abs($1.mode)) * Ball(exactly: strip.width)).upper)
      }
      let exponent = strip.growth - full
      return exponent.isFinite
        ? min(best, 2 * mass * waves * Foundation.exp(exponent) / (1 - Foundation.exp(-full))) : best
    }
    return best * (1 + 1e-10) + 1e-290
  }
}

extension Ball {
  /// Whether every number of the ball is farther from 0 than this.
  fileprivate func isCertainlyNonzero(beyond radius: Double) -> Bool { lower > radius || upper < -radius }
}
