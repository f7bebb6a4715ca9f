// At finite N a particle acts on another one of the same marginal: the two-slot part of the right side (OrbitalRightSide.swift).

import Interaction
import PhaseSpace

extension OrbitalSystem {
  /// (1/2N) v_{αβ,m} O' on every other slot, for X, Y, P, Q on this one: O' = P, Q, X, Y. Empty at N = ∞. What O' takes out of K while X
  /// or Y acts on this slot is lost, and counts as cut: pairs of slots times the norm of X or Y times that of what is out.
  func recollisions(
    _ alpha: Int, _ k: Int, _ own: [Double], _ sets: GradedMultisets, _ node: OrbitalNode, _ weight: Double,
    _ reach: inout OrbitalReach, _ result: inout OrbitalRates
  ) -> [Double] {
    guard forces[alpha].kinds == 4, let number = model.particleNumber, k > 1 else { return [] }
    let (r, rows, inner) = (sets.ranks[alpha], sets.levels[k - 1].count, sets.levels[k - 2])
    var parts = [Double](repeating: 0, count: forces[alpha].count * r * rows)
    let slices = sets.slices(own, degree: k - 1, alpha)
    for (line, mode) in forces[alpha].modes.enumerated() {
      for beta in model.species.indices {
        let v = model.potentials.coefficient(alpha, beta, mode: mode) / (2 * Double(number))
        guard v != 0, let place = forces[beta].modes.firstIndex(of: mode) else { continue }
        for (kind, partner) in [(0, 2), (1, 3), (2, 0), (3, 1)] {
          let matrix = block(beta, 4 * place + partner, node, sets)
          let norm = v.magnitude * Self.normBound(block(alpha, 4 * line + kind, node, sets), order: r)
          var lost = [Double](repeating: 0, count: sets.ranks[beta] * inner.count)
          // The slices are polynomials of the other slots.
          for b in 0..<r {
            let slice = Array(slices[(b * rows)..<((b + 1) * rows)])
            let y = DenseRows.transposed(
              DenseRows.product(
                matrix, sets.ranks[beta], sets.ranks[beta], sets.slices(slice, degree: k - 2, beta)),
              sets.ranks[beta], inner.count)
            var moved = [Double](repeating: 0, count: rows)
            _ = sets.raise(y, degree: k - 2, beta, into: &moved)
            let start = ((4 * line + kind) * r + b) * rows
            for i in 0..<rows { parts[start + i] += v * moved[i] }
            if kind < 2 { for i in y.indices { lost[i] += y[i] * y[i] } }
          }
          guard kind < 2 else { continue }
          let amounts = lost.map { norm * $0.squareRoot() }
          var nothing = [Double](repeating: 0, count: rows)
          for (order, square) in sets.raise(amounts, degree: k - 2, beta, into: &nothing) {
            guard let number = self.number(order.adding(alpha)) else { continue }
            let pairs = order.adding(alpha).counts[alpha] * order.counts[beta]
            result.cut[number] += Double(pairs) * square.squareRoot()
          }
          reach.add(amounts, degree: k - 2, beta, partner: alpha, weight: weight)
        }
      }
    }
    return parts
  }

  /// (‖A‖₁‖A‖_∞)^{1/2} ≥ ‖A‖₂
  private static func normBound(_ matrix: [Double], order r: Int) -> Double {
    var (rows, columns) = ([Double](repeating: 0, count: r), [Double](repeating: 0, count: r))
    for a in 0..<r {
      for b in 0..<r {
        rows[a] += matrix[a * r + b].magnitude
        columns[b] += matrix[a * r + b].magnitude
      }
    }
    return ((rows.largest() ?? 0) * (columns.largest() ?? 0)).squareRoot()
  }

  /// O_ab of one operator.
  private func block(_ species: Int, _ which: Int, _ node: OrbitalNode, _ sets: GradedMultisets) -> [Double] {
    let r = sets.ranks[species]
    let width = forces[species].count * r
    return (0..<r).flatMap { (a: Int) -> ArraySlice<Double> in
      let start = a * width + which * r
      return node.matrices[species][start..<(start + r)]
    }
  }
}
