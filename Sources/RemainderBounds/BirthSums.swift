// The trees of births alone, by what was born (Papers/finite-n.md, section 4): with a mark x_β for every birth of a particle
// of species β,
//
//     m_α b_α″ = λ Σ_β x_β Σ_m |v_{αβ,m}| κ|m| e^{κ|m|(b_α + b_β)},   b_α = Σ_j λ^j s^{2j} b_{α,j}(x),
//     Σ_L λ^L Σ_{|j|=L} p_j x^j = exp Σ_i m_i { (b_i/t)|ξ_i| + (b_i′ − b_i/t)|ξ_i − η_i t/m_i| },
//
// p_j ≥ 0 the sum of the moduli of all trees in which j_β particles of each species β are born, without their masses.

import CLibraries
import Interaction
import PhaseSpace

/// The sums p_j of a model on the torus. They know potentials and masses, but no fractions and no particle numbers.
///
/// b_{α,j}(x) is homogeneous of degree j, so the births of the last species follow from those of the others, which are
/// counted as a mode: up to four species. Cost: products of the J^{S−1}/(S−1)! numbers of two orders, J² of them for each
/// species and |m|, once, and as many for each point and time.
struct BirthSums<Numbers: SeriesNumbers>: Sendable {
  typealias Scalar = Numbers.Scalar

  let model: Model
  /// J
  let orders: Int
  private let support: ModeSupport
  /// b_α, of each species.
  private let b: [ModeSeries<Numbers>]

  /// - Throws: `HypothesisError` on R^d and for more than four species.
  init(_ model: Model, orders: Int, label: String) throws {
    let species = Array(model.species.indices)
    guard let kappa = model.geometry.kappa(as: Scalar.self) else {
      throw HypothesisError(label, requires: "a torus")
    }
    guard species.count <= 4 else { throw HypothesisError(label, requires: "at most four species") }
    self.model = model
    self.orders = orders
    let births = species.map { Self.birth(of: $0, among: species.count) }
    guard let support = ModeSupport(steps: births, orders: orders) else {
      throw HypothesisError(label, requires: "fewer orders")
    }
    self.support = support
    b = species.map { _ in ModeSeries(support) }
    let constants = InteractionConstants<Scalar>(model)
    // κ|m| |v_m| summed over one |m|.
    var forces: [(alpha: Int, beta: Int, norm: Int, weight: Numbers)] = []
    var norms = species.map { _ in Set<Int>() }
    for alpha in species {
      for beta in species {
        var weights: [Int: Scalar] = [:]
        for atom in try constants.atoms(alpha, beta) where atom.mode != .zero {
          weights[atom.mode.squaredNorm, default: Scalar(0)] += atom.coefficient.magnitude
        }
        for (norm, weight) in weights.sorted(by: { $0.key < $1.key }) {
          let radius = kappa * Scalar(norm).squareRoot()
          forces.append((alpha, beta, norm, Numbers([radius * weight / constants.mass(alpha)])))
          norms[alpha].insert(norm)
        }
      }
    }
    var exponentials = norms.map { norms in
      Dictionary(uniqueKeysWithValues: norms.map { ($0, ModeExponential<Numbers>(support)) })
    }
    let product = ModeSeries<Numbers>(support)
    for j in 1..<(orders + 1) {
      for force in forces {
        guard let own = exponentials[force.alpha][force.norm]?.series,
          let other = exponentials[force.beta][force.norm]?.series
        else { continue }
        product.clear(j)
        for place in 0..<support.counts[j] {
          guard let before = support.place(support.modes[place] &- births[force.beta]) else { continue }
          for k in 0..<support.counts[j - 1] {
            let rest = support.difference(before, k)
            if rest >= 0 { product.add(place, j, own, k, other, rest, shift: 1) }
          }
        }
        b[force.alpha].add(j, product, times: force.weight)
      }
      let divisor = Numbers([Scalar(1) / Scalar(2 * j * (2 * j - 1))])
      for alpha in species { b[alpha].multiply(j, by: divisor, 0) }
      if j == orders { break }
      for alpha in species {
        for norm in norms[alpha].sorted() {
          exponentials[alpha][norm]?.extend(
            by: b[alpha], times: Numbers([kappa * Scalar(norm).squareRoot()]), 0)
        }
      }
    }
  }

  /// p_j at a point and a time t > 0, by order.
  func values(at point: Point, time: Scalar) -> [[(births: [Int], sum: Scalar)]] {
    let constants = InteractionConstants<Scalar>(model)
    let kappa = model.geometry.kappa(as: Scalar.self)
    let t = time.magnitude
    let squared = t * t
    var exponential = ModeExponential<Numbers>(support)
    let exponent = ModeSeries<Numbers>(support)
    let one = Numbers([Scalar(1)])
    var power = t
    for j in 1..<(orders + 1) {
      for particle in point {
        let mass = constants.mass(particle.species)
        let start: Scalar = particle.distance()
        let end = particle.finalDistance(time: time, mass: mass, kappa: kappa)
        exponent.add(
          j, b[particle.species], times: Numbers([mass * power * (start + Scalar(2 * j - 1) * end)]))
      }
      exponential.extend(by: exponent, times: one, 0)
      power = power * squared
    }
    return (0..<orders + 1).map { order in
      (0..<support.counts[order]).map {
        (births(of: order, support.modes[$0]), exponential.series[$0, order])
      }
    }
  }

  /// j from its first S − 1 components and its sum.
  private func births(of order: Int, _ mode: ModeIndex) -> [Int] {
    let first = (0..<model.species.count - 1).map { mode[$0] }
    return first + [order - first.reduce(0, +)]
  }

  /// One birth as a mode.
  private static func birth(of species: Int, among count: Int) -> ModeIndex {
    var mode = ModeIndex.zero
    if species < count - 1 { mode[species] = 1 }
    return mode
  }
}
