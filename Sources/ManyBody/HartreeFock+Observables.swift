// Energies, density modes and orthonormality of a Hartree–Fock state:
//
//     E = Σ_α K_α + N Σ_α Σ_m u_{α,m} r^α_m + (N/2) Σ_{αβ} Σ_m v_{αβ,m} r^α_m conj r^β_m − ½ Σ_α Σ_i ⟨ψ_i, X_α ψ_i⟩,
//     r^α_m = (1/N) Σ_i ∫ |ψ_i^α|² e^{−iκmx} dx.

import CLibraries
public import Numerics

/// The parts of the Hartree–Fock energy.
public struct HartreeFockEnergy: Sendable, Hashable {
  /// ⟨K_α⟩.
  public let kinetic: [Double]
  /// The Hartree energy of all pairs.
  public let direct: Double
  /// The exchange energy, with its sign.
  public let exchange: Double
  /// That of the external potentials.
  public let external: Double

  /// Kinetic, direct, exchange and external energy together; conserved.
  public var total: Double { kinetic.reduce(0, +) + direct + exchange + external }
}

extension HartreeFock {
  /// The energy and its parts. Cost: N_α² B per mode.
  public var energy: HartreeFockEnergy {
    let kinetic = particles.indices.map(kineticEnergy)
    let highest = interaction.highestMode
    let modes = particles.indices.map { species in
      (-highest...highest).map { densityMode(species, $0) }
    }
    var direct = 0.0
    for a in particles.indices {
      for b in particles.indices {
        for c in interaction[a, b] {
          let r = modes[a][c.mode[0] + highest] * modes[b][c.mode[0] + highest].conjugate
          direct += Double(totalParticles) / 2 * c.value * r.real
        }
      }
    }
    let exchangeEnergy =
      exchange ? -0.5 * particles.indices.reduce(0) { $0 + exchangeForm($1) } : 0
    let external = particles.indices.reduce(0) { sum, a in
      interaction.external(a).reduce(sum) {
        $0 + Double(totalParticles) * $1.value * modes[a][$1.mode[0] + highest].real
      }
    }
    return HartreeFockEnergy(
      kinetic: kinetic, direct: direct, exchange: exchangeEnergy, external: external)
  }

  /// ⟨K_α⟩ = Σ_i Σ_n (ħκn)²/(2m_α) |c_{i,n}|².
  public func kineticEnergy(_ species: Int) -> Double {
    let unit = hbar * wavenumber
    var sum = 0.0
    for i in 0..<particles[species] {
      for j in 0..<points {
        let n = Double(j < points / 2 ? j : j - points)
        sum += n * n * coefficients[species][i * points + j].lengthSquared
      }
    }
    return sum * unit * unit / (2 * masses[species])
  }

  /// r_m = (1/N) Σ_i ∫ |ψ_i|² e^{−iκmx} dx = (1/N) Σ_i Σ_n c_{i,n} conj c_{i,n−m}.
  public func densityMode(_ species: Int, _ m: Int) -> Complex<Double> {
    var sum = Complex<Double>.zero
    let half = points / 2
    for i in 0..<particles[species] {
      let base = i * points
      for n in max(-half, m - half)..<min(half, half + m) {
        sum +=
          coefficients[species][base + (n + points) % points]
          * coefficients[species][base + (n - m + points) % points].conjugate
      }
    }
    return sum.divided(by: Double(totalParticles))
  }

  /// max_α max_ij |⟨ψ_i, ψ_j⟩ − δ_ij|.
  public var orthonormalityDefect: Double {
    particles.indices.map { orbitals($0).orthonormalityDefect }.largest() ?? 0
  }

  /// Replaces the orbitals by Löwdin's orthonormal ones; the density matrix of a nearly orthonormal set moves by as
  /// little as its defect.
  /// - Throws: `NumericalFailure` when they have become linearly dependent.
  public func orthonormalize() throws {
    repairedDefect = .greatest(repairedDefect, orthonormalityDefect)
    for species in particles.indices {
      let orthonormal: Orbitals
      do {
        orthonormal = try orbitals(species).orthonormalized()
      } catch let error as ArgumentError {
        throw NumericalFailure(
          in: "Hartree–Fock", "the orbitals of species \(species) have become dependent: \(error.got)")
      }
      let width = orthonormal.waves.count
      for i in 0..<particles[species] {
        for (column, n) in (-(points / 2 - 1)...(points / 2 - 1)).enumerated() {
          coefficients[species][i * points + (n + points) % points] = orthonormal.rows[i * width + column]
        }
      }
    }
  }

  /// The largest weight of one orbital in the outermost eighth of the modes: how well the grid resolves the state.
  public var spectralTail: Double {
    var worst = 0.0
    for species in particles.indices {
      for i in 0..<particles[species] {
        var weight = 0.0
        for j in (points / 2 - points / 16)..<(points / 2 + points / 16) {
          weight += coefficients[species][i * points + j].lengthSquared
        }
        worst = .greatest(worst, weight)
      }
    }
    return worst
  }

  /// The orbitals on the plane waves |n| < G/2, ascending.
  public func orbitals(_ species: Int) -> Orbitals { orbitals(species, on: waves) }

  /// The orbitals on the plane waves |n| ≤ cutoff.
  /// - Throws: `ArgumentError` when the grid does not hold them.
  public func orbitals(_ species: Int, cutoff: Int) throws -> Orbitals {
    guard (0...waves.cutoff).contains(cutoff) else {
      throw ArgumentError("modes", expected: "a cut-off of 0 … \(waves.cutoff)", got: "\(cutoff)")
    }
    return orbitals(species, on: try waves.withCutoff(cutoff))
  }

  private func orbitals(_ species: Int, on waves: PlaneWaves) -> Orbitals {
    let cutoff = waves.cutoff
    var rows: [Complex<Double>] = []
    rows.reserveCapacity(particles[species] * waves.count)
    for i in 0..<particles[species] {
      for n in -cutoff...cutoff {
        rows.append(coefficients[species][i * points + (n + points) % points])
      }
    }
    return Orbitals(waves: waves, count: particles[species], rows: rows)
  }
}

extension HartreeFock {
  /// The Slater determinants on the fewest plane waves that leave out at most `tail` of any orbital's weight (twice).
  /// - Throws: `NumericalFailure` unless their orbitals are still orthonormal
  ///   to 1e-9.
  public func slaterDeterminant(tail: Double = 1e-24) throws -> SlaterDeterminant {
    var cutoff = 0
    for species in particles.indices {
      for i in 0..<particles[species] {
        var weight = 0.0
        var n = points / 2 - 1
        while n > cutoff {
          weight +=
            coefficients[species][i * points + n].lengthSquared
            + coefficients[species][i * points + points - n].lengthSquared
          if weight > tail { break }
          n -= 1
        }
        cutoff = max(cutoff, n)
      }
    }
    let kept = try particles.indices.map { try orbitals($0, cutoff: cutoff) }
    let defect = kept.map(\.orthonormalityDefect).largest() ?? 0
    guard defect < 1e-9 else {
      throw NumericalFailure(
        in: "Hartree–Fock",
        "the orbitals are no longer orthonormal, by \(defect); a smaller time step may help")
    }
    return try SlaterDeterminant(orbitals: kept, masses: masses, hbar: hbar)
  }
}
