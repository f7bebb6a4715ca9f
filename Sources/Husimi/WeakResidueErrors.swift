// What roundings and the quadrature may have changed in the weak residues, from the size of what is summed: T is at most
//
//     ‖T[φϕ]‖ ≤ 2πħ Σ_r |φ_r| sup|ϕ| = τ,      sup|ϕ'| = e^{−1/2}/s,      ∫|p − ħκn| g_n² dp ≤ (2πħ/Λ) √ħ‖f'‖,
//
// (∫|f_{q,p}⟩⟨f_{q,p}| dq dp = 2πħ), and traces with γ_α are at most N_α times that. With ε = 4e-15 for the sums over plane waves and
// momenta, whose own error is below 1e-15 of the same scale (MomentumRule),
//
//     R_α        ε (τ'_α √ħ‖f'‖/m_α) N_α                 τ' the same of φ'
//     R̃_{αβ}     ε Σ_{m>0} |v_m| (4/ħN + 2κm ⟨s_α⟩/N) τ_α N_α N_β          ⟨s⟩ = e^{−1/2}/s
//     R̂_{αβ}     ε Σ_{m>0} |v_m| (4/ħN) τ_α τ_β N_α N_β
//
// with N_β → 1 for the exchange of Slater states, N_β → τ_β N_β for the spectator. A value below its error is no value.

import ManyBody
import Numerics

extension WeakResidues {
  /// The error of every residue.
  public struct Errors: Sendable, Hashable {
    /// Of ∫φϕ m_α.
    public let measure: [Double]
    /// Of ∇_q·R_α.
    public let velocity: [Double]
    /// Of ∇_p·R̃_{αβ}, direct, and of the classical force.
    public let force: [[Double]]
    /// Of the rest of ∇_p·R̃_{αβ}.
    public let forceCorrelation: [[Double]]
    /// Of R̂_{αβ}, direct.
    public let pair: [[Double]]
    /// Of the rest of R̂_{αβ}.
    public let pairCorrelation: [[Double]]
    /// Of the spectator's exchange.
    public let spectator: [[Double]]

    private static let epsilon = 4e-15

    /// - Parameter isSlater: whether what is no product is exchange, or all correlation of an exact state.
    init(
      particles: [Int], masses: [Double], hbar: Double, wavenumber: Double, interaction: InteractionModes,
      window: any Window, functions: [PhaseSpaceTestFunction], isSlater: Bool
    ) {
      let species = particles.indices
      let counts = particles.map(Double.init)
      let total = counts.reduce(0, +)
      // In the order of the modes: a dictionary's own is another in every run, and sums round differently.
      let coefficients = functions.map { $0.coefficients.sorted { $0.key < $1.key } }
      let sizes = coefficients.map { list in
        2 * Double.pi * hbar * list.reduce(0) { $0 + $1.value.length }
      }
      let slopes = coefficients.map { list in
        2 * Double.pi * hbar
          * list.reduce(0) {
            $0 + wavenumber * Double($1.key.magnitude) * $1.value.length
          }
      }
      let widths = functions.map { 0.61 / $0.width }
      func table(_ value: (Int, Int) -> Double) -> [[Double]] {
        species.map { a in species.map { Self.epsilon * value(a, $0) } }
      }
      func strength(_ a: Int, _ b: Int, _ weight: (Double) -> Double) -> Double {
        interaction[a, b].filter { $0.mode[0] > 0 }.reduce(0) {
          $0 + $1.value.magnitude * weight(wavenumber * Double($1.mode[0]))
        }
      }
      func force(_ a: Int, _ b: Int) -> Double {
        strength(a, b) { 4 / (hbar * total) + 2 * $0 * widths[a] / total } * sizes[a] * counts[a]
      }
      func pair(_ a: Int, _ b: Int) -> Double {
        strength(a, b) { _ in 4 / (hbar * total) } * sizes[a] * sizes[b] * counts[a]
      }
      measure = species.map { Self.epsilon * sizes[$0] * counts[$0] }
      velocity = species.map {
        Self.epsilon * slopes[$0] * (hbar * window.gradientSquaredNorm).squareRoot() / masses[$0] * counts[$0]
      }
      self.force = table { force($0, $1) * counts[$1] }
      forceCorrelation = table { force($0, $1) * (isSlater ? 1 : counts[$1]) }
      self.pair = table { pair($0, $1) * counts[$1] }
      pairCorrelation = table { pair($0, $1) * (isSlater ? 1 : counts[$1]) }
      spectator = table { force($0, $1) * sizes[$1] * counts[$1] }
    }
  }
}
