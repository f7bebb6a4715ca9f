import CLibraries
import FermionTestModels
import ManyBody
import Numerics
import PhaseSpace
import Testing

/// The Wigner hierarchy of an exact state solves the finite-N Moyal hierarchy,
///
///     ∂_t w = Σ_i (η_i/m_i) ∂_{ξ_i} w + Σ_i Σ_β Σ_m v_{α_iβ,m} κ_ħ(m ξ_i) w(…, n_i + m, …; new ξ = 0, −m)
///             + (1/N) Σ_{i<j} Σ_m v_{α_iα_j,m} κ_ħ(m(ξ_i − ξ_j)) w(…, n_i + m, …, n_j − m, …),   κ_ħ(x) = (2/ħ) sin(ħx/2).
@Suite("The Moyal hierarchy of exact states")
struct MoyalHierarchyTests {
  private struct Setting {
    let particles: [Int]
    let masses: [Double]
    let cutoff: Int
  }

  private func states(_ setting: Setting, _ times: [Double], rank: Int) throws -> [WignerHierarchy] {
    let slater = try ReferenceModel.slater(setting.particles, cutoff: setting.cutoff)
    let space = try FockSpace(waves: slater.waves, particles: setting.particles, masses: setting.masses)
    let hamiltonian = try Hamiltonian(space: space, interaction: ReferenceModel.interaction())
    let propagator = try ChebyshevPropagator(hamiltonian, tolerance: 1e-15)
    let start = try slater.state(in: space)
    return try times.map {
      try WignerHierarchy(state: propagator.evolve(start, by: $0).state, maximumRank: rank)
    }
  }

  private func point(_ species: Int, _ xi: Double, _ n: Int) -> PhasePoint {
    PhasePoint(species: species, xi: SpaceVector(components: [xi]), eta: SpaceVector(components: [Double(n)]))
  }

  @Test("exact states solve the finite-N Moyal hierarchy", arguments: [0, 1])
  func exactStates(_ index: Int) throws {
    let setting = [
      Setting(particles: [1, 1], masses: [1, 1], cutoff: 10),
      Setting(particles: [2, 1], masses: [1, 1.8], cutoff: 8),
    ][index]
    let h = 1e-2
    let quotient = { (values: [Complex<Double>]) -> Complex<Double> in
      // Sixth order on −3h … 3h.
      let w = [-1.0, 9, -45, 45, -9, 1]
      return zip(values, w).reduce(Complex<Double>.zero) { $0 + $1.0.multiplied(by: $1.1) }.divided(
        by: 60 * h)
    }
    let offsets = [-3.0, -2, -1, 1, 2, 3].map { $0 * h }
    let moved = try states(setting, offsets.map { 0.4 + $0 }, rank: 2)
    let now = try states(setting, [0.4], rank: 3)[0]
    let interaction = try ReferenceModel.interaction()
    let count = Double(setting.particles.reduce(0, +))
    let kernel = { (x: Double) in 2 * count * Double.sin(x / (2 * count)) }
    var candidates = [
      [point(0, 0.9, 1)], [point(1, -1.4, 1)], [point(0, 0.9, 1), point(1, -1.4, -1)],
      [point(0, 0.3, 2), point(1, 0.8, 0)],
    ]
    if setting.particles[0] > 1 { candidates.append([point(0, 0.9, 1), point(0, -0.5, 1)]) }
    for points in candidates {
      let left = quotient(moved.map { $0.value(at: points) })
      var right = Complex<Double>.zero
      for (i, particle) in points.enumerated() {
        let derivative = quotient(
          offsets.map { offset in
            var shifted = points
            shifted[i].xi[0] += offset
            return now.value(at: shifted)
          })
        right += derivative.multiplied(by: particle.eta[0] / setting.masses[particle.species])
        for partner in 0..<2 {
          for c in interaction[particle.species, partner] where points.count < 3 {
            var shifted = points
            shifted[i].eta[0] += Double(c.mode[0])
            shifted.append(point(partner, 0, -c.mode[0]))
            let weight = c.value * kernel(Double(c.mode[0]) * particle.xi[0])
            right += now.value(at: shifted).multiplied(by: weight)
          }
        }
        for j in (i + 1)..<points.count {
          for c in interaction[particle.species, points[j].species] {
            var shifted = points
            shifted[i].eta[0] += Double(c.mode[0])
            shifted[j].eta[0] -= Double(c.mode[0])
            let weight = c.value * kernel(Double(c.mode[0]) * (particle.xi[0] - points[j].xi[0])) / count
            right += now.value(at: shifted).multiplied(by: weight)
          }
        }
      }
      #expect(left.length > 1e-4)
      #expect((left - right).length < 2e-8, "\(points.count): \(left) \(right)")
    }
  }

  /// Lemma 2.3 with its constants, exact and in Hartree–Fock; the kinetic energy of the reference run.
  @Test("Lemma 2.3 with its constants, for exact states and in Hartree–Fock")
  func kineticEnergy() throws {
    let interaction = try ReferenceModel.interaction()
    let slater = try ReferenceModel.slater([3, 2], cutoff: 6)
    let space = try FockSpace(waves: slater.waves, particles: [3, 2])
    let hamiltonian = try Hamiltonian(space: space, interaction: interaction)
    let hf = try HartreeFock(
      interaction: interaction, period: ReferenceModel.period, particles: [3, 2], masses: [1, 1],
      orbitals: slater.orbitals, points: 64)
    var state = try slater.state(in: space)
    let bounds = (0..<2).map {
      KineticEnergyBound(
        kinetic: state.kineticEnergy($0) / 5, species: $0, particles: [3, 2], mass: 1,
        interaction: interaction,
        wavenumber: 1)
    }
    // c_1 = (3/5)^{1/2} (Σ|m||v_11| · 3/5 + Σ|m||v_12| · 2/5)
    #expect((bounds[0].rate - 0.6.squareRoot() * (1.8 * 0.6 + 1.6 * 0.4)).magnitude < 1e-14)
    for step in 1...20 {
      state = try ChebyshevPropagator(hamiltonian).evolve(state, by: 0.1).state
      for _ in 0..<4 { try hf.step(0.025) }
      for species in 0..<2 {
        let limit = bounds[species].value(at: 0.1 * Double(step))
        #expect(state.kineticEnergy(species) / 5 < limit)
        #expect(hf.kineticEnergy(species) / 5 < limit)
        // The bound is quadratic in t and starts at the energy itself.
        #expect(limit > bounds[species].initial)
      }
    }
    #expect(hf.orthonormalityDefect < 1e-13)
  }
}
