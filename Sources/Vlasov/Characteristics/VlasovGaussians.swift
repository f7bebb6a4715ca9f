// The phase-space density of a state whose characteristic function is a sum of exponentials of quadratic forms (modulated
// Maxwellians, periodised Gaussians, two streams of them), d = 1 on the torus:
//
//     m(q, p) = (2πn/Λ) Σ_c w_c ρ_c(q) (2πσ_c²)^{−1/2} e^{−(p − u_c)²/2σ_c²},     ρ_c(q) = Σ_k f_c(0, κk) e^{−iκkq}.
//
// Quadrature: trapezoidal in q (exact for all modes up to the number of nodes) and in p over ±9σ_c (tail e^{−40}), for every
// term its own nodes. Both converge exponentially, for what is smooth along characteristics too.

import CLibraries
import Foundation
import Numerics
public import PhaseSpace

/// A sum of Gaussians in momentum, each with its density in position.
public struct VlasovGaussians: VlasovInitialDensity {
  /// One Gaussian: its share of the density, and the modes of ρ from 0 on.
  private struct Term: Sendable {
    let weight, sigma, drift: Double
    let modes: [Complex<Double>]
  }

  private let terms: [Term]
  /// n_α.
  public let fraction: Double
  /// Λ.
  public let period: Double
  /// The highest mode of ρ that is kept: those beyond are below 10^{−18}.
  public let highestMode: Int

  /// Up to this mode ρ is summed; a periodised Gaussian narrower than Λ/3000 has more.
  private static let mostModes = 4096

  /// - Throws: `ArgumentError` unless 0 < n ≤ 1 and the domain is a torus in one dimension; `HypothesisError` for a state that
  ///   is no sum of exponentials, or has more than 4096 modes.
  public init(_ state: any OneParticleState, fraction: Double, geometry: PhaseSpaceGeometry) throws {
    guard fraction > 0, fraction <= 1, geometry.dimension == 1, let kappa = geometry.kappa else {
      throw ArgumentError(
        "a density", expected: "0 < n ≤ 1 and a torus in one dimension", got: "\(fraction), \(geometry)")
    }
    guard let forms = state.exponentialSum else {
      throw HypothesisError("a density in phase space", requires: "a state that is a sum of exponentials")
    }
    terms = try forms.map { weight, form in
      let width = form.width[0]
      // e^{−s²κ²k²/2} < 10^{−18}
      let reach = form.highestMode.map(Double.init) ?? (9.1 / (width * kappa)).rounded(.up)
      guard reach <= Double(Self.mostModes) else {
        throw HypothesisError("a density in phase space", requires: "at most \(Self.mostModes) modes in q")
      }
      let modes = (0...Int(reach)).map { k -> Complex<Double> in
        let eta = kappa * Double(k)
        return form.spatialMode(ModeIndex(k, 0, 0))
          * Complex.unit(form.centre[0] * eta)
          .multiplied(by: Double.exp(-0.5 * width * width * eta * eta))
      }
      return Term(weight: weight, sigma: form.sigma[0], drift: form.drift[0], modes: modes)
    }
    self.fraction = fraction
    period = 2 * .pi / kappa
    highestMode = terms.map { $0.modes.count - 1 }.max() ?? 0
  }

  /// The largest |p| at which the density counts: |u| + 9σ.
  package var largestMomentum: Double { terms.map { $0.drift.magnitude + 9 * $0.sigma }.max() ?? 0 }
  /// The narrowest and the widest σ.
  package var widths: ClosedRange<Double> {
    let sigmas = terms.map(\.sigma)
    return (sigmas.min() ?? 1)...(sigmas.max() ?? 1)
  }

  /// Nodes of a quadrature: every Gaussian has its own.
  package func nodeCount(positions: Int, momenta: Int) -> Int {
    Memory.product(positions, momenta, terms.count) ?? .max
  }

  /// ρ_c(q)
  private func position(_ term: Term, _ q: Double) -> Double {
    var sum = term.modes[0].real
    for (k, mode) in term.modes.enumerated().dropFirst() {
      sum += 2 * (mode * Complex.unit(-2 * .pi / period * Double(k) * q)).real
    }
    return sum
  }

  private func momentum(_ term: Term, _ p: Double) -> Double {
    let x = (p - term.drift) / term.sigma
    return exp(-x * x / 2) / (term.sigma * (2 * Double.pi).squareRoot())
  }

  public func density(_ q: Double, _ p: Double) -> Double {
    terms.reduce(0) { $0 + $1.weight * position($1, q) * momentum($1, p) } * 2 * .pi * fraction / period
  }

  public func quadrature(positions: Int, momenta: Int) -> PhaseSpaceQuadrature {
    var (q, p, w) = ([Double](), [Double](), [Double]())
    for term in terms {
      let (dq, dx) = (period / Double(positions), 18 / Double(momenta))
      // In units of σ: from u + σx rounded x would not come back, where σ ≪ |u|.
      let offsets = (0..<momenta).map { (Double($0) + 0.5) * dx - 9 }
      let places = offsets.map { term.drift + term.sigma * $0 }
      let factor = dx / (2 * Double.pi).squareRoot() * term.weight * fraction / Double(positions)
      let shares = offsets.map { exp(-$0 * $0 / 2) * factor }
      for i in 0..<positions {
        let x = (Double(i) + 0.5) * dq
        let share = position(term, x)
        for (place, weight) in zip(places, shares) {
          q.append(x)
          p.append(place)
          w.append(share * weight)
        }
      }
    }
    return PhaseSpaceQuadrature(positions: q, momenta: p, weights: w)
  }
}
