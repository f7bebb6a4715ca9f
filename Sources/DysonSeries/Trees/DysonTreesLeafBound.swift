// What |μ_0| can be at the end of a tree. A step adds (ηt/m_α, η) to the parent and (−ηt/m_β, −η) to the child, so that
//
//     H = Σ_i η_i     and     X = Σ_i m_i ξ_i
//
// are those of the given particles for every tree (a recollision adds the same to two that are present). Of a component Π_i s(η_i) exp(−Σ_i (p_i ξ_i² + q_i η_i²)) (p = σ²/2, q = s²/2, axis
// by axis) the exponents are least, under these two constraints, at
//
//     Σ q_i η_i² ≥ H²/Σ(1/q_i),      Σ p_i ξ_i² ≥ X²/Σ(m_i²/p_i),
//
// children being of the species for which that is least; and where H ≠ 0 one of the modes at least is not the mode 0, so that
// Π_i|s(n_i)| ≤ max_{n≠0}|s(n)| (densities have |s(n)| ≤ s(0) = 1; larger modes count in every particle). Correlated Gaussians are
// characteristic functions, |μ_0| ≤ 1, and so are all data that are nonnegative. Other data have no bound.

import CLibraries
import Foundation
import Interaction
import Numerics
import PhaseSpace

extension TreeLeaves {
  /// β: above |μ_0| over the masses of the new particles, with that of the given ones.
  func bound(_ initial: any InitialHierarchy, model: Model, particles: [PhasePoint], order: Int) -> Double? {
    switch self {
    case .exponentials(let components):
      components.reduce(0) { $0 + $1.bound(model: model, particles: particles, order: order) }
    case .pointwise(_, let prefactor):
      initial.isNonnegative(hbar: model.kernel.hbar) ? prefactor : nil
    }
  }
}

extension TreeExponential {
  /// Above the modulus of the component, with its weight and the mass of the given particles.
  func bound(model: Model, particles: [PhasePoint], order: Int) -> Double {
    guard momentumCovariance.isEmpty else { return prefactor.magnitude }
    let species = model.species.indices
    var exponent = 0.0
    for axis in 0..<model.geometry.dimension {
      // 1/q and m²/p of a species; infinite where the data do not fall off.
      func inverse(_ alpha: Int, _ offset: Int, _ square: Double) -> Double {
        square / quadratic[alpha * Self.stride + offset + axis]
      }
      func least(_ total: Double, _ inverse: (Int) -> Double) -> Double {
        let given = particles.reduce(0) { $0 + inverse($1.species) }
        let children = Double(order) * (species.map(inverse).max() ?? 0)
        return total == 0 ? 0 : total * total / (given + children)
      }
      let mass = model.masses
      exponent += least(particles.reduce(0) { $0 + $1.eta[axis] }) { inverse($0, 3, 1) }
      exponent += least(particles.reduce(0) { $0 + mass[$1.species] * $1.xi[axis] }) {
        inverse($0, 0, mass[$0] * mass[$0])
      }
    }
    return prefactor.magnitude * exp(-exponent) * modeBound(particles: particles, order: order)
  }

  /// Above Π_i|s(n_i)|.
  private func modeBound(particles: [PhasePoint], order: Int) -> Double {
    guard hasModes else { return 1 }
    var (greatest, others) = (1.0, 0.0)
    for table in modes {
      guard !table.isEmpty else { return 1 }
      let lengths = Swift.stride(from: 0, to: table.count, by: 2).map {
        Complex(table[$0], table[$0 + 1]).length
      }
      greatest = Double.maximum(greatest, lengths.max() ?? 1)
      // The mode 0 stands in the middle.
      for (place, length) in lengths.enumerated() where place != lengths.count / 2 {
        others = Double.maximum(others, length)
      }
    }
    let total = particles.reduce(SpaceVector.zero) { $0 + $1.eta }
    let all = Double.pow(greatest, particles.count + order)
    // One that is not the mode 0 takes the place of one of the greatest.
    return total.norm < kappa / 2 ? all : all / greatest * others
  }
}
