import CLibraries
import Interaction

/// V̂(η) = v (1 − |η|/B) for |η| ≤ B, v > 0: a tent.
struct TentPotential: RadialPotential {
  let height: DecimalNumber  // v
  let reach: DecimalNumber  // B

  func bandlimit<S: RealScalar>(kappa: S?) -> S { S(reach) }

  func transform<S: RealScalar>(radius: S) -> S {
    S(height) * S.maximum(S(0), S(1) - radius / S(reach))
  }

  /// ∫ |V̂| |η|^q dη = |S^{d−1}| v B^n / n(n+1), n = d + q
  func absoluteMoment<S: RealScalar>(_ q: Int, dimension: Int) -> S {
    let n = dimension + q
    return S.unitSphereArea(dimension: dimension) * S(height) * S(reach).power(n) / S(n * (n + 1))
  }

  /// sup |η| V̂ = vB/4, at |η| = B/2
  func supremumOfGradientTransform<S: RealScalar>() -> S { S(height) * S(reach) / S(4) }

  func smoothnessBreaks() -> [Double] { [0, reach.value] }
}
