public import CLibraries

/// How large a state is at one mode: sup_ξ |f(ξ,κn)| ≤ `weight`.
public struct LeafWeight<Scalar: RealScalar>: Sendable {
  /// n
  public let mode: ModeIndex
  /// An upper bound of sup_ξ |f(ξ,κn)|, at best its value.
  public let weight: Scalar

  /// The weight of a mode.
  public init(mode: ModeIndex, weight: Scalar) {
    self.mode = mode
    self.weight = weight
  }
}

extension MaxwellianState {
  /// |f(ξ,κn)| is largest at ξ = 0: 1 for n = 0, |a_j|/2 for n = ±m_j; cosines that share a mode are added by modulus.
  public func leafWeights<Scalar: RealScalar>(as _: Scalar.Type) -> [LeafWeight<Scalar>]? {
    var weights: [ModeIndex: Scalar] = [.zero: Scalar(1)]
    for modulation in modulations {
      let half: Scalar = asWritten(modulation.amplitude.magnitude) / Scalar(2)
      for mode in [modulation.mode, modulation.mode.negated] { weights[mode, default: Scalar(0)] += half }
    }
    return sorted(weights)
  }
}

extension TwoStreamState {
  /// |w f_+ + (1 − w) f_−| ≤ w|f_+| + (1 − w)|f_−|.
  public func leafWeights<Scalar: RealScalar>(as _: Scalar.Type) -> [LeafWeight<Scalar>]? {
    let share: Scalar = asWritten(weight)
    var weights: [ModeIndex: Scalar] = [:]
    for (stream, factor) in [(forward, share), (backward, Scalar(1) - share)] {
      guard let leaves = stream.leafWeights(as: Scalar.self) else { return nil }
      for leaf in leaves {
        weights[leaf.mode, default: Scalar(0)] += factor * leaf.weight
      }
    }
    return sorted(weights)
  }
}

/// Every decimal that was read as this Double.
private func asWritten<Scalar: RealScalar>(_ value: Double) -> Scalar {
  let number = Scalar(DecimalNumber(value))
  guard value != 0 else { return number }
  return Scalar.hull(
    Scalar.hull(Scalar(DecimalNumber(value.nextDown)), Scalar(DecimalNumber(value.nextUp))), number)
}

private func sorted<Scalar: RealScalar>(_ weights: [ModeIndex: Scalar]) -> [LeafWeight<Scalar>] {
  weights.filter { $0.value.upper > 0 }
    .sorted { $0.key.precedes($1.key) }
    .map { LeafWeight(mode: $0.key, weight: $0.value) }
}
