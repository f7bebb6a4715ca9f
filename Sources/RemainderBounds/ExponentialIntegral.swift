// ∫ |V̂_{αβ}(η)||η| e^{|η|s} dη as a power series in λ, for a series s = Σ_{k≥1} λ^k s_k that becomes known order by
// order. Exact in either form, nothing is discretised:
//
//     torus:  Σ_r w_r e^{rs},  w_r = Σ_{|κm| = r} r|v_m|,   (e^{rs})_j = (r/j) Σ_{k=1}^j k s_k (e^{rs})_{j−k}
//     R^d:    Σ_q M^{q+1} s^q/q!,  M^q = ∫|V̂||η|^q,         (s^q)_j = Σ_{k=1}^j s_k (s^{q−1})_{j−k},  q ≤ j

import CLibraries
import Interaction

/// The series of the integral for one pair of species. Cost of L orders: O(nL²) for n radii, O(L³) on R^d.
struct ExponentialIntegral<Scalar: RealScalar> {
  /// Coefficients of λ^0 … λ^{known} of s.
  private var argument: [Scalar] = [Scalar(0)]

  /// The torus: a radius, its weight and the series of e^{rs}.
  private var atoms: [(radius: Scalar, weight: Scalar, exponential: [Scalar])] = []

  /// R^d: M^{q+1}/q! and the series of s^q for q = 0 … L − 1.
  private var moments: [Scalar] = []
  private var powers: [[Scalar]] = []

  /// - Parameter orders: the largest power of λ asked for is orders − 1.
  init(_ constants: InteractionConstants<Scalar>, _ alpha: Int, _ beta: Int, orders: Int)
    throws(ArgumentError)
  {
    let model = constants.model
    guard model.potentials.potential(alpha, beta) != nil else { return }
    guard let kappa = model.geometry.kappa(as: Scalar.self) else {
      var factorial = Scalar(1)
      for q in 0..<max(1, orders) {
        if q > 0 { factorial = factorial * Scalar(q) }
        moments.append((try constants.moment(q + 1, alpha, beta)) / factorial)
        powers.append([Scalar(q == 0 ? 1 : 0)])
      }
      return
    }
    var total: [Int: Scalar] = [:]
    for atom in try constants.atoms(alpha, beta) {
      total[atom.mode.squaredNorm, default: Scalar(0)] += atom.coefficient.magnitude
    }
    for (squaredNorm, sum) in total.sorted(by: { $0.key < $1.key }) where squaredNorm > 0 {
      let radius = kappa * Scalar(squaredNorm).squareRoot()
      atoms.append((radius, radius * sum, [Scalar(1)]))
    }
  }

  /// The coefficient of λ^j, for j up to the order to which s is known.
  func coefficient(_ j: Int) -> Scalar {
    var sum = Scalar(0)
    for atom in atoms { sum += atom.weight * atom.exponential[j] }
    // s^q starts at λ^q.
    for q in 0..<min(j + 1, moments.count) { sum += moments[q] * powers[q][j] }
    return sum
  }

  /// Takes in the next coefficient of s, s_j with j = 1, 2, … in turn.
  mutating func extend(by next: (Int) -> Scalar) {
    let j = argument.count
    argument.append(next(j))
    for index in atoms.indices {
      var sum = Scalar(0)
      for k in 1...j { sum += Scalar(k) * argument[k] * atoms[index].exponential[j - k] }
      atoms[index].exponential.append(atoms[index].radius * sum / Scalar(j))
    }
    for q in powers.indices {
      var sum = Scalar(0)
      if q > 0 && q <= j {
        for k in 1...(j - q + 1) { sum += argument[k] * powers[q - 1][j - k] }
      }
      powers[q].append(sum)
    }
  }
}
