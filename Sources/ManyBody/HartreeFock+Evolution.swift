// Hartree–Fock orbitals as they move in time: equal steps to every time that is asked for, and the state to go on from.

import CLibraries
public import Computing
package import Numerics

extension HartreeFock {
  /// t
  public var time: Double { steps.time }

  /// Steps of equal length no longer than `largestStep`.
  /// - Throws: `ArgumentError` for an earlier time, `NumericalFailure` when the orbitals stop being finite; what
  ///   `afterStep` throws.
  public func advance(to time: Double, afterStep: () throws -> Void) throws {
    guard time != self.time else { return }
    if !steps.leads(to: time) {
      steps = try EqualSteps(from: self.time, to: time, largest: largestStep)
    }
    while steps.isUnfinished {
      try move(steps.length, splitting)
      try growIfNeeded()
      steps.take()
      try afterStep()
    }
  }

  /// The orbitals of each species, the interval that is under way, the defect repaired so far, and the energy at the start.
  public func save(to sink: some StateSink) {
    sink.write("interval", steps.numbers)
    sink.write("repaired", [repairedDefect, startingEnergy])
    sink.write("points", [Double(points)])
    for (species, rows) in coefficients.enumerated() { sink.write("orbitals-\(species)", complex: rows) }
  }

  /// Goes on from saved orbitals of the same particles, on the same grid or one that it has grown to.
  public func restore(_ state: SavedState) throws {
    let steps = try EqualSteps(state, "interval")
    let repaired = try state.array("repaired", count: 2)
    let saved = try state.array("points", count: 1)[0]
    guard let points = Int(exactly: saved), Self.grids(from: self.points, grows: grows).contains(points)
    else {
      throw SavedStateError(array: "points", expected: "a grid of \(self.points) points", got: "\(saved)")
    }
    let coefficients = try particles.enumerated().map {
      try state.complexArray("orbitals-\($0)", count: $1 * points)
    }
    try setGrid(points)
    self.coefficients = coefficients
    self.steps = steps
    (repairedDefect, startingEnergy) = (repaired[0], repaired[1])
  }

  /// Continues from other coefficients of the same sizes.
  /// - Throws: `ArgumentError` when sizes disagree.
  package func replaceCoefficients(_ coefficients: [[Complex<Double>]]) throws {
    guard coefficients.map(\.count) == self.coefficients.map(\.count) else {
      throw ArgumentError(
        "orbitals", expected: "coefficients of the same sizes", got: "\(coefficients.map(\.count))")
    }
    self.coefficients = coefficients
    startingEnergy = energy.total
  }
}
