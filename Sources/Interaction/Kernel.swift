public import CLibraries
import Foundation

/// The force kernel κ_ħ(x), x = η·ξ:
///
///     κ_ħ(x) = x                     classical (Vlasov)
///     κ_ħ(x) = (2/ħ) sin(ħx/2)       Moyal (quantum); → x as ħ → 0, and |κ_ħ(x)| ≤ |x|.
public enum Kernel: Sendable, Hashable {
  /// κ(x) = x, the limit ħ → 0.
  case classical
  /// - Precondition: ħ > 0 (`Model` checks it).
  case moyal(hbar: DecimalNumber)

  /// ħ, nil for the classical kernel.
  public var hbar: Double? {
    if case .moyal(let hbar) = self { hbar.value } else { nil }
  }

  /// κ_ħ(x)
  public func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .classical: x
    case .moyal(let hbar): Self.moyal(hbar.value, x)
    }
  }

  /// (2/ħ) sin(ħx/2); x where ħx/2 is so small that the rest, (ħx/2)²/6 relatively, is below rounding: 2/ħ may overflow there.
  private static func moyal(_ hbar: Double, _ x: Double) -> Double {
    let half = hbar * x / 2
    return half.magnitude < 1e-9 ? x : 2 / hbar * sin(half)
  }

  /// The largest |κ_ħ(y)| for |y| ≤ x.
  public func largest(upTo x: Double) -> Double {
    switch self {
    case .classical: x
    case .moyal(let hbar): hbar.value * x / 2 < .pi / 2 ? Self.moyal(hbar.value, x) : 2 / hbar.value
    }
  }

  /// cos(ħx/2), 1 classically: κ_ħ(a − b) = κ_ħ(a) cos(ħb/2) − cos(ħa/2) κ_ħ(b).
  public func cosine(_ x: Double) -> Double {
    switch self {
    case .classical: 1
    case .moyal(let hbar): cos(hbar.value * x / 2)
    }
  }
}
