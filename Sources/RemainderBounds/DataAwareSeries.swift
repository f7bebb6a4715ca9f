// The majorant of the data-aware bound (Papers/data-aware-majorant.md) as a power series in λ with coefficients in the
// modes, for one product of one-particle states with leaf weights a_β(n) = n_β sup_ξ |f_β(ξ,κn)|:
//
//     m_α b_α″ = λ Σ_β Σ_m |v_{αβ,m}| κ|m| e^{−im·θ} e^{κ|m| b_α} c_{β,m},   c_{β,m} = [e^{−im·θ}] (a_β e^{κ|m| b_β}),
//     b_α(s,θ) = Σ_j λ^j s^{2j} b_{α,j}(θ),   b_{α,j}(θ) a trigonometric polynomial with coefficients ≥ 0.

import CLibraries
import Interaction
import PhaseSpace

/// One m ≠ 0 of one ordered pair of species: |v_m|κ|m| and the partner.
struct ForceAtom<Scalar: RealScalar>: Sendable {
  let mode: ModeIndex
  /// Index of |m| among the radii.
  let radius: Int
  let partner: Int
  let weight: Scalar
}

/// The data of the recursion: what acts on each species, and the leaves.
struct TreeSystem<Scalar: RealScalar>: Sendable {
  let model: Model
  let masses: [Scalar]
  /// κ|m|, every value once.
  let radii: [Scalar]
  /// Of each species.
  let atoms: [[ForceAtom<Scalar>]]
  /// n and a_β(n), of each species.
  let leaves: [[LeafWeight<Scalar>]]

  /// - Parameter states: one for each species, all with leaf weights.
  /// - Throws: `HypothesisError` on R^d.
  init(_ model: Model, states: [any OneParticleState], label: String) throws {
    guard let kappa = model.geometry.kappa(as: Scalar.self) else {
      throw HypothesisError(label, requires: "a torus")
    }
    let constants = InteractionConstants<Scalar>(model)
    self.model = model
    masses = model.species.indices.map { constants.mass($0) }
    let dimension = model.geometry.dimension
    var lists: [[(partner: Int, atom: PotentialAtom<Scalar>)]] = []
    var norms: Set<Int> = []
    for alpha in model.species.indices {
      var list: [(partner: Int, atom: PotentialAtom<Scalar>)] = []
      for beta in model.species.indices {
        guard let potential = model.potentials.potential(alpha, beta) else { continue }
        for atom in try potential.atoms(dimension: dimension, kappa: kappa) where atom.mode != .zero {
          list.append((beta, atom))
          norms.insert(atom.mode.squaredNorm)
        }
      }
      lists.append(list)
    }
    let squares = norms.sorted()
    let radii = squares.map { kappa * Scalar($0).squareRoot() }
    atoms = lists.map { list in
      list.map { partner, atom in
        let radius = squares.firstIndex(of: atom.mode.squaredNorm) ?? 0
        return ForceAtom(
          mode: atom.mode, radius: radius, partner: partner,
          weight: atom.coefficient.magnitude * radii[radius])
      }
    }
    self.radii = radii
    leaves = states.enumerated().map { beta, state in
      (state.leafWeights(as: Scalar.self) ?? []).map {
        LeafWeight(mode: $0.mode, weight: constants.fraction(beta) * $0.weight)
      }
    }
  }

  /// The largest |m_a| per axis.
  var reach: ModeIndex {
    var reach = ModeIndex.zero
    for atom in atoms.joined() { for axis in 0..<3 { reach[axis] = max(reach[axis], abs(atom.mode[axis])) } }
    return reach
  }

  /// The radii on which a species acts or is acted upon.
  func radii(of alpha: Int) -> [Int] { Set(atoms[alpha].map(\.radius)).sorted() }

  /// The species that follow from these through interactions, these included, sorted.
  func reached(from species: some Sequence<Int>) -> [Int] {
    var reached = Set(species)
    var frontier = Array(reached)
    while let alpha = frontier.popLast() {
      for atom in atoms[alpha] where atom.weight.upper > 0 && reached.insert(atom.partner).inserted {
        frontier.append(atom.partner)
      }
    }
    return reached.sorted()
  }
}

/// b_{α,j} for all species and j ≤ J.
struct DataAwareSeries<Scalar: RealScalar>: Sendable {
  let system: TreeSystem<Scalar>
  let orders: Int
  private let box: ModeBox
  private let boxCount: Int
  /// [α][j]
  let coefficients: [[ModeFunction<Scalar>]]

  /// Products of two modes' numbers that a bound may cost: some ten seconds in balls.
  static var largestCost: Double { 2e8 }

