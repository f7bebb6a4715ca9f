// The solution of the data-aware majorant's equation at λ = 1 from above, step by step, in Double rounded up
// (Papers/data-aware-majorant.md, section 5): with F the right side on folded modes and F_0 = F(b(s)), a guess B with
//
//     b(s) + h b′(s) + h²(F_0/3 + F(B)/6)  ≤  B
//
// bounds b on the step, because b, and so F(b), lies below its chord. Then also
//
//     b′(s+h) ≤ b′(s) + h(F_0 + F(B))/2,     w(s+h) ≤ w(s) + h{s(F_0 + F(B))/2 + h(F_0/6 + F(B)/3)},   w = ∫_0^s u b″(u) du.
//
// That a guess exists proves that the series converges up to s + h.

import CLibraries
import Interaction
import PhaseSpace

/// Upper bounds of b, and w = s b′ − b, at increasing times, for species that interact with no others.
struct UpperSolution: Sendable {
  /// The folded modes of b and w of each member, at a time not above `time`.
  struct State: Sendable {
    /// The series converges here.
    let time: Double
    let b: [[Double]]
    let w: [[Double]]
    /// Σ_n b(n) and Σ_n w(n) of each member.
    let totals: [(b: Double, w: Double)]
  }

  /// The species, sorted.
  let members: [Int]
  let modes: FoldedModes
  /// Whether any force acts on a member; otherwise b = 0.
  private(set) var acts = false
  /// At increasing times.
  private(set) var states: [State] = []
  /// The blow-up time of the folded system by extrapolation, infinite where nothing acts. An estimate from below of T_5.
  private(set) var blowUpTime = Double.infinity
  private let leaves: [[(mode: ModeIndex, weight: Double)]]

  /// - Parameters:
  ///   - reach: how near to the blow-up the solution is followed: up to a remaining time of about 1/reach of the elapsed.
  ///   - fineness: the step in units of the time on which the right side changes.
  init<Scalar: RealScalar>(
    _ system: TreeSystem<Scalar>, members: [Int], reach: Double, fineness: Double = 0.03
  ) {
    self.members = members
    let width =
      (system.leaves.joined().map(\.mode.maximumNorm).max() ?? 0)
      + (system.atoms.joined().map(\.mode.maximumNorm).max() ?? 0)
    let dimension = system.model.geometry.dimension
    let side = [min(129, max(25, 8 * width + 1)), min(13, max(9, 2 * width + 1)), 5][dimension - 1]
    let modes = FoldedModes(dimension: dimension, side: side)
    self.modes = modes
    leaves = members.map { alpha in
      system.leaves[alpha].map { ($0.mode, $0.weight.upper) }
    }
    follow(
      RightSide(system, members: members, modes: modes, leaves: leaves.map { $0.map(\.weight) }),
      reach: reach,
      fineness: fineness)
  }

  private mutating func follow(_ rightSide: RightSide, reach: Double, fineness: Double) {
    let zero = members.map { _ in [Double](repeating: 0, count: modes.count) }
    var (b, v, w) = (zero, zero, zero)
    var force = rightSide(b)
    // F(0) ≠ 0 where a leaf of the partner is at −m; else b = 0.
    guard rightSide.acts, let top = rightSide.largestRadius else { return }
    acts = true
    let start = force.map { modes.total($0) }.max() ?? 0
    let unit = 1 / (start * top).squareRoot()
    var time = 0.0
    var rates: [(time: Double, rate: Double)] = []
    /// The force before, and the step since.
    var before: (force: [[Double]], step: Double)?
    while states.count < 20_000 {
      let speeds = v.map { modes.total($0) }
      let rate = 2 * top * (speeds.max() ?? 0)
      rates.append((time, rate))
      if rate * time > 2 * reach || !rate.isFinite { break }
      var h = fineness / max(rate / 2, 1 / unit)
      var step: (b: [[Double]], force: [[Double]])?
      for _ in 0..<8 {
        step = guess(rightSide, b, v, force, before, h)
        if step != nil { break }
        h /= 2
      }
      guard let step, time + h > time else { break }
      for a in members.indices {
        for i in 0..<modes.count {
          let (f0, f1) = (force[a][i], step.force[a][i])
          w[a][i] = FoldedModes.raised(
            w[a][i] + h * (time * (1 + 1e-11) * (f0 + f1) / 2 + h * (f0 / 6 + f1 / 3)), operations: 10)
          v[a][i] = FoldedModes.raised(v[a][i] + h * (f0 + f1) / 2, operations: 4)
        }
      }
      before = (force, h)
      b = step.b
      force = step.force
      time += h
      // The sum of the steps is rounded; the time that is claimed is below it.
      states.append(
        State(
          time: time * (1 - 1e-11), b: b, w: w,
          totals: members.indices.map { (modes.total(b[$0]), modes.total(w[$0])) }))
    }
    blowUpTime = states.last?.time ?? 0
    // 1/rate falls to zero along a line.
    if let last = rates.last(where: { $0.rate.isFinite }), rates.count > 12 {
      let before = rates[rates.count - 9]
      let (x, y) = (1 / before.rate, 1 / last.rate)
      blowUpTime = x > y ? last.time + y * (last.time - before.time) / (x - y) : last.time
    }
  }

