// What the nodes say at a point, and how far it may be off.
//
// Of one component, with the one-particle functions u_i of the finer level and e_i ≥ their errors,
//
//     |Π_i (u_i + e_i) − Π_i u_i| ≤ Π_i (|u_i| + e_i) − Π_i |u_i|,
//
// for values and, coefficient by coefficient, for series in the coupling. e_i is the sum of
//
//     the distance of the two levels at the argument: the error of the coarser, which the finer's is far below;
//     their largest distance in a density of the force, β and m: what moves all nodes alike, where the value itself may cross zero;
//     rounding: that of the phase ξp + ηq, at |p| = |u| + σ and q = Λ + pt/m, and four units more, times what is added up;
//         four times that for D_j, j ≥ 1 (of 60 random members of the certified class 2.8 times was found).

import Numerics
import PhaseSpace

/// The values at one point, with their errors.
public struct DysonNodesSample: Sendable, Hashable, Codable {
  /// μ̄_t
  public let exact: Complex<Double>
  /// D_0 … D_L
  public let terms: [Complex<Double>]
  /// Of μ̄_t.
  public let exactError: Double
  /// Of D_0 … D_L.
  public let termErrors: [Double]

  /// All errors that follow: those of sums are the sums.
  var errors: DysonErrors { DysonErrors(terms: termErrors, exact: exactError) }
  var values: DysonValues { DysonValues(exact: exact, terms: terms) }
  var isFinite: Bool {
    exact.isFinite && exactError.isFinite && terms.allSatisfy(\.isFinite) && termErrors.allSatisfy(\.isFinite)
  }
}

/// The functions of one component on both levels, and what they may be off by.
struct NodeComparison {
  let weight: Double
  let fine: NodeFunctions
  /// Errors of the values, and of the coefficients of the series, at every argument.
  private(set) var exact: [Double] = []
  private(set) var jets: [[Double]] = []
  /// The largest distance of the levels, relative to what is added up.
  private(set) var distance = 0.0

  /// - Parameters:
  ///   - masses: n_α of each argument, what an exact value adds up.
  ///   - units: roundings of each argument.
  init(weight: Double, coarse: NodeFunctions, fine: NodeFunctions, masses: [Double], units: [Double]) {
    (self.weight, self.fine) = (weight, fine)
    let field = zip(coarse.densities, fine.densities).reduce(0) { .greatest($0, ($1.0 - $1.1).length) }
    let orders = fine.jets.first?.values.indices ?? 0..<0
    let fields = orders.map { j in
      zip(coarse.densityJets, fine.densityJets).reduce(0) {
        .greatest($0, ($1.0.values[j] - $1.1.values[j]).length)
      }
    }
    for index in fine.exact.indices {
      let change = (coarse.exact[index] - fine.exact[index]).length + field
      exact.append(change + units[index] * masses[index])
      distance = .greatest(distance, change / masses[index])
      let jet = fine.jets[index]
      jets.append(
        orders.map { j in
          let change = (coarse.jets[index].values[j] - jet.values[j]).length + fields[j]
          let size = jet.sizes[j]
          distance = .greatest(distance, change / Double.greatest(size, masses[index]))
          // A force that is summed and integrated j times over: four times as much (measured 2.8).
          let rounding = units[index] + 4 * Double(j) * Double.ulpOfOne
          return change + (j == 0 ? 1 : 4) * rounding * size
        })
    }
  }

  /// The value of a product of these arguments and its error, as series of length 1 or as long as the jets.
  func product(_ particles: [Int], series: Bool) -> (values: [Complex<Double>], errors: [Double]) {
    let count = series ? (fine.jets.first?.values.count ?? 1) : 1
    var values = [Complex<Double>](repeating: .zero, count: count)
    var (sizes, errors) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    (values[0], sizes[0]) = (Complex(weight), weight.magnitude)
    for index in particles {
      let factor = series ? fine.jets[index].values : [fine.exact[index]]
      let error = series ? jets[index] : [exact[index]]
      let length = factor.map(\.length)
      values = DysonJets.cauchyProduct(values, factor)
      errors = errors.indices.map { j in
        (0...j).reduce(0) {
          $0 + errors[$1] * (length[j - $1] + error[j - $1]) + sizes[$1] * error[j - $1]
        }
      }
      sizes = sizes.indices.map { j in (0...j).reduce(0) { $0 + sizes[$1] * length[j - $1] } }
    }
    return (values, errors)
  }
}
