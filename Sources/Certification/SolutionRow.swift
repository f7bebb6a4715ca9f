import CLibraries
import Foundation

/// The nodes of one momentum of one Gaussian, moving in an approximate field: q_i = iΛ/N_q. What one thread works on.
final class SolutionRow {
  let rule: NodeRule
  private let momentum: Ball
  let weights: BallVector
  private let sizes: [Double]
  /// Q and P of all nodes at the start of the panel: what the enclosures are about.
  let state: BallVector
  /// |Q − Q̃| and |P − P̃| there.
  var errors: [Double]
  /// Σ w e^{iκmQ} by (mode, point): polynomials, and what they may be off by.
  let density: SeriesOnPanel
  /// Approximate Q at the points of the panel, node by node.
  private var approximate: [Double] = []
  /// Σ w e^{iκmQ} of these, real and imaginary parts by (mode, point).
  private(set) var roundedDensity: [Double] = []
  private let points: Int

  var nodeCount: Int { rule.positions }

  init(_ rule: NodeRule, row: Int, model: CertifiedModel, points: Int, precision: Int) {
    self.rule = rule
    self.points = points
    momentum = rule.momentum(row)
    let n = rule.positions
    weights = BallVector(count: n, precision: precision)
    for i in 0..<n { weights[i] = rule.weight(row: row, i) }
    sizes = (0..<n).map { [weights] in weights.magnitude($0) }
    state = BallVector(count: 2 * n, precision: precision)
    let period = Ball(2) * Ball.pi / model.kappa
    for i in 0..<n {
      state[i] = period * rule.position(i)
      state[n + i] = momentum
    }
    errors = .init(repeating: 0, count: 2 * n)
    density = SeriesOnPanel(modes: model.modes.count, orders: 1, points: points, precision: precision)
  }

  // MARK: in Double, to find the field

  /// Free flight, to begin with.
  func begin(_ panel: SolutionPanel, mass: Double) {
    approximate = []
    for i in 0..<nodeCount {
      let (q, p) = (state.middle(i), state.middle(nodeCount + i))
      for x in panel.points { approximate.append(q + (x + 1) * panel.half * p / mass) }
    }
  }

  /// Q ← Q(a) + ∫(P(a) + ∫F(Q))/m, once; then Σ w e^{iκmQ}.
  func approach(
    _ panel: SolutionPanel, force: [Double]?, waves: [Double], mass: Double, integral: [Double]
  ) {
    let (count, M) = (points, waves.count)
    roundedDensity = .init(repeating: 0, count: 2 * M * count)
    var (f, p) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for i in 0..<nodeCount {
      if let force {
        let (q0, p0) = (state.middle(i), state.middle(nodeCount + i))
        for k in 0..<count {
          f[k] = 0
          for m in 0..<M {
            let angle = waves[m] * approximate[i * count + k]
            f[k] += force[m * count + k] * sin(angle) + force[(M + m) * count + k] * cos(angle)
          }
        }
        for k in 0..<count {
          var sum = 0.0
          for l in 0..<count { sum += integral[k * count + l] * f[l] }
          p[k] = p0 + panel.half * sum
        }
        for k in 0..<count {
          var sum = 0.0
          for l in 0..<count { sum += integral[k * count + l] * p[l] }
          approximate[i * count + k] = q0 + panel.half * sum / mass
        }
      }
      let weight = weights.middle(i)
      for m in 0..<M {
        for k in 0..<count {
          let angle = waves[m] * approximate[i * count + k]
          roundedDensity[m * count + k] += weight * cos(angle)
          roundedDensity[(M + m) * count + k] += weight * sin(angle)
        }
      }
    }
  }

  // MARK: in balls

