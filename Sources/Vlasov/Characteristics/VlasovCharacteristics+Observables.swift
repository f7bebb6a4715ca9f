// Means of a Vlasov state over its nodes, and what smoothing by a Gaussian window of width s does to them: the Husimi
// measure of m is m * N(0, s²ħ/2) ⊗ N(0, ħ/2s²) in (q, p), the classical image of a_ħ = exp(−ħ(ξ²/s² + s²η²)/4).

import CLibraries
public import Numerics

extension VlasovCharacteristics {
  /// n_α, the sum of the weights.
  public func mass(_ index: Int) -> Double { nodes(index).weights.reduce(0, +) }

  /// ρ̂_α(κm) = (2π)^{−1} ∫ m_α e^{−iκmq} dq dp.
  public func densityMode(_ index: Int, _ mode: Int) -> Complex<Double> {
    guard mode != 0 else { return Complex(mass(index)) }
    let value = densityModes(index, upTo: abs(mode))[abs(mode) - 1]
    return mode > 0 ? value : value.conjugate
  }

  /// (2π)^{−1} ∫ p²/(2m_α) m_α dq dp, the kinetic energy divided by N.
  public func kineticEnergy(_ index: Int) -> Double {
    mean(index) { _, p in p * p } / (2 * masses[index])
  }

  /// ½ Σ_{αβ} ∫∫ V_{αβ} ρ_α ρ_β, the potential energy divided by N.
  public var potentialEnergy: Double {
    force.energy(
      species.map { densityModes($0, upTo: force.highestMode) }, fractions: species.map(mass))
  }

  /// Kinetic and potential energy divided by N; conserved by (1.1), by the steps to their tolerance.
  public var energy: Double { species.reduce(potentialEnergy) { $0 + kineticEnergy($1) } }

  /// (2π)^{−1} ∫ f m_α dq dp.
  public func mean(_ index: Int, _ function: (_ q: Double, _ p: Double) -> Double) -> Double {
    let nodes = nodes(index)
    var sum = 0.0
    for j in nodes.weights.indices {
      sum += nodes.weights[j] * function(nodes.positions[j], nodes.momenta[j])
    }
    return sum
  }

  /// The density mode of the smoothed state: e^{−ħs²(κm)²/4} times the plain one.
  public func smoothedDensityMode(_ index: Int, _ mode: Int, hbar: Double, width: Double) -> Complex<Double> {
    let k = force.wavenumber * Double(mode)
    return densityMode(index, mode).multiplied(by: Double.exp(-hbar * width * width * k * k / 4))
  }

  /// The kinetic energy of the smoothed state: n_α ħ/(4 s² m_α) more.
  public func smoothedKineticEnergy(_ index: Int, hbar: Double, width: Double) -> Double {
    kineticEnergy(index) + mass(index) * hbar / (4 * width * width * masses[index])
  }
}
