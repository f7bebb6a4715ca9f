public import CLibraries
import Numerics
public import PhaseSpace

/// The physical model: geometry, species, pair potentials, kernel, and the particle numbers at finite N.
public struct Model: Sendable {
  /// Torus or R^d, and d.
  public let geometry: PhaseSpaceGeometry
  /// In the order of every index α.
  public let species: [Species]
  /// V_{αβ}
  public let potentials: PotentialMatrix
  /// Classical or Moyal.
  public let kernel: Kernel
  /// N_α at finite N, nil for N = ∞.
  public let particles: [Int]?

  /// - Throws: `ArgumentError` unless there is a species, names differ, fractions sum to 1 (1e-12), ħ > 0,
  ///   and the particle numbers, when given, are ≥ 1 and agree with the fractions.
  public init(
    geometry: PhaseSpaceGeometry, species: [Species], potentials: PotentialMatrix,
    kernel: Kernel = .classical,
    particles: [Int]? = nil
  ) throws(ArgumentError) {
    guard !species.isEmpty, Set(species.map(\.name)).count == species.count else {
      throw ArgumentError(
        "species", expected: "at least one, with different names", got: "\(species.map(\.name))")
    }
    let total = species.reduce(0) { $0 + $1.fraction.value }
    guard (total - 1).magnitude <= 1e-12 else {
      throw ArgumentError("species.fraction", expected: "fractions that sum to 1", got: "\(total)")
    }
    guard potentials.speciesCount == species.count, potentials.geometry == geometry else {
      throw ArgumentError("potentials", expected: "the species and geometry of the model", got: "others")
    }
    if let hbar = kernel.hbar, !(hbar > 0) {
      throw ArgumentError("kernel.hbar", expected: "a positive number", got: "\(hbar)")
    }
    if let particles {
      guard particles.count == species.count, particles.allSatisfy({ $0 >= 1 }) else {
        throw ArgumentError("particles", expected: "a positive count for each species", got: "\(particles)")
      }
      let sum = Double(particles.reduce(0, +))
      for (species, count) in zip(species, particles)
      where (species.fraction.value - Double(count) / sum).magnitude > 1e-12 {
        throw ArgumentError(
          "\(species.name).fraction", expected: "\(count)/\(Int(sum)) as the particle numbers say",
          got: species.fraction.text)
      }
    }
    self.geometry = geometry
    self.species = species
    self.potentials = potentials
    self.kernel = kernel
    self.particles = particles
  }

  /// N at finite N, nil for N = ∞.
  public var particleNumber: Int? { particles.map { $0.reduce(0, +) } }

  /// n_α
  public var fractions: [Double] { species.map(\.fraction.value) }
  /// m_α
  public var masses: [Double] { species.map(\.mass.value) }

  /// c_{kℓ} = μ^{(k,ℓ)}(0), the mass of a marginal at all times: n_1^k n_2^ℓ at N = ∞, (N_1)_k (N_2)_ℓ / N^{k+ℓ} with falling
  /// factorials at finite N (Lemma 2.1). Nobody else knows fractions and particle numbers.
  public func mass(of order: MarginalOrder) -> Double {
    guard let particles else {
      return zip(order.counts, fractions).reduce(1) { $0 * Double.pow($1.1, $1.0) }
    }
    let total = Double(particles.reduce(0, +))
    var mass = 1.0
    for (count, available) in zip(order.counts, particles) {
      for i in 0..<count { mass *= Double(max(0, available - i)) / total }
    }
    return mass
  }

  /// The same model with another kernel.
  public func with(kernel: Kernel) throws(ArgumentError) -> Model {
    try Model(
      geometry: geometry, species: species, potentials: potentials, kernel: kernel, particles: particles)
  }
  /// The same model with N particles in all, N_α = n_α N of each species; nil unless these are whole numbers ≥ 1.
  public func with(particleNumber total: Int) throws(ArgumentError) -> Model? {
    let counts = fractions.map { Int(($0 * Double(total)).rounded()) }
    let isWhole = zip(counts, fractions).allSatisfy { count, fraction in
      count >= 1 && (Double(count) / Double(total) - fraction).magnitude < 1e-12
    }
    guard isWhole else { return nil }
    return try Model(
      geometry: geometry, species: species, potentials: potentials, kernel: kernel, particles: counts)
  }
}
