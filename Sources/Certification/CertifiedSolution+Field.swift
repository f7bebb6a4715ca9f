import CLibraries
import Computing

extension CertifiedSolution {
  /// Self-consistent nodes at the points of a panel, by iteration, and the polynomials through their densities.
  func approximateField(_ panel: SolutionPanel) -> [SeriesOnPanel] {
    let (count, M) = (chebyshev.count, waves.count)
    let masses = model.masses.map(\.middle)
    let couplings = model.couplings.map { $0.map { $0.map { $0?.middle ?? 0 } } }
    let (waves, integral) = (waves, chebyshev.roundedIntegral)
    eachRow { $0.begin(panel, mass: masses[$0.rule.species]) }
    var densities = model.masses.map { _ in [Double](repeating: 0, count: 2 * M * count) }
    var last = Double.infinity
    for round in 0..<40 {
      // Im(conj(ρ) z): coefficients of sin and cos.
      let forces = densities.indices.map { alpha in
        var force = [Double](repeating: 0, count: 2 * M * count)
        for beta in densities.indices {
          for m in 0..<M where couplings[alpha][beta][m] != 0 {
            for k in 0..<count {
              force[m * count + k] += couplings[alpha][beta][m] * densities[beta][m * count + k]
              force[(M + m) * count + k] -= couplings[alpha][beta][m] * densities[beta][(M + m) * count + k]
            }
          }
        }
        return force
      }
      eachRow {
        let alpha = $0.rule.species
        $0.approach(
          panel, force: round == 0 ? nil : forces[alpha], waves: waves, mass: masses[alpha],
          integral: integral)
      }
      var next = model.masses.map { _ in [Double](repeating: 0, count: 2 * M * count) }
      for row in rows {
        for (k, value) in row.roundedDensity.enumerated() { next[row.rule.species][k] += value }
      }
      var change = 0.0
      for (new, old) in zip(next.joined(), densities.joined()) { change = max(change, (new - old).magnitude) }
      densities = next
      // Down to roundings: no nearer than the round before.
      if change < 1e-13, change >= last / 4 { break }
      last = change
    }
    return densities.map { values in
      let series = SeriesOnPanel(modes: M, orders: 1, points: count, precision: plan.precision)
      let scratch = SolutionScratch(model, points: count, rounds: 0, precision: plan.precision)
      for m in 0..<M {
        for (part, target) in [(m, series.real), (M + m, series.imaginary)] {
          let factor = m == 0 ? 1 + disturbance : 1
          for k in 0..<count { scratch.guess[k] = Ball(exactly: factor * values[part * count + k]) }
          _ = chebyshev.project(scratch.guess, into: scratch.short, scratch.matrix)
          // The field is one polynomial, not a ball of them: its values are these.
          for k in 0..<count { target.set(series.place(m, k), to: scratch.short, k) }
        }
        series.measure(m, 0)
      }
      return series
    }
  }

  /// g_{α,m} of the approximate field.
  func force(of field: [SeriesOnPanel]) -> [SeriesOnPanel] {
    model.couplings.map { couplings in
      let g = SeriesOnPanel(
        modes: waves.count, orders: 1, points: chebyshev.count, precision: plan.precision)
      g.setForce(of: field, couplings)
      return g
    }
  }
}
