// Hartree–Fock orbitals as they move in time: equal steps to every time that is asked for, the state to go on from, and what
// the orbitals know of their grid and of their steps.

import CLibraries
public import Computing
public import Numerics

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
      steps.take()
      try afterStep()
    }
  }

  /// The orbitals of each species, the interval that is under way, and the defect repaired so far.
  public func save(to sink: some StateSink) {
    sink.write("interval", steps.numbers)
    sink.write("repaired", [repairedDefect])
    for (species, rows) in coefficients.enumerated() { sink.write("orbitals-\(species)", complex: rows) }
  }

  /// Goes on from saved orbitals of the same particles on the same grid.
  public func restore(_ state: SavedState) throws {
    let steps = try EqualSteps(state, "interval")
    let repaired = try state.array("repaired", count: 1)[0]
    coefficients = try coefficients.enumerated().map {
      try state.complexArray("orbitals-\($0)", count: $1.count)
    }
    self.steps = steps
    repairedDefect = repaired
  }

  /// Continues from other coefficients of the same sizes.
  /// - Throws: `ArgumentError` when sizes disagree.
  public func replaceCoefficients(_ coefficients: [[Complex<Double>]]) throws {
    guard coefficients.map(\.count) == self.coefficients.map(\.count) else {
      throw ArgumentError(
        "orbitals", expected: "coefficients of the same sizes", got: "\(coefficients.map(\.count))")
    }
    self.coefficients = coefficients
  }

  /// The largest orthonormality defect of the orbitals, what repairs have hidden included, and the largest weight of an
  /// orbital in the outermost eighth of the modes.
  public func resolution() -> [ResolutionFigure] {
    [
      ResolutionFigure(
        "orthonormality defect before repair", time: time,
        value: .greatest(repairedDefect, orthonormalityDefect), limit: Self.defectLimit),
      ResolutionFigure(
        "weight of the highest modes of an orbital", time: time, value: spectralTail, limit: Self.tailLimit),
    ]
  }

  /// γ, and with it all that is measured, is off by as much as the overlaps are. The default steps of 0.05 leave 4·10⁻¹⁰
  /// between two repairs; orbitals of 66 particles cut to |n| ≤ 40, which need 50, have 6·10⁻⁷.
  static let defectLimit = 1e-7
  /// The orbital is then off by some 3·10⁻⁵ at most. 66 particles on |n| ≤ 50 have 10⁻¹⁰, on |n| ≤ 40 2·10⁻³.
  static let tailLimit = 1e-9
}
