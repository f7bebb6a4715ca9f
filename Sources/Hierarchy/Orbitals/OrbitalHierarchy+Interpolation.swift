// What interpolation leaves out of shared orbitals where Δξ is chosen: as of full storage, in L² over all particles but one. With the
// Gram matrix G = V diag(g) Vᵀ of a marginal along a particle and ψ_c = g_c^{1/2} Σ_a V_ac φ_a, D what interpolation leaves out,
//
//     sup_x ‖Dw(x,·)‖₂² = sup_x Σ_c |Dψ_c(x)|² ≤ Σ_c sup |Dψ_c|².

import Computing
import PhaseSpace
import Vlasov

extension OrbitalHierarchy {
  /// Adds the step that is to come, over the largest ‖w(x,·)‖₂, the worst of all marginals. Cost: 50 flops a number and marginal.
  func watchInterpolation() {
    guard !lattice.hasWholeShifts else { return }
    var worst = 0.0
    for species in lattice.masses.indices {
      let functions = current.basis[species]
      let r = functions.count
      for (number, order) in orders.enumerated() where order.counts[species] > 0 {
        let (values, vectors) = GradedEigenproblem.solve(
          current.gram(number, order, species), order: r)
        let rows = (0..<r).flatMap { c in
          (0..<r).map { Double.greatest(0, values[c]).squareRoot() * vectors[$0 * r + c] }
        }
        let (missed, largest) = functions.interpolation(of: functions.combined(rows))
        if missed != 0 { worst = .greatest(worst, missed / largest) }
      }
    }
    interpolation += worst
  }
}

extension OrbitalFunctions {
  /// (Σ_c sup |Dψ_c|²)^{1/2} and sup_x (Σ_c |ψ_c(x)|²)^{1/2} of real and imaginary parts.
  fileprivate func interpolation(of functions: [Double]) -> (missed: Double, largest: Double) {
    let (points, half) = (lattice.pointCount(species), length / 2)
    var (missed, squares) = (0.0, [Double](repeating: 0, count: half))
    functions.withUnsafeBufferPointer { functions in
      for part in 0..<(functions.count / half) {
        let own = functions.baseAddress! + part * half
        var most = 0.0
        for row in 0..<rowCount {
          let scale = row == 0 ? 1 : Self.scale
          most = .greatest(
            most, scale * InterpolationMeasure.difference(own + row * points, lattice, species: species))
          for i in (row * points)..<((row + 1) * points) { squares[i] += scale * scale * own[i] * own[i] }
        }
        missed += most * most
      }
    }
    return (missed.squareRoot(), (squares.largest() ?? 0).squareRoot())
  }
}
