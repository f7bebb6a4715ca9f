public import ExperimentKit

/// All figures of one time of many-body. An absent one is nil.
public struct ManyBodyRecord: Codable, Sendable {
  /// What needs the vector in Fock space; no figures of a Hartree–Fock state that is too large for it.
  public struct FockFigures: Codable, Sendable {
    /// ⟨Π_α 𝒩_α^{k_α}⟩/Π_α N_α^{k_α} of one and two particles, Lemma 2.2.
    public let numberMoments: [Double]
    /// d⟨K_α⟩/dt / N, (2.14).
    public let rate: [Double]
    /// The bound of its modulus.
    public let rateBound: [Double]
    /// The defect of the recursion of Lemma 2.1; nil where no point leaves a particle to integrate over.
    public let recursion: Double?
    /// The terms of (3.5) at each point.
    public let hierarchy: [HierarchyFigures]
  }

  /// The terms of (3.5) at one point; nil where one is not a finite number.
  public struct HierarchyFigures: Codable, Sendable {
    /// m, the measure itself.
    public let m: Double?
    /// ∂_t m by (1.2), whatever the plane waves
    public let dtm: Double?
    /// dm/dt of the m that is computed, by differences; nil of a state that does not move by (1.2).
    public let difference: Double?
    /// Σ p·∇_q m
    public let transport: Double?
    /// ∇_q·R
    public let divR: Double?
    /// The classical force.
    public let force: Double?
    /// ∇_p·R̃
    public let residueForce: Double?
    /// R̂
    public let residuePair: Double?
    /// Left side less right side.
    public let defect: Double?

    /// The terms and their names in the results.
    public static let terms: [(name: String, value: @Sendable (HierarchyFigures) -> Double?)] = [
      ("m", { $0.m }), ("dtm", { $0.dtm }), ("dmdt", { $0.difference }), ("transport", { $0.transport }),
      ("divR", { $0.divR }),
      ("force", { $0.force }), ("residueForce", { $0.residueForce }), ("residuePair", { $0.residuePair }),
      ("defect", { $0.defect }),
    ]
  }

  /// An exact state against its Hartree–Fock companion, per species.
  public struct CompanionFigures: Codable, Sendable {
    /// Tr|γ − γ_HF|/N
    public let traceDistance: [Double]
    /// (2π)^{−1} ∫|m − m_HF| over the grid.
    public let husimiL1: [Double]
    /// What the grid leaves out of it and gets wrong.
    public let husimiL1Error: [Double]
    /// The largest difference of a density mode.
    public let densityDistance: [Double]
  }

  /// The exact state on one set of plane waves.
  public struct OnPlaneWaves: Codable, Sendable {
    /// n_max
    public let modes: Int
    /// Upper bound of the distance from the state that no plane waves cut off, 2 at most.
    public let truncation: Double
    /// The occupation of the outermost plane waves.
    public let occupation: Double
    /// ⟨K_α⟩/N
    public let kinetic: [Double]
    /// r_m by species, m = 0 … and part.
    public let modesOfDensity: [Double]
    /// m at the points; nil where it is not a finite number.
    public let husimi: [Double?]
  }

  /// What the plane waves cut off the figures of an exact state.
  public struct Truncation: Codable, Sendable {
    /// Upper bound of the distance from the state that no plane waves cut off, 2 at most.
    public let state: Double
    /// The largest difference of a density mode from fewer plane waves so far, by species; nil without others.
    public let densityModes: [Double]?
    /// The same of ⟨K_α⟩/N.
    public let kinetic: [Double]?
    /// By n_max, the state that is shown among them.
    public let convergence: [OnPlaneWaves]
  }

  /// t
  public let time: Double
  /// Bound of the propagation error.
  public let error: Double
  /// What the plane waves cut off; nil of Hartree–Fock.
  public let truncation: Truncation?
  /// ⟨H⟩
  public let energy: Double
  /// ‖Ψ‖²
  public let norm: Double
  /// ⟨K_α⟩/N
  public let kinetic: [Double]
  /// Its bound, Lemma 2.3.
  public let kineticBound: [Double]
  /// m at the points; nil where it is not a finite number.
  public let husimi: [Double?]
  /// r_m by species, m = 0 … and part.
  public let modes: [Double]
  /// The natural occupations of each species.
  public let occupations: [[Double]]
  /// (2π)^{−1}∫m of each species.
  public let mass: [Double]
  /// What Lemma 2.1 says it is.
  public let massExpected: [Double]
  /// At most so much of it the lattice of the integral leaves out.
  public let massMissing: [Double]
  /// (2π)^{−1}∫p²m
  public let moment: [Double]
  /// At most so much of it the lattice of the integral leaves out.
  public let momentMissing: [Double]
  /// The same from ⟨K⟩ by (2.15).
  public let momentFromKinetic: [Double]
  /// Its bound, Proposition 2.1.
  public let momentBound: [Double]
  /// |m − m with particles of a species exchanged|; nil where no point has two of a species.
  public let symmetry: Double?
  /// m on the grid of the pictures, by species.
  public let pictures: [RecordedArray]
  /// The least value of the pictures.
  public let least: Double
  /// The greatest value of the pictures.
  public let greatest: Double
  /// What needs the vector in Fock space.
  public let fock: FockFigures?
  /// The comparison with Hartree–Fock.
  public let companion: CompanionFigures?
  /// Why there is none of an exact state that had a companion.
  public let failure: EvolutionFailure?
}
