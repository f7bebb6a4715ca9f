import CLibraries

/// One node: the orders of its characteristic on a panel of time (BEYOND the first, order by order with nothing to solve),
///
///     P_j = P_j(a) + ∫_a^t Σ_m Im Σ_{i<j} g_{m,i} z_{m,j−1−i},     Q_j = Q_j(a) + ∫_a^t P_j/m_α,
///     z_{m,j} = (i m/j) Σ_{i=1}^j κ i Q_i z_{m,j−i},               g_{m,i} = Σ_β 2κm v_{αβ,m} conj(ρ_{β,m,i}).
///
/// Every function is a polynomial in t, in balls, and a bound of its distance from that, which grow apart.
final class TermNode {
  /// w
  let weight: Double
  let series: SeriesOnPanel
  /// κ j Q_j by (point, order), and what bounds them.
  private let displacements: BallVector
  private var displacementSizes, displacementRemainders: [Double]
  /// P_1 … P_L, Q_1 … Q_L at the end of the last panel.
  let state: BallVector
  /// What these may be off by beside their balls.
  var stateRemainders: [Double]
  let orders: Int

  init(weight: Double, modes: Int, orders: Int, points: Int, precision: Int) {
    self.weight = weight
    self.orders = orders
    series = SeriesOnPanel(modes: modes, orders: orders, points: points, precision: precision)
    displacements = BallVector(count: orders * points, precision: precision)
    displacementSizes = .init(repeating: 0, count: orders)
    displacementRemainders = .init(repeating: 0, count: orders)
    state = BallVector(count: 2 * orders, precision: precision)
    stateRemainders = .init(repeating: 0, count: 2 * orders)
  }

  /// Order 0: e^{iκm(q + pt/m_α)} = (what all nodes of this momentum have) · e^{iκmq}.
  /// - Parameter phases: cos and sin of κmq for every mode.
  func start(_ row: SeriesOnPanel, phases: BallVector) {
    for m in 0..<series.modes {
      for k in 0..<series.points {
        let (here, there) = (series.place(m, k), row.place(m, k))
        series.real.setProduct(here, row.imaginary, there, phases, 2 * m + 1)
        series.real.negate(here)
        series.real.addProduct(here, row.real, there, phases, 2 * m)
        series.imaginary.setProduct(here, row.imaginary, there, phases, 2 * m)
        series.imaginary.addProduct(here, row.real, there, phases, 2 * m + 1)
      }
      let remainder = row.remainders[m * row.orders]
      series.remainders[m * orders] = remainder
      // |z_{m,0}| = 1
      series.sizes[m * orders] = (1 + remainder) * ChebyshevRule.rounding
    }
  }

  /// The order j, from all before it.
  /// - Parameters:
  ///   - force: g, conjugate included.
  ///   - lengths: (b − a)/2, (b − a)/2m_α and κj as balls at 0, 1, 2.
  func extend(
    to j: Int, force g: SeriesOnPanel, lengths: BallVector, modes: [Int], rule: ChebyshevRule,
    _ scratch: NodeScratch
  ) {
    let count = series.points
    let (half, perMass) = (lengths.magnitude(0), lengths.magnitude(1))
    var remainder = 0.0
    for m in 0..<series.modes {
      for k in 0..<count {
        let (a, b) = (g.place(m, k, j - 1), series.place(m, k))
        scratch.force.setDot(
          k, g.real, from: a, step: -1, series.imaginary, from: b, count: j, adding: m > 0)
        scratch.force.setDot(
          k, g.imaginary, from: a, step: -1, series.real, from: b, count: j, adding: true)
      }
      for i in 0..<j {
        let (force, wave) = (m * g.orders + i, m * orders + j - 1 - i)
        remainder +=
          g.sizes[force] * series.remainders[wave] + g.remainders[force] * series.sizes[wave]
          + g.remainders[force] * series.remainders[wave]
      }
    }
    let (p, q) = (j - 1, orders + j - 1)
    let cutP = rule.integrate(scratch.force, into: scratch.momentum, scratch.matrix)
    for k in 0..<count {
      scratch.momentum.setProduct(k, scratch.momentum, k, lengths, 0)
      scratch.momentum.add(k, state, p)
    }
    let momentumRemainder =
      (stateRemainders[p] + half * (2 * remainder + cutP)) * ChebyshevRule.rounding
    let cutQ = rule.integrate(scratch.momentum, isShort: true, into: scratch.position, scratch.matrix)
    for k in 0..<count {
      scratch.position.setProduct(k, scratch.position, k, lengths, 1)
      scratch.position.add(k, state, q)
    }
    let positionRemainder =
      (stateRemainders[q] + perMass * (2 * momentumRemainder + cutQ)) * ChebyshevRule.rounding
    rule.endValue(scratch.momentum, into: state, p)
    rule.endValue(scratch.position, into: state, q)
    stateRemainders[p] = momentumRemainder
    stateRemainders[q] = positionRemainder
    guard j < orders else { return }
    for k in 0..<count { displacements.setProduct(k * orders + j, scratch.position, k, lengths, 2) }
    displacementSizes[j] =
      displacements.magnitude(from: j, step: orders, count: count) * ChebyshevRule.supremum
    displacementRemainders[j] = lengths.magnitude(2) * positionRemainder * ChebyshevRule.rounding
    for m in 0..<series.modes { extendWave(m, mode: modes[m], to: j, rule: rule, scratch) }
  }

  private func extendWave(_ m: Int, mode: Int, to j: Int, rule: ChebyshevRule, _ scratch: NodeScratch) {
    let count = series.points
    for k in 0..<count {
      let (a, b) = (k * orders + 1, series.place(m, k, j - 1))
      scratch.real.setDot(
        k, displacements, from: a, series.imaginary, from: b, stride: -1, count: j, negated: true)
      scratch.imaginary.setDot(k, displacements, from: a, series.real, from: b, stride: -1, count: j)
    }
    var remainder = 0.0
    for i in 1...j {
      let wave = m * orders + j - i
      remainder +=
        displacementSizes[i] * series.remainders[wave]
        + displacementRemainders[i] * (series.sizes[wave] + series.remainders[wave])
    }
    remainder += rule.project(scratch.real, into: scratch.shortReal, scratch.matrix)
    remainder += rule.project(scratch.imaginary, into: scratch.shortImaginary, scratch.matrix)
    for k in 0..<count {
      let place = series.place(m, k, j)
      for (values, short) in [
        (series.real, scratch.shortReal), (series.imaginary, scratch.shortImaginary),
      ] {
        values.set(place, to: short, k)
        values.multiply(place, by: mode)
        values.divide(place, by: j)
      }
    }
    series.remainders[m * orders + j] = Double(mode) / Double(j) * remainder * ChebyshevRule.rounding
    series.measure(m, j)
  }

  static func bytes(modes: Int, orders: Int, points: Int, precision: Int) -> Int {
    SeriesOnPanel.bytes(modes: modes, orders: orders, points: points, precision: precision)
      + (orders * points + 2 * orders) * BallVector.bytes(precision: precision)
      + 16 * (modes + 2) * orders + 400
  }
}
