// An impulsive field: over no time at all every particle of a species is given the momentum
//
//     K(q) = A m̂ sin(κm·q + φ),   m̂ = m/|m|.
//
// f(q,p) ← f(q, p − K(q)), and so, e^{iz sin θ} being Σ_j J_j(z) e^{ijθ},
//
//     w(ξ,n) ← Σ_j J_j(z) e^{ijφ} w(ξ, n + jm),   z = A ξ·m̂.
//
// With the Moyal kernel the potential −(A/κ|m|)·(−cos(κm·q + φ)) acts on ρ(q + ħξ/2, q − ħξ/2) as a phase: the same with
// z = A κ_ħ(κm·ξ)/(κ|m|), where κ_ħ(x) = (2/ħ) sin(ħx/2).
//
// The densities are as before: J_j(0) = δ_{j0}. Two of them make an echo: after pulses of modes m_1 at t = 0 and m_2 at t = τ the
// mode m_2 − m_1 has no phases left at t = τ m_2/(m_2 − m_1), in free flight exactly.

import CLibraries
import ManyBody
import Numerics
public import PhaseSpace
import Vlasov

/// One impulse on one species.
public struct FlowPulse: Sendable {
  /// When; it acts at the end of the step that ends there, and on the data where it is 0.
  public let time: DecimalNumber
  /// α
  public let species: Int
  /// m
  public let mode: ModeIndex
  /// A
  public let amplitude: Double
  /// φ
  public let phase: Double

  /// One impulse.
  public init(time: DecimalNumber, species: Int, mode: ModeIndex, amplitude: Double, phase: Double = 0) {
    (self.time, self.species, self.mode, self.amplitude, self.phase) = (time, species, mode, amplitude, phase)
  }

  /// Acts on w. Cost: as many terms a point as the modes hold multiples of m.
  /// - Throws: what the ranks throw that have the flow together.
  func act(on flow: VlasovLattice) throws {
    let lattice = flow.lattice
    let wave = mode.vector * lattice.kappa
    let reach = 2 * lattice.modes / max(1, mode.maximumNorm)
    let phases = (0...reach).map { Complex.unit(phase * Double($0)) }
    // J_0 … J_reach at the points of the grid.
    let points = (0..<lattice.pointCount(species)).map { index in
      let xi = lattice.xi(lattice.point(at: index, species: species), species: species)
      return amplitude / wave.norm * flow.model.kernel(wave.dot(xi))
    }
    let bessel = points.map { besselFunctions(upTo: reach, at: $0.magnitude) }
    try flow.replace(species: species) { target, index, w in
      func value(_ j: Int) -> Complex<Double> { w(target &+ mode &* ModeIndex(repeating: j)) }
      var sum = value(0).multiplied(by: bessel[index][0])
      for j in stride(from: 1, through: reach, by: 1) {
        // J_j(−z) = J_{−j}(z) = (−1)^j J_j(z)
        let odd = j % 2 == 1
        let forward = bessel[index][j] * (odd && points[index] < 0 ? -1 : 1)
        sum += phases[j] * value(j).multiplied(by: forward)
        sum += phases[j].conjugate * value(-j).multiplied(by: odd ? -forward : forward)
      }
      return sum
    }
  }
}
