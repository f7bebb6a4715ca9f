// The largest growth rate along a branch: a sign change of Im dω/dk, drawn together by bisection, each sign certified.

public import CLibraries

/// A maximum of Im ω along a branch of roots, enclosed.
public struct GrowthMaximum: Sendable {
  /// The interval in which Im dω/dk changes its sign from + to −: a maximum is in it.
  public let wavenumber: Ball
  /// ω for every k of the interval; Im ω there is the largest growth rate.
  public let omega: ComplexBall
}

extension DispersionCurve {
  /// A maximum of the growth rate between two wave numbers, on the branch that goes through a root at one between them. Where the
  /// branch is followed over a distance the steps are as short as Newton's method needs to come back to it.
  /// - Parameters:
  ///   - k: a wave number in the interior of the range, with the root `omega`.
  ///   - range: from where the rate rises to where it falls.
  /// - Returns: nil where it does not rise at the one end or does not fall at the other: the maximum is not inside.
  /// - Throws: `NumericalFailure` where the branch is lost (it ends, or meets another), or the enclosure does not come together;
  ///   `ArgumentError` as `dielectric(at:)`.
  public func growthMaximum(near k: Double, root omega: ComplexBall, in range: ClosedRange<Double>)
    throws -> GrowthMaximum?
  {
    let start = (k: k, phase: (omega / ComplexBall(Ball(exactly: k))).middle)
    var low = try sample(range.lowerBound, from: start)
    var high = try sample(range.upperBound, from: start)
    guard low.slope.lower > 0, high.slope.upper < 0 else { return nil }
    while high.k - low.k > 1e-12 * high.k {
      let middle = 0.5 * (low.k + high.k)
      guard middle > low.k, middle < high.k else { break }
      let sample = try sample(middle, from: (low.k, low.phase))
      if sample.slope.lower > 0 {
        low = sample
      } else if sample.slope.upper < 0 {
        high = sample
      } else {
        break
      }
    }
    // A little wider, so that the ends are inside and on the same branch.
    let width = max(high.k - low.k, high.k.ulp)
    let around = Ball.hull(Ball(exactly: low.k - width), Ball(exactly: high.k + width))
    let centre = Ball(exactly: 0.5 * (low.k + high.k))
    guard let all = try branch(at: around, nearPhase: low.phase),
      let one = try branch(at: centre, nearPhase: low.phase),
      all.phase.containsInInterior(low.phase), all.phase.containsInInterior(high.phase)
    else {
      throw NumericalFailure(in: "the largest growth rate", "a branch that is not enclosed near k = \(low.k)")
    }
    let wavenumber = Ball.hull(Ball(exactly: low.k), Ball(exactly: high.k))
    return GrowthMaximum(
      wavenumber: wavenumber, omega: one.omega + all.slope * ComplexBall(wavenumber - centre))
  }

  private typealias Sample = (k: Double, phase: ComplexBall, slope: Ball)

  /// Im dω/dk at a wave number, the branch followed there from another one.
  private func sample(_ k: Double, from start: (k: Double, phase: ComplexBall)) throws -> Sample {
    var (place, phase) = start
    var step = k - place
    while true {
      let next = (k - place).magnitude <= step.magnitude ? k : place + step
      if let branch = try branch(at: Ball(exactly: next), nearPhase: phase),
        (branch.phase - phase).magnitude.upper < 0.125 * phase.magnitude.upper
      {
        if next == k { return (k, branch.phase, branch.slope.imaginary) }
        (place, phase) = (next, branch.phase.middle)
      } else {
        step /= 2
        guard step.magnitude > 1e-6 * k.magnitude else {
          throw NumericalFailure(in: "the branch of roots", "no root followed beyond k = \(place)")
        }
      }
    }
  }
}
