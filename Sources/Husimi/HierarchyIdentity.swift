// The hierarchy (3.1), (3.3), (3.5) at given points, every term evaluated on its own, as corrected:
//
//     ∂_t m + Σ_j (p_j/m_j)·∇_{q_j} m = Σ_j ∇_{q_j}·R_j + Σ_j Σ_β [ F_{jβ} + ∇_{p_j}·R̃_{jβ} ] + R̂.
//
// for any number of species β. With Φ = Π_α Π_j a_α(f_j) Ψ and Φ^{(j:m)} the same with f_j e^{−iκm·y} in the place of f_j (a shift of its vector by m):
//
//     ∂_t m      = 2 Re⟨Φ, Φ[−iHΨ/ħ]⟩
//     ∇·R_j      = (ħ/m_j) Im⟨∂²_{q_j}Φ, Φ⟩
//     F + ∇·R̃    = (2/ħN) Σ_m v_m Im⟨Φ, ρ_{β,−m} Φ^{(j:m)}⟩      ((3.2), (3.4) with the s-integral done: ∫_0^1 ∇V(su + (1−s)w − y)·(w − u) ds = V(w − y) − V(u − y))
//     F_{jβ}     = ∇_{p_j}·(1/N) Σ_m iκm v_m e^{iκm·q_j} a_ħ(0, κm) ⟨Φ, ρ_{β,−m} Φ⟩
//     R̂          = (2/ħN) Σ_{pairs i<j} Σ_m v_m Im⟨Φ, Φ^{(i:m, j:−m)}⟩      (the paper prints the opposite sign)
//
// Ψ lives on |n| ≤ modes and HΨ is taken on |n| ≤ modes + M, M the potentials' highest mode: with H cut at |n| ≤ modes the
// identity does not close. Cost: k+ℓ+… annihilations of the larger space per shifted vector.

import CLibraries
public import ManyBody
import Numerics
import PhaseSpace

/// The terms of the hierarchy at one set of points.
public struct HierarchyTerms: Sendable, Hashable {
  /// A particle of the marginal and a partner species.
  public struct Pair: Sendable, Hashable {
    /// α, the species of the particle.
    public let species: Int
    /// Index among the marginal's particles of the species.
    public let particle: Int
    /// β, the species it feels the force of.
    public let partner: Int

    /// Particle `particle` of species α, and β.
    public init(species: Int, particle: Int, partner: Int) {
      self.species = species
      self.particle = particle
      self.partner = partner
    }
  }

  /// m^{(k,ℓ,…)}.
  public internal(set) var measure = 0.0
  /// ∂_t m.
  public internal(set) var timeDerivative = 0.0
  /// Σ (p/m)·∇_q m.
  public internal(set) var transport = 0.0
  /// Σ ∇_q·R.
  public internal(set) var positionResidue = 0.0
  /// F: the classical force term of each particle and partner species.
  public internal(set) var forces: [Pair: Double] = [:]
  /// ∇_p·R̃ of each particle and partner species, exchange included.
  public internal(set) var forceResidues: [Pair: Double] = [:]
  /// R̂.
  public internal(set) var pairResidue = 0.0

  /// F, all particles and partners together.
  public var force: Double { sum(forces) }
  /// ∇_p·R̃, all particles and partners together.
  public var forceResidue: Double { sum(forceResidues) }

  /// The two sides' difference; zero up to rounding.
  public var defect: Double {
    timeDerivative + transport - positionResidue - force - forceResidue - pairResidue
  }

  /// In a fixed order, so that reruns agree to the last bit.
  private func sum(_ terms: [Pair: Double]) -> Double {
    terms.sorted {
      ($0.key.species, $0.key.particle, $0.key.partner) < ($1.key.species, $1.key.particle, $1.key.partner)
    }.reduce(0) { $0 + $1.value }
  }
}

/// Evaluates the hierarchy of one state.
public final class HierarchyIdentity {
  /// The potentials in the time derivative and in the force terms.
  public let interaction: InteractionModes
  /// f, the window of the coherent states.
  public let window: any Window
  let space: FockSpace
  let state: FockState
  let derivative: FockState
  private var densities: [DensityKey: SparseMatrix] = [:]

  private struct DensityKey: Hashable {
    let species: Int
    let removed: Int
    let mode: ModeIndex
  }

  /// Takes Ψ and evaluates −iHΨ/ħ on |n| ≤ modes + M.
  /// - Throws: `HypothesisError` in an external potential; `ArgumentError` when the larger space has more than 63 plane waves, `MemoryError`.
  public init(
    state: FockState, interaction: InteractionModes, window: any Window,
    workers: Workers = Workers(threads: 1)
  ) throws {
    try interaction.requireNoExternal("(3.5), as its terms are written here,")
    try Memory.require(
      state.space.waves.dimension > 1
        ? 0
        : Self.bytes(
          cutoff: state.space.waves.cutoff, particles: state.space.particles, interaction: interaction,
          orders: [], ranks: state.space.ranks),
      for: "the hierarchy of \(state.space.particles) fermions")
    space = try state.space.withCutoff(state.space.waves.cutoff + interaction.highestMode)
    self.state = try state.embedded(in: space)
    let hamiltonian = try Hamiltonian(space: space, interaction: interaction, workers: workers)
    var derivative = try hamiltonian.applied(to: self.state)
    let factor = Complex(0, -1 / space.hbar)
    for i in derivative.coefficients.indices { derivative.coefficients[i] *= factor }
    self.derivative = derivative
    self.interaction = interaction
    self.window = window
  }

