import CLibraries
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Vlasov

/// Models and data of the tests of truncated hierarchies.
enum TruncatedHierarchyModel {
  /// Two species with v cos(x) between equals and −v cos(x) between unequals, κ = 1.
  static func plasma(
    strength v: Double, fractions: [Double] = [0.5, 0.5], kernel: Kernel = .classical,
    particles: [Int]? = nil,
    masses: [DecimalNumber] = [1, 1]
  ) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    func cosine(_ sign: Double) throws -> TrigonometricPotential {
      try TrigonometricPotential(
        modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: DecimalNumber(sign * v / 2))])
    }
    return try Model(
      geometry: geometry,
      species: [
        Species(name: "a", fraction: DecimalNumber(fractions[0]), mass: masses[0]),
        Species(name: "b", fraction: DecimalNumber(fractions[1]), mass: masses[1]),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [(0, 0, try cosine(1)), (0, 1, try cosine(-1)), (1, 1, try cosine(1))]),
      kernel: kernel, particles: particles)
  }

  static func component(
    _ model: Model, weight: Double = 1, amplitudes: [Double], drifts: [Double], sigma: [Double]
  ) throws -> ProductMixture.Component {
    var states: [any OneParticleState] = []
    for species in 0..<2 {
      states.append(
        try MaxwellianState(
          geometry: model.geometry, sigma: [sigma[species]], drift: [drifts[species]],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitudes[species])]))
    }
    return ProductMixture.Component(weight: weight, states: states)
  }

  static func factorised(_ model: Model) throws -> ProductMixture {
    try ProductMixture(
      components: [
        component(model, amplitudes: [0.3, -0.2], drifts: [0.1, -0.2], sigma: [1, 0.8])
      ])
  }

  static func mixture(_ model: Model) throws -> ProductMixture {
    try ProductMixture(
      components: [
        component(model, weight: 0.55, amplitudes: [0.25, -0.3], drifts: [0.1, 0], sigma: [0.9, 0.7]),
        component(model, weight: 0.45, amplitudes: [-0.2, 0.35], drifts: [0.2, -0.15], sigma: [0.9, 0.7]),
      ])
  }

  static func lattice(_ model: Model, modes: Int, extent: Double, step: Double) throws -> FourierLattice {
    try FourierLattice(
      geometry: model.geometry, modes: modes, xiExtent: extent, timeStep: step, masses: model.masses)
  }

  /// The exact solution for product data at the time of `steps` steps.
  static func reference(_ model: Model, _ initial: ProductMixture, _ lattice: FourierLattice, steps: Int)
    throws
    -> ProductTables
  {
    let flows = try initial.components.map { component in
      let flow = try VlasovLattice(
        model: model, states: component.states, lattice: lattice, coupling: .nonperturbative,
        workers: Workers(threads: 2))
      try flow.advance(steps: steps)
      return (component.weight, flow)
    }
    return try ProductTables(flows)
  }
}
