// The semiclassical limit of the Slater determinants of orbitals √(θ'/Λ) e^{iκkθ(x)} e^{iS(x)/ħ} (Theorem 1.2):
//
//     m(q, p) = g(u),   u = (p − S'(q))/θ'(q),   θ = q + (amp/κ) sin κ(q − φ),   S = eps cos κ(q − φ),
//
//     sea        g = 1 for |u| < κn/2, else 0                        (consecutive k)
//     gaussian   g = 0.8 e^{−u²/2s²},  s = κn/(0.8√(2π))             (k at the quantiles of a Gaussian)
//
// (θ, u) are canonical: dq dp = dθ du, so the product of the periodic trapezoidal rule in θ and Gauss–Legendre in u is a
// spectrally accurate quadrature, of the sharp density too. Along a segment u is nearly linear and the mean of g(u) is
// (G(u₂) − G(u₁))/(u₂ − u₁), G' = g: cells cut by the edge of the sea are filled by their true share.

import CLibraries
import Foundation

/// The phase-space density that Slater determinants of modulated plane waves tend to.
public struct VlasovOrbitalLimit: VlasovInitialDensity, Hashable {
  /// The profile g.
  public enum Occupation: String, Sendable, Hashable, CaseIterable {
    /// g = 1 on |u| < κn/2.
    case sea
    /// g = 0.8 e^{−u²/2s²}.
    case gaussian
  }

  /// n_α.
  public let fraction: Double
  /// amp, |amp| < 1.
  public let amplitude: Double
  /// φ.
  public let phase: Double
  /// eps.
  public let momentum: Double
  /// Which wave numbers the orbitals have; it decides the profile in p.
  public let occupation: Occupation
  /// Λ.
  public let period: Double

  /// Throws `ArgumentError` unless 0 < n ≤ 1, |amp| < 1, Λ > 0 and all is finite.
  public init(
    fraction: Double, amplitude: Double, phase: Double = 0, momentum: Double, occupation: Occupation,
    period: Double
  ) throws {
    guard fraction > 0, fraction <= 1 else {
      throw ArgumentError("fraction", expected: "0 < n ≤ 1", got: "\(fraction)")
    }
    guard amplitude.magnitude < 1 else {
      throw ArgumentError("amplitude", expected: "|amplitude| < 1", got: "\(amplitude)")
    }
    guard period > 0, period.isFinite, phase.isFinite, momentum.isFinite else {
      throw ArgumentError(
        "orbitals", expected: "a positive period, finite phase and momentum",
        got: "\(period), \(phase), \(momentum)")
    }
    self.fraction = fraction
    self.amplitude = amplitude
    self.phase = phase
    self.momentum = momentum
    self.occupation = occupation
    self.period = period
  }

  private var wavenumber: Double { 2 * .pi / period }
  /// Half width κn/2 of the sea.
  private var edge: Double { wavenumber * fraction / 2 }
  /// s of the Gaussian.
  private var width: Double { wavenumber * fraction / (0.8 * (2 * Double.pi).squareRoot()) }

  /// (θ', S') at q.
  private func slopes(_ q: Double) -> (stretch: Double, flow: Double) {
    let angle = wavenumber * (q - phase)
    return (1 + amplitude * cos(angle), -momentum * wavenumber * sin(angle))
  }

  private func label(_ q: Double, _ p: Double) -> Double {
    let (stretch, flow) = slopes(q)
    return (p - flow) / stretch
  }

  private func profile(_ u: Double) -> Double {
    switch occupation {
    case .sea: u.magnitude < edge ? 1 : 0
    case .gaussian: 0.8 * exp(-u * u / (2 * width * width))
    }
  }

  /// G with G' = g, G(0) = 0.
  private func antiderivative(_ u: Double) -> Double {
    switch occupation {
    case .sea: min(max(u, -edge), edge)
    case .gaussian: 0.8 * width * (Double.pi / 2).squareRoot() * erf(u / (width * 2.0.squareRoot()))
    }
  }

  /// Half the extent in u of the quadrature: all of the sea, 8.5 s of the Gaussian.
  private var reach: Double { occupation == .sea ? edge : 8.5 * width }

  /// The largest |p| of a node, at most: reach·max θ' + max |S'|.
  package var largestMomentum: Double {
    reach * (1 + amplitude.magnitude) + wavenumber * momentum.magnitude
  }

  public func density(_ q: Double, _ p: Double) -> Double { profile(label(q, p)) }

  public func mean(from a: (q: Double, p: Double), to b: (q: Double, p: Double)) -> Double {
    let (u, v) = (label(a.q, a.p), label(b.q, b.p))
    // The difference quotient of G loses digits where u and v meet; there g is constant to the same accuracy.
    guard (u - v).magnitude > 1e-6 * edge else { return profile((u + v) / 2) }
    return (antiderivative(v) - antiderivative(u)) / (v - u)
  }

  public func quadrature(positions: Int, momenta: Int) -> PhaseSpaceQuadrature {
    let rule = GaussLegendre(points: momenta, from: -reach, to: reach)
    let share = period / (Double(positions) * 2 * .pi)
    var (q, p, w) = ([Double](), [Double](), [Double]())
    for i in 0..<positions {
      let x = position(theta: period * (Double(i) + 0.5) / Double(positions))
      let (stretch, flow) = slopes(x)
      for (u, weight) in zip(rule.nodes, rule.weights) {
        q.append(x)
        p.append(stretch * u + flow)
        w.append(share * weight * (occupation == .sea ? 1 : profile(u)))
      }
    }
    return PhaseSpaceQuadrature(positions: q, momenta: p, weights: w)
  }

  /// x with θ(x) = theta: Newton's method, kept inside the bracket |x − theta| ≤ |amp|/κ by bisection.
  private func position(theta: Double) -> Double {
    let reach = amplitude.magnitude / wavenumber
    var (low, high) = (theta - reach, theta + reach)
    var x = theta
    for _ in 0..<200 {
      let angle = wavenumber * (x - phase)
      let residual = x + amplitude / wavenumber * sin(angle) - theta
      if residual > 0 { high = x } else { low = x }
      let newton = x - residual / (1 + amplitude * cos(angle))
      let next = newton >= low && newton <= high ? newton : (low + high) / 2
      if (next - x).magnitude <= 1e-16 * period { return next }
      x = next
    }
    return x
  }
}