  /// All terms at the points of each species.
  /// - Throws: `ArgumentError` for points of another dimension or more points than particles.
  public func terms(_ points: [[HusimiPoint]]) throws -> HierarchyTerms {
    let string = try AnnihilationString(identity: self, points: points)
    let hbar = space.hbar
    let dimension = space.waves.dimension
    let scale = 2 / (hbar * Double(space.totalParticles))
    var terms = HierarchyTerms()
    let phi = string.apply(state)
    terms.measure = phi.squaredNorm
    terms.timeDerivative = 2 * phi.inner(string.apply(derivative)).real

    for (species, particle) in string.particles {
      let coherent = string.coherent[species][particle]
      let mass = space.masses[species]
      for axis in 0..<dimension {
        let first = string.apply(replacing: [
          (species, particle, coherent.coefficients(.position(axis: axis)))
        ])
        let second = string.apply(replacing: [
          (species, particle, coherent.coefficients(.secondPosition(axis: axis)))
        ])
        terms.transport += coherent.momentum[axis] / mass * 2 * phi.inner(first).real
        terms.positionResidue += hbar / mass * second.inner(phi).imaginary
      }
      let moved = MovedStrings(string, species, particle)
      for partner in space.particles.indices {
        let key = HierarchyTerms.Pair(species: species, particle: particle, partner: partner)
        guard space.particles[partner] > phi.removed[partner] else {
          terms.forces[key] = 0
          terms.forceResidues[key] = 0
          continue
        }
        var whole = 0.0
        for c in interaction[species, partner] where c.mode != .zero {
          whole += c.value * densityMoved(phi, partner, c.mode).inner(moved.shifted(by: c.mode)).imaginary
        }
        let force = force(coherent, moved.slopes, phi, key)
        terms.forces[key] = force
        terms.forceResidues[key] = scale * whole - force
      }
    }
    for (i, a) in string.particles.enumerated() {
      for b in string.particles[(i + 1)...] {
        for c in interaction[a.species, b.species] {
          let shifted = string.apply(replacing: [
            (a.species, a.index, string.coherent[a.species][a.index].coefficients(shift: c.mode)),
            (
              b.species, b.index,
              string.coherent[b.species][b.index].coefficients(shift: c.mode.negated)
            ),
          ])
          terms.pairResidue += scale * c.value * phi.inner(shifted).imaginary
        }
      }
    }
    return terms
  }

  /// F_{jβ} = ∇_{p_j}·(1/N) Σ_m iκm v_m e^{iκm·q_j} a_ħ(0,κm) ⟨Φ, ρ_{β,−m}Φ⟩.
  private func force(
    _ coherent: CoherentState, _ slopes: [FockState], _ phi: FockState, _ key: HierarchyTerms.Pair
  ) -> Double {
    var sum = 0.0
    for c in interaction[key.species, key.partner] where c.mode != .zero {
      let forward = densityMoved(phi, key.partner, c.mode.negated)  // ρ_{−m}Φ
      let backward = densityMoved(phi, key.partner, c.mode)  // ρ_m Φ
      let weight = forceWeight(c, at: coherent.position)
      for (axis, slope) in slopes.enumerated() {
        let derivative = slope.inner(forward) + backward.inner(slope)
        let amplitude = weight * Complex(0, space.waves.wavenumber * Double(c.mode[axis]))
        sum += (amplitude * derivative).real
      }
    }
    return sum
  }

  /// (v_m/N) e^{iκm·q} a_ħ(0, κm).
  func forceWeight(_ c: InteractionModes.Coefficient, at q: [Double]) -> Complex<Double> {
    let eta = q.indices.map { space.waves.wavenumber * Double(c.mode[$0]) }
    let angle = zip(eta, q).reduce(0) { $0 + $1.0 * $1.1 }
    let smooth = window.smoothing(xi: [Double](repeating: 0, count: q.count), eta: eta, hbar: space.hbar)
    return Complex.unit(angle).multiplied(by: c.value * smooth / Double(space.totalParticles))
  }

  /// ρ_{β,m} Φ.
  func densityMoved(_ phi: FockState, _ species: Int, _ mode: ModeIndex) -> FockState {
    let key = DensityKey(species: species, removed: phi.removed[species], mode: mode)
    if let matrix = densities[key] { return phi.applying(matrix, species: species) }
    let matrix = SpeciesOperators(
      waves: space.waves, sector: space.sector(species, removed: phi.removed[species])
    ).density(mode)
    densities[key] = matrix
    return phi.applying(matrix, species: species)
  }
}
