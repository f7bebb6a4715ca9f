// R̃_{αβ} by its definition (3.2), (3.4), (3.5) as corrected, on plane waves:
//
//     R̃ = (1/N) Σ_m iκm v_m { ∫_0^1 ⟨Φ^{(j:−m(1−s))}, ρ_{β,−m} Φ^{(j:ms)}⟩ ds − e^{iκm·q_j} a_ħ(0,κm) ⟨Φ, ρ_{β,−m}Φ⟩ },
//
// the sum over m after the resolution of identity has removed the coherent state of the extra particle. ∇V_21 is
// evaluated at q̃_j − q; the paper's (3.5) prints q − q̃_j, which turns the sign of the second term: the difference of
// the two then no longer tends to zero with N. The s-integral by Gauss–Legendre (24 points: rounding).

import CLibraries
import ManyBody
import Numerics
import PhaseSpace

/// The force residue of one particle and one partner species.
public struct ForceResidue: Sendable, Hashable {
  /// The quantum force: the s-integral, one component per axis.
  public let quantum: [Double]
  /// The classical force ∫∇V m, one component per axis.
  public let classical: [Double]
  /// ∇_p· of the s-integral.
  public let quantumDivergence: Double

  /// R̃ = quantum − classical.
  public var value: [Double] { zip(quantum, classical).map { $0 - $1 } }
  /// R̃ with the sign of ∇V as the paper prints it in the third line of (3.5).
  public var printed: [Double] { zip(quantum, classical).map { $0 + $1 } }
}

extension HierarchyIdentity {
  /// R̃_{αβ} of one particle at the given points, from its definition.
  /// - Throws: `ArgumentError` for points of another dimension, more points than particles, or no particle of that index.
  public func forceResidue(_ points: [[HusimiPoint]], species: Int, particle: Int, partner: Int) throws
    -> ForceResidue
  {
    let string = try AnnihilationString(identity: self, points: points)
    guard points.indices.contains(species), points.indices.contains(partner),
      points[species].indices.contains(particle)
    else {
      throw ArgumentError(
        "particle", expected: "one of the marginal's particles", got: "\(species), \(particle)")
    }
    let dimension = space.waves.dimension
    var quantum = [Double](repeating: 0, count: dimension)
    var classical = quantum
    var divergence = 0.0
    let phi = string.apply(state)
    guard space.particles[partner] > phi.removed[partner] else {
      return ForceResidue(quantum: quantum, classical: classical, quantumDivergence: 0)
    }
    let coherent = string.coherent[species][particle]
    let rule = GaussLegendre(points: 24)
    for c in interaction[species, partner] where c.mode != .zero {
      let force = (0..<dimension).map { Complex(0, space.waves.wavenumber * Double(c.mode[$0])) }
      let mean = forceWeight(c, at: coherent.position) * densityMoved(phi, partner, c.mode).inner(phi)
      for axis in 0..<dimension { classical[axis] += (force[axis] * mean).real }
      let scale = c.value / Double(space.totalParticles)
      for (s, weight) in zip(rule.nodes, rule.weights) {
        let right = shifted(string, coherent, species, particle, c.mode, s)
        let left = shifted(string, coherent, species, particle, c.mode, s - 1)
        let moved = densityMoved(right.state, partner, c.mode.negated)
        let value = left.state.inner(moved)
        for axis in 0..<dimension {
          quantum[axis] += (force[axis] * value).real * scale * weight
          let derivative =
            left.slopes[axis].inner(moved)
            + left.state.inner(densityMoved(right.slopes[axis], partner, c.mode.negated))
          divergence += (force[axis] * derivative).real * scale * weight
        }
      }
    }
    return ForceResidue(quantum: quantum, classical: classical, quantumDivergence: divergence)
  }

  /// Φ with particle j's window multiplied by e^{−iκs m·y}, and its ∂_{p_j}.
  private func shifted(
    _ string: AnnihilationString, _ coherent: CoherentState, _ species: Int, _ particle: Int,
    _ mode: ModeIndex,
    _ s: Double
  ) -> (state: FockState, slopes: [FockState]) {
    let shift = s * mode.vector
    let vector = { (derivative: CoherentState.Derivative?) in
      string.apply(replacing: [(species, particle, coherent.coefficients(fractionalShift: shift, derivative))]
      )
    }
    return (vector(nil), (0..<space.waves.dimension).map { vector(.momentum(axis: $0)) })
  }
}
