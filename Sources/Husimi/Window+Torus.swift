// Windows on the torus. The coherent state of the circle is the sum of the line's over the periods, with coefficients g_n(p) of
// (2.9); how far the window correlates with its own shift,
//
//     A(u, 0) = ∫ f(x + u/2) f(x − u/2) dx,     ∫ A(u, 0) e^{−iku} du = f̂(k)²,
//
// says by Poisson's summation formula all that the period changes. With P = ħκ/L and x = (p − ħκn)/√ħ,
//
//     P Σ_j g_n(Pj)² = 2πħ/Λ · Σ_l A(lLΛ/√ħ, 0)                 the lattice p ∈ (ħκ/L)Z for the integral 2πħ/Λ over p
//     ‖f_{q,p}‖²     = Σ_n g_n(p)² = Σ_l A(lΛ/√ħ, 0) e^{ilΛp/ħ}      the norm of the periodised state
//
// Only l = 0 is meant. So Lemma 2.1's mass is exact on the lattice for every window once LΛ/√ħ is beyond the reach of A (L = 1 is
// enough for windows that fit, of diameter below Λ/√ħ; a Gaussian leaves 2e^{−L²Λ²/4s²ħ}), while m ≤ ‖f_{q,p}‖² is m ≤ 1 for those alone.

import CLibraries

extension Window {
  /// The reach of A: the smallest u, on a ladder of 5 %, from which on |A(u, 0)| stays at or below the tolerance; at most 10⁴/‖f'‖.
  public func correlationReach(tolerance: Double = 1e-16) -> Double {
    let unit = 1 / gradientSquaredNorm.squareRoot()
    var reach = 1e4 * unit
    while reach > 1e-3 * unit, ambiguity(reach / 1.05, 0).magnitude <= tolerance { reach /= 1.05 }
    return reach
  }

  /// 2 Σ_{l≥1} |A(lΛ/√ħ, 0)|: by so much the norm² of a periodised coherent state may be above 1, or below; what (2.9) and
  /// Lemma 2.1 assume is zero. Infinite where more than 10⁶ periods matter.
  public func normExcess(hbar: Double, period: Double) -> Double {
    let step = period / hbar.squareRoot()
    let count = (correlationReach() / step).rounded(.up)
    guard count < 1e6 else { return .infinity }
    guard count >= 1 else { return 0 }
    return 2 * (1...Int(count)).reduce(0) { $0 + ambiguity(Double($1) * step, 0).magnitude }
  }
}
