// The rate and frequency of a wave in a flow, with error bars, beside the root of linear theory.
//
// The density ρ̂_α(κm) of a mode is a sum of exponentials e^{iω̄t} over the roots of D(ω) and of what dies sooner; `ExponentialSum`
// fits a few over the window, and its largest wave has the rate γ and the frequency ω. The error bar is the sum of
//
//     the window     how far the whole, its first half and its second half are apart: transients of other roots, noise
//     the step       4/3 of the change when the same flow with half the step is fitted: 16/15 is the error of a method of fourth
//                    order, and what is more is for the next order
//     the amplitude  |λ| δ max(1, r). δ is the largest change of the homogeneous data so far: linear theory is about data that do
//                    not change, D(ω) depends on them linearly, and δ is of second order in the amplitude. r is how much larger the
//                    wave once was than in the middle of the window: what it left behind at second order does not fall with it
//
// None of the three knows the root.

import CLibraries
public import ExperimentKit
public import Interaction
public import Numerics
public import PhaseSpace
import Vlasov

/// What is to be fitted.
public struct FlowFit: Sendable {
  /// Whether the wave falls or grows.
  public enum Kind: String, CaseIterable, Sendable {
    /// A wave that falls.
    case damped
    /// A wave that grows.
    case growing
  }

  /// m
  public let mode: ModeIndex
  /// Whose density.
  public let species: Int
  /// The window in t.
  public let from, to: DecimalNumber
  /// Damped or growing.
  public let kind: Kind
  /// Near which ω the root is looked for; nil: the least damped, or fastest growing, of all.
  public let near: (frequency: Double, rate: Double)?

  /// A fit to make.
  public init(
    mode: ModeIndex, species: Int, from: DecimalNumber, to: DecimalNumber, kind: Kind,
    near: (frequency: Double, rate: Double)? = nil
  ) {
    (self.mode, self.species, self.from, self.to, self.kind) = (mode, species, from, to, kind)
    self.near = near
  }

  /// Up to which change of the homogeneous data linear theory is asked.
  public static let linear = 0.01
  /// Up to which share of |ω| an error bar decides.
  public static let decisive = 0.1

  /// γ + iω of the wave in these samples; nil where none is found.
  public func wave(_ samples: [Complex<Double>], step: Double) -> Complex<Double>? {
    guard let sum = ExponentialSum(samples, step: step) else { return nil }
    switch kind {
    case .damped: return sum.wave
    case .growing:
      let largest = sum.sizes.largest() ?? 0
      return zip(sum.exponents, sum.sizes).filter { $0.1 >= 0.1 * largest }.map(\.0).max {
        ($0.real, $0.imaginary) < ($1.real, $1.imaginary)
      }
    }
  }

  /// The root of linear theory.
  /// - Throws: `ArgumentError` for data that linear theory does not know, `NumericalFailure` where no root is enclosed.
  public func root(_ model: Model, _ states: [any OneParticleState]) throws -> ComplexBall {
    let dielectric = try DielectricFunction(model, states, mode: mode)
    guard let near else { return try dielectric.leastDamped() }
    guard let root = dielectric.enclosedRoot(near: ComplexBall(exactly: near.frequency, near.rate)) else {
      throw NumericalFailure(in: "Newton's method", "no root near ω = \(near.frequency) + \(near.rate)i")
    }
    return root
  }
}

/// What was found.
public struct FlowFitResult: Sendable {
  /// What was fitted.
  public let fit: FlowFit
  /// γ + iω; nil where no wave was found.
  public let wave: Complex<Double>?
  /// ω, zero where it is the rounding of a wave that only grows or falls; nil where no wave was found.
  public var frequency: Double? {
    wave.map { $0.imaginary.magnitude < 1e-14 * $0.length ? 0 : $0.imaginary }
  }
  /// Error bars of γ and of ω; nil without the flow of half the step.
  public let errors: (rate: Double, frequency: Double)?
  /// δ
  public let homogeneousChange: Double
  /// The root of linear theory, enclosed.
  public let root: ComplexBall?
  /// Whether it is enclosed, or known that linear theory has none for these data; not where the search for it failed.
  private let isRootKnown: Bool
  /// Why there is no root, or no verdict.
  public let reason: String?
  /// Whether all is resolved that it rests on.
  public let isResolved: Bool

  /// - Parameters:
  ///   - samples: the density within the window, of the flow and of the same with half the step where there is one.
  ///   - step: the time between samples.
  ///   - before: the largest density before the window.
  package init(
    _ fit: FlowFit, samples: [Complex<Double>], halved: [Complex<Double>]?, step: Double,
    before: Double, homogeneousChange change: Double, isResolved: Bool, root: Result<ComplexBall, any Error>
  ) {
    (self.fit, self.isResolved, homogeneousChange) = (fit, isResolved, change)
    let wave = fit.wave(samples, step: step)
    self.wave = wave
    let half = samples.count / 2
    let parts = [samples[..<half], samples[half...]].map { fit.wave(Array($0), step: step) }
    let finer = halved.flatMap { fit.wave($0, step: step) }
    let third = samples.count / 3
    let middle = samples[third..<(samples.count - third)].map(\.length).largest() ?? 0
    errors = Self.errors(wave, parts, finer, change * .greatest(1, before / middle))
    switch root {
    case .success(let enclosed): (self.root, isRootKnown) = (enclosed, true)
    // There is one, which was not found; data that linear theory does not know have none.
    case .failure(let error): (self.root, isRootKnown) = (nil, !(error is NumericalFailure))
    }
    switch root {
    case .failure(let error): reason = "\(error)"
    case .success where change > FlowFit.linear:
      reason = "the homogeneous data have changed by \(change.scientific(1)): no small wave"
    case .success where halved == nil: reason = "the error of the step is not known (error: halved-step)"
    case .success where wave == nil:
      reason = "no exponentials fit: at least \(2 * ExponentialSum.fewest) samples of a wave are needed"
    default: reason = nil
    }
  }

  private static func errors(
    _ wave: Complex<Double>?, _ parts: [Complex<Double>?], _ finer: Complex<Double>?, _ change: Double
  ) -> (rate: Double, frequency: Double)? {
    guard let wave, let finer else { return nil }
    let found = ([wave] + parts).compactMap(\.self)
    guard found.count == parts.count + 1 else { return nil }
    let error = { (part: (Complex<Double>) -> Double) in
      let values = found.map(part)
      let spread = (values.largest() ?? .nan) - (values.smallest() ?? .nan)
      return spread + 4.0 / 3 * part(finer - wave).magnitude + wave.length * change
    }
    return (error { $0.real }, error { $0.imaginary })
  }

  /// Whether the root is within the error bars: none without a root or with a wave that is not small, undecided where the bars are
  /// wide or not known, and where the root was not found.
  public var verdict: Verdict {
    guard homogeneousChange <= FlowFit.linear else { return .none }
    guard let root else { return isRootKnown ? .none : .undecided }
    guard let wave, let errors else { return .undecided }
    let size = Complex(root.real.middle, root.imaginary.middle).length
    let bar = Double.greatest(errors.rate, errors.frequency)
    guard bar <= FlowFit.decisive * size else { return .undecided }
    let distance = { (value: Double, ball: Ball) in
      Double.greatest((value - ball.lower).magnitude, (value - ball.upper).magnitude)
    }
    let isInside =
      distance(wave.real, root.imaginary) <= errors.rate
      && distance(wave.imaginary, root.real) <= errors.frequency
    return isInside ? .holds : .violated
  }
}
