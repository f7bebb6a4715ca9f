import CLibraries
public import Interaction
public import ManyBody
import PhaseSpace

/// Models of any number of species on the torus of period 2π: V_{αβ}(x) = Σ_m v_{αβ,|m|} e^{imx}, |m| ≤ 2, all different, and
/// masses 1, 1.5, 2, ….
public enum SpeciesModel {
  /// v_{αβ,0}, v_{αβ,1}, v_{αβ,2}.
  public static func coefficients(_ a: Int, _ b: Int) -> [Double] {
    let (low, high) = (min(a, b), max(a, b))
    return [
      0.25 - 0.125 * Double(high), 0.5 - 0.375 * Double(low + high), 0.125 + 0.0625 * Double(low * high),
    ]
  }

  /// m_α
  public static func masses(_ count: Int) -> [Double] { (0..<count).map { 1 + 0.5 * Double($0) } }

  /// The interactions of so many species, times `scale`, of the pairs that are wanted.
  public static func interaction(
    _ count: Int, scale: Double = 1, where interacts: (Int, Int) -> Bool = { _, _ in true }
  ) throws -> InteractionModes {
    try InteractionModes(
      speciesCount: count,
      (0..<count * count).map { index in
        let (a, b) = (index / count, index % count)
        return interacts(min(a, b), max(a, b))
          ? ReferenceModel.modes(coefficients(a, b).map { scale * $0 }) : []
      })
  }

  /// The same as a model, with these particle numbers.
  public static func model(_ particles: [Int], kernel: Kernel = .classical) throws -> Model {
    let geometry = try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(2 * Double.pi)))
    let count = particles.count
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    for a in 0..<count {
      for b in a..<count {
        let modes = coefficients(a, b).enumerated().map {
          TrigonometricPotential.Mode(mode: ModeIndex($0, 0, 0), coefficient: DecimalNumber($1))
        }
        pairs.append((a, b, try TrigonometricPotential(modes: modes)))
      }
    }
    let total = Double(particles.reduce(0, +))
    return try Model(
      geometry: geometry,
      species: zip(particles, masses(count)).enumerated().map { index, one in
        try Species(
          name: "s\(index)", fraction: DecimalNumber(Double(one.0) / total), mass: DecimalNumber(one.1))
      },
      potentials: PotentialMatrix(geometry: geometry, speciesCount: count, pairs: pairs), kernel: kernel,
      particles: particles)
  }

  /// Profiles of so many species.
  public static func profiles(_ count: Int) throws -> [OrbitalProfile] {
    try (0..<count).map {
      try OrbitalProfile(
        amplitude: 0.3 - 0.2 * Double($0), phase: 0.5 * Double($0), momentum: 0.2 - 0.15 * Double($0))
    }
  }
}
