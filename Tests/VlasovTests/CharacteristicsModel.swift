import CLibraries
import Interaction
import PhaseSpace
import Vlasov

// Λ = 2π, V(x) = Σ_m v_|m| e^{imx}, v_11 = (0.3, 0.5, 0.2), v_22 = (0.1, 0.4, −0.15), v_12 = (−0.2, −0.6, 0.1), halves,
// and the limits of the orbitals (amp, eps, φ) = (0.3, 0.25, 0) and (−0.2, −0.15, 0.5).

enum CharacteristicsModel {
  static let period = 6.283185307179586

  static var geometry: PhaseSpaceGeometry {
    get throws { try PhaseSpaceGeometry(dimension: 1, domain: .torus(length: DecimalNumber(period))) }
  }

  static func model(strength: Double = 1, masses: [Double] = [1, 1]) throws -> Model {
    let geometry = try geometry
    func potential(_ v: [Double]) throws -> any BandLimitedPotential {
      try TrigonometricPotential(
        modes: v.enumerated().map { m, value in
          .init(mode: ModeIndex(m, 0, 0), coefficient: DecimalNumber(strength * value))
        })
    }
    return try Model(
      geometry: geometry,
      species: [
        Species(name: "a", fraction: 0.5, mass: DecimalNumber(masses[0])),
        Species(name: "b", fraction: 0.5, mass: DecimalNumber(masses[1])),
      ],
      potentials: PotentialMatrix(
        geometry: geometry, speciesCount: 2,
        pairs: [
          (0, 0, potential([0.3, 0.5, 0.2])), (1, 1, potential([0.1, 0.4, -0.15])),
          (0, 1, potential([-0.2, -0.6, 0.1])),
        ]))
  }

  static func densities(_ occupation: VlasovOrbitalLimit.Occupation) throws -> [VlasovOrbitalLimit] {
    [
      try VlasovOrbitalLimit(
        fraction: 0.5, amplitude: 0.3, momentum: 0.25, occupation: occupation, period: period),
      try VlasovOrbitalLimit(
        fraction: 0.5, amplitude: -0.2, phase: 0.5, momentum: -0.15, occupation: occupation, period: period),
    ]
  }

  static func maxwellian(_ index: Int) throws -> MaxwellianState {
    let geometry = try geometry
    return try MaxwellianState(
      geometry: geometry, sigma: [index == 0 ? 0.6 : 0.4], drift: [index == 0 ? 0.2 : -0.3],
      modulations: [
        .init(mode: ModeIndex(1, 0, 0), amplitude: index == 0 ? 0.4 : -0.3, phase: 0.7),
        .init(mode: ModeIndex(2, 0, 0), amplitude: 0.2, phase: Double(index)),
      ])
  }

  static func flow(
    _ occupation: VlasovOrbitalLimit.Occupation, strength: Double = 1, masses: [Double] = [1, 1],
    positions: Int = 128, momenta: Int = 96, tolerance: Double = 1e-17, share: Double = 1, threads: Int = 1
  ) throws -> VlasovCharacteristics {
    try VlasovCharacteristics(
      model: model(strength: strength, masses: masses), densities: densities(occupation),
      positions: positions,
      momenta: momenta, tolerance: tolerance, share: share, workers: Workers(threads: threads))
  }
}
