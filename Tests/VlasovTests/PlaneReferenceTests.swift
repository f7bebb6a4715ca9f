import CLibraries
import Interaction
import Numerics
import PhaseSpace
import Testing
import Vlasov

@Suite("The exact solution in the plane on a chosen grid")
struct PlaneReferenceTests {
  /// One species of mass 1.3 with force and modulation along the first axis, in any dimension.
  private func solution(dimension: Int, spacing: Double, modes: Int) throws -> ReferenceSolution {
    let geometry = try PhaseSpaceGeometry(
      dimension: dimension, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let cosine = try TrigonometricPotential(modes: [.init(mode: ModeIndex(1, 0, 0), coefficient: 0.4)])
    let model = try Model(
      geometry: geometry, species: [Species(name: "a", fraction: 1, mass: 1.3)],
      potentials: PotentialMatrix(geometry: geometry, speciesCount: 1, pairs: [(0, 0, cosine)]))
    let initial = try ProductMixture(
      components: [(0.6, 0.4, 0.0), (0.4, -0.3, 0.2)].map { weight, amplitude, drift in
        ProductMixture.Component(
          weight: weight,
          states: [
            try MaxwellianState(
              geometry: geometry, sigma: [0.9, 1.1].prefix(dimension).map { $0 },
              drift: [drift, 0].prefix(dimension).map { $0 },
              modulations: [.init(mode: ModeIndex(1, 0, 0), amplitude: amplitude)])
          ])
      })
    let lattice = try FourierLattice(
      model, modes: modes, xiExtents: [6.6], timeStep: 0.5, xiSteps: [spacing])
    return try ReferenceSolution(
      model: model, initial: initial, lattice: lattice, until: 1, workers: Workers(threads: 2))
  }

  @Test(
    "is the solution of one axis times free flight along the other, within its error",
    arguments: [0.6, 0.45, 0.3])
  func product(spacing: Double) throws {
    let plane = try solution(dimension: 2, spacing: spacing, modes: 2)
    // By nodes, which know nothing of lattices.
    let line = try solution(dimension: 1, spacing: spacing, modes: 2)
    try plane.advance(to: 1, afterStep: {})
    try line.advance(to: 1, afterStep: {})
    let lattice = plane.lattice
    for (own, exact) in zip(plane.components(), line.components()) {
      #expect(exact.errors[0].maximum < 1e-11, "nodes")
      var off = 0.0
      for row in 0..<lattice.modeCount {
        let n = lattice.mode(at: row)
        let values = own.table.values[0][row]
        let along = exact.table.values[0][n[0] + line.lattice.modes]
        let points = lattice.pointCount(0)
        for place in 0..<points {
          let g = lattice.point(at: place, species: 0)
          let xi = 1.1 * lattice.spacing(0) * Double(g[1])
          let free = n[1] == 0 ? Double.exp(-xi * xi / 2) : 0
          let half = line.lattice.halfWidths[0]
          let expected = Complex(along[g[0] + half], along[g[0] + half + along.count / 2])
          off = max(
            off, (Complex(values[place], values[points + place]) - expected.multiplied(by: free)).length)
        }
      }
      let error = own.errors[0].maximum
      #expect(off <= error, "Δξ = \(spacing): \(off) beyond \(error)")
      #expect(error < 1000 * off && error < 1e-2, "\(error) against \(off)")
    }
    let figures = plane.resolution().filter { $0.name == "the error of the reference" }
    #expect(figures.count == 1 && figures[0].value > 0)
  }
}
