import CLibraries
public import ExperimentKit
public import Interaction
import PhaseSpace

/// Reads `model:` into a `Model`: dimension, domain, species, potentials, kernel, particles.
public struct ModelReader {
  /// The model as configured.
  public let model: Model

  /// - Parameters:
  ///   - readsKernel: false for the experiments of quantum states; `kernel` is then an unknown key.
  ///   - readsHbar: whether `hbar` may be given apart from N, for a quantum state.
  ///   - readsExternal: whether there may be external potentials.
  ///   - particleNumbers: N_1, N_2, … known from elsewhere in the configuration, from which absent fractions
  ///     follow.
  public init(
    _ node: ConfigurationNode, readsKernel: Bool = true, readsHbar: Bool = false,
    readsExternal: Bool = false, particleNumbers: [Int]? = nil
  ) throws {
    let dimension = try node["dimension"].integer(in: 1...3)
    let domain = try Self.readDomain(node["domain"])
    let geometry = try node.locating { try PhaseSpaceGeometry(dimension: dimension, domain: domain) }
    let entries = try node["species"].list(atLeast: 1)
    guard entries.count <= 64 else { throw node["species"].error(expected: "at most 64 species") }
    let names = try entries.map { try Self.readName($0["name"]) }
    for (index, name) in names.enumerated() where names.firstIndex(of: name) != index {
      throw entries[index]["name"].error(expected: "a name no other species has")
    }
    let particles = try Self.readParticles(node["particles"], names: names)
    let species = try Self.readSpecies(entries, names: names, particles: particles ?? particleNumbers)
    let coupling = try node["coupling"].number(default: 1)
    var pairs: [(first: Int, second: Int, potential: any BandLimitedPotential)] = []
    var seen: Set<Set<Int>> = []
    for entry in try node["potentials"].list(orEmpty: true) {
      if species.allSatisfy({ $0.charge.value == 0 }),
        ["coulomb", "yukawa"].contains(try entry["kind"].choice(of: potentialKinds.map(\.kind)))
      {
        throw entry["kind"].error(expected: "species with a charge where the potential is between charges")
      }
      for (first, second) in try Self.readPairs(entry["between"], names: names) {
        guard seen.insert([first, second]).inserted else {
          throw entry["between"].error(expected: "each unordered pair of species once")
        }
        let charges = [species[first].charge, species[second].charge]
        let potential = try readPotential(entry, dimension: dimension, charges: charges, times: coupling)
        if geometry.kappa == nil, potential.density == nil {
          throw entry["kind"].error(
            expected: "a density on R^d (bump or tabulated) where the domain is space")
        }
        pairs.append((first, second, potential))
        // A potential that does not fit the domain is reported where it stands.
        _ = try entry.locating {
          try PotentialMatrix(
            geometry: geometry, speciesCount: names.count, pairs: [(first, second, potential)])
        }
      }
    }
    let external = try readExternal(node["external"], names: names, geometry: geometry, isRead: readsExternal)
    let potentials = try node.locating {
      try PotentialMatrix(geometry: geometry, speciesCount: names.count, pairs: pairs, external: external)
    }
    let kernel =
      readsKernel
      ? try Self.readKernel(node["kernel"]) : readsHbar ? try Self.readHbar(node["hbar"]) : .classical
    model = try node.locating {
      try Model(
        geometry: geometry, species: species, potentials: potentials, kernel: kernel, particles: particles)
    }
  }

  private static func readDomain(_ node: ConfigurationNode) throws -> Domain {
    switch try node["kind"].choice(of: ["torus", "space"]) {
    case "torus": .torus(length: try node["length"].positive("a positive period"))
    default: .space
    }
  }

  private static func readName(_ node: ConfigurationNode) throws -> String {
    let name = try node.string()
    guard !name.isEmpty, name.unicodeScalars.count <= 64, !["weight", "kind"].contains(name) else {
      throw node.error(expected: "a name of 1 to 64 characters other than 'weight' and 'kind'")
    }
    // Names are parts of the paths of arrays in data.h5, and columns of tables.
    guard ![".", ".."].contains(name), !name.contains("/"), MessageText.shown(name) == name else {
      throw node.error(expected: "a name without '/' and control characters, other than '.' and '..'")
    }
    return name
  }

  private static func readParticles(_ node: ConfigurationNode, names: [String]) throws -> [Int]? {
    if node.isAbsent {
      node.recordNull()
      return nil
    }
    for name in try node.names() where !names.contains(name) {
      throw node[name].error(expected: "the name of a species (\(names.joined(separator: ", ")))", got: name)
    }
    return try names.map { try node[$0].integer(in: 1...1_000_000) }
  }

  private static func readSpecies(_ entries: [ConfigurationNode], names: [String], particles: [Int]?) throws
    -> [Species]
  {
    var species: [Species] = []
    for (index, entry) in entries.enumerated() {
      let mass = try entry["mass"].positive(default: 1)
      let charge = try entry["charge"].number(default: 0)
      var derived: DecimalNumber?
      if let particles {
        derived = DecimalNumber(Double(particles[index]) / Double(particles.reduce(0, +)))
      }
      let fraction = try entry["fraction"].number("a number in (0, 1]", default: derived) {
        $0 > 0 && $0 <= 1
      }
      if let derived, (fraction.value - derived.value).magnitude > 1e-12 {
        throw entry["fraction"].error(expected: "\(derived) as the particle numbers say")
      }
      species.append(
        try entry.locating { try Species(name: names[index], fraction: fraction, mass: mass, charge: charge) }
      )
    }
    let total = species.reduce(0) { $0 + $1.fraction.value }
    guard (total - 1).magnitude <= 1e-12 else {
      throw entries[entries.count - 1]["fraction"].error(
        expected: "fractions that sum to 1 over all species", got: "a sum of \(total)")
    }
    return species
  }

  /// A pair of species, or `all` for every unordered pair.
  private static func readPairs(_ node: ConfigurationNode, names: [String]) throws -> [(Int, Int)] {
    if !node.isAbsent, !node.isList {
      guard try node.string() == "all" else { throw node.error(expected: "a list of two species, or 'all'") }
      return names.indices.flatMap { first in (first..<names.count).map { (first, $0) } }
    }
    let entries = try node.list()
    guard entries.count == 2 else { throw node.error(expected: "a list of two species, or 'all'") }
    let indices = try entries.map { entry in
      let name = try entry.choice(of: names)
      return names.firstIndex(of: name) ?? 0
    }
    return [(indices[0], indices[1])]
  }

  /// ħ of a quantum state, the Moyal kernel's; without one ħ = N^{−1/d}.
  private static func readHbar(_ node: ConfigurationNode) throws -> Kernel {
    guard node.isAbsent else { return .moyal(hbar: try node.positive()) }
    node.recordNull()
    return .classical
  }

  private static func readKernel(_ node: ConfigurationNode) throws -> Kernel {
    switch try node["kind"].choice(of: ["classical", "moyal"], default: "classical") {
    case "moyal": .moyal(hbar: try node["hbar"].positive())
    default: .classical
    }
  }
}
