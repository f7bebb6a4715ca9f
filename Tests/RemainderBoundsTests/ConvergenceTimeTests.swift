import CLibraries
import Interaction
import PhaseSpace
import RemainderBounds
import Testing

@Suite("Convergence times")
struct ConvergenceTimeTests {
  private let geometry: PhaseSpaceGeometry

  init() throws {
    geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: 6))
  }

  private func cosine(_ mode: Int, _ coefficient: DecimalNumber) throws -> TrigonometricPotential {
    try TrigonometricPotential(modes: [.init(mode: ModeIndex(mode, 0, 0), coefficient: coefficient)])
  }

  private func model(
    _ pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)], masses: [DecimalNumber]
  ) throws -> Model {
    let fraction = DecimalNumber(1 / Double(masses.count))
    return try Model(
      geometry: geometry,
      species: masses.enumerated().map {
        try Species(name: "s\($0.offset)", fraction: fraction, mass: $0.element)
      },
      potentials: PotentialMatrix(geometry: geometry, speciesCount: masses.count, pairs: pairs))
  }

  private func time(_ model: Model, _ species: [Int]) throws -> Double? {
    try MultiTypeBound().convergenceTime(model, species: species, as: Double.self)
  }

  @Test("species that do not act on each other have their own blow-up times, infinite without a force")
  func components() throws {
    // A pair coupled by a constant only, and one by a coefficient 0, are not coupled.
    let three = try model(
      [
        (0, 0, try cosine(1, 0.5)), (1, 1, try cosine(2, -0.9)), (0, 1, try cosine(0, 3)),
        (0, 2, try cosine(1, 0)),
      ], masses: [1, 2, 1])
    let kappa = 2 * Double.pi / 6
    // One |η| each: (π/2)√(m/(MB)), M = n·2κ|m||v|.
    let first = Double.pi / 2 / (2.0 / 3 * 0.5 * kappa * kappa).squareRoot()
    let second = Double.pi / 2 * (2 / (2.0 / 3 * 0.9 * 4 * kappa * kappa)).squareRoot()
    #expect(second < first)
    #expect(((try time(three, [0]) ?? 0) / first - 1).magnitude < 1e-7)
    #expect(((try time(three, [1]) ?? 0) / second - 1).magnitude < 1e-7)
    #expect(((try time(three, [0, 1]) ?? 0) / second - 1).magnitude < 1e-7)
    #expect(try time(three, [2]) == nil)
    #expect(((try time(three, [0, 2]) ?? 0) / first - 1).magnitude < 1e-7)
  }

  @Test("the blow-up time is the radius of the series: coefficient ratios of coupled species with two radii")
  func radiusOfTheSeries() throws {
    let coupled = try model(
      [(0, 0, try cosine(1, 0.5)), (0, 1, try cosine(1, -0.3)), (1, 1, try cosine(2, 0.2))], masses: [1, 2.5])
    let blowUp = try #require(try time(coupled, [0]))
    let series: [[Double]] = try MultiTypeBound.series(coupled, orders: 160)
    // c_j ~ T^{−2j}/j where b has its logarithm; the singularity of the other species is at the same T, but weaker,
    // and its ratios arrive later.
    let estimate = { (alpha: Int, j: Int) in
      (series[alpha][j] / series[alpha][j - 1] / (1 - 1 / Double(j))).squareRoot()
    }
    #expect((blowUp * estimate(0, 160) - 1).magnitude < 1e-6)
    let (early, late) = ((blowUp * estimate(1, 80) - 1).magnitude, (blowUp * estimate(1, 160) - 1).magnitude)
    #expect(late < 0.55 * early && late < 4e-3, "\(early) \(late)")
    #expect(try time(coupled, [1]) == blowUp)
  }

  @Test("multi-type ≥ branching ≥ first moment ≥ paper (τ) for the convergence times of 60 random models")
  func order() throws {
    for seed in 0..<60 {
      let random = try RandomModel(seed: UInt64(700 + seed), unitMasses: true)
      let species = Array(random.model.species.indices)
      let bounds: [any MassBound] = [
        MultiTypeBound(), BranchingBound(), FirstMomentBound(), PaperBound(),
      ]
      let times: [Double] = try bounds.map {
        try $0.convergenceTime(random.model, species: species, as: Double.self) ?? .infinity
      }
      for (longer, shorter) in zip(times, times.dropFirst()) {
        #expect(longer >= shorter * (1 - 1e-7), "model \(seed): \(times)")
      }
    }
  }
}
