public import CLibraries
import Computing
import Interaction
import PhaseSpace

extension CertifiedSolution {
  /// ρ_{β,m}(t) = ∫ e^{iκmQ} df_0, the mode of the density of a species, at the present time; any m.
  public func density(of species: Int, mode m: Int) -> ComplexBall {
    let eta = model.kappa * Ball(abs(m))
    // ξ = ηt/m_β takes P out of the exponent.
    return mean(species, moved: Ball(0), eta: m < 0 ? -eta : eta)
  }

  /// ∫ e^{i(xP + ηQ)} df_0 at the present time; x = ξ − ηt/m in the interaction picture.
  private func mean(_ species: Int, moved x: Ball, eta: Ball) -> ComplexBall {
    var sum = ComplexBall(Ball(0))
    for row in rows where row.rule.species == species { sum = sum + row.value(moved: x, eta: eta) }
    let (a, b) = (x.magnitude.upper, eta.magnitude.upper)
    let error =
      a * distances.p[species] + b * distances.q[species] + ruleError(species, position: b, momentum: a)
    return sum.widened(by: error * (1 + 1e-12))
  }

  /// The energy of the field at the present time: Σ_{αβ} Σ_{m>0} v_{αβ,m} Re(ρ_{α,m} conj ρ_{β,m}), both signs of m together.
  public func fieldEnergy() -> Ball {
    var energy = Ball(0)
    for (place, m) in model.modes.enumerated() {
      let densities = model.masses.indices.map { density(of: $0, mode: m) }
      for alpha in model.masses.indices {
        for beta in model.masses.indices {
          guard let coupling = model.couplings[alpha][beta][place] else { continue }
          let (a, b) = (densities[alpha], densities[beta])
          let product = a.real * b.real + a.imaginary * b.imaginary
          energy += coupling / (Ball(2 * m) * model.kappa) * product
        }
      }
    }
    return energy
  }

  /// w_t at the present time, at every point: products of the enclosed one-particle functions.
  public func values() -> [ComplexBall] {
    let time = course.end
    var factors: [TermArgument: ComplexBall] = [:]
    for argument in Set(arguments.joined()) {
      let alpha = argument.species
      let eta = model.kappa * Ball(argument.mode)
      let moved = argument.xi - eta * time / model.masses[alpha]
      factors[argument] = mean(alpha, moved: moved, eta: eta)
    }
    return arguments.map { arguments in
      arguments.reduce(ComplexBall(Ball(1))) { $0 * (factors[$1] ?? ComplexBall(Ball(0) / Ball(0))) }
    }
  }
}
