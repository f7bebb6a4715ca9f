public import CLibraries
public import PhaseSpace

/// The symmetric matrix of pair potentials V_{αβ} = V_{βα}; an absent pair does not interact.
public struct PotentialMatrix: Sendable {
  /// The domain all potentials live on.
  public let geometry: PhaseSpaceGeometry
  /// S; there are S(S + 1)/2 potentials.
  public let speciesCount: Int
  private let potentials: [(any BandLimitedPotential)?]
  private let atomLists: [[PotentialAtom<Double>]]

  /// - Parameter pairs: unordered pairs of species indices with their potential, each pair at most once.
  /// - Throws: `ArgumentError` for a pair given twice or a potential that does not fit the geometry.
  public init(
    geometry: PhaseSpaceGeometry, speciesCount: Int,
    pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)]
  ) throws(ArgumentError) {
    var potentials = [(any BandLimitedPotential)?](repeating: nil, count: speciesCount * speciesCount)
    var atomLists = [[PotentialAtom<Double>]](repeating: [], count: speciesCount * speciesCount)
    for (first, second, potential) in pairs {
      guard potentials[first * speciesCount + second] == nil else {
        throw ArgumentError("potentials", expected: "each unordered pair once", got: "a pair twice")
      }
      var atoms: [PotentialAtom<Double>] = []
      if let kappa = geometry.kappa(as: Ball.self) {
        // From the decimals, like the certified bounds: near a break or an edge of V̂ the rounding of κ would decide.
        atoms = try potential.atoms(dimension: geometry.dimension, kappa: kappa).map {
          PotentialAtom(mode: $0.mode, coefficient: $0.coefficient.middle)
        }
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

  /// m_V: the largest |m_i| of all atoms.
  public var highestMode: Int { atomLists.joined().map(\.mode.maximumNorm).max() ?? 0 }

  /// All modes m ≠ 0 on which some pair of a species interacts (m = 0 exerts no force), sorted.
  public func forceModes(of alpha: Int) -> [ModeIndex] {
    var modes: Set<ModeIndex> = []
    for beta in 0..<speciesCount { modes.formUnion(atoms(alpha, beta).map(\.mode)) }
    modes.remove(.zero)
    return modes.sorted { ($0[0], $0[1], $0[2]) < ($1[0], $1[1], $1[2]) }
  }
}