  /// Encloses the characteristics of the field g on a panel, and their Σ w e^{iκmQ}.
  ///
  /// T(Q) = Q(a) + ∫(P(a) + ∫F(Q))/m of an approximate Q̃ is a polynomial up to a bound; E = sup|Q − Q̃| ≤ (‖T(Q̃) − Q̃‖ + e_Q + he_P/m)
  /// cosh(h√(Lip/m)) from the errors at the start, since |F(Q) − F(Q̃)| ≤ Lip|Q − Q̃|.
  func enclose(
    _ panel: SolutionPanel, force g: SeriesOnPanel, _ model: CertifiedModel, _ chebyshev: ChebyshevRule,
    _ scratch: SolutionScratch
  ) {
    let count = points
    let n = nodeCount
    let mass = model.masses[rule.species]
    density.clear(order: 0)
    scratch.lengths[0] = panel.panel.half
    scratch.lengths[1] = panel.panel.half / mass
    let (half, perMass) = (scratch.lengths.magnitude(0), scratch.lengths.magnitude(1))
    let lipschitz =
      g.modes == 0 ? 0 : zip(scratch.waves, g.sizes).reduce(0) { $0 + $1.0 * $1.1 } * (1 + 1e-12)
    let stretch = cosh(2 * half * (lipschitz / mass.lower).squareRoot()) * (1 + 1e-12)
    for i in 0..<n {
      for k in 0..<count { scratch.guess[k] = Ball(exactly: approximate[i * count + k]) }
      _ = chebyshev.project(scratch.guess, into: scratch.position, scratch.matrix)
      for _ in 0..<scratch.rounds {
        step(i, g, chebyshev, scratch, isLast: false)
        // Balls, not their middles: these would be values of no polynomial of degree ≤ K.
        for k in 0..<count { scratch.position.set(k, to: scratch.next, k) }
      }
      let remainder = step(i, g, chebyshev, scratch, isLast: true)
      // Of T: what its polynomial is off by.
      let offP = half * (2 * remainder.force + remainder.cutP)
      let offQ = perMass * (2 * offP + remainder.cutQ)
      var distance = 0.0
      for k in 0..<count {
        scratch.next.setDifference(k, scratch.next, k, scratch.position, k)
        distance = max(distance, scratch.next.magnitude(k))
      }
      let (eQ, eP) = (errors[i], errors[n + i])
      let start = eQ + 2 * perMass * eP
      let error = (distance * ChebyshevRule.supremum + offQ + start) * stretch
      errors[i] = (start + offQ + 2 * perMass * half * lipschitz * error) * (1 + 1e-12)
      errors[n + i] = (eP + offP + 2 * half * lipschitz * error) * (1 + 1e-12)
      state.set(i, to: scratch.ends, 0)
      state.set(n + i, to: scratch.ends, 1)
      for m in 0..<g.modes {
        for k in 0..<count {
          density.real.addProduct(density.place(m, k), scratch.waveReal, m * count + k, weights, i)
          density.imaginary.addProduct(density.place(m, k), scratch.waveImaginary, m * count + k, weights, i)
        }
        density.remainders[m] += sizes[i] * (remainder.waves[m] + scratch.waves[m] * error) * (1 + 1e-12)
      }
    }
  }

