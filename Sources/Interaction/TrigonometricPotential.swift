public import CLibraries
public import PhaseSpace

/// A trigonometric polynomial on the torus, V(x) = Σ_j c_j (e^{iκm_j·x} + e^{−iκm_j·x}) (once for m = 0):
/// V̂ = Σ_j c_j (δ_{κm_j} + δ_{−κm_j}).
public struct TrigonometricPotential: BandLimitedPotential, Hashable {
  /// Coefficient c of the pair ±m.
  public struct Mode: Sendable, Hashable {
    /// m ≠ 0 or m = 0 (a constant, without force).
    public let mode: ModeIndex
    /// v_m = v_{−m}
    public let coefficient: DecimalNumber

    /// v_m for one of m and −m.
    public init(mode: ModeIndex, coefficient: DecimalNumber) {
      self.mode = mode
      self.coefficient = coefficient
    }
  }

  /// One entry for each pair ±m.
  public let modes: [Mode]

  /// - Throws: `ArgumentError` when a pair ±m is given twice.
  public init(modes: [Mode]) throws(ArgumentError) {
    var seen: Set<ModeIndex> = []
    for entry in modes {
      guard !seen.contains(entry.mode) else {
        throw ArgumentError(
          "modes", expected: "each pair ±m once (it is applied to both signs)",
          got: "\(entry.mode.text()) twice")
      }
      seen.insert(entry.mode)
      seen.insert(entry.mode.negated)
    }
    self.modes = modes
  }

  public func bandlimit<Scalar: RealScalar>(kappa: Scalar?) -> Scalar {
    let largest = modes.filter { $0.coefficient.value != 0 }.map(\.mode.squaredNorm).max() ?? 0
    return (kappa ?? Scalar(1)) * Scalar(largest).squareRoot()
  }

  public func atoms<Scalar: RealScalar>(dimension: Int, kappa: Scalar)
    throws(ArgumentError) -> [PotentialAtom<Scalar>]
  {
    var result: [PotentialAtom<Scalar>] = []
    for entry in modes {
      for axis in dimension..<3 where entry.mode[axis] != 0 {
        throw ArgumentError("modes", expected: "\(dimension) components", got: entry.mode.text())
      }
      if entry.coefficient.value == 0 { continue }
      let coefficient = Scalar(entry.coefficient)
      result.append(PotentialAtom(mode: entry.mode, coefficient: coefficient))
      if entry.mode != .zero {
        result.append(PotentialAtom(mode: entry.mode.negated, coefficient: coefficient))
      }
    }
    return result.sorted { $0.mode.precedes($1.mode) }
  }
}
