// The waves that last longest. Far out D ≠ 0 (`isFreeOfRoots`), so {Im ω ≥ −y} has the roots of a rectangle, which are all found; y
// grows until there is one. No root above it: it grows most, or is damped least.

public import CLibraries

extension DielectricFunction {
  /// All roots with Im ω ≥ −depth, by falling Im ω: proved complete in the half-plane.
  /// - Throws: `NumericalFailure` for a root on the line Im ω = −depth or a double root, and where the responses give no bound far out.
  public func roots(above depth: Double) throws(NumericalFailure) -> [ComplexBall] {
    try allRoots(in: box(depth: depth))
  }

  /// The root of the largest Im ω of all, proved: that of the largest Re ω where several have the same Im ω (waves in both directions).
  /// - Parameter depth: how far below the real axis to look at first, 2⁻¹⁰ plasma frequencies by default; doubled until
  ///   there is a root.
  /// - Throws: `NumericalFailure` as `roots(above:)`, and where there is no root down to 2¹⁶ times the first depth.
  public func leastDamped(from depth: Double? = nil) throws(NumericalFailure) -> ComplexBall {
    let depth = depth ?? 0x1p-10 * plasmaFrequency
    for power in 0...16 {
      // A root near the line: another line.
      for factor in [1, 1.09375, 0.90625] {
        guard let found = try? roots(above: depth * Double(1 << power) * factor) else { continue }
        guard let first = found.first else { break }
        return found.filter { $0.imaginary.upper >= first.imaginary.lower }
          .max { $0.real.middle < $1.real.middle } ?? first
      }
    }
    throw NumericalFailure(in: "the least damped wave", "no root found with Im ω ≥ −\(depth * 65536)")
  }

  /// A rectangle outside of which {Im ω ≥ −depth} has no root.
  private func box(depth: Double) throws(NumericalFailure) -> FrequencyBox {
    var distance = depth
    for _ in 0..<64 {
      if isFreeOfRoots(beyond: distance, depth: depth) {
        return FrequencyBox(real: -distance...distance, imaginary: -depth...distance)
      }
      distance *= 1.5
    }
    throw NumericalFailure(in: "the far field of D", "no bound below 1 for |Re ω| up to \(distance)")
  }
}
