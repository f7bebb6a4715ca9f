// Which ξ grid and step data ask for.
//
//     Δξ    1.2/P, P = |⟨p⟩| + 5 σ_p the largest momentum that counts: sixteen points are then in error by 5·10⁻⁵ at P, where a
//           Maxwellian weighs 4·10⁻⁶, and by 10⁻⁹ at 3σ_p, where it weighs a hundredth; less where a tolerance asks for it: the figure of
//           interpolation, fourteen points against sixteen, grows by 9·10⁻⁹ a step there and falls like Δξ¹⁴
//     X     6.5/σ_p with σ_p the spread of the coldest direction: there |f(ξ,0)| has fallen to 10⁻⁹, and then what free flight
//           carries in a step of Δt at twice the force's highest mode, 2κm_VΔt/m
//     Δt    the largest share 1/k of the common measure of all times with (κ m_V/m) P Δt ≤ 4 and z ≤ 1, z what the force of the data's
//           densities, each taken for a tenth of the mass at least, is in a step: four radians of phase, and one of force, are an error
//           of some 10⁻⁷; a quarter of both for steps of fourth order
//
// They are where one begins; the figures of a run say whether they were enough.

import CLibraries
import ExperimentKit
import Interaction
import Numerics
import PhaseSpace

/// Spacing, window and step for data, rounded to two digits.
struct LatticeSuggestion {
  /// Δξ_α
  let xiSteps: [DecimalNumber]
  /// X_α
  let xiExtents: [DecimalNumber]
  /// Δt
  let timeStep: DecimalNumber

  /// Digits of the tail: 6.5 standard deviations are 10⁻⁹, five 4·10⁻⁶.
  private static let (window, spread) = (6.5, 5.0)
  private static let spacing = 1.2
  /// The figure of interpolation of a step at that spacing.
  private static let missed = 9e-9
  private static let (phase, force) = (4.0, 1.0)

  /// - Parameters:
  ///   - states: of every component of a mixture one for each species.
  ///   - tolerance: of the error per unit of time; nil for none.
  init(
    model: Model, states: [[any OneParticleState]], modes: Int, times: [DecimalNumber], tolerance: Double?,
    isFourthOrder: Bool
  ) {
    let kappa = model.geometry.kappa ?? 1
    let reach = Double(min(modes, model.potentials.highestMode))
    let spreads = model.species.indices.map { species in
      let all = states.map { Self.momenta($0[species], dimension: model.geometry.dimension) }
      return (largest: all.map(\.largest).max() ?? 1, least: all.map(\.least).min() ?? 1)
    }
    let speed = zip(spreads, model.masses).reduce(0) { Double.greatest($0, $1.0.largest / $1.1) }
    let extents = spreads.map { Self.window / $0.least }
    let strength = model.species.indices.reduce(0) { largest, alpha in
      Double.greatest(largest, Self.force(model, alpha, extents[alpha], kappa, states))
    }
    let most =
      (isFourthOrder ? 0.25 : 1)
      * Double.least(Self.phase / (kappa * Double.greatest(1, reach) * speed), Self.force / strength)
    let step = Self.share(of: times, atMost: most)
    timeStep = step
    // Half of what a step may leave out.
    let allowed = 0.5 * step.value * (tolerance ?? 1)
    let share = Double.least(1, Double.pow(allowed / Self.missed, 1.0 / 14))
    xiSteps = spreads.map { Self.rounded(Self.spacing * share / $0.largest, .down) }
    xiExtents = zip(extents, model.masses).map { extent, mass in
      Self.rounded(extent + 2 * kappa * reach * step.value / mass, .up)
    }
  }

  /// The largest momentum that counts of any axis, and the least spread.
  private static func momenta(_ state: any OneParticleState, dimension: Int) -> (
    largest: Double, least: Double
  ) {
    var (largest, least) = (0.0, Double.infinity)
    // Small enough for the quadratic term, large enough for rounding: ξ p about 10⁻³ for p of order one and less.
    let h = 1e-3
    for axis in 0..<dimension {
      var xi = SpaceVector.zero
      xi[axis] = h
      let value = state.value(xi: xi, eta: .zero)
      let (mean, variance) = (value.phase / h, 2 * (1 - value.length) / (h * h))
      let sigma = Double.greatest(1e-3, variance).squareRoot()
      largest = .greatest(largest, mean.magnitude + spread * sigma)
      least = .least(least, sigma)
    }
    return (largest, least)
  }

  /// Σ_m (Σ_β n_β |v_{αβ,m} f_β(0,κm)| + |u_{α,m}|) times the largest kernel in the window: z over Δt.
  private static func force(
    _ model: Model, _ alpha: Int, _ extent: Double, _ kappa: Double, _ states: [[any OneParticleState]]
  ) -> Double {
    model.potentials.forceModes(of: alpha).reduce(0) { sum, mode in
      let own = model.species.indices.reduce(0) { total, beta in
        let density = states.reduce(0.1) {
          Double.greatest($0, $1[beta].value(xi: .zero, eta: mode.vector * kappa).length)
        }
        return total + density * model.fractions[beta]
          * model.potentials.coefficient(alpha, beta, mode: mode).magnitude
      }
      let norm = (0..<model.geometry.dimension).reduce(0) { $0 + mode[$1].magnitude }
      let size = own + model.potentials.externalCoefficient(alpha, mode: mode).magnitude
      return sum + size * model.kernel.largest(upTo: kappa * Double(norm) * extent)
    }
  }

  /// The common measure of the times over the least k for which it is no more than `most`.
  private static func share(of times: [DecimalNumber], atMost most: Double) -> DecimalNumber {
    let positive = times.filter { $0.value > 0 }
    guard let last = positive.last, most > 0 else { return 1 }
    // In units of the last digit that occurs.
    let digits =
      positive.map { time in
        (0...12).first { (time.value * Double.pow(10, $0)).rounded() == time.value * Double.pow(10, $0) }
          ?? 12
      }.max() ?? 0
    let unit = Double.pow(10, digits)
    guard last.value * unit < 1e15 else { return last }
    let measure = positive.reduce(0) { gcd($0, Int(($1.value * unit).rounded())) }
    // Shares that are decimals: 1, 2, 4, 5, 8, 10, 20 …
    var decade = 1
    while decade < 1_000_000_000 {
      for factor in [1, 2, 4, 5, 8] where Double(measure) / (unit * Double(decade * factor)) <= most {
        return DecimalNumber(Double(measure) / (unit * Double(decade * factor)))
      }
      decade *= 10
    }
    return DecimalNumber(Double(measure) / (unit * 1e9))
  }

  private static func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }

  /// To two digits.
  private static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> DecimalNumber {
    guard value.isFinite, value > 0 else { return 1 }
    let unit = Double.pow(10, Int(Double.log10(value).rounded(.down)) - 1)
    // As text: a quotient of decimals is not one.
    return DecimalNumber(Double(((value / unit).rounded(rule) * unit).short()) ?? value)
  }
}
