import CLibraries
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Vlasov

/// One species on the circle of length 2π, V = 2v cos q, mass 1, and modulated Maxwellians in it.
struct OneSpeciesModel {
  var strength: Double
  var sigma = 1.0
  /// Amplitude, drift and weight of each component.
  var components: [(weight: Double, amplitude: Double, drift: Double)]
  var modes = 4
  var extent = 9.0
  var step = 0.25
  var kernel = Kernel.classical
  var particles: Int?

  func model() throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let potential = try TrigonometricPotential(
      modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(strength))])
    return try Model(
      geometry: geometry, species: [Species(name: "e", fraction: 1)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, potential)]),
      kernel: kernel, particles: particles.map { [$0] })
  }

  func initial() throws -> ProductMixture {
    let geometry = try model().geometry
    return try ProductMixture(
      components: components.map {
        ProductMixture.Component(
          weight: $0.weight,
          states: [
            try MaxwellianState(
              geometry: geometry, sigma: [sigma], drift: [$0.drift],
              modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: $0.amplitude)])
          ])
      })
  }

  func lattice() throws -> FourierLattice {
    try FourierLattice(
      geometry: model().geometry, modes: modes, xiExtent: extent, timeStep: step, masses: [1])
  }

  func hierarchy(rank: Int, _ closure: any Closure) throws -> TruncatedHierarchy {
    try TruncatedHierarchy(
      model: model(), initial: initial(), lattice: lattice(), rank: rank, closure: closure,
      workers: Workers(threads: 1))
  }

  /// The exact solution at N = ∞.
  func reference(until end: Double) throws -> ReferenceSolution {
    var infinite = self
    infinite.particles = nil
    return try ReferenceSolution(
      model: infinite.model(), initial: initial(), lattice: lattice(), until: end,
      workers: Workers(threads: 1))
  }

  /// f_0(ξ,n) of the first component, without a drift.
  func data(_ xi: Double, _ n: Int) -> Double {
    let weight = n == 0 ? 1 : n.magnitude == 1 ? components[0].amplitude / 2 : 0
    return weight * Double.exp(-sigma * sigma * xi * xi / 2)
  }

  /// D_1(ξ,n) at t, for one component without drift: Duhamel's integral of the free flight, by Gauss and Legendre,
  ///
  ///     ∫_0^t ds Σ_{m = ±1} v m ξ' f_0(ξ' + (n + m)s, n + m) f_0(−ms, −m),     ξ' = ξ + n(t − s).
  func firstTerm(_ xi: Double, _ n: Int, time: Double) -> Double {
    let rule = GaussLegendre(points: 24, from: 0, to: time)
    return zip(rule.nodes, rule.weights).reduce(0) { sum, node in
      let (s, weight) = node
      let moved = xi + Double(n) * (time - s)
      return sum
        + [-1, 1].reduce(0) { part, m in
          part + weight * strength * Double(m) * moved * data(moved + Double(n + m) * s, n + m)
            * data(-Double(m) * s, -m)
        }
    }
  }
}
