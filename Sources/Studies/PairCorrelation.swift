// The correlation of two particles in space,
//
//     c_m = w^{αβ}(0,κm; 0,−κm) − w^α(0,κm) w^β(0,−κm),   g(q_1 − q_2) = Σ_m c_m e^{−iκm(q_1 − q_2)},
//
// of a truncated hierarchy and of the exact solution; m = 0 … n_max along the first axis. Cost: a few values a mode.

public import Hierarchy
public import Numerics
import PhaseSpace
public import Vlasov

extension TruncatedHierarchy {
  /// c_m, m = 0 … n_max, of two species; zero at rank 1, which knows no pairs.
  public func pairCorrelation(_ alpha: Int, _ beta: Int) -> [Complex<Double>] {
    (0...lattice.modes).map { n in
      let mode = ModeIndex(n, 0, 0)
      let first = value(species: [alpha], modes: [mode], points: [.zero])
      let second = value(species: [beta], modes: [mode.negated], points: [.zero])
      let pair =
        rank < 2
        ? first * second
        : value(species: [alpha, beta], modes: [mode, mode.negated], points: [.zero, .zero])
      return pair - first * second
    }
  }
}

extension VlasovSolution {
  /// c_m, m = 0 … n_max, of two species: what the mixture of products has, zero for one product.
  public func pairCorrelation(_ alpha: Int, _ beta: Int) -> [Complex<Double>] {
    (0...components[0].lattice.lattice.modes).map { n in
      let mode = ModeIndex(n, 0, 0)
      var (pair, first, second) = (Complex<Double>.zero, Complex<Double>.zero, Complex<Double>.zero)
      for (weight, flow) in components {
        let a = flow.gridValue(species: alpha, order: 0, mode: mode, point: .zero)
        let b = flow.gridValue(species: beta, order: 0, mode: mode.negated, point: .zero)
        pair += (a * b).multiplied(by: weight)
        first += a.multiplied(by: weight)
        second += b.multiplied(by: weight)
      }
      return pair - first * second
    }
  }
}
