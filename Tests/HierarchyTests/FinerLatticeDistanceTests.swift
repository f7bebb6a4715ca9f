import CLibraries
import Computing
import Hierarchy
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("Distances to a hierarchy on a finer lattice")
struct FinerLatticeDistanceTests {
  private static let model = OneSpeciesModel(
    strength: 0.4, components: [(0.6, 0.3, 0.1), (0.4, -0.2, -0.3)], modes: 2, extent: 5, step: 0.25)

  private static func hierarchy(onOrbitals: Bool, _ lattice: FourierLattice) throws -> any RankedHierarchy {
    let (model, initial) = (try model.model(), try model.initial())
    let hierarchy: any RankedHierarchy =
      onOrbitals
      ? try OrbitalHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: CumulantClosure(), tolerance: 1e-9
      )
      : try TruncatedHierarchy(
        model: model, initial: initial, lattice: lattice, rank: 2, closure: CumulantClosure(),
        workers: Workers(threads: 1))
    try hierarchy.advance(to: 0.5)
    return hierarchy
  }

  @Test(
    "maximum, L² norm and size of the reference are those over all sites of the coarser one",
    arguments: [
      false, true,
    ])
  func sites(onOrbitals: Bool) throws {
    let lattice = try Self.model.lattice()
    let own = try Self.hierarchy(onOrbitals: onOrbitals, lattice)
    let other = try Self.hierarchy(
      onOrbitals: onOrbitals, lattice.refined(steps: 3).enlarged(modes: 1, window: 1.4))
    for order in own.orders {
      let slots = order.slots
      let half = lattice.halfWidths[0]
      var (largest, square, reference) = (0.0, 0.0, 0.0)
      func descend(_ modes: [ModeIndex], _ points: [ModeIndex]) {
        guard modes.count == slots.count else {
          for n in -lattice.modes...lattice.modes {
            for g in -half...half {
              descend(modes + [ModeIndex(n, 0, 0)], points + [ModeIndex(g, 0, 0)])
            }
          }
          return
        }
        let theirs = other.value(species: slots, modes: modes, points: points.map { $0 &* 3 })
        let difference = (1.5 * own.value(species: slots, modes: modes, points: points).real - theirs.real)
        let imaginary =
          1.5 * own.value(species: slots, modes: modes, points: points).imaginary - theirs.imaginary
        let size = difference * difference + imaginary * imaginary
        (largest, square) = (max(largest, size), square + size)
        reference = max(reference, theirs.lengthSquared)
      }
      descend([], [])
      let cell = slots.reduce(1) { cell, _ in cell * lattice.spacing(0) }
      let found = try own.distance(order, times: 1.5, to: other)
      #expect((found.maximum - largest.squareRoot()).magnitude < 1e-12, "\(order)")
      #expect((found.l2 - (cell * square).squareRoot()).magnitude < 1e-11, "\(order)")
      #expect((found.referenceMaximum - reference.squareRoot()).magnitude < 1e-12, "\(order)")
      #expect(largest > 0.01)
    }
  }

  @Test("a lattice that lacks sites, or another storage, is refused")
  func refusals() throws {
    let lattice = try Self.model.lattice()
    for onOrbitals in [false, true] {
      let own = try Self.hierarchy(onOrbitals: onOrbitals, lattice)
      for other in [
        try lattice.refined(steps: 3, per: 2), try lattice.enlarged(modes: 0, window: 0.8),
        try FourierLattice(
          geometry: lattice.geometry, modes: 1, xiExtent: 5, timeStep: 0.25, masses: lattice.masses),
      ] {
        let another = try Self.hierarchy(onOrbitals: onOrbitals, other)
        #expect(throws: ArgumentError.self) { try own.distance(own.orders[0], to: another) }
      }
      let stored = try Self.hierarchy(onOrbitals: !onOrbitals, lattice)
      #expect(throws: ArgumentError.self) { try own.distance(own.orders[0], to: stored) }
    }
  }
}