  /// B and F(B), nil where the step is too long.
  private func guess(
    _ rightSide: RightSide, _ b: [[Double]], _ v: [[Double]], _ force: [[Double]],
    _ before: (force: [[Double]], step: Double)?, _ h: Double
  ) -> (b: [[Double]], force: [[Double]])? {
    func image(_ next: [[Double]]) -> [[Double]] {
      members.indices.map { a in
        (0..<modes.count).map { i in
          FoldedModes.raised(
            b[a][i] + h * (v[a][i] + h * (force[a][i] / 3 + next[a][i] / 6)), operations: 8)
        }
      }
    }
    func raised(_ image: [[Double]]) -> [[Double]] {
      members.indices.map { a in
        // The remainders of the exponentials, at every mode, do not grow with their arguments.
        let floor = 1e-15 * modes.total(image[a])
        return (0..<modes.count).map { i in
          b[a][i] + (image[a][i] - b[a][i]) * 1.001 + 1e-9 * image[a][i] + floor
        }
      }
    }
    // With the force along the line through the last two, then towards the fixed point: one more mode is reached each time.
    let predicted = members.indices.map { a in
      (0..<modes.count).map { i in
        guard let before else { return force[a][i] }
        return force[a][i] + max(0, force[a][i] - before.force[a][i]) * h / before.step
      }
    }
    var trial = raised(image(predicted))
    for _ in 0..<10 {
      let next = rightSide(trial)
      let value = image(next)
      let isAbove = members.indices.allSatisfy { a in
        (0..<modes.count).allSatisfy { value[a][$0] <= trial[a][$0] && trial[a][$0].isFinite }
      }
      if isAbove { return (value, next) }
      trial = raised(value)
    }
    return nil
  }

  /// The first state at or after a time.
  func state(atOrAfter time: Double) -> State? {
    var (low, high) = (0, states.count)
    while low < high {
      let middle = (low + high) / 2
      if states[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low < states.count ? states[low] : nil
  }

  /// log e^{p b_α + q w_α} at θ = 0, where it is largest.
  func logarithm(_ state: State, species: Int, p: Double, q: Double) -> Double {
    members.firstIndex(of: species).map { p * state.totals[$0].b + q * state.totals[$0].w } ?? 0
  }

  /// An upper bound of [e^{in·θ}] a_α exp(p b_α + q w_α), p and q ≥ 0 rounded up.
  func factor(_ state: State, species: Int, mode: ModeIndex, p: Double, q: Double) -> Double {
    guard let a = members.firstIndex(of: species) else { return .infinity }
    let exponent = (0..<modes.count).map { i in
      let value = p * state.b[a][i] + q * state.w[a][i]
      return value == 0 ? 0 : FoldedModes.raised(value, operations: 3)
    }
    let exponential = modes.exponential(exponent)
    var sum = 0.0
    for leaf in leaves[a] {
      sum += leaf.weight * exponential[modes.index(mode &- leaf.mode)]
    }
    return FoldedModes.raised(sum, operations: leaves[a].count)
  }
}

/// F_α(n) = (1/m_α) Σ_β Σ_m |v_{αβ,m}|κ|m| c_{β,m} (e^{κ|m|b_α})(n + m), rounded up.
private struct RightSide {
  private let modes: FoldedModes
  private let leaves: [[Double]]
  private let masses: [Double]
  private let radii: [Double]
  /// Whether F(0) ≠ 0.
  let acts: Bool
  /// Of each member: position of m, those of −m − k for the leaves k of the partner, radius, member, weight.
  private let atoms: [[(plus: Int, rests: [Int], radius: Int, partner: Int, weight: Double)]]
  /// Of each member.
  private let ownRadii: [[Int]]

  init<Scalar: RealScalar>(
    _ system: TreeSystem<Scalar>, members: [Int], modes: FoldedModes, leaves: [[Double]]
  ) {
    self.modes = modes
    self.leaves = leaves
    masses = members.map { system.masses[$0].lower }
    radii = system.radii.map(\.upper)
    atoms = members.map { alpha in
      system.atoms[alpha].compactMap {
        atom -> (plus: Int, rests: [Int], radius: Int, partner: Int, weight: Double)? in
        guard let partner = members.firstIndex(of: atom.partner), atom.weight.upper > 0 else { return nil }
        let rests = system.leaves[atom.partner].map { modes.index(atom.mode.negated &- $0.mode) }
        return (modes.index(atom.mode), rests, atom.radius, partner, atom.weight.upper)
      }
    }
    ownRadii = members.map { system.radii(of: $0) }
    acts = members.contains { alpha in
      system.atoms[alpha].contains { atom in
        atom.weight.upper > 0
          && system.leaves[atom.partner].contains { $0.mode == atom.mode.negated && $0.weight.upper > 0 }
      }
    }
  }

  var largestRadius: Double? { atoms.joined().map { radii[$0.radius] }.max() }

  func callAsFunction(_ b: [[Double]]) -> [[Double]] {
    var exponentials = b.map { _ in [[Double]](repeating: [], count: radii.count) }
    for a in b.indices {
      for radius in ownRadii[a] {
        exponentials[a][radius] = modes.exponential(
          b[a].map { $0 == 0 ? 0 : FoldedModes.raised($0 * radii[radius], operations: 1) })
      }
    }
    return b.indices.map { a in
      var force = [Double](repeating: 0, count: modes.count)
      for atom in atoms[a] {
        var c = 0.0
        for (leaf, rest) in zip(leaves[atom.partner], atom.rests) {
          c += leaf * exponentials[atom.partner][atom.radius][rest]
        }
        let weight = FoldedModes.raised(c * atom.weight, operations: leaves[atom.partner].count + 1)
        let own = exponentials[a][atom.radius]
        for i in 0..<modes.count { force[i] += weight * own[modes.sum(i, atom.plus)] }
      }
      return force.map { $0 == 0 ? 0 : FoldedModes.raised($0 / masses[a], operations: atoms[a].count + 2) }
    }
  }
}
