// The correlation of two particles in space,
//
//     c_m = w^{αβ}(0,κm; 0,−κm) − w^α(0,κm) w^β(0,−κm),   g(q_1 − q_2) = Σ_m c_m e^{−iκm(q_1 − q_2)},
//
// of a truncated hierarchy and of the exact solution; m = 0 … n_max along the first axis. Cost: a few values a mode.

public import Hierarchy
public import Numerics
import PhaseSpace

extension ObservedMarginals {
  /// c_m, m = 0 … n_max, of two species; zero where no pairs are known.
  public func pairCorrelation(_ alpha: Int, _ beta: Int) -> [Complex<Double>] {
    (0...lattice.modes).map { n in
      guard pairTerms == nil else { return .zero }
      let mode = ModeIndex(n, 0, 0)
      let first = value(species: [alpha], modes: [mode], points: [.zero])
      let second = value(species: [beta], modes: [mode.negated], points: [.zero])
      return value(species: [alpha, beta], modes: [mode, mode.negated], points: [.zero, .zero]) - first
        * second
    }
  }
}
