import CLibraries
import Hierarchy
import Interaction
import Numerics
import PhaseSpace

/// The Dyson series of a few particles and its exact sum, from hierarchies that close at R = N: the solution is analytic in
/// the coupling, and its Taylor coefficients are the terms D_L.
struct ClosedSeries {
  /// A point, its terms and its solution.
  struct Value {
    let point: Point
    /// The same for the trees.
    let particles: [PhasePoint]
    /// D_0, D_1, …
    let terms: [Complex<Double>]
    /// μ̄ at coupling 1.
    let solution: Complex<Double>
    /// What finer (three steps for two) and larger lattices change, doubled, and ten times the last coefficient for those that are left out.
    let budget: Double
  }

  let model: Model
  let initial: ProductMixture
  let time: Double
  let values: [Value]

  /// - Parameters:
  ///   - particles: N_α, three in all at most.
  ///   - couplings: how many there are on each side of 0.
  ///   - places: species and lattice points (mode, ξ index, an even one) of every point.
  init(
    model: Model, initial: ProductMixture, lattice: FourierLattice, steps: Int, couplings half: Int,
    places: [[(species: Int, mode: Int, point: Int)]]
  ) throws {
    let geometry = model.geometry
    let rank = model.particleNumber ?? 0
    func solutions(_ coupling: Double, _ lattice: FourierLattice, finer: Bool = false) throws -> [Complex<
      Double
    >] {
      let hierarchy = try TruncatedHierarchy(
        model: try Self.scaled(model, by: coupling), initial: initial, lattice: lattice, rank: rank,
        closure: ExactClosure(), workers: Workers(threads: 1))
      try hierarchy.advance(steps: finer ? 3 * steps / 2 : steps)
      return places.map { place in
        hierarchy.value(
          species: place.map(\.species), modes: place.map { ModeIndex($0.mode, 0, 0) },
          points: place.map { ModeIndex(finer ? 3 * $0.point / 2 : $0.point, 0, 0) })
      }
    }
    let nodes = (-half...half).map { Double($0) / Double(half) }
    let samples = try nodes.map { try solutions($0, lattice) }
    let finer = try solutions(1, try lattice.refined(steps: 3, per: 2), finer: true)
    let larger = try solutions(1, try lattice.enlarged(modes: 1, window: 1.25))
    let time = Double(steps) * lattice.timeStep
    self.model = model
    self.initial = initial
    self.time = time
    values = try places.enumerated().map { index, place in
      let terms = Self.taylor(nodes, samples.map { $0[index] })
      let solution = samples[samples.count - 1][index]
      let particles = place.map { entry in
        // ξ in the interaction picture: ξ − κnt/m is the grid point.
        let eta = (geometry.kappa ?? 0) * Double(entry.mode)
        let drift = eta * time / model.masses[entry.species]
        return PhasePoint(
          species: entry.species,
          xi: SpaceVector(Double(entry.point) * lattice.spacing(entry.species) + drift, 0, 0),
          eta: SpaceVector(eta, 0, 0))
      }
      return Value(
        point: try Point(particles, in: geometry), particles: particles, terms: terms, solution: solution,
        budget: 2 * ((finer[index] - solution).length + (larger[index] - solution).length)
          + 10 * terms[terms.count - 1].length + 1e-12)
    }
  }

  /// |Δ_L| = |μ̄ − S_L|, L = 1, …
  func remainders(_ value: Value, orders: Int) -> [Double] {
    (1...orders).map { order in
      (value.solution - value.terms.prefix(order).reduce(.zero, +)).length
    }
  }

  /// The model with all its potentials times a coupling.
  private static func scaled(_ model: Model, by coupling: Double) throws -> Model {
    let count = model.species.count
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in 0..<count {
      for b in a..<count {
        let modes = model.potentials.atoms(a, b).filter { $0.mode[0] > 0 }.map {
          TrigonometricPotential.Mode(mode: $0.mode, coefficient: DecimalNumber(coupling * $0.coefficient))
        }
        if !modes.isEmpty { pairs.append((a, b, try TrigonometricPotential(modes: modes))) }
      }
    }
    return try Model(
      geometry: model.geometry, species: model.species,
      potentials: PotentialMatrix(geometry: model.geometry, speciesCount: count, pairs: pairs),
      kernel: model.kernel, particles: model.particles)
  }

  /// Taylor coefficients at 0 of the polynomial through the values, by Newton's form.
  static func taylor(_ nodes: [Double], _ values: [Complex<Double>]) -> [Complex<Double>] {
    var differences = values
    for level in 1..<nodes.count {
      for i in stride(from: nodes.count - 1, through: level, by: -1) {
        differences[i] = (differences[i] - differences[i - 1]).multiplied(
          by: 1 / (nodes[i] - nodes[i - level]))
      }
    }
    var result = [Complex<Double>](repeating: .zero, count: nodes.count)
    for i in nodes.indices.reversed() {
      // result ← result·(λ − node_i) + difference_i
      for k in nodes.indices.reversed() {
        result[k] = (k > 0 ? result[k - 1] : .zero) - result[k].multiplied(by: nodes[i])
      }
      result[0] += differences[i]
    }
    return result
  }
}
