// γ_α (2.8) on plane waves, and what it alone determines. Made once where several figures of one state are wanted: of an exact
// state it takes all vectors a_nΨ and the products between them.

import CLibraries
public import Numerics
public import PhaseSpace

/// The one-particle density matrix of one species, Tr γ = N_α.
public struct OneParticleDensity: Sendable {
  /// The plane waves, M of them.
  public let waves: PlaneWaves
  /// γ_{uw} = ⟨a*_w a_u⟩, M × M, row-major.
  public let matrix: [Complex<Double>]

  /// - Precondition: M × M numbers.
  public init(waves: PlaneWaves, matrix: [Complex<Double>]) {
    precondition(matrix.count == waves.count * waves.count, "one number for each pair of plane waves")
    self.waves = waves
    self.matrix = matrix
  }

  /// ⟨K⟩ = Σ_n (ħκ|n|)²/(2m) γ_{nn}.
  public func kineticEnergy(hbar: Double, mass: Double) -> Double {
    let unit = hbar * waves.wavenumber
    var sum = 0.0
    for (i, n) in waves.modes.enumerated() {
      sum += Double(n.squaredNorm) * matrix[i * waves.count + i].real
    }
    return sum * unit * unit / (2 * mass)
  }

  /// ∫ ρ e^{−iκm·x} dx = Σ_n γ_{n, n−m}.
  public func mode(_ m: ModeIndex) -> Complex<Double> {
    var sum = Complex<Double>.zero
    for (i, j) in waves.shift(by: m.negated).enumerated() {
      if let j { sum += matrix[i * waves.count + j] }
    }
    return sum
  }

  /// The natural occupations: eigenvalues, descending.
  /// - Throws: as `HermitianEigenproblem`.
  public func occupations() throws -> [Double] {
    try HermitianEigenproblem.values(matrix, order: waves.count).reversed()
  }

  /// Tr|γ − γ'|; the plane waves may differ in the cutoff.
  /// - Throws: `ArgumentError` when they are of different dimensions; as `HermitianEigenproblem`.
  public func traceDistance(to other: OneParticleDensity) throws -> Double {
    guard waves.dimension == other.waves.dimension else {
      throw ArgumentError(
        "states", expected: "plane waves of the same dimension",
        got: "\(waves.dimension), \(other.waves.dimension)")
    }
    let larger = waves.cutoff >= other.waves.cutoff ? waves : other.waves
    let size = larger.count
    var difference = [Complex<Double>](repeating: .zero, count: size * size)
    for (density, sign) in [(self, 1.0), (other, -1.0)] {
      let places = density.waves.modes.map { larger.index(of: $0)! }
      for (i, row) in places.enumerated() {
        for (j, column) in places.enumerated() {
          difference[row * size + column] += density.matrix[i * places.count + j].multiplied(by: sign)
        }
      }
    }
    return try HermitianEigenproblem.values(difference, order: size).reduce(0) { $0 + $1.magnitude }
  }
}

extension FermionState {
  /// γ_α.
  public func density(_ species: Int) -> OneParticleDensity {
    OneParticleDensity(waves: waves, matrix: oneParticleDensity(species))
  }

  /// ⟨K_α⟩.
  public func kineticEnergy(_ species: Int) -> Double {
    density(species).kineticEnergy(hbar: hbar, mass: masses[species])
  }

  /// r_m = (1/N) ∫ ρ_α e^{−iκm·x} dx.
  public func densityMode(_ species: Int, _ m: ModeIndex) -> Complex<Double> {
    density(species).mode(m).divided(by: Double(totalParticles))
  }

  /// Tr|γ_α − γ'_α| of both states; their plane waves may differ in the cutoff.
  /// - Throws: as `OneParticleDensity.traceDistance`.
  public func traceDistance(to other: any FermionState, _ species: Int) throws -> Double {
    try density(species).traceDistance(to: other.density(species))
  }

  /// The natural occupations: eigenvalues of γ_α, descending.
  /// - Throws: as `HermitianEigenproblem`.
  public func naturalOccupations(_ species: Int) throws -> [Double] { try density(species).occupations() }
}
