public import ManyBody
import PhaseSpace

// The model of the reference numbers: Λ = 2π, V(x) = Σ_m v_|m| e^{imx},
// v_11 = (0.3, 0.5, 0.2), v_22 = (0.1, 0.4, −0.15), v_12 = (−0.2, −0.6, 0.1) for |m| = 0, 1, 2, ħ = 1/N.

/// The model and the states that the reference numbers of the fermion tests belong to.
public enum ReferenceModel {
  /// Λ
  public static let period = 2 * Double.pi

  /// v_0 and the pairs v_{±m}.
  public static func modes(_ v: [Double]) -> [InteractionModes.Coefficient] {
    v.enumerated().flatMap { m, value -> [InteractionModes.Coefficient] in
      (m == 0 ? [0] : [m, -m]).map { .init(mode: ModeIndex($0, 0, 0), value: value) }
    }
  }

  /// The pair interactions, times `scale`.
  public static func interaction(scale: Double = 1) throws -> InteractionModes {
    let v11 = modes([0.3, 0.5, 0.2].map { scale * $0 })
    let v22 = modes([0.1, 0.4, -0.15].map { scale * $0 })
    let v12 = modes([-0.2, -0.6, 0.1].map { scale * $0 })
    return try InteractionModes(speciesCount: 2, [v11, v12, v12, v22])
  }

  /// Orbitals of the exact reference states: (amp, eps) = (0.3, 0.3) and (−0.2, −0.2), φ = 0, sea.
  public static func slater(_ particles: [Int], cutoff: Int) throws -> SlaterDeterminant {
    let waves = try PlaneWaves(cutoff: cutoff, period: period)
    let total = particles.reduce(0, +)
    let profiles = [
      try OrbitalProfile(amplitude: 0.3, momentum: 0.3), try OrbitalProfile(amplitude: -0.2, momentum: -0.2),
    ]
    return try SlaterDeterminant(
      orbitals: try (0..<2).map {
        try profiles[$0].orbitals(
          waves: waves, count: particles[$0], total: total, hbar: 1 / Double(total)
        ).orbitals
      })
  }

  /// Orbitals of the Hartree–Fock references.
  public static func profiles(_ occupation: OrbitalProfile.Occupation) throws -> [OrbitalProfile] {
    [
      try OrbitalProfile(amplitude: 0.3, phase: 0, momentum: 0.25, occupation: occupation),
      try OrbitalProfile(amplitude: -0.2, phase: 0.5, momentum: -0.15, occupation: occupation),
    ]
  }
}
