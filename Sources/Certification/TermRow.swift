import CLibraries
import Computing
import PhaseSpace

/// The nodes of one momentum of one Gaussian, q_i = iΛ/N_q, and their share in the densities and in the terms at points.
///
/// A row is what one thread works on; rows are added up in their order, so that nothing depends on the number of threads.
final class TermRow {
  let rule: NodeRule
  private let momentum: Ball
  private let nodes: [TermNode]
  /// w_i and 2πi/N_q.
  let weights: BallVector
  /// The row's part of the order j of all ρ_{m}, by (mode, point).
  let density: SeriesOnPanel
  private let free: SeriesOnPanel

  init(_ rule: NodeRule, row: Int, model: CertifiedModel, orders: Int, points: Int, precision: Int) {
    self.rule = rule
    momentum = rule.momentum(row)
    weights = BallVector(count: rule.positions, precision: precision)
    for i in 0..<rule.positions { weights[i] = rule.weight(row: row, i) }
    nodes = (0..<rule.positions).map { [weights] in
      TermNode(
        weight: weights.magnitude($0), modes: model.modes.count, orders: orders, points: points,
        precision: precision)
    }
    density = SeriesOnPanel(modes: model.modes.count, orders: orders, points: points, precision: precision)
    free = SeriesOnPanel(modes: model.modes.count, orders: 1, points: points, precision: precision)
  }

  /// Order 0 on a panel with these ends: e^{iκmpt/m_α} as a polynomial, and Σ w z.
  ///
  /// Its coefficients are 2i^kJ_k(a) with a = κmp(t_1 − t_0)/2m_α, at most 2(|a|/2)^k/k!: what is cut off, and what the values at the
  /// points alias, are at most twice Σ_{k>K} of these.
  func start(_ panel: TermPanel, _ model: CertifiedModel, _ chebyshev: ChebyshevRule, _ scratch: NodeScratch)
  {
    let count = chebyshev.count
    let species = rule.species
    for (m, mode) in model.modes.enumerated() {
      let frequency = Ball(mode) * model.kappa * momentum / model.masses[species]
      for k in 0..<count {
        scratch.force[k] = frequency * (panel.middle + panel.half * chebyshev.points[k])
        scratch.imaginary.setSine(k, cosine: scratch.real, k, of: scratch.force, k)
      }
      let a = (frequency * panel.half).magnitude.upper / 2
      let remainder = Self.besselTail(a, beyond: chebyshev.degree)
      _ = chebyshev.project(scratch.real, into: scratch.shortReal, scratch.matrix)
      _ = chebyshev.project(scratch.imaginary, into: scratch.shortImaginary, scratch.matrix)
      for k in 0..<count {
        free.real.set(free.place(m, k), to: scratch.shortReal, k)
        free.imaginary.set(free.place(m, k), to: scratch.shortImaginary, k)
      }
      free.remainders[m] = remainder
    }
    density.clear(order: 0)
    for (i, node) in nodes.enumerated() {
      node.start(free, phases: phases(i, model))
      density.add(node.series, order: 0, times: weights, i, magnitude: node.weight)
    }
  }

  /// cos and sin of κmq_i for every mode.
  private func phases(_ i: Int, _ model: CertifiedModel) -> BallVector {
    let phases = BallVector(count: 2 * model.modes.count, precision: weights.precision)
    for (m, mode) in model.modes.enumerated() {
      let angle = Ball(2 * mode * i) * Ball.pi / Ball(rule.positions)
      let unit = ComplexBall(Ball(0), angle).exponential()
      phases[2 * m] = unit.real
      phases[2 * m + 1] = unit.imaginary
    }
    return phases
  }

  /// 2 · Σ_{k>K} 2 a^k/k!, ∞ where the sum has not begun to fall.
  static func besselTail(_ a: Double, beyond degree: Int) -> Double {
    guard a < Double(degree) / 2 else { return .infinity }
    var term = 4.0
    for k in 1...(degree + 1) { term *= a / Double(k) * (1 + 1e-15) }
    return term * 2 * ChebyshevRule.rounding + 1e-290
  }

  /// The order j of all nodes, and their share of ρ_j.
  func extend(
    to j: Int, force: SeriesOnPanel, lengths: BallVector, _ model: CertifiedModel, _ chebyshev: ChebyshevRule,
    _ scratch: NodeScratch
  ) {
    if j < density.orders { density.clear(order: j) }
    for (i, node) in nodes.enumerated() {
      node.extend(
        to: j, force: force, lengths: lengths, modes: model.modes, rule: chebyshev, scratch)
      guard j < density.orders else { continue }
      density.add(node.series, order: j, times: weights, i, magnitude: node.weight)
    }
  }

  /// Σ_i w_i [λ^j] e^{i(ξP + ηQ)} in the interaction picture, j = 0 … L: real parts, then imaginary parts. What the rule errs by is not
  /// in it.
  ///
  ///     e_0 = e^{i(ξp + ηq)},   e_j = (i/j) Σ_i i φ_i e_{j−i},   φ_i = (ξ − ηt/m_α) P_i + η Q_i.
  func terms(at argument: TermArgument, time: Ball, _ model: CertifiedModel) -> BallVector {
    let (L, precision) = (nodes.first?.orders ?? 0, weights.precision)
    let sum = BallVector(count: 2 * (L + 1), precision: precision)
    let real = BallVector(count: L + 1, precision: precision)
    let imaginary = BallVector(count: L + 1, precision: precision)
    let phase = BallVector(count: L + 1, precision: precision)
    let ends = BallVector(count: 2 * L, precision: precision)
    let factors = BallVector(count: 2, precision: precision)
    let eta = model.kappa * Ball(argument.mode)
    factors[0] = argument.xi - eta * time / model.masses[rule.species]
    factors[1] = eta
    for (i, node) in nodes.enumerated() {
      for k in 0..<2 * L {
        ends.set(k, to: node.state, k)
        ends.widen(k, by: node.stateRemainders[k])
      }
      let angle = argument.xi * momentum + Ball(2 * argument.mode * i) * Ball.pi / Ball(rule.positions)
      let unit = ComplexBall(Ball(0), angle).exponential()
      real[0] = unit.real
      imaginary[0] = unit.imaginary
      for j in 1..<(L + 1) {
        phase.setProduct(j, ends, j - 1, factors, 0)
        phase.addProduct(j, ends, L + j - 1, factors, 1)
        phase.multiply(j, by: j)
        real.setDot(j, phase, from: 1, imaginary, from: j - 1, stride: -1, count: j, negated: true)
        imaginary.setDot(j, phase, from: 1, real, from: j - 1, stride: -1, count: j)
        real.divide(j, by: j)
        imaginary.divide(j, by: j)
      }
      for j in 0..<(L + 1) {
        sum.addProduct(j, real, j, weights, i)
        sum.addProduct(L + 1 + j, imaginary, j, weights, i)
      }
    }
    return sum
  }

  // MARK: the state at the end of a panel

  /// The characteristics of all nodes, and what each may be off by.
  func saved() -> [Double] { nodes.flatMap { $0.state.saved() + $0.stateRemainders } }

  /// How many numbers were taken; nil where they do not fit.
  func restore(saved numbers: ArraySlice<Double>) -> Int? {
    var rest = numbers
    for node in nodes {
      let count = 2 * node.orders
      guard let taken = node.state.restore(saved: rest) else { return nil }
      rest = rest.dropFirst(taken)
      guard rest.count >= count, rest.prefix(count).allSatisfy({ $0 >= 0 }) else { return nil }
      node.stateRemainders = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return numbers.count - rest.count
  }

}
