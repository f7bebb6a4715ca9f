import CLibraries
import Interaction
import PhaseSpace

/// A particle of a graph: its species and X(s) = start + slope·s.
struct Branch {
  var species: Int
  var start: Double
  var slope: Double

  func distance(_ s: Double) -> Double { start + slope * s }

  /// Adds |η|(s_l − s)/m.
  func kicked(_ radius: Double, at s: Double, mass: Double) -> Branch {
    Branch(species: species, start: start + radius * s / mass, slope: slope - radius / mass)
  }
}

/// Sums of the moduli of graphs at finite N, event by event: every parent, partner, atom and recolliding pair by itself, times by
/// nested Gauss–Legendre (exact: polynomials). No generating function, no rate.
struct GraphSum {
  /// Which graphs are counted.
  enum Kind { case all, births, withRecollision }

  let model: Model
  var kind = Kind.all
  /// What a graph is worth that ends with so many particles of each species; (N_α)_k/N^k unless given.
  var end: (([Int]) -> Double)?

  /// Of the graphs with so many events.
  func callAsFunction(_ particles: [Branch], time: Double, orders: Int) -> Double {
    sum(particles, time: time, orders: orders, hasRecollided: false)
  }

  private func worth(_ particles: [Branch]) -> Double {
    let numbers = model.particles ?? []
    var counts = [Int](repeating: 0, count: numbers.count)
    for particle in particles { counts[particle.species] += 1 }
    return end?(counts) ?? model.mass(of: MarginalOrder(counts))
  }

  private func sum(_ particles: [Branch], time: Double, orders: Int, hasRecollided: Bool) -> Double {
    guard orders > 0 else {
      return kind == .withRecollision && !hasRecollided ? 0 : worth(particles)
    }
    let total = Double((model.particles ?? []).reduce(0, +))
    let kappa = model.geometry.kappa ?? 0
    let rule = GaussLegendre(points: 4, from: 0, to: time)
    var result = 0.0
    for (s, weight) in zip(rule.nodes, rule.weights) {
      var events = 0.0
      for (i, parent) in particles.enumerated() {
        for beta in model.species.indices {
          for atom in model.potentials.atoms(parent.species, beta) {
            let radius = kappa * atom.mode.vector.norm
            var next = particles
            next[i] = parent.kicked(radius, at: s, mass: model.masses[parent.species])
            next.append(
              Branch(species: beta, start: 0, slope: 0).kicked(radius, at: s, mass: model.masses[beta]))
            events +=
              atom.coefficient.magnitude * radius * parent.distance(s)
              * sum(next, time: s, orders: orders - 1, hasRecollided: hasRecollided)
          }
        }
      }
      for i in particles.indices where kind != .births {
        for j in 0..<i {
          for atom in model.potentials.atoms(particles[i].species, particles[j].species) {
            let radius = kappa * atom.mode.vector.norm
            var next = particles
            for k in [i, j] { next[k] = next[k].kicked(radius, at: s, mass: model.masses[next[k].species]) }
            events +=
              atom.coefficient.magnitude * radius * (particles[i].distance(s) + particles[j].distance(s))
              / total * sum(next, time: s, orders: orders - 1, hasRecollided: true)
          }
        }
      }
      result += weight * events
    }
    return result
  }

  /// The particles of a point, each on the chord of its path.
  static func start(_ point: Point, _ model: Model, time: Double) -> [Branch] {
    point.map { particle in
      let xi = SpaceVector(components: particle.xi.map(\.value))
      let eta = (particle.mode ?? .zero).vector * (model.geometry.kappa ?? 0)
      let end = (xi - eta * (time / model.masses[particle.species])).norm
      return Branch(species: particle.species, start: xi.norm, slope: (end - xi.norm) / time)
    }
  }
}

extension GraphSum {
  /// Several atoms per pair, unequal masses, N_α particles.
  static func model(_ particles: [Int], dimension: Int, seed: UInt64) throws -> Model {
    var random = RandomStream(seed: seed)
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: random.decimal(4...8)))
    let total = particles.reduce(0, +)
    var species: [Species] = []
    for (index, count) in particles.enumerated() {
      species.append(
        try Species(
          name: "s\(index)", fraction: DecimalNumber(Double(count) / Double(total)),
          mass: random.decimal(0.5...3)))
    }
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in particles.indices {
      for b in a..<particles.count where a == b || (a + b) % 3 != 2 {
        let other = dimension == 1 ? ModeIndex(2, 0, 0) : ModeIndex(1, -1, 0)
        pairs.append(
          (
            a, b,
            try TrigonometricPotential(modes: [
              .init(mode: ModeIndex(1, 0, 0), coefficient: random.decimal(-0.6...0.6)),
              .init(mode: other, coefficient: random.decimal(-0.4...0.4)),
            ])
          ))
      }
    }
    return try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: particles.count, pairs: pairs),
      particles: particles)
  }
}