  /// scratch.next ← T(scratch.position); at the last also the waves as polynomials, the ends and what is cut off.
  @discardableResult
  private func step(
    _ i: Int, _ g: SeriesOnPanel, _ chebyshev: ChebyshevRule, _ scratch: SolutionScratch, isLast: Bool
  ) -> (force: Double, cutP: Double, cutQ: Double, waves: [Double]) {
    let count = points
    var remainder = 0.0
    var tails: [Double] = []
    for k in 0..<count { scratch.force.setZero(k) }
    for m in 0..<g.modes {
      for k in 0..<count {
        scratch.angle.setProduct(0, scratch.position, k, scratch.waveBalls, m)
        scratch.waveImaginary.setSine(
          m * count + k, cosine: scratch.waveReal, m * count + k, of: scratch.angle, 0)
      }
      if isLast {
        var tail = chebyshev.exponentialTail(scratch.position, frequency: scratch.waves[m], scratch.matrix)
        // Both parts are then of degree ≤ K; what Π takes from the values is in the tail.
        _ = chebyshev.project(
          scratch.waveReal.slice(m * count, count, into: scratch.long), into: scratch.short, scratch.matrix)
        for k in 0..<count { scratch.waveReal.set(m * count + k, to: scratch.short, k) }
        _ = chebyshev.project(
          scratch.waveImaginary.slice(m * count, count, into: scratch.long), into: scratch.short,
          scratch.matrix)
        for k in 0..<count { scratch.waveImaginary.set(m * count + k, to: scratch.short, k) }
        tail *= 1 + 1e-12
        tails.append(tail)
        remainder += g.sizes[m] * tail
      }
      for k in 0..<count {
        scratch.force.addProduct(k, g.real, g.place(m, k), scratch.waveImaginary, m * count + k)
        scratch.force.addProduct(k, g.imaginary, g.place(m, k), scratch.waveReal, m * count + k)
      }
    }
    let cutP = chebyshev.integrate(scratch.force, into: scratch.momentum, scratch.matrix)
    for k in 0..<count {
      scratch.momentum.setProduct(k, scratch.momentum, k, scratch.lengths, 0)
      scratch.momentum.add(k, state, nodeCount + i)
    }
    let cutQ = chebyshev.integrate(scratch.momentum, isShort: true, into: scratch.next, scratch.matrix)
    for k in 0..<count {
      scratch.next.setProduct(k, scratch.next, k, scratch.lengths, 1)
      scratch.next.add(k, state, i)
    }
    if isLast {
      chebyshev.endValue(scratch.next, into: scratch.ends, 0)
      chebyshev.endValue(scratch.momentum, into: scratch.ends, 1)
    }
    return (remainder * (1 + 1e-12), cutP, cutQ, tails)
  }

  /// The characteristics of all nodes, and what each may be off by.
  func saved() -> [Double] { state.saved() + errors }

  /// How many numbers were taken; nil where they do not fit.
  func restore(saved numbers: ArraySlice<Double>) -> Int? {
    guard let taken = state.restore(saved: numbers) else { return nil }
    let rest = numbers.dropFirst(taken).prefix(errors.count)
    guard rest.count == errors.count, rest.allSatisfy({ $0 >= 0 }) else { return nil }
    errors = Array(rest)
    return taken + errors.count
  }

  /// Σ_i w_i e^{i(xP + ηQ)} at the end of the last panel, as far as the nodes are known; x = ξ − ηt/m in the interaction picture.
  func value(moved x: Ball, eta: Ball) -> ComplexBall {
    var sum = ComplexBall(Ball(0))
    var error = 0.0
    let (a, b) = (x.magnitude.upper, eta.magnitude.upper)
    for i in 0..<nodeCount {
      let angle = x * state[nodeCount + i] + eta * state[i]
      sum = sum + ComplexBall(weights[i]) * ComplexBall(Ball(0), angle).exponential()
      error += sizes[i] * (a * errors[nodeCount + i] + b * errors[i])
    }
    return sum.widened(by: error * (1 + 1e-12))
  }
}

/// A panel, and its Chebyshev points in Double.
struct SolutionPanel: Sendable {
  let panel: TermPanel
  /// x_k ∈ [−1, 1]
  let points: [Double]
  /// (b − a)/2
  let half: Double
}

/// What one thread needs for itself.
final class SolutionScratch {
  let guess, position, next, momentum, force, short, long, waveReal, waveImaginary, lengths, angle, ends,
    waveBalls: BallVector
  let matrix: MatrixScratch
  /// κm
  let waves: [Double]
  /// Rounds of T after the first approximation.
  let rounds: Int

  init(_ model: CertifiedModel, points count: Int, rounds: Int, precision: Int) {
    func vector(_ n: Int) -> BallVector { BallVector(count: n, precision: precision) }
    guess = vector(count)
    position = vector(count)
    next = vector(count)
    momentum = vector(count)
    force = vector(count)
    short = vector(count)
    long = vector(count)
    waveReal = vector(count * model.modes.count)
    waveImaginary = vector(count * model.modes.count)
    lengths = vector(2)
    angle = vector(1)
    ends = vector(2)
    waveBalls = vector(model.modes.count)
    for (m, mode) in model.modes.enumerated() { waveBalls[m] = model.kappa * Ball(mode) }
    waves = model.modes.map { (model.kappa * Ball($0)).upper }
    matrix = MatrixScratch(columns: count)
    self.rounds = rounds
  }
}
