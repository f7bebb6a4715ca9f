// The correlation of two particles in space,
//
//     c_m = w^{αβ}(0,κm; 0,−κm) − w^α(0,κm) w^β(0,−κm),   g(q_1 − q_2) = Σ_m c_m e^{−iκm(q_1 − q_2)},
//
// of a truncated hierarchy and of the exact solution; m = 0 … n_max along the first axis. Cost: a few values a mode.

public import Hierarchy
public import Numerics
import PhaseSpace
public import Vlasov

extension RankedHierarchy {
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

extension [ProductComponent] {
  /// c_m, m = 0 … n_max, of two species: what the mixture of products has, zero for one product.
  public func pairCorrelation(_ alpha: Int, _ beta: Int) -> [Complex<Double>] {
    guard let lattice = first?.table.lattice else { return [] }
    return (0...lattice.modes).map { n in
      var (pair, first, second) = (Complex<Double>.zero, Complex<Double>.zero, Complex<Double>.zero)
      for component in self {
        let a = component.table.density(alpha, mode: ModeIndex(n, 0, 0))
        let b = component.table.density(beta, mode: ModeIndex(-n, 0, 0))
        pair += (a * b).multiplied(by: component.weight)
        first += a.multiplied(by: component.weight)
        second += b.multiplied(by: component.weight)
      }
      return pair - first * second
    }
  }
}
