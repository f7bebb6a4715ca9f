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
      let weights = state.leafWeights(as: Scalar.self) ?? []
      // f is real in position and momentum: f(−ξ,−η) is the conjugate of f(ξ,η), and a(−n) = a(n), written or not.
      let opposite = Dictionary(weights.map { ($0.mode.negated, $0.weight) }) { Scalar.maximum($0, $1) }
      let own = Set(weights.map(\.mode))
      let missing = weights.filter { !own.contains($0.mode.negated) }
      return weights.map { leaf in
        let weight = opposite[leaf.mode].map { Scalar.maximum($0, leaf.weight) } ?? leaf.weight
        return LeafWeight(mode: leaf.mode, weight: constants.fraction(beta) * weight)
      } + missing.map { LeafWeight(mode: $0.mode.negated, weight: constants.fraction(beta) * $0.weight) }
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
struct DataAwareSeries<Numbers: SeriesNumbers>: Sendable {
  typealias Scalar = Numbers.Scalar

  let system: TreeSystem<Scalar>
  let orders: Int
  private let support: ModeSupport
  /// Of each species.
  private let b: [ModeSeries<Numbers>]
  private let nodes: DataAwareNodes<Numbers>?

  /// Products of two modes' numbers that a bound may cost: some seconds in balls.
  static var largestCost: Double { 2e8 }

  /// - Throws: `HypothesisError` where the products of modes are too many.
  init(_ system: TreeSystem<Scalar>, orders: Int, label: String) throws(HypothesisError) {
    self.system = system
    self.orders = orders
    let series = system.atoms.indices.reduce(0) { $0 + system.radii(of: $1).count }
    guard
      let support = ModeSupport(
        steps: system.atoms.joined().map(\.mode.negated), orders: orders,
        largestCost: Self.largestCost / Double(max(1, series)))
    else {
      throw HypothesisError(
        label,
        requires:
          "at most \(Int(Self.largestCost)) products of modes; series to order \(orders) take more with these potentials"
      )
    }
    self.support = support
    let species = Array(system.atoms.indices)
    let b = species.map { _ in ModeSeries<Numbers>(support) }
    let radii = Numbers(system.radii)
    // e^{κ|m| b_α}, for the radii of each species.
    var exponentials = species.map { alpha in
      Dictionary(
        uniqueKeysWithValues: system.radii(of: alpha).map { ($0, ModeExponential<Numbers>(support)) })
    }
    // Σ_β |v_{αβ,m}| κ|m| c_{β,m} as a series, for every mode m that acts on α.
    let kicks = species.map { alpha in
      var seen: [(mode: ModeIndex, radius: Int, series: Numbers)] = []
      for atom in system.atoms[alpha] where !seen.contains(where: { $0.mode == atom.mode }) {
        seen.append((atom.mode, atom.radius, Numbers(zeros: orders)))
      }
      return seen
    }
    for j in 1..<(orders + 1) {
      for alpha in species {
        for kick in kicks[alpha] {
          var sum = Scalar(0)
          for atom in system.atoms[alpha] where atom.mode == kick.mode {
            guard let series = exponentials[atom.partner][atom.radius]?.series else { continue }
            for leaf in system.leaves[atom.partner] {
              guard let rest = support.place(kick.mode.negated &- leaf.mode), support.first[rest] < j else {
                continue
              }
              sum.addProduct(atom.weight, leaf.weight * series[rest, j - 1])
            }
          }
          kick.series[j - 1] = sum
        }
      }
      for alpha in species {
        for kick in kicks[alpha] {
          guard let series = exponentials[alpha][kick.radius]?.series else { continue }
          for place in 0..<support.counts[j] {
            guard let rest = support.place(support.modes[place] &+ kick.mode) else { continue }
            b[alpha].add(place, j, series, rest, times: kick.series)
          }
        }
        b[alpha].multiply(
          j, by: Numbers([Scalar(1) / (Scalar(2 * j * (2 * j - 1)) * system.masses[alpha])]), 0)
      }
      if j == orders { break }
      for alpha in species {
        for radius in system.radii(of: alpha) {
          exponentials[alpha][radius]?.extend(by: b[alpha], times: radii, radius)
        }
      }
    }
    self.b = b
    nodes = DataAwareNodes(b, system)
  }

  /// [λ^0], …, [λ^J] of Π_i [e^{in_i·θ}] a_{α_i} exp( m_{α_i} {(b/t) start_i + (b′ − b/t) end_i} ).
  func values(_ particles: [TreeParticle<Scalar>], time t: Scalar) -> [Scalar] {
    guard let first = particles.first else { return [Scalar(1)] + Array(repeating: Scalar(0), count: orders) }
    return particles.dropFirst().reduce(factor(first, t)) { PowerSeries.product($0, factor($1, t)) }
  }

  private func factor(_ particle: TreeParticle<Scalar>, _ t: Scalar) -> [Scalar] {
    let alpha = particle.species
    let leaves = system.leaves[alpha]
    var power = system.masses[alpha] * t
    let squared = t * t
    let factors = (1..<orders + 1).map { j in
      defer { power = power * squared }
      return power * (particle.start + Scalar(2 * j - 1) * particle.end)
    }
    let rests = leaves.compactMap { leaf in
      let mode = particle.mode &- leaf.mode
      return support.place(mode).map { (place: $0, mode: mode, weight: leaf.weight) }
    }
    let weighted = Numbers(factors.enumerated().map { Scalar($0.offset + 1) * $0.element })
    if let nodes,
      let values = nodes.factor(alpha, factors: weighted, rests: rests.map { ($0.mode, $0.weight) })
    {
      return (0..<orders + 1).map { j in
        // What no tree reaches is zero, not a rounding.
        rests.contains { support.first[$0.place] <= j } ? values[j] : Scalar(0)
      }
    }
    let exponential = exponential(particle, factors: Numbers(factors))
    return (0..<orders + 1).map { j in
      var sum = Scalar(0)
      for rest in rests where support.first[rest.place] <= j {
        sum.addProduct(rest.weight, exponential[rest.place, j])
      }
      return sum
    }
  }

  /// exp Σ_j λ^j factor_j b_{α,j} at the modes that come into [e^{in·θ}] a.
  private func exponential(_ particle: TreeParticle<Scalar>, factors: Numbers) -> ModeSeries<Numbers> {
    let step = system.reach
    let slack = system.leaves[particle.species].reduce(ModeIndex.zero) { reach, leaf in
      ModeIndex(
        max(reach[0], abs(leaf.mode[0])), max(reach[1], abs(leaf.mode[1])), max(reach[2], abs(leaf.mode[2])))
    }
    // What is farther from n than the remaining orders can bring back does not come into it.
    let last = support.modes.map { mode in
      (0..<3).reduce(orders) { last, axis in
        let distance = abs(mode[axis] - particle.mode[axis]) - slack[axis]
        if distance <= 0 { return last }
        return step[axis] == 0 ? -1 : min(last, orders - (distance + step[axis] - 1) / step[axis])
      }
    }
    var exponential = ModeExponential<Numbers>(support)
    for j in 1..<(orders + 1) {
      exponential.extend(by: b[particle.species], times: factors, j - 1, last: last)
    }
    return exponential.series
  }
}

/// A particle of the point as the trees see it: |ξ| and |ξ − ηt/m|, the ends of the chord.
struct TreeParticle<Scalar: RealScalar> {
  let species: Int
  let mode: ModeIndex
  let start: Scalar
  let end: Scalar
}
