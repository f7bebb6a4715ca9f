// Steps by the extrapolated midpoint rule (Extrapolation.swift) of whatever has free transport and a force: every right side is the
// state carried to its time, the force there, and that carried back. So errors of interpolation come with the force, and once a
// step with the state itself.

import CLibraries
package import Computing

/// What is stepped: states of so many numbers, their free transport and force.
package protocol ExtrapolatedSystem: AnyObject {
  /// Makes what free transport over every i/24 of a step of this length takes.
  func prepare(_ length: Double)

  /// target = base + h T(−τ) f(T(τ) y) with τ = `time`/24 of the step; target may be base, not y.
  /// - Throws: `NumericalFailure` where the force is not finite.
  func addRate(
    at time: Int, of y: UnsafeMutablePointer<Double>, times h: Double,
    plus base: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>
  ) throws

  /// target = T(H) y
  func carry(_ y: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>) throws

  /// z of a step that begins with this state, over its length; 0 where nothing can grow.
  /// - Throws: `NumericalFailure` where the force is not finite.
  func forceSize(_ state: UnsafeMutablePointer<Double>) throws -> Double

  /// The largest number of `difference` over the largest |w| of its kind.
  func relative(_ difference: UnsafePointer<Double>, to result: UnsafePointer<Double>) throws -> Double
}

/// Steps through an interval, one or as many as a tolerance asks for, in four buffers.
package final class ExtrapolatedSteps {
  /// How long steps may be, and what was found.
  package var control: StepControl
  private let count: Int
  private let workers: Workers
  /// y_{j−1}, y_j, Σ c_n y_n and the same for the error.
  private var previous: UnsafeMutablePointer<Double>
  private var current: UnsafeMutablePointer<Double>
  private let result: UnsafeMutablePointer<Double>
  private let difference: UnsafeMutablePointer<Double>
  /// That of the last step.
  private var length = 0.0

  /// States it holds.
  package static let buffers = 4

  /// - Parameter count: the numbers of a state.
  package init(control: StepControl, count: Int, workers: Workers) {
    (self.control, self.count, self.workers) = (control, count, workers)
    (previous, current) = (.allocate(capacity: count), .allocate(capacity: count))
    (result, difference) = (.allocate(capacity: count), .allocate(capacity: count))
    for buffer in [previous, current, result, difference] { buffer.initialize(repeating: 0, count: count) }
  }

  deinit {
    for buffer in [previous, current, result, difference] { buffer.deallocate() }
  }

  /// Advances a state by the interval.
  /// - Throws: `NumericalFailure` where a force or the error is not finite, or no step keeps the tolerance; what the
  ///   system throws.
  package func advance(_ state: UnsafeMutablePointer<Double>, of system: some ExtrapolatedSystem) throws {
    var rest = control.interval
    var isFirst = true
    while true {
      let force = try system.forceSize(state)
      let step = control.step(filling: rest, force: force)
      // Equal parts of an interval are equal up to rounding: one table does for them. The first is made as after a restart.
      let isKnown =
        isFirst ? step.length == length : (step.length - length).magnitude < 1e-13 * step.length
      if !isKnown {
        length = step.length
        system.prepare(length)
      }
      isFirst = false
      try extrapolate(state, of: system, over: step.length)
      let error = try system.relative(difference, to: result)
      guard try control.accept(step, error: error, force: force, in: "a step of the lattice") else {
        continue
      }
      try system.carry(result, to: state)
      if step.isLast { return }
      rest -= step.length
    }
  }

  /// Σ c_n y_n
  private func extrapolate(
    _ state: UnsafeMutablePointer<Double>, of system: some ExtrapolatedSystem, over length: Double
  ) throws {
    for (place, divisions) in Extrapolation.divisions.enumerated() {
      let h = length / Double(divisions)
      try system.addRate(at: 0, of: state, times: h, plus: state, to: current)
      for j in 1..<divisions {
        // The first time from y_0, which stays.
        let base = j == 1 ? state : previous
        try system.addRate(
          at: j * Extrapolation.parts / divisions, of: current, times: 2 * h, plus: base, to: previous)
        swap(&previous, &current)
      }
      accumulate(Extrapolation.weights[place], Extrapolation.differences[place], isFirst: place == 0)
    }
  }

  private func accumulate(_ c: Double, _ d: Double, isFirst: Bool) {
    nonisolated(unsafe) let (y, sum, error) = (current, result, difference)
    workers.forEachRange(of: count) { range in
      if isFirst {
        for i in range { (sum[i], error[i]) = (c * y[i], d * y[i]) }
      } else {
        for i in range {
          sum[i] += c * y[i]
          error[i] += d * y[i]
        }
      }
    }
  }
}
