// Steps of an error per unit of time. A time Δt that must be hit is divided into equal steps, as many as the last error asks for; an
// error that is too large divides what is left into more. What decides is a state's own: the next steps of a saved state are the same
// to the bit.

package import Computing

/// How long steps may be, and what was found.
package struct StepControl: Sendable {
  /// What makes the steps.
  package enum Rule: Sendable {
    /// The extrapolated midpoint rule (Extrapolation.swift): an error per unit of time of order 6, stable up to z = 3.39.
    case extrapolation
    /// RK4: of order 4, stable up to z = 2.82.
    case rungeKutta

    /// Of the error per unit of time.
    var order: Int { self == .extrapolation ? Extrapolation.comparedOrder : 4 }
    /// Up to which z a step is chosen, well inside the limit of stability.
    var chosenForce: Double { self == .extrapolation ? 2.5 : 2 }
    /// Up to which z a step counts as stable.
    var stableForce: Double { self == .extrapolation ? ForceStability.extrapolatedLimit : 2.5 }
  }

  /// Of the error per unit of time, relative to the largest |w|; nil: every step is Δt.
  package let tolerance: Double?
  /// Δt
  package let interval: Double
  /// The length that the last error allows.
  private var suggested: Double
  /// The longest step so far.
  package private(set) var longest = 0.0
  /// Σ of the errors of all steps.
  package private(set) var error = 0.0
  /// The largest z of any step, by the force at its beginning.
  package private(set) var largestForce = 0.0
  /// The most steps that a time Δt took.
  package private(set) var mostPieces = 1.0
  private var pieces = 0.0
  let rule: Rule
  /// Whether shorter steps of fourth order did not help: their error is that of something else, a window with something at its end.
  /// It is counted, and steps are as long as they were.
  private var isStuck = false
  /// Length and error of the last step that was too long, of those that begin at one time.
  private var refused: (length: Double, error: Double)?

  package init(tolerance: Double?, interval: Double, rule: Rule = .extrapolation) {
    (self.tolerance, self.interval, suggested) = (tolerance, interval, interval)
    self.rule = rule
  }

  /// Below this share of Δt no step is tried.
  private static let leastShare = 1e-5

  /// The next step of those that fill a time.
  /// - Parameter force: z of a step, over its length: not known at the beginning of a run, and bounded then.
  package func step(filling rest: Double, force: Double) -> (length: Double, isLast: Bool) {
    guard tolerance != nil else { return (rest, true) }
    let most = force > 0 ? Double.least(suggested, rule.chosenForce / force) : suggested
    let pieces = (rest / .greatest(most, 1e-7 * interval) - 1e-9).rounded(.up)
    return pieces > 1 ? (rest / pieces, false) : (rest, true)
  }

  /// The share of Δt that a first step may have.
  /// - Parameter force: z of a step of Δt.
  package func firstShare(force: Double) -> Double {
    tolerance == nil ? 1 : Double.least(1, rule.chosenForce / force)
  }

  /// Takes the error of a step, relative to the largest |w|, and says whether it is small enough.
  /// - Parameter force: z of a step, over its length.
  /// - Throws: `NumericalFailure` where the error is not finite, or no step is short enough.
  package mutating func accept(
    _ step: (length: Double, isLast: Bool), error estimate: Double, force: Double, in place: String
  ) throws(NumericalFailure) -> Bool {
    let length = step.length
    guard estimate.isFinite else {
      throw NumericalFailure(in: place, "a value that is not finite")
    }
    if let tolerance {
      let ratio = estimate / (tolerance * length)
      // The error per unit of time has this power of the step.
      let factor = ratio > 0 ? 0.9 * Double.pow(ratio, -1.0 / Double(rule.order)) : 2
      suggested = length * Double.least(2, .greatest(0.2, factor))
      if ratio > 1, !isStuck {
        // Of order five; a little may be due to the next one.
        if rule == .rungeKutta, let refused, estimate > refused.error * Double.pow(length / refused.length, 2)
        {
          (isStuck, suggested) = (true, refused.length)
          self.refused = nil
          return false
        }
        refused = (length, estimate)
        guard suggested >= Self.leastShare * interval else {
          throw NumericalFailure(
            in: place, "an error of \(estimate) in a step of \(length): no step keeps lattice.tolerance")
        }
        return false
      }
      suggested = isStuck ? length : .least(suggested, interval)
      refused = nil
    }
    longest = .greatest(longest, length)
    largestForce = .greatest(largestForce, force * length)
    error += estimate
    pieces += 1
    if step.isLast {
      mostPieces = .greatest(mostPieces, pieces)
      pieces = 0
    }
    return true
  }

  /// What a state keeps of it.
  package var saved: [Double] {
    [suggested, longest, error, largestForce, mostPieces, isStuck ? 1 : 0]
  }
  package static let savedCount = 6

  /// Goes on from what was saved.
  package mutating func restore(_ saved: some Collection<Double>) {
    let numbers = Array(saved)
    (suggested, longest, error) = (numbers[0], numbers[1], numbers[2])
    (largestForce, mostPieces, isStuck) = (numbers[3], numbers[4], numbers[5] != 0)
    refused = nil
  }
}
