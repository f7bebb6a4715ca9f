import Testing
import VlasovHierarchy

@Suite("Short constructors")
struct ShortConstructorTests {
  @Test("They make what the long ones make")
  func models() throws {
    let short = try Model(
      torus: 5, species: ["a", "b", "c"], masses: [1, 2, 3],
      potentials: [.cosine("a", "c", 0.3), .bump("b", "b", strength: -0.7, bandlimit: 3)],
      particles: [1, 2, 1])
    #expect(short.fractions == [0.25, 0.5, 0.25] && short.masses == [1, 2, 3])
    #expect(short.potentials.coefficient(2, 0, mode: ModeIndex(-1, 0, 0)) == 0.3)
    #expect(short.potentials.potential(1, 1) != nil && short.potentials.potential(0, 1) == nil)
    #expect(short.particles == [1, 2, 1])
    let data = try short.product(
      .maxwellian(sigma: 1, drift: 0.2), .maxwellian(sigma: 2, wave: 0.4), .maxwellian(sigma: 3))
    let points = [1, 2].map { PhasePoint(species: $0, xi: SpaceVector(0.3, 0, 0), eta: .zero) }
    let expected = Double.exp(-0.5 * 4 * 0.09) * Double.exp(-0.5 * 9 * 0.09)
    #expect((data.value(at: points) - Complex(expected)).length < 1e-15)
    let lattice = try short.lattice(modes: 2, xiExtent: 4, timeStep: 0.1)
    #expect(lattice.masses == short.masses && lattice.xiExtents == [4, 4, 4])
    let point = try short.point(("b", xi: 0.5, mode: -1), ("a", xi: 0.25, mode: 0))
    #expect(point.map(\.species) == [1, 0] && point[0].mode == ModeIndex(-1, 0, 0))
    #expect(
      try Model(torus: 5, species: ["a", "b", "c"], potentials: []).fractions.allSatisfy { $0 == 1.0 / 3 })
  }

  @Test("What does not fit is refused")
  func refusals() throws {
    let model = try Model(torus: 5, species: ["a", "b"], potentials: [])
    #expect(throws: ArgumentError.self) {
      try Model(torus: 5, species: ["a"], potentials: [.cosine("a", "b", 1)])
    }
    #expect(throws: ArgumentError.self) {
      try Model(torus: 5, species: ["a"], masses: [1, 2], potentials: [])
    }
    #expect(throws: ArgumentError.self) {
      try Model(torus: 5, species: ["a", "b"], potentials: [], particles: [1])
    }
    #expect(throws: ArgumentError.self) { try model.point(("c", xi: 0, mode: 0)) }
    #expect(throws: ArgumentError.self) {
      let three: [ShortState] = [.maxwellian(sigma: 1), .maxwellian(sigma: 1), .maxwellian(sigma: 1)]
      _ = try model.product(three[0], three[1], three[2])
    }
    let lattice = try model.lattice(modes: 1, xiExtent: 4, timeStep: 0.1)
    let data = try model.product(.maxwellian(sigma: 1))
    let hierarchy = try TruncatedHierarchy(
      model, data, lattice, rank: 1, closure: .zero, workers: Workers(threads: 1))
    #expect(throws: ArgumentError.self) {
      try hierarchy.distance(to: VlasovSolution(model, data, lattice).advanced(to: 0.2))
    }
  }

  @Test(
    "A closure that keeps factorised data stays at the solution to the fourth order of the time step, another does not"
  )
  func distance() throws {
    let model = try Model(torus: 5, species: ["a"], potentials: [.cosine("a", "a", 0.3)])
    let data = try model.product(.maxwellian(sigma: 1, wave: 0.4))
    func distance(_ closure: some Closure, _ step: Double) throws -> Double {
      let lattice = try model.lattice(modes: 3, xiExtent: 6, timeStep: step)
      return try TruncatedHierarchy(model, data, lattice, rank: 2, closure: closure).advanced(to: 0.4)
        .distance(to: VlasovSolution(model, data, lattice).advanced(to: 0.4))
    }
    let (coarse, fine, zero) = try (
      distance(.factorised, 0.2), distance(.factorised, 0.1), distance(.zero, 0.2)
    )
    #expect(coarse > 8 * fine && zero > 100 * coarse, "\(coarse), \(fine), \(zero)")
  }
}
