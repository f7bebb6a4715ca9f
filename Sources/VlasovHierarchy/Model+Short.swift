import CLibraries
import Interaction
import PhaseSpace

extension Model {
  /// A model on the torus.
  ///
  ///     let model = try Model(torus: 5, species: ["electron"], potentials: [.cosine("electron", "electron", 0.3)])
  ///
  /// - Parameters:
  ///   - length: Λ, the same on every axis.
  ///   - names: of the species, in the order of every index.
  ///   - fractions: n_α; equal shares, or those of the particles, where nothing is said.
  ///   - masses: m_α; 1 where nothing is said.
  ///   - particles: N_α at finite N, nil for N = ∞.
  /// - Throws: `ArgumentError` for an unknown name, and as the full initialiser.
  public init(
    torus length: DecimalNumber, dimension: Int = 1, species names: [String],
    fractions: [DecimalNumber]? = nil,
    masses: [DecimalNumber]? = nil, potentials: [PairPotential], kernel: Kernel = .classical,
    particles: [Int]? = nil
  ) throws {
    try self.init(
      geometry: PhaseSpaceGeometry(dimension: dimension, domain: .torus(length: length)), names, fractions,
      masses,
      potentials, kernel, particles)
  }

  /// A model on R^d.
  /// - Throws: as on the torus.
  public init(
    spaceOfDimension dimension: Int, species names: [String], fractions: [DecimalNumber]? = nil,
    masses: [DecimalNumber]? = nil, potentials: [PairPotential], kernel: Kernel = .classical,
    particles: [Int]? = nil
  ) throws {
    try self.init(
      geometry: PhaseSpaceGeometry(dimension: dimension, domain: .space), names, fractions, masses,
      potentials, kernel,
      particles)
  }

  private init(
    geometry: PhaseSpaceGeometry, _ names: [String], _ fractions: [DecimalNumber]?,
    _ masses: [DecimalNumber]?,
    _ potentials: [PairPotential], _ kernel: Kernel, _ particles: [Int]?
  ) throws {
    for (what, count) in [("fractions", fractions?.count), ("masses", masses?.count)] {
      guard count ?? names.count == names.count else {
        throw ArgumentError(what, expected: "one for each of \(names.count) species", got: "\(count ?? 0)")
      }
    }
    let total = Double(particles?.reduce(0, +) ?? names.count)
    let species = try names.enumerated().map { index, name in
      let share = Double(particles.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? 1) / total
      return try Species(
        name: name, fraction: fractions?[index] ?? DecimalNumber(share), mass: masses?[index] ?? 1)
    }
    func index(_ name: String) throws -> Int {
      guard let index = names.firstIndex(of: name) else {
        throw ArgumentError("potentials", expected: "species among \(names)", got: name)
      }
      return index
    }
    let pairs = try potentials.map { pair in
      (try index(pair.names.0), try index(pair.names.1), try pair.make())
    }
    try self.init(
      geometry: geometry, species: species,
      potentials: PotentialMatrix(geometry: geometry, speciesCount: names.count, pairs: pairs),
      kernel: kernel,
      particles: particles)
  }

  /// The Fourier lattice |n_i| ≤ `modes`, |ξ_i| ≤ `xiExtent`, of this time step.
  /// - Throws: `ArgumentError` on R^d and for sizes that are not positive or too large.
  public func lattice(modes: Int, xiExtent: Double, timeStep: Double) throws -> FourierLattice {
    try FourierLattice(self, modes: modes, xiExtent: xiExtent, timeStep: timeStep)
  }

  /// A point on the circle: `model.point(("electron", xi: 0.5, mode: 1))`.
  /// - Throws: `ArgumentError` for an unknown species or another dimension.
  public func point(_ particles: (String, xi: DecimalNumber, mode: Int)...) throws -> Point {
    guard geometry.dimension == 1 else {
      throw ArgumentError("point", expected: "a list of components where d > 1", got: "numbers")
    }
    return Point(
      try particles.map { name, xi, mode in
        guard let index = species.firstIndex(where: { $0.name == name }) else {
          throw ArgumentError("point", expected: "species among \(species.map(\.name))", got: name)
        }
        return Particle(species: index, xi: [xi], mode: ModeIndex(mode, 0, 0))
      })
  }
}
