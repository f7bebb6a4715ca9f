import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

/// Hierarchies on a ξ grid that is chosen by itself, against those whose shifts are whole.
@Suite("Truncated hierarchies whose Δξ is chosen")
struct HierarchyChosenSpacingTests {
  private static func model(species: Int, particles: Int? = nil, kernel: Kernel = .classical) throws -> Model
  {
    let geometry = try PhaseSpaceGeometry(
      dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let potential = try TrigonometricPotential(
      modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.3)])
    let all = 0..<species
    let model = try Model(
      geometry: geometry,
      species: all.map {
        try Species(name: "s\($0)", fraction: DecimalNumber(1 / Double(species)), mass: $0 == 0 ? 1 : 2)
      },
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: species,
        pairs: all.flatMap { a in all.filter { $0 >= a }.map { (a, $0, potential) } }),
      kernel: kernel)
    return try particles.map { try #require(try model.with(particleNumber: $0)) } ?? model
  }

  private static func mixture(_ model: Model) throws -> ProductMixture {
    func states(_ amplitude: Double) throws -> [any OneParticleState] {
      try model.species.map { _ in
        try MaxwellianState(
          geometry: model.geometry, sigma: [1], drift: [0],
          modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)])
      }
    }
    return try ProductMixture(
      components: [.init(weight: 0.6, states: states(0.4)), .init(weight: 0.4, states: states(-0.3))])
  }

  private static func hierarchy(
    _ model: Model, rank: Int, modes: Int, extent: Double, step: Double, spacing: Double? = nil,
    tolerance: Double? = nil, closure: any Closure, threads: Int = 1
  ) throws -> TruncatedHierarchy {
    let lattice = try FourierLattice(
      model, modes: modes, xiExtents: model.species.map { _ in extent }, timeStep: step,
      xiSteps: spacing.map { spacing in model.species.map { _ in spacing } }, tolerance: tolerance)
    return try TruncatedHierarchy(
      model: model, initial: mixture(model), lattice: lattice, rank: rank, closure: closure,
      workers: Workers(threads: threads))
  }

  /// max |w − w'| over max |w| of the marginals at modes up to 2 and points |ξ| ≤ 2 of both grids.
  private static func distance(_ a: TruncatedHierarchy, _ b: TruncatedHierarchy) -> Double {
    var (largest, size) = (0.0, 0.0)
    for order in a.orders {
      let slots = order.slots
      func descend(_ modes: [ModeIndex], _ places: [Double]) {
        if modes.count == slots.count {
          let values = [a, b].map { hierarchy in
            hierarchy.value(
              species: slots, modes: modes,
              points: zip(places, slots).map {
                ModeIndex(Int(($0 / hierarchy.lattice.spacing($1)).rounded()), 0, 0)
              })
          }
          largest = .greatest(largest, (values[0] - values[1]).length)
          size = .greatest(size, values[1].length)
          return
        }
        for n in -2...2 {
          for xi in [-2.0, -1, 0, 1, 2] { descend(modes + [ModeIndex(n, 0, 0)], places + [xi]) }
        }
      }
      descend([], [])
    }
    return largest / size
  }

  @Test(
    "rank 2 is that of whole shifts: one species, two of unequal masses, N = 6, Moyal",
    arguments: [(1, nil, nil), (2, nil, nil), (1, 6, nil), (1, nil, 0.5)] as [(Int, Int?, DecimalNumber?)])
  func second(species: Int, particles: Int?, hbar: DecimalNumber?) throws {
    let model = try Self.model(
      species: species, particles: particles, kernel: hbar.map { .moyal(hbar: $0) } ?? .classical)
    let old = try Self.hierarchy(
      model, rank: 2, modes: 2, extent: 6, step: 1.0 / 16, closure: CumulantClosure())
    let new = try Self.hierarchy(
      model, rank: 2, modes: 2, extent: 6, step: 0.5, spacing: 0.25, closure: CumulantClosure(), threads: 2)
    try old.advance(to: 0.5)
    try new.advance(to: 0.5)
    let distance = Self.distance(new, old)
    #expect(distance < 1e-6 && distance > 0, "\(distance)")
    #expect(new.resolution().contains { $0.name.contains("of the steps") && $0.value > 0 && $0.isResolved })
    #expect(new.resolution().contains { $0.name.contains("interpolation") && $0.value > 0 && $0.isResolved })
  }

  @Test("rank 3 is that of whole shifts, and goes on from a saved state to the bit with a tolerance")
  func third() throws {
    let model = try Self.model(species: 1)
    let old = try Self.hierarchy(
      model, rank: 3, modes: 1, extent: 4, step: 0.25, closure: FactorisedClosure())
    let new = try (0..<2).map { _ in
      try Self.hierarchy(
        model, rank: 3, modes: 1, extent: 4, step: 0.25, spacing: 0.5, tolerance: 1e-5,
        closure: FactorisedClosure())
    }
    try old.advance(to: 0.5)
    try new[0].advance(to: 0.25)
    try new[1].restore(new[0].state)
    for hierarchy in new { try hierarchy.advance(to: 0.5) }
    #expect(new[0].state == new[1].state && new[0].resolution() == new[1].resolution())
    // Data of e^{−8} at the end of the window, and RK4's own error.
    let distance = Self.distance(new[0], old)
    #expect(distance < 1e-3 && distance > 0, "\(distance)")
  }
}
