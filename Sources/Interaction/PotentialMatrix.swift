public import CLibraries
public import PhaseSpace

/// The symmetric matrix of pair potentials V_{αβ} = V_{βα}; an absent pair does not interact. Beside them a species may be in a
/// static external potential U_α (a lattice, a trap), of the size of the mean field:
///
///     ∂_t f_α + (p/m_α)·∇_q f_α = ∇(U_α + Σ_β V_{αβ} * ρ_β)·∇_p f_α,     H_N = K + (1/N) Σ_{i<j} V(x_i − x_j) + Σ_i U(x_i).
public struct PotentialMatrix: Sendable {
  /// The domain all potentials live on.
  public let geometry: PhaseSpaceGeometry
  /// S; there are S(S + 1)/2 potentials.
  public let speciesCount: Int
  private let potentials: [(any BandLimitedPotential)?]
  private let atomLists: [[PotentialAtom<Double>]]
  private let externalAtoms: [[PotentialAtom<Double>]]

  /// - Parameters:
  ///   - pairs: unordered pairs of species indices with their potential, each pair at most once.
  ///   - external: U_α of some species, each at most once; on the torus.
  /// - Throws: `ArgumentError` for a pair given twice or a potential that does not fit the geometry.
  public init(
    geometry: PhaseSpaceGeometry, speciesCount: Int,
    pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)],
    external: [(species: Int, potential: any BandLimitedPotential)] = []
  ) throws(ArgumentError) {
    externalAtoms = try Self.external(external, geometry: geometry, speciesCount: speciesCount)
    var potentials = [(any BandLimitedPotential)?](repeating: nil, count: speciesCount * speciesCount)
    var atomLists = [[PotentialAtom<Double>]](repeating: [], count: speciesCount * speciesCount)
    for (first, second, potential) in pairs {
      guard potentials[first * speciesCount + second] == nil else {
        throw ArgumentError("potentials", expected: "each unordered pair once", got: "a pair twice")
      }
      var atoms: [PotentialAtom<Double>] = []
      if let kappa = geometry.kappa(as: Ball.self) {
        atoms = try Self.atoms(potential, dimension: geometry.dimension, kappa: kappa)
      } else if potential.density == nil {
        throw ArgumentError(
          "potential", expected: "a density on R^d", got: "one that lives on the torus only")
      }
      for index in [first * speciesCount + second, second * speciesCount + first] {
        potentials[index] = potential
        atomLists[index] = atoms
      }
    }
    self.geometry = geometry
    self.speciesCount = speciesCount
    self.potentials = potentials
    self.atomLists = atomLists
  }

  /// From the decimals, like the certified bounds: near a break or an edge of V̂ the rounding of κ would decide.
  private static func atoms(_ potential: any BandLimitedPotential, dimension: Int, kappa: Ball)
    throws(ArgumentError) -> [PotentialAtom<Double>]
  {
    let atoms = try potential.atoms(dimension: dimension, kappa: kappa).map {
      PotentialAtom(mode: $0.mode, coefficient: $0.coefficient.middle)
    }
    for atom in atoms where !atom.coefficient.isFinite {
      throw ArgumentError(
        "potential", expected: "coefficients that Float64 can hold", got: "mode \(atom.mode.text())")
    }
    return atoms
  }

  private static func external(
    _ external: [(species: Int, potential: any BandLimitedPotential)], geometry: PhaseSpaceGeometry,
    speciesCount: Int
  ) throws(ArgumentError) -> [[PotentialAtom<Double>]] {
    var lists = [[PotentialAtom<Double>]](repeating: [], count: speciesCount)
    for (index, (species, potential)) in external.enumerated() {
      guard let kappa = geometry.kappa(as: Ball.self) else {
        throw ArgumentError("external", expected: "a torus", got: "space")
      }
      guard !external[..<index].contains(where: { $0.species == species }) else {
        throw ArgumentError("external", expected: "each species once", got: "a species twice")
      }
      lists[species] = try atoms(potential, dimension: geometry.dimension, kappa: kappa)
    }
    return lists
  }

  /// The atoms u_{α,m} of the external potential, U_α(q) = Σ_m u_{α,m} e^{iκm·q}, both signs of m; empty where there is none.
  public func external(_ alpha: Int) -> [PotentialAtom<Double>] { externalAtoms[alpha] }

  /// u_{α,m}, zero where there is no atom.
  public func externalCoefficient(_ alpha: Int, mode: ModeIndex) -> Double {
    externalAtoms[alpha].first { $0.mode == mode }?.coefficient ?? 0
  }

  /// Whether a species is in an external potential that exerts a force.
  public var isExternal: Bool {
    externalAtoms.contains { $0.contains { $0.mode != .zero && $0.coefficient != 0 } }
  }

  /// For what is proved, or written, without an external potential.
  /// - Throws: `HypothesisError` where there is one.
  public func requireNoExternal(_ statement: String) throws(HypothesisError) {
    guard !isExternal else { throw HypothesisError(statement, requires: "no external potential") }
  }

  /// V_{αβ}, nil when the pair does not interact.
  public func potential(_ alpha: Int, _ beta: Int) -> (any BandLimitedPotential)? {
    potentials[alpha * speciesCount + beta]
  }

  /// The density of V_{αβ} on R^d, nil when the pair does not interact.
  public func density(_ alpha: Int, _ beta: Int) -> (any RadialPotential)? {
    potentials[alpha * speciesCount + beta]?.density
  }

  /// The atoms v_{αβ,m} on the torus (both signs of m), empty on R^d or without interaction; each the Double nearest to
  /// what the configured decimals give.
  public func atoms(_ alpha: Int, _ beta: Int) -> [PotentialAtom<Double>] {
    atomLists[alpha * speciesCount + beta]
  }

  /// The coefficient v_{αβ,m}, zero where there is no atom.
  public func coefficient(_ alpha: Int, _ beta: Int, mode: ModeIndex) -> Double {
    atoms(alpha, beta).first { $0.mode == mode }?.coefficient ?? 0
  }

  /// m_V: the largest |m_i| of all atoms, external ones included.
  public var highestMode: Int { (atomLists + externalAtoms).joined().map(\.mode.maximumNorm).max() ?? 0 }

  /// All modes m ≠ 0 on which a force acts on a species, of a pair or external (m = 0 exerts no force), sorted.
  public func forceModes(of alpha: Int) -> [ModeIndex] {
    var modes = Set(externalAtoms[alpha].map(\.mode))
    for beta in 0..<speciesCount { modes.formUnion(atoms(alpha, beta).map(\.mode)) }
    modes.remove(.zero)
    return modes.sorted { $0.precedes($1) }
  }
}
