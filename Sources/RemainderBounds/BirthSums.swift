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
struct BirthSums<Scalar: RealScalar>: Sendable {
  let model: Model
  /// J
  let orders: Int
  private let box: ModeBox
  private let boxCount: Int
  /// [α][j]
  private let coefficients: [[ModeFunction<Scalar>]]

  /// - Throws: `HypothesisError` on R^d and for more than four species.
  init(_ model: Model, orders: Int, label: String) throws {
    let species = Array(model.species.indices)
    guard let kappa = model.geometry.kappa(as: Scalar.self) else {
      throw HypothesisError(label, requires: "a torus")
    }
    guard species.count <= 4 else { throw HypothesisError(label, requires: "at most four species") }
    self.model = model
    self.orders = orders
    let box = ModeBox(reach: ModeIndex(repeating: orders) &* Self.axes(species.count))
    guard let count = box.count else { throw HypothesisError(label, requires: "fewer orders") }
    self.box = box
    boxCount = count
    let constants = InteractionConstants<Scalar>(model)
    // κ|m| |v_m| summed over one |m|.
    var forces: [(alpha: Int, beta: Int, norm: Int, weight: Scalar)] = []
    var norms = species.map { _ in Set<Int>() }
    for alpha in species {
      for beta in species {
        var weights: [Int: Scalar] = [:]
        for atom in try constants.atoms(alpha, beta) where atom.mode != .zero {
          weights[atom.mode.squaredNorm, default: Scalar(0)] += atom.coefficient.magnitude
        }
        for (norm, weight) in weights.sorted(by: { $0.key < $1.key }) {
          forces.append((alpha, beta, norm, kappa * Scalar(norm).squareRoot() * weight))
          norms[alpha].insert(norm)
        }
      }
    }
    var accumulator = ModeAccumulator<Scalar>(box, count: count)
    var b = species.map { _ in [ModeFunction<Scalar>()] }
    var exponentials = species.map { alpha in
      Dictionary(uniqueKeysWithValues: norms[alpha].map { ($0, ModeExponential<Scalar>()) })
    }
    for j in 1..<(orders + 1) {
      for alpha in species {
        for force in forces where force.alpha == alpha {
          guard let own = exponentials[alpha][force.norm]?.coefficients,
            let other = exponentials[force.beta][force.norm]?.coefficients
          else { continue }
          let born = Self.birth(of: force.beta, among: species.count)
          for i in 0..<j {
            accumulator.add(own[i], other[j - 1 - i].shifted(by: born, in: box).scaled(by: force.weight))
          }
        }
        b[alpha].append(accumulator.take(over: Scalar(2 * j * (2 * j - 1)) * constants.mass(alpha)))
      }
      if j == orders { break }
      for alpha in species {
        for norm in norms[alpha].sorted() {
          let radius = kappa * Scalar(norm).squareRoot()
          exponentials[alpha][norm]?.extend(by: b[alpha][j].scaled(by: radius), &accumulator)
        }
      }
    }
    coefficients = b
  }

  /// p_j at a point and a time t > 0, by order.
  func values(at point: Point, time: Scalar) -> [[(births: [Int], sum: Scalar)]] {
    let constants = InteractionConstants<Scalar>(model)
    let kappa = model.geometry.kappa(as: Scalar.self)
    let t = time.magnitude
    var exponential = ModeExponential<Scalar>()
    var accumulator = ModeAccumulator<Scalar>(box, count: boxCount)
    var powers = [t]
    for _ in 1..<max(1, orders) { powers.append(powers[powers.count - 1] * t * t) }
    for j in 1..<(orders + 1) {
      for particle in point {
        let mass = constants.mass(particle.species)
        let start: Scalar = particle.distance()
        let end = particle.finalDistance(time: time, mass: mass, kappa: kappa)
        accumulator.add(
          .unit,
          coefficients[particle.species][j].scaled(
            by: mass * powers[j - 1] * (start + Scalar(2 * j - 1) * end)))
      }
      exponential.extend(by: accumulator.take(over: Scalar(1)), &accumulator)
    }
    return exponential.coefficients.enumerated().map { order, function in
      zip(function.modes, function.values).map { (births(of: order, $0), $1) }
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

  /// 1 on the axes that count.
  private static func axes(_ count: Int) -> ModeIndex {
    (0..<count).reduce(ModeIndex.zero) { $0 &+ birth(of: $1, among: count) }
  }
}

extension ModeFunction {
  /// n ↦ f(n − by)
  fileprivate func shifted(by mode: ModeIndex, in box: ModeBox) -> ModeFunction {
    let offset = box.offset(mode)
    return ModeFunction(offsets: offsets.map { $0 + offset }, modes: modes.map { $0 &+ mode }, values: values)
  }
}
