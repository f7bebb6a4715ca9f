// The solution of the multi-type majorant's equation at λ = 1 from above, step by step in balls:
//
//     m_α b_α″ = Σ_β n_β Σ_m |v_{αβ,m}| κ|m| e^{κ|m|(b_α + b_β)} =: m_α F_α(b),   b(0) = b′(0) = 0.
//
// All Taylor coefficients of b, and so of F(b(s)), are ≥ 0: F(b) lies below its chord on a step, and a guess B with
//
//     b(s) + h b′(s) + h²(F(b(s))/3 + F(B)/6)  ≤  B
//
// bounds b there (Papers/data-aware-majorant.md, Proposition 11, with one mode). That there is one proves that the series
// converges up to s + h.

import CLibraries
import Interaction
import PhaseSpace

/// Upper bounds of b and w = s b′ − b at increasing times, for species that act on no others.
struct MajorantGrowth: Sendable {
  struct State: Sendable {
    /// Not above the time to which b and w belong.
    let time: Double
    let b: [Double]
    let w: [Double]
  }

  /// The species, sorted.
  let members: [Int]
  /// At increasing times; none where nothing acts and b = 0.
  private(set) var states: [State] = []
  private let forces: [(alpha: Int, beta: Int, radius: Ball, weight: Ball)]

  /// Whether any force acts on a member.
  var acts: Bool { !forces.isEmpty }

  /// - Parameters:
  ///   - fractions: n_β of all species of the model.
  ///   - reach: followed up to a remaining time of about 1/reach of the elapsed.
  init(_ model: Model, fractions: [Ball], members: [Int], reach: Double = 200) throws {
    self.members = members
    let constants = InteractionConstants<Ball>(model)
    guard let kappa = constants.model.geometry.kappa(as: Ball.self) else {
      throw HypothesisError("the majorant's growth", requires: "a torus")
    }
    var forces: [(alpha: Int, beta: Int, radius: Ball, weight: Ball)] = []
    for (a, alpha) in members.enumerated() {
      for (b, beta) in members.enumerated() {
        var weights: [Int: Ball] = [:]
        for atom in try constants.atoms(alpha, beta) where atom.mode != .zero {
          weights[atom.mode.squaredNorm, default: Ball(0)] += atom.coefficient.magnitude
        }
        for (norm, weight) in weights.sorted(by: { $0.key < $1.key }) where weight.upper > 0 {
          let radius = kappa * Ball(norm).squareRoot()
          forces.append((a, b, radius, radius * weight * fractions[beta] / constants.mass(alpha)))
        }
      }
    }
    self.forces = forces
    follow(reach: reach)
  }

  /// The sets of species that act on each other.
  static func components(_ model: Model) -> [[Int]] {
    var result: [[Int]] = []
    for alpha in model.species.indices where !result.joined().contains(alpha) {
      var members: Set<Int> = [alpha]
      var frontier = [alpha]
      while let next = frontier.popLast() {
        for beta in model.species.indices where !members.contains(beta) {
          guard
            model.potentials.atoms(next, beta).contains(where: {
              $0.mode != .zero && $0.coefficient.magnitude > 0
            })
          else { continue }
          members.insert(beta)
          frontier.append(beta)
        }
      }
      result.append(members.sorted())
    }
    return result
  }

  /// F(b) from above.
  private func force(_ b: [Double]) -> [Double] {
    var sums = members.map { _ in Ball(0) }
    for force in forces {
      let exponent = force.radius * (Ball(exactly: b[force.alpha]) + Ball(exactly: b[force.beta]))
      sums[force.alpha].addProduct(force.weight, exponent.exponential())
    }
    return sums.map(\.upper)
  }

  private mutating func follow(reach: Double) {
    guard let top = forces.map(\.radius.upper).max() else { return }
    var (b, v, w) = (members.map { _ in 0.0 }, members.map { _ in 0.0 }, members.map { _ in 0.0 })
    var f = force(b)
    let unit = 1 / ((f.max() ?? 0) * top).squareRoot()
    guard unit.isFinite else { return }
    var time = Ball(0)
    while states.count < 20_000 {
      let rate = 2 * top * (v.max() ?? 0)
      if rate * time.upper > 2 * reach || !rate.isFinite { break }
      var h = 0.03 / max(rate / 2, 1 / unit)
      var end: (b: [Double], force: [Double])?
      for _ in 0..<8 {
        end = guess(b, v, f, h)
        if end != nil { break }
        h /= 2
      }
      guard let end else { break }
      let step = Ball(exactly: h)
      for a in members.indices {
        let (f0, f1) = (Ball(exactly: f[a]), Ball(exactly: end.force[a]))
        let gain = time * (f0 + f1) / Ball(2) + step * (f0 / Ball(6) + f1 / Ball(3))
        w[a] = (Ball(exactly: w[a]) + step * gain).upper
        v[a] = (Ball(exactly: v[a]) + step * (f0 + f1) / Ball(2)).upper
      }
      (b, f) = (end.b, end.force)
      time = time + step
      states.append(State(time: time.lower, b: b, w: w))
    }
  }

  /// b at the end of a step and F there, from above; nil where the step is too long.
  private func guess(_ b: [Double], _ v: [Double], _ f: [Double], _ h: Double) -> (
    b: [Double], force: [Double]
  )? {
    let step = Ball(exactly: h)
    func image(_ next: [Double]) -> [Double] {
      members.indices.map { a in
        let bend = Ball(exactly: f[a]) / Ball(3) + Ball(exactly: next[a]) / Ball(6)
        return (Ball(exactly: b[a]) + step * (Ball(exactly: v[a]) + step * bend)).upper
      }
    }
    func raised(_ image: [Double]) -> [Double] {
      zip(b, image).map { $0 + ($1 - $0) * 1.0001 + 1e-12 * $1 }
    }
    var trial = raised(members.indices.map { b[$0] + 1.02 * h * (v[$0] + h / 2 * f[$0]) })
    for _ in 0..<10 {
      let next = force(trial)
      let value = image(next)
      guard value.allSatisfy(\.isFinite) else { return nil }
      if zip(value, trial).allSatisfy({ $0 <= $1 }) { return (value, next) }
      trial = raised(value)
    }
    return nil
  }
}
