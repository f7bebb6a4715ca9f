// Lemma 2.3 with explicit constants. By Cauchy–Schwarz in (2.14),
//
//     |d/dt ⟨K_α⟩/N| ≤ √2 c_α (⟨K_α⟩/N)^{1/2},      c_α = m_α^{−1/2} (N_α/N)^{1/2} Σ_β ‖∇V_{αβ}‖_∞ N_β/N,
//
// and in an external potential ‖∇U_α‖_∞ beside the sum over β, since N⁻¹ |Σ_i ⟨∇U(x_i)·p_i⟩|/m ≤ ‖∇U‖ (N_α/N)^{1/2} (2⟨K_α⟩/mN)^{1/2};
// so (⟨K_α⟩_t/N)^{1/2} ≤ (⟨K_α⟩_0/N)^{1/2} + c_α|t|/√2, and ⟨K_α⟩_t/N ≤ 2⟨K_α⟩_0/N + c_α²t²: the lemma with C_α = max(2, c_α²).

import CLibraries

/// The bound of Lemma 2.3 on the kinetic energy per particle of one species.
public struct KineticEnergyBound: Sendable, Hashable {
  /// Label in the paper.
  public static let label = "Lemma 2.3"
  /// ⟨K_α⟩/N at t = 0.
  public let initial: Double
  /// c_α.
  public let rate: Double

  /// - Parameters:
  ///   - kinetic: ⟨K_α⟩/N at t = 0.
  ///   - particles: N_1, N_2, ….
  public init(
    kinetic: Double, species: Int, particles: [Int], mass: Double, interaction: InteractionModes,
    wavenumber: Double
  ) {
    initial = kinetic
    let total = Double(particles.reduce(0, +))
    var sum = interaction.externalGradientBound(species, wavenumber: wavenumber)
    for beta in particles.indices {
      sum +=
        interaction.gradientBound(species, beta, wavenumber: wavenumber) * Double(particles[beta]) / total
    }
    rate = (Double(particles[species]) / total / mass).squareRoot() * sum
  }

  /// ((⟨K_α⟩_0/N)^{1/2} + c_α|t|/√2)², an upper bound of ⟨K_α⟩_t/N.
  public func value(at time: Double) -> Double {
    let root = initial.squareRoot() + rate * time.magnitude / 2.0.squareRoot()
    return root * root
  }

  /// √2 c_α (⟨K_α⟩/N)^{1/2}, an upper bound of |d/dt ⟨K_α⟩/N| by (2.14).
  public func derivative(kinetic: Double) -> Double { (2 * .greatest(0, kinetic)).squareRoot() * rate }
}