  /// - Throws: `HypothesisError` where the products of modes are too many.
  init(_ system: TreeSystem<Scalar>, orders: Int, label: String) throws(HypothesisError) {
    self.system = system
    self.orders = orders
    let box = ModeBox(reach: ModeIndex(repeating: orders) &* system.reach)
    self.box = box
    let cost = Self.cost(system, orders: orders, box)
    guard let count = box.count, cost < Self.largestCost else {
      throw HypothesisError(
        label,
        requires:
          "at most \(Int(Self.largestCost)) products of modes; series to order \(orders) take more with these potentials"
      )
    }
    boxCount = count
    let species = Array(system.atoms.indices)
    var accumulator = ModeAccumulator<Scalar>(box, count: count)
    var b = species.map { _ in [ModeFunction<Scalar>()] }
    // e^{κ|m| b_α}, for the radii of each species.
    var exponentials = species.map { _ in
      [ModeExponential<Scalar>?](repeating: nil, count: system.radii.count)
    }
    for alpha in species {
      for radius in system.radii(of: alpha) { exponentials[alpha][radius] = ModeExponential() }
    }
    // Σ_β |v_{αβ,m}| κ|m| c_{β,m} as a series, for every mode m that acts on α.
    var modes: [[(mode: ModeIndex, offset: Int, radius: Int, series: [Scalar])]] = species.map { alpha in
      var seen: [(mode: ModeIndex, offset: Int, radius: Int, series: [Scalar])] = []
      for atom in system.atoms[alpha] where !seen.contains(where: { $0.mode == atom.mode }) {
        seen.append((atom.mode, box.offset(atom.mode), atom.radius, []))
      }
      return seen
    }
    for j in 1..<(orders + 1) {
      for alpha in species {
        for index in modes[alpha].indices {
          let mode = modes[alpha][index].mode
          var sum = Scalar(0)
          for atom in system.atoms[alpha] where atom.mode == mode {
            guard let series = exponentials[atom.partner][atom.radius]?.coefficients[j - 1] else { continue }
            for leaf in system.leaves[atom.partner] {
              let rest = mode.negated &- leaf.mode
              guard box.contains(rest), let value = series.value(offset: box.offset(rest)) else { continue }
              sum.addProduct(atom.weight, leaf.weight * value)
            }
          }
          modes[alpha][index].series.append(sum)
        }
      }
      for alpha in species {
        for entry in modes[alpha] {
          guard let series = exponentials[alpha][entry.radius]?.coefficients else { continue }
          for i in 0..<j where entry.series[j - 1 - i].upper != 0 {
            accumulator.add(series[i], movedBy: -entry.offset, times: entry.series[j - 1 - i])
          }
        }
        b[alpha].append(accumulator.take(over: Scalar(2 * j * (2 * j - 1)) * system.masses[alpha]))
      }
      if j == orders { break }
      for alpha in species {
        for radius in system.radii(of: alpha) {
          exponentials[alpha][radius]?.extend(by: b[alpha][j].scaled(by: system.radii[radius]), &accumulator)
        }
      }
    }
    coefficients = b
  }

  /// [λ^0], …, [λ^J] of Π_i [e^{in_i·θ}] a_{α_i} exp( m_{α_i} {(b/t) start_i + (b′ − b/t) end_i} ).
  func values(_ particles: [TreeParticle<Scalar>], time t: Scalar) -> [Scalar] {
    var result = [Scalar](repeating: Scalar(0), count: orders + 1)
    result[0] = Scalar(1)
    for particle in particles { result = PowerSeries.product(result, factor(particle, t)) }
    return result
  }

  private func factor(_ particle: TreeParticle<Scalar>, _ t: Scalar) -> [Scalar] {
    let alpha = particle.species
    let leaves = system.leaves[alpha]
    let step = system.reach
    let slack = leaves.reduce(ModeIndex.zero) { reach, leaf in
      ModeIndex(
        max(reach[0], abs(leaf.mode[0])), max(reach[1], abs(leaf.mode[1])), max(reach[2], abs(leaf.mode[2])))
    }
    var accumulator = ModeAccumulator<Scalar>(box, count: boxCount)
    var exponential = ModeExponential<Scalar>()
    var power = t
    for j in 1..<(orders + 1) {
      // What is farther from n than the remaining orders can bring back does not come into [e^{in·θ}].
      let keeps = { (mode: ModeIndex) in
        (0..<3).allSatisfy {
          abs(mode[$0] - particle.mode[$0]) <= slack[$0] + (orders - j) * step[$0]
        }
      }
      let factor = system.masses[alpha] * power * (particle.start + Scalar(2 * j - 1) * particle.end)
      exponential.extend(
        by: coefficients[alpha][j].filtered(keeps).scaled(by: factor), &accumulator, keeps: keeps)
      power = power * t * t
    }
    return exponential.coefficients.map { coefficient in
      var sum = Scalar(0)
      for leaf in leaves {
        let rest = particle.mode &- leaf.mode
        guard box.contains(rest), let value = coefficient.value(offset: box.offset(rest)) else { continue }
        sum.addProduct(leaf.weight, value)
      }
      return sum
    }
  }

  /// An upper estimate of the products of two modes that the series take: supports grow by the modes of the potentials.
  private static func cost(_ system: TreeSystem<Scalar>, orders: Int, _ box: ModeBox) -> Double {
    guard let count = box.count, count < 20_000_000 else { return .infinity }
    var support: Set<ModeIndex> = [.zero]
    let steps = Set(system.atoms.joined().map(\.mode)).union([.zero])
    var sizes = [1.0]
    var cost = 0.0
    let series = system.atoms.indices.reduce(0) { $0 + system.radii(of: $1).count }
    for q in 1..<(orders + 1) {
      guard Double(support.count) * Double(steps.count) < 5e6 else { return .infinity }
      var next: Set<ModeIndex> = []
      for mode in support { for step in steps { next.insert(mode &+ step) } }
      support = next
      sizes.append(Double(support.count))
      for i in 1...q { cost += sizes[i] * sizes[q - i] * Double(series) }
      if cost > largestCost { return cost }
    }
    return cost
  }
}

/// A particle of the point as the trees see it: |ξ| and |ξ − ηt/m|, the ends of the chord.
struct TreeParticle<Scalar: RealScalar> {
  let species: Int
  let mode: ModeIndex
  let start: Scalar
  let end: Scalar
}
