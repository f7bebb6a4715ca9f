// The closure over graded multisets (`GradedMultisets`): products of whole polynomials, all orders of a rank together. Shapes that end
// alike are added before they are multiplied by what they end with, the smallest piece: most products are of low degree.

import Computing
import Interaction
import PhaseSpace

extension OrbitalClosure {
  /// Shapes λ, descending, and their coefficients.
  private typealias Shapes = [(sizes: [Int], coefficient: Double)]

  /// Degrees k ≥ l of the products that `closed` takes.
  var pairs: [(k: Int, l: Int)] {
    var found: Set<[Int]> = []
    func collect(_ shapes: Shapes) {
      for (last, heads) in Self.heads(shapes) where !heads.isEmpty {
        let degree = heads[0].sizes.reduce(0, +)
        found.insert([max(degree, last), min(degree, last)])
        collect(heads)
      }
    }
    collect(shapes)
    return found.sorted { $0.lexicographicallyPrecedes($1) }.map { ($0[0], $0[1]) }
  }

  /// The shapes by their smallest piece, without it; those that are one piece are left out.
  private static func heads(_ shapes: Shapes) -> [(last: Int, heads: Shapes)] {
    Set(shapes.compactMap(\.sizes.last)).sorted().map { last in
      (
        last,
        shapes.filter { $0.sizes.count > 1 && $0.sizes.last == last }
          .map { (Array($0.sizes.dropLast()), $0.coefficient) }
      )
    }
  }

  /// The polynomial of rank R + 1 from those of ranks 0 … R; nil where it is zero. At N = ∞ the masses cancel.
  func closed(_ polynomials: [[Double]], _ sets: GradedMultisets, _ workers: Workers) -> [Double]? {
    guard let top = shapes.first.map({ $0.sizes.reduce(0, +) }) else { return nil }
    let pieces =
      isOfMass
      ? polynomials.indices.map { scaled(polynomials[$0], $0, sets) { $0 == 0 ? 0 : 1 / $0 } } : polynomials
    let result = sum(shapes, degree: top, pieces, sets, workers)
    return isOfMass ? scaled(result, top, sets) { $0 } : result
  }

  /// Σ_λ a_λ Π_i p_{λ_i}
  private func sum(
    _ shapes: Shapes, degree: Int, _ pieces: [[Double]], _ sets: GradedMultisets, _ workers: Workers
  ) -> [Double] {
    var result = [Double](repeating: 0, count: sets.levels[degree].count)
    for shape in shapes where shape.sizes.count == 1 {
      for i in result.indices { result[i] += shape.coefficient * pieces[degree][i] }
    }
    for (last, heads) in Self.heads(shapes) where !heads.isEmpty {
      let head = sum(heads, degree: degree - last, pieces, sets, workers)
      let product = sets.product(head, degree - last, pieces[last], last, workers)
      for i in result.indices { result[i] += product[i] }
    }
    return result
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
