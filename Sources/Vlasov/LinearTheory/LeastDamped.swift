// The waves that last longest. Far out D ≠ 0 (`isFreeOfRoots`), so {Im ω ≥ −y} has the roots of a rectangle, which are all found; y
// grows until there is one. No root above it: it grows most, or is damped least.

public import CLibraries

extension DielectricFunction {
  /// All roots with Im ω ≥ −depth, by falling Im ω: proved complete in the half-plane.
  /// - Throws: `NumericalFailure` for a root on the line Im ω = −depth or a double root, and where the responses give no bound far out.
  public func roots(above depth: Double) throws(NumericalFailure) -> [ComplexBall] {
    var effort = Effort()
    return try allRoots(in: box(depth: depth), &effort)
  }

  /// All roots with Im ω ≥ rate > 0, by falling Im ω: proved complete in the half-plane. For responses that have poles on the real
  /// axis (particles all of one momentum) as well, which `roots(above:)` would have to go around.
  /// - Throws: as `roots(above:)`.
  public func growingRoots(above rate: Double) throws(NumericalFailure) -> [ComplexBall] {
    var effort = Effort()
    return try growingRoots(above: rate, &effort)
  }

  private func growingRoots(above rate: Double, _ effort: inout Effort) throws(NumericalFailure)
    -> [ComplexBall]
  {
    let distance = try box(depth: 0).real.upperBound
    guard rate < distance else { return [] }
    return try allRoots(in: FrequencyBox(real: -distance...distance, imaginary: rate...distance), &effort)
  }

  /// The root of the largest Im ω of all, proved: that of the largest Re ω where several have the same Im ω (waves in both directions).
  /// - Parameter depth: how far below the real axis to look at first; doubled until there is a root. By default 2⁻⁴⁰, 2⁻³⁰, 2⁻²⁰ and
  ///   2⁻¹⁵ plasma frequencies (below waves that are hardly damped there may be many of heavier species), and 2⁻¹⁰ doubled.
  /// - Throws: `NumericalFailure` as `roots(above:)`, and where there is no root down to 2¹⁶ times the depth that is doubled.
  public func leastDamped(from depth: Double? = nil) throws(NumericalFailure) -> ComplexBall {
    try requireKnown(depth ?? plasmaFrequency)
    let start = depth ?? 0x1p-10 * plasmaFrequency
    let first = depth == nil ? [0x1p-40, 0x1p-30, 0x1p-20, 0x1p-15].map { $0 * plasmaFrequency } : []
    var effort = Effort()
    var failure: NumericalFailure?
    for depth in first + (0...16).map({ start * Double(1 << $0) }) {
      // A root near the line: another line, and then a deeper one.
      for factor in [1, 1.09375, 0.90625] {
        try effort.spend()
        let box = try box(depth: depth * factor)
        let found: [ComplexBall]
        do throws(NumericalFailure) {
          found = try allRoots(in: box, &effort)
        } catch {
          if effort.isSpent { throw error }
          failure = error
          continue
        }
        failure = nil
        guard let first = Self.first(of: found) else { break }
        return first
      }
    }
    throw failure
      ?? NumericalFailure(in: "the least damped wave", "no root found with Im ω ≥ −\(start * 65536)")
  }

  /// The root of the largest Im ω of all those that grow by 2⁻²⁰ plasma frequencies or more, proved, as `leastDamped`; nil where it is
  /// proved that there is none.
  /// - Throws: as `roots(above:)`.
  public func fastestGrowing() throws(NumericalFailure) -> ComplexBall? {
    try requireKnown(plasmaFrequency)
    var effort = Effort()
    for power in [3, 6, 10, 15, 20] {
      let rate = plasmaFrequency / Double(1 << power)
      if let first = Self.first(of: try growingRoots(above: rate, &effort)) { return first }
    }
    return nil
  }

  /// Of roots by falling Im ω.
  private static func first(of roots: [ComplexBall]) -> ComplexBall? {
    guard let first = roots.first else { return nil }
    return roots.filter { $0.imaginary.upper >= first.imaginary.lower }
      .max { $0.real.middle < $1.real.middle } ?? first
  }

  private func requireKnown(_ frequency: Double) throws(NumericalFailure) {
    guard frequency > 0, frequency.isFinite, isKnown else {
      throw NumericalFailure(
        in: "the least damped wave", "no interaction at this wave number, or one that overflows")
    }
  }

  /// A rectangle outside of which {Im ω ≥ −depth} has no root.
  private func box(depth: Double) throws(NumericalFailure) -> FrequencyBox {
    var distance = max(depth, 0x1p-10 * plasmaFrequency)
    for _ in 0..<64 {
      if isFreeOfRoots(beyond: distance, depth: depth) {
        return FrequencyBox(real: -distance...distance, imaginary: -depth...distance)
      }
      distance *= 1.5
    }
    throw NumericalFailure(in: "the far field of D", "no bound below 1 for |Re ω| up to \(distance)")
  }
}
