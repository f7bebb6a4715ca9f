import CLibraries
import Interaction
import Numerics
import PhaseSpace
import RemainderBounds
import Testing

/// The data-aware majorant against the sum over trees it is the generating function of, evaluated without it.
@Suite("Data-aware bounds against trees")
struct DataAwareTreeTests {
  /// A model with several atoms per pair, unequal masses, and data of several modes that are not known to be nonnegative,
  /// so that the bound is its series alone.
  static func model(species count: Int, dimension: Int, seed: UInt64) throws -> (Model, ProductMixture) {
    var random = RandomStream(seed: seed)
    let geometry = try PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: random.decimal(4...8)))
    let fractions: [DecimalNumber] = [[1], [0.375, 0.625], [0.25, 0.25, 0.5]][count - 1]
    let species = try fractions.enumerated().map {
      try Species(name: "s\($0.offset)", fraction: $0.element, mass: random.decimal(0.5...3))
    }
    let second = dimension == 1 ? ModeIndex(2, 0, 0) : ModeIndex(1, -1, 0)
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in 0..<count {
      for b in a..<count where (a, b) != (0, 2) {
        pairs.append(
          (
            a, b,
            try TrigonometricPotential(modes: [
              .init(mode: ModeIndex(1, 0, 0), coefficient: random.decimal(-0.6...0.6)),
              .init(mode: second, coefficient: random.decimal(-0.3...0.3)),
              .init(mode: .zero, coefficient: 2),
            ])
          ))
      }
    }
    let states: [any OneParticleState] = try species.indices.map { index in
      try MaxwellianState(
        geometry: geometry, sigma: Array(repeating: 0.8, count: dimension),
        drift: Array(repeating: 0.1, count: dimension),
        modulations: [
          .init(mode: ModeIndex(1, 0, 0), amplitude: random.uniform(0.5...0.9), phase: random.uniform(0...3)),
          .init(mode: second, amplitude: random.uniform(0.5...0.9), phase: random.uniform(0...3)),
        ].dropLast(index == 2 ? 1 : 0))
    }
    let model = try Model(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: count, pairs: pairs))
    return (model, try ProductMixture(states: states))
  }

  private struct Branch {
    var species: Int
    var mode: ModeIndex
    /// X(s) = start + slope·s
    var start: Double
    var slope: Double

    func kicked(by m: ModeIndex, _ radius: Double, at s: Double, mass: Double) -> Branch {
      Branch(
        species: species, mode: mode &+ m, start: start + radius * s / mass, slope: slope - radius / mass)
    }
  }

  /// Every parent, partner and atom by itself; at the ends |μ_0| at ξ = 0, where Maxwellians are largest.
  private func treeSum(
    _ model: Model, _ initial: ProductMixture, _ particles: [Branch], time: Double, orders: Int,
    skipping skipped: ModeIndex? = nil
  ) -> Double {
    let kappa = model.geometry.kappa ?? 0
    guard orders > 0 else {
      return particles.reduce(1) { product, particle in
        if particle.mode == skipped { return 0 }
        let leaf = PhasePoint(species: particle.species, xi: .zero, eta: particle.mode.vector * kappa)
        return product * initial.marginals(of: model).value(at: [leaf]).length
      }
    }
    let rule = GaussLegendre(points: 4, from: 0, to: time)
    var sum = 0.0
    for (s, weight) in zip(rule.nodes, rule.weights) {
      for (i, parent) in particles.enumerated() {
        for beta in model.species.indices {
          for atom in model.potentials.atoms(parent.species, beta) {
            let radius = kappa * atom.mode.vector.norm
            if radius == 0 { continue }
            var next = particles
            next[i] = parent.kicked(by: atom.mode, radius, at: s, mass: model.masses[parent.species])
            next.append(
              Branch(species: beta, mode: .zero, start: 0, slope: 0)
                .kicked(by: atom.mode.negated, radius, at: s, mass: model.masses[beta]))
            sum +=
              weight * atom.coefficient.magnitude * radius * (parent.start + parent.slope * s)
              * treeSum(model, initial, next, time: s, orders: orders - 1, skipping: skipped)
          }
        }
      }
    }
    return sum
  }

  @Test(
    "A_1, A_2, A_3 are the sums over all trees of moduli with the data's own modes at their ends",
    arguments: [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2)])
  func trees(species: Int, dimension: Int) throws {
    let (model, initial) = try Self.model(species: species, dimension: dimension, seed: UInt64(90 + species))
    let time = 0.3
    var compared = 0
    var least = 1.0
    for list in [[0], [species - 1, 0]] {
      let point = Point(
        list.enumerated().map { index, alpha in
          Particle(
            species: alpha, xi: (0..<dimension).map { DecimalNumber(0.3 + 0.2 * Double(index + $0)) },
            mode: ModeIndex(1 - 2 * index, dimension == 2 ? index : 0, 0))
        })
      let start = point.map { particle -> Branch in
        let xi = SpaceVector(components: particle.xi.map(\.value))
        let mode = particle.mode ?? .zero
        let eta = mode.vector * (model.geometry.kappa ?? 0)
        let end = (xi - eta * (time / model.masses[particle.species])).norm
        return Branch(species: particle.species, mode: mode, start: xi.norm, slope: (end - xi.norm) / time)
      }
      let values: [Double] = try DataAwareBound().values(
        model, initial: initial, at: point, time: time, orders: 4)
      for order in 1...(list.count == 1 || species == 1 ? 3 : 2) {
        let sum = treeSum(model, initial, start, time: time, orders: order)
        let term = values[order - 1] - values[order]
        #expect((term - sum).magnitude <= 1e-10 * sum, "\(list) L = \(order): \(term) \(sum)")
        let without = treeSum(
          model, initial, start, time: time, orders: order, skipping: ModeIndex(-1, 0, 0))
        least = min(least, without / sum)
        compared += 1
      }
    }
    // A mode that is forgotten is missed.
    #expect(compared >= 5 && least < 0.99)
  }
}
