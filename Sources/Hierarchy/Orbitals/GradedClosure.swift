// The closure over graded multisets (`GradedMultisets`): products of whole polynomials, all orders of a rank together.

import Interaction
import PhaseSpace

extension OrbitalClosure {
  /// The polynomial of rank R + 1 from those of ranks 0 … R; nil where it is zero. At N = ∞ the masses cancel.
  func closed(_ polynomials: [[Double]], _ sets: GradedMultisets) -> [Double]? {
    guard let top = shapes.first.map({ $0.sizes.reduce(0, +) }) else { return nil }
    let pieces =
      isOfMass
      ? polynomials.indices.map { scaled(polynomials[$0], $0, sets) { $0 == 0 ? 0 : 1 / $0 } } : polynomials
    var products: [[Int]: [Double]] = [:]
    var result = [Double](repeating: 0, count: sets.levels[top].count)
    for (sizes, coefficient) in shapes {
      var (head, degree) = (pieces[sizes[0]], sizes[0])
      for length in 1..<sizes.count {
        let name = Array(sizes[...length])
        if let known = products[name] {
          head = known
        } else {
          head = sets.product(head, degree, pieces[sizes[length]], sizes[length])
          products[name] = head
        }
        degree += sizes[length]
      }
      for i in result.indices { result[i] += coefficient * head[i] }
    }
    return isOfMass ? scaled(result, top, sets) { $0 } : result
  }

  /// The parts of all orders, each times a factor of its mass.
  private func scaled(
    _ polynomial: [Double], _ degree: Int, _ sets: GradedMultisets, by factor: (Double) -> Double
  ) -> [Double] {
    var result = polynomial
    let level = sets.levels[degree]
    for (order, block) in zip(level.orders, level.blocks) where !block.isEmpty {
      let scale = factor(masses.mass(of: order))
      for i in block { result[i] *= scale }
    }
    return result
  }
}
